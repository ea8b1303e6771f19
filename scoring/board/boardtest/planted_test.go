package boardtest

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"sync"
	"testing"
	"time"

	"mangxanh/scoring/board"
)

// planted is a sound implementation with one defect built in. Everything that a defect does not touch is passed on.
type planted struct {
	Boards
	put      func(p *planted, e board.Entry) board.Entry
	versions int64
	sums     map[string]int64
	mu       sync.Mutex
}

func (p *planted) alter(entries []board.Entry) []board.Entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	altered := make([]board.Entry, len(entries))
	for i, e := range entries {
		altered[i] = p.put(p, e)
	}
	return altered
}

func (p *planted) Put(ctx context.Context, b board.Board, entries ...board.Entry) error {
	return p.Boards.Put(ctx, b, p.alter(entries)...)
}

func (p *planted) Replace(ctx context.Context, b board.Board, entries iter.Seq2[board.Entry, error]) error {
	return p.Boards.Replace(ctx, b, func(yield func(board.Entry, error) bool) {
		for e, err := range entries {
			if !yield(p.alter([]board.Entry{e})[0], err) {
				return
			}
		}
	})
}

// tieByMember lets the person's text decide between equals: there are no shared ranks any more.
func tieByMember(_ *planted, e board.Entry) board.Entry {
	e.Key = append(bytes.Clone(e.Key), fmt.Sprintf("%-20s", e.Person)...)
	return e
}

// textOrder orders the lines inside a rank by the person's text instead of the random tie key.
func textOrder(_ *planted, e board.Entry) board.Entry {
	e.Tie = []byte(e.Person)
	return e
}

// floatPacked packs the rank key into one double, as a sorted set's score would be.
func floatPacked(_ *planted, e board.Entry) board.Entry {
	if len(e.Key) != 16 {
		return e
	}
	score := float64(binary.BigEndian.Uint64(e.Key)) - (1 << 63)
	duration := float64(binary.BigEndian.Uint64(e.Key[8:])) - (1 << 63)
	packed := math.Float64bits(score*1e13 + duration)
	if packed>>63 == 1 {
		packed = ^packed
	} else {
		packed |= 1 << 63
	}
	e.Key = binary.BigEndian.AppendUint64(nil, packed)
	return e
}

// increment adds each write to what was written before, so that a repeated write counts twice.
func increment(p *planted, e board.Entry) board.Entry {
	p.versions++
	e.Version = p.versions
	if len(e.Key) == 16 {
		p.sums[e.Person] += int64(binary.BigEndian.Uint64(e.Key))
		e.Key = binary.BigEndian.AppendUint64(nil, uint64(p.sums[e.Person]))
	}
	return e
}

// lastWriteWins forgets that a late write is older than what is there.
func lastWriteWins(p *planted, e board.Entry) board.Entry {
	p.versions++
	e.Version = p.versions
	return e
}

// keepsGroups never takes a person out of a group.
func keepsGroups(_ *planted, e board.Entry) board.Entry {
	e.Groups = append([]string{"division:TH"}, e.Groups...)
	return e
}

// livePages reads every page from the board as it is at that moment.
type livePages struct{ Boards }

func (p livePages) Page(ctx context.Context, b board.Board, group, version string, offset, limit int) ([]board.Place, error) {
	if snap, err := p.Boards.Snapshot(ctx, b, group, 0); err == nil {
		version = snap.Version
	}
	return p.Boards.Page(ctx, b, group, version, offset, limit)
}

// noEpoch reads what was stored under other settings.
type noEpoch struct{ Boards }

func (p noEpoch) Snapshot(ctx context.Context, b board.Board, group string, age time.Duration) (board.Snapshot, error) {
	snap, err := p.Boards.Snapshot(ctx, b, group, age)
	if err != nil {
		snap, err = p.Boards.Snapshot(ctx, board.Board{ID: b.ID, Epoch: "c"}, group, age)
	}
	return snap, err
}

// partialRebuild shows a rebuild while it is going on.
type partialRebuild struct{ Boards }

func (p partialRebuild) Replace(ctx context.Context, b board.Board, entries iter.Seq2[board.Entry, error]) error {
	if err := p.Boards.Replace(ctx, b, newRecord().all()); err != nil {
		return err
	}
	for e, err := range entries {
		if err != nil {
			return err
		}
		if err := p.Boards.Put(ctx, b, e); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// earlyReader reads the record to its end before the rebuild begins: what is put meanwhile is lost.
type earlyReader struct{ Boards }

func (p earlyReader) Replace(ctx context.Context, b board.Board, entries iter.Seq2[board.Entry, error]) error {
	r := newRecord()
	for e, err := range entries {
		if err != nil {
			return err
		}
		r.put(e)
	}
	return p.Boards.Replace(ctx, b, r.all())
}

// forgetsRemovals takes people off but does not remember when: a late write brings them back.
type forgetsRemovals struct {
	Boards
	removed map[string]int64
}

func (p forgetsRemovals) Remove(ctx context.Context, b board.Board, person string, version int64) error {
	p.removed[person] = version
	return p.Boards.Remove(ctx, b, person, version)
}

func (p forgetsRemovals) Put(ctx context.Context, b board.Board, entries ...board.Entry) error {
	for i, e := range entries {
		if at, ok := p.removed[e.Person]; ok {
			entries[i].Version = max(e.Version, at+1)
		}
	}
	return p.Boards.Put(ctx, b, entries...)
}

// refused returns the first objection of the suite, or nil when it accepts the implementation. Histories are those of
// fixed seeds, so that the result does not depend on luck.
func refused(t *testing.T, open func() Subject) error {
	histories := Histories()
	s := open()
	for seed := range 150 {
		if err := Replay(t.Context(), s, name(fmt.Sprint("seed ", seed)), histories.Example(seed)); err != nil {
			return fmt.Errorf("history of seed %d: %w", seed, err)
		}
	}
	for _, c := range Checks {
		if err := c.Run(t.Context(), open()); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	return nil
}

func TestSuiteAcceptsSoundBoards(t *testing.T) {
	if err := refused(t, func() Subject { return InProcess(t) }); err != nil {
		t.Fatal(err)
	}
}

func TestSuiteRefusesPlantedDefects(t *testing.T) {
	writes := func(put func(*planted, board.Entry) board.Entry) func(Boards) Boards {
		return func(b Boards) Boards { return &planted{Boards: b, put: put, sums: map[string]int64{}} }
	}
	defects := map[string]func(Boards) Boards{
		"tie by member text":        writes(tieByMember),
		"order inside rank by text": writes(textOrder),
		"float-packed key":          writes(floatPacked),
		"increment":                 writes(increment),
		"last write wins":           writes(lastWriteWins),
		"group never left":          writes(keepsGroups),
		"pages of the live board":   func(b Boards) Boards { return livePages{b} },
		"no epoch":                  func(b Boards) Boards { return noEpoch{b} },
		"rebuild in the open":       func(b Boards) Boards { return partialRebuild{b} },
		"puts lost in a rebuild":    func(b Boards) Boards { return earlyReader{b} },
		"removals forgotten":        func(b Boards) Boards { return forgetsRemovals{b, map[string]int64{}} },
	}
	for what, plant := range defects {
		t.Run(what, func(t *testing.T) {
			err := refused(t, func() Subject {
				s := InProcess(t)
				s.Boards = plant(s.Boards)
				return s
			})
			if err == nil {
				t.Fatal("the suite accepts this defect")
			}
			t.Log("refused:", err)
		})
	}
}
