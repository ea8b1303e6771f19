package storage

import (
	"context"
	"time"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

// Credentials returns what signing in with a login's password needs.
func (db *DB) Credentials(ctx context.Context, login string) (people.Credentials, error) {
	var row accountRow
	err := db.read(ctx).Where("login = ? AND password_hash <> ''", login).Take(&row).Error
	return people.Credentials{
		AccountID: row.ID, Kind: contest.AccountKind(row.Kind), Hash: row.PasswordHash, State: people.State(row.State),
	}, failure(err, "account")
}

type triesRow struct {
	PaidUntil int64
}

// CountTry counts one try of a login in one statement that carries its own
// limit: each try moves the moment until which the allowance is used up by an
// interval, and none may move it further ahead than burst intervals. So any
// number of nodes and requests together stay within it.
func (db *DB) CountTry(ctx context.Context, loginSHA256 string, burst int, interval time.Duration) (time.Duration, error) {
	now, step := micros(db.now()), interval.Microseconds()
	latest := now + int64(burst-1)*step
	var wait time.Duration
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		var rows []triesRow
		counted := tx.Raw(`INSERT INTO sign_in_tries (login_sha256, paid_until) VALUES (?, ?)
ON CONFLICT (login_sha256) DO UPDATE SET paid_until = CASE WHEN sign_in_tries.paid_until > ? THEN sign_in_tries.paid_until ELSE ? END + ?
WHERE sign_in_tries.paid_until <= ?
RETURNING paid_until`, loginSHA256, now+step, now, now, step, latest).Find(&rows)
		if counted.Error != nil || len(rows) > 0 {
			return failure(counted.Error, "tries")
		}
		var full triesRow
		err := tx.Table("sign_in_tries").Where("login_sha256 = ?", loginSHA256).Take(&full).Error
		wait = max(time.Duration(full.PaidUntil-latest)*time.Microsecond, time.Second)
		return failure(err, "tries")
	})
	return wait, err
}

// ForgetTries clears a login's tries after a success.
func (db *DB) ForgetTries(ctx context.Context, loginSHA256 string) error {
	err := db.write(ctx).Exec("DELETE FROM sign_in_tries WHERE login_sha256 = ?", loginSHA256).Error
	return failure(err, "tries")
}
