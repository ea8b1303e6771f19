package storage

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
)

var (
	_ attempt.Store   = (*DB)(nil)
	_ attempt.Library = (*DB)(nil)
)

// entryColumns and entryTables read everything that decides a start at once:
// the account, its class of the contest's school year (or of the newest year, or
// the home unit of somebody without a class, and the school around it), whether
// consent was taken back, and the attempts so far. q are those who ask.
const (
	entryColumns = `
SELECT q.n, a.id, a.state, a.kind, coalesce(e.class_id, ''), coalesce(cu.path, h.path, ''), coalesce(cu.grade, 0),
  CASE WHEN e.class_id IS NOT NULL THEN e.school_id WHEN h.kind = 'school' THEN h.id WHEN p.kind = 'school' THEN p.id
    WHEN g.kind = 'school' THEN g.id ELSE '' END,
  coalesce((SELECT min(CASE WHEN c.withdrawn_at = 0 THEN 0 ELSE 1 END) FROM consents c
    WHERE c.account_id = a.id AND c.kind = 'processing'), 0) = 1,
  coalesce((SELECT max(t.number) FROM attempts t WHERE t.round_id = q.round_id AND t.account_id = a.id), 0),
  coalesce((SELECT t.id FROM attempts t WHERE t.round_id = q.round_id AND t.account_id = a.id AND t.state = 'open'), '')`
	entryTables = `
JOIN accounts a ON a.id = q.account_id
LEFT JOIN enrolments e ON e.id = (SELECT n.id FROM enrolments n WHERE n.account_id = a.id AND n.valid_to = 0
  ORDER BY CASE WHEN n.school_year = q.school_year THEN 0 ELSE 1 END, n.school_year DESC LIMIT 1)
LEFT JOIN units cu ON cu.id = e.class_id
LEFT JOIN units h ON h.id = a.home_unit_id
LEFT JOIN units p ON p.id = h.parent_id
LEFT JOIN units g ON g.id = p.parent_id`

	entrySQL   = entryColumns + ` FROM (SELECT 1 AS n, $1 AS account_id, $2 AS round_id, $3 AS school_year) q` + entryTables
	entriesSQL = entryColumns + `
FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS q(account_id, round_id, school_year, n)` + entryTables
)

// Entry returns where a person stands in a round.
func (db *DB) Entry(ctx context.Context, roundID, accountID, schoolYear string) (e attempt.Entry, err error) {
	if db.Postgres() {
		e, err = db.hotpath.entries.do(ctx, entryKey{roundID, accountID, schoolYear})
	} else {
		var one [1]attempt.Entry
		err = reading(db.hotRows(ctx, entrySQL, []any{accountID, roundID, schoolYear}, func(s scanner) error { return scanEntry(s, one[:]) }), "entry")
		e = one[0]
	}
	if err == nil && e.Person.AccountID == "" {
		err = contest.Missing("account")
	}
	return e, err
}

// scanEntry reads a row into the place of who asked for it.
func scanEntry(s scanner, out []attempt.Entry) error {
	var n int
	var e attempt.Entry
	p := &e.Person
	err := s.Scan(&n, &p.AccountID, &e.State, (*string)(&p.Kind), &p.ClassID, &p.UnitPath, &p.Grade, &p.SchoolID, &e.ConsentWithdrawn, &e.LastNumber, &e.OpenID)
	if err == nil {
		out[n-1] = e
	}
	return err
}

// attemptRow holds the columns that staff change.
type attemptRow struct {
	ID          string `gorm:"primaryKey"`
	State       string
	DeadlineAt  int64
	FinishedAt  int64
	AnnulReason string
}

func (attemptRow) TableName() string { return "attempts" }

type allowanceRow struct {
	ID        string `gorm:"primaryKey"`
	AttemptID string
	ExtraS    int64
	Reason    string
	ActorID   string
	CreatedAt int64
}

func (allowanceRow) TableName() string { return "allowances" }

// ChangeAttempt lets a pure function decide a staff act under the row's lock and
// records it: extra time as a row of its own that moves the deadline, an
// annulment as the state with its reason.
func (db *DB) ChangeAttempt(ctx context.Context, actor contest.Actor, id string, decide func(attempt.Attempt) (attempt.Act, error)) (attempt.Attempt, error) {
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		var row attemptRow
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&row).Error; err != nil {
			return failure(err, "attempt")
		}
		act, err := decide(attempt.Attempt{ID: id, State: attempt.State(row.State), Deadline: fromMicros(row.DeadlineAt)})
		if err != nil {
			return err
		}
		if act.Extra > 0 {
			return db.extend(tx, actor, row, act)
		}
		row.State, row.AnnulReason = string(attempt.Annulled), act.Reason
		if row.FinishedAt == 0 {
			row.FinishedAt = micros(db.now())
		}
		if err := changedOne(tx.Select("State", "AnnulReason", "FinishedAt").Updates(&row), "attempt"); err != nil {
			return err
		}
		return db.audit(tx, actor, "attempt.annul", "attempt:"+id, map[string]any{"reason": act.Reason})
	})
	if err != nil {
		return attempt.Attempt{}, err
	}
	return db.Attempt(ctx, id)
}

func (db *DB) extend(tx *gorm.DB, actor contest.Actor, row attemptRow, act attempt.Act) error {
	given := allowanceRow{ID: db.newID(), AttemptID: row.ID, ExtraS: int64(act.Extra.Seconds()), Reason: act.Reason, ActorID: actor.AccountID, CreatedAt: micros(db.now())}
	if err := tx.Create(&given).Error; err != nil {
		return failure(err, "allowance")
	}
	row.DeadlineAt += act.Extra.Microseconds()
	if row.DeadlineAt <= 0 {
		return errors.New("a deadline overflowed")
	}
	if err := changedOne(tx.Select("DeadlineAt").Updates(&row), "attempt"); err != nil {
		return err
	}
	return db.audit(tx, actor, "allowance.grant", "attempt:"+row.ID, map[string]any{"extra_s": given.ExtraS, "reason": act.Reason})
}
