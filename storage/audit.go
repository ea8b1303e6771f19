package storage

import (
	"context"
	"encoding/json"

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

// Audit returns the acts on an object, newest first.
func (db *DB) Audit(ctx context.Context, object string, page contest.Page) ([]contest.AuditEntry, string, error) {
	page = page.Clamp(50, 200)
	q := db.read(ctx).Where("object = ?", object).Order("id DESC").Limit(page.Limit + 1)
	if page.Cursor != "" {
		q = q.Where("id < ?", page.Cursor)
	}
	var rows []auditRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", failure(err, "audit rows")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = rows[page.Limit-1].ID
	}
	entries := make([]contest.AuditEntry, len(rows))
	for i, r := range rows {
		entries[i] = contest.AuditEntry{ID: r.ID, At: fromMicros(r.At), ActorID: r.ActorID, Action: r.Action, Object: r.Object, Detail: r.Detail}
	}
	return entries, next, nil
}
