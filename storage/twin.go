package storage

import (
	"context"
	"time"

	"mangxanh/contest/bank"
)

var _ bank.Sketches = (*DB)(nil)

// EachSketch reads the sketches of questions changed since a time.
func (db *DB) EachSketch(ctx context.Context, since time.Time, yield func(bank.Sketched)) (time.Time, error) {
	var newest int64
	err := db.reportRows(ctx, `SELECT id, bank_id, sketch, changed_at FROM questions WHERE changed_at >= $1 ORDER BY changed_at`, []any{micros(since)}, func(s scanner) error {
		var q bank.Sketched
		err := s.Scan(&q.QuestionID, &q.BankID, &q.Sketch, &newest)
		yield(q)
		return err
	})
	return fromMicros(newest), failure(err, "sketches of questions")
}

// BankNames returns the names of the banks of a scope.
func (db *DB) BankNames(ctx context.Context, scope bank.Scope) (map[string]string, error) {
	var rows []bankRow
	if err := banksWithPath(db.read(ctx)).Where(within(scope)).Find(&rows).Error; err != nil {
		return nil, failure(err, "banks")
	}
	names := make(map[string]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, nil
}

// QuestionsByIDs returns questions with their newest versions, in no order.
func (db *DB) QuestionsByIDs(ctx context.Context, ids []string) ([]bank.Question, error) {
	var questions []bank.Question
	for start := 0; start < len(ids); start += batchOf {
		var rows []questionRow
		if err := db.read(ctx).Where("id IN ?", ids[start:min(start+batchOf, len(ids))]).Find(&rows).Error; err != nil {
			return nil, failure(err, "questions")
		}
		newest, err := db.newestVersions(ctx, rows)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			questions = append(questions, r.question("", newest[r.ID]))
		}
	}
	return questions, nil
}
