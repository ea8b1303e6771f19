package attempt

import (
	"context"
	"time"

	"mangxanh/contest"
)

// sweepBatch is how many attempts one transaction finishes: large enough to be
// quick, small enough that nobody waits long behind it.
const sweepBatch = 500

// Sweep hands in what was left open past deadline, grace and margin, at most
// limit attempts, and returns how many it finished. Any number of nodes may
// sweep at once: each attempt is finished by one of them, once.
func (s *Service) Sweep(ctx context.Context, limit int) (int, error) {
	if err := s.Clock.Err(); err != nil {
		return 0, err
	}
	now := s.Now()
	rounds, err := s.Store.DueRounds(ctx, now.Add(-Margin))
	if err != nil {
		return 0, err
	}
	total := 0
	for _, id := range rounds {
		n, err := s.sweepRound(ctx, id, now, limit-total)
		if total += n; err != nil || total >= limit {
			return total, err
		}
	}
	return total, nil
}

func (s *Service) sweepRound(ctx context.Context, roundID string, now time.Time, limit int) (int, error) {
	sheet, err := s.sheets.get(ctx, roundID)
	if err != nil {
		return 0, err
	}
	grace, total := sheet.Rules.GraceFor(), 0
	due := now.Add(-grace - Margin)
	for total < limit {
		batch := min(sweepBatch, limit-total)
		done, err := s.Store.FinishDue(ctx, roundID, due, batch, func(a Attempt, answers []Answer) (Outcome, bool) {
			if !a.Deadline.Before(due) {
				return Outcome{}, false
			}
			return sheet.Outcome(a, answers, Expired, a.Deadline), true
		})
		if err != nil {
			return total, err
		}
		total += len(done)
		if len(done) > 0 {
			s.OnFinished(ctx, done)
		}
		if len(done) < batch {
			return total, nil
		}
	}
	return total, nil
}

// Recompute marks a finished attempt again from the record and returns what is
// stored and what comes out now. They are equal unless somebody changed the
// record by hand.
func (s *Service) Recompute(ctx context.Context, id string) (stored, computed Outcome, err error) {
	a, err := s.Store.Attempt(ctx, id)
	if err != nil {
		return stored, computed, err
	}
	if !a.State.Finished() {
		return stored, computed, contest.Refuse(contest.Conflict, "attempt_open", "this attempt is not finished")
	}
	sheet, err := s.sheets.get(ctx, a.RoundID)
	if err != nil {
		return stored, computed, err
	}
	answers, err := s.Store.Answers(ctx, id)
	if err != nil {
		return stored, computed, err
	}
	return a.Outcome, sheet.Outcome(a, answers, a.State, a.SubmittedAt), nil
}
