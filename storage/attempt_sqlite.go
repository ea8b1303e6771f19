package storage

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
)

// sqliteRecord writes the hot path's batches to SQLite. There is one writer, so
// a transaction needs no row locks: what it reads stays as it is until commit.
type sqliteRecord struct {
	db    *sql.DB
	now   func() time.Time
	count *atomic.Int64

	mu       sync.Mutex
	prepared map[string]*sql.Stmt
}

var _ hotRecord = (*sqliteRecord)(nil)

// inTx runs f in one transaction of the writer.
func (r *sqliteRecord) inTx(ctx context.Context, f func(q *sqliteTx) error) error {
	if err := r.prepare(ctx); err != nil {
		return err
	}
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(&sqliteTx{record: r, tx: tx, bound: map[string]*sql.Stmt{}}); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// sqliteTx is a transaction that prepares each statement once for good.
type sqliteTx struct {
	record *sqliteRecord
	tx     *sql.Tx
	bound  map[string]*sql.Stmt
}

func (q *sqliteTx) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	if s := q.bound[text]; s != nil {
		return s, nil
	}
	r := q.record
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.prepared[text]
	if s == nil {
		var err error
		if s, err = q.tx.PrepareContext(ctx, text); err != nil {
			return nil, err
		}
		q.bound[text] = s
		return s, nil
	}
	q.bound[text] = q.tx.StmtContext(ctx, s)
	return q.bound[text], nil
}

func (q *sqliteTx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	s, err := q.stmt(ctx, text)
	if err != nil {
		return 0, err
	}
	q.record.count.Add(1)
	res, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (q *sqliteTx) row(ctx context.Context, text string, args ...any) (*sql.Row, error) {
	s, err := q.stmt(ctx, text)
	if err != nil {
		return nil, err
	}
	q.record.count.Add(1)
	return s.QueryRowContext(ctx, args...), nil
}

func (q *sqliteTx) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	s, err := q.stmt(ctx, text)
	if err != nil {
		return nil, err
	}
	q.record.count.Add(1)
	return s.QueryContext(ctx, args...)
}

const (
	sqliteHold = `SELECT state, deadline_at, holder, device, receipt FROM attempts WHERE id = ?`
	sqlitePut  = `INSERT INTO answers (attempt_id, question, seq, response, late, received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (attempt_id, question) DO UPDATE SET seq = ?3, response = ?4, late = ?5, received_at = ?6
WHERE seq < ?3 OR (seq = ?3 AND response <> ?4)`
	sqliteKeep = `INSERT INTO answer_journal (attempt_id, question, seq, holder, response, received_at) VALUES (?, ?, ?, ?, ?, ?)`
)

