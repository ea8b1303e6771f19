package attempt_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// outcome is what a client knows of a call.
type outcome int

const (
	acked   outcome = iota
	refused         // attempt_closed
	unknown         // the client left before the answer
)

// event is one call as its client saw it. Begin and end are ticks of one
// counter, so that "ended before the other began" can be read off them.
type event struct {
	kind       string // save, submit or read
	question   int    // of a save
	seq        int64  // of a save
	seen       []int64
	open       bool // what a read saw of the attempt
	begin, end int64
	outcome    outcome
}

func (e event) before(o event) bool { return e.end < o.begin }

// contradictions checks a history of one attempt against what an attempt is:
// per question a register that only grows by counter, read as one snapshot,
// until one submit closes it for good. Every history that no order of single
// steps explains has one of these faults:
//   - a read that misses a save acknowledged before, or what an earlier read saw
//   - a read of something that nobody had begun to save
//   - two reads of which neither holds all that the other does
//   - a save taken after an acknowledged submit, or refused before any submit
//   - an attempt that is open after it was closed, or changes after it.
func contradictions(history []event) (found []string) {
	fault := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for _, e := range history {
		switch e.kind {
		case "save":
			for _, o := range history {
				if o.kind == "submit" && o.outcome == acked && o.before(e) && e.outcome == acked {
					fault("a save was taken after the submit: %+v", e)
				}
			}
			begun := func(o event) bool { return o.kind == "submit" && o.begin < e.end }
			if e.outcome == refused && !slices.ContainsFunc(history, begun) {
				fault("a save was refused before any submit: %+v", e)
			}
		case "read":
			found = append(found, readFaults(e, history)...)
		}
	}
	return found
}

func readFaults(r event, history []event) (found []string) {
	fault := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for q, seen := range r.seen {
		begun := seen == 0
		for _, o := range history {
			switch {
			case o.kind == "save" && o.question == q && o.outcome == acked && o.before(r) && seen < o.seq:
				fault("question %d reads %d, but %d was acknowledged before", q, seen, o.seq)
			case o.kind == "save" && o.question == q && o.seq == seen && o.outcome != refused && o.begin < r.end:
				begun = true
			}
		}
		if !begun {
			fault("question %d reads %d, which nobody saves", q, seen)
		}
	}
	for _, o := range history {
		switch {
		case o.kind == "submit" && o.outcome == acked && o.before(r) && r.open:
			fault("the attempt is open after the submit")
		case o.kind == "read" && !within(o.seen, r.seen) && (o.before(r) || !within(r.seen, o.seen)):
			fault("a read of %v beside one of %v", r.seen, o.seen)
		case o.kind == "read" && !o.open && !r.open && !slices.Equal(o.seen, r.seen):
			fault("a closed attempt reads %v and %v", r.seen, o.seen)
		case o.kind == "read" && !o.open && r.open && o.before(r):
			fault("a closed attempt is open again")
		}
	}
	return found
}

// within reports whether b holds all that a does.
func within(a, b []int64) bool {
	for i := range a {
		if a[i] > b[i] {
			return false
		}
	}
	return true
}

// Clients save, read and hand in at the same time over two nodes, and some leave
// before they are answered; what each of them saw fits one order of single steps
// (rules A1, A2, A7, B6). Planted defect: a node that reads answers from a
// memory of its own.
func TestHistoriesAreInOrder(t *testing.T) {
	runs := 6
	if long() {
		runs = 200
	}
	both(t, nil, func(t *testing.T, f *fixture) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		nodes := []*attempt.Service{f.service(), f.service()}
		events := 0
		for n, pupil := range f.crowd(t, runs) {
			history := f.history(t, nodes, pupil, rand.New(rand.NewPCG(seed, uint64(n))))
			events += len(history)
			for _, fault := range contradictions(history) {
				t.Errorf("run %d: %s", n, fault)
			}
		}
		t.Logf("%d runs, %d events", runs, events)
	})
	t.Run("planted defect", func(t *testing.T) {
		t.Parallel()
		f := setUp(t, storagetest.SQLite, nil)
		stale := attempt.NewService(&remembering{DB: f.db}, contest.NewSittings(f.db, f.clock.now), f.db, func(s string) string { return s })
		stale.Now, stale.NewID, stale.NewSeed = f.clock.now, storagetest.NewID, newSeed
		history := f.history(t, []*attempt.Service{f.service(), stale}, f.pupil(0), rand.New(rand.NewPCG(1, 1)))
		if len(contradictions(history)) == 0 {
			t.Error("the check does not notice a node that reads from its own memory")
		}
	})
}

