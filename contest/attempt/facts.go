package attempt

import (
	"sync"
)

// facts are what a save must know about its attempt and what never changes
// while it is open, in a few hundred bytes: thousands of attempts are open at
// once, and none of their saves should ask the record who they are.
type facts struct {
	account string
	round   string
	seed    Seed
	pool    []int32  // per question of the paper: position in the round's pool
	hints   []uint32 // per question: mark of its public id
}

func factsOf(a Attempt) *facts {
	names := newNamer(a.Seed)
	return factsNamed(a, func(i int) string { return names.of(i).id() })
}

// factsNamed is factsOf for a caller who has the questions' ids already.
func factsNamed(a Attempt, id func(int) string) *facts {
	f := &facts{account: a.AccountID, round: a.RoundID, seed: a.Seed}
	f.pool, f.hints = make([]int32, len(a.Paper.Items)), make([]uint32, len(a.Paper.Items))
	for i, item := range a.Paper.Items {
		f.pool[i], f.hints[i] = int32(item.Pool), hint(id(i))
	}
	return f
}

// find returns the place of the question with a public id, or -1.
func (f *facts) find(id string) (int, *ids) {
	h := hint(id)
	for i, have := range f.hints {
		if have != h {
			continue
		}
		if d := idsOf(f.seed, i); d.id() == id {
			return i, d
		}
	}
	return -1, nil
}

// factShards and factsPerShard bound the cache: about 65,000 attempts.
const (
	factShards    = 64
	factsPerShard = 1024
)

// factCache keeps the facts of attempts that were used lately. It is a cache:
// what falls out is read again from the record.
type factCache struct {
	shards [factShards]struct {
		sync.RWMutex
		all map[string]*facts
	}
}

func (c *factCache) get(id string) *facts {
	s := &c.shards[hint(id)%factShards]
	s.RLock()
	defer s.RUnlock()
	return s.all[id]
}

func (c *factCache) put(id string, f *facts) {
	s := &c.shards[hint(id)%factShards]
	s.Lock()
	defer s.Unlock()
	if s.all == nil {
		s.all = map[string]*facts{}
	}
	for old := range s.all { // any one goes: all are cheap to read again
		if len(s.all) < factsPerShard {
			break
		}
		delete(s.all, old)
	}
	s.all[id] = f
}
