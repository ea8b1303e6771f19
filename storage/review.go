package storage

import (
	"context"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

type reviewRow struct {
	ID            string `gorm:"primaryKey"`
	QuestionID    string
	VersionNumber int
	Action        string
	Comment       string
	ActorID       string
	CreatedAt     int64 `gorm:"autoCreateTime:false"`
}

func (reviewRow) TableName() string { return "question_reviews" }

// CreateQuestion records a new question with its first version.
func (db *DB) CreateQuestion(ctx context.Context, actor contest.Actor, q bank.Question) error {
	made, err := questionsToRows([]bank.Question{q})
	if err != nil {
		return err
	}
	return db.inTx(ctx, func(tx *gorm.DB) error {
		if err := made.insert(tx); err != nil {
			return err
		}
		return db.audit(tx, actor, "question.create", "question:"+q.ID, map[string]string{"bank": q.BankID})
	})
}

// ChangeQuestion loads a question under a lock, lets change decide and saves
// what it returns: a new version when the number grew, and the review step when
// there is one. change may run again and must not call the store.
func (db *DB) ChangeQuestion(ctx context.Context, actor contest.Actor, id string, step *bank.Review, change func(bank.Question) (bank.Question, error)) (bank.Question, error) {
	var after bank.Question
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		before, err := loadQuestion(tx, id, true)
		if err != nil {
			return err
		}
		if after, err = change(before); err != nil {
			return err
		}
		return db.saveQuestion(tx, actor, before, &after, step)
	})
	return after, err
}

func (db *DB) saveQuestion(tx *gorm.DB, actor contest.Actor, before bank.Question, after *bank.Question, step *bank.Review) error {
	after.Edit, after.Changed = before.Edit+1, db.now()
	action := "question.version"
	if after.Newest.Number > before.Newest.Number {
		row, err := versionToRow(after.Newest)
		if err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return failure(err, "question version")
		}
		// An alarm was about the version before.
		calm := tx.Table("questions").Where("id = ? AND asked_alarm", before.ID).
			Updates(map[string]any{"asked_alarm": false, "find_asked": gorm.Expr("replace(find_asked, ?, '')", " "+alarmWord)})
		if calm.Error != nil {
			return failure(calm.Error, "question")
		}
	}
	if after.BankID != before.BankID {
		action = "question.move"
	}
	if step != nil {
		row := reviewRow{
			ID: step.ID, QuestionID: before.ID, VersionNumber: before.Newest.Number, Action: string(step.Action),
			Comment: step.Comment, ActorID: actor.AccountID, CreatedAt: micros(after.Changed),
		}
		if err := tx.Create(&row).Error; err != nil {
			return failure(err, "review")
		}
		action = "question." + string(step.Action)
	}
	row := questionToRow(*after)
	done := tx.Model(&questionRow{}).Where("id = ? AND version = ?", before.ID, before.Edit).Select("*").Omit("id").Updates(&row)
	if err := changedOne(done, "question"); err != nil {
		return err
	}
	return db.audit(tx, actor, action, "question:"+before.ID, map[string]any{"version": after.Newest.Number})
}

// History returns every version of a question, oldest first, and every step of
// its reviews.
func (db *DB) History(ctx context.Context, questionID string) ([]bank.Version, []bank.Review, error) {
	var rows []versionRow
	if err := db.read(ctx).Where("question_id = ?", questionID).Order("number").Find(&rows).Error; err != nil {
		return nil, nil, failure(err, "question versions")
	}
	versions := make([]bank.Version, len(rows))
	for i, r := range rows {
		var err error
		if versions[i], err = r.version(); err != nil {
			return nil, nil, err
		}
	}
	var steps []reviewRow
	if err := db.read(ctx).Where("question_id = ?", questionID).Order("created_at, id").Find(&steps).Error; err != nil {
		return nil, nil, failure(err, "reviews")
	}
	reviews := make([]bank.Review, len(steps))
	for i, r := range steps {
		reviews[i] = bank.Review{
			ID: r.ID, Number: r.VersionNumber, Action: bank.Action(r.Action), Comment: r.Comment,
			ActorID: r.ActorID, At: fromMicros(r.CreatedAt),
		}
	}
	return versions, reviews, nil
}
