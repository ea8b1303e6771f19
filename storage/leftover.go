package storage

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest/people"
)

var _ people.LeftoverStore = (*DB)(nil)

// skipLocked leaves to other nodes what they are at; SQLite ignores it, having
// one writer.
func skipLocked(tx *gorm.DB) *gorm.DB {
	return tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"})
}

// DropSessions deletes some sessions that ended before a moment and at most
// limit of their refresh tokens. A session with more goes in several steps,
// tokens first.
func (db *DB) DropSessions(ctx context.Context, before time.Time, limit int) (int, error) {
	dropped := 0
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		var ids []string
		over := micros(before)
		err := skipLocked(tx).Model(&sessionRow{}).Where("expires_at < ? OR (revoked_at > 0 AND revoked_at < ?)", over, over).
			Limit(min(limit, batchOf)).Pluck("id", &ids).Error
		if err != nil || len(ids) == 0 {
			return failure(err, "session")
		}
		tokens := tx.Exec(`DELETE FROM refresh_tokens WHERE sha256 IN
 (SELECT sha256 FROM refresh_tokens WHERE session_id IN ? LIMIT ?)`, ids, limit)
		if tokens.Error != nil {
			return failure(tokens.Error, "refresh token")
		}
		sessions := tx.Exec(`DELETE FROM sessions WHERE id IN ?
 AND NOT EXISTS (SELECT 1 FROM refresh_tokens WHERE refresh_tokens.session_id = sessions.id)`, ids)
		dropped = int(tokens.RowsAffected + sessions.RowsAffected)
		return failure(sessions.Error, "session")
	})
	return dropped, err
}

// DropTries deletes counts of tries that are used up no more: no row means the
// same as one whose moment has passed.
func (db *DB) DropTries(ctx context.Context, limit int) (int, error) {
	dropped := 0
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		var keys []string
		now := micros(db.now())
		err := skipLocked(tx).Table("sign_in_tries").Where("paid_until < ?", now).Limit(limit).Pluck("login_sha256", &keys).Error
		if err != nil || len(keys) == 0 {
			return failure(err, "tries")
		}
		done := tx.Exec("DELETE FROM sign_in_tries WHERE paid_until < ? AND login_sha256 IN ?", now, keys)
		dropped = int(done.RowsAffected)
		return failure(done.Error, "tries")
	})
	return dropped, err
}
