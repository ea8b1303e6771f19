package storage

import (
	"context"
	"math"
	"time"

	"gorm.io/gorm"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

var _ bank.TalkStore = (*DB)(nil)

type commentRow struct {
	ID            string `gorm:"primaryKey"`
	QuestionID    string
	VersionNumber int
	Body          string
	AuthorID      string
	CreatedAt     int64 `gorm:"autoCreateTime:false"`
	ResolvedAt    int64
	ResolvedBy    string
	Author        string `gorm:"->"` // names, joined
	Resolver      string `gorm:"->"`
}

func (commentRow) TableName() string { return "question_comments" }

func (r commentRow) comment() bank.Comment {
	return bank.Comment{
		ID: r.ID, QuestionID: r.QuestionID, Number: r.VersionNumber, Text: r.Body, AuthorID: r.AuthorID, Author: r.Author,
		Created: fromMicros(r.CreatedAt), ResolverID: r.ResolvedBy, Resolver: r.Resolver, Resolved: fromMicros(r.ResolvedAt),
	}
}

func commentsWithNames(tx *gorm.DB, questionID string) *gorm.DB {
	return tx.Table("question_comments AS c").
		Select("c.*, COALESCE(a.full_name, '') AS author, COALESCE(b.full_name, '') AS resolver").
		Joins("LEFT JOIN accounts a ON a.id = c.author_id").Joins("LEFT JOIN accounts b ON b.id = c.resolved_by").
		Where("c.question_id = ?", questionID)
}

// Comments lists what was said of a question, the oldest first.
func (db *DB) Comments(ctx context.Context, questionID string, open bool, page contest.Page) ([]bank.Comment, string, error) {
	page = page.Clamp(50, 200)
	q := commentsWithNames(db.read(ctx), questionID)
	if open {
		q = q.Where("c.resolved_at = 0")
	}
	if page.Cursor != "" {
		var at int64
		var id string
		if err := readCursor(page.Cursor, &at, &id); err != nil {
			return nil, "", err
		}
		q = q.Where("(c.created_at, c.id) > (?, ?)", at, id)
	}
	var rows []commentRow
	if err := q.Order("c.created_at, c.id").Limit(page.Limit + 1).Find(&rows).Error; err != nil {
		return nil, "", failure(err, "comments")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		last := rows[page.Limit-1]
		next = cursorOf(last.CreatedAt, last.ID)
	}
	list := make([]bank.Comment, len(rows))
	for i, r := range rows {
		list[i] = r.comment()
	}
	return list, next, nil
}

// Comment returns one comment of a question.
func (db *DB) Comment(ctx context.Context, questionID, id string) (bank.Comment, error) {
	return readComment(db.read(ctx), questionID, id)
}

func readComment(tx *gorm.DB, questionID, id string) (bank.Comment, error) {
	var row commentRow
	err := commentsWithNames(tx, questionID).Where("c.id = ?", id).Take(&row).Error
	return row.comment(), failure(err, "comment")
}

// AddComment records a comment and returns it with its author's name.
func (db *DB) AddComment(ctx context.Context, actor contest.Actor, c bank.Comment) (bank.Comment, error) {
	row := commentRow{ID: c.ID, QuestionID: c.QuestionID, VersionNumber: c.Number, Body: c.Text, AuthorID: c.AuthorID, CreatedAt: micros(c.Created)}
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		if err := tx.Create(&row).Error; err != nil {
			return failure(err, "comment")
		}
		if err := db.audit(tx, actor, "question.comment", "question:"+c.QuestionID, map[string]any{"comment": c.ID, "version": c.Number}); err != nil {
			return err
		}
		var err error
		c, err = readComment(tx, c.QuestionID, c.ID)
		return err
	})
	return c, err
}

// ResolveComment settles a comment at a moment, or opens it with none.
func (db *DB) ResolveComment(ctx context.Context, actor contest.Actor, c bank.Comment, at time.Time) (bank.Comment, error) {
	by := ""
	if !at.IsZero() {
		by = actor.AccountID
	}
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		done := tx.Model(&commentRow{}).Where("id = ?", c.ID).Updates(map[string]any{"resolved_at": micros(at), "resolved_by": by})
		if err := changedOne(done, "comment"); err != nil {
			return err
		}
		err := db.audit(tx, actor, "question.resolve", "question:"+c.QuestionID, map[string]any{"comment": c.ID, "resolved": !at.IsZero()})
		if err != nil {
			return err
		}
		c, err = readComment(tx, c.QuestionID, c.ID)
		return err
	})
	return c, err
}

