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

func (r consentRow) consent() people.Consent {
	return people.Consent{
		ID: r.ID, AccountID: r.AccountID, ContestID: r.ContestID, Kind: people.ConsentKind(r.Kind), GivenBy: people.Giver(r.GivenBy),
		Evidence: r.Evidence, GivenAt: fromMicros(r.GivenAt), WithdrawnAt: fromMicros(r.WithdrawnAt), ActorID: r.ActorID,
	}
}

// Consent returns one recorded consent.
func (db *DB) Consent(ctx context.Context, id string) (people.Consent, error) {
	var r consentRow
	err := db.read(ctx).Where("id = ?", id).Take(&r).Error
	return r.consent(), failure(err, "consent")
}

// Consents lists the consents of an account, newest first.
func (db *DB) Consents(ctx context.Context, accountID string, page contest.Page) ([]people.ConsentLine, string, error) {
	page = page.Clamp(50, 200)
	q := db.read(ctx).Table("consents").
		Select("consents.*, COALESCE(who.full_name, '') AS recorder, COALESCE(contests.title, '') AS contest").
		Joins("LEFT JOIN accounts who ON who.id = consents.actor_id").
		Joins("LEFT JOIN contests ON contests.id = consents.contest_id").
		Where("consents.account_id = ?", accountID)
	if page.Cursor != "" {
		var id string
		if err := readCursor(page.Cursor, &id); err != nil {
			return nil, "", err
		}
		q = q.Where("consents.id < ?", id)
	}
	var rows []struct {
		Row      consentRow `gorm:"embedded"`
		Recorder string
		Contest  string
	}
	if err := q.Order("consents.id DESC").Limit(page.Limit + 1).Find(&rows).Error; err != nil {
		return nil, "", failure(err, "consents")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = cursorOf(rows[page.Limit-1].Row.ID)
	}
	lines := make([]people.ConsentLine, len(rows))
	for i, r := range rows {
		lines[i] = people.ConsentLine{Consent: r.Row.consent(), Recorder: r.Recorder, Contest: r.Contest}
	}
	return lines, next, nil
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
		var row consentRow
		if err := tx.Where("id = ?", id).Take(&row).Error; err != nil {
			return failure(err, "consent")
		}
		ended := tx.Model(&consentRow{}).Where("id = ? AND withdrawn_at = 0", id).Update("withdrawn_at", micros(db.now()))
		if ended.Error != nil || ended.RowsAffected == 0 {
			return failure(ended.Error, "consent")
		}
		return db.audit(tx, actor, "consent.withdraw", "account:"+row.AccountID, map[string]any{"consent_id": id, "kind": row.Kind, "given_by": row.GivenBy})
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
