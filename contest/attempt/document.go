package attempt

import (
	"context"
	"encoding/json"
	"time"

	"mangxanh/scoring"
)

// Document is an attempt as its contestant sees it.
type Document struct {
	Attempt
	Sheet         *Sheet
	Questions     []Shown
	Answers       []Given // in force
	HeldElsewhere bool    // another device holds it
	Over          bool    // deadline and grace have passed, finished or not
	ReviewOpen    bool
	ScoreOpen     bool
	ServerTime    time.Time
}

// Shown is a question as the contestant sees it: random ids, no key.
type Shown struct {
	ID      string
	Type    scoring.Type
	Stem    json.RawMessage // JSON string of safe HTML
	Options []ShownOption
	Matches []ShownOption // of a matching: what the options are matched with
	Gaps    []ShownGap    // of a cloze; the stem holds their ids
	Audio   *ShownAudio
	Points  int64
}

// ShownGap is a gap under its random id with what may fill it.
type ShownGap struct {
	ID      string
	Choices []ShownOption
}

// ShownAudio is a recording that is played with the stem.
type ShownAudio struct {
	MediaID    string
	Transcript json.RawMessage // JSON string of safe HTML
}

// ShownOption is an option under its random id.
type ShownOption struct {
	ID   string
	HTML json.RawMessage // JSON string of safe HTML
}

// Given is an answer in the ids of the attempt.
type Given struct {
	QuestionID string
	Seq        int64
	Response   json.RawMessage
}

// document shows an attempt. It remembers the facts on the way, since the next
// request is a save.
func (s *Service) document(ctx context.Context, a Attempt, answers []Answer, device string) (Document, error) {
	sheet, err := s.sheets.get(ctx, a.RoundID)
	if err != nil {
		return Document{}, err
	}
	now := s.Now()
	d := Document{
		Attempt: a, Sheet: sheet, ServerTime: now,
		HeldElsewhere: a.State == Open && a.heldElsewhere(device),
		Over:          a.State != Open || now.After(a.Deadline.Add(sheet.Rules.GraceFor())),
		ReviewOpen:    sheet.Review(a, now), ScoreOpen: sheet.Score(a, now),
	}
	d.Questions = make([]Shown, len(a.Paper.Items))
	names, namer := make([]*ids, len(a.Paper.Items)), newNamer(a.Seed)
	for i, item := range a.Paper.Items {
		q := sheet.Question(item)
		if q == nil {
			return Document{}, errNoSheet
		}
		names[i] = namer.of(i)
		d.Questions[i] = q.show(names[i], item, sheet.Rules.ShuffleOptions)
	}
	s.facts.put(a.ID, factsNamed(a, func(i int) string { return d.Questions[i].ID }))
	d.Answers = make([]Given, 0, len(answers))
	for _, w := range answers {
		if w.Question >= len(names) {
			return Document{}, errNoSheet
		}
		q := sheet.Question(a.Paper.Items[w.Question])
		d.Answers = append(d.Answers, Given{QuestionID: d.Questions[w.Question].ID, Seq: w.Seq, Response: q.shown(names[w.Question], w.Response)})
	}
	return d, nil
}

func (q *Question) show(d *ids, item Item, shuffle bool) Shown {
	v := Shown{ID: d.id(), Type: q.Graded.Type, Stem: q.Stem, Audio: q.Audio, Points: q.Graded.Marks}
	if len(item.Options) > 0 {
		v.Options = make([]ShownOption, len(item.Options))
		for i, o := range item.Options {
			v.Options[i] = ShownOption{ID: d.option(o), HTML: q.Options[o]}
		}
	}
	if q.Graded.Type.Placed() {
		q.showPlaces(&v, d, shuffle)
	}
	return v
}

// heldElsewhere reports whether a device that names itself is not the holder.
func (a Attempt) heldElsewhere(device string) bool {
	return device != "" && a.Device != "" && device != a.Device
}

// Graded is how many questions of the paper can be right: all but a prediction.
func (d Document) Graded() int {
	n := 0
	for _, q := range d.Questions {
		if q.Type.Graded() {
			n++
		}
	}
	return n
}
