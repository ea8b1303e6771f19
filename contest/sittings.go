package contest

import (
	"context"
	"sync"
	"time"
)

// SittingStore is what Sittings needs of the record.
type SittingStore interface {
	// Sitting loads a round with its contest, rules and pool, and the stamp of
	// what it read. NotFound for a round that is not published.
	Sitting(ctx context.Context, roundID string) (*Sitting, string, error)
	// SittingStamp changes whenever anything of the sitting does.
	SittingStamp(ctx context.Context, roundID string) (string, error)
	// LockContest records the first start of a round. Afterwards nothing that
	// decides fairness can be changed.
	LockContest(ctx context.Context, roundID string) error
}

// How old a sitting may be when it is handed out without asking the record,
// and up to which age it is handed out while another goroutine asks.
const (
	sittingFresh = time.Second
	sittingStale = 2 * time.Second
)

// Sittings keeps the sittings of this node in memory. What changes in the
// record, such as a round closed or extended, is seen within two seconds.
type Sittings struct {
	store SittingStore
	now   func() time.Time

	mu      sync.RWMutex
	entries map[string]*sittingEntry
}

type sittingEntry struct {
	asking sync.Mutex // held by the one goroutine that asks the record

	mu      sync.RWMutex
	sitting *Sitting
	stamp   string
	seen    time.Time // last moment at which it equalled the record
}

// NewSittings returns an empty cache over the record.
func NewSittings(store SittingStore, now func() time.Time) *Sittings {
	return &Sittings{store: store, now: now, entries: map[string]*sittingEntry{}}
}

// Sitting returns the round as it was at most two seconds ago. NotFound for a
// round that does not exist or is not published.
func (s *Sittings) Sitting(ctx context.Context, roundID string) (*Sitting, error) {
	e := s.entry(roundID)
	sitting, age := e.read(s.now())
	if sitting != nil && age < sittingFresh {
		return sitting, nil
	}
	if sitting != nil && age < sittingStale {
		if !e.asking.TryLock() {
			return sitting, nil
		}
	} else {
		e.asking.Lock()
		if sitting, age = e.read(s.now()); sitting != nil && age < sittingFresh {
			e.asking.Unlock()
			return sitting, nil
		}
	}
	defer e.asking.Unlock()
	return s.refresh(ctx, roundID, e)
}

// Lock records the first start of the round, if this is it, and returns the
// round as it then stands for ever: whoever starts an attempt uses this one, so
// that an edit a moment before the first start cannot be missed.
func (s *Sittings) Lock(ctx context.Context, roundID string) (*Sitting, error) {
	sitting, err := s.Sitting(ctx, roundID)
	if err != nil || !sitting.Round.LockedAt.IsZero() {
		return sitting, err
	}
	if err := s.store.LockContest(ctx, roundID); err != nil {
		return nil, err
	}
	e := s.entry(roundID)
	e.asking.Lock()
	defer e.asking.Unlock()
	return s.refresh(ctx, roundID, e)
}

func (s *Sittings) entry(roundID string) *sittingEntry {
	s.mu.RLock()
	e := s.entries[roundID]
	s.mu.RUnlock()
	if e != nil {
		return e
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if e = s.entries[roundID]; e == nil {
		e = &sittingEntry{}
		s.entries[roundID] = e
	}
	return e
}

// refresh asks the record; e.asking is held.
func (s *Sittings) refresh(ctx context.Context, roundID string, e *sittingEntry) (*Sitting, error) {
	asked := s.now()
	stamp, err := s.store.SittingStamp(ctx, roundID)
	if err != nil {
		s.forget(roundID, err)
		return nil, err
	}
	e.mu.RLock()
	sitting := e.sitting
	same := sitting != nil && e.stamp == stamp
	e.mu.RUnlock()
	if !same {
		if sitting, stamp, err = s.store.Sitting(ctx, roundID); err != nil {
			s.forget(roundID, err)
			return nil, err
		}
	}
	e.mu.Lock()
	e.sitting, e.stamp, e.seen = sitting, stamp, asked
	e.mu.Unlock()
	return sitting, nil
}

// forget drops what the record does not know, so that guessed ids fill nothing.
func (s *Sittings) forget(roundID string, err error) {
	if CodeOf(err) != "not_found" {
		return
	}
	s.mu.Lock()
	delete(s.entries, roundID)
	s.mu.Unlock()
}

func (e *sittingEntry) read(now time.Time) (*Sitting, time.Duration) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	age := now.Sub(e.seen)
	if age < 0 { // the clock was set back
		age = sittingStale
	}
	return e.sitting, age
}
