package storage

import (
	"context"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

var _ people.ConsentStore = (*DB)(nil)

type consentRow struct {
	ID          string `gorm:"primaryKey"`
	AccountID   string
	ContestID   string
	Kind        string
	GivenBy     string
	Evidence    string
	GivenAt     int64
	WithdrawnAt int64
	ActorID     string
}

func (consentRow) TableName() string { return "consents" }

// Consent returns one recorded consent.
func (db *DB) Consent(ctx context.Context, id string) (people.Consent, error) {
	var r consentRow
	err := db.read(ctx).Where("id = ?", id).Take(&r).Error
	return people.Consent{
		ID: r.ID, AccountID: r.AccountID, ContestID: r.ContestID, Kind: people.ConsentKind(r.Kind), GivenBy: people.Giver(r.GivenBy),
		Evidence: r.Evidence, GivenAt: fromMicros(r.GivenAt), WithdrawnAt: fromMicros(r.WithdrawnAt), ActorID: r.ActorID,
	}, failure(err, "consent")
}

// CreateConsent records a consent.
func (db *DB) CreateConsent(ctx context.Context, actor contest.Actor, c people.Consent) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		row := consentRow{
			ID: c.ID, AccountID: c.AccountID, ContestID: c.ContestID, Kind: string(c.Kind), GivenBy: string(c.GivenBy),
			Evidence: c.Evidence, GivenAt: micros(c.GivenAt), ActorID: c.ActorID,
		}
		if err := tx.Create(&row).Error; err != nil {
			return failure(err, "consent")
		}
		return db.audit(tx, actor, "consent.record", "account:"+c.AccountID, map[string]any{"consent_id": c.ID, "kind": c.Kind, "given_by": c.GivenBy})
	})
}

// WithdrawConsent ends a consent; withdrawing it again changes nothing.
func (db *DB) WithdrawConsent(ctx context.Context, actor contest.Actor, id string) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		ended := tx.Model(&consentRow{}).Where("id = ? AND withdrawn_at = 0", id).Update("withdrawn_at", micros(db.now()))
		if ended.Error != nil || ended.RowsAffected == 0 {
			return failure(ended.Error, "consent")
		}
		return db.audit(tx, actor, "consent.withdraw", "consent:"+id, nil)
	})
}

// publicationGivers says who agreed, and still agrees, to publish each
// account's name: for every contest, or for the one named.
func publicationGivers(q *gorm.DB, contestID string, accounts []string) (map[string]map[people.Giver]bool, error) {
	var rows []consentRow
	err := q.Select("account_id", "given_by").Where("kind = 'publication' AND withdrawn_at = 0 AND account_id IN ?", accounts).
		Where("contest_id = '' OR contest_id = ?", contestID).Find(&rows).Error
	if err != nil {
		return nil, failure(err, "consents")
	}
	givers := map[string]map[people.Giver]bool{}
	for _, r := range rows {
		if givers[r.AccountID] == nil {
			givers[r.AccountID] = map[people.Giver]bool{}
		}
		givers[r.AccountID][people.Giver(r.GivenBy)] = true
	}
	return givers, nil
}
