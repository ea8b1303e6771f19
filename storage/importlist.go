package storage

import (
	"context"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/intake"
)

var _ intake.ListStore = (*DB)(nil)

// Imports returns a page of imports with their counts, newest first.
func (db *DB) Imports(ctx context.Context, f intake.ListFilter, page contest.Page) ([]intake.Listed, string, error) {
	page = page.Clamp(50, 200)
	tx := db.read(ctx)
	scope := tx.Session(&gorm.Session{NewDB: true}).Where("1 = 0")
	for kind, paths := range f.Under {
		scope = scope.Or(underAny(tx.Session(&gorm.Session{NewDB: true}).Where("i.kind = ?", string(kind)), paths))
	}
	q := tx.Table("imports AS i").
		Select("i.*, units.path, units.name AS unit, COALESCE(who.full_name, '') AS actor, COALESCE(banks.name, '') AS bank").
		Joins("JOIN units ON units.id = i.unit_id").Joins("LEFT JOIN accounts who ON who.id = i.actor_id").
		Joins("LEFT JOIN banks ON banks.id = i.bank_id").Where(scope)
	if f.State != "" {
		q = q.Where("i.state = ?", string(f.State))
	}
	if page.Cursor != "" {
		var id string
		if err := readCursor(page.Cursor, &id); err != nil {
			return nil, "", err
		}
		q = q.Where("i.id < ?", id)
	}
	var rows []struct {
		Row   importRow `gorm:"embedded"`
		Unit  string
		Actor string
		Bank  string
	}
	if err := q.Order("i.id DESC").Limit(page.Limit + 1).Find(&rows).Error; err != nil {
		return nil, "", failure(err, "imports")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = cursorOf(rows[page.Limit-1].Row.ID)
	}
	list := make([]intake.Listed, len(rows))
	for n, r := range rows {
		i, err := r.Row.file()
		if err != nil {
			return nil, "", err
		}
		list[n] = intake.Listed{Import: i, Actor: r.Actor, Unit: r.Unit, Bank: r.Bank}
	}
	return list, next, countRows(tx, list)
}

// countRows fills in the counts of imports.
func countRows(tx *gorm.DB, list []intake.Listed) error {
	ids := make([]string, len(list))
	for n, i := range list {
		ids[n] = i.ID
	}
	var counts []struct {
		ImportID string
		State    string
		Count    int
	}
	err := tx.Table("import_rows").Select("import_id, state, COUNT(*) AS count").Where("import_id IN ?", ids).Group("import_id, state").Find(&counts).Error
	if err != nil {
		return failure(err, "import rows")
	}
	for n := range list {
		for _, c := range counts {
			if c.ImportID == list[n].ID {
				list[n].Counts.Rows += c.Count
				list[n].Counts.Add(intake.RowState(c.State), c.Count)
			}
		}
	}
	return nil
}
