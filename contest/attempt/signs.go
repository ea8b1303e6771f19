package attempt

import (
	"context"
	"sync"
	"time"
)

// SignStore keeps when attempts were last heard of.
type SignStore interface {
	// KeepSigns records signs; an older one never replaces a newer one.
	KeepSigns(ctx context.Context, seen map[string]time.Time) error
	// ForgetSigns drops those from before a moment.
	ForgetSigns(ctx context.Context, before time.Time) error
}

// signsKept is how long a sign is of interest: longer than any attempt.
const signsKept = 24 * time.Hour

// Signs hears from phones that have nothing to save that they are there. A sign
// costs the record nothing by itself: those of a while are written in one go.
type Signs struct {
	Attempts *Service
	Store    SignStore
	Now      func() time.Time

	mu        sync.Mutex
	seen      map[string]time.Time
	forgotten time.Time // when old signs were last dropped
}

// Hear takes a sign of whoever sits the attempt.
func (s *Signs) Hear(ctx context.Context, r Request) error {
	if _, err := s.Attempts.factsFor(ctx, r.AccountID, r.AttemptID); err != nil {
		return err
	}
	s.put(map[string]time.Time{r.AttemptID: r.Received})
	return nil
}

func (s *Signs) put(signs map[string]time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]time.Time{}
	}
	for id, at := range signs {
		if at.After(s.seen[id]) {
			s.seen[id] = at
		}
	}
}

// Keep writes what was heard since the last time. What could not be written is
// kept for the next.
func (s *Signs) Keep(ctx context.Context) error {
	s.mu.Lock()
	seen := s.seen
	s.seen = nil
	s.mu.Unlock()
	if len(seen) > 0 {
		if err := s.Store.KeepSigns(ctx, seen); err != nil {
			s.put(seen)
			return err
		}
	}
	if now := s.Now(); now.Sub(s.forgotten) > time.Hour {
		s.forgotten = now
		return s.Store.ForgetSigns(ctx, now.Add(-signsKept))
	}
	return nil
}
