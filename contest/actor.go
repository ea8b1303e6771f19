package contest

import (
	"strings"
	"time"
)

// Role is what an account may do inside the subtree of a unit.
type Role string

// The roles. A contestant needs none: pupils, staff and parents take part by
// being in a contest's audience.
const (
	RoleAdmin     Role = "admin"     // everything in the subtree
	RoleOrganizer Role = "organizer" // contests, banks and results of the subtree
	RoleSchool    Role = "school"    // roster, cards and participation of a school
	RoleTeacher   Role = "teacher"   // cards and participation of classes; writes and approves questions
	RoleJudge     Role = "judge"     // scores written entries
)

// Roles lists every role in the order in which pages show them.
var Roles = []Role{RoleAdmin, RoleOrganizer, RoleSchool, RoleTeacher, RoleJudge}

// Grant is one role over one unit and everything below it.
type Grant struct {
	Role     Role
	UnitID   string
	UnitPath string // "/root/…/unit/"
}

// AccountKind tells pupils, staff and parents apart.
type AccountKind string

// The kinds of account.
const (
	Pupil  AccountKind = "pupil"
	Staff  AccountKind = "staff"
	Parent AccountKind = "parent"
)

// Actor is who asks. Every service method that depends on rights takes one.
type Actor struct {
	AccountID string
	SessionID string
	Kind      AccountKind
	Grants    []Grant
	SignedIn  time.Time // when the session began, for acts that need a fresh login
}

// System is the actor of work that nobody asked for, such as the sweeper.
var System = Actor{AccountID: "system"}

// Can reports whether the actor holds one of the roles over the unit at path.
// An admin of a unit can do whatever any role there can.
func (a Actor) Can(path string, roles ...Role) bool {
	for _, g := range a.Grants {
		if !strings.HasPrefix(path, g.UnitPath) || g.UnitPath == "" {
			continue
		}
		if g.Role == RoleAdmin {
			return true
		}
		for _, r := range roles {
			if g.Role == r {
				return true
			}
		}
	}
	return false
}

// Paths returns the roots of the subtrees in which the actor holds one of the
// roles, admins always included. Lists are filtered by them.
func (a Actor) Paths(roles ...Role) []string {
	var paths []string
	for _, g := range a.Grants {
		held := g.Role == RoleAdmin
		for _, r := range roles {
			held = held || g.Role == r
		}
		if held {
			paths = append(paths, g.UnitPath)
		}
	}
	return paths
}

// IsStaff reports whether the actor holds any role at all.
func (a Actor) IsStaff() bool { return len(a.Grants) > 0 }

// Page asks for one page of a list.
type Page struct {
	Limit  int    // 0 = the list's default
	Cursor string // opaque, from the page before
}

// Clamp returns the page with a limit between 1 and max, def when none is given.
func (p Page) Clamp(def, max int) Page {
	switch {
	case p.Limit <= 0:
		p.Limit = def
	case p.Limit > max:
		p.Limit = max
	}
	return p
}

// Hanoi is the zone in which people read and enter times. Vietnam has no
// summer time, so the offset is a constant and needs no zone files.
var Hanoi = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// Moment truncates a time to what is stored: UTC, microseconds.
func Moment(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
