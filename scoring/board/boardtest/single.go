package boardtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"mangxanh/scoring/board"
)

// class returns n people with some ties, listed in "all" and in one of two schools.
func class(n int) []board.Entry {
	entries := make([]board.Entry, n)
	for i := range entries {
		entries[i] = entry(fmt.Sprint("person-", i), 1, int64(i/3)*100, 5, "all", fmt.Sprint("school:", i%2))
	}
	return entries
}

// filled makes a complete board of n people.
func filled(ctx context.Context, b Boards, of board.Board, n int) (*record, error) {
	r := newRecord(class(n)...)
	return r, b.Replace(ctx, of, r.all())
}

func expect(what string, err, want error) error {
	switch {
	case err == nil:
		return fmt.Errorf("%s: no error, want: %w", what, want)
	case !errors.Is(err, want):
		return fmt.Errorf("%s: want %q, got: %w", what, want, err)
	}
	return nil
}

func checkAges(ctx context.Context, s Subject) error {
	of := name("ages")
	r, err := filled(ctx, s.Boards, of, 20)
	if err != nil {
		return err
	}
	old := r.group("all")
	first, err := s.Boards.Snapshot(ctx, of, "all", 2*time.Second)
	if err != nil {
		return err
	}
	change := entry("person-3", 2, 5000, 1, "all")
	r.put(change)
	err = s.Boards.Put(ctx, of, change)
	again, errAgain := s.Boards.Snapshot(ctx, of, "all", 2*time.Second)
	if err = errors.Join(err, errAgain); err != nil {
		return err
	}
	if again != first {
		return fmt.Errorf("a snapshot of the same moment differs: %v, %v", first, again)
	}
	s.Advance(3 * time.Second)
	next, err := s.Boards.Snapshot(ctx, of, "all", 2*time.Second)
	if err != nil {
		return err
	}
	if next.Version == first.Version || next.AsOf.Sub(first.AsOf) != 3*time.Second {
		return fmt.Errorf("after 3 s: %v, before: %v", next, first)
	}
	got, err := read(ctx, s.Boards, of, "all", first, 6, true)
	if err = errors.Join(err, same("old snapshot", got, old), equals(ctx, s.Boards, of, r, "all", "school:1")); err != nil {
		return err
	}
	_, err = s.Boards.Page(ctx, of, "school:1", first.Version, 0, 5)
	if err := expect("a version read through another group", err, board.ErrGone); err != nil {
		return err
	}
	s.Advance(10 * time.Minute)
	_, err = s.Boards.Page(ctx, of, "all", first.Version, 0, 5)
	return errors.Join(expect("page after ten minutes", err, board.ErrGone), equals(ctx, s.Boards, of, r, "all"))
}

func checkUnchanged(ctx context.Context, s Subject) error {
	of := name("unchanged")
	if _, err := filled(ctx, s.Boards, of, 8); err != nil {
		return err
	}
	before, err := s.Boards.Snapshot(ctx, of, "school:0", 0)
	if err != nil {
		return err
	}
	s.Advance(5 * time.Second)
	// person-1 is in the other school: this one does not change.
	if err := s.Boards.Put(ctx, of, entry("person-1", 2, 900, 5, "all", "school:1")); err != nil {
		return err
	}
	after, err := s.Boards.Snapshot(ctx, of, "school:0", time.Second)
	if err != nil {
		return err
	}
	if after.Version != before.Version || after.AsOf.Sub(before.AsOf) != 5*time.Second {
		return fmt.Errorf("unchanged group: %v, then %v", before, after)
	}
	s.Advance(board.Keep - time.Second)
	_, err = s.Boards.Page(ctx, of, "school:0", after.Version, 0, 5)
	return err
}

func checkInvalid(ctx context.Context, s Subject) error {
	of := name("invalid")
	r, err := filled(ctx, s.Boards, of, 4)
	if err != nil {
		return err
	}
	good := entry("person-1", 9, 700, 1, "all")
	bad := map[string]func(e *board.Entry){
		"no person":        func(e *board.Entry) { e.Person = "" },
		"negative version": func(e *board.Entry) { e.Version = -1 },
		"no key":           func(e *board.Entry) { e.Key = nil },
		"short key":        func(e *board.Entry) { e.Key = e.Key[1:] },
		"much data":        func(e *board.Entry) { e.Data = make([]byte, 1<<20) },
		"nameless group":   func(e *board.Entry) { e.Groups = []string{""} },
		"control in group": func(e *board.Entry) { e.Groups = []string{"a\x1fb"} },
		"long group":       func(e *board.Entry) { e.Groups = []string{strings.Repeat("g", 300)} },
	}
	for what, spoil := range bad {
		e := entry("person-2", 9, 800, 1, "all")
		spoil(&e)
		if err := expect(what, s.Boards.Put(ctx, of, good, e), board.ErrInvalid); err != nil {
			return err
		}
	}
	if err := expect("removal of nobody", s.Boards.Remove(ctx, of, "", 1), board.ErrInvalid); err != nil {
		return err
	}
	return equals(ctx, s.Boards, of, r, "all")
}

