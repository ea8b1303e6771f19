package storage

import (
	"context"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

var _ bank.Seats = (*DB)(nil)

type drawnRow struct {
	QuestionID string
	RoundID    string
	ContestID  string
}

// unfinished are the rounds, as r of the contests c, that still take answers or
// will: the window is not over, or extra time runs past it.
const unfinished = `c.state = 'published'
 AND (r.closes_at > ? OR EXISTS (SELECT 1 FROM attempts a WHERE a.round_id = r.id AND a.state = 'open'))`

// Drawn lists the unfinished rounds whose pools hold any version of the
// questions, once for each question and round.
func (db *DB) Drawn(ctx context.Context, questionIDs []string) ([]bank.Drawn, error) {
	var rows []drawnRow
	for start := 0; start < len(questionIDs); start += batchOf {
		var some []drawnRow
		err := db.read(ctx).Table("question_versions AS v").
			Select("DISTINCT v.question_id, p.round_id, r.contest_id").
			Joins("JOIN round_pool p ON p.version_id = v.id").
			Joins("JOIN rounds r ON r.id = p.round_id").
			Joins("JOIN contests c ON c.id = r.contest_id").
			Where("v.question_id IN ?", questionIDs[start:min(start+batchOf, len(questionIDs))]).
			Where(unfinished, micros(db.now())).Find(&some).Error
		if err != nil {
			return nil, failure(err, "rounds that draw a question")
		}
		rows = append(rows, some...)
	}
	return db.drawn(ctx, rows)
}

// DrawnFrom lists the unfinished rounds that draw from a bank.
func (db *DB) DrawnFrom(ctx context.Context, bankID string) ([]bank.Drawn, error) {
	var rows []drawnRow
	err := db.read(ctx).Table("rounds AS r").Select("r.id AS round_id, r.contest_id").
		Joins("JOIN contests c ON c.id = r.contest_id").
		Where("r.bank_id = ?", bankID).Where(unfinished, micros(db.now())).Find(&rows).Error
	if err != nil {
		return nil, failure(err, "rounds that draw from a bank")
	}
	return db.drawn(ctx, rows)
}

// drawn adds the contests, each loaded once.
func (db *DB) drawn(ctx context.Context, rows []drawnRow) ([]bank.Drawn, error) {
	contests := map[string]contest.Contest{}
	drawn := make([]bank.Drawn, len(rows))
	for i, r := range rows {
		c, known := contests[r.ContestID]
		if !known {
			var err error
			if c, err = loadContest(db.read(ctx), r.ContestID); err != nil {
				return nil, err
			}
			contests[r.ContestID] = c
		}
		drawn[i] = bank.Drawn{QuestionID: r.QuestionID, RoundID: r.RoundID, Contest: c}
	}
	return drawn, nil
}

// Attempted returns those of the rounds in which the account has an attempt.
func (db *DB) Attempted(ctx context.Context, accountID string, roundIDs []string) ([]string, error) {
	var begun []string
	if len(roundIDs) == 0 {
		return nil, nil
	}
	err := db.read(ctx).Table("attempts").Distinct("round_id").
		Where("account_id = ? AND round_id IN ?", accountID, roundIDs).Find(&begun).Error
	return begun, failure(err, "attempts")
}
