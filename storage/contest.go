package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
)

var _ contest.Store = (*DB)(nil)

type contestRow struct {
	ID         string `gorm:"primaryKey"`
	UnitID     string
	Slug       string
	Title      string
	State      string
	SchoolYear string
	LawAsOf    int64
	Audience   string
	RuleSheet  string
	TieSeed    string
	LockedAt   int64
	ActorID    string
	Version    int64
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
}

func (contestRow) TableName() string { return "contests" }

type divisionRow struct {
	ID        string `gorm:"primaryKey"`
	ContestID string
	Code      string
	Name      string
	Kind      string
	GradeFrom int
	GradeTo   int
	Position  int
}

func (divisionRow) TableName() string { return "divisions" }

func toContest(c contest.Contest) (contestRow, error) {
	rules, err := toRuleSheet(c.Rules)
	if err != nil {
		return contestRow{}, err
	}
	audience := c.Audience
	if audience == nil {
		audience = []string{}
	}
	list, err := json.Marshal(audience)
	return contestRow{
		ID: c.ID, UnitID: c.UnitID, Slug: c.Slug, Title: c.Title, State: string(c.Stored), SchoolYear: c.SchoolYear,
		LawAsOf: micros(c.LawAsOf), Audience: string(list), RuleSheet: rules, TieSeed: c.TieSeed,
		LockedAt: micros(c.LockedAt), ActorID: c.ActorID, Version: c.Version, CreatedAt: micros(c.CreatedAt),
	}, err
}

func fromContest(r contestRow) (contest.Contest, error) {
	rules, err := fromRuleSheet(r.RuleSheet)
	if err != nil {
		return contest.Contest{}, err
	}
	c := contest.Contest{
		ID: r.ID, UnitID: r.UnitID, Slug: r.Slug, Title: r.Title, Stored: contest.State(r.State), SchoolYear: r.SchoolYear,
		LawAsOf: fromMicros(r.LawAsOf), Rules: rules, TieSeed: r.TieSeed, LockedAt: fromMicros(r.LockedAt),
		ActorID: r.ActorID, Version: r.Version, CreatedAt: fromMicros(r.CreatedAt),
	}
	if err := json.Unmarshal([]byte(r.Audience), &c.Audience); err != nil {
		return contest.Contest{}, fmt.Errorf("stored audience: %w", err)
	}
	return c, nil
}

func toDivision(contestID string, d contest.Division) divisionRow {
	return divisionRow{ID: d.ID, ContestID: contestID, Code: d.Code, Name: d.Name, Kind: string(d.Kind), GradeFrom: d.GradeFrom, GradeTo: d.GradeTo, Position: d.Position}
}

func fromDivision(r divisionRow) contest.Division {
	return contest.Division{ID: r.ID, Code: r.Code, Name: r.Name, Kind: contest.AccountKind(r.Kind), GradeFrom: r.GradeFrom, GradeTo: r.GradeTo, Position: r.Position}
}

// Contest returns a contest with its divisions, rounds and blueprints.
func (db *DB) Contest(ctx context.Context, id string) (contest.Contest, error) {
	return loadContest(db.read(ctx), id)
}

func loadContest(tx *gorm.DB, id string) (contest.Contest, error) {
	var row contestRow
	if err := tx.Where("id = ?", id).Take(&row).Error; err != nil {
		return contest.Contest{}, failure(err, "contest")
	}
	all, err := completeContests(tx, []contestRow{row})
	if err != nil {
		return contest.Contest{}, err
	}
	return all[0], nil
}

