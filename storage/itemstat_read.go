package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"mangxanh/contest/attempt"
	"mangxanh/contest/itemstat"
)

// reportRows reads rows through the pool for reports, in either dialect.
func (db *DB) reportRows(ctx context.Context, text string, args []any, each func(scanner) error) error {
	if db.Postgres() {
		rows, err := db.reports.Query(ctx, text, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := each(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
	rows, err := db.sqlRead.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	_, err = collect(rows, func(s scanner) (struct{}, error) { return struct{}{}, each(s) })
	return err
}

const finishedAfterSQL = `SELECT id, started_at, finished_at, score, paper FROM attempts
WHERE round_id = $1 AND finished_at > 0 AND (finished_at, id) > ($2, $3) AND finished_at <= $4 AND state IN ('submitted', 'expired')
ORDER BY finished_at, id LIMIT $5`

// FinishedRecords returns finished attempts with their answers in force and
// the times of every change, in the order of finishing.
func (db *DB) FinishedRecords(ctx context.Context, roundID string, after itemstat.Mark, upTo time.Time, limit int) ([]itemstat.Record, error) {
	var records []itemstat.Record
	args := []any{roundID, micros(after.Finished), after.AttemptID, micros(upTo), limit}
	err := db.reportRows(ctx, finishedAfterSQL, args, func(s scanner) error {
		var r itemstat.Record
		var started, finished int64
		var paper string
		err := s.Scan(&r.AttemptID, &started, &finished, &r.Score, &paper)
		if err != nil {
			return err
		}
		if r.Paper, err = attempt.ParsePaper(paper); err != nil {
			return fmt.Errorf("attempt %s: %w", r.AttemptID, err)
		}
		r.StartedAt, r.FinishedAt = fromMicros(started), fromMicros(finished)
		records = append(records, r)
		return nil
	})
	if err != nil {
		return nil, failure(err, "finished attempts")
	}
	return records, failure(db.fillRecords(ctx, records), "answers")
}

// fillRecords adds answers and changes. Statements name many attempts, so that
// a million answers are a few hundred statements.
func (db *DB) fillRecords(ctx context.Context, records []itemstat.Record) error {
	size := len(records)
	if !db.Postgres() {
		size = batchOf
	}
	for part := range slices.Chunk(records, max(1, size)) {
		ids := make([]string, len(part))
		for i := range part {
			ids[i] = part[i].AttemptID
		}
		err := db.eachOf(ctx, "SELECT %s, a.question, a.response FROM %s JOIN answers a ON a.attempt_id = %s", ids, func(s scanner) error {
			var n int
			var w attempt.Answer
			err := s.Scan(&n, &w.Question, &w.Response)
			part[n-1].Answers = append(part[n-1].Answers, w)
			return err
		})
		if err != nil {
			return err
		}
		err = db.eachOf(ctx, "SELECT %s, a.question, a.received_at FROM %s JOIN answer_journal a ON a.attempt_id = %s", ids, func(s scanner) error {
			var n int
			var c itemstat.Change
			var received int64
			err := s.Scan(&n, &c.Question, &received)
			c.At = fromMicros(received)
			part[n-1].Changes = append(part[n-1].Changes, c)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachOf joins a list of ids, numbered from 1, in the words of each dialect.
func (db *DB) eachOf(ctx context.Context, text string, ids []string, each func(scanner) error) error {
	if db.Postgres() {
		return db.reportRows(ctx, fmt.Sprintf(text, "b.n", "unnest($1::text[]) WITH ORDINALITY AS b(id, n)", "b.id"), []any{ids}, each)
	}
	list := "(SELECT CAST(key AS INTEGER) + 1 AS n, value AS id FROM json_each(?)) AS b"
	return db.reportRows(ctx, fmt.Sprintf(text, "b.n", list, "b.id"), []any{`["` + strings.Join(ids, `","`) + `"]`}, each)
}

// FinishedSum counts and sums the finished attempts of a round up to a mark.
func (db *DB) FinishedSum(ctx context.Context, roundID string, upTo itemstat.Mark) (attempts int, score int64, err error) {
	err = db.reportRows(ctx, `SELECT COUNT(*), COALESCE(SUM(score), 0) FROM attempts
WHERE round_id = $1 AND finished_at > 0 AND (finished_at, id) <= ($2, $3) AND state IN ('submitted', 'expired')`,
		[]any{roundID, micros(upTo.Finished), upTo.AttemptID}, func(s scanner) error { return s.Scan(&attempts, &score) })
	return attempts, score, failure(err, "finished attempts")
}
