package standing

import (
	"context"
	"errors"
	"iter"

	"mangxanh/contest"
	"mangxanh/scoring"
	"mangxanh/scoring/board"
)

// Rebuild fills the board of a round from the record. Readers see the old board
// until the new one is whole. Calls for the same round share one rebuild.
func (l *Live) Rebuild(ctx context.Context, roundID string) error {
	l.begin()
	l.mu.Lock()
	if f := l.flights[roundID]; f != nil {
		l.mu.Unlock()
		select {
		case <-f.done:
			return f.err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	f := &flight{done: make(chan struct{})}
	l.flights[roundID] = f
	l.mu.Unlock()
	f.err = l.rebuild(ctx, roundID)
	l.mu.Lock()
	delete(l.flights, roundID)
	l.mu.Unlock()
	close(f.done)
	return f.err
}

func (l *Live) rebuild(ctx context.Context, roundID string) error {
	s, err := l.Sittings.Sitting(ctx, roundID)
	if err != nil {
		return err
	}
	var v Verdict
	if n := s.Round.OfficialVersion; n > 0 {
		if v, err = l.Store.Verdict(ctx, roundID, n); err != nil {
			return err
		}
	}
	if err := l.Boards.Replace(ctx, boardOf(s.Round), l.entries(ctx, s, v)); err != nil {
		return err
	}
	l.mu.Lock()
	old := l.epochs[roundID]
	l.epochs[roundID] = s.Round.BoardEpoch
	l.mu.Unlock()
	if old != "" && old != s.Round.BoardEpoch {
		return l.Boards.Drop(ctx, board.Board{ID: roundID, Epoch: old})
	}
	return nil
}

// entries reads the record of a round as board entries, person by person.
func (l *Live) entries(ctx context.Context, s *contest.Sitting, v Verdict) iter.Seq2[board.Entry, error] {
	return func(yield func(board.Entry, error) bool) {
		stop := errors.New("enough")
		var person []Finished
		flush := func() error {
			if len(person) == 0 {
				return nil
			}
			t := Count(s.Rules.AttemptPolicy, person)
			id := person[0].AccountID
			person = person[:0]
			if t.Any && !v.Removed[id] && !yield(entryOf(s, t, targetFor(s, v)), nil) {
				return stop
			}
			return nil
		}
		err := l.Store.EachFinished(ctx, s.Round.ID, func(f Finished) error {
			if len(person) > 0 && person[0].AccountID != f.AccountID {
				if err := flush(); err != nil {
					return err
				}
			}
			person = append(person, f)
			return nil
		})
		if err == nil {
			err = flush()
		}
		if err != nil && !errors.Is(err, stop) {
			yield(board.Entry{}, err)
		}
	}
}

// targetFor is the target under which a board is ordered: none while the result
// is not official.
func targetFor(s *contest.Sitting, v Verdict) scoring.Target {
	if s.Round.OfficialVersion > 0 && s.Rules.Prediction.On {
		return v.Target
	}
	return scoring.Target{}
}
