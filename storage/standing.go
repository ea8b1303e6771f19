package storage

import (
	"context"
	"time"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/people"
	"mangxanh/contest/standing"
	"mangxanh/scoring"
)

var _ standing.LiveStore = (*DB)(nil)

// finishedRow is what rankings read of an attempt.
type finishedRow struct {
	ID          string
	RoundID     string
	AccountID   string
	Number      int
	State       string
	Score       int64
	Correct     int
	Perfect     bool
	DurationUs  int64
	SubmittedAt int64
	Prediction  *int64
	ClassID     string
	SchoolID    string
	DivisionID  string
}

const finishedColumns = "id, round_id, account_id, number, state, score, correct, perfect, duration_us, submitted_at, prediction, class_id, school_id, division_id"

func (r finishedRow) finished() standing.Finished {
	f := standing.Finished{
		RoundID: r.RoundID, AccountID: r.AccountID, AttemptID: r.ID, Number: r.Number, Annulled: r.State == "annulled",
		Score: r.Score, Correct: r.Correct, Perfect: r.Perfect, Duration: time.Duration(r.DurationUs) * time.Microsecond,
		SubmittedAt: fromMicros(r.SubmittedAt), ClassID: r.ClassID, SchoolID: r.SchoolID, DivisionID: r.DivisionID,
	}
	if r.Prediction != nil {
		f.Prediction, f.HasPrediction = *r.Prediction, true
	}
	return f
}

// FinishedOf returns the finished and annulled attempts of people, in no order
// of people.
func (db *DB) FinishedOf(ctx context.Context, roundID string, accountIDs []string) ([]standing.Finished, error) {
	var rows []finishedRow
	err := db.read(ctx).Table("attempts").Select(finishedColumns).
		Where("round_id = ? AND account_id IN ? AND state <> 'open'", roundID, accountIDs).Order("account_id, number").Find(&rows).Error
	if err != nil {
		return nil, failure(err, "finished attempts")
	}
	finished := make([]standing.Finished, len(rows))
	for i, r := range rows {
		finished[i] = r.finished()
	}
	return finished, nil
}

// EachFinished reads the finished and annulled attempts of a round, a person's
// one after the other, without holding them all.
func (db *DB) EachFinished(ctx context.Context, roundID string, yield func(standing.Finished) error) error {
	return eachFinished(db.report(ctx), roundID, yield)
}

func eachFinished(tx *gorm.DB, roundID string, yield func(standing.Finished) error) error {
	rows, err := tx.Table("attempts").Select(finishedColumns).
		Where("round_id = ? AND state <> 'open'", roundID).Order("account_id, number").Rows()
	if err != nil {
		return failure(err, "finished attempts")
	}
	defer rows.Close()
	for rows.Next() {
		var r finishedRow
		err := rows.Scan(&r.ID, &r.RoundID, &r.AccountID, &r.Number, &r.State, &r.Score, &r.Correct, &r.Perfect, &r.DurationUs,
			&r.SubmittedAt, &r.Prediction, &r.ClassID, &r.SchoolID, &r.DivisionID)
		if err != nil {
			return failure(err, "finished attempt")
		}
		if err := yield(r.finished()); err != nil {
			return err
		}
	}
	return failure(rows.Err(), "finished attempts")
}

// CountPeople returns how many people have an attempt that counts.
func (db *DB) CountPeople(ctx context.Context, roundID string) (int, error) {
	var n int64
	err := db.report(ctx).Table("attempts").Where("round_id = ? AND state IN ('submitted', 'expired')", roundID).
		Distinct("account_id").Count(&n).Error
	return int(n), failure(err, "contestants")
}

// PeopleBySchool returns how many people have begun, by school.
func (db *DB) PeopleBySchool(ctx context.Context, roundID string) (map[string]int, error) {
	var rows []schoolCountRow
	err := db.report(ctx).Table("attempts").Select("school_id, COUNT(DISTINCT account_id) AS people").
		Where("round_id = ?", roundID).Group("school_id").Find(&rows).Error
	return schoolCounts(rows), failure(err, "contestants")
}

type schoolCountRow struct {
	SchoolID string
	People   int
}