// completeContests turns rows into contests with everything that belongs to
// them, in one query for each table.
func completeContests(tx *gorm.DB, rows []contestRow) ([]contest.Contest, error) {
	ids := make([]string, len(rows))
	contests := make([]contest.Contest, len(rows))
	var err error
	for i, r := range rows {
		ids[i] = r.ID
		if contests[i], err = fromContest(r); err != nil {
			return nil, err
		}
	}
	if err := placeContests(tx, contests); err != nil {
		return nil, err
	}
	var divisions []divisionRow
	if err := tx.Where("contest_id IN ?", ids).Order("position, id").Find(&divisions).Error; err != nil {
		return nil, failure(err, "divisions")
	}
	rounds, err := loadRounds(tx, ids)
	if err != nil {
		return nil, err
	}
	for i := range contests {
		for _, d := range divisions {
			if d.ContestID == contests[i].ID {
				contests[i].Divisions = append(contests[i].Divisions, fromDivision(d))
			}
		}
		contests[i].Rounds = rounds[contests[i].ID]
	}
	return contests, nil
}

type unitPlaceRow struct {
	ID   string
	Path string
	Name string
}

type groupMemberRow struct{ GroupID, Path string }

// placeContests fills in where the contests' units are and which subtrees
// their audiences name.
func placeContests(tx *gorm.DB, contests []contest.Contest) error {
	wanted := map[string]bool{}
	for _, c := range contests {
		wanted[c.UnitID] = true
		for _, id := range c.Audience {
			wanted[id] = true
		}
	}
	ids := make([]string, 0, len(wanted))
	for id := range wanted {
		ids = append(ids, id)
	}
	var units []unitPlaceRow
	if err := tx.Table("units").Select("id, path, name").Where("id IN ?", ids).Find(&units).Error; err != nil {
		return failure(err, "units")
	}
	var members []groupMemberRow
	err := tx.Table("unit_group_members").Select("group_id, path").
		Joins("JOIN units ON units.id = unit_group_members.unit_id").Where("group_id IN ?", ids).Find(&members).Error
	if err != nil {
		return failure(err, "unit groups")
	}
	place, paths := map[string]unitPlaceRow{}, map[string][]string{}
	for _, u := range units {
		place[u.ID] = u
		paths[u.ID] = []string{u.Path}
	}
	for _, m := range members {
		paths[m.GroupID] = append(paths[m.GroupID], m.Path)
	}
	var groups []unitPlaceRow
	if err := tx.Table("unit_groups").Select("id, name").Where("id IN ?", ids).Find(&groups).Error; err != nil {
		return failure(err, "unit groups")
	}
	for _, g := range groups {
		place[g.ID] = g
	}
	for i := range contests {
		c := &contests[i]
		c.UnitPath, c.UnitName = place[c.UnitID].Path, place[c.UnitID].Name
		for _, id := range c.Audience {
			c.AudiencePaths = append(c.AudiencePaths, paths[id]...)
			c.AudienceNames = append(c.AudienceNames, place[id].Name)
		}
		if len(c.Audience) == 0 {
			c.AudiencePaths = []string{c.UnitPath}
		}
	}
	return nil
}

// ContestOfRound returns the contest that holds the round.
func (db *DB) ContestOfRound(ctx context.Context, roundID string) (contest.Contest, error) {
	var id string
	if err := db.read(ctx).Table("rounds").Select("contest_id").Where("id = ?", roundID).Take(&id).Error; err != nil {
		return contest.Contest{}, failure(err, "round")
	}
	return db.Contest(ctx, id)
}

// Contests returns every contest that is not archived, newest first.
func (db *DB) Contests(ctx context.Context) ([]contest.Contest, error) {
	var rows []contestRow
	tx := db.read(ctx)
	if err := tx.Where("state <> 'archived'").Order("id DESC").Find(&rows).Error; err != nil {
		return nil, failure(err, "contests")
	}
	return completeContests(tx, rows)
}