// events puts everything that happened to a question into one order.
const events = `SELECT e.*, COALESCE(a.full_name, '') AS actor FROM (
 SELECT created_at AS at, 'v' || id AS place, author_id AS actor_id, CASE WHEN number = 1 THEN 'created' ELSE 'version' END AS what, number, '' AS said
  FROM question_versions WHERE question_id = ?
 UNION ALL SELECT created_at, 'r' || id, actor_id, action, version_number, comment FROM question_reviews WHERE question_id = ?
 UNION ALL SELECT created_at, 'c' || id, author_id, 'comment', version_number, body FROM question_comments WHERE question_id = ?
 UNION ALL SELECT resolved_at, 's' || id, resolved_by, 'resolved', version_number, body FROM question_comments WHERE question_id = ? AND resolved_at > 0
 UNION ALL SELECT at, 'm' || id, actor_id, 'moved', 0, '' FROM audit WHERE object = ? AND action = 'question.move'
) AS e LEFT JOIN accounts a ON a.id = e.actor_id
WHERE e.at < ? OR e.at = ? AND e.place < ? ORDER BY e.at DESC, e.place DESC LIMIT ?`

// Events lists the steps of a question's life, the newest first.
func (db *DB) Events(ctx context.Context, questionID string, page contest.Page) ([]bank.Event, string, error) {
	page = page.Clamp(50, 200)
	at, place := int64(math.MaxInt64), ""
	if page.Cursor != "" {
		if err := readCursor(page.Cursor, &at, &place); err != nil {
			return nil, "", err
		}
	}
	var rows []struct {
		At                                int64
		Place, ActorID, What, Said, Actor string
		Number                            int
	}
	err := db.read(ctx).Raw(events, questionID, questionID, questionID, questionID, "question:"+questionID, at, at, place, page.Limit+1).Scan(&rows).Error
	if err != nil {
		return nil, "", failure(err, "history of a question")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = cursorOf(rows[page.Limit-1].At, rows[page.Limit-1].Place)
	}
	list := make([]bank.Event, len(rows))
	for i, r := range rows {
		list[i] = bank.Event{At: fromMicros(r.At), ActorID: r.ActorID, Actor: r.Actor, What: r.What, Number: r.Number, Text: r.Said}
	}
	return list, next, nil
}

// Uses lists the rounds whose pools hold a version of the question, the latest
// first.
func (db *DB) Uses(ctx context.Context, questionID string, page contest.Page) ([]bank.Used, string, error) {
	page = page.Clamp(20, 100)
	q := db.read(ctx).Table("question_versions AS v").Select("DISTINCT v.number, r.id AS round_id, r.contest_id, r.opens_at").
		Joins("JOIN round_pool p ON p.version_id = v.id").Joins("JOIN rounds r ON r.id = p.round_id").
		Joins("JOIN contests c ON c.id = r.contest_id").Where("v.question_id = ? AND c.state <> 'draft'", questionID)
	if page.Cursor != "" {
		var at int64
		var round string
		var number int
		if err := readCursor(page.Cursor, &at, &round, &number); err != nil {
			return nil, "", err
		}
		q = q.Where("(r.opens_at, r.id, v.number) < (?, ?, ?)", at, round, number)
	}
	var rows []struct {
		Number             int
		RoundID, ContestID string
		OpensAt            int64
	}
	err := q.Order("r.opens_at DESC, r.id DESC, v.number DESC").Limit(page.Limit + 1).Find(&rows).Error
	if err != nil {
		return nil, "", failure(err, "rounds that draw a question")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		last := rows[page.Limit-1]
		next = cursorOf(last.OpensAt, last.RoundID, last.Number)
	}
	uses, contests := make([]bank.Used, len(rows)), map[string]contest.Contest{}
	for i, r := range rows {
		c, known := contests[r.ContestID]
		if !known {
			if c, err = loadContest(db.read(ctx), r.ContestID); err != nil {
				return nil, "", err
			}
			contests[r.ContestID] = c
		}
		uses[i] = bank.Used{Number: r.Number, Contest: c, RoundID: r.RoundID}
	}
	return uses, next, nil
}
