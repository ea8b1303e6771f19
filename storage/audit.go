package storage

import (
	"context"
	"encoding/json"
	"strings"

	"gorm.io/gorm"

	"mangxanh/contest"
)

type auditRow struct {
	ID      string `gorm:"primaryKey"`
	At      int64
	ActorID string
	Action  string
	Object  string
	Detail  string
}

func (auditRow) TableName() string { return "audit" }

// audit records an act inside the transaction that does it.
func (db *DB) audit(tx *gorm.DB, actor contest.Actor, action, object string, detail any) error {
	text, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	row := auditRow{ID: db.newID(), At: micros(db.now()), ActorID: actor.AccountID, Action: action, Object: object, Detail: string(text)}
	return failure(tx.Create(&row).Error, "audit row")
}

// Audit returns the acts that a filter finds, newest first.
func (db *DB) Audit(ctx context.Context, f contest.AuditFilter, page contest.Page) ([]contest.AuditEntry, string, error) {
	page = page.Clamp(50, 200)
	tx := db.read(ctx)
	theirs := underAny(tx.Session(&gorm.Session{NewDB: true}), f.Under)
	if f.Program {
		theirs = theirs.Or("audit.actor_id = ?", contest.System.AccountID)
	}
	q := tx.Table("audit").Select("audit.*, COALESCE(who.full_name, '') AS actor_name").
		Joins("LEFT JOIN accounts who ON who.id = audit.actor_id").Joins("LEFT JOIN units ON units.id = who.home_unit_id").Where(theirs)
	switch {
	case strings.Contains(f.Object, ":"):
		q = q.Where("audit.object = ?", f.Object)
	case f.Object != "":
		q = q.Where("audit.object >= ? AND audit.object < ?", f.Object+":", f.Object+";") // the sign after the colon
	}
	if f.ActorID != "" {
		q = q.Where("audit.actor_id = ?", f.ActorID)
	}
	if page.Cursor != "" {
		var id string
		if err := readCursor(page.Cursor, &id); err != nil {
			return nil, "", err
		}
		q = q.Where("audit.id < ?", id)
	}
	var rows []struct {
		Row       auditRow `gorm:"embedded"`
		ActorName string
	}
	if err := q.Order("audit.id DESC").Limit(page.Limit + 1).Find(&rows).Error; err != nil {
		return nil, "", failure(err, "audit rows")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = cursorOf(rows[page.Limit-1].Row.ID)
	}
	entries := make([]contest.AuditEntry, len(rows))
	for i, r := range rows {
		entries[i] = contest.AuditEntry{
			ID: r.Row.ID, At: fromMicros(r.Row.At), ActorID: r.Row.ActorID, Action: r.Row.Action, Object: r.Row.Object, Detail: r.Row.Detail,
			ActorName: r.ActorName,
		}
	}
	return entries, next, nameObjects(tx, entries)
}

// namesOf asks what the objects of each kind are called.
var namesOf = map[string]func(tx *gorm.DB) *gorm.DB{
	"account":    func(tx *gorm.DB) *gorm.DB { return tx.Table("accounts AS o").Select("o.id, o.full_name AS name") },
	"unit":       func(tx *gorm.DB) *gorm.DB { return tx.Table("units AS o").Select("o.id, o.name") },
	"unit_group": func(tx *gorm.DB) *gorm.DB { return tx.Table("unit_groups AS o").Select("o.id, o.name") },
	"contest":    func(tx *gorm.DB) *gorm.DB { return tx.Table("contests AS o").Select("o.id, o.title AS name") },
	"bank":       func(tx *gorm.DB) *gorm.DB { return tx.Table("banks AS o").Select("o.id, o.name") },
	"import":     func(tx *gorm.DB) *gorm.DB { return tx.Table("imports AS o").Select("o.id, o.file_name AS name") },
	"instrument": func(tx *gorm.DB) *gorm.DB { return tx.Table("instruments AS o").Select("o.id, o.title AS name") },
	"question": func(tx *gorm.DB) *gorm.DB { // how its newest version begins
		return tx.Table("questions AS o").Select("o.id, substr(v.stem, 1, 80) AS name").
			Joins("JOIN question_versions v ON v.question_id = o.id AND v.number = o.current")
	},
	"attempt": func(tx *gorm.DB) *gorm.DB {
		return tx.Table("attempts AS o").Select("o.id, a.full_name || ', ' || r.name AS name").
			Joins("JOIN accounts a ON a.id = o.account_id").Joins("JOIN rounds r ON r.id = o.round_id")
	},
	"result": func(tx *gorm.DB) *gorm.DB {
		return tx.Table("result_versions AS o").Select("o.id, c.title || ', ' || r.name || ' (' || CAST(o.number AS TEXT) || ')' AS name").
			Joins("JOIN rounds r ON r.id = o.round_id").Joins("JOIN contests c ON c.id = r.contest_id")
	},
}

// nameObjects fills in what the objects are called, in one query for each kind.
func nameObjects(tx *gorm.DB, entries []contest.AuditEntry) error {
	wanted := map[string][]string{}
	for _, e := range entries {
		if kind, id, ok := strings.Cut(e.Object, ":"); ok && namesOf[kind] != nil {
			wanted[kind] = append(wanted[kind], id)
		}
	}
	names := map[string]string{}
	for kind, ids := range wanted {
		var rows []struct{ ID, Name string }
		if err := namesOf[kind](tx).Where("o.id IN ?", ids).Find(&rows).Error; err != nil {
			return failure(err, "names of objects")
		}
		for _, r := range rows {
			names[kind+":"+r.ID] = r.Name
		}
	}
	for i := range entries {
		entries[i].ObjectName = names[entries[i].Object]
	}
	return nil
}
