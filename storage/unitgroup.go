package storage

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

type unitGroupRow struct {
	ID        string `gorm:"primaryKey"`
	UnitID    string
	Name      string
	ValidFrom int64
	ValidTo   int64
	Version   int64
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (unitGroupRow) TableName() string { return "unit_groups" }

type unitGroupMemberRow struct {
	GroupID string
	UnitID  string
}

func (unitGroupMemberRow) TableName() string { return "unit_group_members" }

func (r unitGroupRow) group(members []string) people.UnitGroup {
	return people.UnitGroup{
		ID: r.ID, UnitID: r.UnitID, Name: r.Name, Members: members, ValidFrom: fromMicros(r.ValidFrom), ValidTo: fromMicros(r.ValidTo),
		Version: r.Version, CreatedAt: fromMicros(r.CreatedAt),
	}
}

// UnitGroup returns one group with its members.
func (db *DB) UnitGroup(ctx context.Context, id string) (people.UnitGroup, error) {
	var row unitGroupRow
	if err := db.read(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return people.UnitGroup{}, failure(err, "unit group")
	}
	members, err := groupMembers(db.read(ctx), []string{id})
	return row.group(members[id]), err
}

func groupMembers(q *gorm.DB, ids []string) (map[string][]string, error) {
	var rows []unitGroupMemberRow
	if err := q.Where("group_id IN ?", ids).Order("unit_id").Find(&rows).Error; err != nil {
		return nil, failure(err, "members of unit groups")
	}
	members := map[string][]string{}
	for _, r := range rows {
		members[r.GroupID] = append(members[r.GroupID], r.UnitID)
	}
	return members, nil
}

// UnitGroups lists the groups kept by units below the paths.
func (db *DB) UnitGroups(ctx context.Context, under []string, page contest.Page) ([]people.UnitGroup, string, error) {
	page = page.Clamp(50, 200)
	q := underAny(db.read(ctx).Model(&unitGroupRow{}).Joins("JOIN units ON units.id = unit_groups.unit_id"), under)
	if page.Cursor != "" {
		var id string
		if err := readCursor(page.Cursor, &id); err != nil {
			return nil, "", err
		}
		q = q.Where("unit_groups.id > ?", id)
	}
	var rows []unitGroupRow
	if err := q.Order("unit_groups.id").Limit(page.Limit + 1).Find(&rows).Error; err != nil {
		return nil, "", failure(err, "unit groups")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = cursorOf(rows[page.Limit-1].ID)
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	members, err := groupMembers(db.read(ctx), ids)
	groups := make([]people.UnitGroup, len(rows))
	for i, r := range rows {
		groups[i] = r.group(members[r.ID])
	}
	return groups, next, err
}

// CreateUnitGroup adds a group with its members.
func (db *DB) CreateUnitGroup(ctx context.Context, actor contest.Actor, g people.UnitGroup) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		row := unitGroupRow{
			ID: g.ID, UnitID: g.UnitID, Name: g.Name, ValidFrom: micros(g.ValidFrom), ValidTo: micros(g.ValidTo),
			Version: g.Version, CreatedAt: micros(g.CreatedAt),
		}
		if err := tx.Create(&row).Error; err != nil {
			return failure(err, "unit group")
		}
		if err := putMembers(tx, g.ID, g.Members); err != nil {
			return err
		}
		return db.audit(tx, actor, "unit_group.create", "unit_group:"+g.ID, map[string]any{"name": g.Name, "members": len(g.Members)})
	})
}

// SetUnitGroupMembers replaces the members of a group still at a version.
func (db *DB) SetUnitGroupMembers(ctx context.Context, actor contest.Actor, id string, version int64, members []string) (people.UnitGroup, error) {
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		moved := tx.Model(&unitGroupRow{}).Where("id = ? AND version = ?", id, version).Update("version", version+1)
		if err := changedOne(moved, "unit group"); err != nil {
			return err
		}
		if err := tx.Where("group_id = ?", id).Delete(&unitGroupMemberRow{}).Error; err != nil {
			return failure(err, "members of a unit group")
		}
		if err := putMembers(tx, id, members); err != nil {
			return err
		}
		return db.audit(tx, actor, "unit_group.members", "unit_group:"+id, map[string]any{"members": members})
	})
	if err != nil {
		return people.UnitGroup{}, err
	}
	return db.UnitGroup(ctx, id)
}

// RenameUnitGroup renames a group still at a version.
func (db *DB) RenameUnitGroup(ctx context.Context, actor contest.Actor, id string, version int64, name string) (people.UnitGroup, error) {
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		renamed := tx.Model(&unitGroupRow{}).Where("id = ? AND version = ?", id, version).Updates(map[string]any{"name": name, "version": version + 1})
		if err := changedOne(renamed, "unit group"); err != nil {
			return err
		}
		return db.audit(tx, actor, "unit_group.rename", "unit_group:"+id, map[string]any{"name": name})
	})
	if err != nil {
		return people.UnitGroup{}, err
	}
	return db.UnitGroup(ctx, id)
}

// DropUnitGroup deletes a group still at a version. A contest that comes to
// address it meanwhile holds its row, so that one of the two hears of the other.
func (db *DB) DropUnitGroup(ctx context.Context, actor contest.Actor, id string, version int64) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		var row unitGroupRow
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&row).Error; err != nil {
			return failure(err, "unit group")
		}
		var uses int64
		if err := tx.Model(&audienceRow{}).Where("target_id = ?", id).Count(&uses).Error; err != nil {
			return failure(err, "audiences")
		}
		if uses > 0 {
			return contest.Refuse(contest.Conflict, "group_in_use", "a contest addresses this group")
		}
		if err := tx.Where("group_id = ?", id).Delete(&unitGroupMemberRow{}).Error; err != nil {
			return failure(err, "members of a unit group")
		}
		if err := changedOne(tx.Where("id = ? AND version = ?", id, version).Delete(&unitGroupRow{}), "unit group"); err != nil {
			return err
		}
		return db.audit(tx, actor, "unit_group.delete", "unit_group:"+id, map[string]any{"name": row.Name})
	})
}

func putMembers(tx *gorm.DB, group string, members []string) error {
	seen := map[string]bool{}
	var rows []unitGroupMemberRow
	for _, m := range members {
		if !seen[m] {
			seen[m] = true
			rows = append(rows, unitGroupMemberRow{GroupID: group, UnitID: m})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return failure(tx.CreateInBatches(rows, 200).Error, "members of a unit group")
}
