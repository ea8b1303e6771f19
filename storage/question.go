package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

type questionRow struct {
	ID          string `gorm:"primaryKey"`
	BankID      string
	State       string
	Current     int
	Approved    int
	Type        string
	Topic       string
	TopicFold   string
	AgeBand     string
	Difficulty  string
	StemFold    string
	Fingerprint string
	ImportID    string
	AuthorID    string
	Version     int64
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	ChangedAt   int64
	Find        string
	Sketch      string
}

func (questionRow) TableName() string { return "questions" }

type versionRow struct {
	ID          string `gorm:"primaryKey"`
	QuestionID  string
	Number      int
	Type        string
	Format      string
	Stem        string
	Options     string
	Matches     string
	Gaps        string
	AudioID     string
	Transcript  string
	AnswerKey   string
	Explanation string
	Topic       string
	AgeBand     string
	Difficulty  string
	Citation    string
	Instrument  string
	// InstrumentID names the instrument in the managed list.
	InstrumentID string
	Article      string
	LawFrom      int64
	LawTo        int64
	AuthorID     string
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
}

func (versionRow) TableName() string { return "question_versions" }

// optionJSON and keyJSON are how options and keys stand in their columns.
type optionJSON struct {
	Text    string `json:"text"`
	Pinned  bool   `json:"pinned,omitempty"`
	MediaID string `json:"media_id,omitempty"`
	Alt     string `json:"alt,omitempty"`
}

type keyJSON struct {
	Choices   []int    `json:"choices,omitempty"`
	Texts     []string `json:"texts,omitempty"`
	Value     string   `json:"value,omitempty"`
	Tolerance string   `json:"tolerance,omitempty"`
}

func versionToRow(v bank.Version) (versionRow, error) {
	options := make([]optionJSON, len(v.Options))
	for i, o := range v.Options {
		options[i] = optionJSON(o)
	}
	optionText, err := json.Marshal(options)
	if err != nil {
		return versionRow{}, fmt.Errorf("options of a question: %w", err)
	}
	keyText, err := json.Marshal(keyJSON(v.Key))
	if err != nil {
		return versionRow{}, fmt.Errorf("key of a question: %w", err)
	}
	c := v.Citation
	row := versionRow{
		ID: v.ID, QuestionID: v.QuestionID, Number: v.Number, Type: string(v.Type), Format: string(cmp.Or(v.Format, bank.Plain)), Stem: v.Stem,
		Options: string(optionText), AnswerKey: string(keyText), Explanation: v.Explanation,
		Topic: v.Topic, AgeBand: v.AgeBand, Difficulty: v.Difficulty,
		Citation: c.Text, Instrument: c.Instrument, InstrumentID: c.InstrumentID, Article: c.Article, LawFrom: micros(c.From), LawTo: micros(c.To),
		AuthorID: v.AuthorID, CreatedAt: micros(v.Created),
	}
	if v.Audio != nil {
		row.AudioID, row.Transcript = v.Audio.MediaID, v.Audio.Transcript
	}
	return row, row.putLists(v)
}

// putLists stores the lists that only some types have; others leave the columns
// empty.
func (r *versionRow) putLists(v bank.Version) error {
	if len(v.Matches) > 0 {
		matches, err := json.Marshal(v.Matches)
		if err != nil {
			return fmt.Errorf("matches of a question: %w", err)
		}
		r.Matches = string(matches)
	}
	if len(v.Gaps) > 0 {
		choices := make([][]string, len(v.Gaps))
		for i, g := range v.Gaps {
			choices[i] = g.Choices
		}
		gaps, err := json.Marshal(choices)
		if err != nil {
			return fmt.Errorf("gaps of a question: %w", err)
		}
		r.Gaps = string(gaps)
	}
	return nil
}

func (r versionRow) lists(v *bank.Version) error {
	if r.Matches != "" {
		if err := json.Unmarshal([]byte(r.Matches), &v.Matches); err != nil {
			return fmt.Errorf("stored matches of version %s: %w", r.ID, err)
		}
	}
	if r.Gaps != "" {
		var choices [][]string
		if err := json.Unmarshal([]byte(r.Gaps), &choices); err != nil {
			return fmt.Errorf("stored gaps of version %s: %w", r.ID, err)
		}
		for _, c := range choices {
			v.Gaps = append(v.Gaps, bank.Gap{Choices: c})
		}
	}
	if r.AudioID != "" {
		v.Audio = &bank.Audio{MediaID: r.AudioID, Transcript: r.Transcript}
	}
	return nil
}

