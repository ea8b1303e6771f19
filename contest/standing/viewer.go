package standing

import (
	"context"
	"time"

	"mangxanh/contest"
)

// placeFor is how long a node believes where a viewer belongs.
const placeFor = 30 * time.Second

type knownPlace struct {
	person contest.Person
	at     time.Time
}

// outlook decides which board a query means and how its lines may be read, or
// refuses it.
func (l *Live) outlook(ctx context.Context, actor contest.Actor, roundID string, q Query) (outlook, error) {
	s, person, err := l.admit(ctx, actor, roundID)
	if err != nil {
		return outlook{}, err
	}
	if !l.shown(s, actor) {
		return outlook{}, contest.Refuse(contest.Forbidden, "board_hidden", "the leaderboard of this round is not shown now")
	}
	if q.Division != "" && s.Contest.Division(q.Division).ID == "" {
		return outlook{}, contest.Missing("division")
	}
	o := outlook{sitting: s}
	err = l.aim(ctx, actor, person, q, &o)
	return o, err
}

// admit returns a round with where the actor belongs, or NotFound for whom the
// round is not.
func (l *Live) admit(ctx context.Context, actor contest.Actor, roundID string) (*contest.Sitting, contest.Person, error) {
	s, err := l.Sittings.Sitting(ctx, roundID)
	if err != nil {
		return nil, contest.Person{}, err
	}
	person, err := l.viewer(ctx, actor, s.Contest.SchoolYear)
	if err != nil {
		return nil, person, err
	}
	if !s.Contest.Manages(actor) && !s.Contest.Addressed(person) && !s.Contest.Reaches(actor) {
		return nil, person, contest.Missing("round")
	}
	return s, person, nil
}

// shown reports whether the actor may see the board now.
func (l *Live) shown(s *contest.Sitting, actor contest.Actor) bool {
	official := s.Round.OfficialVersion > 0 && s.Rules.Leaderboard != contest.BoardOff
	return official || s.Contest.Manages(actor) || s.Rules.BoardOpen(s.Round, l.Now())
}

// About is what a viewer can be told of a leaderboard, whether it is shown or
// not: what it is of, which parts it has, and when it is shown.
type About struct {
	Contest contest.Contest
	Round   contest.Round
	When    contest.BoardVisibility
	Shown   bool
	ShownAt time.Time // when it will be; zero = shown, or not foreseen
	State   contest.State
	School  bool // the viewer has a school
	Class   bool
	Own     contest.Division // empty = none
}

// About returns what a round's leaderboard is about. NotFound for whom the
// round is not.
func (l *Live) About(ctx context.Context, actor contest.Actor, roundID string) (About, error) {
	l.begin()
	s, person, err := l.admit(ctx, actor, roundID)
	if err != nil {
		return About{}, err
	}
	a := About{
		Contest: s.Contest, Round: s.Round, When: s.Rules.Leaderboard, Shown: l.shown(s, actor), State: s.Round.State(l.Now()),
		School: person.SchoolID != "", Class: person.ClassID != "",
	}
	a.Own, _ = s.Contest.Place(person)
	if !a.Shown {
		switch a.When {
		case contest.BoardLive:
			a.ShownAt = s.Round.OpensAt
		case contest.BoardAfterClose:
			a.ShownAt = s.Rules.EndOf(s.Round)
		}
	}
	return a, nil
}

// aim finds the group of the board.
func (l *Live) aim(ctx context.Context, actor contest.Actor, person contest.Person, q Query, o *outlook) error {
	unit := q.UnitID
	if unit != "" {
		paths, err := l.Store.UnitPaths(ctx, []string{unit})
		if err != nil {
			return err
		}
		if own := paths[unit]; len(own) != 1 || !actor.Can(own[0], contest.RoleOrganizer, contest.RoleSchool, contest.RoleTeacher) {
			return contest.Missing("unit")
		}
	}
	switch q.Scope {
	case ScopeSchool:
		if unit == "" {
			unit = person.SchoolID
		}
		o.group, o.full, o.class = groupSchool(unit), true, true
		if q.Division != "" {
			o.group = groupSchoolDivision(unit, q.Division)
		}
	case ScopeClass:
		if unit == "" {
			unit = person.ClassID
		}
		o.group, o.full, o.class = groupClass(unit), true, true
	default:
		o.group, unit = groupAll, "all"
		if q.Division != "" {
			o.group = groupDivision(q.Division)
		}
	}
	if unit == "" {
		return contest.Refuse(contest.Conflict, "no_unit", "this person belongs to no such unit")
	}
	return nil
}

func (l *Live) viewer(ctx context.Context, actor contest.Actor, schoolYear string) (contest.Person, error) {
	key, now := actor.AccountID+"/"+schoolYear, l.Now()
	l.mu.Lock()
	k, ok := l.people[key]
	l.mu.Unlock()
	if ok && now.Sub(k.at) < placeFor {
		return k.person, nil
	}
	p, err := l.Store.Contestant(ctx, actor.AccountID, schoolYear)
	if err != nil {
		return p, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.people) > maxNames {
		clear(l.people)
	}
	l.people[key] = knownPlace{person: p, at: now}
	return p, nil
}

// crowds remembers how many people of each school have begun in a round.
type crowds struct {
	people map[string]int
	at     time.Time
}

// crowd is how many people of each school have begun. It is looked up rarely:
// that a school grew past the limit may be seen a little late.
func (l *Live) crowd(ctx context.Context, roundID string) (map[string]int, error) {
	now := l.Now()
	l.mu.Lock()
	k, ok := l.crowded[roundID]
	l.mu.Unlock()
	if ok && now.Sub(k.at) < nameFor {
		return k.people, nil
	}
	people, err := l.Store.PeopleBySchool(ctx, roundID)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.crowded[roundID] = crowds{people: people, at: now}
	l.mu.Unlock()
	return people, nil
}
