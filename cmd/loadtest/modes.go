package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// crowd is the pupils of a run and the round they take part in.
type crowd struct {
	target target
	pupils []*pupil
}

func newCrowd(addr string, cards []card) *crowd {
	c := &crowd{target: target{addr: addr}}
	for _, card := range cards {
		c.pupils = append(c.pupils, &pupil{card: card})
	}
	return c
}

// fleet of k pupils in flight.
func (c *crowd) fleet(k int) fleet { return fleet{addr: c.target.addr, size: k} }

// signIn gives every pupil a session, as pupils do days ahead, and finds the
// open round unless it was named.
func (c *crowd) signIn(ctx context.Context) (*tally, error) {
	seen, err := c.fleet(16).each(ctx, c.pupils, func(w *worker, p *pupil) error {
		return p.login(c.target, w.conn, w.seen)
	})
	if err != nil {
		return seen, err
	}
	if c.target.round == "" {
		c.target.round, err = c.openRound()
	}
	return seen, err
}

// openRound asks for the first pupil's contests and takes the first quiz
// round that is open.
func (c *crowd) openRound() (string, error) {
	if len(c.pupils) == 0 {
		return "", errors.New("no cards: give --cards FILE, or set MANGXANH_DEMO_PIN as the server has it")
	}
	link := newConn(c.target.addr)
	defer link.close()
	status, reply, err := link.do(request("GET", c.target.addr, apiPath+"/contests", c.pupils[0].token, nil))
	if err != nil || status != 200 {
		return "", fmt.Errorf("list contests: %d %s: %w", status, clip(reply), orRefused(err))
	}
	var list struct {
		Items []struct {
			Rounds []struct {
				ID, Kind, State string
			}
		}
	}
	if err := json.Unmarshal(reply, &list); err != nil {
		return "", fmt.Errorf("list contests: %w", err)
	}
	for _, contest := range list.Items {
		for _, r := range contest.Rounds {
			if r.Kind == "quiz" && r.State == "open" {
				return r.ID, nil
			}
		}
	}
	return "", errors.New("no quiz round is open for these pupils")
}

// startAll begins the attempts of pupils, k in flight.
func (c *crowd) startAll(ctx context.Context, pupils []*pupil, k int) (*tally, error) {
	return c.fleet(k).each(ctx, pupils, func(w *worker, p *pupil) error {
		return p.start(c.target, w.conn, w.seen)
	})
}

// contests lets every pupil take a whole attempt without a pause: start, one
// save for each question up to saves, submit, the board, the own place.
func (c *crowd) contests(ctx context.Context, pupils []*pupil, k, saves int) (*tally, time.Duration, error) {
	began := time.Now()
	seen, err := c.fleet(k).each(ctx, pupils, func(w *worker, p *pupil) error {
		if err := p.start(c.target, w.conn, w.seen); err != nil {
			return err
		}
		for i := range min(saves, len(p.attempt.questions)) {
			p.attempt.save(w.conn, i, time.Now(), w.seen)
		}
		if !p.submit(c.target, w.conn, w.seen) {
			return fmt.Errorf("submit of %s: %w", p.card.code, errRefused)
		}
		p.readBoard(c.target, w.conn, w.seen)
		p.readPlace(c.target, w.conn, w.seen)
		return nil
	})
	return seen, time.Since(began), err
}

// steady is a phase of even load: saved counts what was acknowledged within
// the measured window, which leaves out the first moments.
type steady struct {
	seen   *tally
	saved  int64
	window time.Duration
}

func (s steady) perSecond() float64 { return float64(s.saved) / s.window.Seconds() }

// saves keeps k pupils saving for a while, at rate saves a second in all, or
// as fast as the answers come when rate is 0. Each worker goes round its own
// share of the open attempts, so that no attempt has two saves in flight.
func (c *crowd) saves(ctx context.Context, pupils []*pupil, k int, rate float64, warm, window time.Duration) (steady, error) {
	if len(pupils) < k {
		return steady{}, fmt.Errorf("%d pupils cannot be %d in flight", len(pupils), k)
	}
	began := time.Now()
	from, to := began.Add(warm), began.Add(warm+window)
	var saved atomic.Int64
	seen, err := c.fleet(k).run(func(w *worker) error {
		warming, count := newTally(), int64(0)
		p := newPace(began, w.number, k, rate)
		for turn := 0; ctx.Err() == nil; turn++ {
			due := p.wait()
			if due.After(to) {
				break
			}
			tally := w.seen
			if due.Before(from) {
				tally = warming
			}
			mine := (len(pupils) - w.number + k - 1) / k
			s := pupils[w.number+turn%mine*k].attempt
			ok := s.save(w.conn, (turn/mine)%len(s.questions), due, tally)
			if done := time.Now(); ok && done.After(from) && done.Before(to) {
				count++
			}
		}
		saved.Add(count)
		for key, n := range warming.errors {
			w.seen.errors[key] += n
		}
		return ctx.Err()
	})
	return steady{seen, saved.Load(), window}, err
}

// burst lets all pupils send one answer in the same instant, each on a
// connection that stands already.
func (c *crowd) burst(pupils []*pupil) (*tally, error) {
	gate := make(chan struct{})
	var ready sync.WaitGroup
	ready.Add(len(pupils))
	go func() {
		ready.Wait()
		close(gate)
	}()
	return c.fleet(len(pupils)).run(func(w *worker) error {
		err := w.conn.open()
		ready.Done()
		<-gate
		if err != nil {
			return err
		}
		s := pupils[w.number].attempt
		s.save(w.conn, rand.IntN(len(s.questions)), time.Now(), w.seen)
		return nil
	})
}

// boards reads the first page of the board n times, k readers at once.
func (c *crowd) boards(ctx context.Context, n, k int) (*tally, error) {
	var left atomic.Int64
	left.Store(int64(n))
	return c.fleet(k).run(func(w *worker) error {
		for left.Add(-1) >= 0 && ctx.Err() == nil {
			c.pupils[w.number%len(c.pupils)].readBoard(c.target, w.conn, w.seen)
		}
		return ctx.Err()
	})
}

// verify looks every acknowledged answer up again.
func (c *crowd) verify(ctx context.Context) (found, *tally, error) {
	var began []*pupil
	for _, p := range c.pupils {
		if p.attempt != nil {
			began = append(began, p)
		}
	}
	const readers = 16
	results := make([]found, readers)
	seen, err := c.fleet(readers).each(ctx, began, func(w *worker, p *pupil) error {
		results[w.number].merge(p.verify(c.target, w.conn, w.seen))
		return nil
	})
	var all found
	for _, r := range results {
		all.merge(r)
	}
	return all, seen, err
}
