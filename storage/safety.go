package storage

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// CheckDurable refuses a database that may forget a commit it acknowledged: on
// Postgres fsync, synchronous_commit and full_page_writes must be on, on SQLite
// the log must be written ahead and fully synced.
func (db *DB) CheckDurable(ctx context.Context) error {
	if !db.Postgres() {
		return db.checkSQLiteDurable(ctx)
	}
	var wrong []string
	err := db.hotRows(ctx, `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') ORDER BY name`, nil,
		func(s scanner) error {
			var name, setting string
			if err := s.Scan(&name, &setting); err != nil {
				return err
			}
			if safe := setting == "on" || name == "synchronous_commit" && setting == "remote_apply"; !safe {
				wrong = append(wrong, name+" is "+setting)
			}
			return nil
		})
	if err != nil {
		return fmt.Errorf("read the database's settings: %w", err)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("the database could lose acknowledged answers: %s; set to on", strings.Join(wrong, ", "))
	}
	return nil
}

func (db *DB) checkSQLiteDurable(ctx context.Context) error {
	var synchronous int
	var journal string
	if err := db.sqlWrite.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		return fmt.Errorf("read the database's settings: %w", err)
	}
	if err := db.sqlWrite.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal); err != nil {
		return fmt.Errorf("read the database's settings: %w", err)
	}
	if synchronous < 2 || journal != "wal" {
		return fmt.Errorf("the database could lose acknowledged answers: synchronous is %d, journal_mode is %s", synchronous, journal)
	}
	return nil
}

// ClockSkew is how far this node's clock is ahead of the database's, as near as
// the time of the question allows. SQLite has this node's clock.
func (db *DB) ClockSkew(ctx context.Context) (time.Duration, error) {
	if !db.Postgres() {
		return 0, nil
	}
	var there int64
	before := db.now()
	err := db.hotRows(ctx, `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint`, nil, func(s scanner) error { return s.Scan(&there) })
	if err != nil {
		return 0, reading(err, "database clock")
	}
	after := db.now()
	return before.Add(after.Sub(before) / 2).Sub(time.UnixMicro(there)), nil
}
