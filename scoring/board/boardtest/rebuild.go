package boardtest

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"mangxanh/scoring/board"
)

// source yields entries and calls meanwhile once before each.
func source(entries []board.Entry, meanwhile func(i int) error) iter.Seq2[board.Entry, error] {
	return func(yield func(board.Entry, error) bool) {
		for i, e := range entries {
			if !yield(e, meanwhile(i)) {
				return
			}
		}
	}
}

// crowd is large enough that a rebuild takes several batches.
const crowd = 450

// checkBrokenSource: whoever stops half-way must not leave half a board.
func checkBrokenSource(ctx context.Context, s Subject) error {
	of, broken := name("broken"), errors.New("record is away")
	breaking := source(class(crowd), func(i int) error {
		if i == crowd-1 {
			return broken
		}
		return nil
	})
	err := errors.Join(expect("replace", s.Boards.Replace(ctx, of, breaking), broken), incomplete(ctx, s.Boards, of))
	if err != nil {
		return err
	}
	r, err := filled(ctx, s.Boards, of, 9)
	if err != nil {
		return err
	}
	if err := expect("replace", s.Boards.Replace(ctx, of, breaking), broken); err != nil {
		return err
	}
	stopped, stop := context.WithCancel(ctx)
	stopping := source(class(crowd), func(i int) error {
		if i == crowd-1 {
			stop()
		}
		return nil
	})
	if err := expect("replace", s.Boards.Replace(stopped, of, stopping), context.Canceled); err != nil {
		return err
	}
	return equals(ctx, s.Boards, of, r, "all", "school:0")
}

// checkInvisible looks at the board from inside the rebuild: it must be the old one until the end.
func checkInvisible(ctx context.Context, s Subject) error {
	of := name("invisible")
	old, err := filled(ctx, s.Boards, of, 9)
	if err != nil {
		return err
	}
	next := newRecord(class(crowd)...)
	for i := range next.entries {
		e := next.entries[i]
		e.Data = []byte("new")
		next.entries[i] = e
	}
	var entries []board.Entry
	for _, e := range next.entries {
		entries = append(entries, e)
	}
	err = s.Boards.Replace(ctx, of, source(entries, func(i int) error {
		if i%90 != 0 && i != crowd-1 {
			return nil
		}
		if err := equals(ctx, s.Boards, of, old, "all", "school:1"); err != nil {
			return fmt.Errorf("during the rebuild: %w", err)
		}
		return nil
	}))
	return errors.Join(err, equals(ctx, s.Boards, of, next, "all", "school:0", "school:1"))
}

// checkPutDuringReplace writes from inside the rebuild, before and after the source passes the person. The rebuild read
// the record before those writes; they must be there in the end, and readers see them at once.
func checkPutDuringReplace(ctx context.Context, s Subject) error {
	of := name("put during rebuild")
	r, err := filled(ctx, s.Boards, of, crowd)
	if err != nil {
		return err
	}
	read := class(crowd)
	err = s.Boards.Replace(ctx, of, source(read, func(i int) error {
		if i%50 != 0 {
			return nil
		}
		// person-i comes next, the one with i-1 has just been passed, the last is far ahead.
		for _, e := range []board.Entry{
			entry(fmt.Sprint("person-", i), int64(i+2), int64(i), 3, "all"),
			entry(fmt.Sprint("person-", max(0, i-1)), int64(i+3), int64(i), 4, "school:1"),
			entry(fmt.Sprint("person-", crowd-1), int64(i+2), int64(i), 5, "all", "school:2"),
			entry(fmt.Sprint("newcomer-", i), 1, int64(i), 6, "all"),
		} {
			r.put(e)
			if err := s.Boards.Put(ctx, of, e); err != nil {
				return err
			}
		}
		gone := fmt.Sprint("person-", i+7)
		r.remove(gone, 3)
		if err := s.Boards.Remove(ctx, of, gone, 3); err != nil {
			return err
		}
		return equals(ctx, s.Boards, of, r, "all")
	}))
	return errors.Join(err, equals(ctx, s.Boards, of, r, "all", "school:0", "school:1", "school:2"))
}
