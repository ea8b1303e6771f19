package storage

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/itemstat"
)

var _ itemstat.ReaderStore = (*DB)(nil)

type itemLineRow struct {
	Stat itemStatRow `gorm:"embedded"`

	RoundName, ContestID, ContestTitle string
	Current                            int
}

const itemLineColumns = `s.round_id, s.version_id, s.question_id, s.number, s.served, s.tally, s.alarm,
 r.name AS round_name, c.id AS contest_id, c.title AS contest_title, q.current`

func itemLines(tx *gorm.DB) *gorm.DB {
	return tx.Table("item_stats AS s").Select(itemLineColumns).Joins("JOIN rounds r ON r.id = s.round_id").
		Joins("JOIN contests c ON c.id = r.contest_id").Joins("JOIN questions q ON q.id = s.question_id").Where("s.served > 0")
}

// RoundLines lists what was counted of a round, in the order of the versions.
func (db *DB) RoundLines(ctx context.Context, roundID string, f itemstat.LineFilter, page contest.Page) ([]itemstat.Line, string, error) {
	page = page.Clamp(50, 200)
	q := itemLines(db.report(ctx)).Where("s.round_id = ?", roundID).Order("s.version_id").Limit(page.Limit + 1)
	if f.Alarm {
		q = q.Where("s.alarm")
	}
	if page.Cursor != "" {
		q = q.Where("s.version_id > ?", page.Cursor)
	}
	var rows []itemLineRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", failure(err, "question statistics")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = rows[page.Limit-1].Stat.VersionID
	}
	lines, err := db.lines(ctx, rows)
	return lines, next, err
}

// QuestionLines lists what was counted of a question, its newest version and
// the newest rounds first.
func (db *DB) QuestionLines(ctx context.Context, questionID string) ([]itemstat.Line, error) {
	var rows []itemLineRow
	err := itemLines(db.report(ctx)).Where("s.question_id = ?", questionID).Order("s.number DESC, s.round_id DESC").Find(&rows).Error
	if err != nil {
		return nil, failure(err, "question statistics")
	}
	return db.lines(ctx, rows)
}

func (db *DB) lines(ctx context.Context, rows []itemLineRow) ([]itemstat.Line, error) {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.Stat.VersionID
	}
	versions, err := db.VersionsByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	lines := make([]itemstat.Line, len(rows))
	for i, r := range rows {
		lines[i] = itemstat.Line{
			RoundID: r.Stat.RoundID, RoundName: r.RoundName, ContestID: r.ContestID, ContestTitle: r.ContestTitle,
			Version: versions[i], Current: r.Current,
		}
		if lines[i].Tally, err = tallyOf(r.Stat.Tally); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// Counted says how far a round is counted; a round that never was is at zero.
func (db *DB) Counted(ctx context.Context, roundID string) (itemstat.Counted, error) {
	var row struct {
		Attempts  int
		CountedAt int64
	}
	err := db.report(ctx).Table("item_counts").Select("attempts, counted_at").Where("round_id = ?", roundID).Take(&row).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return itemstat.Counted{}, failure(err, "count of a round")
	}
	return itemstat.Counted{Attempts: row.Attempts, At: fromMicros(row.CountedAt)}, nil
}
