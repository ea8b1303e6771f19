package attempt

import (
	"context"
	"time"

	"mangxanh/contest"
)

// Presence is where a contestant stands while a round runs.
type Presence string

// The presences.
const (
	NotIn   Presence = "not_in"    // expected, has not started
	Working Presence = "working"   // has an open attempt and was heard of lately
	Lost    Presence = "lost"      // has an open attempt and was not heard of for a minute
	Done    Presence = "submitted" // has handed in, or the server did
)

// Presences lists them in the order in which the monitor shows them.
var Presences = []Presence{NotIn, Working, Lost, Done}

// lostAfter is how long a phone may be silent before it counts as lost. Phones
// save at every tap, so a minute without one is worth a look, not an alarm.
const lostAfter = time.Minute

// Counts are people by presence.
type Counts struct {
	NotIn, Working, Lost, Submitted int
}

func (c *Counts) add(d Counts) {
	c.NotIn, c.Working, c.Lost, c.Submitted = c.NotIn+d.NotIn, c.Working+d.Working, c.Lost+d.Lost, c.Submitted+d.Submitted
}

// UnitCounts are the counts of a school, or of a class when a school was asked for.
type UnitCounts struct {
	UnitID, Name string
	Counts       Counts
}

// Watched is one expected or participating person.
type Watched struct {
	AccountID, Name    string
	ClassID, ClassName string
	AttemptID          string // empty when not in
	Presence           Presence
	LastSeen           time.Time // newest sign of life in the record; zero when not in
	Answered           int
	Deadline           time.Time
}

// MonitorQuery asks about a round inside subtrees.
type MonitorQuery struct {
	Round      contest.Round
	SchoolYear string
	Paths      []string // subtrees; a person below any of them is meant
	Divisions  []contest.Division
	ByClass    bool     // count by class, else by school
	Presence   Presence // people only; empty = all
	LostBefore time.Time
}

// Monitor is a round at a moment.
type Monitor struct {
	Counts Counts
	Units  []UnitCounts
	AsOf   time.Time
}

// Monitor counts who is in, by school, or by class inside one unit. It is
// derived from the record, so every node says the same.
func (s *Staff) Monitor(ctx context.Context, actor contest.Actor, roundID, unitID string) (Monitor, error) {
	q, err := s.query(ctx, actor, roundID, unitID)
	if err != nil {
		return Monitor{}, err
	}
	m := Monitor{AsOf: s.Now()}
	if m.Units, err = s.Store.MonitorUnits(ctx, q); err != nil {
		return Monitor{}, err
	}
	for _, u := range m.Units {
		m.Counts.add(u.Counts)
	}
	return m, nil
}

// People lists the persons behind the counts.
func (s *Staff) People(ctx context.Context, actor contest.Actor, roundID, unitID string, presence Presence, page contest.Page) ([]Watched, string, error) {
	q, err := s.query(ctx, actor, roundID, unitID)
	if err != nil {
		return nil, "", err
	}
	q.Presence = presence
	return s.Store.MonitorPeople(ctx, q, page)
}

// query limits what is asked for to what the actor may see: the organizers of
// the contest all of it, schools and teachers their own subtrees.
func (s *Staff) query(ctx context.Context, actor contest.Actor, roundID, unitID string) (MonitorQuery, error) {
	sheet, err := s.Attempts.sheets.get(ctx, roundID)
	if err != nil {
		return MonitorQuery{}, err
	}
	paths := sheet.Contest.AudiencePaths
	if !actor.Can(sheet.Contest.UnitPath, contest.RoleOrganizer) {
		paths = within(paths, actor.Paths(contest.RoleOrganizer, contest.RoleSchool, contest.RoleTeacher))
	}
	if unitID != "" {
		path, err := s.Store.UnitPath(ctx, unitID)
		if err != nil {
			return MonitorQuery{}, err
		}
		paths = within(paths, []string{path})
	}
	if len(paths) == 0 {
		return MonitorQuery{}, contest.Missing("round")
	}
	return MonitorQuery{
		Round: sheet.Round, SchoolYear: sheet.Contest.SchoolYear, Paths: paths, Divisions: sheet.Contest.Divisions,
		ByClass: unitID != "", LostBefore: s.Now().Add(-lostAfter),
	}, nil
}

// within returns the parts of the subtrees a that lie in the subtrees b.
func within(a, b []string) []string {
	var both []string
	for _, x := range a {
		for _, y := range b {
			switch {
			case y == "" || x == "":
			case len(x) >= len(y) && x[:len(y)] == y:
				both = append(both, x)
			case len(y) > len(x) && y[:len(x)] == x:
				both = append(both, y)
			}
		}
	}
	return both
}
