package storage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// While Postgres is gone every call of the hot path says so with a time to come
// back, and nothing is taken; once it is there again, the same save succeeds
// without a new start of the node.
func TestPostgresGoneAndBack(t *testing.T) {
	t.Parallel()
	ctx, server := t.Context(), storagetest.NewServer(t)
	db, err := storage.Open(ctx, storage.Config{DatabaseURL: server.URL, Now: storagetest.Now, NewID: storagetest.NewID, HotConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	a := mustStart(t, db, newAttempt("round", 1))
	save := func() error {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		o, err := db.SaveAnswers(ctx, attempt.Save{AttemptID: a.ID, R: storagetest.Now(), Changes: []attempt.Change{{Question: 0, Seq: 1, Response: "1"}}})
		if err == nil && o.Verdict != attempt.Saved {
			t.Fatalf("verdict %s", o.Verdict)
		}
		return err
	}
	server.Kill()
	calls := map[string]func() error{
		"save":   save,
		"start":  func() error { _, _, err := db.StartAttempt(ctx, newAttempt("round", 1)); return err },
		"finish": func() error { _, err := db.FinishAttempt(ctx, a.ID, witness); return err },
		"read":   func() error { _, err := db.Attempt(ctx, a.ID); return err },
		"entry":  func() error { _, err := db.Entry(ctx, "round", a.AccountID, ""); return err },
		"sweep":  func() error { _, err := db.FinishDue(ctx, "round", storagetest.Now(), 10, witness); return err },
	}
	for name, call := range calls {
		err := call()
		var refusal *contest.Error
		if !errors.As(err, &refusal) || refusal.Kind != contest.Busy || refusal.RetryAfter == 0 {
			t.Errorf("%s without the database: %v", name, err)
		}
	}
	server.Start(t)
	for limit := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if err = save(); err == nil || time.Now().After(limit) {
			break
		}
	}
	if err != nil {
		t.Fatalf("after the database came back: %v", err)
	}
	answers, err := db.Answers(ctx, a.ID)
	if err != nil || len(answers) != 1 {
		t.Errorf("%d answers, %v", len(answers), err)
	}
}

// A save is a part of one statement and a start is one, on Postgres.
func TestStatementBudget(t *testing.T) {
	t.Parallel()
	db := storagetest.Postgres(t)
	before := db.HotCounts().Statements
	a := mustStart(t, db, newAttempt("round", 1))
	if n := db.HotCounts().Statements - before; n != 1 {
		t.Errorf("a start alone took %d statements", n)
	}
	before = db.HotCounts().Statements
	each(64, func(i int) {
		if _, err := db.SaveAnswers(t.Context(), attempt.Save{AttemptID: a.ID, R: storagetest.Now(), Changes: []attempt.Change{{Question: i, Seq: 1, Response: "1"}}}); err != nil {
			t.Error(err)
		}
	})
	if n := db.HotCounts().Statements - before; n > 64 {
		t.Errorf("64 saves took %d statements", n)
	}
}
