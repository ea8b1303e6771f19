package storage

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"mangxanh/contest"
)

// lane is one writer with a bounded queue. The writer takes everything that is
// queued, up to max, and writes it in one transaction; there is no timer, so a
// request waits only for the commit in flight. Every request gets its own
// outcome. A request whose key is already in the batch waits for the next one,
// so that requests about the same thing keep their order and never meet inside
// a statement.
type lane[Q, A any] struct {
	queue   chan *ticket[Q, A]
	max     int
	key     func(*Q) string
	run     func(ctx context.Context, batch []*Q, out []A) error
	stats   *laneStats
	quit    chan struct{}
	stopped chan struct{}
	carry   []*ticket[Q, A]
	seen    map[string]struct{}
}

type ticket[Q, A any] struct {
	ctx  context.Context
	q    Q
	a    A
	err  error
	done chan struct{}
}

// laneLimits say how much one lane takes.
type laneLimits struct {
	queue int // requests waiting; one more is refused
	batch int // requests in one transaction
}

// batchTime bounds one batch; a request's own deadline is usually shorter.
const batchTime = 10 * time.Second

func newLane[Q, A any](limits laneLimits, stats *laneStats, key func(*Q) string, run func(context.Context, []*Q, []A) error) *lane[Q, A] {
	l := &lane[Q, A]{
		queue: make(chan *ticket[Q, A], limits.queue), max: limits.batch, key: key, run: run, stats: stats,
		quit: make(chan struct{}), stopped: make(chan struct{}), seen: make(map[string]struct{}, limits.batch),
	}
	go l.write()
	return l
}

// do queues one request and waits for its outcome. A full queue refuses before
// any work is done. When ctx ends first the outcome is unknown to the caller:
// the request may still be written, and asking again is safe.
func (l *lane[Q, A]) do(ctx context.Context, q Q) (A, error) {
	var none A
	t := &ticket[Q, A]{ctx: ctx, q: q, done: make(chan struct{})}
	select {
	case <-l.quit:
		return none, unavailable("the node is stopping")
	default:
	}
	select {
	case l.queue <- t:
	default:
		l.stats.Refused.Add(1)
		return none, overloaded()
	}
	select {
	case <-t.done:
		return t.a, t.err
	case <-ctx.Done():
		return none, unavailable("the record did not answer in time")
	case <-l.stopped:
		return none, unavailable("the node is stopping")
	}
}

// stop writes what is queued and ends the writer.
func (l *lane[Q, A]) stop() {
	close(l.quit)
	<-l.stopped
}

func (l *lane[Q, A]) write() {
	defer close(l.stopped)
	for {
		if len(l.carry) == 0 {
			select {
			case t := <-l.queue:
				l.carry = append(l.carry, t)
			case <-l.quit:
				select {
				case t := <-l.queue:
					l.carry = append(l.carry, t)
				default:
					return
				}
			}
		}
		l.commit(l.gather())
	}
}

// gather takes what waits: first what an earlier batch left, then the queue.
func (l *lane[Q, A]) gather() []*ticket[Q, A] {
	clear(l.seen)
	batch := make([]*ticket[Q, A], 0, min(l.max, len(l.carry)+len(l.queue)))
	left := l.carry[:0]
	for _, t := range l.carry {
		if len(batch) >= l.max || !l.take(t, &batch) {
			left = append(left, t)
		}
	}
	clear(l.carry[len(left):])
	l.carry = left
	for len(batch) < l.max && len(l.carry) < l.max {
		select {
		case t := <-l.queue:
			if !l.take(t, &batch) {
				l.carry = append(l.carry, t)
			}
		default:
			return batch
		}
	}
	return batch
}

// take adds the ticket to the batch unless its key is there. A request whose
// caller has gone is dropped before any work.
func (l *lane[Q, A]) take(t *ticket[Q, A], batch *[]*ticket[Q, A]) bool {
	if t.ctx.Err() != nil {
		t.err = unavailable("the caller has gone")
		close(t.done)
		return true
	}
	key := l.key(&t.q)
	if _, there := l.seen[key]; there {
		return false
	}
	l.seen[key] = struct{}{}
	*batch = append(*batch, t)
	return true
}

