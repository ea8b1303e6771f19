package storage

import (
	"gorm.io/gorm"
)

type sessionRow struct {
	ID        string `gorm:"primaryKey"`
	AccountID string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	ExpiresAt int64
	RevokedAt int64
}

func (sessionRow) TableName() string { return "sessions" }

// endSessions revokes every live session of accounts but the one to keep.
func (db *DB) endSessions(tx *gorm.DB, accounts []string, keep string) error {
	for _, ids := range padded(accounts) {
		err := tx.Model(&sessionRow{}).Where("account_id IN ? AND revoked_at = 0 AND id <> ?", ids, keep).
			Update("revoked_at", micros(db.now())).Error
		if err != nil {
			return failure(err, "session")
		}
	}
	return nil
}
