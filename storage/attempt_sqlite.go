package storage

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
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

// sqliteMany is how many rows one statement takes; what is left over goes row
// by row. Fewer, longer statements cost a third of many short ones.
const sqliteMany = 16

var (
	sqliteHold = repeated(`SELECT id, state, deadline_at, holder, device, receipt FROM attempts WHERE id IN (`, `?`, `)`)
	sqlitePut  = repeated(`INSERT INTO answers (attempt_id, question, seq, response, late, received_at) VALUES `, `(?, ?, ?, ?, ?, ?)`,
		` ON CONFLICT (attempt_id, question) DO UPDATE
SET seq = excluded.seq, response = excluded.response, late = excluded.late, received_at = excluded.received_at
WHERE answers.seq < excluded.seq OR (answers.seq = excluded.seq AND answers.response <> excluded.response)
RETURNING attempt_id, question`)
	sqliteKeep = repeated(`INSERT INTO answer_journal (attempt_id, question, seq, holder, response, received_at) VALUES `, `(?, ?, ?, ?, ?, ?)`, ``)
)

// statements are one text for a single row and one for many.
type statements struct{ one, many string }

func repeated(head, row, tail string) statements {
	return statements{one: head + row + tail, many: head + strings.Repeat(row+", ", sqliteMany-1) + row + tail}
}

// inParts calls do with the text and the arguments of each part of rows that
// have width arguments each.
func (s statements) inParts(args []any, width int, do func(text string, args []any) error) error {
	for len(args) > 0 {
		text, n := s.many, sqliteMany*width
		if len(args) < n {
			text, n = s.one, width
		}
		if err := do(text, args[:n]); err != nil {
			return err
		}
		args = args[n:]
	}
	return nil
}

// hold is an attempt as a batch of saves finds it.
type hold struct {
	out    attempt.SaveOutcome
	holder int
	device string
}

func (r *sqliteRecord) save(ctx context.Context, batch []*attempt.Save, out []attempt.SaveOutcome) error {
	return r.inTx(ctx, func(q *sqliteTx) error {
		holds, err := q.holds(ctx, batch)
		if err != nil {
			return err
		}
		puts, keeps := make([]any, 0, 6*len(batch)), map[answerKey][]any{}
		for i, s := range batch {
			h := holds[s.AttemptID]
			out[i] = h.judge(s)
			if out[i].Verdict != attempt.Saved {
				continue
			}
			received := micros(s.R)
			for _, c := range newestChanges(s.Changes) {
				puts = append(puts, s.AttemptID, c.Question, c.Seq, c.Response, received > micros(h.out.Deadline), received)
				keeps[answerKey{s.AttemptID, c.Question}] = []any{s.AttemptID, c.Question, c.Seq, h.holder, c.Response, received}
			}
		}
		return q.put(ctx, puts, keeps)
	})
}

type answerKey struct {
	attemptID string
	question  int
}

// judge decides one request as the Postgres statement does.
func (h *hold) judge(s *attempt.Save) attempt.SaveOutcome {
	if h == nil {
		return attempt.SaveOutcome{Verdict: attempt.Unknown}
	}
	out := h.out
	switch {
	case out.State != attempt.Open:
		out.Verdict = attempt.Closed
	case s.Holder != 0 && s.Holder != h.holder,
		s.Holder == 0 && s.Device != "" && h.device != "" && s.Device != h.device:
		out.Verdict = attempt.TakenOver
	case s.R.After(out.Deadline.Add(s.Grace)):
		out.Verdict = attempt.Closed
	default:
		out.Verdict = attempt.Saved
	}
	return out
}

// holds reads the attempts of a batch.
func (q *sqliteTx) holds(ctx context.Context, batch []*attempt.Save) (map[string]*hold, error) {
	ids, holds := make([]any, len(batch)), make(map[string]*hold, len(batch))
	for i, s := range batch {
		ids[i] = s.AttemptID
	}
	err := sqliteHold.inParts(ids, 1, func(text string, args []any) error {
		return q.each(ctx, text, args, func(s scanner) error {
			var id string
			var deadline int64
			h := &hold{}
			err := s.Scan(&id, (*string)(&h.out.State), &deadline, &h.holder, &h.device, &h.out.Receipt)
			h.out.Deadline = fromMicros(deadline)
			holds[id] = h
			return err
		})
	})
	return holds, err
}

// put writes the answers and journals those that replaced something older.
func (q *sqliteTx) put(ctx context.Context, puts []any, keeps map[answerKey][]any) error {
	journal := make([]any, 0, len(puts))
	err := sqlitePut.inParts(puts, 6, func(text string, args []any) error {
		return q.each(ctx, text, args, func(s scanner) error {
			var k answerKey
			if err := s.Scan(&k.attemptID, &k.question); err != nil {
				return err
			}
			journal = append(journal, keeps[k]...)
			return nil
		})
	})
	if err != nil {
		return err
	}
	return sqliteKeep.inParts(journal, 6, func(text string, args []any) error {
		_, err := q.exec(ctx, text, args...)
		return err
	})
}

// each runs a query and reads its rows.
func (q *sqliteTx) each(ctx context.Context, text string, args []any, read func(scanner) error) error {
	rows, err := q.query(ctx, text, args...)
	if err != nil {
		return err
	}
	_, err = collect(rows, func(s scanner) (struct{}, error) { return struct{}{}, read(s) })
	return err
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
	for _, text := range []string{sqliteHold.one, sqliteHold.many, sqlitePut.one, sqlitePut.many, sqliteKeep.one, sqliteKeep.many, sqliteStart} {
		s, err := r.db.PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		made[text] = s
	}
	r.prepared = made
	return nil
}
