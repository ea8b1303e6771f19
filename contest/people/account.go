package people

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// State says whether an account may be used.
type State string

// The states of an account.
const (
	Active State = "active"
	Banned State = "banned" // may come back
	Closed State = "closed" // left for good
)

// Account is one person who can sign in.
type Account struct {
	ID         string
	Kind       contest.AccountKind
	FullName   string
	BirthDate  string // yyyy-mm-dd, yyyy or empty
	Gender     string // male, female or empty
	PupilCode  string
	Login      string // empty for who signs in by card
	State      State
	Language   string // vi or en
	HomeUnitID string // the unit that keeps the account
	Version    int64
	CreatedAt  time.Time
}

// RoleGrant is one role that an account holds over a unit.
type RoleGrant struct {
	ID       string
	Role     contest.Role
	UnitID   string
	UnitName string
	UnitPath string
}

// StaffAccount is an account with its roles, for the list of staff.
type StaffAccount struct {
	Account  Account
	Roles    []RoleGrant
	HomePath string
	HomeName string
}

// AccountFilter narrows a list of staff. An empty Under finds nothing.
type AccountFilter struct {
	Under []string
	Query string
}

// AccountStore keeps accounts and their roles. Every change leaves an audit
// row. Account and ChangeAccount answer contest.NotFound for what is missing;
// ChangeAccount may run change more than once, and with endSessions it signs
// the account out everywhere in the same transaction.
type AccountStore interface {
	Account(ctx context.Context, id string) (StaffAccount, error)
	StaffAccounts(ctx context.Context, f AccountFilter, page contest.Page) ([]StaffAccount, string, error)
	CreateAccount(ctx context.Context, actor contest.Actor, a Account, passwordHash string, roles []RoleGrant) error
	ChangeAccount(ctx context.Context, actor contest.Actor, id string, version int64, endSessions bool, change func(*Account) error) (Account, error)
	SetPassword(ctx context.Context, actor contest.Actor, id, hash, keepSession string) error
	GrantRole(ctx context.Context, actor contest.Actor, accountID string, g RoleGrant) error
	RevokeRole(ctx context.Context, actor contest.Actor, accountID, grantID string) error
}

// Staff lists staff accounts kept below units where the actor is an
// administrator or runs the school.
func (s *Service) Staff(ctx context.Context, actor contest.Actor, query string, page contest.Page) ([]StaffAccount, string, error) {
	return s.Store.StaffAccounts(ctx, AccountFilter{Under: actor.Paths(contest.RoleSchool), Query: query}, page)
}

// NewStaff is what a new staff account is made of.
type NewStaff struct {
	FullName string
	Login    string
	UnitID   string
	Kind     contest.AccountKind // Staff unless it says Parent
	Language string
	Password string // only the program itself sets one; otherwise one is drawn
	Roles    []RoleGrant
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)

// twelve digits would be a citizen's national number, which is never a login.
var citizenNumber = regexp.MustCompile(`^\d{12}$`)

// CreateStaff makes a staff or parent account with a password that is shown
// once. The unit and every role must lie within what the actor may give.
func (s *Service) CreateStaff(ctx context.Context, actor contest.Actor, n NewStaff) (Account, string, error) {
	home, err := s.unit(ctx, actor, n.UnitID, contest.RoleSchool)
	if err != nil {
		return Account{}, "", err
	}
	a := Account{
		Kind: contest.Staff, FullName: text.Line(n.FullName), Login: strings.ToLower(text.Line(n.Login)), State: Active,
		Language: "vi", HomeUnitID: home.ID, Version: 1, CreatedAt: s.Now(),
	}
	if n.Kind == contest.Parent {
		a.Kind = contest.Parent
	}
	if n.Language == "en" {
		a.Language = "en"
	}
	if err := checkStaff(a); err != nil {
		return Account{}, "", err
	}
	for i, g := range n.Roles {
		if n.Roles[i], err = s.grantable(ctx, actor, g); err != nil {
			return Account{}, "", err
		}
	}
	password := n.Password
	if password == "" || !isSystem(actor) {
		if password, err = s.drawPassword(); err != nil {
			return Account{}, "", err
		}
	}
	hash, err := s.Hashes.Hash(ctx, password)
	if err != nil {
		return Account{}, "", err
	}
	a.ID = s.NewID()
	return a, password, s.Store.CreateAccount(ctx, actor, a, hash, n.Roles)
}

