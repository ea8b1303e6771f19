package redisboard_test

import (
	"fmt"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	"mangxanh/scoring"
	"mangxanh/scoring/board"
	"mangxanh/storage/redisboard"
	"mangxanh/storage/storagetest/redistest"
)

const crowd = 100_000

var (
	round = board.Board{ID: "round", Epoch: "1"}
	ranks = scoring.DefaultChain(false)
)

func pupil(i int, version int64) board.Entry {
	person := fmt.Sprintf("0198f3a2-7c1e-7000-8000-%012d", i)
	l := scoring.Line{Score: int64(i*7919%2000) * 5, Duration: int64(i*104729%900) * 1_000_000, SubmittedAt: int64(i) + version}
	return board.Entry{
		Person: person, Version: version, Key: ranks.Key(l, scoring.Target{}), Tie: scoring.TieKey([]byte("seed"), person),
		Groups: []string{"all", fmt.Sprint("division:", i%4), fmt.Sprint("school:", i%100), fmt.Sprint("class:", i%2500)},
		Data:   make([]byte, 16),
	}
}

func pupils(n int) iter.Seq2[board.Entry, error] {
	return func(yield func(board.Entry, error) bool) {
		for i := range n {
			if !yield(pupil(i, 1), nil) {
				return
			}
		}
	}
}

// full fills a real Redis with 100,000 people in four groups each.
func full(b *testing.B) *redisboard.Boards {
	b.Helper()
	boards := redisboard.New(patient(b, redistest.Start(b)))
	began := time.Now()
	if err := boards.Replace(b.Context(), round, pupils(crowd)); err != nil {
		b.Fatal(err)
	}
	b.Logf("rebuild: %.0f people/s", crowd/time.Since(began).Seconds())
	return boards
}

// BenchmarkPut writes people one call each, one after the other, from 32 callers, and in batches.
func BenchmarkPut(b *testing.B) {
	boards := full(b)
	var version atomic.Int64
	version.Store(1)
	perSecond := func(b *testing.B, each int) {
		b.ReportMetric(float64(b.N*each)/b.Elapsed().Seconds(), "puts/s")
	}
	b.Run("one", func(b *testing.B) {
		for b.Loop() {
			v := version.Add(1)
			if err := boards.Put(b.Context(), round, pupil(int(v*7919%crowd), v)); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b, 1)
	})
	b.Run("32 callers", func(b *testing.B) {
		b.SetParallelism(16)
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				v := version.Add(1)
				if err := boards.Put(b.Context(), round, pupil(int(v*7919%crowd), v)); err != nil {
					b.Error(err)
					return
				}
			}
		})
		perSecond(b, 1)
	})
	b.Run("batches of 100", func(b *testing.B) {
		for b.Loop() {
			entries := make([]board.Entry, 100)
			for i := range entries {
				v := version.Add(1)
				entries[i] = pupil(int(v*7919%crowd), v)
			}
			if err := boards.Put(b.Context(), round, entries...); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b, 100)
	})
}

func BenchmarkReads(b *testing.B) {
	boards := full(b)
	snap, err := boards.Snapshot(b.Context(), round, "all", time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("page of 50", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := boards.Page(b.Context(), round, "all", snap.Version, i*997%(crowd-50), 50); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("around", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			person := fmt.Sprintf("0198f3a2-7c1e-7000-8000-%012d", i*7919%crowd)
			if _, err := boards.Around(b.Context(), round, "all", person, 5, 5); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("complete", func(b *testing.B) {
		for b.Loop() {
			if whole, err := boards.Complete(b.Context(), round); err != nil || !whole {
				b.Fatal(whole, err)
			}
		}
	})
	// Each copy is a new one: the group has changed and nothing is asked to be older than now. Growing age is what keeps
	// this from happening in service, so the clock is moved by an hour each time.
	b.Run("copy of 100,000", func(b *testing.B) {
		var hours time.Duration
		boards.Now = func() time.Time { return time.Unix(1_900_000_000, 0).Add(hours) }
		for i := 0; b.Loop(); i++ {
			hours += time.Hour
			if err := boards.Put(b.Context(), round, pupil(i, int64(i+100))); err != nil {
				b.Fatal(err)
			}
			if _, err := boards.Snapshot(b.Context(), round, "all", 0); err != nil {
				b.Fatal(err)
			}
		}
	})
}
