package bank

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// Instrument is a law, decree or other text that questions rest on. A unit keeps
// it for itself and the units below.
type Instrument struct {
	ID                         string
	UnitID, UnitPath, UnitName string // who keeps it
	Number                     string // "56/2017/NĐ-CP"
	Title                      string // "Nghị định về trẻ em"
	Kind                       string // one of InstrumentKinds
	From, To                   time.Time
	ReplacedBy, ReplacedNumber string // id and number of what came after it
	Note                       string
	Checked                    time.Time // when somebody last looked whether it holds
	Version                    int64
	Created                    time.Time
}

// InstrumentKinds lists the kinds of instruments; none is "other".
var InstrumentKinds = []string{"constitution", "law", "decree", "circular", "decision", "code_of_conduct", "convention", "other"}

// Lapse is why a citation does not hold on some day.
type Lapse string

// The lapses.
const (
	Holds            Lapse = ""
	LawEnded         Lapse = "law_ended"   // as the question itself says
	LawNotYet        Lapse = "law_not_yet" // as the question itself says
	InstrumentEnded  Lapse = "instrument_ended"
	InstrumentNotYet Lapse = "instrument_not_yet"
)

// Lapse returns why the citation does not hold at a moment, and since or until
// when; i is the instrument that it points at, or the zero one. A day "to" is
// the first on which the law is no longer in force.
func (c Citation) Lapse(i Instrument, at time.Time) (Lapse, time.Time) {
	switch {
	case !c.To.IsZero() && !c.To.After(at):
		return LawEnded, c.To
	case !i.To.IsZero() && !i.To.After(at):
		return InstrumentEnded, i.To
	case c.From.After(at):
		return LawNotYet, c.From
	case i.From.After(at):
		return InstrumentNotYet, i.From
	}
	return Holds, time.Time{}
}

// seen reports whether the actor uses the instrument or keeps it.
func (i Instrument) seen(actor contest.Actor) bool {
	for _, g := range actor.Grants {
		if g.UnitPath != "" && i.UnitPath != "" && (strings.HasPrefix(g.UnitPath, i.UnitPath) || strings.HasPrefix(i.UnitPath, g.UnitPath)) {
			return true
		}
	}
	return false
}

// Editable reports whether the actor may change the instrument.
func (i Instrument) Editable(actor contest.Actor) bool { return actor.Can(i.UnitPath, writers...) }

// Clean returns the instrument as it is stored.
func (i Instrument) Clean() Instrument {
	i.Number, i.Title, i.Kind = text.Line(i.Number), text.Line(i.Title), cmp.Or(i.Kind, "other")
	i.Note = text.Clean(i.Note)
	return i
}

// problems says what is wrong with a cleaned instrument.
func (i Instrument) problems() []contest.Problem {
	var c checker
	if i.Number == "" {
		c.add("number", "required", "an instrument has a number, or the name by which it is cited")
	}
	c.within("number", "number_too_long", i.Number, MaxTopic)
	c.within("title", "title_too_long", i.Title, MaxCitation)
	c.within("note", "note_too_long", i.Note, MaxExplanation)
	if !slices.Contains(InstrumentKinds, i.Kind) {
		c.add("kind", "unknown_kind", "a kind is one of %v", InstrumentKinds)
	}
	if !i.From.IsZero() && !i.To.IsZero() && !i.From.Before(i.To) {
		c.add("valid_to", "bad_dates", "the instrument ends before it begins")
	}
	if i.ReplacedBy != "" && i.ReplacedBy == i.ID {
		c.add("replaced_by", "replaces_itself", "an instrument cannot come after itself")
	}
	return c.found
}

// name is how a citation writes the instrument.
func (i Instrument) name() string {
	switch {
	case i.Title == "" || strings.Contains(i.Title, i.Number):
		return cmp.Or(i.Title, i.Number)
	}
	return i.Title + " " + i.Number
}

// cite completes a citation that points at the instrument.
func (c *Citation) cite(i Instrument) {
	c.InstrumentID = i.ID
	c.Instrument = cmp.Or(c.Instrument, i.name())
	if c.Text == "" {
		c.Text = c.Instrument
		if c.Article != "" {
			c.Text += ", " + c.Article
		}
	}
}

// named finds the one instrument that a citation names by its number or its
// whole title. Where two fit, there is none: nothing is guessed.
func (c Citation) named(shelf []Instrument) (Instrument, bool) {
	first, _, _ := strings.Cut(c.Text, ";")
	said := text.Fold(cmp.Or(c.Instrument, first))
	var found []Instrument
	for _, i := range shelf {
		if says(said, text.Fold(i.Number)) || i.Title != "" && said == text.Fold(i.Title) {
			found = append(found, i)
		}
	}
	if len(found) > 1 { // kept by a unit and by one above it: the nearer counts
		slices.SortFunc(found, func(a, b Instrument) int { return cmp.Compare(len(b.UnitPath), len(a.UnitPath)) })
		if text.Fold(found[0].Number) != text.Fold(found[1].Number) {
			return Instrument{}, false
		}
	}
	if len(found) == 0 {
		return Instrument{}, false
	}
	return found[0], true
}

// says reports whether a number stands in a text by itself, not as a part of a
// longer one.
func says(said, number string) bool {
	for from := 0; number != ""; {
		at := strings.Index(said[from:], number)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(number)
		if (at == 0 || !part(said[at-1])) && (end == len(said) || !part(said[end])) {
			return true
		}
		from = at + 1
	}
	return false
}

// part reports whether a byte of folded text can belong to a number.
func part(b byte) bool {
	return b == '/' || b == '-' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 0x80
}
