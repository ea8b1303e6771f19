package boardtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"mangxanh/scoring/board"
)

// checkPaging pages forth and back while writers swap the scores of two people in one Put. Whatever moment a snapshot
// shows, everybody is in it once and the scores together are those of the beginning.
func checkPaging(ctx context.Context, s Subject) error {
	of := name("paging")
	const people = 60
	r, err := filled(ctx, s.Boards, of, people)
	if err != nil {
		return err
	}
	want := keys(r.group("all"))
	done, stop := context.WithCancel(ctx)
	var writers sync.WaitGroup
	failed := make(chan error, 2)
	for w := range 2 {
		writers.Go(func() { failed <- swap(done, s.Boards, of, r, w, people) })
	}
	for i := range 60 {
		if err = checkOnePaging(ctx, s, of, want, i); err != nil {
			break
		}
	}
	stop()
	writers.Wait()
	return errors.Join(err, <-failed, <-failed)
}

// swap exchanges scores within one half of the people until ctx ends.
func swap(ctx context.Context, b Boards, of board.Board, r *record, half, people int) error {
	random := rand.New(rand.NewPCG(1, uint64(half)))
	mine := map[int]board.Entry{}
	for i := half; i < people; i += 2 {
		mine[i] = r.entries[fmt.Sprint("person-", i)]
	}
	for version := int64(2); ctx.Err() == nil; version++ {
		i, j := half+2*random.IntN(people/2), half+2*random.IntN(people/2)
		if i == j {
			continue
		}
		a, c := mine[i], mine[j]
		a.Key, c.Key = c.Key, a.Key
		a.Version, c.Version = version, version
		a.Data, c.Data = fmt.Appendf(nil, "%x v%d", a.Key, version), fmt.Appendf(nil, "%x v%d", c.Key, version)
		mine[i], mine[j] = a, c
		if err := b.Put(context.WithoutCancel(ctx), of, a, c); err != nil {
			return err
		}
	}
	return nil
}

func checkOnePaging(ctx context.Context, s Subject, of board.Board, want []string, i int) error {
	s.Advance(10 * time.Millisecond)
	snap, err := s.Boards.Snapshot(ctx, of, "all", 0)
	if err != nil {
		return err
	}
	forth, errForth := read(ctx, s.Boards, of, "all", snap, 1+i%17, false)
	back, errBack := read(ctx, s.Boards, of, "all", snap, 1+i%13, true)
	if err := errors.Join(errForth, errBack, same("back and forth", back, forth), ordered(forth)); err != nil {
		return fmt.Errorf("snapshot %s: %w", snap.Version, err)
	}
	if got := keys(forth); !slices.Equal(got, want) {
		return fmt.Errorf("snapshot %s mixes two states: got %v, want %v", snap.Version, got, want)
	}
	around, err := s.Boards.Around(ctx, of, "all", fmt.Sprint("person-", i), len(want), len(want))
	if err != nil {
		return err
	}
	if got := keys(around); !slices.Equal(got, want) {
		return fmt.Errorf("around mixes two states: got %v, want %v", got, want)
	}
	return ordered(around)
}

// keys returns the sorted rank keys of a listing, read from the data that repeats them.
func keys(places []board.Place) []string {
	var all []string
	for _, p := range places {
		key, _, _ := strings.Cut(string(p.Data), " ")
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

// ordered demands that a whole listing is in order, ranks are shared, and nobody is in it twice.
func ordered(places []board.Place) error {
	seen := map[string]bool{}
	last, rank := "", 0
	for i, p := range places {
		key, _, _ := strings.Cut(string(p.Data), " ")
		if key != last {
			rank = i + 1
		}
		if key < last || p.Rank != rank || seen[p.Person] {
			return fmt.Errorf("place %d of %q: rank %d, want %d, key %s after %s", i, p.Person, p.Rank, rank, key, last)
		}
		last, seen[p.Person] = key, true
	}
	return nil
}

// ledger is a record that is written and read by several at once, like a database.
type ledger struct {
	mu sync.Mutex
	*record
}

func (l *ledger) entries() []board.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []board.Entry
	for _, e := range l.record.entries {
		all = append(all, e)
	}
	return all
}

// checkConcurrentReplace rebuilds again and again, twice at a time, while writers commit to the record and then Put, as a
// service does. Readers always see everybody; nobody falls back behind a Put that was answered; in the end the board is
// the record.
func checkConcurrentReplace(ctx context.Context, s Subject) error {
	of := name("concurrent rebuild")
	const people = 40
	l := &ledger{record: newRecord(class(people)...)}
	if err := s.Boards.Replace(ctx, of, l.all()); err != nil {
		return err
	}
	var busy sync.WaitGroup
	failed := make(chan error, 4)
	for half := range 2 {
		busy.Go(func() { failed <- commit(ctx, s.Boards, of, l, half, people) })
		busy.Go(func() { failed <- rebuild(ctx, s.Boards, of, l) })
	}
	var err error
	for range 30 {
		places, errLive := live(ctx, s.Boards, of, "all")
		if err = errLive; err == nil && len(places) != people {
			err = fmt.Errorf("%d of %d people during rebuilds", len(places), people)
		}
		if err = errors.Join(err, ordered(places)); err != nil {
			break
		}
	}
	busy.Wait()
	for range 4 {
		err = errors.Join(err, <-failed)
	}
	return errors.Join(err, equals(ctx, s.Boards, of, l.record, "all", "school:0", "school:1"))
}

func rebuild(ctx context.Context, b Boards, of board.Board, l *ledger) error {
	for range 8 {
		err := b.Replace(ctx, of, func(yield func(board.Entry, error) bool) {
			for _, e := range l.entries() {
				if !yield(e, nil) {
					return
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// commit writes to the record first and to the board after it, and then looks whether the board kept it.
func commit(ctx context.Context, b Boards, of board.Board, l *ledger, half, people int) error {
	random := rand.New(rand.NewPCG(2, uint64(half)))
	for version := int64(2); version < 80; version++ {
		who := fmt.Sprint("person-", half+2*random.IntN(people/2))
		e := entry(who, version, random.Int64N(5), random.Int64N(3), "all", fmt.Sprint("school:", random.IntN(2)))
		l.mu.Lock()
		l.put(e)
		l.mu.Unlock()
		if err := b.Put(ctx, of, e); err != nil {
			return err
		}
		places, err := b.Around(ctx, of, "all", who, 0, 0)
		if err != nil {
			return err
		}
		if string(places[0].Data) != string(e.Data) {
			return fmt.Errorf("%s fell back to %q after %q was answered", who, places[0].Data, e.Data)
		}
	}
	return nil
}
