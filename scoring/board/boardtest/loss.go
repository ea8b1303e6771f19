package boardtest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mangxanh/scoring/board"
)

// checkLoss: everything goes at once. Nothing of it may be shown as the board, and a rebuild brings it back.
func checkLoss(ctx context.Context, s Subject) error {
	of := name("loss")
	r, err := filled(ctx, s.Boards, of, 30)
	if err != nil {
		return err
	}
	snap, err := s.Boards.Snapshot(ctx, of, "all", 0)
	if err != nil {
		return err
	}
	b, err := s.Lose()
	if err != nil {
		return err
	}
	change := entry("person-3", 2, 70, 5, "all")
	r.put(change)
	_, errPage := b.Page(ctx, of, "all", snap.Version, 0, 5)
	_, errSnap := b.Snapshot(ctx, of, "all", time.Hour)
	err = errors.Join(incomplete(ctx, b, of), b.Put(ctx, of, change), incomplete(ctx, b, of),
		expect("page", errPage, board.ErrGone), expect("snapshot", errSnap, board.ErrIncomplete))
	if err != nil {
		return err
	}
	return errors.Join(b.Replace(ctx, of, r.all()), equals(ctx, b, of, r, "all", "school:0", "school:1"))
}

// checkPartialLoss loses each part by itself: what is shown afterwards is right or refused, never partial.
func checkPartialLoss(ctx context.Context, s Subject) error {
	if s.LosePart == nil {
		return nil
	}
	for part := 0; ; part++ {
		of := name(fmt.Sprint("partial loss ", part))
		more, err := losePart(ctx, s, of, part)
		if err != nil {
			return fmt.Errorf("part %d lost: %w", part, err)
		}
		if !more {
			if part < 5 {
				return fmt.Errorf("a board of %d parts is not what this check is for", part)
			}
			return nil
		}
	}
}

func losePart(ctx context.Context, s Subject, of board.Board, part int) (bool, error) {
	r, err := filled(ctx, s.Boards, of, 30)
	if err != nil {
		return false, err
	}
	r.remove("person-9", 2)
	if err := s.Boards.Remove(ctx, of, "person-9", 2); err != nil {
		return false, err
	}
	snap, err := s.Boards.Snapshot(ctx, of, "all", time.Hour)
	if err != nil {
		return false, err
	}
	more, err := s.LosePart(of, part)
	if !more || err != nil {
		return false, err
	}
	if err := rightOrRefused(ctx, s.Boards, of, r, snap); err != nil {
		return false, err
	}
	// Writes do not heal a board by making its counts meet again.
	for i := range 30 {
		e := entry(fmt.Sprint("person-", i), 3, int64(i), 6, "all", fmt.Sprint("school:", (i+1)%2))
		r.put(e)
		if err := s.Boards.Put(ctx, of, e); err != nil {
			return false, err
		}
		if err := rightOrRefused(ctx, s.Boards, of, r, board.Snapshot{}); err != nil {
			return false, fmt.Errorf("after %d writes: %w", i+1, err)
		}
	}
	err = errors.Join(s.Boards.Replace(ctx, of, r.all()), equals(ctx, s.Boards, of, r, "all", "school:0", "school:1"))
	if whole, errWhole := s.Boards.Complete(ctx, of); err == nil && !whole {
		err = errors.Join(errors.New("a rebuilt board is complete"), errWhole)
	}
	return true, errors.Join(err, s.Boards.Drop(ctx, of))
}

// rightOrRefused allows every answer of the board but a wrong one. old is a snapshot of "all" from before the loss, or
// nothing.
func rightOrRefused(ctx context.Context, b Boards, of board.Board, r *record, old board.Snapshot) error {
	whole, err := b.Complete(ctx, of)
	if err != nil {
		return err
	}
	for _, g := range []string{"all", "school:0", "school:1"} {
		places, err := live(ctx, b, of, g)
		if err == nil {
			err = same("group "+g, places, r.group(g))
		}
		if err != nil && (whole || !errors.Is(err, board.ErrIncomplete)) {
			return fmt.Errorf("complete: %v: %w", whole, err)
		}
	}
	for _, person := range []string{"person-0", "person-3"} {
		places, err := b.Around(ctx, of, "all", person, 100, 100)
		if err == nil {
			err = same("around", places, r.group("all"))
		}
		if err != nil && (whole || !errors.Is(err, board.ErrIncomplete)) {
			return fmt.Errorf("complete: %v: %w", whole, err)
		}
	}
	if old.Version == "" {
		return nil
	}
	places, err := read(ctx, b, of, "all", old, 7, false)
	if err == nil {
		err = same("old snapshot", places, r.group("all"))
	}
	if errors.Is(err, board.ErrGone) {
		return nil
	}
	return err
}
