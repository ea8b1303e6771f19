package storage

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest/attempt"
)

var _ attempt.SignStore = (*DB)(nil)

type signRow struct {
	AttemptID string `gorm:"primaryKey"`
	SeenAt    int64
}

func (signRow) TableName() string { return "attempt_signs" }

// KeepSigns records when attempts were heard of, all nodes in the same order.
func (db *DB) KeepSigns(ctx context.Context, seen map[string]time.Time) error {
	rows := make([]signRow, 0, len(seen))
	for _, id := range slices.Sorted(maps.Keys(seen)) {
		rows = append(rows, signRow{AttemptID: id, SeenAt: micros(seen[id])})
	}
	newer := clause.OnConflict{
		Columns:   []clause.Column{{Name: "attempt_id"}},
		DoUpdates: clause.Assignments(map[string]any{"seen_at": gorm.Expr("CASE WHEN excluded.seen_at > attempt_signs.seen_at THEN excluded.seen_at ELSE attempt_signs.seen_at END")}),
	}
	for part := range slices.Chunk(rows, batchOf) {
		if err := db.write(ctx).Clauses(newer).Create(&part).Error; err != nil {
			return failure(err, "signs")
		}
	}
	return nil
}

// ForgetSigns drops the signs from before a moment.
func (db *DB) ForgetSigns(ctx context.Context, before time.Time) error {
	return failure(db.write(ctx).Where("seen_at < ?", micros(before)).Delete(&signRow{}).Error, "signs")
}
