package redisboard

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"mangxanh/scoring/board"
)

var round = board.Board{ID: "round", Epoch: "1"}

func line(person, version int, key uint64, groups ...string) board.Entry {
	return board.Entry{
		Person: fmt.Sprint("p", person), Version: int64(version), Key: fmt.Appendf(nil, "%016x", key), Tie: []byte("t"),
		Groups: groups, Data: fmt.Appendf(nil, "v%d", version),
	}
}

// stepping opens boards whose large groups are copied four members at a time, and fills one with 30 people.
func stepping(t *testing.T) *Boards {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
	t.Cleanup(func() { _ = c.Close() })
	b := New(c)
	b.Whole, b.Piece, b.Now = 0, 4, func() time.Time { return time.Unix(1_800_000_000, 0) }
	err := b.Replace(t.Context(), round, func(yield func(board.Entry, error) bool) {
		for i := range 30 {
			if !yield(line(i, 1, uint64(i), "all"), nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// listing reads a whole snapshot as text.
func listing(ctx context.Context, b *Boards, s board.Snapshot) (string, error) {
	places, err := b.Page(ctx, round, "all", s.Version, 0, 1000)
	var text strings.Builder
	for _, p := range places {
		fmt.Fprintf(&text, "%d %s %s\n", p.Rank, p.Person, p.Data)
	}
	return text.String(), err
}

// copyUnderWrites takes a snapshot piece by piece and writes at random between the pieces. It returns what the group was
// when the copy began and what the snapshot shows.
func copyUnderWrites(t *testing.T, b *Boards, seed uint64) (want, got string) {
	t.Helper()
	ctx, random := t.Context(), rand.New(rand.NewPCG(seed, 0))
	whole := New(b.client)
	whole.Now = b.Now
	before, err := whole.Snapshot(ctx, round, "all", 0)
	if err == nil {
		want, err = listing(ctx, whole, before)
	}
	if err == nil { // so that the group differs from the last snapshot, but not from what it showed
		err = whole.Put(ctx, round, line(99, 1, 1, "all"))
	}
	if err == nil {
		err = whole.Remove(ctx, round, "p99", 1)
	}
	if err != nil {
		t.Fatal(err)
	}
	for version := int(seed)*1000 + 2; ; version++ {
		word, values, err := b.snapshot(ctx, round, "all", 0)
		if err != nil {
			t.Fatal(err)
		}
		if word != statusCopying {
			snap, err := readSnapshot(round, word, values)
			if err == nil {
				got, err = listing(ctx, b, snap)
			}
			if err != nil {
				t.Fatal(err)
			}
			return want, got
		}
		for range random.IntN(4) {
			groups := []string{"all"}
			if random.IntN(4) == 0 {
				groups = nil
			}
			// Few keys, so that people come back to where they were; versions that rise, so that all writes count.
			if err := b.Put(ctx, round, line(random.IntN(36), version, uint64(random.IntN(33)), groups...)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestCopyStaysTrue: a snapshot copied in pieces shows the moment at which the copy began.
func TestCopyStaysTrue(t *testing.T) {
	b := stepping(t)
	for seed := range uint64(30) {
		if want, got := copyUnderWrites(t, b, seed); got != want {
			t.Fatalf("seed %d: got\n%swant\n%s", seed, got, want)
		}
	}
}

// TestCopyNeedsItsWriters is the defect planted: writers that do not keep the copy true make it show a state that never
// was, or make it fail. The test above would be worthless if that went unnoticed.
func TestCopyNeedsItsWriters(t *testing.T) {
	sound := putScript
	t.Cleanup(func() { putScript = sound })
	careless := strings.Replace(write, "local copies = copies_running()", "local copies = {}", 1)
	if careless == write {
		t.Fatal("the script has changed: plant the defect anew")
	}
	putScript = redis.NewScript(prelude + careless + putText)
	b := stepping(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	word, _, err := b.snapshot(ctx, round, "all", 0)
	if err != nil || word != statusCopying {
		t.Fatalf("the copy has not begun: %s, %v", word, err)
	}
	// p29 overtakes the copy and p0, already copied, comes once more: 30 members, but not those of the beginning.
	if err := b.Put(ctx, round, line(29, 2, 0, "all"), line(0, 2, 31, "all")); err != nil {
		t.Fatal(err)
	}
	snap, err := b.Snapshot(ctx, round, "all", 0)
	if err != nil {
		t.Fatal(err)
	}
	text, err := listing(ctx, b, snap)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(text, " p0 ") != 2 || strings.Contains(text, " p29 ") {
		t.Fatalf("the planted defect does not show:\n%s", text)
	}
}
