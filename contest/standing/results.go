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
}

// LineFilter chooses lines of a version.
type LineFilter struct {
	Division string // id; empty = all
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

func (s *Results) managedResult(ctx context.Context, actor contest.Actor, id string) (Result, contest.Contest, contest.Round, error) {
	r, err := s.Store.Result(ctx, id)
	if err != nil {
		return r, contest.Contest{}, contest.Round{}, err
	}
	c, round, err := s.managed(ctx, actor, r.RoundID)
	if err != nil {
		return r, c, round, contest.Missing("result")
	}
	return r, c, round, nil
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
	if target != nil && *target < 0 {
		return Result{}, contest.Faulty(contest.Problem{Location: "target_value", Code: "range", Message: "not negative"})
	}
	return s.remake(ctx, actor, roundID, "result.make", func(d *Draft) error {
		d.Result.TargetGiven = target != nil
		if target != nil {
			d.Result.Target = scoring.Target{Value: *target, Known: true}
		}
		if note = text.Clean(note); note != "" {
			d.Result.Note = note
		}
		return nil
	})
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
// provisional again and counts everything anew.
func (s *Results) Remove(ctx context.Context, actor contest.Actor, id, accountID, reason string) (Result, error) {
	if strings.TrimSpace(reason) == "" || len([]rune(reason)) > 500 {
		return Result{}, contest.Faulty(contest.Problem{Location: "reason", Code: "required", Message: "a reason of at most 500 characters is needed"})
	}
	return s.changeRemovals(ctx, actor, id, "result.remove", func(d *Draft) error {
		if _, known := d.People[accountID]; !known {
			return contest.Missing("contestant")
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
	r, _, _, err := s.managedResult(ctx, actor, id)
	if err != nil {
		return Result{}, err
	}
	if err := r.changeable(); err != nil {
		return Result{}, err
	}
	return s.remake(ctx, actor, r.RoundID, action, func(d *Draft) error {
		if d.Result.ID != id {
			return contest.Refuse(contest.Conflict, "official", "an official version never changes; make a new one")
		}
		return change(d)
	})
}

// Check notes that somebody has gone through a provisional version.
func (s *Results) Check(ctx context.Context, actor contest.Actor, id string) (Result, error) {
	if _, _, _, err := s.managedResult(ctx, actor, id); err != nil {
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
// publish it; a version after the first needs a note that says what changed.
func (s *Results) Publish(ctx context.Context, actor contest.Actor, id, note string) (Result, error) {
	_, _, round, err := s.managedResult(ctx, actor, id)
	if err != nil {
		return Result{}, err
	}
	r, err := s.Store.ChangeResult(ctx, actor, id, "result.publish", func(r *Result) error {
		if err := r.changeable(); err != nil {
			return err
		}
		if note = text.Clean(note); note != "" {
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
		s.Published(ctx, round.ID)
	}
	return r, err
}

// Lines returns lines of a version for those who handle it.
func (s *Results) Lines(ctx context.Context, actor contest.Actor, id string, f LineFilter) (contest.Contest, []ResultLine, error) {
	_, c, _, err := s.managedResult(ctx, actor, id)
	if err != nil {
		return c, nil, err
	}
	lines, err := s.Store.ResultLines(ctx, id, f)
	return c, lines, err
}
