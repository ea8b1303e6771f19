package main

import (
	"fmt"
	"sort"
	"time"
)

// action is one kind of request of a pupil.
type action int

const (
	login action = iota
	start
	save
	submit
	board
	me
	lookup
	actions // how many there are
)

func (a action) String() string {
	return [...]string{"login", "start", "save", "submit", "board", "me", "lookup"}[a]
}

// tally is what one worker saw; workers never share one while they run.
type tally struct {
	times  [actions]histogram
	errors map[string]int64 // "save 503 overloaded" → how often
}

func newTally() *tally { return &tally{errors: map[string]int64{}} }

// done records an answered request; a refusal or an accident counts as an
// error and not among the times.
func (t *tally) done(a action, d time.Duration, status int, body []byte, err error) bool {
	switch {
	case err != nil:
		t.errors[fmt.Sprintf("%s no_reply", a)]++
	case status < 200 || status > 299:
		t.errors[fmt.Sprintf("%s %d %s", a, status, problemCode(body))]++
	default:
		t.times[a].add(d)
		return true
	}
	return false
}

func (t *tally) merge(o *tally) {
	for a := range t.times {
		t.times[a].merge(&o.times[a])
	}
	for k, n := range o.errors {
		t.errors[k] += n
	}
}

func (t *tally) failed() int64 {
	sum := int64(0)
	for _, n := range t.errors {
		sum += n
	}
	return sum
}

// lines prints the times of each action that happened, then the errors.
func (t *tally) lines() []string {
	var out []string
	for a := action(0); a < actions; a++ {
		h := &t.times[a]
		if h.total > 0 {
			out = append(out, fmt.Sprintf("  %-7s %9d  p50 %8.2f ms  p95 %8.2f ms  p99 %8.2f ms  worst %8.2f ms",
				a, h.total, h.quantile(.5), h.quantile(.95), h.quantile(.99), float64(h.worst)/1000))
		}
	}
	var keys []string
	for k := range t.errors {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		out = append(out, fmt.Sprintf("  error   %9d  %s", t.errors[k], k))
	}
	return out
}
