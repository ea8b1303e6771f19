package people

import (
	"context"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// UnitKind says what a unit is.
type UnitKind string

// The kinds of unit, from the top of the tree to its leaves.
const (
	Ministry   UnitKind = "ministry"
	Department UnitKind = "department"
	Ward       UnitKind = "ward"
	School     UnitKind = "school"
	Grade      UnitKind = "grade"
	Class      UnitKind = "class"
)

// kinds orders the kinds: a unit lies only under one of a lower number.
var kinds = map[UnitKind]int{Ministry: 1, Department: 2, Ward: 3, School: 4, Grade: 5, Class: 6}

// Unit is one place in the tree. Organizers change and so do districts:
// validity dates and the predecessor keep the history readable.
type Unit struct {
	ID            string
	ParentID      string
	Path          string // "/root/…/self/": a subtree is a prefix
	Kind          UnitKind
	Code          string
	Name          string
	Levels        []string // of a school: MN TH THCS THPT
	Headcount     int      // as confirmed at HeadcountAt
	HeadcountAt   time.Time
	SchoolYear    string // of a class
	Grade         int    // of a class, its leading number; 0 when it has none
	ValidFrom     time.Time
	ValidTo       time.Time // zero while it lasts
	PredecessorID string
	Version       int64
	CreatedAt     time.Time
}

// UnitFilter narrows a list of units. Under is not optional: an empty one
// finds nothing, so that a forgotten scope cannot become "everything".
type UnitFilter struct {
	Under    []string // paths of subtrees the asker may see
	Exactly  bool     // only the units at those paths
	ParentID string
	Query    string
	Kind     UnitKind
}

// UnitGroup is a set of units that is no node of the tree, such as the schools
// of a district that was abolished.
type UnitGroup struct {
	ID        string
	UnitID    string // who keeps it
	Name      string
	Members   []string
	ValidFrom time.Time
	ValidTo   time.Time
	Version   int64
	CreatedAt time.Time
}

// UnitStore keeps units. Unit and ChangeUnit answer contest.NotFound for what
// is missing; ChangeUnit answers contest.Stale when the version moved on, and
// may run change more than once.
type UnitStore interface {
	Unit(ctx context.Context, id string) (Unit, error)
	Units(ctx context.Context, f UnitFilter, page contest.Page) ([]Unit, string, error)
	UnitTree(ctx context.Context, path string, depth, limit int) ([]Unit, error)
	CreateUnit(ctx context.Context, actor contest.Actor, u Unit) error
	ChangeUnit(ctx context.Context, actor contest.Actor, id string, version int64, change func(*Unit) error) (Unit, error)
}

// UnitGroupStore keeps sets of units.
type UnitGroupStore interface {
	UnitGroup(ctx context.Context, id string) (UnitGroup, error)
	UnitGroups(ctx context.Context, under []string, page contest.Page) ([]UnitGroup, string, error)
	CreateUnitGroup(ctx context.Context, actor contest.Actor, g UnitGroup) error
	SetUnitGroupMembers(ctx context.Context, actor contest.Actor, id string, version int64, members []string) (UnitGroup, error)
	RenameUnitGroup(ctx context.Context, actor contest.Actor, id string, version int64, name string) (UnitGroup, error)
	// DropUnitGroup deletes a group, unless a contest addresses it (group_in_use).
	DropUnitGroup(ctx context.Context, actor contest.Actor, id string, version int64) error
	UnitsByID(ctx context.Context, ids []string) ([]Unit, error)
}

// UnitsFor lists the units an actor may see: the roots of their roles, or with
// a parent, a kind or a query what lies below them.
func (s *Service) UnitsFor(ctx context.Context, actor contest.Actor, f UnitFilter, page contest.Page) ([]Unit, string, error) {
	f.Under = actor.Paths(contest.Roles...)
	f.Exactly = f.ParentID == "" && f.Query == "" && f.Kind == ""
	return s.Store.Units(ctx, f, page)
}

// UnitFor returns a unit over which the actor holds any role.
func (s *Service) UnitFor(ctx context.Context, actor contest.Actor, id string) (Unit, error) {
	return s.unit(ctx, actor, id, contest.Roles...)
}

// unit returns a unit over which the actor holds one of the roles; what is
// missing and what is somebody else's are refused alike.
func (s *Service) unit(ctx context.Context, actor contest.Actor, id string, roles ...contest.Role) (Unit, error) {
	u, err := s.Store.Unit(ctx, id)
	if err != nil {
		return Unit{}, err
	}
	if !actor.Can(u.Path, roles...) && !isSystem(actor) {
		return Unit{}, contest.Missing("unit")
	}
	return u, nil
}

func isSystem(a contest.Actor) bool { return a.AccountID == contest.System.AccountID }

// UnitTree returns a unit and what lies below it, at most three levels deep.
func (s *Service) UnitTree(ctx context.Context, actor contest.Actor, id string, depth int) ([]Unit, error) {
	u, err := s.UnitFor(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return s.Store.UnitTree(ctx, u.Path, min(max(depth, 1), 3), 2000)
}

// unitEditors are the roles that may make or change a unit of a kind: a school
// keeps its own classes, the rest of the tree is the administrators'.
func unitEditors(kind UnitKind) []contest.Role {
	if kind == Grade || kind == Class {
		return []contest.Role{contest.RoleSchool}
	}
	return []contest.Role{contest.RoleAdmin}
}

// CreateUnit adds a unit below its parent. Only the program itself may make a
// root, which has no parent.
func (s *Service) CreateUnit(ctx context.Context, actor contest.Actor, u Unit) (Unit, error) {
	u.Name, u.Code = text.Line(u.Name), text.Line(u.Code)
	if u.Kind == Class {
		u.Name, u.Grade = ClassName(u.Name)
		u.SchoolYear = s.schoolYear(u.SchoolYear)
	}
	parent := Unit{Path: "/"}
	if u.ParentID != "" || !isSystem(actor) {
		var err error
		if parent, err = s.unit(ctx, actor, u.ParentID, contest.Roles...); err != nil {
			return Unit{}, err
		}
		if !actor.Can(parent.Path, unitEditors(u.Kind)...) && !isSystem(actor) {
			return Unit{}, contest.Refuse(contest.Forbidden, "forbidden", "making a %s here needs another role", u.Kind)
		}
	}
	if err := checkUnit(u, parent); err != nil {
		return Unit{}, err
	}
	u.ID, u.Version, u.CreatedAt = s.NewID(), 1, s.Now()
	u.Path = parent.Path + u.ID + "/"
	return u, s.Store.CreateUnit(ctx, actor, u)
}

func checkUnit(u, parent Unit) error {
	var problems []contest.Problem
	if u.Name == "" || len([]rune(u.Name)) > 200 {
		problems = append(problems, contest.Problem{Location: "name", Code: "bad_name", Message: "a name has 1 to 200 characters"})
	}
	if len(u.Code) > 64 {
		problems = append(problems, contest.Problem{Location: "code", Code: "too_long", Message: "a code has at most 64 characters"})
	}
	if kinds[u.Kind] == 0 || kinds[u.Kind] <= kinds[parent.Kind] {
		problems = append(problems, contest.Problem{Location: "kind", Code: "bad_kind", Message: "this kind of unit does not lie under its parent"})
	}
	for _, l := range u.Levels {
		if !strings.Contains(" MN TH THCS THPT ", " "+l+" ") {
			problems = append(problems, contest.Problem{Location: "levels", Code: "bad_level", Message: "levels are MN, TH, THCS and THPT"})
		}
	}
	if !u.ValidTo.IsZero() && u.ValidTo.Before(u.ValidFrom) {
		problems = append(problems, contest.Problem{Location: "valid_to", Code: "ends_before_start", Message: "a unit ends after it begins"})
	}
	if len(problems) > 0 {
		return contest.Faulty(problems...)
	}
	return nil
}

// UnitChange holds what an edit of a unit wants; nil leaves a field as it is.
type UnitChange struct {
	Name, Code         *string
	Levels             *[]string
	Headcount          *int
	ValidFrom, ValidTo *time.Time
}

// ChangeUnit edits a unit that is still at the given version.
func (s *Service) ChangeUnit(ctx context.Context, actor contest.Actor, id string, version int64, c UnitChange) (Unit, error) {
	u, err := s.UnitFor(ctx, actor, id)
	if err != nil {
		return Unit{}, err
	}
	editors := unitEditors(u.Kind)
	if u.Kind == School {
		editors = []contest.Role{contest.RoleSchool}
	}
	if !actor.Can(u.Path, editors...) && !isSystem(actor) {
		return Unit{}, contest.Refuse(contest.Forbidden, "forbidden", "changing this unit needs another role")
	}
	return s.Store.ChangeUnit(ctx, actor, id, version, func(u *Unit) error { return c.apply(u, s.Now()) })
}

func (c UnitChange) apply(u *Unit, now time.Time) error {
	if c.Name != nil {
		u.Name = text.Line(*c.Name)
		if u.Kind == Class {
			u.Name, u.Grade = ClassName(u.Name)
		}
	}
	if c.Code != nil {
		u.Code = text.Line(*c.Code)
	}
	if c.Levels != nil {
		u.Levels = *c.Levels
	}
	if c.Headcount != nil {
		if *c.Headcount < 0 || *c.Headcount > 1_000_000 {
			return contest.Faulty(contest.Problem{Location: "headcount", Code: "out_of_range", Message: "a headcount is between 0 and 1000000"})
		}
		u.Headcount, u.HeadcountAt = *c.Headcount, now
	}
	if c.ValidFrom != nil {
		u.ValidFrom = *c.ValidFrom
	}
	if c.ValidTo != nil {
		u.ValidTo = *c.ValidTo
	}
	return checkUnit(*u, Unit{})
}
