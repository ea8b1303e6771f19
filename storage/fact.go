package storage

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

type factRow struct {
	Name  string `gorm:"primaryKey"`
	Value string
}

func (factRow) TableName() string { return "facts" }

// Fact returns a small fact about this database, "" when it was never noted.
func (db *DB) Fact(ctx context.Context, name string) (string, error) {
	var row factRow
	err := db.read(ctx).Where("name = ?", name).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", nil
	}
	return row.Value, failure(err, "fact")
}

// SetFact notes a fact in place of what was noted before.
func (db *DB) SetFact(ctx context.Context, name, value string) error {
	put := clause.OnConflict{Columns: []clause.Column{{Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"value"})}
	return failure(db.write(ctx).Clauses(put).Create(&factRow{Name: name, Value: value}).Error, "fact")
}

// Empty reports whether nobody and no unit is recorded yet.
func (db *DB) Empty(ctx context.Context) (bool, error) {
	var found int64
	err := db.read(ctx).Raw("SELECT (SELECT COUNT(*) FROM units) + (SELECT COUNT(*) FROM accounts)").Scan(&found).Error
	return found == 0, failure(err, "record")
}
