package storage

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
)

// pgRecord writes the hot path's batches to Postgres.
type pgRecord struct {
	pool    *pgxpool.Pool
	now     func() time.Time
	saveSQL string
	count   *atomic.Int64
}

var _ hotRecord = (*pgRecord)(nil)

// saveSQL saves a whole batch in one statement. Saves and finishing meet on the
// attempt's row: FOR SHARE waits for a finish under way and then reads the row
// as that left it, and a finish waits for the saves that hold the row, so that
// it reads every answer that was acknowledged. The row's columns must come from
// the locking query itself; a second look at the table would see the statement's
// snapshot, which may be older than the lock. Locks and rows are taken in the
// order of their keys, so that two nodes cannot wait for each other.
//
// An answer replaces one with a lower counter. The same counter with another
// response comes from two screens that counted alike: the later one wins, as
// both were told, and both are in the journal.
const saveSQL = `
WITH locked AS MATERIALIZED (
  SELECT id, state, deadline_at, holder, device, receipt FROM attempts
  WHERE id = ANY($1::text[]) ORDER BY id FOR SHARE
), verdict AS MATERIALIZED (
  SELECT r.n, r.id, r.received, l.state, l.deadline_at, l.holder, l.receipt,
    CASE WHEN l.id IS NULL THEN 'unknown'
      WHEN l.state <> 'open' THEN 'closed'
      WHEN r.holder <> 0 AND r.holder <> l.holder THEN 'taken_over'
      WHEN r.holder = 0 AND r.device <> '' AND l.device <> '' AND r.device <> l.device THEN 'taken_over'
      WHEN r.received > l.deadline_at + r.grace THEN 'closed'
      ELSE 'saved' END AS verdict
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::int[], $5::text[])
    WITH ORDINALITY AS r(id, received, grace, holder, device, n)
  LEFT JOIN locked l ON l.id = r.id
), put AS (
  INSERT INTO answers (attempt_id, question, seq, response, late, received_at)
  SELECT v.id, c.question, c.seq, c.response, v.received > v.deadline_at, v.received
  FROM unnest($6::bigint[], $7::int[], $8::bigint[], $9::text[]) AS c(n, question, seq, response)
  JOIN verdict v ON v.n = c.n
  WHERE v.verdict = 'saved'
  ORDER BY v.id, c.question
  ON CONFLICT (attempt_id, question) DO UPDATE
    SET seq = excluded.seq, response = excluded.response, late = excluded.late, received_at = excluded.received_at
    WHERE answers.seq < excluded.seq OR (answers.seq = excluded.seq AND answers.response <> excluded.response)
  RETURNING attempt_id, question, seq, response, received_at
), kept AS (
  INSERT INTO answer_journal (attempt_id, question, seq, holder, response, received_at)
  SELECT p.attempt_id, p.question, p.seq, v.holder, p.response, p.received_at
  FROM put p JOIN verdict v ON v.id = p.attempt_id
)
SELECT n, verdict, coalesce(state, ''), coalesce(deadline_at, 0), coalesce(receipt, '') FROM verdict`

// save holds each attempt at most once in a batch, which the lane sees to.
func (r *pgRecord) save(ctx context.Context, batch []*attempt.Save, out []attempt.SaveOutcome) error {
	n := len(batch)
	ids, devices := make([]string, n), make([]string, n)
	times, graces, holders := make([]int64, n), make([]int64, n), make([]int32, n)
	of, questions := make([]int64, 0, n), make([]int32, 0, n)
	seqs, responses := make([]int64, 0, n), make([]string, 0, n)
	for i, s := range batch {
		ids[i], devices[i], holders[i] = s.AttemptID, s.Device, int32(s.Holder)
		times[i], graces[i] = micros(s.R), s.Grace.Microseconds()
		for _, c := range newestChanges(s.Changes) {
			of, questions = append(of, int64(i+1)), append(questions, int32(c.Question))
			seqs, responses = append(seqs, c.Seq), append(responses, c.Response)
		}
	}
	r.count.Add(1)
	rows, err := r.pool.Query(ctx, r.saveSQL, ids, times, graces, holders, devices, of, questions, seqs, responses)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var i, deadline int64
		var o attempt.SaveOutcome
		if err := rows.Scan(&i, (*string)(&o.Verdict), (*string)(&o.State), &deadline, &o.Receipt); err != nil {
			return err
		}
		o.Deadline = fromMicros(deadline)
		out[i-1] = o
	}
	return rows.Err()
}

