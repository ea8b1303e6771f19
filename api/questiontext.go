package api

import (
	"cmp"
	"slices"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

// questionText is what an author writes: the body of a new question, of a new
// version and of a preview.
type questionText struct {
	Type         string           `json:"type" enum:"single,true_false,multiple,ordering,scenario,short_text,number,prediction,matching,cloze,hot_option"`
	Format       string           `json:"format,omitempty" enum:"plain,markdown,"`
	Stem         string           `json:"stem"`
	Options      []optionTextWire `json:"options,omitempty" maxItems:"20"`
	Matches      []string         `json:"matches,omitempty" maxItems:"40" doc:"Of a matching: what the options are matched with; some may fit none"`
	Gaps         []gapWire        `json:"gaps,omitempty" maxItems:"40" doc:"Of a cloze; the stem has [[1]], [[2]] for them"`
	Audio        *audioWire       `json:"audio,omitempty"`
	Accepted     []string         `json:"accepted,omitempty" maxItems:"40" doc:"Accepted answers of a short_text question"`
	Value        string           `json:"value,omitempty" maxLength:"60" doc:"The right number, a decimal"`
	Tolerance    string           `json:"tolerance,omitempty" maxLength:"60" doc:"How far an answer may be from it"`
	Explanation  string           `json:"explanation,omitempty"`
	Topic        string           `json:"topic,omitempty"`
	AgeBand      string           `json:"age_band,omitempty" maxLength:"10"`
	Difficulty   string           `json:"difficulty,omitempty" enum:"nhan_biet,thong_hieu,van_dung,van_dung_cao,"`
	Source       string           `json:"source,omitempty" doc:"The citation as people write it"`
	Instrument   string           `json:"instrument,omitempty" doc:"Taken from source when empty"`
	InstrumentID string           `json:"instrument_id,omitempty" maxLength:"60" doc:"Of the list of instruments"`
	Article      string           `json:"article,omitempty"`
	LawFrom      string           `json:"law_from,omitempty" maxLength:"10" doc:"First day in force, yyyy-mm-dd"`
	LawTo        string           `json:"law_to,omitempty" maxLength:"10" doc:"First day no longer in force, yyyy-mm-dd"`
}

type optionTextWire struct {
	Text     string `json:"text"`
	Correct  bool   `json:"correct,omitempty"`
	Position int    `json:"position,omitempty" minimum:"0" maximum:"20" doc:"Place in the right order, from 1; ordering only"`
	Match    int    `json:"match,omitempty" minimum:"0" maximum:"40" doc:"The right one of matches, from 1; matching only"`
	Pinned   bool   `json:"pinned,omitempty" doc:"Keeps its place when options are shuffled"`
	MediaID  string `json:"media_id,omitempty" maxLength:"64" doc:"Of a picture above the text"`
	Alt      string `json:"alt,omitempty" doc:"What the picture shows"`
}

type gapWire struct {
	Choices []string `json:"choices" maxItems:"20"`
	Correct int      `json:"correct,omitempty" minimum:"0" maximum:"20" doc:"The right choice, from 1"`
}

type audioWire struct {
	MediaID    string `json:"media_id" maxLength:"64"`
	Transcript string `json:"transcript" doc:"What is said, for those who cannot hear it"`
}

// version is the domain form; what only its rules can refuse is left to them.
// With an error comes everything that could be read.
func (q questionText) version() (bank.Version, error) {
	v := bank.Version{
		Type: scoring.Type(q.Type), Format: bank.Format(q.Format), Stem: q.Stem, Matches: q.Matches, Explanation: q.Explanation,
		Topic: q.Topic, AgeBand: q.AgeBand, Difficulty: q.Difficulty,
		Key:      scoring.Key{Texts: q.Accepted, Value: q.Value, Tolerance: q.Tolerance},
		Citation: bank.ParseCitation(q.Source),
	}
	if q.Instrument != "" {
		v.Citation.Instrument, v.Citation.Article = q.Instrument, q.Article
	}
	v.Citation.InstrumentID = q.InstrumentID
	if q.InstrumentID != "" && q.Article != "" {
		v.Citation.Article = q.Article
	}
	if q.Audio != nil {
		v.Audio = &bank.Audio{MediaID: q.Audio.MediaID, Transcript: q.Audio.Transcript}
	}
	for _, o := range q.Options {
		v.Options = append(v.Options, bank.Option{Text: o.Text, Pinned: o.Pinned, MediaID: o.MediaID, Alt: o.Alt})
	}
	for _, g := range q.Gaps {
		v.Gaps = append(v.Gaps, bank.Gap{Choices: g.Choices})
	}
	v.Key.Choices = q.choices(v.Type)
	return v, q.law(&v.Citation)
}

// choices is the key as the type keeps it.
func (q questionText) choices(kind scoring.Type) (key []int) {
	if kind == scoring.Cloze {
		for _, g := range q.Gaps {
			key = append(key, g.Correct-1)
		}
		return key
	}
	for i, o := range q.Options {
		switch {
		case kind == scoring.Matching:
			key = append(key, o.Match-1)
		case kind == scoring.Ordering && o.Position > 0, kind != scoring.Ordering && o.Correct:
			key = append(key, i)
		}
	}
	if kind == scoring.Ordering {
		slices.SortStableFunc(key, func(a, b int) int { return cmp.Compare(q.Options[a].Position, q.Options[b].Position) })
	}
	return key
}

// law reads the days between which the cited law holds.
func (q questionText) law(c *bank.Citation) error {
	var wrong []contest.Problem
	for _, d := range []struct {
		name, text string
		to         *time.Time
	}{{"law_from", q.LawFrom, &c.From}, {"law_to", q.LawTo, &c.To}} {
		day, err := dayIn(d.name, d.text)
		if err != nil {
			wrong = append(wrong, *err)
		}
		*d.to = day
	}
	if wrong != nil {
		return contest.Faulty(wrong...)
	}
	return nil
}

// dayIn reads a day as it begins in Hanoi; none is the zero time.
func dayIn(place, text string) (time.Time, *contest.Problem) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, contest.Hanoi)
	if err != nil {
		return time.Time{}, &contest.Problem{Location: place, Code: "bad_date", Message: "a day is written yyyy-mm-dd"}
	}
	return t.UTC(), nil
}

