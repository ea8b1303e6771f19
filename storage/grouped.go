package storage

import (
	"context"

	"mangxanh/contest/attempt"
	"mangxanh/contest/people"
)

// Reads that every request or every start needs are asked together, like the
// writes: whoever comes while one is under way shares the next. A read is sent
// after everybody in it has asked, so nobody is told anything older than their
// own question. SQLite answers in this process and gains nothing from sharing.

// entryKey asks where a person stands in a round.
type entryKey struct{ roundID, accountID, schoolYear string }

// standingKey asks what an account may do under a session.
type standingKey struct{ accountID, sessionID string }

// readLimits bound the reads that wait and that are asked at once.
var readLimits = laneLimits{queue: 4096, batch: 256}

// openReads starts the shared readers of Postgres.
func (db *DB) openReads() {
	h := &db.hotpath
	h.entries = newLanes(1, readLimits, func(k *entryKey) string { return k.roundID + k.accountID }, db.readEntries)
	h.standings = newLanes(1, readLimits, func(k *standingKey) string { return k.sessionID }, db.readStandings)
	db.closers = append(db.closers, h.entries.stop, h.standings.stop)
}

func (db *DB) readEntries(ctx context.Context, batch []*entryKey, out []attempt.Entry) error {
	n := len(batch)
	accounts, rounds, years := make([]string, n), make([]string, n), make([]string, n)
	for i, k := range batch {
		accounts[i], rounds[i], years[i] = k.accountID, k.roundID, k.schoolYear
	}
	return db.hotRows(ctx, entriesSQL, []any{accounts, rounds, years}, func(s scanner) error { return scanEntry(s, out) })
}

func (db *DB) readStandings(ctx context.Context, batch []*standingKey, out []people.Standing) error {
	n := len(batch)
	accounts, sessions := make([]string, n), make([]string, n)
	for i, k := range batch {
		accounts[i], sessions[i] = k.accountID, k.sessionID
	}
	return db.hotRows(ctx, standingsSQL, []any{accounts, sessions}, func(s scanner) error { return scanStanding(s, out) })
}
