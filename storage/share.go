package storage

import (
	"context"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

var _ bank.ShareStore = (*DB)(nil)

type shareRow struct {
	ID        string `gorm:"primaryKey"`
	BankID    string
	UnitID    string
	Role      string
	AccountID string
	What      string
	ActorID   string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (shareRow) TableName() string { return "bank_grants" }

// addShares reads with whom else the banks are shared.
func addShares(tx *gorm.DB, banks []bank.Bank) error {
	at := make(map[string]int, len(banks))
	ids := make([]string, len(banks))
	for i, b := range banks {
		at[b.ID], ids[i] = i, b.ID
	}
	var rows []struct {
		Share                       shareRow `gorm:"embedded"`
		UnitName, Path, AccountName string
	}
	err := tx.Table("bank_grants AS g").
		Select("g.*, COALESCE(u.name, '') AS unit_name, COALESCE(u.path, '') AS path, COALESCE(a.full_name, '') AS account_name").
		Joins("LEFT JOIN units u ON u.id = g.unit_id").Joins("LEFT JOIN accounts a ON a.id = g.account_id").
		Where("g.bank_id IN ?", ids).Order("g.bank_id, g.unit_id, g.role, g.account_id, g.what").Find(&rows).Error
	if err != nil {
		return failure(err, "shares of banks")
	}
	for _, r := range rows {
		b := &banks[at[r.Share.BankID]]
		b.Shares = append(b.Shares, bank.Share{
			UnitID: r.Share.UnitID, UnitName: r.UnitName, UnitPath: r.Path, Role: contest.Role(r.Share.Role),
			AccountID: r.Share.AccountID, AccountName: r.AccountName, Right: bank.Right(r.Share.What),
		})
	}
	return nil
}

// within is the condition that a bank b of the unit u lies in a scope.
func within(s bank.Scope) clause.Expr {
	own := underPaths("u.path", s.Paths)
	parts, values := []string{"(g.account_id <> '' AND g.account_id = ?)"}, []any{s.AccountID}
	for _, g := range s.Grants {
		if g.UnitPath == "" {
			continue
		}
		role := "g.role = ?"
		switch g.Role {
		case contest.RoleAdmin:
			role = "? = 'admin'" // is everything
		case contest.RoleOrganizer, contest.RoleTeacher:
			role = "g.role IN ('', ?)"
		}
		parts = append(parts, "("+role+" AND "+around+")")
		values = append(values, string(g.Role), g.UnitPath, g.UnitPath, g.UnitPath)
	}
	shared := `b.id IN (SELECT g.bank_id FROM bank_grants g LEFT JOIN units su ON su.id = g.unit_id WHERE g.what IN ? AND (` + strings.Join(parts, " OR ") + "))"
	values = append([]any{s.Rights}, values...)
	return clause.Expr{SQL: "(" + own.SQL + " OR " + shared + ")", Vars: append(own.Vars, values...)}
}

// around is the condition that the unit su lies in, below or over a path, which
// is given three times. A unit that is not there has no path and meets nothing.
const around = "(substr(su.path, 1, length(?)) = ? OR substr(?, 1, length(su.path)) = su.path)"

// MayDraw returns NotFound unless the actor may draw from the bank.
func (db *DB) MayDraw(ctx context.Context, actor contest.Actor, bankID string) error {
	b, err := db.Bank(ctx, bankID)
	if err == nil && !b.Rights(actor).Has(bank.MayUse) {
		err = contest.Missing("bank")
	}
	return err
}

// ShareTargets finds the units and the accounts of staff that shares name.
func (db *DB) ShareTargets(ctx context.Context, unitIDs, accountIDs []string) (bank.ShareTargets, error) {
	found := bank.ShareTargets{Units: map[string]bool{}, Homes: map[string]string{}}
	var units []string
	if err := db.read(ctx).Table("units").Where("id IN ?", unitIDs).Pluck("id", &units).Error; err != nil {
		return found, failure(err, "units")
	}
	for _, id := range units {
		found.Units[id] = true
	}
	var homes []struct{ ID, Path string }
	err := db.read(ctx).Table("accounts AS a").Select("a.id, u.path").Joins("JOIN units u ON u.id = a.home_unit_id").
		Where("a.id IN ? AND a.kind = 'staff'", accountIDs).Find(&homes).Error
	for _, h := range homes {
		found.Homes[h.ID] = h.Path
	}
	return found, failure(err, "accounts")
}

// SetShares replaces the shares of a bank of that version.
func (db *DB) SetShares(ctx context.Context, actor contest.Actor, bankID string, version int64, shares []bank.Share) error {
	rows := make([]shareRow, len(shares))
	for i, s := range shares {
		rows[i] = shareRow{
			ID: db.newID(), BankID: bankID, UnitID: s.UnitID, Role: string(s.Role), AccountID: s.AccountID, What: string(s.Right),
			ActorID: actor.AccountID, CreatedAt: micros(db.now()),
		}
	}
	return db.inTx(ctx, func(tx *gorm.DB) error {
		raised := tx.Model(&bankRow{}).Where("id = ? AND version = ?", bankID, version).Update("version", version+1)
		if err := changedOne(raised, "bank"); err != nil {
			return err
		}
		if err := tx.Where("bank_id = ?", bankID).Delete(&shareRow{}).Error; err != nil {
			return failure(err, "shares of a bank")
		}
		if len(rows) > 0 {
			if err := tx.Create(&rows).Error; err != nil {
				return failure(err, "share of a bank")
			}
		}
		return db.audit(tx, actor, "bank.share", "bank:"+bankID, shares)
	})
}
