package storage

import (
	"context"

	"gorm.io/gorm"

	"mangxanh/contest"
)

var _ contest.HelpStore = (*DB)(nil)

type helpRow struct {
	ID        string `gorm:"primaryKey"`
	Position  int
	Name      string
	NameEn    string
	Contact   string
	Kind      string
	Note      string
	NoteEn    string
	CheckedOn string
}

func (helpRow) TableName() string { return "help_lines" }

// HelpLines returns the help lines in their order.
func (db *DB) HelpLines(ctx context.Context) ([]contest.HelpLine, error) {
	var rows []helpRow
	if err := db.read(ctx).Order("position, id").Find(&rows).Error; err != nil {
		return nil, failure(err, "help lines")
	}
	lines := make([]contest.HelpLine, len(rows))
	for i, r := range rows {
		lines[i] = contest.HelpLine{
			ID: r.ID, Name: r.Name, NameEn: r.NameEn, Contact: r.Contact, Kind: contest.HelpKind(r.Kind),
			Note: r.Note, NoteEn: r.NoteEn, CheckedOn: r.CheckedOn,
		}
	}
	return lines, nil
}

// SetHelpLines replaces the help lines.
func (db *DB) SetHelpLines(ctx context.Context, actor contest.Actor, lines []contest.HelpLine) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		if err := tx.Where("position >= 0").Delete(&helpRow{}).Error; err != nil {
			return failure(err, "help lines")
		}
		rows := make([]helpRow, len(lines))
		contacts := make([]string, len(lines))
		for i, l := range lines {
			contacts[i] = l.Contact
			rows[i] = helpRow{
				ID: l.ID, Position: i, Name: l.Name, NameEn: l.NameEn, Contact: l.Contact, Kind: string(l.Kind),
				Note: l.Note, NoteEn: l.NoteEn, CheckedOn: l.CheckedOn,
			}
		}
		if err := tx.Create(&rows).Error; err != nil {
			return failure(err, "help line")
		}
		return db.audit(tx, actor, "help.replace", "help:lines", map[string]any{"contacts": contacts})
	})
}
