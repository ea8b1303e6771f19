package redisboard

import (
	"testing"

	"mangxanh/scoring/board"
)

// TestShownGenerationIsNotGivenUp: when Redis shows a rebuild but the answer comes too late, the caller gives the
// rebuild up, or asks again. Neither may take away what is shown. Without the guard in finish.lua the board is empty
// here and calls itself complete.
func TestShownGenerationIsNotGivenUp(t *testing.T) {
	ctx, b := t.Context(), stepping(t)
	generation, err := b.client.HGet(ctx, Prefix(round), "shown").Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"drop", "show"} {
		if word, err := b.status(ctx, finishScript, round, generation, what); word != statusOK || err != nil {
			t.Fatalf("%s: %s, %v", what, word, err)
		}
		snap, err := b.Snapshot(ctx, round, "all", 0)
		if whole, _ := b.Complete(ctx, round); err != nil || !whole || snap.Total != 30 {
			t.Fatalf("after %s: %v, %v, complete: %v", what, snap, err, whole)
		}
	}
}

// TestLostRebuildIsAnError: what was flushed in the middle of a rebuild must not come back as half a board.
func TestLostRebuildIsAnError(t *testing.T) {
	ctx, b := t.Context(), stepping(t)
	err := b.Replace(ctx, round, func(yield func(board.Entry, error) bool) {
		for i := range 3 * batch {
			if i == 2*batch {
				b.client.FlushAll(ctx)
			}
			if !yield(line(i, 1, 5, "all"), nil) {
				return
			}
		}
	})
	if err == nil {
		t.Error("a rebuild that was flushed half-way succeeded")
	}
	if whole, err := b.Complete(ctx, round); whole || err != nil {
		t.Errorf("complete: %v, %v", whole, err)
	}
}
