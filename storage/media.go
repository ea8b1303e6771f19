package storage

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

var _ bank.Shelf = (*DB)(nil)

type mediumRow struct {
	ID        string `gorm:"primaryKey"`
	BankID    string
	Kind      string
	MIME      string `gorm:"column:mime"`
	Width     int
	Height    int
	Size      int
	SHA256    string `gorm:"column:sha256"`
	Body      []byte
	Alt       string
	AuthorID  string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (mediumRow) TableName() string { return "media" }

// The kinds of media as stored.
const (
	imageKind = "image"
	audioKind = "audio"
)

func (r mediumRow) medium() bank.Medium {
	return bank.Medium{
		ID: r.ID, BankID: r.BankID, Sound: r.Kind == audioKind, MIME: r.MIME, Width: r.Width, Height: r.Height,
		Hash: r.SHA256, Body: r.Body, Words: r.Alt, AuthorID: r.AuthorID, Created: fromMicros(r.CreatedAt),
	}
}

func rowOfMedium(m bank.Medium) mediumRow {
	row := mediumRow{
		ID: m.ID, BankID: m.BankID, Kind: imageKind, MIME: m.MIME, Width: m.Width, Height: m.Height, Size: len(m.Body),
		SHA256: m.Hash, Body: m.Body, Alt: m.Words, AuthorID: m.AuthorID, CreatedAt: micros(m.Created),
	}
	if m.Sound {
		row.Kind = audioKind
	}
	return row
}

// AddMedium records a picture or a recording; the same bytes in the same bank
// keep their first id and words.
func (db *DB) AddMedium(ctx context.Context, actor contest.Actor, m bank.Medium) (bank.Medium, error) {
	row := rowOfMedium(m)
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		once := clause.OnConflict{Columns: []clause.Column{{Name: "bank_id"}, {Name: "sha256"}}, DoNothing: true}
		made := tx.Clauses(once).Create(&row)
		if made.Error != nil {
			return made.Error
		}
		if made.RowsAffected > 0 {
			return db.audit(tx, actor, "media.add", "bank:"+m.BankID, map[string]string{"media": m.ID, "mime": m.MIME})
		}
		var kept mediumRow
		err := tx.Where("bank_id = ? AND sha256 = ?", m.BankID, m.Hash).Take(&kept).Error
		row = kept
		return err
	})
	return row.medium(), failure(err, "media")
}

// Medium returns a picture or a recording with its body.
func (db *DB) Medium(ctx context.Context, id string) (bank.Medium, error) {
	var row mediumRow
	err := db.read(ctx).Where("id = ?", id).Take(&row).Error
	return row.medium(), failure(err, "media")
}

// MissingMedia returns those of the ids that no medium has.
func (db *DB) MissingMedia(ctx context.Context, ids []string) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var kept []string
	if err := db.read(ctx).Model(&mediumRow{}).Where("id IN ?", ids).Pluck("id", &kept).Error; err != nil {
		return nil, failure(err, "media")
	}
	known := map[string]bool{}
	for _, id := range kept {
		known[id] = true
	}
	var missing []string
	for _, id := range ids {
		if !known[id] {
			missing = append(missing, id)
		}
	}
	return missing, nil
}
