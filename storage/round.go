package storage

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"mangxanh/contest"
)

type roundRow struct {
	ID              string `gorm:"primaryKey"`
	ContestID       string
	Position        int
	Name            string
	Slug            string
	Kind            string
	OpensAt         int64
	ClosesAt        int64
	DurationS       int64
	BankID          string
	RuleSheet       string
	Prompt          string
	BoardEpoch      string
	OfficialVersion int
	LockedAt        int64
	Version         int64
	CreatedAt       int64 `gorm:"autoCreateTime:false"`
}

func (roundRow) TableName() string { return "rounds" }

type blueprintRow struct {
	ID         string `gorm:"primaryKey"`
	RoundID    string
	Position   int
	DivisionID string
	Topic      string
	Type       string
	Difficulty string
	AgeBand    string
	Count      int
	Points     int64
}

func (blueprintRow) TableName() string { return "blueprint_lines" }

type poolRow struct {
	RoundID   string `gorm:"primaryKey"`
	Position  int    `gorm:"primaryKey;autoIncrement:false"`
	LineID    string
	VersionID string
}

func (poolRow) TableName() string { return "round_pool" }

func toRound(r contest.Round) (roundRow, error) {
	row := roundRow{
		ID: r.ID, ContestID: r.ContestID, Position: r.Position, Name: r.Name, Slug: r.Slug, Kind: string(r.Kind),
		OpensAt: micros(r.OpensAt), ClosesAt: micros(r.ClosesAt), DurationS: int64(r.Duration / time.Second),
		BankID: r.BankID, Prompt: r.Prompt, BoardEpoch: r.BoardEpoch, OfficialVersion: r.OfficialVersion,
		LockedAt: micros(r.LockedAt), Version: r.Version, CreatedAt: micros(r.CreatedAt),
	}
	if r.Frozen == nil {
		return row, nil
	}
	var err error
	row.RuleSheet, err = toRuleSheet(*r.Frozen)
	return row, err
}

func fromRound(r roundRow) (contest.Round, error) {
	round := contest.Round{
		ID: r.ID, ContestID: r.ContestID, Position: r.Position, Name: r.Name, Slug: r.Slug, Kind: contest.RoundKind(r.Kind),
		OpensAt: fromMicros(r.OpensAt), ClosesAt: fromMicros(r.ClosesAt), Duration: time.Duration(r.DurationS) * time.Second,
		BankID: r.BankID, Prompt: r.Prompt, BoardEpoch: r.BoardEpoch, OfficialVersion: r.OfficialVersion,
		LockedAt: fromMicros(r.LockedAt), Version: r.Version, CreatedAt: fromMicros(r.CreatedAt),
	}
	if r.RuleSheet == "" {
		return round, nil
	}
	sheet, err := fromRuleSheet(r.RuleSheet)
	round.Frozen = &sheet
	return round, err
}

func toBlueprint(roundID string, position int, l contest.BlueprintLine) blueprintRow {
	return blueprintRow{
		ID: l.ID, RoundID: roundID, Position: position, DivisionID: l.DivisionID, Topic: l.Topic, Type: l.Type,
		Difficulty: l.Difficulty, AgeBand: l.AgeBand, Count: l.Count, Points: l.Points,
	}
}

func fromBlueprint(r blueprintRow) contest.BlueprintLine {
	return contest.BlueprintLine{
		ID: r.ID, DivisionID: r.DivisionID, Topic: r.Topic, Type: r.Type, Difficulty: r.Difficulty, AgeBand: r.AgeBand,
		Count: r.Count, Points: r.Points,
	}
}

// loadRounds returns the rounds of contests in their order, by contest.
func loadRounds(tx *gorm.DB, contestIDs []string) (map[string][]contest.Round, error) {
	var rows []roundRow
	if err := tx.Where("contest_id IN ?", contestIDs).Order("position, id").Find(&rows).Error; err != nil {
		return nil, failure(err, "rounds")
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	var lines []blueprintRow
	if err := tx.Where("round_id IN ?", ids).Order("round_id, position").Find(&lines).Error; err != nil {
		return nil, failure(err, "blueprints")
	}
	blueprints := map[string][]contest.BlueprintLine{}
	for _, l := range lines {
		blueprints[l.RoundID] = append(blueprints[l.RoundID], fromBlueprint(l))
	}
	rounds := map[string][]contest.Round{}
	for _, row := range rows {
		r, err := fromRound(row)
		if err != nil {
			return nil, fmt.Errorf("round %s: %w", row.ID, err)
		}
		r.Blueprint = blueprints[r.ID]
		rounds[r.ContestID] = append(rounds[r.ContestID], r)
	}
	return rounds, nil
}
