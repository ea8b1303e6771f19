package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"mangxanh/contest"
)

// recorder writes batches into memory.
type recorder struct {
	mu      sync.Mutex
	batches [][]string
	hold    chan struct{} // the first batch waits for it
	bad     string        // a request that the database refuses
	down    error
}

func (r *recorder) write(ctx context.Context, batch []*string, out []string) error {
	r.mu.Lock()
	first := len(r.batches) == 0
	names := make([]string, len(batch))
	for i, q := range batch {
		names[i] = *q
	}
	r.batches = append(r.batches, names)
	r.mu.Unlock()
	if first && r.hold != nil {
		<-r.hold
	}
	if r.down != nil {
		return r.down
	}
	if slices.Contains(names, r.bad) {
		return &pgconn.PgError{Code: "22003"}
	}
	for i, n := range names {
		out[i] = "did " + n
	}
	return nil
}

func (r *recorder) lane(t *testing.T, limits laneLimits) (*lane[string, string], *laneStats) {
	stats := &laneStats{}
	l := newLane(limits, stats, func(q *string) string { return (*q)[:1] }, r.write)
	t.Cleanup(func() {
		select {
		case <-l.quit:
		default:
			l.stop()
		}
	})
	return l, stats
}

// queued runs requests against a lane whose writer is busy, so that they meet.
func queued(t *testing.T, r *recorder, l *lane[string, string], names ...string) (answers map[string]string, errs map[string]error) {
	t.Helper()
	answers, errs = map[string]string{}, map[string]error{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, name := range append([]string{"0"}, names...) {
		started := len(l.queue)
		wg.Go(func() {
			a, err := l.do(t.Context(), name)
			mu.Lock()
			defer mu.Unlock()
			answers[name], errs[name] = a, err
		})
		for limit := time.Now().Add(10 * time.Second); name != "0" && len(l.queue) == started && time.Now().Before(limit); {
			time.Sleep(time.Millisecond)
		}
		for limit := time.Now().Add(10 * time.Second); name == "0" && r.count() == 0 && time.Now().Before(limit); {
			time.Sleep(time.Millisecond)
		}
	}
	close(r.hold)
	wg.Wait()
	return answers, errs
}

func (r *recorder) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.batches)
}

func TestLaneTakesAllThatWaits(t *testing.T) {
	r := &recorder{hold: make(chan struct{})}
	l, stats := r.lane(t, laneLimits{queue: 10, batch: 10})
	answers, errs := queued(t, r, l, "a1", "b1", "a2", "c1")
	if got := fmt.Sprint(r.batches); got != "[[0] [a1 b1 c1] [a2]]" {
		t.Errorf("batches %s: what has one key must keep its order and never meet in a batch", got)
	}
	for name, a := range answers {
		if errs[name] != nil || a != "did "+name {
			t.Errorf("%s: %q, %v", name, a, errs[name])
		}
	}
	if c := stats.read(); c.Batches != 3 || c.Requests != 5 {
		t.Errorf("counts %+v", c)
	}
}

// One bad row fails alone.
func TestLaneTriesRowsAlone(t *testing.T) {
	r := &recorder{hold: make(chan struct{}), bad: "b1"}
	l, stats := r.lane(t, laneLimits{queue: 10, batch: 10})
	_, errs := queued(t, r, l, "a1", "b1", "c1")
	if errs["a1"] != nil || errs["c1"] != nil || errs["b1"] == nil || contest.CodeOf(errs["b1"]) != "internal" {
		t.Errorf("outcomes %v", errs)
	}
	if stats.read().Retried != 1 {
		t.Errorf("%d batches were retried", stats.read().Retried)
	}
}

// A database that is gone is a reason to come back later, for everybody at once.
func TestLaneWithoutDatabase(t *testing.T) {
	r := &recorder{down: errors.New("connection refused")}
	l, _ := r.lane(t, laneLimits{queue: 10, batch: 10})
	_, err := l.do(t.Context(), "a")
	var refusal *contest.Error
	if !errors.As(err, &refusal) || refusal.Code != "unavailable" || refusal.RetryAfter == 0 || !errors.Is(err, r.down) {
		t.Errorf("error %v", err)
	}
	if r.count() != 1 {
		t.Errorf("%d tries", r.count())
	}
}

// A full queue refuses before any work (rule I2).
func TestFullLaneRefuses(t *testing.T) {
	r := &recorder{hold: make(chan struct{})}
	l, stats := r.lane(t, laneLimits{queue: 2, batch: 10})
	var over error
	_, errs := queued(t, r, l, "a1", "b1")
	if errs["a1"] != nil || errs["b1"] != nil {
		t.Errorf("outcomes %v", errs)
	}
	r2 := &recorder{hold: make(chan struct{})}
	l, stats = r2.lane(t, laneLimits{queue: 1, batch: 10})
	go func() { _, _ = l.do(t.Context(), "a1") }()
	for r2.count() == 0 {
		time.Sleep(time.Millisecond)
	}
	go func() { _, _ = l.do(t.Context(), "b1") }()
	for len(l.queue) == 0 {
		time.Sleep(time.Millisecond)
	}
	_, over = l.do(t.Context(), "c1")
	close(r2.hold)
	if contest.CodeOf(over) != "overloaded" || !errors.Is(over, contest.Busy) || stats.read().Refused != 1 {
		t.Errorf("the queue is full and the answer is %v", over)
	}
	l.stop()
	for _, batch := range r2.batches {
		if slices.Contains(batch, "c1") {
			t.Error("refused work was done")
		}
	}
}

// A caller that has gone costs no work, and a stopped lane says so.
func TestLaneForgetsWhoHasGone(t *testing.T) {
	r := &recorder{hold: make(chan struct{})}
	l, _ := r.lane(t, laneLimits{queue: 10, batch: 10})
	go func() { _, _ = l.do(t.Context(), "a1") }()
	for r.count() == 0 {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() { _, err := l.do(ctx, "b1"); gone <- err }()
	for len(l.queue) == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-gone; contest.CodeOf(err) != "unavailable" {
		t.Errorf("error %v", err)
	}
	close(r.hold)
	l.stop()
	if got := fmt.Sprint(r.batches); got != "[[a1]]" {
		t.Errorf("batches %s", got)
	}
	if _, err := l.do(t.Context(), "c1"); contest.CodeOf(err) != "unavailable" {
		t.Errorf("a stopped lane answers %v", err)
	}
}