// StaffContests returns a page of the contests in a scope, newest first.
func (db *DB) StaffContests(ctx context.Context, scope contest.StaffScope, page contest.Page) ([]contest.Contest, string, error) {
	page = page.Clamp(50, 200)
	tx := db.read(ctx)
	q := tx.Model(&contestRow{}).Select("contests.*").Joins("JOIN units ON units.id = contests.unit_id").Where("contests.state <> 'archived'").
		Where(underAny(tx.Session(&gorm.Session{NewDB: true}), scope.Managed).
			Or("contests.state = 'published' AND contests.id IN (?)", reaching(tx, scope.Watched)))
	if scope.RoundID != "" {
		q = q.Where("contests.id = (SELECT contest_id FROM rounds WHERE rounds.id = ?)", scope.RoundID)
	}
	if page.Cursor != "" {
		var id string
		if err := readCursor(page.Cursor, &id); err != nil {
			return nil, "", err
		}
		q = q.Where("contests.id < ?", id)
	}
	var rows []contestRow
	if err := q.Order("contests.id DESC").Limit(page.Limit + 1).Find(&rows).Error; err != nil {
		return nil, "", failure(err, "contests")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = cursorOf(rows[page.Limit-1].ID)
	}
	all, err := completeContests(tx, rows)
	return all, next, err
}

// reaching chooses the contests whose audience lies below or around one of the
// paths: the units above a path are named by the path itself.
func reaching(tx *gorm.DB, paths []string) *gorm.DB {
	var above []string
	for _, p := range paths {
		above = append(above, strings.Split(strings.Trim(p, "/"), "/")...)
	}
	targets := underAny(tx.Table("units").Select("units.id"), paths).Or("units.id IN ?", append(above, ""))
	groups := tx.Table("unit_group_members").Select("group_id").Where("unit_id IN (?)", targets)
	return tx.Table("contest_audience").Select("contest_id").Where("target_id IN (?) OR target_id IN (?)", targets, groups)
}

type audienceRow struct {
	ContestID string
	TargetID  string
}

func (audienceRow) TableName() string { return "contest_audience" }

// saveAudience writes which units and groups a contest addresses, one a row.
func saveAudience(tx *gorm.DB, c contest.Contest) error {
	if err := tx.Where("contest_id = ?", c.ID).Delete(&audienceRow{}).Error; err != nil {
		return failure(err, "audience")
	}
	targets := slices.Clone(c.Audience)
	if len(targets) == 0 {
		targets = []string{c.UnitID}
	}
	slices.Sort(targets)
	targets = slices.Compact(targets)
	if err := holdTargets(tx, targets); err != nil {
		return err
	}
	var rows []audienceRow
	for _, id := range targets {
		rows = append(rows, audienceRow{ContestID: c.ID, TargetID: id})
	}
	return failure(tx.CreateInBatches(rows, 200).Error, "audience")
}

// holdTargets keeps the groups among the targets of a contest from being
// deleted before the contest is there, and refuses one that is gone.
func holdTargets(tx *gorm.DB, targets []string) error {
	var groups, units []string
	if err := tx.Table("unit_groups").Where("id IN ?", targets).Clauses(clause.Locking{Strength: "SHARE"}).Order("id").Pluck("id", &groups).Error; err != nil {
		return failure(err, "unit groups")
	}
	if err := tx.Table("units").Where("id IN ?", targets).Pluck("id", &units).Error; err != nil {
		return failure(err, "units")
	}
	if len(groups)+len(units) != len(targets) {
		return contest.Missing("unit")
	}
	return nil
}

// The rows of audiences as they follow from the lists in contests.
const (
	audienceUnits  = `INSERT INTO contest_audience (contest_id, target_id) SELECT c.id, u.id FROM contests c JOIN units u ON c.audience LIKE '%"' || u.id || '"%'`
	audienceGroups = `INSERT INTO contest_audience (contest_id, target_id) SELECT c.id, g.id FROM contests c JOIN unit_groups g ON c.audience LIKE '%"' || g.id || '"%'`
	audienceOwn    = `INSERT INTO contest_audience (contest_id, target_id) SELECT c.id, c.unit_id FROM contests c WHERE c.audience = '[]'`
)

