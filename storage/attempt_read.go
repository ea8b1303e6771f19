package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
)

// hotRows reads rows through the pool for contest traffic, in either dialect.
// Placeholders are $1, $2, …, which both know.
func (db *DB) hotRows(ctx context.Context, text string, args []any, each func(scanner) error) error {
	db.hotpath.statements.Add(1)
	if db.Postgres() {
		rows, err := db.hot.Query(ctx, text, args...)
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
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// reading says what was read when reading went wrong; a database that does not
// answer is a reason to come back later.
func reading(err error, what string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows), errors.Is(err, pgx.ErrNoRows):
		return contest.Missing(what)
	case rowFault(err):
		return fmt.Errorf("read %s: %w", what, err)
	}
	return gone(fmt.Errorf("read %s: %w", what, err))
}

// Attempt returns an attempt as it is recorded.
func (db *DB) Attempt(ctx context.Context, id string) (attempt.Attempt, error) {
	return db.oneAttempt(ctx, `WHERE id = $1`, id)
}

// OpenAttempt returns the attempt that an account has open in a round.
func (db *DB) OpenAttempt(ctx context.Context, roundID, accountID string) (attempt.Attempt, error) {
	return db.oneAttempt(ctx, `WHERE round_id = $1 AND account_id = $2 AND state = 'open'`, roundID, accountID)
}

// Answering reports whether anybody has an attempt open in a round.
func (db *DB) Answering(ctx context.Context, roundID string) (bool, error) {
	open := false
	err := db.hotRows(ctx, `SELECT id FROM attempts WHERE round_id = $1 AND state = 'open' LIMIT 1`, []any{roundID}, func(s scanner) error {
		open = true
		var id string
		return s.Scan(&id)
	})
	return open, reading(err, "attempts")
}

func (db *DB) oneAttempt(ctx context.Context, where string, args ...any) (attempt.Attempt, error) {
	var a attempt.Attempt
	err := db.hotRows(ctx, `SELECT `+attemptColumns+` FROM attempts `+where, args, func(s scanner) (err error) {
		a, err = scanAttempt(s)
		return err
	})
	if err == nil && a.ID == "" {
		return a, contest.Missing("attempt")
	}
	return a, reading(err, "attempt")
}

// Answers returns the answers in force of an attempt, in the order of questions.
func (db *DB) Answers(ctx context.Context, attemptID string) ([]attempt.Answer, error) {
	var all []attempt.Answer
	err := db.hotRows(ctx, `SELECT attempt_id, question, seq, response, late, received_at FROM answers WHERE attempt_id = $1 ORDER BY question`,
		[]any{attemptID}, func(s scanner) error {
			_, a, err := scanAnswer(s)
			all = append(all, a)
			return err
		})
	return all, reading(err, "answers")
}

// DueRounds returns the rounds that have open attempts with a deadline before
// the given time.
func (db *DB) DueRounds(ctx context.Context, before time.Time) ([]string, error) {
	var all []string
	err := db.hotRows(ctx, `SELECT DISTINCT round_id FROM attempts WHERE state = 'open' AND deadline_at < $1`,
		[]any{micros(before)}, func(s scanner) error {
			var id string
			err := s.Scan(&id)
			all = append(all, id)
			return err
		})
	return all, reading(err, "due rounds")
}

// dueQuery asks for open attempts of a round.
type dueQuery struct {
	roundID string
	before  int64
	limit   int
}

// FinishDue finishes at most limit open attempts of a round whose deadline is
// before the given time, oldest first, in one transaction. Attempts that
// somebody else is finishing are passed over. It returns what it finished.
func (db *DB) FinishDue(ctx context.Context, roundID string, before time.Time, limit int, decide attempt.Decide) ([]attempt.Attempt, error) {
	done, err := db.hotRecord().finishDue(ctx, dueQuery{roundID: roundID, before: micros(before), limit: limit}, decide)
	return done, reading(err, "due attempts")
}

// TakeOver makes a device the holder of an open attempt: whoever held it before
// may not save any more. A device that holds it already changes nothing.
func (db *DB) TakeOver(ctx context.Context, id, device string) (attempt.Attempt, error) {
	text := `UPDATE attempts SET holder = holder + 1, device = $2 WHERE id = $1 AND state = 'open' AND (device <> $2 OR $2 = '')`
	db.hotpath.statements.Add(1)
	var err error
	if db.Postgres() {
		_, err = db.hot.Exec(ctx, text, id, device)
	} else {
		_, err = db.sqlWrite.ExecContext(ctx, text, id, device)
	}
	if err != nil {
		return attempt.Attempt{}, reading(err, "attempt")
	}
	return db.Attempt(ctx, id)
}

func scanAnswer(s scanner) (attemptID string, a attempt.Answer, err error) {
	var received int64
	err = s.Scan(&attemptID, &a.Question, &a.Seq, &a.Response, &a.Late, &received)
	a.ReceivedAt = fromMicros(received)
	return attemptID, a, err
}

// apply puts an outcome on an attempt.
func apply(a *attempt.Attempt, o attempt.Outcome, now time.Time) {
	a.State, a.SubmittedAt, a.FinishedAt, a.Outcome = o.State, o.SubmittedAt, now, o
}

func fromStoredDuration(us int64) time.Duration { return time.Duration(us) * time.Microsecond }
