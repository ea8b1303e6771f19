package storage

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

var _ bank.FilterStore = (*DB)(nil)

type savedFilterRow struct {
	ID        string `gorm:"primaryKey"`
	AccountID string
	BankID    string
	Name      string
	Query     string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (savedFilterRow) TableName() string { return "saved_filters" }

func (r savedFilterRow) filter() bank.SavedFilter {
	return bank.SavedFilter{ID: r.ID, AccountID: r.AccountID, BankID: r.BankID, Name: r.Name, Query: r.Query, Created: fromMicros(r.CreatedAt)}
}

// SavedFilters lists an account's filters of a bank by name.
func (db *DB) SavedFilters(ctx context.Context, accountID, bankID string) ([]bank.SavedFilter, error) {
	var rows []savedFilterRow
	if err := db.read(ctx).Where("account_id = ? AND bank_id = ?", accountID, bankID).Order("name, id").Find(&rows).Error; err != nil {
		return nil, failure(err, "saved filters")
	}
	list := make([]bank.SavedFilter, len(rows))
	for i, r := range rows {
		list[i] = r.filter()
	}
	return list, nil
}

// SaveFilter records a filter; one of the same name keeps its id.
func (db *DB) SaveFilter(ctx context.Context, f bank.SavedFilter) (bank.SavedFilter, error) {
	row := savedFilterRow{ID: f.ID, AccountID: f.AccountID, BankID: f.BankID, Name: f.Name, Query: f.Query, CreatedAt: micros(f.Created)}
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		put := clause.OnConflict{
			Columns:   []clause.Column{{Name: "account_id"}, {Name: "bank_id"}, {Name: "name"}},
			DoUpdates: clause.AssignmentColumns([]string{"query"}),
		}
		if err := tx.Clauses(put).Create(&row).Error; err != nil {
			return err
		}
		var kept savedFilterRow
		err := tx.Where("account_id = ? AND bank_id = ? AND name = ?", f.AccountID, f.BankID, f.Name).Take(&kept).Error
		row = kept
		return err
	})
	return row.filter(), failure(err, "saved filter")
}

// DropFilter removes an account's filter.
func (db *DB) DropFilter(ctx context.Context, accountID, bankID, id string) error {
	done := db.write(ctx).Where("id = ? AND account_id = ? AND bank_id = ?", id, accountID, bankID).Delete(&savedFilterRow{})
	if done.Error == nil && done.RowsAffected == 0 {
		return contest.Missing("saved filter")
	}
	return failure(done.Error, "saved filter")
}
