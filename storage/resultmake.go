package storage

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/standing"
)

// draft loads everything that a result is made from.
func (db *DB) draft(tx *gorm.DB, round roundRow) (*standing.Draft, error) {
	d := &standing.Draft{}
	var err error
	if d.Contest, err = loadContest(tx, round.ContestID); err != nil {
		return nil, err
	}
	d.Round, _ = d.Contest.Round(round.ID)
	if d.Result, err = db.nextResult(tx, round.ID); err != nil {
		return nil, err
	}
	var open int64
	if err := tx.Table("attempts").Where("round_id = ? AND state = 'open'", round.ID).Count(&open).Error; err != nil {
		return nil, failure(err, "open attempts")
	}
	d.Open = int(open)
	err = eachFinished(tx, round.ID, func(f standing.Finished) error {
		d.Finished = append(d.Finished, f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	accounts, units := distinct(d.Finished, func(f standing.Finished) string { return f.AccountID }), distinct(d.Finished, func(f standing.Finished) string { return f.ClassID })
	units = append(units, distinct(d.Finished, func(f standing.Finished) string { return f.SchoolID })...)
	if d.People, err = identities(tx, round.ContestID, accounts, db.now()); err != nil {
		return nil, err
	}
	d.Units, err = unitNames(tx, units)
	return d, err
}

func distinct(all []standing.Finished, of func(standing.Finished) string) []string {
	seen := map[string]bool{"": true}
	var list []string
	for _, f := range all {
		if v := of(f); !seen[v] {
			seen[v] = true
			list = append(list, v)
		}
	}
	return list
}

// nextResult returns the newest version while it is not official, else a fresh
// one that begins with its removals.
func (db *DB) nextResult(tx *gorm.DB, roundID string) (standing.Result, error) {
	var rows []resultRow
	if err := tx.Where("round_id = ?", roundID).Order("number DESC").Limit(1).Find(&rows).Error; err != nil {
		return standing.Result{}, failure(err, "results")
	}
	fresh := standing.Result{ID: db.newID(), RoundID: roundID, Number: 1}
	if len(rows) == 0 {
		return fresh, nil
	}
	last, err := withRemovals(tx, rows[0])
	if err != nil || last.State != standing.Official {
		return last, err
	}
	fresh.Number, fresh.Removals = last.Number+1, last.Removals
	return fresh, nil
}

func storeResult(tx *gorm.DB, r standing.Result, lines []standing.ResultLine) error {
	row := toResult(r)
	err := tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"state", "target", "target_given", "participants", "note", "made_by", "checked_by", "created_at", "checked_at"}),
		Where:     clause.Where{Exprs: []clause.Expression{clause.Neq{Column: clause.Column{Table: "result_versions", Name: "state"}, Value: "official"}}},
	}).Create(&row)
	if err := changedOne(err, "result"); err != nil {
		return err
	}
	if err := tx.Where("result_id = ?", r.ID).Delete(&resultLineRow{}).Error; err != nil {
		return failure(err, "result lines")
	}
	if err := tx.Where("result_id = ?", r.ID).Delete(&removalRow{}).Error; err != nil {
		return failure(err, "removals")
	}
	if err := storeLines(tx, r.ID, lines); err != nil || len(r.Removals) == 0 {
		return err
	}
	removals := make([]removalRow, len(r.Removals))
	for i, x := range r.Removals {
		removals[i] = removalRow{ResultID: r.ID, AccountID: x.AccountID, Reason: x.Reason, ActorID: x.ActorID, CreatedAt: micros(x.At)}
	}
	return failure(tx.Create(&removals).Error, "removal")
}

func storeLines(tx *gorm.DB, resultID string, lines []standing.ResultLine) error {
	if len(lines) == 0 {
		return nil
	}
	rows := make([]resultLineRow, len(lines))
	for i, l := range lines {
		rows[i] = toResultLine(resultID, l)
	}
	return failure(tx.CreateInBatches(&rows, 400).Error, "result lines")
}

// ChangeResult changes the state of a version that is not official.
func (db *DB) ChangeResult(ctx context.Context, actor contest.Actor, id, action string, change func(r *standing.Result) error) (standing.Result, error) {
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		var row resultRow
		if err := tx.Where("id = ?", id).Take(&row).Error; err != nil {
			return failure(err, "result")
		}
		round, err := lockRound(tx, row.RoundID)
		if err != nil {
			return err
		}
		if err := tx.Where("id = ?", id).Take(&row).Error; err != nil {
			return failure(err, "result")
		}
		r, err := withRemovals(tx, row)
		if err != nil {
			return err
		}
		if err := change(&r); err != nil {
			return err
		}
		if r.State == standing.Official {
			if err := db.seal(tx, round, &r); err != nil {
				return err
			}
		}
		next := toResult(r)
		err = changedOne(tx.Model(&resultRow{}).Where("id = ? AND state <> 'official'", id).Updates(map[string]any{
			"state": next.State, "note": next.Note, "checked_by": next.CheckedBy, "checked_at": next.CheckedAt,
			"published_by": next.PublishedBy, "official_at": next.OfficialAt, "sha256": next.SHA256,
		}), "result")
		if err != nil {
			return err
		}
		return db.audit(tx, actor, action, "result:"+id, map[string]any{"round": r.RoundID, "number": r.Number, "state": r.State})
	})
	if err != nil {
		return standing.Result{}, err
	}
	return db.resultWritten(ctx, id)
}

// seal fixes the lines of a version that becomes official, if the record still
// leads to the same places: public names by the consents of now, the seal over all, and the round that shows it.
func (db *DB) seal(tx *gorm.DB, round roundRow, r *standing.Result) error {
	d, err := db.draft(tx, round)
	if err != nil {
		return err
	}
	lines, err := resultLines(tx, r.ID, standing.LineFilter{})
	if err != nil {
		return err
	}
	made := d.Make()
	if d.Result.ID != r.ID || d.Open > 0 || !standing.SamePlaces(made, lines) {
		return contest.Refuse(contest.Conflict, "result_outdated", "attempts changed since this version was made; make it anew")
	}
	for i := range lines {
		l := &lines[i]
		name := made[i].PublicName
		if name == l.PublicName {
			continue
		}
		l.PublicName = name
		err := tx.Model(&resultLineRow{}).Where("result_id = ? AND position = ?", r.ID, l.Position).Update("public_name", name).Error
		if err != nil {
			return failure(err, "result line")
		}
	}
	r.SHA256 = standing.Seal(lines)
	return changedOne(tx.Model(&roundRow{}).Where("id = ? AND version = ?", round.ID, round.Version).Updates(map[string]any{
		"official_version": r.Number, "board_epoch": db.newID(), "version": round.Version + 1,
	}), "round")
}