type optionWire struct {
	ID       string `json:"id" doc:"Letter of the option in this version"`
	Text     string `json:"text"`
	Correct  bool   `json:"correct"`
	Position int    `json:"position,omitempty" doc:"Place in the right order, from 1; ordering only"`
	Match    int    `json:"match,omitempty" doc:"The right one of matches, from 1; matching only"`
	Pinned   bool   `json:"pinned"`
	MediaID  string `json:"media_id,omitempty"`
	Alt      string `json:"alt,omitempty"`
}

func versionToWire(v bank.Version) VersionWire {
	w := VersionWire{
		Version: v.Number, Type: string(v.Type), Format: string(cmp.Or(v.Format, bank.Plain)), Stem: v.Stem, Options: make([]optionWire, len(v.Options)),
		Matches: v.Matches, Accepted: v.Key.Texts, Value: v.Key.Value, Tolerance: v.Key.Tolerance, Explanation: v.Explanation, Withheld: v.Withheld,
		Topic: v.Topic, AgeBand: v.AgeBand, Difficulty: v.Difficulty,
		Source: v.Citation.Text, Instrument: v.Citation.Instrument, InstrumentID: v.Citation.InstrumentID, Article: v.Citation.Article,
		LawFrom: dayOrNone(v.Citation.From), LawTo: dayOrNone(v.Citation.To), AuthorID: v.AuthorID, CreatedAt: v.Created,
	}
	if v.Audio != nil {
		w.Audio = &audioWire{MediaID: v.Audio.MediaID, Transcript: v.Audio.Transcript}
	}
	at := func(place int) int { // the right choice there, from 1
		if place >= len(v.Key.Choices) {
			return 0
		}
		return v.Key.Choices[place] + 1
	}
	for i, g := range v.Gaps {
		w.Gaps = append(w.Gaps, gapWire{Choices: g.Choices, Correct: at(i)})
	}
	for i, o := range v.Options {
		w.Options[i] = optionWire{ID: bank.Letter(i), Text: o.Text, Pinned: o.Pinned, MediaID: o.MediaID, Alt: o.Alt}
		switch v.Type {
		case scoring.Ordering:
			w.Options[i].Position = slices.Index(v.Key.Choices, i) + 1
		case scoring.Matching:
			w.Options[i].Match = at(i)
		default:
			w.Options[i].Correct = slices.Contains(v.Key.Choices, i)
		}
	}
	return w
}
