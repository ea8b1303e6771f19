// Package boardtest is the one conformance suite for live boards: random histories against a sorted oracle, paging under
// concurrent updates, rebuilds under concurrent writes, loss, and foreign epochs.
//
// The tests of an implementation are glue: they open a Subject and call Run. Every check is a function that returns an
// error, so that the suite itself can be tested: planted_test.go wraps a sound implementation in known defects (a tie
// broken by the member's text, a rank key packed into a float, increments instead of absolute values, …) and requires
// that the checks refuse each of them.
//
// The suite knows nothing of how a board is stored.
package boardtest

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mangxanh/scoring/board"
)

// Boards is what an implementation must offer; board.Boards says what each method promises.
type Boards interface {
	Put(ctx context.Context, b board.Board, entries ...board.Entry) error
	Remove(ctx context.Context, b board.Board, person string, version int64) error
	Replace(ctx context.Context, b board.Board, entries iter.Seq2[board.Entry, error]) error
	Complete(ctx context.Context, b board.Board) (bool, error)
	Snapshot(ctx context.Context, b board.Board, group string, maxAge time.Duration) (board.Snapshot, error)
	Page(ctx context.Context, b board.Board, group, version string, offset, limit int) ([]board.Place, error)
	Around(ctx context.Context, b board.Board, group, person string, before, after int) ([]board.Place, error)
	Drop(ctx context.Context, b board.Board) error
}

// Subject is an implementation under test.
type Subject struct {
	Boards Boards
	// Advance moves the clock by which snapshots age.
	Advance func(time.Duration)
	// Lose loses everything at once (a restart, a flush) and returns what to go on with.
	Lose func() (Boards, error)
	// LosePart loses the part of a board with that number, and reports whether there was one. Nil where a board is lost
	// as a whole or not at all.
	LosePart func(b board.Board, part int) (bool, error)
}

// Check is one demand on an implementation.
type Check struct {
	Name string
	Run  func(ctx context.Context, s Subject) error
}

// Checks are all the demands beside random histories.
var Checks = []Check{
	{"ages and expiry of snapshots", checkAges},
	{"unchanged group keeps its version", checkUnchanged},
	{"invalid entries write nothing", checkInvalid},
	{"drop forgets", checkDrop},
	{"never filled is incomplete", checkNeverFilled},
	{"removal outlives a rebuild", checkRemoval},
	{"foreign epoch is refused", checkEpoch},
	{"broken source leaves the old board", checkBrokenSource},
	{"rebuild is invisible until whole", checkInvisible},
	{"put during rebuild is kept", checkPutDuringReplace},
	{"total loss", checkLoss},
	{"partial loss", checkPartialLoss},
	{"paging under concurrent updates", checkPaging},
	{"rebuilds under concurrent puts", checkConcurrentReplace},
}

// Run holds an implementation to the whole suite. open is called once for each check, and returns a subject that no other
// check uses.
func Run(t *testing.T, open func(t *testing.T) Subject) {
	t.Run("histories", func(t *testing.T) {
		s := open(t)
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			h := Histories().Draw(rt, "history")
			n++
			if err := Replay(t.Context(), s, name(fmt.Sprint("history ", n)), h); err != nil {
				rt.Fatal(err)
			}
		})
	})
	for _, c := range Checks {
		t.Run(c.Name, func(t *testing.T) {
			if err := c.Run(t.Context(), open(t)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func name(id string) board.Board { return board.Board{ID: id, Epoch: "1"} }
