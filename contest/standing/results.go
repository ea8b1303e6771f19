package standing

import (
	"context"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/text"
	"mangxanh/scoring"
)

// ResultStore is what results need of the record.
type ResultStore interface {
	// Results returns the versions of a round, newest first.
	Results(ctx context.Context, roundID string) ([]Result, error)
	// Result returns a version, or NotFound.
	Result(ctx context.Context, id string) (Result, error)
	// RemakeResult locks the round, hands make everything that a result is made
	// from, and stores the version and lines that come back, with an audit row.
	// The version in the draft is the newest one that is not official, or a
	// fresh one with the removals of the newest official one.
	RemakeResult(ctx context.Context, actor contest.Actor, roundID, action string, make func(d *Draft) ([]ResultLine, error)) (Result, error)
	// ChangeResult locks a version, lets change alter its state and note, and
	// stores it with an audit row. When it becomes official, public names are
	// taken from the consents of that moment, the lines are sealed, and the
	// round learns of it, all at once.
	ChangeResult(ctx context.Context, actor contest.Actor, id, action string, change func(r *Result) error) (Result, error)
	// ResultLines returns lines of a version in their order.
	ResultLines(ctx context.Context, id string, f LineFilter) ([]ResultLine, error)
	// ResultNeighbours returns a person's line and the nearest lines of the
	// division with a better and a worse place; those that are missing are nil.
	ResultNeighbours(ctx context.Context, id, accountID string) (mine ResultLine, ahead, behind *ResultLine, err error)
	// NoteExport records that the lines of a version left as a file.
	NoteExport(ctx context.Context, actor contest.Actor, id, format string) error
}

// LineFilter chooses lines of a version.
type LineFilter struct {
	Division string // id; empty = all
	After    int    // position after which lines begin
	Offset   int    // lines to pass over
	Limit    int    // 0 = all
}

// ContestOf finds the contest of a round.
type ContestOf interface {
	ContestOfRound(ctx context.Context, roundID string) (contest.Contest, error)
}

// Results makes, checks and publishes result versions.
type Results struct {
	Store    ResultStore
	Contests ContestOf
	Now      func() time.Time
	// Published is told after a version became official; nil = nobody is.
	Published func(ctx context.Context, roundID string)
}

// managed returns the contest and round if the actor handles their results.
func (s *Results) managed(ctx context.Context, actor contest.Actor, roundID string) (contest.Contest, contest.Round, error) {
	c, err := s.Contests.ContestOfRound(ctx, roundID)
	if err != nil {
		return c, contest.Round{}, err
	}
	if !c.Manages(actor) {
		return c, contest.Round{}, contest.Missing("round")
	}
	r, _ := c.Round(roundID)
	return c, r, nil
}

// Managed is a result version with the contest and round it belongs to.
type Managed struct {
	Result  Result
	Contest contest.Contest
	Round   contest.Round
}

// Get returns a version to those who handle the results, or NotFound.
func (s *Results) Get(ctx context.Context, actor contest.Actor, id string) (Managed, error) {
	r, err := s.Store.Result(ctx, id)
	if err != nil {
		return Managed{}, err
	}
	c, round, err := s.managed(ctx, actor, r.RoundID)
	if err != nil {
		return Managed{}, contest.Missing("result")
	}
	return Managed{Result: r, Contest: c, Round: round}, nil
}

// Versions lists the versions of a round, newest first.
func (s *Results) Versions(ctx context.Context, actor contest.Actor, roundID string) ([]Result, error) {
	if _, _, err := s.managed(ctx, actor, roundID); err != nil {
		return nil, err
	}
	return s.Store.Results(ctx, roundID)
}

// Make computes a provisional version from the record, anew if there is one
// that is not official. target sets the true value of the prediction where the
// organizer counts otherwise. Conflict round_open and attempts_open while
// somebody can still answer.
func (s *Results) Make(ctx context.Context, actor contest.Actor, roundID string, target *int64, note string) (Result, error) {
	if _, _, err := s.managed(ctx, actor, roundID); err != nil {
		return Result{}, err
	}
	note = text.Clean(note)
	if len([]rune(note)) > maxNote {
		return Result{}, longNote()
	}
	if target != nil && *target < 0 {
		return Result{}, contest.Faulty(contest.Problem{Location: "target_value", Code: "range", Message: "not negative"})
	}
	return s.remake(ctx, actor, roundID, "result.make", func(d *Draft) error {
		d.Result.TargetGiven = target != nil
		if target != nil {
			d.Result.Target = scoring.Target{Value: *target, Known: true}
		}
		if note != "" {
			d.Result.Note = note
		}
		return nil
	})
}

const maxNote = 1000

func longNote() error {
	return contest.Faulty(contest.Problem{Location: "note", Code: "length", Message: "at most 1000 characters"})
}

func (s *Results) remake(ctx context.Context, actor contest.Actor, roundID, action string, change func(d *Draft) error) (Result, error) {
	now := contest.Moment(s.Now())
	return s.Store.RemakeResult(ctx, actor, roundID, action, func(d *Draft) ([]ResultLine, error) {
		if err := d.makeable(now); err != nil {
			return nil, err
		}
		if err := change(d); err != nil {
			return nil, err
		}
		r := &d.Result
		r.State, r.MadeBy, r.CreatedAt = Provisional, actor.AccountID, now
		r.CheckedBy, r.CheckedAt = "", time.Time{}
		return d.Make(), nil
	})
}

