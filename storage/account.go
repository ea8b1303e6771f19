package storage

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/people"
	"mangxanh/contest/text"
)

var _ people.AccountStore = (*DB)(nil)

type accountRow struct {
	ID           string `gorm:"primaryKey"`
	Kind         string
	FamilyName   string
	GivenName    string
	FullName     string
	NameFold     string
	SortKey      string
	BirthDate    string
	Gender       string
	PupilCode    string
	Login        *string
	PasswordHash string
	State        string
	Language     string
	HomeUnitID   *string
	Version      int64
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
}

func (accountRow) TableName() string { return "accounts" }

func accountToRow(a people.Account) accountRow {
	family, given := text.SplitName(a.FullName)
	return accountRow{
		ID: a.ID, Kind: string(a.Kind), FamilyName: family, GivenName: given, FullName: a.FullName, NameFold: text.Fold(a.FullName),
		SortKey: text.NameKey(a.FullName), BirthDate: a.BirthDate, Gender: a.Gender, PupilCode: a.PupilCode, Login: nullable(a.Login),
		State: string(a.State), Language: a.Language, HomeUnitID: nullable(a.HomeUnitID), Version: a.Version, CreatedAt: micros(a.CreatedAt),
	}
}

func (r accountRow) account() people.Account {
	return people.Account{
		ID: r.ID, Kind: contest.AccountKind(r.Kind), FullName: r.FullName, BirthDate: r.BirthDate, Gender: r.Gender, PupilCode: r.PupilCode,
		Login: valueOf(r.Login), State: people.State(r.State), Language: r.Language, HomeUnitID: valueOf(r.HomeUnitID),
		Version: r.Version, CreatedAt: fromMicros(r.CreatedAt),
	}
}

// changed are the columns that an edit of a person may write.
func (r accountRow) changed() map[string]any {
	return map[string]any{
		"family_name": r.FamilyName, "given_name": r.GivenName, "full_name": r.FullName, "name_fold": r.NameFold, "sort_key": r.SortKey,
		"birth_date": r.BirthDate, "gender": r.Gender, "pupil_code": r.PupilCode, "state": r.State, "language": r.Language, "version": r.Version,
	}
}

type roleRow struct {
	ID        string `gorm:"primaryKey"`
	AccountID string
	Role      string
	UnitID    string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (roleRow) TableName() string { return "roles" }

type roleView struct {
	ID        string
	AccountID string
	Role      string
	UnitID    string
	UnitName  string
	UnitPath  string
}

func rolesOf(q *gorm.DB, accounts []string) (map[string][]people.RoleGrant, error) {
	var rows []roleView
	err := q.Table("roles").Select("roles.id, roles.account_id, roles.role, roles.unit_id, units.name AS unit_name, units.path AS unit_path").
		Joins("JOIN units ON units.id = roles.unit_id").Where("roles.account_id IN ?", accounts).Order("roles.id").Find(&rows).Error
	if err != nil {
		return nil, failure(err, "roles")
	}
	grants := map[string][]people.RoleGrant{}
	for _, r := range rows {
		grants[r.AccountID] = append(grants[r.AccountID], people.RoleGrant{
			ID: r.ID, Role: contest.Role(r.Role), UnitID: r.UnitID, UnitName: r.UnitName, UnitPath: r.UnitPath,
		})
	}
	return grants, nil
}

type staffView struct {
	Account  accountRow `gorm:"embedded"`
	HomePath string
	HomeName string
}

func staffQuery(q *gorm.DB) *gorm.DB {
	return q.Table("accounts").Select("accounts.*, units.path AS home_path, units.name AS home_name").
		Joins("LEFT JOIN units ON units.id = accounts.home_unit_id")
}

// Account returns one account with its roles.
func (db *DB) Account(ctx context.Context, id string) (people.StaffAccount, error) {
	var row staffView
	if err := staffQuery(db.read(ctx)).Where("accounts.id = ?", id).Take(&row).Error; err != nil {
		return people.StaffAccount{}, failure(err, "account")
	}
	roles, err := rolesOf(db.read(ctx), []string{id})
	return people.StaffAccount{Account: row.Account.account(), Roles: roles[id], HomePath: row.HomePath, HomeName: row.HomeName}, err
}

// StaffAccounts lists accounts that are not pupils', in the order of names.
func (db *DB) StaffAccounts(ctx context.Context, f people.AccountFilter, page contest.Page) ([]people.StaffAccount, string, error) {
	page = page.Clamp(50, 200)
	q := underAny(staffQuery(db.read(ctx)), f.Under).Where("accounts.kind <> 'pupil'")
	if f.Query != "" {
		pattern := like(text.Fold(f.Query))
		q = q.Where(`(accounts.name_fold LIKE ? ESCAPE '\' OR accounts.login LIKE ? ESCAPE '\')`, pattern, pattern)
	}
	if page.Cursor != "" {
		var key, id string
		if err := readCursor(page.Cursor, &key, &id); err != nil {
			return nil, "", err
		}
		q = q.Where("(accounts.sort_key, accounts.id) > (?, ?)", key, id)
	}
	var rows []staffView
	if err := q.Order("accounts.sort_key, accounts.id").Limit(page.Limit + 1).Find(&rows).Error; err != nil {
		return nil, "", failure(err, "accounts")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = cursorOf(rows[page.Limit-1].Account.SortKey, rows[page.Limit-1].Account.ID)
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.Account.ID
	}
	roles, err := rolesOf(db.read(ctx), ids)
	staff := make([]people.StaffAccount, len(rows))
	for i, r := range rows {
		staff[i] = people.StaffAccount{Account: r.Account.account(), Roles: roles[r.Account.ID], HomePath: r.HomePath, HomeName: r.HomeName}
	}
	return staff, next, err
}

// CreateAccount adds an account with its password and roles.
func (db *DB) CreateAccount(ctx context.Context, actor contest.Actor, a people.Account, passwordHash string, roles []people.RoleGrant) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		row := accountToRow(a)
		row.PasswordHash = passwordHash
		if err := tx.Create(&row).Error; err != nil {
			return failure(err, "account")
		}
		for _, g := range roles {
			if err := db.grantRole(tx, actor, a.ID, g); err != nil {
				return err
			}
		}
		return db.audit(tx, actor, "account.create", "account:"+a.ID, map[string]any{"kind": a.Kind, "home_unit_id": a.HomeUnitID})
	})
}

