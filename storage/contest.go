package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"mangxanh/contest"
)

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
	var members []struct{ GroupID, Path string }
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
	for i := range contests {
		c := &contests[i]
		c.UnitPath, c.UnitName = place[c.UnitID].Path, place[c.UnitID].Name
		for _, id := range c.Audience {
			c.AudiencePaths = append(c.AudiencePaths, paths[id]...)
		}
		if len(c.Audience) == 0 {
			c.AudiencePaths = []string{c.UnitPath}
		}
	}
	return nil
}