func schoolCounts(rows []schoolCountRow) map[string]int {
	counts := make(map[string]int, len(rows))
	for _, r := range rows {
		counts[r.SchoolID] = r.People
	}
	return counts
}

// Identities returns who accounts are, with consents for the contest.
func (db *DB) Identities(ctx context.Context, contestID string, accountIDs []string) (map[string]standing.Identity, error) {
	return identities(db.read(ctx), contestID, accountIDs, db.now())
}

func identities(tx *gorm.DB, contestID string, accountIDs []string, now time.Time) (map[string]standing.Identity, error) {
	who := make(map[string]standing.Identity, len(accountIDs))
	for _, ids := range padded(accountIDs) {
		var accounts []struct{ ID, FullName, Kind, BirthDate string }
		if err := tx.Table("accounts").Select("id, full_name, kind, birth_date").Where("id IN ?", ids).Find(&accounts).Error; err != nil {
			return nil, failure(err, "accounts")
		}
		var consents []struct{ AccountID, GivenBy string }
		err := tx.Table("consents").Select("account_id, given_by").
			Where("account_id IN ? AND kind = 'publication' AND withdrawn_at = 0 AND (contest_id = '' OR contest_id = ?)", ids, contestID).
			Find(&consents).Error
		if err != nil {
			return nil, failure(err, "consents")
		}
		givers := map[string]map[people.Giver]bool{}
		for _, c := range consents {
			if givers[c.AccountID] == nil {
				givers[c.AccountID] = map[people.Giver]bool{}
			}
			givers[c.AccountID][people.Giver(c.GivenBy)] = true
		}
		for _, a := range accounts {
			may := people.MayPublish(contest.AccountKind(a.Kind), a.BirthDate, now, givers[a.ID])
			who[a.ID] = standing.Identity{FullName: a.FullName, MayName: may}
		}
	}
	return who, nil
}

// UnitNames returns units by id, with the name of the unit above.
func (db *DB) UnitNames(ctx context.Context, ids []string) (map[string]standing.UnitName, error) {
	return unitNames(db.read(ctx), ids)
}

func unitNames(tx *gorm.DB, ids []string) (map[string]standing.UnitName, error) {
	names := make(map[string]standing.UnitName, len(ids))
	for _, list := range padded(ids) {
		var rows []struct{ ID, Name, Parent string }
		err := tx.Table("units").Select("units.id, units.name, COALESCE(above.name, '') AS parent").
			Joins("LEFT JOIN units above ON above.id = units.parent_id").Where("units.id IN ?", list).Find(&rows).Error
		if err != nil {
			return nil, failure(err, "units")
		}
		for _, r := range rows {
			names[r.ID] = standing.UnitName{Name: r.Name, Parent: r.Parent}
		}
	}
	return names, nil
}

// Verdict returns the target and the removals of an official result.
func (db *DB) Verdict(ctx context.Context, roundID string, number int) (standing.Verdict, error) {
	v := standing.Verdict{Removed: map[string]bool{}}
	tx := db.read(ctx)
	var row resultRow
	if err := tx.Where("round_id = ? AND number = ? AND state = 'official'", roundID, number).Take(&row).Error; err != nil {
		return v, failure(err, "official result")
	}
	if row.Target != nil {
		v.Target = scoring.Target{Value: *row.Target, Known: true}
	}
	var removed []string
	if err := tx.Table("result_removals").Where("result_id = ?", row.ID).Pluck("account_id", &removed).Error; err != nil {
		return v, failure(err, "removals")
	}
	for _, id := range removed {
		v.Removed[id] = true
	}
	return v, nil
}

// RoundsToShow returns the public rounds that have begun and are not long over.
func (db *DB) RoundsToShow(ctx context.Context, now, since time.Time) ([]string, error) {
	var ids []string
	err := db.read(ctx).Table("rounds").Joins("JOIN contests ON contests.id = rounds.contest_id").
		Where("contests.state = 'published' AND rounds.kind = 'quiz' AND rounds.opens_at <= ? AND rounds.closes_at >= ?", micros(now), micros(since)).
		Order("rounds.opens_at DESC").Pluck("rounds.id", &ids).Error
	return ids, failure(err, "rounds")
}
