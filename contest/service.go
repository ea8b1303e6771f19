package contest

import (
	"context"
	"sync"
	"time"

	"mangxanh/contest/text"
)

// Lister finds contests.
type Lister interface {
	// Contests returns every contest that is not archived, newest first.
	Contests(ctx context.Context) ([]Contest, error)
	// StaffContests returns a page of the contests that a scope finds, newest
	// first.
	StaffContests(ctx context.Context, scope StaffScope, page Page) ([]Contest, string, error)
}

// Store is what the service needs of the record.
type Store interface {
	// Contest returns a contest with all that belongs to it, or NotFound.
	Contest(ctx context.Context, id string) (Contest, error)
	// ContestOfRound returns the contest that holds the round, or NotFound.
	ContestOfRound(ctx context.Context, roundID string) (Contest, error)
	Lister
	// CreateContest stores a new contest. A slug that is taken is numbered.
	CreateContest(ctx context.Context, actor Actor, c Contest) (Contest, error)
	// EditContest locks the contest, lets edit change it, and stores what came
	// out with an audit row, all or nothing. edit may run again.
	EditContest(ctx context.Context, actor Actor, id, action string, edit func(e *Edit) error) (Contest, error)
	// Contestant returns where an account belongs.
	Contestant(ctx context.Context, accountID, schoolYear string) (Person, error)
	// AttemptsOf returns the attempts of an account in rounds, by number.
	AttemptsOf(ctx context.Context, accountID string, roundIDs []string) ([]MyAttempt, error)
	// UnitPaths returns the subtrees that ids of units and unit groups name.
	// NotFound when one does not exist.
	UnitPaths(ctx context.Context, ids []string) (map[string][]string, error)
	// MayDraw returns NotFound unless the actor may draw from the bank.
	MayDraw(ctx context.Context, actor Actor, bankID string) error
	// Drawable is Edit.Drawable outside an edit.
	Drawable(ctx context.Context, r Round, lawAsOf time.Time) ([]Found, error)
}

// MyAttempt is what a contestant's list of contests shows of an attempt.
type MyAttempt struct {
	ID       string
	RoundID  string
	Number   int
	Finished bool
	State    string
	Score    int64
	Max      int64
}

// Service runs the life of contests: who may see, make, change, open and close
// them, and what must be right before one is published.
type Service struct {
	Store Store
	Now   func() time.Time
	NewID func() string

	mu   sync.Mutex
	all  []Contest
	seen time.Time
}

// catalogue returns every contest as it was at most a second ago: all the
// pupils of a school ask for their contests in the same minute.
func (s *Service) catalogue(ctx context.Context) ([]Contest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now()
	if age := now.Sub(s.seen); s.all != nil && age >= 0 && age < time.Second {
		return s.all, nil
	}
	all, err := s.Store.Contests(ctx)
	if err != nil {
		return nil, err
	}
	if all == nil {
		all = []Contest{}
	}
	s.all, s.seen = all, now
	return all, nil
}

// View is a contest as one person sees it.
type View struct {
	Contest  Contest
	Manages  bool // may see and change the settings
	Division Division
	Places   bool // the person can take part
	Attempts []MyAttempt
}

// For returns the contests that a person is addressed by, newest first.
func (s *Service) For(ctx context.Context, actor Actor) ([]View, error) {
	all, err := s.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	var views []View
	var rounds []string
	people := map[string]Person{}
	for _, c := range all {
		if c.Stored != Published {
			continue
		}
		p, known := people[c.SchoolYear]
		if !known {
			if p, err = s.Store.Contestant(ctx, actor.AccountID, c.SchoolYear); err != nil {
				return nil, err
			}
			people[c.SchoolYear] = p
		}
		if !c.Addressed(p) {
			continue
		}
		v := View{Contest: c, Manages: manages(actor, c)}
		v.Division, v.Places = c.Place(p)
		views = append(views, v)
		for _, r := range c.Rounds {
			rounds = append(rounds, r.ID)
		}
	}
	return views, s.addAttempts(ctx, actor, views, rounds)
}