// Remove takes somebody out of a version that is not official, which makes it
// provisional again and counts everything anew. The reason is published, so it
// must not name the person.
func (s *Results) Remove(ctx context.Context, actor contest.Actor, id, accountID, reason string) (Result, error) {
	if reason = text.Line(reason); reason == "" || len([]rune(reason)) > 500 {
		return Result{}, contest.Faulty(contest.Problem{Location: "reason", Code: "required", Message: "a reason of at most 500 characters is needed"})
	}
	return s.changeRemovals(ctx, actor, id, "result.remove", func(d *Draft) error {
		who, known := d.People[accountID]
		if !known {
			return contest.Missing("contestant")
		}
		if who.FullName != "" && strings.Contains(text.Fold(reason), text.Fold(who.FullName)) {
			return contest.Faulty(contest.Problem{Location: "reason", Code: "names_person", Message: "the reason is published: it must not name the person"})
		}
		d.Result.remove(Removal{AccountID: accountID, Reason: reason, ActorID: actor.AccountID, At: contest.Moment(s.Now())})
		return nil
	})
}

// Restore takes a removal back.
func (s *Results) Restore(ctx context.Context, actor contest.Actor, id, accountID string) (Result, error) {
	return s.changeRemovals(ctx, actor, id, "result.restore", func(d *Draft) error {
		kept := []Removal{}
		for _, x := range d.Result.Removals {
			if x.AccountID != accountID {
				kept = append(kept, x)
			}
		}
		if len(kept) == len(d.Result.Removals) {
			return contest.Missing("removal")
		}
		d.Result.Removals = kept
		return nil
	})
}

func (s *Results) changeRemovals(ctx context.Context, actor contest.Actor, id, action string, change func(d *Draft) error) (Result, error) {
	m, err := s.Get(ctx, actor, id)
	if err != nil {
		return Result{}, err
	}
	if err := m.Result.changeable(); err != nil {
		return Result{}, err
	}
	return s.remake(ctx, actor, m.Round.ID, action, func(d *Draft) error {
		if d.Result.ID != id {
			return Result{State: Official}.changeable()
		}
		return change(d)
	})
}

// Check notes that somebody has gone through a provisional version.
func (s *Results) Check(ctx context.Context, actor contest.Actor, id string) (Result, error) {
	if _, err := s.Get(ctx, actor, id); err != nil {
		return Result{}, err
	}
	return s.Store.ChangeResult(ctx, actor, id, "result.check", func(r *Result) error {
		if err := r.changeable(); err != nil {
			return err
		}
		r.State, r.CheckedBy, r.CheckedAt = Checked, actor.AccountID, contest.Moment(s.Now())
		return nil
	})
}

// Publish makes a checked version official. Whoever checked it cannot also
// publish it (same_person); a version after the first needs a note that says
// what changed; one that the record no longer agrees with must be made anew
// (result_outdated).
func (s *Results) Publish(ctx context.Context, actor contest.Actor, id, note string) (Result, error) {
	m, err := s.Get(ctx, actor, id)
	if err != nil {
		return Result{}, err
	}
	note = text.Clean(note)
	if len([]rune(note)) > maxNote {
		return Result{}, longNote()
	}
	r, err := s.Store.ChangeResult(ctx, actor, id, "result.publish", func(r *Result) error {
		if err := r.changeable(); err != nil {
			return err
		}
		if note != "" {
			r.Note = note
		}
		switch {
		case r.State != Checked:
			return contest.Refuse(contest.Conflict, "not_checked", "check this version first")
		case r.CheckedBy == actor.AccountID:
			return contest.Refuse(contest.Conflict, "same_person", "a second person publishes")
		case r.Number > 1 && r.Note == "":
			return contest.Faulty(contest.Problem{Location: "note", Code: "required", Message: "a correction says what changed"})
		}
		r.State, r.PublishedBy, r.OfficialAt = Official, actor.AccountID, contest.Moment(s.Now())
		return nil
	})
	if err == nil && s.Published != nil {
		s.Published(ctx, m.Round.ID)
	}
	return r, err
}

// Lines returns lines of a version for those who handle it.
func (s *Results) Lines(ctx context.Context, actor contest.Actor, id string, f LineFilter) (Managed, []ResultLine, error) {
	m, err := s.Get(ctx, actor, id)
	if err != nil {
		return m, nil, err
	}
	lines, err := s.Store.ResultLines(ctx, id, f)
	return m, lines, err
}

// Export returns a version with all its lines and records that they leave as a
// file of the format.
func (s *Results) Export(ctx context.Context, actor contest.Actor, id, format string) (Managed, []ResultLine, error) {
	m, lines, err := s.Lines(ctx, actor, id, LineFilter{})
	if err != nil {
		return m, nil, err
	}
	return m, lines, s.Store.NoteExport(ctx, actor, id, format)
}
