package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

// fleet is a number of pupils in flight: each works on a connection of its
// own and keeps its own tally, so that counting costs no lock.
type fleet struct {
	addr string
	size int
}

type worker struct {
	number int
	conn   *conn
	seen   *tally
}

// run lets every worker work until it returns, and adds up what they saw. The
// first error of a worker is returned after all have ended.
func (f fleet) run(work func(w *worker) error) (*tally, error) {
	all := newTally()
	errs := make([]error, f.size)
	workers := make([]*worker, f.size)
	var wg sync.WaitGroup
	for i := range workers {
		workers[i] = &worker{number: i, conn: newConn(f.addr), seen: newTally()}
		wg.Go(func() {
			defer workers[i].conn.close()
			errs[i] = work(workers[i])
		})
	}
	wg.Wait()
	for _, w := range workers {
		all.merge(w.seen)
	}
	for _, err := range errs {
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// each hands out pupils one by one to the workers until none is left or ctx
// ends. A pupil whose work fails is counted in the tally; only when a tenth of
// them have failed is the server plainly not there, and the run gives up.
func (f fleet) each(ctx context.Context, pupils []*pupil, work func(w *worker, p *pupil) error) (*tally, error) {
	var mu sync.Mutex
	next, failed := 0, 0
	take := func(before error) (*pupil, error) {
		mu.Lock()
		defer mu.Unlock()
		if before != nil {
			if failed++; failed > len(pupils)/10 {
				return nil, before
			}
		}
		if next == len(pupils) || ctx.Err() != nil {
			return nil, nil
		}
		next++
		return pupils[next-1], nil
	}
	return f.run(func(w *worker) error {
		var before error
		for {
			p, err := take(before)
			if p == nil {
				return errors.Join(err, ctx.Err())
			}
			before = work(w, p)
		}
	})
}

// pace gives the moments at which one of n workers sends when all together
// send rate requests a second; a rate of 0 is as fast as the answers come.
type pace struct {
	next time.Time
	step time.Duration
}

func newPace(began time.Time, number, n int, rate float64) pace {
	if rate <= 0 {
		return pace{}
	}
	step := time.Duration(float64(n) / rate * float64(time.Second))
	return pace{began.Add(step * time.Duration(number) / time.Duration(n)), step}
}

// wait sleeps until the next moment and returns it. A worker that is late
// sends at once and is measured from when it should have.
func (p *pace) wait() time.Time {
	if p.step == 0 {
		return time.Now()
	}
	due := p.next
	p.next = due.Add(p.step)
	time.Sleep(time.Until(due))
	return due
}