// ChangeAccount edits an account that is still at a version.
func (db *DB) ChangeAccount(ctx context.Context, actor contest.Actor, id string, version int64, endSessions bool, change func(*people.Account) error) (people.Account, error) {
	var a people.Account
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		var row accountRow
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&row).Error; err != nil {
			return failure(err, "account")
		}
		if row.Version != version {
			return staleVersion("account")
		}
		a = row.account()
		if err := change(&a); err != nil {
			return err
		}
		a.Version++
		columns := accountToRow(a).changed()
		if err := changedOne(tx.Model(&accountRow{}).Where("id = ? AND version = ?", id, version).Updates(columns), "account"); err != nil {
			return err
		}
		if endSessions {
			if err := db.endSessions(tx, []string{id}, ""); err != nil {
				return err
			}
		}
		return db.audit(tx, actor, "account.change", "account:"+id, map[string]any{"state": a.State, "version": a.Version})
	})
	return a, err
}

// SetPassword stores a new password's hash and ends the account's sessions but
// the one to keep.
func (db *DB) SetPassword(ctx context.Context, actor contest.Actor, id, hash, keepSession string) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		if err := changedOne(tx.Model(&accountRow{}).Where("id = ?", id).Update("password_hash", hash), "account"); err != nil {
			return err
		}
		if err := db.endSessions(tx, []string{id}, keepSession); err != nil {
			return err
		}
		return db.audit(tx, actor, "account.password", "account:"+id, nil)
	})
}

// GrantRole gives an account one more role.
func (db *DB) GrantRole(ctx context.Context, actor contest.Actor, accountID string, g people.RoleGrant) error {
	return db.inTx(ctx, func(tx *gorm.DB) error { return db.grantRole(tx, actor, accountID, g) })
}

func (db *DB) grantRole(tx *gorm.DB, actor contest.Actor, accountID string, g people.RoleGrant) error {
	row := roleRow{ID: g.ID, AccountID: accountID, Role: string(g.Role), UnitID: g.UnitID, CreatedAt: micros(db.now())}
	if err := tx.Create(&row).Error; err != nil {
		return failure(err, "role")
	}
	return db.audit(tx, actor, "role.grant", "account:"+accountID, map[string]any{"role": g.Role, "unit_id": g.UnitID})
}

// RevokeRole takes a role from an account.
func (db *DB) RevokeRole(ctx context.Context, actor contest.Actor, accountID, grantID string) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		gone := tx.Where("id = ? AND account_id = ?", grantID, accountID).Delete(&roleRow{})
		if gone.Error != nil {
			return failure(gone.Error, "role")
		}
		if gone.RowsAffected == 0 {
			return contest.Missing("role")
		}
		return db.audit(tx, actor, "role.revoke", "account:"+accountID, map[string]any{"role_id": grantID})
	})
}
