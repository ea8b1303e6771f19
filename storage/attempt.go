package storage

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitedriver "modernc.org/sqlite"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
	"mangxanh/contest/people"
)

// hotpath is what contest traffic needs of the record: the lanes of what is
// written and, on Postgres, of what is read together.
type hotpath struct {
	saves    *lanes[attempt.Save, attempt.SaveOutcome]
	starts   *lanes[attempt.New, started]
	finishes *lanes[finish, attempt.Attempt]

	entries   *lanes[entryKey, attempt.Entry] // nil on SQLite, as standings is
	standings *lanes[standingKey, people.Standing]

	statements atomic.Int64
}

// hotRecord writes batches in one dialect. Postgres and SQLite each have one.
type hotRecord interface {
	save(ctx context.Context, batch []*attempt.Save, out []attempt.SaveOutcome) error
	start(ctx context.Context, batch []*attempt.New, out []started) error
	finish(ctx context.Context, batch []*finish, out []attempt.Attempt) error
	finishDue(ctx context.Context, due dueQuery, decide attempt.Decide) ([]attempt.Attempt, error)
}

// started is the outcome of one insert; made is false when a unique key held
// it back.
type started struct {
	attempt attempt.Attempt
	made    bool
}

// finish is one attempt to finish by a pure decision.
type finish struct {
	id     string
	decide attempt.Decide
}

// How much waits and how much is written at once. A save's own deadline (the
// caller's context) is shorter than the time to drain a full queue would ever be.
var (
	saveLimits   = laneLimits{queue: 4096, batch: 512}
	startLimits  = laneLimits{queue: 1024, batch: 128}
	finishLimits = laneLimits{queue: 1024, batch: 128}
)

// savingLanes is how many writers take saves to Postgres: one for two cores. A
// second one on two cores makes batches half as large, and every save dearer;
// where there are more cores, one writer would leave them idle.
func savingLanes() int { return max(1, runtime.GOMAXPROCS(0)/2) }

// laneConns are the saving lanes, a starting and a finishing one, and the sweep.
func laneConns() int { return savingLanes() + 3 }

// openLanes starts the writers. SQLite has one writer whatever asks.
func (db *DB) openLanes() {
	record, saving := db.hotRecord(), 1
	if db.Postgres() {
		saving = savingLanes()
	}
	h := &db.hotpath
	h.saves = newLanes(saving, saveLimits, func(s *attempt.Save) string { return s.AttemptID }, record.save)
	h.starts = newLanes(1, startLimits, func(n *attempt.New) string { return n.RoundID + n.AccountID }, record.start)
	h.finishes = newLanes(1, finishLimits, func(f *finish) string { return f.id }, record.finish)
	db.closers = append(db.closers, h.saves.stop, h.starts.stop, h.finishes.stop)
	if db.Postgres() {
		db.openReads()
	}
}

func (db *DB) hotRecord() hotRecord {
	if db.Postgres() {
		return &pgRecord{pool: db.batches, now: db.now, saveSQL: saveSQL, count: &db.hotpath.statements}
	}
	return &sqliteRecord{db: db.sqlWrite, now: db.now, count: &db.hotpath.statements}
}

// HotCounts is a reading of the hot path's counters.
type HotCounts struct {
	Saves, Starts, Finishes LaneCounts
	Statements              int64 // SQL statements sent for starts, saves, finishes and the reads they need
}

// HotCounts reads the counters.
func (db *DB) HotCounts() HotCounts {
	h := &db.hotpath
	return HotCounts{Saves: h.saves.stats.read(), Starts: h.starts.stats.read(), Finishes: h.finishes.stats.read(), Statements: h.statements.Load()}
}

// SaveAnswers writes one request's answers together with whatever else is
// queued and returns after the commit.
func (db *DB) SaveAnswers(ctx context.Context, s attempt.Save) (attempt.SaveOutcome, error) {
	return db.hotpath.saves.do(ctx, s)
}

// StartAttempt records a new attempt unless the person has one open in the
// round or had this number; then made is false and the caller reads again.
func (db *DB) StartAttempt(ctx context.Context, n attempt.New) (a attempt.Attempt, made bool, err error) {
	s, err := db.hotpath.starts.do(ctx, n)
	return s.attempt, s.made, err
}

// FinishAttempt finishes an open attempt by a pure decision under the row's
// lock. An attempt that is finished already comes back as it is.
func (db *DB) FinishAttempt(ctx context.Context, id string, decide attempt.Decide) (attempt.Attempt, error) {
	a, err := db.hotpath.finishes.do(ctx, finish{id: id, decide: decide})
	if err == nil && a.ID == "" {
		err = contest.Missing("attempt")
	}
	return a, err
}

// rowFault reports whether a database refused a batch for something in it, in
// which case each row deserves to be tried alone.
func rowFault(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code[:2] {
		case "21", "22", "23", "40", "42": // cardinality, data, constraint, deadlock, syntax
			return true
		}
		return false
	}
	var lite *sqlitedriver.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case 1, 18, 19, 20, 25: // error, too big, constraint, mismatch, range
			return true
		}
	}
	return false
}

// gone is the refusal for a record that does not answer or cannot write. The
// cause stays inside for the log.
func gone(err error) error {
	return errors.Join(unavailable("the record does not answer; nothing is lost, try again"), err)
}

// attemptColumns are listed, never starred; scanAttempt reads them in order.
const attemptColumns = `id, round_id, contest_id, account_id, number, state, seed, paper, started_at, deadline_at,
 holder, device, class_id, school_id, division_id, unit_path, last_change_at, submitted_at, finished_at,
 duration_us, answered, score, max_score, correct, perfect, prediction, receipt, sheet_sha256, annul_reason`

// scanner is a row of either driver.
type scanner interface{ Scan(...any) error }

func scanAttempt(row scanner) (attempt.Attempt, error) {
	var a attempt.Attempt
	var seed, paper string
	var start, deadline, change, submitted, finished, duration int64
	o := &a.Outcome
	err := row.Scan(&a.ID, &a.RoundID, &a.ContestID, &a.AccountID, &a.Number, (*string)(&a.State), &seed, &paper, &start, &deadline,
		&a.Holder, &a.Device, &a.ClassID, &a.SchoolID, &a.DivisionID, &a.UnitPath, &change, &submitted, &finished,
		&duration, &o.Answered, &o.Score, &o.Max, &o.Correct, &o.Perfect, &o.Prediction, &o.Receipt, &o.SheetSHA256, &a.AnnulReason)
	if err != nil {
		return a, err
	}
	if a.Seed, err = attempt.ParseSeed(seed); err != nil {
		return a, fmt.Errorf("attempt %s: %w", a.ID, err)
	}
	if a.Paper, err = attempt.ParsePaper(paper); err != nil {
		return a, fmt.Errorf("attempt %s: %w", a.ID, err)
	}
	a.StartedAt, a.Deadline = fromMicros(start), fromMicros(deadline)
	a.SubmittedAt, a.FinishedAt = fromMicros(submitted), fromMicros(finished)
	o.State, o.SubmittedAt, o.LastChange, o.Duration = a.State, a.SubmittedAt, fromMicros(change), fromStoredDuration(duration)
	return a, nil
}