// newestChanges keeps the highest counter of each question; among equals the
// last. One request rarely names a question twice.
func newestChanges(changes []attempt.Change) []attempt.Change {
	if len(changes) < 2 {
		return changes
	}
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b attempt.Change) int {
		return cmp.Or(cmp.Compare(a.Question, b.Question), cmp.Compare(a.Seq, b.Seq))
	})
	kept := sorted[:0]
	for i, c := range sorted {
		if i+1 == len(sorted) || sorted[i+1].Question != c.Question {
			kept = append(kept, c)
		}
	}
	return kept
}

const startSQL = `
INSERT INTO attempts (id, round_id, contest_id, account_id, number, state, seed, paper, started_at, deadline_at,
  device, class_id, school_id, division_id, unit_path)
SELECT r.id, r.round_id, r.contest_id, r.account_id, r.number, 'open', r.seed, r.paper, r.started_at, r.deadline_at,
  r.device, r.class_id, r.school_id, r.division_id, r.unit_path
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
  $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
  AS r(id, round_id, contest_id, account_id, number, seed, paper, started_at, deadline_at, device, class_id, school_id, division_id, unit_path)
ORDER BY r.round_id, r.account_id
ON CONFLICT DO NOTHING
RETURNING id`

// start inserts a batch under the unique keys, which alone decide how many
// attempts there are.
func (r *pgRecord) start(ctx context.Context, batch []*attempt.New, out []started) error {
	now := contest.Moment(r.now())
	var c [11][]string
	var numbers []int32
	var starts, ends []int64
	for i, n := range batch {
		a := &out[i].attempt
		*a = n.Attempt
		a.StartedAt, a.Deadline = n.Timing(now)
		for j, v := range []string{a.ID, a.RoundID, a.ContestID, a.AccountID, a.Seed.String(), a.Paper.String(), a.Device, a.ClassID, a.SchoolID, a.DivisionID, a.UnitPath} {
			c[j] = append(c[j], v)
		}
		numbers, starts, ends = append(numbers, int32(a.Number)), append(starts, micros(a.StartedAt)), append(ends, micros(a.Deadline))
	}
	r.count.Add(1)
	rows, err := r.pool.Query(ctx, startSQL, c[0], c[1], c[2], c[3], numbers, c[4], c[5], starts, ends, c[6], c[7], c[8], c[9], c[10])
	if err != nil {
		return err
	}
	made, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for i := range out {
		out[i].made = slices.Contains(made, out[i].attempt.ID)
	}
	return err
}

// finish locks a batch's rows, reads their answers with a second statement,
// whose snapshot is younger than the locks and so holds every acknowledged
// answer, decides and writes. It speaks to Postgres twice: once to read, once to
// write and commit.
func (r *pgRecord) finish(ctx context.Context, batch []*finish, out []attempt.Attempt) error {
	ids, decides := make([]string, len(batch)), make(map[string]attempt.Decide, len(batch))
	for i, f := range batch {
		ids[i], decides[f.id] = f.id, f.decide
	}
	conn, err := r.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release() // which ends a connection that is still in a transaction, and the transaction with it
	found, answers, err := r.lock(ctx, conn.Conn(), ids)
	if err != nil {
		return err
	}
	columns := r.decide(found, answers, func(a attempt.Attempt, answers []attempt.Answer) (attempt.Outcome, bool) {
		return decides[a.ID](a, answers)
	})
	var last pgx.Batch
	if len(columns.ids) > 0 {
		r.count.Add(1)
		last.Queue(finishSQL, columns.args()...).Exec(columns.all)
	}
	last.Queue("COMMIT")
	if err := conn.SendBatch(ctx, &last).Close(); err != nil {
		return err
	}
	for i, f := range batch {
		if at := slices.IndexFunc(found, func(a attempt.Attempt) bool { return a.ID == f.id }); at >= 0 {
			out[i] = found[at]
		}
	}
	return nil
}

// lock begins a transaction, locks attempts and reads their answers.
func (r *pgRecord) lock(ctx context.Context, conn *pgx.Conn, ids []string) (found []attempt.Attempt, answers map[string][]attempt.Answer, err error) {
	var first pgx.Batch
	first.Queue("BEGIN")
	first.Queue(`SELECT `+attemptColumns+` FROM attempts WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE`, ids).
		Query(func(rows pgx.Rows) error { found, err = pgx.CollectRows(rows, toAttempt); return err })
	first.Queue(answersSQL, ids).Query(func(rows pgx.Rows) error { answers, err = collectAnswers(rows); return err })
	r.count.Add(2)
	return found, answers, conn.SendBatch(ctx, &first).Close()
}

func toAttempt(row pgx.CollectableRow) (attempt.Attempt, error) { return scanAttempt(row) }

