package storage

import (
	"context"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

var _ people.CardStore = (*DB)(nil)

type cardRow struct {
	ID           string `gorm:"primaryKey"`
	AccountID    string
	Code         string
	SecretSHA256 string `gorm:"column:secret_sha256"`
	PinMAC       string `gorm:"column:pin_mac"`
	Sealed       string
	Failures     int
	LockedUntil  int64
	IssuedAt     int64
	RevokedAt    int64
}

func (cardRow) TableName() string { return "cards" }

func cardToRow(c people.Card) cardRow {
	return cardRow{
		ID: c.ID, AccountID: c.AccountID, Code: c.Code, SecretSHA256: c.SecretSHA256, PinMAC: c.PinMAC, Sealed: c.Sealed,
		Failures: c.Failures, LockedUntil: micros(c.LockedUntil), IssuedAt: micros(c.IssuedAt), RevokedAt: micros(c.RevokedAt),
	}
}

func (r cardRow) card() people.Card {
	return people.Card{
		ID: r.ID, AccountID: r.AccountID, Code: r.Code, SecretSHA256: r.SecretSHA256, PinMAC: r.PinMAC, Sealed: r.Sealed,
		Failures: r.Failures, LockedUntil: fromMicros(r.LockedUntil), IssuedAt: fromMicros(r.IssuedAt), RevokedAt: fromMicros(r.RevokedAt),
	}
}

// CardHolders lists the pupils of a subtree with their live cards.
func (db *DB) CardHolders(ctx context.Context, f people.PupilFilter, page contest.Page) ([]people.CardHolder, string, error) {
	rows, next, err := db.pupilsQuery(ctx, f, page.Clamp(50, 500))
	holders := make([]people.CardHolder, len(rows))
	for i, r := range rows {
		holders[i] = people.CardHolder{AccountID: r.Account.ID, FullName: r.Account.FullName, ClassName: r.ClassName, SchoolName: r.SchoolName}
		if r.CardID != "" {
			holders[i].Card = &people.Card{ID: r.CardID, AccountID: r.Account.ID, Code: r.CardCode, Sealed: r.CardSealed, IssuedAt: fromMicros(r.CardIssued)}
		}
	}
	return holders, next, err
}

// IssueCards replaces the live cards of accounts and ends their sessions.
func (db *DB) IssueCards(ctx context.Context, actor contest.Actor, object string, cards []people.Card) error {
	rows, accounts := make([]cardRow, len(cards)), make([]string, len(cards))
	for i, c := range cards {
		rows[i], accounts[i] = cardToRow(c), c.AccountID
	}
	return db.inTx(ctx, func(tx *gorm.DB) error {
		for _, ids := range padded(accounts) {
			err := tx.Model(&cardRow{}).Where("account_id IN ? AND revoked_at = 0", ids).Update("revoked_at", micros(db.now())).Error
			if err != nil {
				return failure(err, "card")
			}
		}
		if err := db.endSessions(tx, accounts, ""); err != nil {
			return err
		}
		if err := tx.CreateInBatches(rows, 200).Error; err != nil {
			return failure(err, "card")
		}
		return db.audit(tx, actor, "card.issue", object, map[string]any{"cards": len(rows)})
	})
}

// NotePrint records that cards of a unit were shown or printed.
func (db *DB) NotePrint(ctx context.Context, actor contest.Actor, unitID, form string, cards int) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		return db.audit(tx, actor, "card.print", "unit:"+unitID, map[string]any{"cards": cards, "form": form})
	})
}
