package storage

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

var (
	_ people.Store     = (*DB)(nil)
	_ people.GateStore = (*DB)(nil)
)

type sessionRow struct {
	ID        string `gorm:"primaryKey"`
	AccountID string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	ExpiresAt int64
	RevokedAt int64
}

func (sessionRow) TableName() string { return "sessions" }

func (r sessionRow) session() people.Session {
	return people.Session{ID: r.ID, AccountID: r.AccountID, CreatedAt: fromMicros(r.CreatedAt), ExpiresAt: fromMicros(r.ExpiresAt)}
}

type refreshRow struct {
	SHA256    string `gorm:"column:sha256;primaryKey"`
	SessionID string
	Successor string
	IssuedAt  int64
	UsedAt    int64
}

func (refreshRow) TableName() string { return "refresh_tokens" }

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

// UseCard tries a card under a lock; what decide made of the card is kept even
// when it refuses.
func (db *DB) UseCard(ctx context.Context, code, secretSHA256 string, decide func(people.Card, people.State) (people.Card, error), s people.Session, first people.RefreshToken) (people.Session, error) {
	var refusal error
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		var row cardRow
		q := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("revoked_at = 0")
		if secretSHA256 != "" {
			q = q.Where("secret_sha256 = ?", secretSHA256)
		} else {
			q = q.Where("code = ?", code)
		}
		if err := q.Take(&row).Error; err != nil {
			return failure(err, "card")
		}
		var owner accountRow
		if err := tx.Select("id", "state").Where("id = ?", row.AccountID).Take(&owner).Error; err != nil {
			return failure(err, "account")
		}
		var after people.Card
		after, refusal = decide(row.card(), people.State(owner.State))
		if after.Failures != row.Failures || micros(after.LockedUntil) != row.LockedUntil {
			columns := map[string]any{"failures": after.Failures, "locked_until": micros(after.LockedUntil)}
			if err := changedOne(tx.Model(&cardRow{}).Where("id = ?", row.ID).Updates(columns), "card"); err != nil {
				return err
			}
		}
		if refusal != nil {
			return nil
		}
		s.AccountID = row.AccountID
		return createSession(tx, s, first)
	})
	if err == nil {
		err = refusal
	}
	return s, err
}

// CreateSession begins a session with its first refresh token.
func (db *DB) CreateSession(ctx context.Context, s people.Session, first people.RefreshToken) error {
	return db.inTx(ctx, func(tx *gorm.DB) error { return createSession(tx, s, first) })
}

func createSession(tx *gorm.DB, s people.Session, first people.RefreshToken) error {
	row := sessionRow{ID: s.ID, AccountID: s.AccountID, CreatedAt: micros(s.CreatedAt), ExpiresAt: micros(s.ExpiresAt)}
	if err := tx.Create(&row).Error; err != nil {
		return failure(err, "session")
	}
	token := refreshRow{SHA256: first.SHA256, SessionID: s.ID, IssuedAt: micros(first.IssuedAt)}
	return failure(tx.Create(&token).Error, "refresh token")
}

