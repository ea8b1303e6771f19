package standing

import (
	"context"
	"sync"
	"time"
)

// nameFor is how long a node believes a name, a consent or a unit: a withdrawn
// consent takes effect on live boards within this time.
const nameFor = 30 * time.Second

// maxNames bounds the memory of a node; past it the book starts anew.
const maxNames = 50_000

// nameBook remembers who accounts are and what units are called.
type nameBook struct {
	store LiveStore
	now   func() time.Time

	mu     sync.Mutex
	people map[string]knownName // by contest and account
	units  map[string]knownUnit
}

type knownName struct {
	Identity
	at time.Time
}

type knownUnit struct {
	UnitName
	at time.Time
}

func (b *nameBook) identities(ctx context.Context, contestID string, ids []string) (map[string]Identity, error) {
	found, missing := make(map[string]Identity, len(ids)), []string(nil)
	now := b.now()
	b.mu.Lock()
	for _, id := range ids {
		if k, ok := b.people[contestID+"/"+id]; ok && now.Sub(k.at) < nameFor {
			found[id] = k.Identity
		} else {
			missing = append(missing, id)
		}
	}
	b.mu.Unlock()
	if len(missing) == 0 {
		return found, nil
	}
	fresh, err := b.store.Identities(ctx, contestID, missing)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.people) > maxNames {
		clear(b.people)
	}
	for id, who := range fresh {
		found[id] = who
		b.people[contestID+"/"+id] = knownName{Identity: who, at: now}
	}
	return found, nil
}

func (b *nameBook) unitNames(ctx context.Context, ids []string) (map[string]UnitName, error) {
	found, missing := make(map[string]UnitName, len(ids)), []string(nil)
	now := b.now()
	b.mu.Lock()
	for _, id := range ids {
		if k, ok := b.units[id]; ok && now.Sub(k.at) < nameFor {
			found[id] = k.UnitName
		} else if id != "" {
			missing = append(missing, id)
		}
	}
	b.mu.Unlock()
	if len(missing) == 0 {
		return found, nil
	}
	fresh, err := b.store.UnitNames(ctx, missing)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.units) > maxNames {
		clear(b.units)
	}
	for id, u := range fresh {
		found[id] = u
		b.units[id] = knownUnit{UnitName: u, at: now}
	}
	return found, nil
}
