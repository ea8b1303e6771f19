package contest

import (
	"strings"
	"time"
)

// State is where a contest or a round is in its life.
type State string

// The states. Draft, published and archived are stored for a contest; the rest
// follows from its rounds and the time.
const (
	Draft     State = "draft"
	Published State = "published"
	Running   State = "running"
	Archived  State = "archived"

	Scheduled State = "scheduled"
	Open      State = "open"
	Closed    State = "closed"
	Official  State = "official"
)

// Contest is a cuộc thi: one rule sheet, an audience, and rounds.
type Contest struct {
	ID            string
	UnitID        string // who runs it
	UnitPath      string
	UnitName      string
	Slug          string
	Title         string
	Stored        State // draft, published or archived
	SchoolYear    string
	LawAsOf       time.Time // questions whose law is not in force then are not drawn
	Audience      []string  // ids of units and unit groups; empty = the unit itself
	AudienceNames []string  // of the same, in their order
	AudiencePaths []string  // the same as subtrees, groups expanded
	Rules         RuleSheet
	TieSeed       string
	LockedAt      time.Time // first start: what decides fairness is fixed
	ActorID       string
	Version       int64
	CreatedAt     time.Time
	Divisions     []Division
	Rounds        []Round // in their order
}

// State is the state that people see at a moment: a published contest runs
// while a round is open or still to come after one that was, is closed when all
// are over, and official when all have official results.
func (c Contest) State(now time.Time) State {
	if c.Stored != Published || len(c.Rounds) == 0 {
		return c.Stored
	}
	count := map[State]int{}
	for _, r := range c.Rounds {
		count[r.State(now)]++
	}
	switch {
	case count[Official] == len(c.Rounds):
		return Official
	case count[Scheduled] == len(c.Rounds):
		return Published
	case count[Open] > 0 || count[Scheduled] > 0:
		return Running
	}
	return Closed
}

// Division is a bảng: people who are ranked and rewarded together.
type Division struct {
	ID        string
	Code      string // TH, THCS, staff …
	Name      string
	Kind      AccountKind
	GradeFrom int // 0 = any grade
	GradeTo   int
	Position  int
}

// Takes reports whether the person belongs to the division.
func (d Division) Takes(p Person) bool {
	if d.Kind != p.Kind {
		return false
	}
	return d.GradeFrom == 0 && d.GradeTo == 0 || p.Grade >= d.GradeFrom && p.Grade <= d.GradeTo
}

// Person is a contestant as contests see one: where they belong now. It is
// copied into an attempt at its start, so that a later move changes no ranking.
type Person struct {
	AccountID string
	Kind      AccountKind
	Grade     int    // of the class, 0 = none
	ClassID   string // empty for staff and parents
	SchoolID  string
	UnitPath  string // of the class, else of the home unit
}

// Addressed reports whether the person is inside the contest's audience.
func (c Contest) Addressed(p Person) bool {
	for _, path := range c.AudiencePaths {
		if path != "" && strings.HasPrefix(p.UnitPath, path) {
			return true
		}
	}
	return false
}

// Place returns the division of a person inside the audience. A contest
// without divisions takes everyone, with the zero Division.
func (c Contest) Place(p Person) (Division, bool) {
	if !c.Addressed(p) {
		return Division{}, false
	}
	for _, d := range c.Divisions {
		if d.Takes(p) {
			return d, true
		}
	}
	return Division{}, len(c.Divisions) == 0
}

// Round returns the round with that id.
func (c Contest) Round(id string) (Round, bool) {
	for _, r := range c.Rounds {
		if r.ID == id {
			return r, true
		}
	}
	return Round{}, false
}

// Division returns the division with that id, or the zero one.
func (c Contest) Division(id string) Division {
	for _, d := range c.Divisions {
		if d.ID == id {
			return d
		}
	}
	return Division{}
}
