package attempt

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"mangxanh/contest"
)

// Presence is where a contestant stands while a round runs.
type Presence string

// The presences.
const (
	NotIn   Presence = "not_in"    // expected, has not started
	Working Presence = "working"   // has an open attempt and was heard of lately
	Lost    Presence = "lost"      // has an open attempt and was not heard of for LostAfter
	Done    Presence = "submitted" // has handed in, or the server did
)

// Presences lists them in the order in which the monitor shows them.
var Presences = []Presence{NotIn, Working, Lost, Done}

// LostAfter is the rule for Lost: the attempt is open and for this long nothing
// of it reached the server. Phones send every answer at once, and those that
// have none to send say every twenty seconds or so that they are there: a child
// who thinks for long is not lost.
const LostAfter = time.Minute

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

// PlaceCounts are the counts of the people of one class, or of those whom a
// unit keeps who are in no class.
type PlaceCounts struct {
	Path                 string // of the class, else of the unit
	SchoolID, SchoolName string
	ClassID, ClassName   string // empty outside classes
	Counts               Counts
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
	Presence   Presence // people only; empty = all
	Name       string   // people only: part of the name, whatever its diacritics
	LostBefore time.Time
}

// Monitor is a round at a moment.
type Monitor struct {
	Counts Counts
	Units  []UnitCounts
	AsOf   time.Time
}

// Monitor counts who is in, by school, or by class inside one unit. It is
// derived from the record, so every node says the same; on one node everybody
// who watches a round shares a look at it that is at most two seconds old.
func (s *Staff) Monitor(ctx context.Context, actor contest.Actor, roundID, unitID string) (Monitor, error) {
	q, err := s.query(ctx, actor, roundID, unitID)
	if err != nil {
		return Monitor{}, err
	}
	places, at, err := s.look(ctx, q)
	if err != nil {
		return Monitor{}, err
	}
	m := Monitor{AsOf: at}
	for _, p := range places {
		if !below(p.Path, q.Paths) {
			continue
		}
		m.Counts.add(p.Counts)
		id, name := p.SchoolID, p.SchoolName
		if unitID != "" && p.ClassID != "" {
			id, name = p.ClassID, p.ClassName
		}
		if n := len(m.Units); n == 0 || m.Units[n-1].UnitID != id {
			m.Units = append(m.Units, UnitCounts{UnitID: id, Name: name})
		}
		m.Units[len(m.Units)-1].Counts.add(p.Counts)
	}
	return m, nil
}

func below(path string, subtrees []string) bool {
	return slices.ContainsFunc(subtrees, func(s string) bool { return strings.HasPrefix(path, s) })
}

// lookFresh is how old a look at a round may be when it is handed out.
const lookFresh = 2 * time.Second

// looks are the newest looks at the rounds that somebody watches.
type looks struct {
	mu     sync.Mutex
	rounds map[string]*roundLook
}

type roundLook struct {
	mu     sync.Mutex // held while the record is asked, so that it is asked once
	places []PlaceCounts
	at     time.Time
}

// look returns the counts of the whole round, at most lookFresh old.
func (s *Staff) look(ctx context.Context, q MonitorQuery) ([]PlaceCounts, time.Time, error) {
	l := s.looks.of(q.Round.ID, s.Now())
	l.mu.Lock()
	defer l.mu.Unlock()
	now := s.Now()
	if age := now.Sub(l.at); l.places != nil && age >= 0 && age < lookFresh {
		return l.places, l.at, nil
	}
	sheet, err := s.Attempts.sheets.get(ctx, q.Round.ID)
	if err != nil {
		return nil, now, err
	}
	q.Paths, q.Presence, q.Name = sheet.Contest.AudiencePaths, "", ""
	places, err := s.Store.MonitorPlaces(ctx, q)
	if err != nil {
		return nil, now, err
	}
	l.places, l.at = append([]PlaceCounts{}, places...), now
	return l.places, now, nil
}

// of returns the look at a round and forgets those that nobody has asked for
// in the last minute.
func (l *looks) of(roundID string, now time.Time) *roundLook {
	l.mu.Lock()
	defer l.mu.Unlock()
	if one := l.rounds[roundID]; one != nil {
		return one
	}
	for id, one := range l.rounds {
		if one.mu.TryLock() {
			old := now.Sub(one.at) > time.Minute
			one.mu.Unlock()
			if old {
				delete(l.rounds, id)
			}
		}
	}
	if l.rounds == nil {
		l.rounds = map[string]*roundLook{}
	}
	l.rounds[roundID] = &roundLook{at: now.Add(-lookFresh)}
	return l.rounds[roundID]
}

// People lists the persons behind the counts, those whose name holds the words
// when some are given.
func (s *Staff) People(ctx context.Context, actor contest.Actor, roundID, unitID string, presence Presence, name string, page contest.Page) ([]Watched, string, error) {
	q, err := s.query(ctx, actor, roundID, unitID)
	if err != nil {
		return nil, "", err
	}
	q.Presence, q.Name = presence, name
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
		LostBefore: s.Now().Add(-LostAfter),
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
