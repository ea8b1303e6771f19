package people

import (
	"sync"
	"time"

	"mangxanh/contest"
)

const (
	// memoryLife is how long an actor is believed without asking again. A ban
	// or a logout on another node is felt after at most this long.
	memoryLife = 4 * time.Second
	// memorySize bounds one of the two halves of the memory.
	memorySize = 16 << 10
)

// Memory remembers actors for a moment, so that a burst of requests of one
// session asks the record once. It holds two halves: when the young one is
// full the old one is dropped, so that it is bounded without bookkeeping. The
// zero value is ready for use.
type Memory struct {
	mu         sync.RWMutex
	young, old map[string]remembered
}

type remembered struct {
	actor contest.Actor
	until time.Time
}

func (m *Memory) recall(sessionID string, now time.Time) (contest.Actor, bool) {
	m.mu.RLock()
	r, ok := m.young[sessionID]
	if !ok {
		r, ok = m.old[sessionID]
	}
	m.mu.RUnlock()
	return r.actor, ok && now.Before(r.until)
}

func (m *Memory) keep(sessionID string, a contest.Actor, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.young == nil || len(m.young) >= memorySize {
		m.young, m.old = map[string]remembered{}, m.young
	}
	m.young[sessionID] = remembered{actor: a, until: now.Add(memoryLife)}
}

// Forget drops everything: after a change of rights on this node nobody is
// believed for what they were.
func (m *Memory) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.young, m.old = nil, nil
}

// forgetOne drops one session, so that a school that signs out at once does
// not make everybody else be looked up again.
func (m *Memory) forgetOne(sessionID string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.young, sessionID)
	delete(m.old, sessionID)
}