// remembering is a record whose answers are read once and then remembered.
type remembering struct {
	*storage.DB
	known sync.Map
}

func (r *remembering) Answers(ctx context.Context, id string) ([]attempt.Answer, error) {
	if all, ok := r.known.Load(id); ok {
		return all.([]attempt.Answer), nil
	}
	all, err := r.DB.Answers(ctx, id)
	if len(all) > 0 {
		r.known.Store(id, all)
	}
	return all, err
}

// play is a fresh attempt that clients work on at the same time.
type play struct {
	*fixture
	t     *testing.T
	nodes []*attempt.Service
	pupil contest.Actor
	doc   attempt.Document
	free  []int // questions with a free answer, each a register of the history
	tick  atomic.Int64
	seqs  [8]atomic.Int64

	mu  sync.Mutex
	all []event
}

// history is what 500 calls on a fresh attempt saw.
func (f *fixture) history(t *testing.T, nodes []*attempt.Service, pupil contest.Actor, random *rand.Rand) []event {
	d, _, err := nodes[0].Start(t.Context(), pupil, f.round.ID, "", f.clock.now())
	must(t, err)
	p := &play{fixture: f, t: t, nodes: nodes, pupil: pupil, doc: d, free: []int{predicted}}
	for i, q := range d.Questions {
		if q.Type == "short_text" {
			p.free = append(p.free, i)
		}
	}
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for worker := range 4 {
		patience := make([]time.Duration, 100)
		for i := range patience {
			if random.IntN(10) == 0 {
				patience[i] = time.Duration(1+random.IntN(1500)) * time.Microsecond
			}
		}
		wg.Go(func() { <-gate; p.saveAll(worker, patience) })
	}
	for node := range 2 {
		when := int64(600 + random.IntN(190))
		wg.Go(func() { <-gate; p.readAll(node) })
		wg.Go(func() { <-gate; p.handIn(node, when) })
	}
	close(gate)
	wg.Wait()
	return p.all
}

// reach waits until the savers are so far; they make 800 ticks alone.
func (p *play) reach(when int64) {
	for p.tick.Load() < min(when, 790) {
		time.Sleep(50 * time.Microsecond)
	}
}

// note makes a call and remembers what its client saw. A client with patience
// leaves after it.
func (p *play) note(e event, patience time.Duration, call func(ctx context.Context) error) {
	ctx := context.Background()
	if patience > 0 {
		short, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		ctx = short
	}
	e.begin = p.tick.Add(1)
	err := call(ctx)
	e.end = p.tick.Add(1)
	switch {
	case err == nil:
	case contest.CodeOf(err) == "attempt_closed":
		e.outcome = refused
	case errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil:
		e.outcome, e.end = unknown, 1<<62 // it may take effect at any later time
	default:
		p.t.Errorf("%s: %v", e.kind, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, e)
}

func (p *play) saveAll(worker int, patience []time.Duration) {
	for i, wait := range patience {
		q := (worker + i) % len(p.free)
		seq := p.seqs[q].Add(1)
		request := attempt.Request{AttemptID: p.doc.ID, AccountID: p.pupil.AccountID, Received: p.clock.now(),
			Answers: []attempt.Given{{QuestionID: p.doc.Questions[p.free[q]].ID, Seq: seq, Response: fmt.Appendf(nil, `"%d"`, seq)}}}
		p.note(event{kind: "save", question: q, seq: seq}, wait, func(ctx context.Context) error {
			_, err := p.nodes[worker%2].Save(ctx, request)
			return err
		})
	}
}

func (p *play) readAll(node int) {
	for i := range int64(50) {
		p.reach(i * 20)
		e := event{kind: "read", seen: make([]int64, len(p.free)), begin: p.tick.Add(1)}
		doc, err := p.nodes[node].Document(context.Background(), p.pupil, p.doc.ID, "")
		if err != nil {
			p.t.Error(err)
			return
		}
		for _, a := range doc.Answers {
			for q, at := range p.free {
				if a.QuestionID == p.doc.Questions[at].ID {
					e.seen[q] = a.Seq
				}
			}
		}
		e.open, e.end = doc.State == attempt.Open, p.tick.Add(1)
		p.mu.Lock()
		p.all = append(p.all, e)
		p.mu.Unlock()
	}
}

func (p *play) handIn(node int, when int64) {
	p.reach(when)
	p.note(event{kind: "submit"}, 0, func(ctx context.Context) error {
		_, _, err := p.nodes[node].Submit(ctx, attempt.Request{AttemptID: p.doc.ID, AccountID: p.pupil.AccountID, Received: p.clock.now()})
		return err
	})
}
