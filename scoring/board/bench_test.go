package board_test

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"testing"
	"time"

	"mangxanh/scoring"
	"mangxanh/scoring/board"
)

const crowd = 100_000

var (
	round = board.Board{ID: "round", Epoch: "1"}
	ranks = scoring.DefaultChain(false)
)

// pupil is an entry as a service makes it: an id of 36 bytes, four groups, 16 bytes to show.
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

func full(b *testing.B) *board.Boards {
	b.Helper()
	boards := board.New(time.Now)
	if err := boards.Replace(context.Background(), round, pupils(crowd)); err != nil {
		b.Fatal(err)
	}
	return boards
}

// BenchmarkMemory reports what a board of 100,000 people in four groups each takes, bytes a person.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		boards := full(b)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/crowd, "B/person")
		runtime.KeepAlive(boards)
	}
}

func BenchmarkPut(b *testing.B) {
	boards := full(b)
	entries := make([]board.Entry, 1<<14)
	for i := range entries {
		entries[i] = pupil(i*6, 1)
	}
	for i := 0; b.Loop(); i++ {
		e := entries[i%len(entries)]
		e.Version = int64(i + 2)
		e.Key = ranks.Key(scoring.Line{Score: int64(i * 7919 % 10000), SubmittedAt: int64(i)}, scoring.Target{})
		if err := boards.Put(b.Context(), round, e); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSnapshot makes a new snapshot after each change, so that it is never shared.
func BenchmarkSnapshot(b *testing.B) {
	boards := full(b)
	for i := 0; b.Loop(); i++ {
		if err := boards.Put(b.Context(), round, pupil(i%crowd, int64(i+2))); err != nil {
			b.Fatal(err)
		}
		if _, err := boards.Snapshot(b.Context(), round, "all", 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPage(b *testing.B) {
	boards := full(b)
	snap, err := boards.Snapshot(b.Context(), round, "all", time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	for _, limit := range []int{50, 200} {
		b.Run(fmt.Sprint(limit), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if _, err := boards.Page(b.Context(), round, "all", snap.Version, i*997%(crowd-limit), limit); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAround(b *testing.B) {
	boards := full(b)
	for i := 0; b.Loop(); i++ {
		person := fmt.Sprintf("0198f3a2-7c1e-7000-8000-%012d", i*7919%crowd)
		if _, err := boards.Around(b.Context(), round, "all", person, 5, 5); err != nil {
			b.Fatal(err)
		}
	}
}
