package boardtest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"mangxanh/scoring"
	"mangxanh/scoring/board"
)

// record is the oracle: what a database would hold after the same writes, kept as plainly as possible.
type record struct {
	entries map[string]board.Entry
	removed map[string]int64
}

func newRecord(entries ...board.Entry) *record {
	r := &record{entries: map[string]board.Entry{}, removed: map[string]int64{}}
	for _, e := range entries {
		r.put(e)
	}
	return r
}

func (r *record) put(e board.Entry) {
	if at, ok := r.removed[e.Person]; ok && e.Version <= at {
		return
	}
	if old, ok := r.entries[e.Person]; !ok || e.Version > old.Version {
		r.entries[e.Person] = e
	}
}

func (r *record) remove(person string, version int64) {
	if at, ok := r.removed[person]; ok && version <= at {
		return
	}
	r.removed[person] = version
	if old, ok := r.entries[person]; ok && old.Version <= version {
		delete(r.entries, person)
	}
}

// all yields the entries in no particular order.
func (r *record) all() iter.Seq2[board.Entry, error] {
	return func(yield func(board.Entry, error) bool) {
		for _, e := range r.entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// group is the listing as it should be shown: sorted by rank key and tie key, rank = 1 + people with a smaller rank key.
func (r *record) group(group string) []board.Place {
	var in []board.Entry
	for _, e := range r.entries {
		if slices.Contains(e.Groups, group) {
			in = append(in, e)
		}
	}
	slices.SortFunc(in, func(a, b board.Entry) int {
		return cmp.Or(bytes.Compare(a.Key, b.Key), bytes.Compare(a.Tie, b.Tie))
	})
	places := make([]board.Place, len(in))
	for i, e := range in {
		places[i] = board.Place{Rank: 1, Person: e.Person, Data: e.Data}
		for _, other := range in {
			if bytes.Compare(other.Key, e.Key) < 0 {
				places[i].Rank++
			}
		}
	}
	return places
}

// same compares two listings.
func same(what string, got, want []board.Place) error {
	if len(got) != len(want) {
		return fmt.Errorf("%s: got %d places, want %d", what, len(got), len(want))
	}
	for i := range got {
		if got[i].Rank != want[i].Rank || got[i].Person != want[i].Person || !bytes.Equal(got[i].Data, want[i].Data) {
			return fmt.Errorf("%s: place %d: got %d %q %q, want %d %q %q", what, i, got[i].Rank, got[i].Person,
				got[i].Data, want[i].Rank, want[i].Person, want[i].Data)
		}
	}
	return nil
}

// read pages through a snapshot from front to back, or from back to front, and returns it from front to back.
func read(ctx context.Context, b Boards, of board.Board, group string, snap board.Snapshot, size int, back bool) ([]board.Place, error) {
	var offsets []int
	for o := 0; o < snap.Total; o += size {
		offsets = append(offsets, o)
	}
	if back {
		slices.Reverse(offsets)
	}
	pages := map[int][]board.Place{}
	for _, o := range offsets {
		page, err := b.Page(ctx, of, group, snap.Version, o, size)
		if err != nil {
			return nil, fmt.Errorf("page at %d of %d: %w", o, snap.Total, err)
		}
		pages[o] = page
	}
	slices.Sort(offsets)
	var places []board.Place
	for _, o := range offsets {
		places = append(places, pages[o]...)
	}
	beyond, err := b.Page(ctx, of, group, snap.Version, snap.Total, size)
	if err == nil && len(beyond) > 0 {
		err = errors.New("a page behind the end has places")
	}
	return places, err
}

// live reads the group as it is now.
func live(ctx context.Context, b Boards, of board.Board, group string) ([]board.Place, error) {
	snap, err := b.Snapshot(ctx, of, group, 0)
	if err != nil {
		return nil, fmt.Errorf("snapshot of %s: %w", group, err)
	}
	return read(ctx, b, of, group, snap, 7, false)
}

// equals demands that the board shows exactly the record.
func equals(ctx context.Context, b Boards, of board.Board, r *record, groups ...string) error {
	for _, g := range groups {
		got, err := live(ctx, b, of, g)
		if err != nil {
			return err
		}
		if err := same("group "+g, got, r.group(g)); err != nil {
			return err
		}
	}
	return nil
}

var chain = scoring.Chain{scoring.ByScore, scoring.ByDuration}

// entry makes a person's entry in the way a service does. The data repeats the key, so that a torn line shows.
func entry(person string, version, score, duration int64, groups ...string) board.Entry {
	key := chain.Key(scoring.Line{Score: score, Duration: duration}, scoring.Target{})
	return board.Entry{
		Person: person, Version: version, Key: key, Tie: scoring.TieKey([]byte("seed"), person),
		Groups: groups, Data: fmt.Appendf(nil, "%x v%d", key, version),
	}
}
