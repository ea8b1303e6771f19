package storage

import (
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest/itemstat"
)

var _ itemstat.CounterStore = (*DB)(nil)

// CountedRounds lists the quiz rounds that have opened and were not over at
// since, or were never counted, with how far they are counted.
func (db *DB) CountedRounds(ctx context.Context, since, upTo time.Time) ([]itemstat.Progress, error) {
	var rows []itemCountRow
	err := db.report(ctx).Raw(`SELECT r.id AS round_id, COALESCE(i.finished_at, 0) AS finished_at, COALESCE(i.attempt_id, '') AS attempt_id,
  COALESCE(i.attempts, 0) AS attempts, COALESCE(i.score, 0) AS score, COALESCE(i.edit, 0) AS edit, COALESCE(i.rolled, 0) AS rolled,
  COALESCE(i.rolled_at, 0) AS rolled_at, COALESCE(i.checked_at, 0) AS checked_at, COALESCE(i.recounted_at, 0) AS recounted_at,
  EXISTS (SELECT 1 FROM attempts a WHERE a.round_id = r.id AND a.finished_at > 0 AND a.finished_at <= ? AND a.state <> 'annulled'
    AND (a.finished_at, a.id) > (COALESCE(i.finished_at, 0), COALESCE(i.attempt_id, ''))) AS waiting
FROM rounds r JOIN contests c ON c.id = r.contest_id LEFT JOIN item_counts i ON i.round_id = r.id
WHERE c.state <> 'draft' AND r.kind = 'quiz' AND r.opens_at <= ? AND (r.closes_at > ? OR i.round_id IS NULL) ORDER BY r.id`,
		micros(upTo), micros(upTo), micros(since)).Scan(&rows).Error
	if err != nil {
		return nil, failure(err, "rounds to count")
	}
	list := make([]itemstat.Progress, len(rows))
	for i, r := range rows {
		list[i] = r.progress()
	}
	return list, nil
}

// ClaimCount keeps other nodes away from a round until a time. It is a courtesy
// that saves work; SaveTallies decides.
func (db *DB) ClaimCount(ctx context.Context, roundID string, until time.Time) (p itemstat.Progress, mine bool, err error) {
	err = db.inTx(ctx, func(tx *gorm.DB) error {
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&itemCountRow{RoundID: roundID}).Error; err != nil {
			return failure(err, "count of a round")
		}
		claim := tx.Model(&itemCountRow{}).Where("round_id = ? AND claimed_until < ?", roundID, micros(db.now())).Update("claimed_until", micros(until))
		if mine = claim.RowsAffected == 1; claim.Error != nil || !mine {
			return failure(claim.Error, "count of a round")
		}
		var row itemCountRow
		err := tx.Select("*").Omit("Waiting").Where("round_id = ?", roundID).Take(&row).Error
		p = row.progress()
		return failure(err, "count of a round")
	})
	return p, mine, err
}

// SaveTallies merges tallies into those of a round, or replaces them, and moves
// the progress with them, all or nothing.
func (db *DB) SaveTallies(ctx context.Context, to itemstat.Progress, whole bool, tallies itemstat.Tallies) error {
	rows, err := db.tallyRows(ctx, to.RoundID, whole, tallies)
	if err != nil {
		return err
	}
	return db.inTx(ctx, func(tx *gorm.DB) error {
		// First, so that of two nodes only one goes on; what was read before
		// this is still so, since every change of it raises edit.
		moved := tx.Model(&itemCountRow{}).Where("round_id = ? AND edit = ?", to.RoundID, to.Edit-1).Updates(map[string]any{
			"finished_at": micros(to.At.Finished), "attempt_id": to.At.AttemptID, "attempts": to.Attempts, "score": to.Score, "edit": to.Edit,
			"checked_at": micros(to.Checked), "recounted_at": micros(to.Recounted), "claimed_until": 0, "counted_at": micros(db.now()),
		})
		if err := changedOne(moved, "count of a round"); err != nil {
			return err
		}
		if whole {
			// What is not asked any more stays with nothing, so that its
			// question is told.
			gone := tx.Model(&itemStatRow{}).Where("round_id = ?", to.RoundID).Updates(map[string]any{"served": 0, "tally": "{}", "alarm": false})
			if gone.Error != nil {
				return failure(gone.Error, "question statistics")
			}
		}
		if len(rows) == 0 {
			return nil
		}
		put := clause.OnConflict{
			Columns:   []clause.Column{{Name: "round_id"}, {Name: "version_id"}},
			DoUpdates: clause.AssignmentColumns([]string{"served", "tally", "alarm"}),
		}
		return failure(tx.Clauses(put).CreateInBatches(rows, 100).Error, "question statistics")
	})
}

