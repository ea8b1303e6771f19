package standing

import (
	"context"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// PublicStore is what public results need of the record.
type PublicStore interface {
	// PublishedRounds returns the rounds with official results, newest first.
	PublishedRounds(ctx context.Context, page contest.Page) ([]PublishedRound, string, error)
	// RoundOfSlug returns the round whose results have that address.
	RoundOfSlug(ctx context.Context, slug string) (string, error)
	// Results returns the versions of a round, newest first.
	Results(ctx context.Context, roundID string) ([]Result, error)
	// ResultLines returns lines of a version in their order.
	ResultLines(ctx context.Context, id string, f LineFilter) ([]ResultLine, error)
	// CountLines returns how many lines a division has, or the whole version.
	CountLines(ctx context.Context, id, division string) (int, error)
	// ResultSchools returns how many lines of a version each school has.
	ResultSchools(ctx context.Context, id string) (map[string]int, error)
	// Identities returns who accounts are, with consents for the contest.
	Identities(ctx context.Context, contestID string, accountIDs []string) (map[string]Identity, error)
	// UnitNames returns units by id.
	UnitNames(ctx context.Context, ids []string) (map[string]UnitName, error)
}

// PublishedRound is a line of the list of published results.
type PublishedRound struct {
	Slug         string
	ContestTitle string
	RoundName    string
	UnitName     string
	Version      int
	OfficialAt   time.Time
	Participants int
}

// Public reads official results as everybody may.
type Public struct {
	Store    PublicStore
	Contests ContestOf
}

// PublicLine is a line without anything private.
type PublicLine struct {
	Rank     int
	Name     string
	Unit     string
	Division string
	Score    int64
	Correct  int
	Duration time.Duration
	Prize    string
}

// PublicResult is one page of an official version.
type PublicResult struct {
	Contest  contest.Contest
	Round    contest.Round
	Version  Result
	Versions []Result // official ones, newest first
	Division string   // id of the division shown, empty = all
	Total    int
	Offset   int
	Lines    []PublicLine
}

// Rounds lists what is published.
func (p *Public) Rounds(ctx context.Context, page contest.Page) ([]PublishedRound, string, error) {
	return p.Store.PublishedRounds(ctx, page)
}

// Result returns lines of an official version by the address of its round;
// number 0 is the newest. A division may be named by its code. What is not
// official is not found.
func (p *Public) Result(ctx context.Context, slug string, number int, f LineFilter) (PublicResult, error) {
	roundID, err := p.Store.RoundOfSlug(ctx, slug)
	if err != nil {
		return PublicResult{}, err
	}
	c, err := p.Contests.ContestOfRound(ctx, roundID)
	if err != nil {
		return PublicResult{}, err
	}
	round, _ := c.Round(roundID)
	for _, d := range c.Divisions {
		if d.Code == f.Division {
			f.Division = d.ID
		}
	}
	out := PublicResult{Contest: c, Round: round, Division: f.Division, Offset: f.Offset}
	versions, err := p.Store.Results(ctx, roundID)
	if err != nil {
		return out, err
	}
	for _, v := range versions {
		if v.State != Official {
			continue
		}
		out.Versions = append(out.Versions, v)
		if v.Number == number || number == 0 && len(out.Versions) == 1 {
			out.Version = v
		}
	}
	if out.Version.ID == "" || f.Division != "" && c.Division(f.Division).ID == "" {
		return PublicResult{}, contest.Missing("result")
	}
	if out.Total, err = p.Store.CountLines(ctx, out.Version.ID, f.Division); err != nil {
		return out, err
	}
	lines, err := p.Store.ResultLines(ctx, out.Version.ID, f)
	if err != nil {
		return out, err
	}
	out.Lines, err = p.open(ctx, c, round, out.Version.ID, f.Division, lines)
	return out, err
}

// open takes from lines what the public may read. A name that was published
// with a consent since withdrawn is masked from then on (the version itself
// stays as it is).
func (p *Public) open(ctx context.Context, c contest.Contest, r contest.Round, resultID, division string, lines []ResultLine) ([]PublicLine, error) {
	var named, schools []string
	for _, l := range lines {
		schools = append(schools, l.SchoolID)
		if l.PublicName == l.FullName {
			named = append(named, l.AccountID)
		}
	}
	who, err := p.Store.Identities(ctx, c.ID, named)
	if err != nil {
		return nil, err
	}
	units, err := p.Store.UnitNames(ctx, schools)
	if err != nil {
		return nil, err
	}
	crowd, err := p.Store.ResultSchools(ctx, resultID)
	if err != nil {
		return nil, err
	}
	open := make([]PublicLine, len(lines))
	for i, l := range lines {
		may := who[l.AccountID].MayName
		unit := UnitName{Name: l.SchoolName, Parent: units[l.SchoolID].Parent}
		open[i] = PublicLine{
			Rank: l.Rank, Name: l.PublicName, Unit: unit.Shown(may, crowd[l.SchoolID]), Division: c.Division(l.DivisionID).Name,
			Score: l.Line.Score, Correct: l.Line.Correct, Duration: time.Duration(l.Line.Duration) * time.Microsecond, Prize: l.Prize,
		}
		if l.PublicName == l.FullName && !may {
			open[i].Name = text.Mask(l.FullName)
			if r.RulesUnder(c).Names == contest.NamesNone {
				open[i].Name = PublicName(contest.NamesNone, Identity{}, []byte(c.TieSeed), l.AccountID)
			}
		}
		if division != "" {
			open[i].Rank = l.DivisionRank
		}
	}
	return open, nil
}
