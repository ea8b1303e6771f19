package token

import (
	"crypto/sha256"
	"sync"
	"time"

	"mangxanh/contest"
)

// shards and shardSize bound what is remembered: two halves of shards ×
// shardSize tokens, about 8 MiB at the very most.
const (
	shards    = 16
	shardSize = 1024
)

// verified remembers tokens whose signature and claims were checked, by their
// digest: a phone shows the same token with every answer, and a digest costs a
// tenth of reading it again. Only the time must be looked at each time. A full
// young half becomes the old one, and the old one is dropped.
type verified[T any] struct {
	shards [shards]shard[T]
}

type shard[T any] struct {
	mu         sync.RWMutex
	young, old map[[sha256.Size]byte]entry[T]
}

type entry[T any] struct {
	value   T
	expires time.Time
}

// read answers from memory or, for a token not seen before, from check.
func read[T any](raw string, v *verified[T], now time.Time, check func() (T, time.Time, error)) (T, error) {
	var none T
	if raw == "" || len(raw) > maxLength {
		return none, bad()
	}
	key := sha256.Sum256([]byte(raw))
	s := &v.shards[key[0]%shards]
	if e, ok := s.get(key); ok {
		if !now.Before(e.expires) {
			return none, contest.Refuse(contest.Unauthorized, "token_expired", "the token's time is over")
		}
		return e.value, nil
	}
	value, expires, err := check()
	if err != nil {
		return none, err
	}
	s.put(key, entry[T]{value: value, expires: expires})
	return value, nil
}

func (s *shard[T]) get(key [sha256.Size]byte) (entry[T], bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	e, ok := s.young[key]
	if !ok {
		e, ok = s.old[key]
	}
	return e, ok
}

func (s *shard[T]) put(key [sha256.Size]byte, e entry[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.young == nil || len(s.young) >= shardSize {
		s.young, s.old = map[[sha256.Size]byte]entry[T]{}, s.young
	}
	s.young[key] = e
}