// tallyRows are the rows that SaveTallies will leave.
func (db *DB) tallyRows(ctx context.Context, roundID string, whole bool, tallies itemstat.Tallies) ([]itemStatRow, error) {
	ids := slices.Sorted(maps.Keys(tallies))
	versions, err := db.VersionsByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	before := map[string]string{}
	for start := 0; start < len(ids) && !whole; start += batchOf {
		var found []itemStatRow
		if err := db.read(ctx).Where("round_id = ? AND version_id IN ?", roundID, ids[start:min(start+batchOf, len(ids))]).Find(&found).Error; err != nil {
			return nil, failure(err, "question statistics")
		}
		for _, r := range found {
			before[r.VersionID] = r.Tally
		}
	}
	rows := make([]itemStatRow, len(ids))
	for i, v := range versions {
		var t itemstat.Tally
		if text := before[v.ID]; text != "" {
			if t, err = tallyOf(text); err != nil {
				return nil, err
			}
		}
		t.Merge(*tallies[v.ID])
		f := t.Figures(itemstat.KeyOf(v))
		rows[i] = itemStatRow{RoundID: roundID, VersionID: v.ID, QuestionID: v.QuestionID, Number: v.Number, Served: f.Served, Alarm: f.Alarm != nil}
		if rows[i].Tally, err = tallyText(t); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// RollUp writes to every question of a round what was counted of it over all
// rounds: of its newest version that was ever asked.
func (db *DB) RollUp(ctx context.Context, roundID string, edit int64) error {
	var ids []string
	if err := db.report(ctx).Table("item_stats").Distinct("question_id").Where("round_id = ?", roundID).Order("question_id").Find(&ids).Error; err != nil {
		return failure(err, "question statistics")
	}
	for part := range slices.Chunk(ids, 50) { // short transactions: answers are being saved
		err := db.inTx(ctx, func(tx *gorm.DB) error { return rollUp(tx, part) })
		if err != nil {
			return err
		}
	}
	err := db.write(ctx).Model(&itemCountRow{}).Where("round_id = ? AND rolled < ?", roundID, edit).
		Updates(map[string]any{"rolled": edit, "rolled_at": micros(db.now()), "claimed_until": 0}).Error
	return failure(err, "count of a round")
}

// rollUp locks the questions, so that what it reads of all rounds is what it
// leaves there.
func rollUp(tx *gorm.DB, ids []string) error {
	var questions []struct {
		ID      string
		Current int
	}
	err := tx.Table("questions").Select("id, current").Where("id IN ?", ids).Order("id").Clauses(clause.Locking{Strength: "UPDATE"}).Find(&questions).Error
	if err != nil {
		return failure(err, "questions")
	}
	locked, current := make([]string, len(questions)), map[string]int{}
	for i, q := range questions {
		locked[i], current[q.ID] = q.ID, q.Current
	}
	var rows []itemStatRow
	if err := tx.Where("question_id IN ? AND served > 0", locked).Order("question_id, number, round_id").Find(&rows).Error; err != nil {
		return failure(err, "question statistics")
	}
	newest, pooled := map[string]itemStatRow{}, map[string]*itemstat.Tally{}
	for _, r := range rows {
		t, err := tallyOf(r.Tally)
		if err != nil {
			return err
		}
		if r.Number > newest[r.QuestionID].Number {
			newest[r.QuestionID], pooled[r.QuestionID] = r, &itemstat.Tally{}
		}
		pooled[r.QuestionID].Merge(t)
	}
	keys, err := keysOf(tx, newest)
	if err != nil {
		return err
	}
	for _, id := range locked {
		set := map[string]any{"asked_version": 0, "asked_served": 0, "asked_facility": nil, "asked_discrimination": nil, "asked_alarm": false, "find_asked": ""}
		if t := pooled[id]; t != nil {
			f := t.Figures(keys[newest[id].VersionID])
			facility, discrimination, alarm := thousandths(f.Facility), thousandths(f.Discrimination), f.Alarm != nil && newest[id].Number == current[id]
			set = map[string]any{
				"asked_version": newest[id].Number, "asked_served": f.Served, "asked_facility": facility,
				"asked_discrimination": discrimination, "asked_alarm": alarm, "find_asked": askedText(facility, discrimination, alarm),
			}
		}
		if err := tx.Table("questions").Where("id = ?", id).Updates(set).Error; err != nil {
			return failure(err, "question")
		}
	}
	return nil
}

func keysOf(tx *gorm.DB, rows map[string]itemStatRow) (map[string]itemstat.Key, error) {
	ids := make([]string, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.VersionID)
	}
	var found []versionRow
	if err := tx.Where("id IN ?", ids).Find(&found).Error; err != nil {
		return nil, failure(err, "question versions")
	}
	keys := make(map[string]itemstat.Key, len(found))
	for _, r := range found {
		v, err := r.version()
		if err != nil {
			return nil, err
		}
		keys[v.ID] = itemstat.KeyOf(v)
	}
	return keys, nil
}

// thousandths is a figure as it is stored; nil when unknown.
func thousandths(f itemstat.Figure) *int {
	if !f.Known {
		return nil
	}
	n := int(math.Round(1000 * f.Value))
	return &n
}
