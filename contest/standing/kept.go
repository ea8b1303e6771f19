package standing

import (
	"context"
	"errors"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/scoring/board"
)

// kept is the last whole state of a group that this node has handed out: its
// time and its first places. While the board cannot be read it is shown in the
// board's stead, as of its own time. It holds places, not lines, so that names
// follow consent and visibility also then.
type kept struct {
	epoch  string
	snap   board.Snapshot
	places []board.Place
}

type keptKey struct{ round, group string }

// keptMost bounds how many groups a node remembers; the wide ones stay.
const keptMost = 2000

// keep remembers what was just read.
func (l *Live) keep(o outlook, snap board.Snapshot, places []board.Place) {
	r, key := o.sitting.Round, keptKey{round: o.sitting.Round.ID, group: o.group}
	l.mu.Lock()
	defer l.mu.Unlock()
	old, known := l.kept[key]
	if known && old.epoch == r.BoardEpoch && old.snap.Version == snap.Version && len(places) < len(old.places) {
		places = old.places // of one version the longer part is worth more
	}
	if !known && len(l.kept) >= keptMost {
		for other := range l.kept {
			if other.group != groupAll && !strings.HasPrefix(other.group, groupDivision("")) {
				delete(l.kept, other)
				break
			}
		}
	}
	l.kept[key] = kept{epoch: r.BoardEpoch, snap: snap, places: places}
}

func (l *Live) keptOf(o outlook) (kept, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k, ok := l.kept[keptKey{round: o.sitting.Round.ID, group: o.group}]
	return k, ok
}

// older returns the last state known in place of a board that cannot be read
// now, marked as such, and the refusal where there is none.
func (l *Live) older(ctx context.Context, o outlook, limit int, refusal error) (*Page, error) {
	k, ok := l.keptOf(o)
	if !ok || !errors.Is(refusal, contest.Busy) {
		return nil, refusal
	}
	p, err := l.page(ctx, o, k.snap.Version, k.snap.AsOf, k.snap.Total, 0, k.places[:min(limit, len(k.places))])
	if err != nil {
		return nil, err
	}
	p.Stale, p.Next = true, "" // the rest of that state can not be read any more
	if k.epoch != o.sitting.Round.BoardEpoch {
		p.State = "provisional" // what became official came after it
	}
	return p, nil
}

// olderAround finds a person with the neighbours among the places remembered.
func (l *Live) olderAround(o outlook, person string, before, after int, refusal error) ([]board.Place, error) {
	k, ok := l.keptOf(o)
	if !ok || !errors.Is(refusal, contest.Busy) {
		return nil, refusal
	}
	for i, p := range k.places {
		if p.Person == person {
			return k.places[max(0, i-before):min(len(k.places), i+after+1)], nil
		}
	}
	return nil, refusal // placed further down, or not at all: unknown
}

// How long a reader waits for a board that must be filled first: little where
// an older state can be shown.
const (
	rebuildWait = 3 * time.Second
	shortWait   = 300 * time.Millisecond
)

// patience is how long a reader of a group waits for its board. Nothing when a
// rebuild is under way or due, and the reader need not see its end.
func (l *Live) patience(o outlook) time.Duration {
	if _, ok := l.keptOf(o); !ok {
		return rebuildWait
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dirty[o.sitting.Round.ID] || l.flights[o.sitting.Round.ID] != nil {
		return 0
	}
	return shortWait
}

// whole runs a read of a board; when the board is incomplete it is filled from
// the record first.
func (l *Live) whole(ctx context.Context, o outlook, read func() error) error {
	err := read()
	if !errors.Is(err, board.ErrIncomplete) {
		return unreachable(err)
	}
	wait := l.patience(o)
	if wait == 0 {
		return busy()
	}
	roundID := o.sitting.Round.ID
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	if err := l.Rebuild(waiting, roundID); err != nil {
		l.miss(roundID)
		l.Log.Warn("fill a leaderboard that is asked for", "round", roundID, "error", err)
		return busy()
	}
	return unreachable(read())
}
