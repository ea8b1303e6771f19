package storage

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
	"mangxanh/contest/text"
)

var _ attempt.StaffStore = (*DB)(nil)

// watchedSQL lists the people of a round with their newest attempt: pupils by
// their class of the school year, others by their home unit. The last sign of
// life is the newest of start, answers and what phones without any said, so every
// node sees the same. Its
// parameters: the lost moment, the school year, the round twice.
const watchedSQL = `
SELECT p.*, coalesce(t.id, '') AS attempt_id, coalesce(t.deadline_at, 0) AS deadline_at,
  coalesce((SELECT max(n.at) FROM ` + signsSQL + ` n), 0) AS seen_at,
  coalesce((SELECT count(*) FROM answers w WHERE w.attempt_id = t.id AND w.response <> 'null'), 0) AS answered,
  CASE WHEN t.id IS NULL THEN 'not_in' WHEN t.state <> 'open' THEN 'submitted'
    WHEN (SELECT max(n.at) FROM ` + signsSQL + ` n) < ? THEN 'lost'
    ELSE 'working' END AS presence
FROM (
  SELECT a.id AS account_id, a.full_name AS name, a.name_fold, a.sort_key, coalesce(c.id, '') AS class_id, coalesce(c.name, '') AS class_name,
    coalesce(s.id, h.id, '') AS school_id, coalesce(s.name, h.name, '') AS school_name, coalesce(c.path, h.path, '') AS path,
    a.kind, coalesce(c.grade, 0) AS grade
  FROM accounts a
  LEFT JOIN enrolments e ON e.account_id = a.id AND e.valid_to = 0 AND e.school_year = ?
  LEFT JOIN units c ON c.id = e.class_id
  LEFT JOIN units s ON s.id = e.school_id
  LEFT JOIN units h ON h.id = a.home_unit_id
  WHERE a.state = 'active'
) p
LEFT JOIN attempts t ON t.round_id = ? AND t.account_id = p.account_id AND t.state <> 'annulled'
  AND t.number = (SELECT max(n.number) FROM attempts n WHERE n.round_id = ? AND n.account_id = p.account_id AND n.state <> 'annulled')`

// signsSQL are the moments at which the attempt t was heard of.
const signsSQL = `(SELECT t.started_at AS at
  UNION ALL SELECT (SELECT max(w.received_at) FROM answers w WHERE w.attempt_id = t.id)
  UNION ALL SELECT g.seen_at FROM attempt_signs g WHERE g.attempt_id = t.id)`

type watchedRow struct {
	AccountID, Name, SortKey, ClassID, ClassName string
	AttemptID, Presence                          string
	DeadlineAt, SeenAt                           int64
	Answered                                     int
}

// watched is everybody whom the round expects below the subtrees, and whoever
// took part.
func (db *DB) watched(ctx context.Context, q attempt.MonitorQuery) *gorm.DB {
	tx := db.report(ctx)
	below := tx.Where("FALSE")
	for _, p := range q.Paths {
		below = below.Or("path LIKE ?", p+"%")
	}
	takes := tx.Where("attempt_id <> ''")
	for _, d := range q.Divisions {
		if d.GradeFrom == 0 && d.GradeTo == 0 {
			takes = takes.Or("kind = ?", string(d.Kind))
		} else {
			takes = takes.Or("kind = ? AND grade BETWEEN ? AND ?", string(d.Kind), d.GradeFrom, d.GradeTo)
		}
	}
	if len(q.Divisions) == 0 {
		takes = takes.Or("kind = 'pupil'")
	}
	people := tx.Raw(watchedSQL, micros(q.LostBefore), q.SchoolYear, q.Round.ID, q.Round.ID)
	return tx.Table("(?) AS q", people).Where(below).Where(takes)
}

// MonitorPlaces counts people by presence in each class.
func (db *DB) MonitorPlaces(ctx context.Context, q attempt.MonitorQuery) ([]attempt.PlaceCounts, error) {
	var rows []struct {
		SchoolName, SchoolID, ClassName, ClassID, Path, Presence string
		People                                                   int
	}
	err := db.watched(ctx, q).Select("school_name, school_id, class_name, class_id, path, presence, count(*) AS people").
		Group("1, 2, 3, 4, 5, 6").Order("1, 2, length(class_name), 3, 4, 5").Scan(&rows).Error
	if err != nil {
		return nil, failure(err, "monitor")
	}
	var places []attempt.PlaceCounts
	for _, r := range rows {
		if n := len(places); n == 0 || places[n-1].Path != r.Path || places[n-1].ClassID != r.ClassID {
			places = append(places, attempt.PlaceCounts{Path: r.Path, SchoolID: r.SchoolID, SchoolName: r.SchoolName, ClassID: r.ClassID, ClassName: r.ClassName})
		}
		c := &places[len(places)-1].Counts
		switch attempt.Presence(r.Presence) {
		case attempt.NotIn:
			c.NotIn += r.People
		case attempt.Working:
			c.Working += r.People
		case attempt.Lost:
			c.Lost += r.People
		default:
			c.Submitted += r.People
		}
	}
	return places, nil
}

// MonitorPeople lists people in the order of their class and name.
func (db *DB) MonitorPeople(ctx context.Context, q attempt.MonitorQuery, page contest.Page) ([]attempt.Watched, string, error) {
	page = page.Clamp(100, 500)
	tx := db.watched(ctx, q).Where("sort_key || ' ' || account_id > ?", page.Cursor)
	if q.Presence != "" {
		tx = tx.Where("presence = ?", string(q.Presence))
	}
	if q.Name != "" {
		tx = tx.Where(`name_fold LIKE ? ESCAPE '\'`, like(text.Fold(q.Name)))
	}
	var rows []watchedRow
	if err := tx.Order("sort_key || ' ' || account_id").Limit(page.Limit + 1).Scan(&rows).Error; err != nil {
		return nil, "", failure(err, "monitor")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = slices.Clip(rows[:page.Limit])
		next = rows[page.Limit-1].SortKey + " " + rows[page.Limit-1].AccountID
	}
	all := make([]attempt.Watched, len(rows))
	for i, r := range rows {
		all[i] = attempt.Watched{
			AccountID: r.AccountID, Name: r.Name, ClassID: r.ClassID, ClassName: r.ClassName, AttemptID: r.AttemptID,
			Presence: attempt.Presence(r.Presence), LastSeen: fromMicros(r.SeenAt), Answered: r.Answered, Deadline: fromMicros(r.DeadlineAt),
		}
	}
	return all, next, nil
}