func (r *sqliteRecord) save(ctx context.Context, batch []*attempt.Save, out []attempt.SaveOutcome) error {
	return r.inTx(ctx, func(q *sqliteTx) error {
		for i, s := range batch {
			if err := saveOne(ctx, q, s, &out[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func saveOne(ctx context.Context, q *sqliteTx, s *attempt.Save, out *attempt.SaveOutcome) error {
	row, err := q.row(ctx, sqliteHold, s.AttemptID)
	if err != nil {
		return err
	}
	var deadline int64
	var holder int
	var device string
	err = row.Scan((*string)(&out.State), &deadline, &holder, &device, &out.Receipt)
	if errors.Is(err, sql.ErrNoRows) {
		out.Verdict = attempt.Unknown
		return nil
	}
	if err != nil {
		return err
	}
	out.Deadline = fromMicros(deadline)
	received := micros(s.R)
	switch {
	case out.State != attempt.Open:
		out.Verdict = attempt.Closed
	case s.Holder != 0 && s.Holder != holder,
		s.Holder == 0 && s.Device != "" && device != "" && s.Device != device:
		out.Verdict = attempt.TakenOver
	case received > deadline+s.Grace.Microseconds():
		out.Verdict = attempt.Closed
	default:
		out.Verdict = attempt.Saved
	}
	if out.Verdict != attempt.Saved {
		return nil
	}
	for _, c := range newestChanges(s.Changes) {
		n, err := q.exec(ctx, sqlitePut, s.AttemptID, c.Question, c.Seq, c.Response, received > deadline, received)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		if _, err := q.exec(ctx, sqliteKeep, s.AttemptID, c.Question, c.Seq, holder, c.Response, received); err != nil {
			return err
		}
	}
	return nil
}

const sqliteStart = `INSERT INTO attempts (id, round_id, contest_id, account_id, number, state, seed, paper, started_at, deadline_at,
  device, class_id, school_id, division_id, unit_path) VALUES (?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING`

func (r *sqliteRecord) start(ctx context.Context, batch []*attempt.New, out []started) error {
	return r.inTx(ctx, func(q *sqliteTx) error {
		now := contest.Moment(r.now())
		for i, n := range batch {
			a := &out[i].attempt
			*a = n.Attempt
			a.StartedAt, a.Deadline = n.Timing(now)
			made, err := q.exec(ctx, sqliteStart, a.ID, a.RoundID, a.ContestID, a.AccountID, a.Number, a.Seed.String(), a.Paper.String(),
				micros(a.StartedAt), micros(a.Deadline), a.Device, a.ClassID, a.SchoolID, a.DivisionID, a.UnitPath)
			if err != nil {
				return err
			}
			out[i].made = made == 1
		}
		return nil
	})
}

func (r *sqliteRecord) finish(ctx context.Context, batch []*finish, out []attempt.Attempt) error {
	return r.inTx(ctx, func(q *sqliteTx) error {
		for i, f := range batch {
			row, err := q.row(ctx, `SELECT `+attemptColumns+` FROM attempts WHERE id = ?`, f.id)
			if err != nil {
				return err
			}
			a, err := scanAttempt(row)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			if err := r.finishOne(ctx, q, &a, f.decide); err != nil {
				return err
			}
			out[i] = a
		}
		return nil
	})
}

func (r *sqliteRecord) finishDue(ctx context.Context, due dueQuery, decide attempt.Decide) ([]attempt.Attempt, error) {
	var found []attempt.Attempt
	err := r.inTx(ctx, func(q *sqliteTx) error {
		rows, err := q.query(ctx, `SELECT `+attemptColumns+` FROM attempts
WHERE round_id = ? AND state = 'open' AND deadline_at < ? ORDER BY deadline_at LIMIT ?`, due.roundID, due.before, due.limit)
		if err != nil {
			return err
		}
		if found, err = collect(rows, func(s scanner) (attempt.Attempt, error) { return scanAttempt(s) }); err != nil {
			return err
		}
		for i := range found {
			if err := r.finishOne(ctx, q, &found[i], decide); err != nil {
				return err
			}
		}
		return nil
	})
	return slices.DeleteFunc(found, func(a attempt.Attempt) bool { return a.State == attempt.Open }), err
}

func (r *sqliteRecord) finishOne(ctx context.Context, q *sqliteTx, a *attempt.Attempt, decide attempt.Decide) error {
	if a.State != attempt.Open {
		return nil
	}
	rows, err := q.query(ctx, `SELECT attempt_id, question, seq, response, late, received_at FROM answers WHERE attempt_id = ? ORDER BY question`, a.ID)
	if err != nil {
		return err
	}
	answers, err := collect(rows, func(s scanner) (attempt.Answer, error) {
		_, answer, err := scanAnswer(s)
		return answer, err
	})
	if err != nil {
		return err
	}
	o, ok := decide(*a, answers)
	if !ok {
		return nil
	}
	apply(a, o, contest.Moment(r.now()))
	n, err := q.exec(ctx, `UPDATE attempts SET state = ?, submitted_at = ?, finished_at = ?, last_change_at = ?, duration_us = ?, answered = ?,
  score = ?, max_score = ?, correct = ?, perfect = ?, prediction = ?, receipt = ?, sheet_sha256 = ? WHERE id = ? AND state = 'open'`,
		string(a.State), micros(a.SubmittedAt), micros(a.FinishedAt), micros(o.LastChange), o.Duration.Microseconds(), o.Answered,
		o.Score, o.Max, o.Correct, o.Perfect, o.Prediction, o.Receipt, o.SheetSHA256, a.ID)
	if err == nil && n != 1 {
		err = errors.New("an attempt changed its state inside a transaction")
	}
	return err
}

// collect reads every row and closes them.
func collect[T any](rows *sql.Rows, scan func(scanner) (T, error)) ([]T, error) {
	defer func() { _ = rows.Close() }()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// prepare makes the statements of the hottest call once, outside any
// transaction, so that they outlive it.
func (r *sqliteRecord) prepare(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.prepared != nil {
		return nil
	}
	made := map[string]*sql.Stmt{}
	for _, text := range []string{sqliteHold, sqlitePut, sqliteKeep, sqliteStart} {
		s, err := r.db.PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		made[text] = s
	}
	r.prepared = made
	return nil
}
