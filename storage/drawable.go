package storage

import (
	"context"
	"time"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/text"
	"mangxanh/scoring"
)

// Drawable returns the approved question versions that each blueprint line of
// the round could take from its bank under the law of that day.
func (db *DB) Drawable(ctx context.Context, r contest.Round, lawAsOf time.Time) ([]contest.Found, error) {
	return drawable(db.read(ctx), r, lawAsOf)
}

// lawRow is what decides whether a citation holds.
type lawRow struct {
	LawFrom, LawTo, ValidFrom, ValidTo int64
}

const lawColumns = "v.law_from, v.law_to, COALESCE(i.valid_from, 0) AS valid_from, COALESCE(i.valid_to, 0) AS valid_to"

// citedBy joins the instrument that a version v points at.
const citedBy = "LEFT JOIN instruments i ON i.id = v.instrument_id AND v.instrument_id <> ''"

func (r lawRow) lapse(at time.Time) (bank.Lapse, time.Time) {
	own := bank.Citation{From: fromMicros(r.LawFrom), To: fromMicros(r.LawTo)}
	return own.Lapse(bank.Instrument{From: fromMicros(r.ValidFrom), To: fromMicros(r.ValidTo)}, at)
}

func drawable(tx *gorm.DB, r contest.Round, lawAsOf time.Time) ([]contest.Found, error) {
	var rows []struct {
		ID         string
		Type       string
		Topic      string
		Difficulty string
		AgeBand    string
		Law        lawRow `gorm:"embedded"`
	}
	err := tx.Table("questions").Select("v.id, v.type, v.topic, v.difficulty, v.age_band, "+lawColumns).
		Joins("JOIN question_versions v ON v.question_id = questions.id AND v.number = questions.approved").Joins(citedBy).
		Where("questions.bank_id = ? AND questions.approved > 0 AND questions.state <> 'retired' AND v.type <> ?", r.BankID, string(scoring.Prediction)).
		Order("v.id").Find(&rows).Error
	if err != nil {
		return nil, failure(err, "approved questions")
	}
	found := make([]contest.Found, len(r.Blueprint))
	for i, l := range r.Blueprint {
		topic := text.Fold(l.Topic)
		for _, q := range rows {
			if (topic != "" && text.Fold(q.Topic) != topic) || (l.Type != "" && l.Type != q.Type) ||
				(l.Difficulty != "" && l.Difficulty != q.Difficulty) || (l.AgeBand != "" && l.AgeBand != q.AgeBand) {
				continue
			}
			if lapse, _ := q.Law.lapse(lawAsOf); lapse != bank.Holds {
				found[i].Outdated++
				continue
			}
			found[i].Versions = append(found[i].Versions, q.ID)
		}
	}
	return found, nil
}
