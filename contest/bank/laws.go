package bank

import (
	"context"
	"time"

	"mangxanh/contest"
)

// InstrumentFilter narrows a list of instruments; empty fields do not.
type InstrumentFilter struct {
	Text      string // of number and title, without diacritics
	Kind      string
	InForceOn time.Time
	EndedBy   time.Time
	Near      []string // paths in, below or over which the keeper lies; none finds nothing
}

// Lapsed is a question whose citation does not hold.
type Lapsed struct {
	QuestionID string
	State      State
	Version    Version // in use, or the newest
	InUse      bool
	Lapse      Lapse
	Since      time.Time // or until, of what is not yet in force
	Instrument Instrument
}

// Cited is an instrument with how many questions point at it.
type Cited struct {
	Instrument Instrument
	Questions  int
}

// LawShelf is the list of instruments as citations see it: instruments by id and those that a unit uses.
type LawShelf interface {
	// Instrument returns one with its keeper, or NotFound.
	Instrument(ctx context.Context, id string) (Instrument, error)
	// InstrumentsFor lists what a unit uses: its own and those of units above.
	InstrumentsFor(ctx context.Context, unitPath string) ([]Instrument, error)
}

// LawStore keeps instruments and knows what rests on them.
type LawStore interface {
	LawShelf
	// Instruments lists instruments by number.
	Instruments(ctx context.Context, f InstrumentFilter, page contest.Page) ([]Instrument, string, error)
	// CreateInstrument records one, or says Conflict when its keeper has its
	// number already.
	CreateInstrument(ctx context.Context, actor contest.Actor, i Instrument) error
	// ChangeInstrument applies a pure function under a lock; it may run again.
	ChangeInstrument(ctx context.Context, actor contest.Actor, id string, change func(Instrument) (Instrument, error)) (Instrument, error)
	// CitedInstruments lists instruments with the questions of a scope that are
	// not retired and point at them.
	CitedInstruments(ctx context.Context, f InstrumentFilter, banks Scope, page contest.Page) ([]Cited, string, error)
	// LapsedQuestions lists those of a bank whose citation does not hold.
	LapsedQuestions(ctx context.Context, bankID string, at time.Time, page contest.Page) ([]Lapsed, string, error)
	// LapsedInPool returns how many versions of a round's pool do not hold, and
	// the first of them.
	LapsedInPool(ctx context.Context, roundID string, at time.Time, most int) ([]Lapsed, int, error)
	UnitPath(ctx context.Context, id string) (string, error)
	Contest(ctx context.Context, id string) (contest.Contest, error)
}

// Laws keeps the list of instruments and tells which questions no longer hold.
type Laws struct {
	Store LawStore
	Banks *Service
	Now   func() time.Time
	NewID func() string
}

// near are the paths of the actor's roles.
func near(actor contest.Actor) []string { return actor.Paths(contest.Roles...) }

// Instrument returns one that the actor's units use or keep.
func (s *Laws) Instrument(ctx context.Context, actor contest.Actor, id string) (Instrument, error) {
	i, err := s.Store.Instrument(ctx, id)
	if err == nil && !i.seen(actor) {
		err = contest.Missing("instrument")
	}
	return i, err
}

// Instruments lists what the actor's units use and keep, by number.
func (s *Laws) Instruments(ctx context.Context, actor contest.Actor, f InstrumentFilter, page contest.Page) ([]Instrument, string, error) {
	if f.Near = near(actor); len(f.Near) == 0 {
		return nil, "", contest.Missing("instrument")
	}
	return s.Store.Instruments(ctx, f, page)
}

// Add puts an instrument on the list of a unit in which the actor writes
// questions.
func (s *Laws) Add(ctx context.Context, actor contest.Actor, i Instrument) (Instrument, error) {
	path, err := s.Store.UnitPath(ctx, i.UnitID)
	if err != nil {
		return Instrument{}, err
	}
	if !actor.Can(path, writers...) {
		return Instrument{}, contest.Missing("unit")
	}
	i = i.Clean()
	i.ID, i.UnitPath, i.Version, i.Created = s.NewID(), path, 1, contest.Moment(s.Now())
	if err := s.check(ctx, actor, i); err != nil {
		return Instrument{}, err
	}
	if err := s.Store.CreateInstrument(ctx, actor, i); err != nil {
		return Instrument{}, err
	}
	return s.Store.Instrument(ctx, i.ID)
}

// check says what is wrong with a cleaned instrument.
func (s *Laws) check(ctx context.Context, actor contest.Actor, i Instrument) error {
	problems := i.problems()
	if i.ReplacedBy != "" {
		if _, err := s.Instrument(ctx, actor, i.ReplacedBy); contest.CodeOf(err) == "not_found" {
			problems = append(problems, contest.Problem{Location: "replaced_by", Code: "unknown_instrument", Message: "there is no such instrument"})
		} else if err != nil {
			return err
		}
	}
	if problems != nil {
		return contest.Faulty(problems...)
	}
	return nil
}

// InstrumentPatch is a change of an instrument; nil fields stay as they are and
// the zero time takes a day away.
type InstrumentPatch struct {
	Number, Title, Kind, ReplacedBy, Note *string
	From, To, Checked                     *time.Time
}