func (s *Service) addAttempts(ctx context.Context, actor Actor, views []View, rounds []string) error {
	if len(rounds) == 0 {
		return nil
	}
	attempts, err := s.Store.AttemptsOf(ctx, actor.AccountID, rounds)
	if err != nil {
		return err
	}
	for i := range views {
		for _, a := range attempts {
			if _, mine := views[i].Contest.Round(a.RoundID); mine {
				views[i].Attempts = append(views[i].Attempts, a)
			}
		}
	}
	return nil
}

// StaffScope is which contests somebody with roles may see: whatever units
// below Managed run, and what is published and addresses people in or around
// Watched. RoundID narrows it to the contest of one round.
type StaffScope struct {
	Managed []string
	Watched []string
	RoundID string
}

// ForStaff returns a page of the contests that the actor manages, and of those
// that reach units in which the actor has a role, newest first; with a round
// only the one that holds it.
func (s *Service) ForStaff(ctx context.Context, actor Actor, roundID string, page Page) ([]View, string, error) {
	scope := StaffScope{Managed: actor.Paths(RoleOrganizer), Watched: actor.Paths(Roles...), RoundID: roundID}
	all, next, err := s.Store.StaffContests(ctx, scope, page)
	if err != nil {
		return nil, "", err
	}
	views := make([]View, len(all))
	for i, c := range all {
		views[i] = View{Contest: c, Manages: manages(actor, c)}
	}
	return views, next, nil
}

// Get returns one contest as the actor sees it, or NotFound.
func (s *Service) Get(ctx context.Context, actor Actor, id string) (View, error) {
	c, err := s.Store.Contest(ctx, id)
	if err != nil {
		return View{}, err
	}
	v := View{Contest: c, Manages: manages(actor, c)}
	if c.Stored == Published {
		p, err := s.Store.Contestant(ctx, actor.AccountID, c.SchoolYear)
		if err != nil {
			return View{}, err
		}
		v.Division, v.Places = c.Place(p)
		if !v.Manages && !c.Addressed(p) && !c.Reaches(actor) {
			return View{}, Missing("contest")
		}
	} else if !v.Manages {
		return View{}, Missing("contest")
	}
	var rounds []string
	for _, r := range c.Rounds {
		rounds = append(rounds, r.ID)
	}
	views := []View{v}
	err = s.addAttempts(ctx, actor, views, rounds)
	return views[0], err
}

// manages reports whether the actor may change the contest.
func manages(actor Actor, c Contest) bool {
	return c.UnitPath != "" && actor.Can(c.UnitPath, RoleOrganizer)
}

// Manages reports whether the actor may see and change the settings, watch the
// people and handle the results of the contest.
func (c Contest) Manages(actor Actor) bool { return manages(actor, c) }

