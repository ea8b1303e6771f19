package boardtest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"pgregory.net/rapid"

	"mangxanh/scoring/board"
)

// Op is one step of a history. Exactly one of its parts is meant.
type Op struct {
	Put     []board.Entry
	Repeat  bool // put all entries of the history so far once more
	Remove  string
	Version int64 // of the removal
	Replace bool  // rebuild from the record
	Advance time.Duration
	Look    string // read this group in pages of Size, from the end if Back, and the place of Person
	Size    int
	Back    bool
	Person  string
}

// Histories generates steps that meet: few people, few versions, many equal scores, and numbers that differ only beyond
// the 53 bits of a float.
func Histories() *rapid.Generator[[]Op] {
	return rapid.Custom(func(t *rapid.T) []Op {
		ops := rapid.SliceOfN(rapid.Custom(drawOp), 2, 24).Draw(t, "ops")
		at := rapid.IntRange(0, len(ops)/2).Draw(t, "first rebuild")
		return slices.Insert(ops, at, Op{Replace: true})
	})
}

func drawOp(t *rapid.T) Op {
	switch rapid.IntRange(0, 11).Draw(t, "kind") {
	case 0:
		return Op{Repeat: true}
	case 1:
		return Op{Remove: person(t), Version: rapid.Int64Range(0, 6).Draw(t, "version")}
	case 2:
		return Op{Replace: true}
	case 3:
		return Op{Advance: rapid.SampledFrom([]time.Duration{time.Second, 20 * time.Second}).Draw(t, "advance")}
	case 4, 5, 6:
		return Op{
			Look: group(t), Size: rapid.IntRange(1, 9).Draw(t, "size"), Back: rapid.Bool().Draw(t, "back"), Person: person(t),
		}
	}
	return Op{Put: rapid.SliceOfN(rapid.Custom(drawEntry), 1, 6).Draw(t, "entries")}
}

func person(t *rapid.T) string {
	return fmt.Sprint("p", rapid.IntRange(0, 13).Draw(t, "person"))
}

func group(t *rapid.T) string {
	return rapid.SampledFrom([]string{"all", "division:TH", "school:a", "school:b", "class:a 5A", "nobody"}).Draw(t, "group")
}

func drawEntry(t *rapid.T) board.Entry {
	scores := []int64{0, 100, 100, 1 << 53, 1<<53 + 1, math.MaxInt64, math.MaxInt64 - 1, -100}
	durations := []int64{0, 5, 1<<53 + 1, 1<<53 + 2, 90_000_000, 90_000_001}
	groups := rapid.SliceOfN(rapid.Custom(group), 0, 3).Draw(t, "groups")
	groups = slices.DeleteFunc(groups, func(g string) bool { return g == "nobody" })
	if rapid.IntRange(0, 9).Draw(t, "listed") > 0 {
		groups = append(groups, "all")
	}
	return entry(person(t), rapid.Int64Range(0, 6).Draw(t, "version"), rapid.SampledFrom(scores).Draw(t, "score"),
		rapid.SampledFrom(durations).Draw(t, "duration"), groups...)
}

// player replays a history on a board and on the record side by side.
type player struct {
	Subject
	of       board.Board
	record   *record
	complete bool
	put      []board.Entry
	clock    time.Duration
	seen     []seen
}

// seen is a snapshot that was handed out: it must read the same for as long as it is kept.
type seen struct {
	group  string
	snap   board.Snapshot
	places []board.Place
	at     time.Duration
}

// Replay applies a history to a board of that name, which must be fresh, and returns the first difference from the
// record.
func Replay(ctx context.Context, s Subject, of board.Board, history []Op) error {
	p := &player{Subject: s, of: of, record: newRecord()}
	for i, op := range history {
		if err := p.step(ctx, op); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
	}
	for _, g := range []string{"all", "division:TH", "school:a", "school:b", "class:a 5A"} {
		if err := p.look(ctx, Op{Look: g, Size: 5, Person: "p1"}); err != nil {
			return fmt.Errorf("at the end: %w", err)
		}
	}
	return s.Boards.Drop(ctx, of)
}

func (p *player) step(ctx context.Context, op Op) error {
	switch {
	case op.Put != nil:
		return p.write(ctx, op.Put)
	case op.Repeat:
		return p.write(ctx, p.put)
	case op.Remove != "":
		p.record.remove(op.Remove, op.Version)
		return p.Boards.Remove(ctx, p.of, op.Remove, op.Version)
	case op.Replace:
		p.complete = true
		return p.Boards.Replace(ctx, p.of, p.record.all())
	case op.Advance > 0:
		p.clock += op.Advance
		p.Advance(op.Advance)
		return nil
	}
	return p.look(ctx, op)
}

func (p *player) write(ctx context.Context, entries []board.Entry) error {
	for _, e := range entries {
		p.record.put(e)
	}
	p.put = append(p.put, entries...)
	return p.Boards.Put(ctx, p.of, entries...)
}

func (p *player) look(ctx context.Context, op Op) error {
	snap, err := p.Boards.Snapshot(ctx, p.of, op.Look, 0)
	if !p.complete {
		return expect("snapshot before the first rebuild", err, board.ErrIncomplete)
	}
	if err != nil {
		return err
	}
	want := p.record.group(op.Look)
	if snap.Total != len(want) {
		return fmt.Errorf("group %s: total %d, want %d", op.Look, snap.Total, len(want))
	}
	got, err := read(ctx, p.Boards, p.of, op.Look, snap, op.Size, op.Back)
	if err != nil {
		return err
	}
	if err := same("group "+op.Look, got, want); err != nil {
		return err
	}
	p.seen = append(p.seen, seen{op.Look, snap, want, p.clock})
	if err := p.lookAround(ctx, op, want); err != nil {
		return err
	}
	return p.lookBack(ctx, op)
}

// lookAround compares a person's live neighbourhood.
func (p *player) lookAround(ctx context.Context, op Op, want []board.Place) error {
	before, after := op.Size/2, op.Size/3
	got, err := p.Boards.Around(ctx, p.of, op.Look, op.Person, before, after)
	at := slices.IndexFunc(want, func(l board.Place) bool { return l.Person == op.Person })
	if at < 0 {
		return expect(fmt.Sprintf("around %s, absent from %s", op.Person, op.Look), err, board.ErrAbsent)
	}
	if err != nil {
		return err
	}
	return same("around "+op.Person, got, want[max(0, at-before):min(len(want), at+after+1)])
}

// lookBack reads the snapshots handed out before once more.
func (p *player) lookBack(ctx context.Context, op Op) error {
	for _, s := range p.seen {
		if p.clock-s.at >= board.Keep {
			continue
		}
		got, err := read(ctx, p.Boards, p.of, s.group, s.snap, op.Size, op.Back)
		if err == nil {
			err = same("again group "+s.group, got, s.places)
		}
		if err != nil {
			return fmt.Errorf("snapshot of %s ago: %w", p.clock-s.at, err)
		}
	}
	return nil
}