func checkStaff(a Account) error {
	var problems []contest.Problem
	if !text.ValidName(a.FullName) || len([]rune(a.FullName)) > 120 {
		problems = append(problems, contest.Problem{Location: "name", Code: "bad_name", Message: "a name has letters only, at most 120"})
	}
	if !loginForm.MatchString(a.Login) {
		problems = append(problems, contest.Problem{Location: "login", Code: "bad_login", Message: "a login has 2 to 64 of a-z, 0-9, dot, dash, underscore, @"})
	}
	if citizenNumber.MatchString(a.Login) {
		problems = append(problems, contest.Problem{Location: "login", Code: "citizen_number", Message: "a citizen number is no login"})
	}
	if len(problems) > 0 {
		return contest.Faulty(problems...)
	}
	return nil
}

// grantable completes a role that the actor may give: administrators give any
// role in their subtree, a school gives the teacher's role in itself.
func (s *Service) grantable(ctx context.Context, actor contest.Actor, g RoleGrant) (RoleGrant, error) {
	if !slices.Contains(contest.Roles, g.Role) {
		return g, contest.Faulty(contest.Problem{Location: "role", Code: "bad_role", Message: "there is no such role"})
	}
	u, err := s.unit(ctx, actor, g.UnitID, contest.RoleSchool)
	if err != nil {
		return g, err
	}
	g.ID, g.UnitName, g.UnitPath = s.NewID(), u.Name, u.Path
	if !mayGive(actor, g) {
		return g, contest.Refuse(contest.Forbidden, "forbidden", "this role is not yours to give")
	}
	return g, nil
}

// mayGive reports whether the actor may give or take a role.
func mayGive(actor contest.Actor, g RoleGrant) bool {
	if isSystem(actor) {
		return true
	}
	if g.Role == contest.RoleTeacher {
		return actor.Can(g.UnitPath, contest.RoleSchool)
	}
	return actor.Can(g.UnitPath, contest.RoleAdmin)
}

// managed returns a staff account that the actor may manage: it is kept below
// them, and none of its roles reaches further than they may give.
func (s *Service) managed(ctx context.Context, actor contest.Actor, id string) (StaffAccount, error) {
	a, err := s.Store.Account(ctx, id)
	if err != nil {
		return StaffAccount{}, err
	}
	if a.Account.Kind == contest.Pupil || !actor.Can(a.HomePath, contest.RoleSchool) && !isSystem(actor) {
		return StaffAccount{}, contest.Missing("account")
	}
	for _, g := range a.Roles {
		if !mayGive(actor, g) {
			return StaffAccount{}, contest.Refuse(contest.Forbidden, "forbidden", "this account holds a role that is not yours to give")
		}
	}
	return a, nil
}

// GrantRole gives an account one more role.
func (s *Service) GrantRole(ctx context.Context, actor contest.Actor, accountID string, role contest.Role, unitID string) (RoleGrant, error) {
	if _, err := s.managed(ctx, actor, accountID); err != nil {
		return RoleGrant{}, err
	}
	g, err := s.grantable(ctx, actor, RoleGrant{Role: role, UnitID: unitID})
	if err != nil {
		return RoleGrant{}, err
	}
	err = s.Store.GrantRole(ctx, actor, accountID, g)
	s.changed()
	return g, err
}