// finishDue finishes what is due in a round and nobody else is finishing. It
// learns only from the lock whose answers to read.
func (r *pgRecord) finishDue(ctx context.Context, due dueQuery, decide attempt.Decide) ([]attempt.Attempt, error) {
	var done []attempt.Attempt
	err := pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		r.count.Add(1)
		rows, err := tx.Query(ctx, `SELECT `+attemptColumns+` FROM attempts
WHERE round_id = $1 AND state = 'open' AND deadline_at < $2 ORDER BY deadline_at LIMIT $3 FOR UPDATE SKIP LOCKED`,
			due.roundID, due.before, due.limit)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, toAttempt)
		if err != nil || len(found) == 0 {
			return err
		}
		ids := make([]string, len(found))
		for i, a := range found {
			ids[i] = a.ID
		}
		r.count.Add(1)
		if rows, err = tx.Query(ctx, answersSQL, ids); err != nil {
			return err
		}
		answers, err := collectAnswers(rows)
		if err != nil {
			return err
		}
		columns := r.decide(found, answers, decide)
		done = slices.DeleteFunc(found, func(a attempt.Attempt) bool { return a.State == attempt.Open })
		if len(columns.ids) == 0 {
			return nil
		}
		r.count.Add(1)
		tag, err := tx.Exec(ctx, finishSQL, columns.args()...)
		if err != nil {
			return err
		}
		return columns.all(tag)
	})
	return done, err
}

// decide lets a pure function decide about every attempt that is open, and
// returns what is to be written of those it finished.
func (r *pgRecord) decide(found []attempt.Attempt, answers map[string][]attempt.Answer, decide attempt.Decide) *finishColumns {
	u := &finishColumns{}
	for i := range found {
		a := &found[i]
		if a.State != attempt.Open {
			continue
		}
		if o, ok := decide(*a, answers[a.ID]); ok {
			apply(a, o, contest.Moment(r.now()))
			u.add(*a)
		}
	}
	return u
}

const answersSQL = `SELECT attempt_id, question, seq, response, late, received_at FROM answers
WHERE attempt_id = ANY($1::text[]) ORDER BY attempt_id, question`

func collectAnswers(rows pgx.Rows) (map[string][]attempt.Answer, error) {
	defer rows.Close()
	found := map[string][]attempt.Answer{}
	for rows.Next() {
		id, a, err := scanAnswer(rows)
		if err != nil {
			return nil, err
		}
		found[id] = append(found[id], a)
	}
	return found, rows.Err()
}

const finishSQL = `
UPDATE attempts SET state = u.state, submitted_at = u.submitted, finished_at = u.finished, last_change_at = u.change,
  duration_us = u.duration, answered = u.answered, score = u.score, max_score = u.max, correct = u.correct,
  perfect = u.perfect, prediction = u.prediction, receipt = u.receipt, sheet_sha256 = u.sheet
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::int[], $8::bigint[], $9::bigint[],
  $10::int[], $11::bool[], $12::bigint[], $13::text[], $14::text[])
  AS u(id, state, submitted, finished, change, duration, answered, score, max, correct, perfect, prediction, receipt, sheet)
WHERE attempts.id = ANY($1::text[]) AND attempts.id = u.id AND attempts.state = 'open'`

// finishColumns are the columns of finishSQL.
type finishColumns struct {
	ids, states, receipts, sheets           []string
	submitted, finished, changes, durations []int64
	scores, maxima                          []int64
	answered, correct                       []int32
	perfect                                 []bool
	predictions                             []*int64
}

func (c *finishColumns) add(a attempt.Attempt) {
	o := a.Outcome
	c.ids, c.states = append(c.ids, a.ID), append(c.states, string(a.State))
	c.receipts, c.sheets = append(c.receipts, o.Receipt), append(c.sheets, o.SheetSHA256)
	c.submitted, c.finished = append(c.submitted, micros(a.SubmittedAt)), append(c.finished, micros(a.FinishedAt))
	c.changes, c.durations = append(c.changes, micros(o.LastChange)), append(c.durations, o.Duration.Microseconds())
	c.scores, c.maxima = append(c.scores, o.Score), append(c.maxima, o.Max)
	c.answered, c.correct = append(c.answered, int32(o.Answered)), append(c.correct, int32(o.Correct))
	c.perfect, c.predictions = append(c.perfect, o.Perfect), append(c.predictions, o.Prediction)
}

// all holds that every attempt was written: their rows were locked.
func (c *finishColumns) all(tag pgconn.CommandTag) error {
	if tag.RowsAffected() != int64(len(c.ids)) {
		return errors.New("a locked attempt changed its state")
	}
	return nil
}

func (c *finishColumns) args() []any {
	return []any{c.ids, c.states, c.submitted, c.finished, c.changes, c.durations, c.answered, c.scores, c.maxima,
		c.correct, c.perfect, c.predictions, c.receipts, c.sheets}
}
