package storage

import (
	"context"
	"time"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

var _ bank.DraftStore = (*DB)(nil)

type draftRow struct {
	AuthorID   string `gorm:"primaryKey"`
	BankID     string `gorm:"primaryKey"`
	Place      string `gorm:"primaryKey"` // the draft's id
	BasedOn    int
	Body       string
	ChangedAt  int64
	Seq        int64
	QuestionID string
	Title      string
}

func (draftRow) TableName() string { return "question_drafts" }

func (r draftRow) draft() bank.FormDraft {
	return bank.FormDraft{
		AuthorID: r.AuthorID, BankID: r.BankID, ID: r.Place, Seq: r.Seq, QuestionID: r.QuestionID, BasedOn: r.BasedOn,
		Title: r.Title, Form: r.Body, Changed: fromMicros(r.ChangedAt),
	}
}

const draftColumns = "author_id, bank_id, place, based_on, changed_at, seq, question_id, title"

func oneDraft(tx *gorm.DB, authorID, bankID, id string) *gorm.DB {
	return tx.Where("author_id = ? AND bank_id = ? AND place = ?", authorID, bankID, id)
}

// PutDraft keeps a draft unless a later writing of it is there.
func (db *DB) PutDraft(ctx context.Context, d bank.FormDraft, most int) (bank.FormDraft, error) {
	var kept draftRow
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		// The count is of what was there: two that are new in the same instant may
		// both be let in, which harms nobody.
		put := tx.Exec(`INSERT INTO question_drafts (author_id, bank_id, place, based_on, body, changed_at, seq, question_id, title)
 SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?
 WHERE (SELECT COUNT(*) FROM question_drafts WHERE author_id = ? AND bank_id = ? AND place <> ?) < ?
 ON CONFLICT (author_id, bank_id, place) DO UPDATE SET based_on = excluded.based_on, body = excluded.body, changed_at = excluded.changed_at,
  seq = excluded.seq, question_id = excluded.question_id, title = excluded.title
 WHERE question_drafts.seq < excluded.seq`,
			d.AuthorID, d.BankID, d.ID, d.BasedOn, d.Form, micros(d.Changed), d.Seq, d.QuestionID, d.Title,
			d.AuthorID, d.BankID, d.ID, most)
		if put.Error != nil {
			return failure(put.Error, "draft")
		}
		found := oneDraft(tx.Select(draftColumns), d.AuthorID, d.BankID, d.ID).Limit(1).Find(&kept)
		if found.Error == nil && found.RowsAffected == 0 {
			return contest.Refuse(contest.Conflict, "too_many_drafts", "at most %d drafts in a bank", most)
		}
		return failure(found.Error, "draft")
	})
	return kept.draft(), err
}

// Drafts lists an author's drafts of a bank without their forms.
func (db *DB) Drafts(ctx context.Context, authorID, bankID string) ([]bank.FormDraft, error) {
	var rows []draftRow
	err := db.read(ctx).Select(draftColumns).Where("author_id = ? AND bank_id = ?", authorID, bankID).
		Order("changed_at DESC, place").Find(&rows).Error
	list := make([]bank.FormDraft, len(rows))
	for i, r := range rows {
		list[i] = r.draft()
	}
	return list, failure(err, "drafts")
}

// Draft returns a draft with its form.
func (db *DB) Draft(ctx context.Context, authorID, bankID, id string) (bank.FormDraft, error) {
	var row draftRow
	err := oneDraft(db.read(ctx), authorID, bankID, id).Take(&row).Error
	return row.draft(), failure(err, "draft")
}

// DropDraft forgets a draft.
func (db *DB) DropDraft(ctx context.Context, authorID, bankID, id string) error {
	return failure(oneDraft(db.write(ctx), authorID, bankID, id).Delete(&draftRow{}).Error, "draft")
}

// DropDrafts deletes some drafts that nobody has written at since a moment.
func (db *DB) DropDrafts(ctx context.Context, before time.Time, limit int) (int, error) {
	done := db.write(ctx).Exec(`DELETE FROM question_drafts WHERE changed_at < ? AND place IN
 (SELECT place FROM question_drafts WHERE changed_at < ? ORDER BY changed_at LIMIT ?)`, micros(before), micros(before), limit)
	return int(done.RowsAffected), failure(done.Error, "drafts")
}