// RevokeRole takes a role from an account.
func (s *Service) RevokeRole(ctx context.Context, actor contest.Actor, accountID, grantID string) error {
	a, err := s.managed(ctx, actor, accountID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(a.Roles, func(g RoleGrant) bool { return g.ID == grantID }) {
		return contest.Missing("role")
	}
	err = s.Store.RevokeRole(ctx, actor, accountID, grantID)
	s.changed()
	return err
}

// ResetPassword draws a new password for a staff account, shown once, and ends
// its sessions.
func (s *Service) ResetPassword(ctx context.Context, actor contest.Actor, accountID string) (string, error) {
	a, err := s.managed(ctx, actor, accountID)
	if err != nil {
		return "", err
	}
	if a.Account.Login == "" {
		return "", contest.Refuse(contest.Conflict, "no_login", "this account signs in by card")
	}
	password, err := s.drawPassword()
	if err != nil {
		return "", err
	}
	return password, s.setPassword(ctx, actor, accountID, password, "")
}

func (s *Service) setPassword(ctx context.Context, actor contest.Actor, accountID, password, keepSession string) error {
	hash, err := s.Hashes.Hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.Store.SetPassword(ctx, actor, accountID, hash, keepSession)
	s.changed()
	return err
}

// AccountChange holds what an edit of an account wants; nil leaves a field as
// it is. ClassID moves a pupil within the school.
type AccountChange struct {
	FullName, BirthDate, Gender, PupilCode, Language *string
	State                                            *State
	ClassID                                          *string
}

// ChangeAccount edits a pupil's account, for a school, or a staff account, for
// who may manage it. Anything but an active state signs the person out.
func (s *Service) ChangeAccount(ctx context.Context, actor contest.Actor, id string, version int64, c AccountChange) (Account, error) {
	place, err := s.pupilPlace(ctx, actor, id, contest.RoleSchool)
	if errors.Is(err, contest.NotFound) {
		_, err = s.managed(ctx, actor, id)
	}
	if err != nil {
		return Account{}, err
	}
	class, err := s.targetClass(ctx, actor, place, c.ClassID)
	if err != nil {
		return Account{}, err
	}
	out := c.State != nil && *c.State != Active
	a, err := s.Store.ChangeAccount(ctx, actor, id, version, out, func(a *Account) error { return c.apply(a, s.Now()) })
	s.changed()
	if err != nil || class.ID == "" || class.ID == place.ClassID {
		return a, err
	}
	return a, s.movePupil(ctx, actor, id, class)
}

// targetClass is the class into which an edit moves a pupil, or none.
func (s *Service) targetClass(ctx context.Context, actor contest.Actor, place PupilPlace, classID *string) (Unit, error) {
	if classID == nil {
		return Unit{}, nil
	}
	class, err := s.unit(ctx, actor, *classID, contest.RoleSchool)
	if err != nil || class.Kind != Class || place.SchoolID == "" || class.ParentID != place.SchoolID {
		return Unit{}, contest.Faulty(contest.Problem{Location: "class_id", Code: "unknown_class", Message: "this is no class of the pupil's school"})
	}
	return class, nil
}

func (c AccountChange) apply(a *Account, now time.Time) error {
	for _, f := range []struct {
		from *string
		to   *string
	}{{c.FullName, &a.FullName}, {c.BirthDate, &a.BirthDate}, {c.Gender, &a.Gender}, {c.PupilCode, &a.PupilCode}, {c.Language, &a.Language}} {
		if f.from != nil {
			*f.to = text.Line(*f.from)
		}
	}
	if c.State != nil {
		a.State = *c.State
	}
	if !slices.Contains([]State{Active, Banned, Closed}, a.State) {
		return contest.Faulty(contest.Problem{Location: "state", Code: "bad_state", Message: "a state is active, banned or closed"})
	}
	if a.Language != "vi" && a.Language != "en" {
		return contest.Faulty(contest.Problem{Location: "language", Code: "bad_language", Message: "a language is vi or en"})
	}
	if problems := checkPerson(a.FullName, a.BirthDate, a.Gender, a.PupilCode, now); len(problems) > 0 {
		return contest.Faulty(problems...)
	}
	return nil
}

// checkPerson holds the rules for what is kept of a person.
func checkPerson(name, birth, gender, code string, now time.Time) []contest.Problem {
	var problems []contest.Problem
	if !text.ValidName(name) || len([]rune(name)) > 120 {
		problems = append(problems, contest.Problem{Location: "name", Code: "bad_name", Message: "a name has letters only, at most 120"})
	}
	if !ValidBirthDate(birth, now) {
		problems = append(problems, contest.Problem{Location: "birth_date", Code: "bad_date", Message: "a birth date is yyyy-mm-dd"})
	}
	if gender != "" && gender != "male" && gender != "female" {
		problems = append(problems, contest.Problem{Location: "gender", Code: "bad_gender", Message: "a gender is male, female or empty"})
	}
	if len(code) > 40 {
		problems = append(problems, contest.Problem{Location: "pupil_code", Code: "too_long", Message: "a pupil code has at most 40 characters"})
	}
	return problems
}