func (p InstrumentPatch) on(i Instrument) Instrument {
	for _, f := range []struct{ from, to *string }{{p.Number, &i.Number}, {p.Title, &i.Title}, {p.Kind, &i.Kind}, {p.ReplacedBy, &i.ReplacedBy}, {p.Note, &i.Note}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	for _, f := range []struct{ from, to *time.Time }{{p.From, &i.From}, {p.To, &i.To}, {p.Checked, &i.Checked}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	return i.Clean()
}

// Edit changes an instrument of that version.
func (s *Laws) Edit(ctx context.Context, actor contest.Actor, id string, version int64, p InstrumentPatch) (Instrument, error) {
	i, err := s.Instrument(ctx, actor, id)
	if err != nil {
		return Instrument{}, err
	}
	if !i.Editable(actor) {
		return Instrument{}, contest.Refuse(contest.Forbidden, "not_keeper", "another unit keeps this instrument")
	}
	if err := s.check(ctx, actor, p.on(i)); err != nil {
		return Instrument{}, err
	}
	return s.Store.ChangeInstrument(ctx, actor, id, func(i Instrument) (Instrument, error) {
		if i.Version != version {
			return i, contest.Refuse(contest.Stale, "version_changed", "this instrument was changed by somebody else")
		}
		i = p.on(i)
		if problems := i.problems(); problems != nil {
			return i, contest.Faulty(problems...)
		}
		return i, nil
	})
}

// Ended lists the instruments that are no longer in force at a moment, with how
// many questions that the actor may read point at them.
func (s *Laws) Ended(ctx context.Context, actor contest.Actor, at time.Time, page contest.Page) ([]Cited, string, error) {
	f := InstrumentFilter{EndedBy: at, Near: near(actor)}
	if len(f.Near) == 0 {
		return nil, "", contest.Missing("instrument")
	}
	return s.Store.CitedInstruments(ctx, f, readable(actor), page)
}

// Lapsed lists the questions of a bank whose citation does not hold at a moment.
func (s *Laws) Lapsed(ctx context.Context, actor contest.Actor, bankID string, at time.Time, page contest.Page) ([]Lapsed, string, error) {
	if _, err := s.Banks.Bank(ctx, actor, bankID); err != nil {
		return nil, "", err
	}
	return s.Store.LapsedQuestions(ctx, bankID, at, page)
}

// Warning tells that the pool of a public round that is not over holds
// questions whose law does not hold: it ended, or the list was mended, after the
// pool was frozen.
type Warning struct {
	Round     contest.Round
	Count     int
	Questions []Lapsed // the first of them
}

// mostWarned is how many questions a warning names.
const mostWarned = 20

// Warnings returns what the organizers of a contest should look at. A day that
// the contest names decides; without one the law of the round's opening and of
// today do.
func (s *Laws) Warnings(ctx context.Context, actor contest.Actor, contestID string) ([]Warning, error) {
	c, err := s.Store.Contest(ctx, contestID)
	if err != nil {
		return nil, err
	}
	if !c.Manages(actor) {
		return nil, contest.Missing("contest")
	}
	var warnings []Warning
	now := s.Now()
	for _, r := range c.Rounds {
		if state := r.State(now); c.Stored != contest.Published || r.Kind != contest.Quiz || state == contest.Closed || state == contest.Official {
			continue
		}
		at := c.LawFor(r)
		if c.LawAsOf.IsZero() && now.After(at) {
			at = now
		}
		lapsed, count, err := s.Store.LapsedInPool(ctx, r.ID, at, mostWarned)
		if err != nil {
			return nil, err
		}
		if count > 0 {
			warnings = append(warnings, Warning{Round: r, Count: count, Questions: lapsed})
		}
	}
	return warnings, nil
}

// unknownInstrument is the code of a citation that points at nothing.
const unknownInstrument = "unknown_instrument"

// cited completes a citation from the instrument that it points at. before is
// what the question's newest version points at: that may stay, whoever keeps it.
func (s *Service) cited(ctx context.Context, actor contest.Actor, c Citation, before string) (Citation, error) {
	if c.InstrumentID == "" {
		return c, nil
	}
	var i Instrument
	err := error(contest.Missing("instrument"))
	if s.Laws != nil {
		i, err = s.Laws.Instrument(ctx, c.InstrumentID)
	}
	if contest.CodeOf(err) == "not_found" || err == nil && c.InstrumentID != before && !i.seen(actor) {
		return c, contest.Faulty(contest.Problem{Location: "instrument_id", Code: unknownInstrument, Message: "there is no such instrument"})
	}
	if err == nil {
		c.cite(i)
	}
	return c, err
}

// Cite points citations of questions that come into a bank at the instruments
// which they name by number and which the bank's unit uses.
func (s *Service) Cite(ctx context.Context, unitPath string, citations []*Citation) error {
	if s.Laws == nil {
		return nil
	}
	shelf, err := s.Laws.InstrumentsFor(ctx, unitPath)
	if err != nil {
		return err
	}
	for _, c := range citations {
		if i, ok := c.named(shelf); ok && c.InstrumentID == "" {
			c.cite(i)
		}
	}
	return nil
}