func (r versionRow) version() (bank.Version, error) {
	v := bank.Version{
		ID: r.ID, QuestionID: r.QuestionID, Number: r.Number, Type: scoring.Type(r.Type), Format: bank.Format(r.Format), Stem: r.Stem,
		Explanation: r.Explanation, Topic: r.Topic, AgeBand: r.AgeBand, Difficulty: r.Difficulty,
		Citation: bank.Citation{
			Text: r.Citation, Instrument: r.Instrument, InstrumentID: r.InstrumentID, Article: r.Article,
			From: fromMicros(r.LawFrom), To: fromMicros(r.LawTo),
		},
		AuthorID: r.AuthorID, Created: fromMicros(r.CreatedAt),
	}
	var options []optionJSON
	if err := json.Unmarshal([]byte(r.Options), &options); err != nil {
		return v, fmt.Errorf("stored options of version %s: %w", r.ID, err)
	}
	v.Options = make([]bank.Option, len(options))
	for i, o := range options {
		v.Options[i] = bank.Option(o)
	}
	var key keyJSON
	if err := json.Unmarshal([]byte(r.AnswerKey), &key); err != nil {
		return v, fmt.Errorf("stored key of version %s: %w", r.ID, err)
	}
	v.Key = scoring.Key(key)
	return v, r.lists(&v)
}

// batchOf is how many values one statement lists: below SQLite's limit of
// variables and small enough to plan quickly.
const batchOf = 400

// VersionsByIDs returns the question versions in the order of ids, each as
// often as it is asked for. A missing one is NotFound. Versions never change,
// so callers may keep what they get.
func (db *DB) VersionsByIDs(ctx context.Context, ids []string) ([]bank.Version, error) {
	found := make(map[string]bank.Version, len(ids))
	for start := 0; start < len(ids); start += batchOf {
		var rows []versionRow
		if err := db.read(ctx).Where("id IN ?", ids[start:min(start+batchOf, len(ids))]).Find(&rows).Error; err != nil {
			return nil, failure(err, "question version")
		}
		for _, r := range rows {
			v, err := r.version()
			if err != nil {
				return nil, err
			}
			found[v.ID] = v
		}
	}
	versions := make([]bank.Version, len(ids))
	for i, id := range ids {
		v, ok := found[id]
		if !ok {
			return nil, contest.Missing("question version")
		}
		versions[i] = v
	}
	return versions, nil
}

// Picks lists the versions in use of a bank in a stable order: what a blueprint
// counts and a round's pool is frozen from.
func (db *DB) Picks(ctx context.Context, bankID string) ([]bank.Pick, error) {
	var rows []versionRow
	err := db.read(ctx).Table("question_versions AS v").
		Select("v.id, v.question_id, v.type, v.topic, v.difficulty, v.age_band").
		Joins("JOIN questions q ON q.id = v.question_id AND q.approved = v.number").
		Where("q.bank_id = ? AND q.approved > 0", bankID).Order("v.question_id").Find(&rows).Error
	if err != nil {
		return nil, failure(err, "questions in use")
	}
	picks := make([]bank.Pick, len(rows))
	for i, r := range rows {
		picks[i] = bank.Pick{
			VersionID: r.ID, QuestionID: r.QuestionID, Type: scoring.Type(r.Type),
			Topic: r.Topic, Difficulty: r.Difficulty, AgeBand: r.AgeBand,
		}
	}
	return picks, nil
}

// newQuestions are new questions as rows. They are made before a transaction
// begins: on SQLite a transaction keeps every other writer waiting.
type newQuestions struct {
	questions []questionRow
	versions  []versionRow
}

func questionsToRows(questions []bank.Question) (n newQuestions, err error) {
	n.questions, n.versions = make([]questionRow, len(questions)), make([]versionRow, len(questions))
	for i, q := range questions {
		n.questions[i] = questionToRow(q)
		if n.versions[i], err = versionToRow(q.Newest); err != nil {
			return n, err
		}
	}
	return n, nil
}

func (n newQuestions) insert(tx *gorm.DB) error {
	if err := tx.CreateInBatches(n.questions, 200).Error; err != nil {
		return failure(err, "question")
	}
	return failure(tx.CreateInBatches(n.versions, 200).Error, "question version")
}
