package storage

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"mangxanh/contest"
)

var _ contest.SittingStore = (*DB)(nil)

// SittingStamp returns what changes whenever the round, its contest or
// anything below them does.
func (db *DB) SittingStamp(ctx context.Context, roundID string) (string, error) {
	var row struct {
		ContestID string
		Version   int64
		Contest   int64
	}
	err := db.read(ctx).Table("rounds").
		Select("rounds.contest_id, rounds.version, contests.version AS contest").
		Joins("JOIN contests ON contests.id = rounds.contest_id").
		Where("rounds.id = ? AND contests.state <> 'draft'", roundID).Take(&row).Error
	if err != nil {
		return "", failure(err, "round")
	}
	return fmt.Sprintf("%d.%d", row.Contest, row.Version), nil
}

// Sitting loads a published round whole. The stamp is read first: what changes
// while the rest is read is seen at the next look.
func (db *DB) Sitting(ctx context.Context, roundID string) (*contest.Sitting, string, error) {
	stamp, err := db.SittingStamp(ctx, roundID)
	if err != nil {
		return nil, "", err
	}
	tx := db.read(ctx)
	var round roundRow
	if err := tx.Where("id = ?", roundID).Take(&round).Error; err != nil {
		return nil, "", failure(err, "round")
	}
	c, err := loadContest(tx, round.ContestID)
	if err != nil {
		return nil, "", err
	}
	r, _ := c.Round(roundID)
	var pool []poolRow
	if err := tx.Where("round_id = ?", roundID).Order("position").Find(&pool).Error; err != nil {
		return nil, "", failure(err, "question pool")
	}
	return &contest.Sitting{Contest: c, Round: r, Rules: r.RulesUnder(c), TieSeed: []byte(c.TieSeed), Pool: poolLines(r, pool)}, stamp, nil
}

func poolLines(r contest.Round, rows []poolRow) []contest.PoolLine {
	entries := map[string][]contest.PoolEntry{}
	for _, row := range rows {
		entries[row.LineID] = append(entries[row.LineID], contest.PoolEntry{Position: row.Position, VersionID: row.VersionID})
	}
	lines := make([]contest.PoolLine, len(r.Blueprint))
	for i, l := range r.Blueprint {
		lines[i] = contest.PoolLine{LineID: l.ID, DivisionID: l.DivisionID, Count: l.Count, Points: l.Points, Entries: entries[l.ID]}
	}
	return lines
}

// LockContest records the first start of a round and of its contest. It waits
// for an edit under way and does nothing when they are locked already.
func (db *DB) LockContest(ctx context.Context, roundID string) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		var round roundRow
		if err := tx.Where("id = ?", roundID).Take(&round).Error; err != nil {
			return failure(err, "round")
		}
		now := micros(db.now())
		one := gorm.Expr("version + 1")
		err := tx.Table("contests").Where("id = ? AND state = 'published' AND locked_at = 0", round.ContestID).
			Updates(map[string]any{"locked_at": now, "version": one}).Error
		if err != nil {
			return failure(err, "contest")
		}
		err = tx.Table("rounds").Where("id = ? AND locked_at = 0", roundID).
			Updates(map[string]any{"locked_at": now, "version": one}).Error
		return failure(err, "round")
	})
}

// Contestant returns where an account belongs: for a pupil the class of the
// school year, or of the newest year when that year has none; for others the
// home unit.
func (db *DB) Contestant(ctx context.Context, accountID, schoolYear string) (contest.Person, error) {
	e, err := db.Entry(ctx, "", accountID, schoolYear)
	return e.Person, err
}
