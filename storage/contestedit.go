package storage

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
)

// EditContest locks the contest, lets edit change it and stores the outcome.
func (db *DB) EditContest(ctx context.Context, actor contest.Actor, id, action string, edit func(e *contest.Edit) error) (contest.Contest, error) {
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		var locked contestRow
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&locked).Error; err != nil {
			return failure(err, "contest")
		}
		before, err := loadContest(tx, id)
		if err != nil {
			return err
		}
		after, err := loadContest(tx, id)
		if err != nil {
			return err
		}
		e := &contest.Edit{Contest: after, Drawable: func(r contest.Round, lawAsOf time.Time) ([]contest.Found, error) {
			return drawable(tx, r, lawAsOf)
		}}
		if err := edit(e); err != nil {
			return err
		}
		if err := saveContest(tx, before, e); err != nil {
			return err
		}
		return db.audit(tx, actor, action, "contest:"+id, map[string]any{"version": before.Version + 1})
	})
	if err != nil {
		return contest.Contest{}, err
	}
	// The edit is read back over the writing pool: a reader may not see it yet.
	return loadContest(db.write(ctx), id)
}

func saveContest(tx *gorm.DB, before contest.Contest, e *contest.Edit) error {
	row, err := toContest(e.Contest)
	if err != nil {
		return err
	}
	err = changedOne(tx.Model(&contestRow{}).Where("id = ? AND version = ?", before.ID, before.Version).Updates(map[string]any{
		"title": row.Title, "state": row.State, "school_year": row.SchoolYear, "law_as_of": row.LawAsOf,
		"audience": row.Audience, "rule_sheet": row.RuleSheet, "version": before.Version + 1,
	}), "contest")
	if err != nil {
		return err
	}
	if !slices.Equal(before.Audience, e.Audience) {
		if err := saveAudience(tx, e.Contest); err != nil {
			return err
		}
	}
	if err := saveDivisions(tx, e.Contest); err != nil {
		return err
	}
	kept := []string{""}
	for _, r := range e.Rounds {
		kept = append(kept, r.ID)
		if err := saveRound(tx, before, r); err != nil {
			return err
		}
		if pool, ok := e.Pools[r.ID]; ok {
			if err := savePool(tx, r, pool); err != nil {
				return err
			}
		}
	}
	if err := dropRounds(tx, e.ID, kept); err != nil {
		return err
	}
	for _, m := range e.Deadlines {
		if err := moveDeadlines(tx, m); err != nil {
			return err
		}
	}
	return nil
}

func saveDivisions(tx *gorm.DB, c contest.Contest) error {
	if err := tx.Where("contest_id = ?", c.ID).Delete(&divisionRow{}).Error; err != nil {
		return failure(err, "divisions")
	}
	rows := make([]divisionRow, len(c.Divisions))
	for i, d := range c.Divisions {
		d.Position = i
		rows[i] = toDivision(c.ID, d)
	}
	if len(rows) == 0 {
		return nil
	}
	return failure(tx.Create(&rows).Error, "division")
}

// saveRound stores a round and its blueprint when they changed.
func saveRound(tx *gorm.DB, c contest.Contest, r contest.Round) error {
	row, err := toRound(r)
	if err != nil {
		return err
	}
	old, known := c.Round(r.ID)
	if !known {
		if row.Slug, err = freeSlug(tx, "rounds", r.Slug); err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return failure(err, "round")
		}
		return saveBlueprint(tx, r)
	}
	oldRow, err := toRound(old)
	if err != nil {
		return err
	}
	same := sameBlueprint(old.Blueprint, r.Blueprint)
	if row == oldRow && same {
		return nil
	}
	err = changedOne(tx.Model(&roundRow{}).Where("id = ? AND version = ?", r.ID, old.Version).Updates(map[string]any{
		"position": row.Position, "name": row.Name, "kind": row.Kind, "opens_at": row.OpensAt, "closes_at": row.ClosesAt,
		"duration_s": row.DurationS, "bank_id": row.BankID, "rule_sheet": row.RuleSheet, "prompt": row.Prompt,
		"board_epoch": row.BoardEpoch, "version": old.Version + 1,
	}), "round")
	if err != nil || same {
		return err
	}
	return saveBlueprint(tx, r)
}

func sameBlueprint(a, b []contest.BlueprintLine) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func saveBlueprint(tx *gorm.DB, r contest.Round) error {
	if err := tx.Where("round_id = ?", r.ID).Delete(&blueprintRow{}).Error; err != nil {
		return failure(err, "blueprint")
	}
	rows := make([]blueprintRow, len(r.Blueprint))
	for i, l := range r.Blueprint {
		rows[i] = toBlueprint(r.ID, i, l)
	}
	if len(rows) == 0 {
		return nil
	}
	return failure(tx.Create(&rows).Error, "blueprint")
}

func savePool(tx *gorm.DB, r contest.Round, pool [][]string) error {
	if err := tx.Where("round_id = ?", r.ID).Delete(&poolRow{}).Error; err != nil {
		return failure(err, "question pool")
	}
	var rows []poolRow
	for i, versions := range pool {
		for _, v := range versions {
			rows = append(rows, poolRow{RoundID: r.ID, Position: len(rows), LineID: r.Blueprint[i].ID, VersionID: v})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return failure(tx.CreateInBatches(&rows, 500).Error, "question pool")
}

func dropRounds(tx *gorm.DB, contestID string, kept []string) error {
	var gone []string
	if err := tx.Table("rounds").Where("contest_id = ? AND id NOT IN ?", contestID, kept).Pluck("id", &gone).Error; err != nil {
		return failure(err, "rounds")
	}
	if len(gone) == 0 {
		return nil
	}
	for _, row := range []any{&poolRow{}, &blueprintRow{}} {
		if err := tx.Where("round_id IN ?", gone).Delete(row).Error; err != nil {
			return failure(err, "round")
		}
	}
	return failure(tx.Where("id IN ?", gone).Delete(&roundRow{}).Error, "round")
}

// moveDeadlines lets open attempts follow the close of their round: forward to
// what they now have, extra time included, or, when cut, to the close. The rows
// are locked in the order in which the hot path locks them.
func moveDeadlines(tx *gorm.DB, m contest.DeadlineMove) error {
	var ids []string
	err := tx.Table("attempts").Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("round_id = ? AND state = 'open'", m.RoundID).Order("id").Pluck("id", &ids).Error
	if err != nil {
		return failure(err, "open attempts")
	}
	closes := micros(m.ClosesAt)
	if m.Cut {
		err := tx.Exec("UPDATE attempts SET deadline_at = ? WHERE round_id = ? AND state = 'open' AND deadline_at > ?",
			closes, m.RoundID, closes).Error
		return failure(err, "deadlines")
	}
	full := m.Duration.Microseconds()
	err = tx.Exec(`UPDATE attempts SET deadline_at =
  CASE WHEN started_at + ? < ? THEN started_at + ? ELSE ? END
  + COALESCE((SELECT SUM(extra_s) FROM allowances WHERE attempt_id = attempts.id), 0) * 1000000
WHERE round_id = ? AND state = 'open' AND deadline_at <
  CASE WHEN started_at + ? < ? THEN started_at + ? ELSE ? END
  + COALESCE((SELECT SUM(extra_s) FROM allowances WHERE attempt_id = attempts.id), 0) * 1000000`,
		full, closes, full, closes, m.RoundID, full, closes, full, closes).Error
	return failure(err, "deadlines")
}