// audienceRows writes the audiences of every contest of a restored record.
func audienceRows(tx *gorm.DB) error {
	err := errors.Join(tx.Exec(audienceUnits).Error, tx.Exec(audienceGroups).Error, tx.Exec(audienceOwn).Error)
	return failure(err, "audiences")
}

// CreateContest stores a new contest with an audit row.
func (db *DB) CreateContest(ctx context.Context, actor contest.Actor, c contest.Contest) (contest.Contest, error) {
	err := db.inTx(ctx, func(tx *gorm.DB) error {
		slug, err := freeSlug(tx, "contests", c.Slug)
		if err != nil {
			return err
		}
		c.Slug = slug
		row, err := toContest(c)
		if err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return failure(err, "contest")
		}
		if err := saveAudience(tx, c); err != nil {
			return err
		}
		return db.audit(tx, actor, "contest.create", "contest:"+c.ID, map[string]any{"title": c.Title})
	})
	if err != nil {
		return contest.Contest{}, err
	}
	return db.Contest(ctx, c.ID)
}

// freeSlug returns base, or base with the first number that makes it free.
func freeSlug(tx *gorm.DB, table, base string) (string, error) {
	var slugs []string
	q := tx.Table("contests")
	if table == "rounds" {
		q = tx.Table("rounds")
	}
	if err := q.Where("slug = ? OR slug LIKE ?", base, base+"-%").Pluck("slug", &slugs).Error; err != nil {
		return "", failure(err, "slug")
	}
	free := base
	for n := 2; slices.Contains(slugs, free); n++ {
		free = fmt.Sprintf("%s-%d", base, n)
	}
	return free, nil
}

// UnitPaths returns the subtrees that ids of units and unit groups name.
func (db *DB) UnitPaths(ctx context.Context, ids []string) (map[string][]string, error) {
	tx := db.read(ctx)
	paths := map[string][]string{}
	var units []unitPlaceRow
	if err := tx.Table("units").Select("id, path").Where("id IN ?", ids).Find(&units).Error; err != nil {
		return nil, failure(err, "units")
	}
	for _, u := range units {
		paths[u.ID] = []string{u.Path}
	}
	var members []groupMemberRow
	err := tx.Table("unit_groups").Select("unit_groups.id AS group_id, COALESCE(units.path, '') AS path").
		Joins("LEFT JOIN unit_group_members ON unit_group_members.group_id = unit_groups.id").
		Joins("LEFT JOIN units ON units.id = unit_group_members.unit_id").
		Where("unit_groups.id IN ?", ids).Find(&members).Error
	if err != nil {
		return nil, failure(err, "unit groups")
	}
	for _, m := range members {
		paths[m.GroupID] = append(paths[m.GroupID], m.Path)
	}
	for _, id := range ids {
		if paths[id] == nil {
			return nil, contest.Missing("unit")
		}
	}
	return paths, nil
}

// AttemptsOf returns the attempts of an account in rounds, by number.
func (db *DB) AttemptsOf(ctx context.Context, accountID string, roundIDs []string) ([]contest.MyAttempt, error) {
	var rows []struct {
		ID       string
		RoundID  string
		Number   int
		State    string
		Score    int64
		MaxScore int64
	}
	err := db.read(ctx).Table("attempts").Select("id, round_id, number, state, score, max_score").
		Where("account_id = ? AND round_id IN ?", accountID, roundIDs).Order("round_id, number").Find(&rows).Error
	if err != nil {
		return nil, failure(err, "attempts")
	}
	attempts := make([]contest.MyAttempt, len(rows))
	for i, r := range rows {
		attempts[i] = contest.MyAttempt{ID: r.ID, RoundID: r.RoundID, Number: r.Number, Finished: r.State != "open", State: r.State, Score: r.Score, Max: r.MaxScore}
	}
	return attempts, nil
}
