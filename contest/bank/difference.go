package bank

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/markup"
	"mangxanh/contest/text"
	"mangxanh/scoring"
)

// Change is a field in which two versions differ, word by word. Its text is as
// the author wrote it, never HTML.
type Change struct {
	Field    string // stem, options[0], key, law_to …
	Segments []text.Segment
}

// Difference is how one version became another.
type Difference struct {
	Number, Against int
	Withheld        bool // without key and explanation: the reader is a contestant
	Changes         []Change
}

// Difference compares a version of a question with an earlier one; against 0 is
// the one before, and the first has nothing before it.
func (s *Service) Difference(ctx context.Context, actor contest.Actor, questionID string, number, against int) (Difference, error) {
	_, versions, _, err := s.Question(ctx, actor, questionID)
	if err != nil {
		return Difference{}, err
	}
	d := Difference{Number: number, Against: against}
	if against == 0 {
		d.Against = number - 1
	}
	after, err := numbered(versions, number)
	if err != nil {
		return Difference{}, err
	}
	var before Version
	if d.Against > 0 {
		if before, err = numbered(versions, d.Against); err != nil {
			return Difference{}, err
		}
	}
	d.Withheld, d.Changes = after.Withheld, before.changes(after)
	return d, nil
}

// changes lists the fields in which a version differs from this one.
func (v Version) changes(after Version) []Change {
	is := after.written()
	was := map[string]string{}
	for _, f := range v.written() {
		was[f.name] = f.text
		if !slices.ContainsFunc(is, func(g writtenField) bool { return g.name == f.name }) {
			is = append(is, writtenField{name: f.name}) // an option that is no more
		}
	}
	var list []Change
	for _, f := range is {
		if was[f.name] != f.text {
			list = append(list, Change{Field: f.name, Segments: text.Compare(was[f.name], f.text)})
		}
	}
	return list
}

type writtenField struct{ name, text string }

// written are all fields of a version as text, in the order in which people
// read them.
func (v Version) written() []writtenField {
	list := []writtenField{{"type", string(v.Type)}, {"format", string(v.Format)}, {"stem", v.Stem}}
	add := func(name, text string) { list = append(list, writtenField{name, text}) }
	var pinned []string
	for i, o := range v.Options {
		shown := o.Text
		if o.MediaID != "" {
			shown = strings.TrimSpace("![" + markup.Escape(o.Alt) + "](media:" + o.MediaID + ") " + o.Text)
		}
		add(fmt.Sprintf("options[%d]", i), shown)
		if o.Pinned {
			pinned = append(pinned, Letter(i))
		}
	}
	add("pinned", strings.Join(pinned, ", "))
	for i, m := range v.Matches {
		add(fmt.Sprintf("matches[%d]", i), m)
	}
	for i, g := range v.Gaps {
		add(fmt.Sprintf("gaps[%d]", i), strings.Join(g.Choices, " | "))
	}
	add("key", v.writtenKey())
	if v.Audio != nil {
		add("audio", v.Audio.MediaID)
		add("transcript", v.Audio.Transcript)
	}
	c := v.Citation
	return append(list, []writtenField{
		{"explanation", v.Explanation}, {"topic", v.Topic}, {"age_band", v.AgeBand}, {"difficulty", v.Difficulty},
		{"source", c.Text}, {"instrument", c.Instrument}, {"instrument_id", c.InstrumentID}, {"article", c.Article},
		{"law_from", day(c.From)}, {"law_to", day(c.To)},
	}...)
}

// day is a moment as the day it is in Hanoi.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(contest.Hanoi).Format(time.DateOnly)
}

// writtenKey is the key as people write it: "B", "A, C", "B → A", "A = 2, B = 1".
func (v Version) writtenKey() string {
	var parts []string
	join := ", "
	for i, k := range v.Key.Choices {
		switch {
		case v.Type == scoring.Matching:
			parts = append(parts, fmt.Sprintf("%s = %d", Letter(i), k+1))
		case v.Type == scoring.Cloze && i < len(v.Gaps) && k >= 0 && k < len(v.Gaps[i].Choices):
			parts = append(parts, fmt.Sprintf("%d = %s", i+1, v.Gaps[i].Choices[k]))
		default:
			parts = append(parts, Letter(k))
		}
	}
	if v.Type == scoring.Ordering {
		join = " → "
	}
	if len(v.Key.Texts) > 0 {
		parts, join = v.Key.Texts, " | "
	}
	if v.Key.Value != "" {
		parts = append(parts, v.Key.Value)
		if v.Key.Tolerance != "" {
			parts[len(parts)-1] += " ± " + v.Key.Tolerance
		}
	}
	return strings.Join(parts, join)
}
