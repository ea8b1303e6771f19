package storage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"mangxanh/contest/attempt"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

func newAttempt(round string, number int) attempt.New {
	var seed attempt.Seed
	for i := range seed {
		seed[i] = byte(rand.IntN(256))
	}
	return attempt.New{
		Attempt: attempt.Attempt{
			ID: storagetest.NewID(), RoundID: round, ContestID: "contest", AccountID: storagetest.NewID(), Number: number, Seed: seed,
			Paper: attempt.Paper{Items: []attempt.Item{{Pool: 0, Options: []int{1, 0}}, {Pool: 3}, {Pool: attempt.PredictionItem}}},
		},
		End: func(start time.Time) time.Time { return start.Add(15 * time.Minute) },
	}
}

func mustStart(t testing.TB, db *storage.DB, n attempt.New) attempt.Attempt {
	t.Helper()
	a, made, err := db.StartAttempt(t.Context(), n)
	if err != nil || !made {
		t.Fatalf("StartAttempt = made %v, %v", made, err)
	}
	return a
}

// witness decides an attempt by writing down exactly which answers it saw.
func witness(a attempt.Attempt, answers []attempt.Answer) (attempt.Outcome, bool) {
	var saw strings.Builder
	for _, w := range answers {
		fmt.Fprintf(&saw, "%d:%d ", w.Question, w.Seq)
	}
	return attempt.Outcome{State: attempt.Submitted, SubmittedAt: a.Deadline, Answered: len(answers), Receipt: "r", SheetSHA256: saw.String()}, true
}

// race fires six saves and two finishers at each attempt at once and returns
// how many answers were acknowledged and how many of those the finish missed.
func race(t *testing.T, db *storage.DB, attempts int) (acked, missed int) {
	ctx := context.Background()
	var ids []string
	var mu sync.Mutex
	each(attempts, func(int) {
		a := mustStart(t, db, newAttempt("race", 1))
		mu.Lock()
		defer mu.Unlock()
		ids = append(ids, a.ID)
	})
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 7))
	pause := func() time.Duration { return time.Duration(random.IntN(2000)) * time.Microsecond }
	for _, id := range ids {
		var saved [6]bool
		gate, wg := make(chan struct{}), sync.WaitGroup{}
		for q := range saved {
			late := pause()
			wg.Go(func() {
				<-gate
				time.Sleep(late)
				o, err := db.SaveAnswers(ctx, attempt.Save{AttemptID: id, R: storagetest.Now(), Changes: []attempt.Change{{Question: q, Seq: 1, Response: "0"}}})
				saved[q] = err == nil && o.Verdict == attempt.Saved
			})
		}
		for range 2 {
			late := pause()
			wg.Go(func() {
				<-gate
				time.Sleep(late)
				if _, err := db.FinishAttempt(ctx, id, witness); err != nil {
					t.Error(err)
				}
			})
		}
		close(gate)
		wg.Wait()
		a, err := db.Attempt(ctx, id)
		if err != nil || a.State != attempt.Submitted {
			t.Fatalf("attempt after the race: %v, %v", a.State, err)
		}
		for q, ok := range saved {
			if ok {
				acked++
				if !strings.Contains(a.Outcome.SheetSHA256, fmt.Sprintf("%d:1 ", q)) {
					missed++
				}
			}
		}
	}
	return acked, missed
}

// each runs f n times on some goroutines.
func each(n int, f func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range 16 {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// Saves and finishes that meet: every acknowledged answer is one that the
// finish saw. The planted defect is a save that does not lock the attempt's
// row; the same check must find that it loses answers.
func TestNoAcknowledgedAnswerEscapesTheFinish(t *testing.T) {
	attempts := 600
	if os.Getenv("MANGXANH_TEST_LONG") == "1" {
		attempts = 10_000
	}
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		acked, missed := race(t, db, attempts)
		t.Logf("%d attempts, %d acknowledged, %d missed", attempts, acked, missed)
		if missed > 0 || acked < attempts/2 {
			t.Errorf("%d of %d acknowledged answers were not scored", missed, acked)
		}
	})
	t.Run("planted defect", func(t *testing.T) {
		t.Parallel()
		db := storagetest.Postgres(t)
		db.UnlockedSaves()
		for round := 0; ; round++ {
			acked, missed := race(t, db, 600)
			t.Logf("without the lock: %d acknowledged, %d missed", acked, missed)
			if missed > 0 {
				return
			}
			if round == 5 {
				t.Fatal("the check does not notice a save without the row lock")
			}
		}
	})
}
