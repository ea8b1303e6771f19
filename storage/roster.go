package storage

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

// ChangeRoster holds a school's roster still, lets plan decide, and does all
// that it decided or nothing.
func (db *DB) ChangeRoster(ctx context.Context, actor contest.Actor, schoolID, schoolYear, action string, plan func(people.Roster) (people.RosterChange, error)) error {
	return db.inTx(ctx, func(tx *gorm.DB) error { return db.changeRoster(tx, actor, schoolID, schoolYear, action, plan) })
}

// changeRoster is ChangeRoster inside a transaction that does more.
func (db *DB) changeRoster(tx *gorm.DB, actor contest.Actor, schoolID, schoolYear, action string, plan func(people.Roster) (people.RosterChange, error)) error {
	var school unitRow
	if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", schoolID).Take(&school).Error; err != nil {
		return failure(err, "unit")
	}
	r, err := db.roster(tx, school, schoolYear)
	if err != nil {
		return err
	}
	c, err := plan(r)
	if err != nil {
		return err
	}
	for _, step := range []func(*gorm.DB, people.RosterChange) error{db.dropFromRoster, db.putClasses, db.putPupils, db.putEnrolments, db.dropClasses} {
		if err := step(tx, c); err != nil {
			return err
		}
	}
	return db.audit(tx, actor, action, "unit:"+schoolID, map[string]any{
		"school_year": schoolYear, "classes": len(c.NewClasses), "created": len(c.NewAccounts), "changed": len(c.Changed),
		"enrolled": len(c.Opened), "left": len(c.Closed), "dropped": len(c.DropAccounts),
	})
}

func (db *DB) dropFromRoster(tx *gorm.DB, c people.RosterChange) error {
	for _, ids := range padded(c.DropEnrolments) {
		if err := tx.Where("id IN ?", ids).Delete(&enrolmentRow{}).Error; err != nil {
			return failure(err, "enrolment")
		}
	}
	for _, ids := range padded(c.DropAccounts) {
		for _, row := range []any{&enrolmentRow{}, &cardRow{}, &consentRow{}, &roleRow{}} {
			if err := tx.Where("account_id IN ?", ids).Delete(row).Error; err != nil {
				return failure(err, "account")
			}
		}
		if err := tx.Where("id IN ?", ids).Delete(&accountRow{}).Error; err != nil {
			return failure(err, "account")
		}
	}
	return nil
}

func (db *DB) putClasses(tx *gorm.DB, c people.RosterChange) error {
	for _, u := range c.NewClasses {
		row := unitToRow(u)
		if err := tx.Create(&row).Error; err != nil {
			return failure(err, "class")
		}
	}
	return nil
}

func (db *DB) putPupils(tx *gorm.DB, c people.RosterChange) error {
	rows := make([]accountRow, len(c.NewAccounts))
	for i, a := range c.NewAccounts {
		rows[i] = accountToRow(a)
	}
	if len(rows) > 0 {
		if err := tx.CreateInBatches(rows, 200).Error; err != nil {
			return failure(err, "account")
		}
	}
	for _, a := range c.Changed {
		columns := accountToRow(a).changed()
		columns["version"] = gorm.Expr("version + 1")
		if err := changedOne(tx.Model(&accountRow{}).Where("id = ?", a.ID).Updates(columns), "account"); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) putEnrolments(tx *gorm.DB, c people.RosterChange) error {
	for _, move := range []struct {
		ids []string
		to  int64
	}{{c.Closed, micros(db.now())}, {c.Reopened, 0}} {
		for _, ids := range padded(move.ids) {
			if err := tx.Model(&enrolmentRow{}).Where("id IN ?", ids).Update("valid_to", move.to).Error; err != nil {
				return failure(err, "enrolment")
			}
		}
	}
	rows := make([]enrolmentRow, len(c.Opened))
	for i, e := range c.Opened {
		rows[i] = enrolmentToRow(e)
	}
	if len(rows) == 0 {
		return nil
	}
	return failure(tx.CreateInBatches(rows, 200).Error, "enrolment")
}

// dropClasses removes classes that a roster made and nobody was ever in.
func (db *DB) dropClasses(tx *gorm.DB, c people.RosterChange) error {
	for _, ids := range padded(c.DropClasses) {
		err := tx.Where("id IN ? AND kind = 'class'", ids).
			Where("NOT EXISTS (SELECT 1 FROM enrolments WHERE enrolments.class_id = units.id)").
			Where("NOT EXISTS (SELECT 1 FROM roles WHERE roles.unit_id = units.id)").
			Where("NOT EXISTS (SELECT 1 FROM unit_group_members WHERE unit_group_members.unit_id = units.id)").
			Delete(&unitRow{}).Error
		if err != nil {
			return failure(err, "class")
		}
	}
	return nil
}
