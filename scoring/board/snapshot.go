package board

import (
	"context"
	"fmt"
	"time"

	"github.com/tidwall/btree"
)

// snapshot is an immutable copy of one group.
type snapshot struct {
	version string
	group   string
	tree    *btree.BTreeG[Member]
	of      *generation
	changes uint64
	asOf    time.Time // last moment at which it was seen to equal the live group
	expires time.Time
}

// Snapshot returns a state of the group less than maxAge old (0: as it is now), for all who ask. It can be read with Page for
// at least Keep. A group without people has an empty snapshot. ErrIncomplete when the board must be rebuilt first.
func (b *Boards) Snapshot(ctx context.Context, name Board, groupName string, maxAge time.Duration) (Snapshot, error) {
	s := b.find(name)
	if s == nil || ctx.Err() != nil {
		return Snapshot{}, orElse(ctx.Err(), ErrIncomplete)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown == nil {
		return Snapshot{}, ErrIncomplete
	}
	now := b.now()
	snap := s.current(groupName, now, maxAge)
	if until := now.Add(Keep); snap.expires.Before(until) {
		snap.expires = until
	}
	return Snapshot{Version: snap.version, AsOf: snap.asOf, Total: snap.tree.Len()}, nil
}

// current returns the latest snapshot if it is young enough or still true, and else a new one.
func (s *state) current(name string, now time.Time, maxAge time.Duration) *snapshot {
	live, changes := s.shown.groups[name], uint64(0)
	if live != nil {
		changes = live.changes
	}
	if last := s.latest[name]; last != nil && last.of == s.shown {
		if age := now.Sub(last.asOf); age >= 0 && age < maxAge {
			return last
		}
		if last.changes == changes {
			last.asOf = now
			return last
		}
	}
	s.forget(now)
	tree := newTree()
	if live != nil {
		tree = live.tree.Copy()
	}
	s.serial++
	snap := &snapshot{
		version: fmt.Sprintf("%x-%d-%d", now.UnixMicro(), s.serial, tree.Len()),
		group:   name, tree: tree, of: s.shown, changes: changes, asOf: now,
	}
	s.latest[name], s.snapshots[snap.version] = snap, snap
	return snap
}

// forget drops the snapshots that are no longer kept.
func (s *state) forget(now time.Time) {
	for version, snap := range s.snapshots {
		if snap.expires.After(now) {
			continue
		}
		delete(s.snapshots, version)
		if s.latest[snap.group] == snap {
			delete(s.latest, snap.group)
		}
	}
}

// Page reads limit places from offset (from 0) on, out of the snapshot of that version. ErrGone when it is not kept.
func (b *Boards) Page(ctx context.Context, name Board, group, version string, offset, limit int) ([]Place, error) {
	if offset < 0 {
		return nil, fmt.Errorf("%w: offset %d", ErrInvalid, offset)
	}
	s := b.find(name)
	if s == nil || ctx.Err() != nil {
		return nil, orElse(ctx.Err(), ErrGone)
	}
	s.mu.RLock()
	snap := s.snapshots[version]
	gone := snap == nil || snap.group != group || !snap.expires.After(b.now())
	s.mu.RUnlock()
	if gone {
		return nil, ErrGone
	}
	return places(snap.tree, offset, limit), nil
}

// Around returns the live place of a person with up to before places ahead and after places behind. ErrAbsent when the
// person is not in the group, ErrIncomplete when the board must be rebuilt first.
func (b *Boards) Around(ctx context.Context, name Board, group, person string, before, after int) ([]Place, error) {
	s := b.find(name)
	if s == nil || ctx.Err() != nil {
		return nil, orElse(ctx.Err(), ErrIncomplete)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.shown == nil {
		return nil, ErrIncomplete
	}
	r, known := s.shown.people[person]
	if !known || !r.in(group) {
		return nil, ErrAbsent
	}
	tree := s.shown.groups[group].tree
	at := index(tree, string(r.member))
	first := max(0, at-max(0, before))
	return places(tree, first, at-first+1+max(0, after)), nil
}

func (r record) in(group string) bool {
	for _, g := range r.groups {
		if g == group {
			return true
		}
	}
	return false
}

func orElse(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
