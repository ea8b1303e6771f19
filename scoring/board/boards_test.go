package board_test

import (
	"sync/atomic"
	"testing"
	"time"

	"mangxanh/scoring/board"
	"mangxanh/scoring/board/boardtest"
)

var _ boardtest.Boards = (*board.Boards)(nil)

func TestBoards(t *testing.T) { boardtest.Run(t, boardtest.InProcess) }

// TestClockStepsBack: a clock that goes back must not freeze the board.
func TestClockStepsBack(t *testing.T) {
	var now atomic.Int64
	now.Store(time.Hour.Microseconds())
	b := board.New(func() time.Time { return time.UnixMicro(now.Load()) })
	of := board.Board{ID: "round", Epoch: "1"}
	one := board.Entry{Person: "a", Version: 1, Key: []byte("k"), Groups: []string{"all"}}
	if err := b.Replace(t.Context(), of, func(yield func(board.Entry, error) bool) { yield(one, nil) }); err != nil {
		t.Fatal(err)
	}
	before, err := b.Snapshot(t.Context(), of, "all", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	now.Store(0)
	two := board.Entry{Person: "b", Version: 1, Key: []byte("l"), Groups: []string{"all"}}
	if err := b.Put(t.Context(), of, two); err != nil {
		t.Fatal(err)
	}
	after, err := b.Snapshot(t.Context(), of, "all", time.Second)
	if err != nil || after.Version == before.Version || after.Total != 2 {
		t.Fatalf("after the step: %v, %v, before: %v", after, err, before)
	}
}
