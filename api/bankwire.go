package api

import (
	"cmp"
	"slices"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

type bankWire struct {
	ID      string          `json:"id"`
	UnitID  string          `json:"unit_id"`
	Name    string          `json:"name"`
	Version int64           `json:"version"`
	Counts  *bankCountsWire `json:"counts,omitempty" doc:"Questions by state"`
}

type bankCountsWire struct {
	Draft    int `json:"draft"`
	InReview int `json:"in_review"`
	Approved int `json:"approved"`
	Retired  int `json:"retired"`
}

func bankToWire(b bank.Bank) bankWire {
	w := bankWire{ID: b.ID, UnitID: b.UnitID, Name: b.Name, Version: b.Version}
	if b.Counts != nil {
		w.Counts = &bankCountsWire{
			Draft: b.Counts[bank.Draft], InReview: b.Counts[bank.InReview], Approved: b.Counts[bank.Approved], Retired: b.Counts[bank.Retired],
		}
	}
	return w
}

// questionText is what an author writes: the body of a new question and of a
// new version.
type questionText struct {
	Type        string           `json:"type" enum:"single,true_false,multiple,ordering,scenario,short_text,number,prediction"`
	Stem        string           `json:"stem"`
	Options     []optionTextWire `json:"options,omitempty" maxItems:"20"`
	Accepted    []string         `json:"accepted,omitempty" maxItems:"40" doc:"Accepted answers of a short_text question"`
	Value       string           `json:"value,omitempty" maxLength:"60" doc:"The right number, a decimal"`
	Tolerance   string           `json:"tolerance,omitempty" maxLength:"60" doc:"How far an answer may be from it"`
	Explanation string           `json:"explanation,omitempty"`
	Topic       string           `json:"topic,omitempty"`
	AgeBand     string           `json:"age_band,omitempty" maxLength:"10"`
	Difficulty  string           `json:"difficulty,omitempty" enum:"nhan_biet,thong_hieu,van_dung,van_dung_cao,"`
	Source      string           `json:"source,omitempty" doc:"The citation as people write it"`
	Instrument  string           `json:"instrument,omitempty" doc:"Taken from source when empty"`
	Article     string           `json:"article,omitempty"`
	LawFrom     string           `json:"law_from,omitempty" maxLength:"10" doc:"yyyy-mm-dd"`
	LawTo       string           `json:"law_to,omitempty" maxLength:"10" doc:"yyyy-mm-dd"`
}

type optionTextWire struct {
	Text     string `json:"text"`
	Correct  bool   `json:"correct,omitempty"`
	Position int    `json:"position,omitempty" minimum:"0" maximum:"20" doc:"Place in the right order, from 1; ordering only"`
	Pinned   bool   `json:"pinned,omitempty" doc:"Keeps its place when options are shuffled"`
}

// version is the domain form; what only its rules can refuse is left to them.
func (q questionText) version() (bank.Version, error) {
	v := bank.Version{
		Type: scoring.Type(q.Type), Stem: q.Stem, Explanation: q.Explanation, Topic: q.Topic, AgeBand: q.AgeBand, Difficulty: q.Difficulty,
		Key:      scoring.Key{Texts: q.Accepted, Value: q.Value, Tolerance: q.Tolerance},
		Citation: bank.ParseCitation(q.Source),
	}
	if q.Instrument != "" {
		v.Citation.Instrument, v.Citation.Article = q.Instrument, q.Article
	}
	for i, o := range q.Options {
		v.Options = append(v.Options, bank.Option{Text: o.Text, Pinned: o.Pinned})
		if v.Type != scoring.Ordering && o.Correct || v.Type == scoring.Ordering && o.Position > 0 {
			v.Key.Choices = append(v.Key.Choices, i)
		}
	}
	if v.Type == scoring.Ordering {
		slices.SortStableFunc(v.Key.Choices, func(a, b int) int { return cmp.Compare(q.Options[a].Position, q.Options[b].Position) })
	}
	for _, d := range []struct {
		name, text string
		to         *time.Time
	}{{"law_from", q.LawFrom, &v.Citation.From}, {"law_to", q.LawTo, &v.Citation.To}} {
		if d.text == "" {
			continue
		}
		t, err := time.ParseInLocation(time.DateOnly, d.text, contest.Hanoi)
		if err != nil {
			return v, contest.Faulty(contest.Problem{Location: d.name, Code: "bad_date", Message: "a day is written yyyy-mm-dd"})
		}
		*d.to = t.UTC()
	}
	return v, nil
}

type optionWire struct {
	ID       string `json:"id" doc:"Letter of the option in this version"`
	Text     string `json:"text"`
	Correct  bool   `json:"correct"`
	Position int    `json:"position,omitempty" doc:"Place in the right order, from 1; ordering only"`
	Pinned   bool   `json:"pinned"`
}

// VersionWire is for staff only: it has the key in it.
type VersionWire struct {
	Version     int          `json:"version"`
	Type        string       `json:"type"`
	Stem        string       `json:"stem"`
	Options     []optionWire `json:"options"`
	Accepted    []string     `json:"accepted,omitempty"`
	Value       string       `json:"value,omitempty"`
	Tolerance   string       `json:"tolerance,omitempty"`
	Explanation string       `json:"explanation"`
	Withheld    bool         `json:"withheld,omitempty" doc:"Key and explanation are left out: I take part in a contest that asks this"`
	Topic       string       `json:"topic"`
	AgeBand     string       `json:"age_band"`
	Difficulty  string       `json:"difficulty"`
	Source      string       `json:"source"`
	Instrument  string       `json:"instrument"`
	Article     string       `json:"article"`
	LawFrom     string       `json:"law_from,omitempty"`
	LawTo       string       `json:"law_to,omitempty"`
	AuthorID    string       `json:"author_id"`
	CreatedAt   time.Time    `json:"created_at"`
}

type QuestionWire struct {
	ID       string `json:"id"`
	BankID   string `json:"bank_id"`
	State    string `json:"state" enum:"draft,in_review,approved,retired"`
	Approved int    `json:"approved" doc:"Version in use, 0 = none"`
	ImportID string `json:"import_id,omitempty"`
	VersionWire
	Asked *askedWire `json:"asked,omitempty" doc:"What was counted over all rounds; absent when never asked"`
}

type questionHistoryWire struct {
	QuestionWire
	Versions []VersionWire        `json:"versions"`
	Reviews  []questionReviewWire `json:"reviews"`
}

type questionReviewWire struct {
	Version int       `json:"version"`
	Action  string    `json:"action"`
	Comment string    `json:"comment"`
	ActorID string    `json:"actor_id"`
	At      time.Time `json:"at"`
}

func questionToWire(q bank.Question) QuestionWire {
	return QuestionWire{
		ID: q.ID, BankID: q.BankID, State: string(q.State), Approved: q.Approved, ImportID: q.ImportID, VersionWire: versionToWire(q.Newest), Asked: askedToWire(q.Asked),
	}
}

func versionToWire(v bank.Version) VersionWire {
	w := VersionWire{
		Version: v.Number, Type: string(v.Type), Stem: v.Stem, Options: make([]optionWire, len(v.Options)),
		Accepted: v.Key.Texts, Value: v.Key.Value, Tolerance: v.Key.Tolerance, Explanation: v.Explanation, Withheld: v.Withheld,
		Topic: v.Topic, AgeBand: v.AgeBand, Difficulty: v.Difficulty,
		Source: v.Citation.Text, Instrument: v.Citation.Instrument, Article: v.Citation.Article,
		LawFrom: dayOrNone(v.Citation.From), LawTo: dayOrNone(v.Citation.To), AuthorID: v.AuthorID, CreatedAt: v.Created,
	}
	for i, o := range v.Options {
		at := slices.Index(v.Key.Choices, i)
		w.Options[i] = optionWire{ID: bank.Letter(i), Text: o.Text, Pinned: o.Pinned}
		if v.Type == scoring.Ordering {
			w.Options[i].Position = at + 1
		} else {
			w.Options[i].Correct = at >= 0
		}
	}
	return w
}

// dayOrNone writes a moment as the day it is in Hanoi.
func dayOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(contest.Hanoi).Format(time.DateOnly)
}
