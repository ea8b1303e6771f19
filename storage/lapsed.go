package storage

import (
	"context"
	"time"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

// CitedInstruments lists instruments with how many questions of a scope point
// at them with the version in use, or the newest.
func (db *DB) CitedInstruments(ctx context.Context, f bank.InstrumentFilter, banks bank.Scope, page contest.Page) ([]bank.Cited, string, error) {
	found, next, err := db.Instruments(ctx, f, page)
	if err != nil {
		return nil, "", err
	}
	ids := make([]string, len(found))
	for n, i := range found {
		ids[n] = i.ID
	}
	var rows []struct {
		InstrumentID string
		Count        int
	}
	err = db.read(ctx).Table("question_versions AS v").Select("v.instrument_id, COUNT(*) AS count").
		Joins("JOIN questions q ON q.id = v.question_id AND v.number = "+shownNumber).
		Joins("JOIN banks b ON b.id = q.bank_id").Joins("JOIN units u ON u.id = b.unit_id").
		Where("v.instrument_id <> '' AND v.instrument_id IN ? AND q.state <> 'retired'", ids).Where(within(banks)).
		Group("v.instrument_id").Find(&rows).Error
	counts := make(map[string]int, len(rows))
	for _, r := range rows {
		counts[r.InstrumentID] = r.Count
	}
	cited := make([]bank.Cited, len(found))
	for n, i := range found {
		cited[n] = bank.Cited{Instrument: i, Questions: counts[i.ID]}
	}
	return cited, next, failure(err, "questions that cite")
}

// shownNumber is the version of a question q that is in use, or else the newest.
const shownNumber = "CASE WHEN q.approved > 0 THEN q.approved ELSE q.current END"

// lapsedWords is the condition that the citation of a version v, which points at
// the instrument i or at none, does not hold at a moment given four times.
const lapsedWords = "((v.law_to > 0 AND v.law_to <= ?) OR (i.valid_to > 0 AND i.valid_to <= ?) OR v.law_from > ? OR i.valid_from > ?)"

type lapsedRow struct {
	Version  versionRow `gorm:"embedded"`
	State    string
	Approved int
	Law      lawRow `gorm:"embedded;embeddedPrefix:now_"`
}

func lapsed(tx *gorm.DB, at time.Time) *gorm.DB {
	day := micros(at)
	return tx.Select("v.*, q.state, q.approved, v.law_from AS now_law_from, v.law_to AS now_law_to, COALESCE(i.valid_from, 0) AS now_valid_from, COALESCE(i.valid_to, 0) AS now_valid_to").
		Joins(citedBy).Where(lapsedWords, day, day, day, day)
}

// LapsedQuestions lists the questions of a bank that are not retired and whose
// citation does not hold at a moment.
func (db *DB) LapsedQuestions(ctx context.Context, bankID string, at time.Time, page contest.Page) ([]bank.Lapsed, string, error) {
	page = page.Clamp(50, 200)
	q := lapsed(db.read(ctx).Table("questions AS q").Joins("JOIN question_versions v ON v.question_id = q.id AND v.number = "+shownNumber), at).
		Where("q.bank_id = ? AND q.state <> 'retired'", bankID)
	if page.Cursor != "" {
		q = q.Where("q.id > ?", page.Cursor)
	}
	var rows []lapsedRow
	if err := q.Order("q.id").Limit(page.Limit + 1).Find(&rows).Error; err != nil {
		return nil, "", failure(err, "questions whose law ended")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = rows[page.Limit-1].Version.QuestionID
	}
	list, err := db.toLapsed(ctx, rows, at)
	return list, next, err
}

// LapsedInPool returns how many versions of a round's pool do not hold at a
// moment, and the first of them.
func (db *DB) LapsedInPool(ctx context.Context, roundID string, at time.Time, most int) ([]bank.Lapsed, int, error) {
	held := func() *gorm.DB {
		tx := db.read(ctx).Table("question_versions AS v").Joins("JOIN questions q ON q.id = v.question_id")
		return lapsed(tx, at).Where("v.id IN (SELECT version_id FROM round_pool WHERE round_id = ?)", roundID)
	}
	var count int64
	if err := held().Count(&count).Error; err != nil || count == 0 {
		return nil, 0, failure(err, "questions of a pool")
	}
	var rows []lapsedRow
	if err := held().Order("v.id").Limit(most).Find(&rows).Error; err != nil {
		return nil, 0, failure(err, "questions of a pool")
	}
	list, err := db.toLapsed(ctx, rows, at)
	return list, int(count), err
}

func (db *DB) toLapsed(ctx context.Context, rows []lapsedRow, at time.Time) ([]bank.Lapsed, error) {
	var ids []string
	for _, r := range rows {
		if r.Version.InstrumentID != "" {
			ids = append(ids, r.Version.InstrumentID)
		}
	}
	var cited []instrumentRow
	if err := instruments(db.read(ctx)).Where("i.id IN ?", ids).Find(&cited).Error; err != nil {
		return nil, failure(err, "instruments")
	}
	known := make(map[string]bank.Instrument, len(cited))
	for _, r := range cited {
		known[r.ID] = r.instrument()
	}
	list := make([]bank.Lapsed, len(rows))
	for n, r := range rows {
		v, err := r.Version.version()
		if err != nil {
			return nil, err
		}
		l := bank.Lapsed{QuestionID: v.QuestionID, State: bank.State(r.State), Version: v, InUse: r.Approved == v.Number, Instrument: known[v.Citation.InstrumentID]}
		l.Lapse, l.Since = r.Law.lapse(at)
		list[n] = l
	}
	return list, nil
}