// Reaches reports whether the contest addresses people in or around a unit in
// which the actor has a role.
func (c Contest) Reaches(actor Actor) bool {
	for _, g := range actor.Grants {
		for _, path := range c.AudiencePaths {
			if g.UnitPath != "" && path != "" && (hasPrefix(path, g.UnitPath) || hasPrefix(g.UnitPath, path)) {
				return true
			}
		}
	}
	return false
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

// Proposal is what a new contest needs.
type Proposal struct {
	UnitID     string
	Title      string
	SchoolYear string
	LawAsOf    time.Time
	Audience   []string
	Rules      RuleSheet
}

// Create makes a draft.
func (s *Service) Create(ctx context.Context, actor Actor, p Proposal) (Contest, error) {
	paths, err := s.Store.UnitPaths(ctx, append([]string{p.UnitID}, p.Audience...))
	if err != nil {
		return Contest{}, err
	}
	if own := paths[p.UnitID]; len(own) != 1 || !actor.Can(own[0], RoleOrganizer) {
		return Contest{}, Missing("unit")
	}
	c := Contest{
		ID: s.NewID(), UnitID: p.UnitID, UnitPath: paths[p.UnitID][0], Title: text.Line(p.Title), Slug: Slug(p.Title), Stored: Draft,
		SchoolYear: p.SchoolYear, LawAsOf: Moment(p.LawAsOf), Audience: p.Audience, Rules: p.Rules.Normal(),
		TieSeed: s.NewID(), ActorID: actor.AccountID, Version: 1, CreatedAt: Moment(s.Now()),
	}
	if p.LawAsOf.IsZero() {
		c.LawAsOf = time.Time{}
	}
	var faults problems
	faults.when(c.Title == "", "title", "required", "a title is needed")
	faults.long("title", c.Title, maxTitle)
	faults.append(c.Rules.Problems())
	if faults.append(audienceProblems(actor, p.Audience, paths)); len(faults) > 0 {
		return Contest{}, Faulty(faults...)
	}
	return s.Store.CreateContest(ctx, actor, c)
}

// audienceProblems refuses an audience outside what the actor organizes.
func audienceProblems(actor Actor, audience []string, paths map[string][]string) []Problem {
	var p problems
	for _, id := range audience {
		for _, path := range paths[id] {
			if !actor.Can(path, RoleOrganizer) {
				p.add("audience", "outside", "the audience lies outside the organizer's units")
				return p
			}
		}
	}
	return p
}

// Slug turns a title into an address: "Tìm hiểu pháp luật" as
// "tim-hieu-phap-luat".
func Slug(title string) string {
	var b []byte
	for _, r := range text.Fold(title) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b = append(b, byte(r))
		case len(b) > 0 && b[len(b)-1] != '-':
			b = append(b, '-')
		}
		if len(b) >= 80 {
			break
		}
	}
	for len(b) > 0 && b[len(b)-1] == '-' {
		b = b[:len(b)-1]
	}
	if len(b) == 0 {
		return "cuoc-thi"
	}
	return string(b)
}

// edit changes a contest that the actor manages. version 0 skips the check of
// the version that the actor saw.
func (s *Service) edit(ctx context.Context, actor Actor, id, action string, version int64, change func(e *Edit) error) (Contest, error) {
	c, err := s.Store.EditContest(ctx, actor, id, action, func(e *Edit) error {
		if !manages(actor, e.Contest) {
			return Missing("contest")
		}
		if version != 0 && version != e.Version {
			return Refuse(Stale, "version_changed", "this contest was changed by somebody else")
		}
		if e.Stored == Archived {
			return Refuse(Conflict, "archived", "an archived contest does not change")
		}
		return change(e)
	})
	if err == nil {
		s.mu.Lock()
		s.all = nil
		s.mu.Unlock()
	}
	return c, err
}

// refreeze repeats the checks of publishing for a contest that is public but
// not begun, so that no edit can break it.
func (s *Service) refreeze(e *Edit) error {
	if e.Stored != Published {
		return nil
	}
	faults, err := e.freeze(s.NewID)
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return Faulty(faults...)
	}
	return nil
}

// locked is the refusal of a change of what decides fairness once somebody has
// started (rule H1).
func (c Contest) locked() error {
	if c.LockedAt.IsZero() {
		return nil
	}
	return Refuse(Conflict, "settings_locked", "the first attempt has started; what decides fairness is fixed")
}

// ManagedRound returns a round of a contest that the actor manages.
func (s *Service) ManagedRound(ctx context.Context, actor Actor, roundID string) (Contest, Round, error) {
	c, err := s.Store.ContestOfRound(ctx, roundID)
	if err != nil {
		return Contest{}, Round{}, err
	}
	if !manages(actor, c) {
		return Contest{}, Round{}, Missing("round")
	}
	r, _ := c.Round(roundID)
	return c, r, nil
}
