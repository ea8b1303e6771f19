package storage

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/people"
	"mangxanh/contest/text"
)

var (
	_ people.UnitStore      = (*DB)(nil)
	_ people.UnitGroupStore = (*DB)(nil)
)

type unitRow struct {
	ID            string `gorm:"primaryKey"`
	ParentID      *string
	Path          string
	Kind          string
	Code          string
	Name          string
	NameFold      string
	Levels        string
	Headcount     int
	HeadcountAt   int64
	SchoolYear    string
	Grade         int
	ValidFrom     int64
	ValidTo       int64
	PredecessorID *string
	Version       int64
	CreatedAt     int64 `gorm:"autoCreateTime:false"`
}

func (unitRow) TableName() string { return "units" }

func unitToRow(u people.Unit) unitRow {
	return unitRow{
		ID: u.ID, ParentID: nullable(u.ParentID), Path: u.Path, Kind: string(u.Kind), Code: u.Code, Name: u.Name,
		NameFold: text.Fold(u.Name), Levels: strings.Join(u.Levels, ","), Headcount: u.Headcount, HeadcountAt: micros(u.HeadcountAt),
		SchoolYear: u.SchoolYear, Grade: u.Grade, ValidFrom: micros(u.ValidFrom), ValidTo: micros(u.ValidTo),
		PredecessorID: nullable(u.PredecessorID), Version: u.Version, CreatedAt: micros(u.CreatedAt),
	}
}

func (r unitRow) unit() people.Unit {
	u := people.Unit{
		ID: r.ID, ParentID: valueOf(r.ParentID), Path: r.Path, Kind: people.UnitKind(r.Kind), Code: r.Code, Name: r.Name,
		Headcount: r.Headcount, HeadcountAt: fromMicros(r.HeadcountAt), SchoolYear: r.SchoolYear, Grade: r.Grade,
		ValidFrom: fromMicros(r.ValidFrom), ValidTo: fromMicros(r.ValidTo), PredecessorID: valueOf(r.PredecessorID),
		Version: r.Version, CreatedAt: fromMicros(r.CreatedAt),
	}
	if r.Levels != "" {
		u.Levels = strings.Split(r.Levels, ",")
	}
	return u
}

