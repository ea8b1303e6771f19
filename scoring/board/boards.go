package board

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"
)

// Boards holds the live boards of one process. It is safe for use by many goroutines.
type Boards struct {
	now func() time.Time

	mu     sync.Mutex
	boards map[Board]*state
}

// New returns an empty set of boards. The clock decides how old a snapshot is.
func New(now func() time.Time) *Boards {
	return &Boards{now: now, boards: map[Board]*state{}}
}

// state is one board. A writer writes into every live generation: the one being shown and those being rebuilt.
type state struct {
	mu      sync.RWMutex
	width   int // of the rank keys; 0 until the first entry
	shown   *generation
	rebuilt []*generation
	removed map[string]int64 // version at which a person was removed; outlives rebuilds

	serial    uint64
	latest    map[string]*snapshot // by group
	snapshots map[string]*snapshot // by version
}

// state returns the state of a board, making it if need be.
func (b *Boards) state(name Board) *state {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, ok := b.boards[name]
	if !ok {
		s = &state{removed: map[string]int64{}, latest: map[string]*snapshot{}, snapshots: map[string]*snapshot{}}
		b.boards[name] = s
	}
	return s
}

// find returns the state of a board, or nil when nothing was ever written to it.
func (b *Boards) find(name Board) *state {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.boards[name]
}

// Put writes the absolute state of people. An entry whose version is not higher than the one known has no effect, so
// that a repeated or late write is harmless. On a board that was never filled it does nothing: the rebuild will read the
// same state from the record. Either all entries are valid or nothing is written.
func (b *Boards) Put(ctx context.Context, name Board, entries ...Entry) error {
	if err := check(ctx, entries); err != nil {
		return err
	}
	s := b.find(name)
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown == nil && len(s.rebuilt) == 0 {
		return nil
	}
	if err := s.fitWidth(entries); err != nil {
		return err
	}
	for _, e := range entries {
		s.put(e, s.shown)
		for _, g := range s.rebuilt {
			s.put(e, g)
		}
	}
	return nil
}

func check(ctx context.Context, entries []Entry) error {
	for _, e := range entries {
		if err := e.Validate(); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// fitWidth holds all the keys of a board to one length: only then is their order the order of places.
func (s *state) fitWidth(entries []Entry) error {
	width := s.width
	for _, e := range entries {
		if width == 0 {
			width = len(e.Key)
		}
		if len(e.Key) != width {
			return fmt.Errorf("%w: key of %d bytes on a board of %d", ErrInvalid, len(e.Key), width)
		}
	}
	s.width = width
	return nil
}

func (s *state) put(e Entry, g *generation) {
	if at, removed := s.removed[e.Person]; g == nil || removed && e.Version <= at {
		return
	}
	g.put(e)
}

// Remove takes a person off the board as of a version. Older entries of that person, also late ones, stay without
// effect; a newer one brings the person back.
func (b *Boards) Remove(ctx context.Context, name Board, person string, version int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if version < 0 || person == "" {
		return fmt.Errorf("%w: removal of %q at version %d", ErrInvalid, person, version)
	}
	s := b.state(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.removed[person]; ok && version <= at {
		return nil
	}
	s.removed[person] = version
	if s.shown != nil {
		s.shown.remove(person, version)
	}
	for _, g := range s.rebuilt {
		g.remove(person, version)
	}
	return nil
}

// Replace fills the board anew and makes it complete. Readers see the old board until the last entry is in, then the
// new one. What is Put or Removed meanwhile is kept: the newer version wins. So that nothing falls between, entries
// must read the record only when it is asked for the first entry, not before Replace is called. When it yields an error,
// or ctx ends, the old board stays and the error is returned.
func (b *Boards) Replace(ctx context.Context, name Board, entries iter.Seq2[Entry, error]) error {
	s := b.state(name)
	next := newGeneration()
	s.mu.Lock()
	s.rebuilt = append(s.rebuilt, next)
	s.mu.Unlock()
	err := s.fill(ctx, next, entries)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rebuilt = slices.DeleteFunc(s.rebuilt, func(g *generation) bool { return g == next })
	if err != nil {
		return fmt.Errorf("replace board %s: %w", name.ID, err)
	}
	s.shown = next
	return nil
}

func (s *state) fill(ctx context.Context, next *generation, entries iter.Seq2[Entry, error]) error {
	for e, err := range entries {
		if err != nil {
			return err
		}
		one := []Entry{e}
		if err := check(ctx, one); err != nil {
			return err
		}
		s.mu.Lock()
		err = s.fitWidth(one)
		if err == nil {
			s.put(e, next)
		}
		s.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Complete reports whether the board holds a whole rebuilt state of this epoch.
func (b *Boards) Complete(ctx context.Context, name Board) (bool, error) {
	s := b.find(name)
	if s == nil {
		return false, ctx.Err()
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.shown != nil, ctx.Err()
}

// Drop forgets a board with all its snapshots.
func (b *Boards) Drop(ctx context.Context, name Board) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.boards, name)
	return ctx.Err()
}
