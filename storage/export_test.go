package storage

import (
	"context"
	"strings"

	"mangxanh/contest/attempt"
)

// UnlockedSaves plants the defect that the race test must catch: the save looks
// at the attempt's state without locking its row.
func (db *DB) UnlockedSaves() {
	r := &pgRecord{pool: db.batches, now: db.now, saveSQL: strings.Replace(saveSQL, "FOR SHARE", "", 1), count: &db.hotpath.statements}
	db.hotpath.saves.stop()
	db.hotpath.saves = newLanes(4, saveLimits, func(s *attempt.Save) string { return s.AttemptID }, r.save)
	db.closers = append(db.closers, db.hotpath.saves.stop)
}

// Unsafe runs a statement on the one hot connection.
func (db *DB) Unsafe(ctx context.Context, statement string) {
	if _, err := db.hot.Exec(ctx, statement); err != nil {
		panic(err)
	}
}
