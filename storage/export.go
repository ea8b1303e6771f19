package storage

import (
	"context"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/export"
)

var _ export.Store = (*DB)(nil)

// RecordExport notes who took which questions along.
func (db *DB) RecordExport(ctx context.Context, actor contest.Actor, t export.Taken) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		return db.audit(tx, actor, "bank.export", "bank:"+t.BankID, map[string]any{"format": t.Format, "keys": t.Keys, "questions": t.Questions})
	})
}