// commit writes a batch. When the database refuses it for what is in it, each
// request is written alone, so that one bad row fails nobody else; when the
// database is not there, everybody hears so at once.
func (l *lane[Q, A]) commit(batch []*ticket[Q, A]) {
	if len(batch) == 0 {
		return
	}
	l.stats.batch(len(batch))
	err := l.apply(batch)
	if err != nil && len(batch) > 1 && rowFault(err) {
		l.stats.Retried.Add(1)
		for i := range batch {
			if one := batch[i : i+1]; true {
				one[0].err = l.apply(one)
			}
		}
	} else {
		for _, t := range batch {
			t.err = err
		}
	}
	for _, t := range batch {
		if t.err != nil && !rowFault(t.err) {
			t.err = gone(t.err)
		}
		close(t.done)
	}
}

func (l *lane[Q, A]) apply(batch []*ticket[Q, A]) error {
	ctx, cancel := context.WithTimeout(context.Background(), batchTime)
	defer cancel()
	asked, answers := make([]*Q, len(batch)), make([]A, len(batch))
	for i, t := range batch {
		asked[i] = &t.q
	}
	if err := l.run(ctx, asked, answers); err != nil {
		return err
	}
	for i, t := range batch {
		t.a = answers[i]
	}
	return nil
}

func overloaded() error {
	return &contest.Error{Kind: contest.Busy, Code: "overloaded", Message: "too many requests wait; nothing was done", RetryAfter: 2 * time.Second}
}

func unavailable(why string) error {
	return &contest.Error{Kind: contest.Busy, Code: "unavailable", Message: why, RetryAfter: 2 * time.Second}
}

// laneStats counts what the lanes of one kind did.
type laneStats struct {
	Batches, Requests, Refused, Retried atomic.Int64
	sizes                               [len(batchBounds) + 1]atomic.Int64
}

// batchBounds are the upper bounds of the batch size histogram.
var batchBounds = [...]int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512}

func (s *laneStats) batch(n int) {
	s.Batches.Add(1)
	s.Requests.Add(int64(n))
	i := 0
	for i < len(batchBounds) && n > batchBounds[i] {
		i++
	}
	s.sizes[i].Add(1)
}

// LaneCounts is a reading of the counters of one kind of lane.
type LaneCounts struct {
	Batches, Requests, Refused, Retried int64
	Sizes                               []int64 // batches by size: up to 1, 2, 4, … 512, more
}

func (s *laneStats) read() LaneCounts {
	c := LaneCounts{Batches: s.Batches.Load(), Requests: s.Requests.Load(), Refused: s.Refused.Load(), Retried: s.Retried.Load()}
	for i := range s.sizes {
		c.Sizes = append(c.Sizes, s.sizes[i].Load())
	}
	return c
}

// lanes are several writers of one kind; what has the same key always meets
// the same writer.
type lanes[Q, A any] struct {
	all   []*lane[Q, A]
	key   func(*Q) string
	stats laneStats
	once  sync.Once
}

func newLanes[Q, A any](n int, limits laneLimits, key func(*Q) string, run func(context.Context, []*Q, []A) error) *lanes[Q, A] {
	s := &lanes[Q, A]{key: key}
	for range n {
		s.all = append(s.all, newLane(limits, &s.stats, key, run))
	}
	return s
}

func (s *lanes[Q, A]) do(ctx context.Context, q Q) (A, error) {
	return s.all[hashOf(s.key(&q))%uint32(len(s.all))].do(ctx, q)
}

func (s *lanes[Q, A]) stop() {
	s.once.Do(func() {
		for _, l := range s.all {
			l.stop()
		}
	})
}

// hashOf is FNV-1a: every node and every run sends a key to the same lane.
func hashOf(key string) uint32 {
	h := uint32(2166136261)
	for i := range len(key) {
		h = (h ^ uint32(key[i])) * 16777619
	}
	return h
}