func nullable(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func valueOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Unit returns one unit.
func (db *DB) Unit(ctx context.Context, id string) (people.Unit, error) {
	var row unitRow
	err := db.read(ctx).Where("id = ?", id).Take(&row).Error
	return row.unit(), failure(err, "unit")
}

// UnitsByID returns those of the units that exist.
func (db *DB) UnitsByID(ctx context.Context, ids []string) ([]people.Unit, error) {
	var units []people.Unit
	for _, list := range padded(ids) {
		var rows []unitRow
		if err := db.read(ctx).Where("id IN ?", list).Find(&rows).Error; err != nil {
			return nil, failure(err, "units")
		}
		for _, r := range rows {
			units = append(units, r.unit())
		}
	}
	return units, nil
}

// underAny keeps rows whose path column lies below one of the paths. No paths
// keep nothing.
func underAny(q *gorm.DB, paths []string) *gorm.DB {
	below := clause.OrConditions{}
	for _, p := range paths {
		below.Exprs = append(below.Exprs, clause.Expr{SQL: "units.path >= ? AND units.path < ?", Vars: []any{p, afterPrefix(p)}})
	}
	if len(below.Exprs) == 0 {
		return q.Where("1 = 0")
	}
	return q.Where(clause.And(below))
}

// afterPrefix is the first text that sorts after everything beginning with p.
// Paths end in a slash, and ids hold nothing that sorts between.
func afterPrefix(p string) string { return strings.TrimSuffix(p, "/") + "0" }

// classOrder sorts classes as people count them: 6A2 before 6A10.
const classOrder = "CASE WHEN units.kind = 'class' THEN length(units.name_fold) ELSE 0 END"

// Units lists units in the order of grades and names.
func (db *DB) Units(ctx context.Context, f people.UnitFilter, page contest.Page) ([]people.Unit, string, error) {
	page = page.Clamp(50, 200)
	q := db.read(ctx).Model(&unitRow{})
	if f.Exactly {
		q = q.Where("units.path IN ?", append(slices.Clone(f.Under), ""))
	} else {
		q = underAny(q, f.Under)
	}
	if f.ParentID != "" {
		q = q.Where("units.parent_id = ?", f.ParentID)
	}
	if f.Kind != "" {
		q = q.Where("units.kind = ?", string(f.Kind))
	}
	if f.Query != "" {
		q = q.Where(`units.name_fold LIKE ? ESCAPE '\'`, like(text.Fold(f.Query)))
	}
	if page.Cursor != "" {
		var grade, length int
		var name, id string
		if err := readCursor(page.Cursor, &grade, &length, &name, &id); err != nil {
			return nil, "", err
		}
		q = q.Where("(units.grade, "+classOrder+", units.name_fold, units.id) > (?, ?, ?, ?)", grade, length, name, id)
	}
	var rows []unitRow
	err := q.Order("units.grade, " + classOrder + ", units.name_fold, units.id").Limit(page.Limit + 1).Find(&rows).Error
	if err != nil {
		return nil, "", failure(err, "units")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		last := rows[page.Limit-1]
		length := 0
		if last.Kind == string(people.Class) {
			length = len([]rune(last.NameFold))
		}
		next = cursorOf(last.Grade, length, last.NameFold, last.ID)
	}
	return unitsOf(rows), next, nil
}

func unitsOf(rows []unitRow) []people.Unit {
	units := make([]people.Unit, len(rows))
	for i, r := range rows {
		units[i] = r.unit()
	}
	return units
}

// UnitTree returns the unit at a path and up to depth levels below it, parents
// before children.
func (db *DB) UnitTree(ctx context.Context, path string, depth, limit int) ([]people.Unit, error) {
	levels := strings.Count(path, "/") + depth
	var rows []unitRow
	err := underAny(db.read(ctx), []string{path}).
		Where("length(units.path) - length(replace(units.path, '/', '')) <= ?", levels).
		Order("length(units.path) - length(replace(units.path, '/', '')), units.grade, " + classOrder + ", units.name_fold, units.id").
		Limit(limit).Find(&rows).Error
	return unitsOf(rows), failure(err, "units")
}

// CreateUnit adds a unit.
func (db *DB) CreateUnit(ctx context.Context, actor contest.Actor, u people.Unit) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		row := unitToRow(u)
		if err := tx.Create(&row).Error; err != nil {
			return failure(err, "unit")
		}
		return db.audit(tx, actor, "unit.create", "unit:"+u.ID, map[string]any{"name": u.Name, "kind": u.Kind, "parent_id": u.ParentID})
	})
}

// ChangeUnit edits a unit that is still at a version.
func (db *DB) ChangeUnit(ctx context.Context, actor contest.Actor, id string, version int64, change func(*people.Unit) error) (people.Unit, error) {
	var u people.Unit
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		var row unitRow
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&row).Error; err != nil {
			return failure(err, "unit")
		}
		if row.Version != version {
			return staleVersion("unit")
		}
		u = row.unit()
		if err := change(&u); err != nil {
			return err
		}
		u.Version++
		row = unitToRow(u)
		columns := map[string]any{
			"name": row.Name, "name_fold": row.NameFold, "code": row.Code, "levels": row.Levels, "headcount": row.Headcount,
			"headcount_at": row.HeadcountAt, "grade": row.Grade, "valid_from": row.ValidFrom, "valid_to": row.ValidTo, "version": row.Version,
		}
		if err := changedOne(tx.Model(&unitRow{}).Where("id = ? AND version = ?", id, version).Updates(columns), "unit"); err != nil {
			return err
		}
		return db.audit(tx, actor, "unit.change", "unit:"+id, columns)
	})
	return u, err
}

func staleVersion(what string) error {
	return contest.Refuse(contest.Stale, "version_changed", "this %s was changed by somebody else", what)
}

// RootUnit returns the only unit without a parent; NotFound when there is none
// or more than one.
func (db *DB) RootUnit(ctx context.Context) (people.Unit, error) {
	var rows []unitRow
	if err := db.read(ctx).Where("parent_id IS NULL").Limit(2).Find(&rows).Error; err != nil {
		return people.Unit{}, failure(err, "unit")
	}
	if len(rows) != 1 {
		return people.Unit{}, contest.Missing("unit")
	}
	return rows[0].unit(), nil
}
