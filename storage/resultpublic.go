package storage

import (
	"context"

	"mangxanh/contest"
	"mangxanh/contest/standing"
)

var _ standing.PublicStore = (*DB)(nil)

// PublishedRounds returns the rounds with official results, newest first.
func (db *DB) PublishedRounds(ctx context.Context, page contest.Page) ([]standing.PublishedRound, string, error) {
	page = page.Clamp(50, 200)
	q := db.read(ctx).Table("result_versions v").
		Select("rounds.slug, contests.title, rounds.name, units.name AS unit_name, v.number, v.official_at, v.participants, v.id").
		Joins("JOIN rounds ON rounds.id = v.round_id AND rounds.official_version = v.number").
		Joins("JOIN contests ON contests.id = rounds.contest_id").Joins("JOIN units ON units.id = contests.unit_id").
		Where("v.state = 'official'").Order("v.official_at DESC, v.id DESC").Limit(page.Limit + 1)
	if page.Cursor != "" {
		var at int64
		var id string
		if err := readCursor(page.Cursor, &at, &id); err != nil {
			return nil, "", err
		}
		q = q.Where("v.official_at < ? OR (v.official_at = ? AND v.id < ?)", at, at, id)
	}
	var rows []struct {
		Slug, Title, Name, UnitName, ID string
		Number, Participants            int
		OfficialAt                      int64
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, "", failure(err, "published results")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		last := rows[len(rows)-1]
		next = cursorOf(last.OfficialAt, last.ID)
	}
	rounds := make([]standing.PublishedRound, len(rows))
	for i, r := range rows {
		rounds[i] = standing.PublishedRound{
			Slug: r.Slug, ContestTitle: r.Title, RoundName: r.Name, UnitName: r.UnitName, Version: r.Number,
			OfficialAt: fromMicros(r.OfficialAt), Participants: r.Participants,
		}
	}
	return rounds, next, nil
}

// RoundOfSlug returns the round whose results have that address.
func (db *DB) RoundOfSlug(ctx context.Context, slug string) (string, error) {
	var id string
	err := db.read(ctx).Table("rounds").Select("id").Where("slug = ?", slug).Take(&id).Error
	return id, failure(err, "result")
}

// CountLines returns how many lines a division has, or the whole version.
func (db *DB) CountLines(ctx context.Context, id, division string) (int, error) {
	q := db.read(ctx).Table("result_lines").Where("result_id = ?", id)
	if division != "" {
		q = q.Where("division_id = ?", division)
	}
	var n int64
	err := q.Count(&n).Error
	return int(n), failure(err, "result lines")
}

// ResultSchools returns how many lines of a version each school has.
func (db *DB) ResultSchools(ctx context.Context, id string) (map[string]int, error) {
	var rows []schoolCountRow
	err := db.read(ctx).Table("result_lines").Select("school_id, COUNT(*) AS people").
		Where("result_id = ?", id).Group("school_id").Find(&rows).Error
	return schoolCounts(rows), failure(err, "result lines")
}