func checkDrop(ctx context.Context, s Subject) error {
	of, other := name("drop"), name("other")
	_, err := filled(ctx, s.Boards, of, 5)
	kept, errOther := filled(ctx, s.Boards, other, 5)
	snap, errSnap := s.Boards.Snapshot(ctx, of, "all", 0)
	if err := errors.Join(err, errOther, errSnap, s.Boards.Drop(ctx, of)); err != nil {
		return err
	}
	_, errPage := s.Boards.Page(ctx, of, "all", snap.Version, 0, 5)
	_, errSnap = s.Boards.Snapshot(ctx, of, "all", time.Hour)
	_, errAround := s.Boards.Around(ctx, of, "all", "person-1", 1, 1)
	return errors.Join(expect("page", errPage, board.ErrGone), expect("snapshot", errSnap, board.ErrIncomplete),
		expect("around", errAround, board.ErrIncomplete), incomplete(ctx, s.Boards, of),
		equals(ctx, s.Boards, other, kept, "all"))
}

func incomplete(ctx context.Context, b Boards, of board.Board) error {
	whole, err := b.Complete(ctx, of)
	if err == nil && whole {
		err = errors.New("board calls itself complete")
	}
	return err
}

func checkNeverFilled(ctx context.Context, s Subject) error {
	of := name("never filled")
	err := s.Boards.Put(ctx, of, class(3)...)
	_, errSnap := s.Boards.Snapshot(ctx, of, "all", time.Hour)
	_, errAround := s.Boards.Around(ctx, of, "all", "person-1", 1, 1)
	err = errors.Join(err, expect("snapshot", errSnap, board.ErrIncomplete),
		expect("around", errAround, board.ErrIncomplete), incomplete(ctx, s.Boards, of))
	if err != nil {
		return err
	}
	r := newRecord()
	if err := s.Boards.Replace(ctx, of, r.all()); err != nil {
		return err
	}
	whole, err := s.Boards.Complete(ctx, of)
	if err == nil && !whole {
		err = errors.New("an empty board that was filled with nobody is complete")
	}
	return errors.Join(err, equals(ctx, s.Boards, of, r, "all"))
}

// checkRemoval: a write that was delayed until after the rebuild must not bring a removed person back.
func checkRemoval(ctx context.Context, s Subject) error {
	of := name("removal")
	r, err := filled(ctx, s.Boards, of, 6)
	if err != nil {
		return err
	}
	late := entry("person-2", 4, 9000, 1, "all")
	r.remove("person-2", 4)
	err = errors.Join(s.Boards.Remove(ctx, of, "person-2", 4), s.Boards.Replace(ctx, of, r.all()),
		s.Boards.Put(ctx, of, late), equals(ctx, s.Boards, of, r, "all", "school:0"))
	if err != nil {
		return err
	}
	back := entry("person-2", 5, 9000, 1, "all")
	r.put(back)
	return errors.Join(s.Boards.Put(ctx, of, back), equals(ctx, s.Boards, of, r, "all", "school:0"))
}

// checkEpoch: keys made under other settings are never read, and names that look alike are different boards.
func checkEpoch(ctx context.Context, s Subject) error {
	of := board.Board{ID: "a:b", Epoch: "c"}
	r, err := filled(ctx, s.Boards, of, 6)
	if err != nil {
		return err
	}
	for _, foreign := range []board.Board{{ID: "a:b", Epoch: "d"}, {ID: "a", Epoch: "b:c"}, {ID: "a}:b", Epoch: "c"}, {ID: "a:b"}} {
		_, errSnap := s.Boards.Snapshot(ctx, foreign, "all", time.Hour)
		_, errAround := s.Boards.Around(ctx, foreign, "all", "person-1", 1, 1)
		err := errors.Join(expect("snapshot", errSnap, board.ErrIncomplete),
			expect("around", errAround, board.ErrIncomplete), incomplete(ctx, s.Boards, foreign),
			s.Boards.Put(ctx, foreign, entry("person-1", 99, 99999, 1, "all")),
			s.Boards.Remove(ctx, foreign, "person-2", 99))
		if err != nil {
			return fmt.Errorf("foreign board %v: %w", foreign, err)
		}
	}
	return equals(ctx, s.Boards, of, r, "all", "school:0")
}