// Rotate replaces an unused refresh token by the next one. The update carries
// its own condition, so that of any number of tabs exactly one finds the token
// unused; the others read the successor which that one left.
func (db *DB) Rotate(ctx context.Context, sha256 string, next people.RefreshToken, grace time.Time) (people.Rotation, error) {
	var r people.Rotation
	refused := contest.Refuse(contest.Unauthorized, "sign_in", "this session has ended")
	var refusal error
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		now := micros(db.now())
		used := tx.Exec(`UPDATE refresh_tokens SET used_at = ?, successor = ? WHERE sha256 = ? AND used_at = 0
 AND EXISTS (SELECT 1 FROM sessions JOIN accounts ON accounts.id = sessions.account_id
  WHERE sessions.id = refresh_tokens.session_id AND sessions.revoked_at = 0 AND sessions.expires_at > ? AND accounts.state = 'active')`,
			now, next.Sealed, sha256, now)
		if used.Error != nil {
			return failure(used.Error, "refresh token")
		}
		var token refreshRow
		var session sessionRow
		err := tx.Where("sha256 = ?", sha256).Take(&token).Error
		if err == nil {
			err = tx.Where("id = ?", token.SessionID).Take(&session).Error
		}
		if errors.Is(err, gorm.ErrRecordNotFound) {
			refusal = refused
			return nil
		}
		if err != nil {
			return failure(err, "refresh token")
		}
		r.Session = session.session()
		switch {
		case used.RowsAffected == 1:
			row := refreshRow{SHA256: next.SHA256, SessionID: token.SessionID, IssuedAt: micros(next.IssuedAt)}
			return failure(tx.Create(&row).Error, "refresh token")
		case token.UsedAt == 0 || session.RevokedAt != 0 || session.ExpiresAt <= now:
			refusal = refused
			return nil
		case token.UsedAt > micros(grace):
			r.Successor = token.Successor
			return nil
		}
		refusal = refused // an old token came back: somebody else holds a copy
		return failure(tx.Model(&sessionRow{}).Where("id = ?", session.ID).Update("revoked_at", now).Error, "session")
	})
	if err == nil {
		err = refusal
	}
	return r, err
}

// RevokeSession ends one session; ending it again changes nothing.
func (db *DB) RevokeSession(ctx context.Context, sessionID string) error {
	err := db.write(ctx).Model(&sessionRow{}).Where("id = ? AND revoked_at = 0", sessionID).Update("revoked_at", micros(db.now())).Error
	return failure(err, "session")
}

const (
	standingColumns = `
SELECT q.n, a.id, s.id, a.kind, a.state, s.created_at, s.expires_at, s.revoked_at,
  coalesce(r.role, ''), coalesce(r.unit_id, ''), coalesce(u.path, '')`
	standingTables = `
JOIN sessions s ON s.id = q.session_id AND s.account_id = q.account_id
JOIN accounts a ON a.id = s.account_id
LEFT JOIN roles r ON r.account_id = a.id
LEFT JOIN units u ON u.id = r.unit_id`

	standingSQL  = standingColumns + ` FROM (SELECT 1 AS n, $1 AS account_id, $2 AS session_id) q` + standingTables
	standingsSQL = standingColumns + ` FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS q(account_id, session_id, n)` + standingTables
)

// Standing returns what an account may do now, in one statement, which on
// Postgres it shares with others.
func (db *DB) Standing(ctx context.Context, accountID, sessionID string) (st people.Standing, err error) {
	if db.Postgres() {
		st, err = db.hotpath.standings.do(ctx, standingKey{accountID, sessionID})
	} else {
		var one [1]people.Standing
		err = reading(db.hotRows(ctx, standingSQL, []any{accountID, sessionID}, func(s scanner) error { return scanStanding(s, one[:]) }), "session")
		st = one[0]
	}
	if err == nil && st.Session.ID == "" {
		err = contest.Missing("session")
	}
	return st, err
}

// scanStanding reads a row, one for each role, into the place of who asked.
func scanStanding(s scanner, out []people.Standing) error {
	var n int
	var id, session, kind, state string
	var created, expires, revoked int64
	var g contest.Grant
	if err := s.Scan(&n, &id, &session, &kind, &state, &created, &expires, &revoked, (*string)(&g.Role), &g.UnitID, &g.UnitPath); err != nil {
		return err
	}
	st := &out[n-1]
	if st.Session.ID == "" {
		*st = people.Standing{
			State: people.State(state), Revoked: revoked != 0,
			Session: people.Session{ID: session, AccountID: id, CreatedAt: fromMicros(created), ExpiresAt: fromMicros(expires)},
			Actor:   contest.Actor{AccountID: id, SessionID: session, Kind: contest.AccountKind(kind), SignedIn: fromMicros(created)},
		}
	}
	if g.Role != "" {
		st.Actor.Grants = append(st.Actor.Grants, g)
	}
	return nil
}
