package api

import (
	"context"
	"net/http"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

type pupilWire struct {
	AccountID string         `json:"account_id"`
	Name      string         `json:"name"`
	BirthDate string         `json:"birth_date,omitempty" doc:"yyyy-mm-dd or yyyy"`
	Gender    string         `json:"gender,omitempty" enum:"male,female"`
	PupilCode string         `json:"pupil_code,omitempty"`
	State     string         `json:"state" enum:"active,banned,closed"`
	Version   int64          `json:"version"`
	Class     namedWire      `json:"class"`
	Card      *cardInfoWire  `json:"card,omitempty"`
	Consent   consentSumWire `json:"consent"`
}

type cardInfoWire struct {
	Code     string    `json:"code"`
	IssuedAt time.Time `json:"issued_at"`
}

type consentSumWire struct {
	Publication bool `json:"publication" doc:"The full name may be published"`
}

type pupilsInput struct {
	UnitID string `path:"unit_id"`
	Paging
	SchoolYear string `query:"school_year" maxLength:"20"`
	Query      string `query:"q" maxLength:"100"`
}

type enrolInput struct {
	Body struct {
		ClassID   string `json:"class_id" maxLength:"64"`
		Name      string `json:"name" maxLength:"200"`
		BirthDate string `json:"birth_date,omitempty" maxLength:"10"`
		Gender    string `json:"gender,omitempty" enum:"male,female"`
		PupilCode string `json:"pupil_code,omitempty" maxLength:"40"`
	}
}

type enrolledWire struct {
	AccountID string `json:"account_id"`
	ClassID   string `json:"class_id"`
	Result    string `json:"result" enum:"created,updated"`
}

type changeAccountInput struct {
	AccountID string `path:"account_id"`
	Matching
	Body struct {
		Name      *string `json:"name,omitempty" maxLength:"200"`
		BirthDate *string `json:"birth_date,omitempty" maxLength:"10"`
		Gender    *string `json:"gender,omitempty" maxLength:"10"`
		PupilCode *string `json:"pupil_code,omitempty" maxLength:"40"`
		Language  *string `json:"language,omitempty" maxLength:"5"`
		State     *string `json:"state,omitempty" enum:"active,banned,closed"`
		ClassID   *string `json:"class_id,omitempty" maxLength:"64"`
	}
}

type changedAccountWire struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	BirthDate string `json:"birth_date,omitempty"`
	Gender    string `json:"gender,omitempty"`
	PupilCode string `json:"pupil_code,omitempty"`
	Language  string `json:"language"`
	State     string `json:"state"`
	Version   int64  `json:"version"`
}

type staffWire struct {
	ID      string     `json:"id"`
	Kind    string     `json:"kind" enum:"staff,parent"`
	Name    string     `json:"name"`
	Login   string     `json:"login,omitempty"`
	State   string     `json:"state" enum:"active,banned,closed"`
	Unit    *namedWire `json:"unit,omitempty"`
	Roles   []roleWire `json:"roles"`
	Version int64      `json:"version"`
}

type staffInput struct {
	Paging
	Query string `query:"q" maxLength:"100"`
}

type grantWire struct {
	Role   string `json:"role" enum:"admin,organizer,school,teacher,judge"`
	UnitID string `json:"unit_id" maxLength:"64"`
}

type newStaffInput struct {
	Body struct {
		Name     string      `json:"name" maxLength:"200"`
		Login    string      `json:"login" maxLength:"64"`
		UnitID   string      `json:"unit_id" maxLength:"64"`
		Kind     string      `json:"kind,omitempty" enum:"staff,parent"`
		Language string      `json:"language,omitempty" enum:"vi,en"`
		Roles    []grantWire `json:"roles,omitempty" maxItems:"20"`
	}
}

type newStaffWire struct {
	ID       string `json:"id"`
	Login    string `json:"login"`
	Password string `json:"password" doc:"Shown once"`
}

type newRoleInput struct {
	AccountID string `path:"account_id"`
	Body      grantWire
}

type roleInput struct {
	AccountID string `path:"account_id"`
	RoleID    string `path:"role_id"`
}

type consentInput struct {
	AccountID string `path:"account_id"`
	Body      struct {
		Kind      string `json:"kind" enum:"publication,processing"`
		GivenBy   string `json:"given_by" enum:"child,guardian,self"`
		ContestID string `json:"contest_id,omitempty" maxLength:"64" doc:"Empty for every contest"`
		Evidence  string `json:"evidence" maxLength:"500" doc:"Where the agreement is written"`
	}
}

type consentWire struct {
	ID          string     `json:"id"`
	Kind        string     `json:"kind" enum:"publication,processing"`
	GivenBy     string     `json:"given_by" enum:"child,guardian,self"`
	GivenAt     time.Time  `json:"given_at"`
	WithdrawnAt *time.Time `json:"withdrawn_at,omitempty"`
	Evidence    string     `json:"evidence" doc:"Where the agreement is written"`
	Contest     *namedWire `json:"contest,omitempty" doc:"Absent when it is for every contest"`
	RecordedBy  namedWire  `json:"recorded_by"`
}

type consentsInput struct {
	AccountID string `path:"account_id"`
	Paging
}

type consentIDInput struct {
	ConsentID string `path:"consent_id"`
}

func (s *Server) peopleRoutes() {
	route(s, op{Method: http.MethodGet, Path: "/units/{unit_id}/enrolments", ID: "list-enrolments", Summary: "Pupils of a unit", Tag: "people"}, s.listEnrolments)
	route(s, op{Method: http.MethodPost, Path: "/enrolments", ID: "enrol-pupil", Summary: "Add one pupil to a class", Tag: "people", Status: http.StatusCreated}, s.enrolPupil)
	route(s, op{Method: http.MethodGet, Path: "/accounts", ID: "list-accounts", Summary: "Staff accounts", Tag: "people"}, s.listAccounts)
	route(s, op{Method: http.MethodPost, Path: "/accounts", ID: "create-account", Summary: "Add a staff account", Tag: "people", Status: http.StatusCreated}, s.createAccount)
	route(s, op{Method: http.MethodPatch, Path: "/accounts/{account_id}", ID: "change-account", Summary: "Edit a person", Tag: "people"}, s.changeAccount)
	route(s, op{Method: http.MethodPost, Path: "/accounts/{account_id}/roles", ID: "grant-role", Summary: "Give a role", Tag: "people", Status: http.StatusCreated}, s.grantRole)
	route(s, op{Method: http.MethodDelete, Path: "/accounts/{account_id}/roles/{role_id}", ID: "revoke-role", Summary: "Take a role", Tag: "people", Status: http.StatusNoContent}, s.revokeRole)
	route(s, op{Method: http.MethodGet, Path: "/accounts/{account_id}/consents", ID: "list-consents", Summary: "What was agreed to for a person, newest first", Tag: "people"}, s.listConsents)
	route(s, op{Method: http.MethodPost, Path: "/accounts/{account_id}/consents", ID: "record-consent", Summary: "Record a consent", Tag: "people", Status: http.StatusCreated}, s.recordConsent)
	route(s, op{Method: http.MethodDelete, Path: "/consents/{consent_id}", ID: "withdraw-consent", Summary: "Withdraw a consent", Tag: "people", Status: http.StatusNoContent}, s.withdrawConsent)
}

func (s *Server) listEnrolments(ctx context.Context, actor contest.Actor, in *pupilsInput) (*body[list[pupilWire]], error) {
	pupils, next, err := s.svc.People.PupilsOf(ctx, actor, in.UnitID, in.SchoolYear, in.Query, in.page())
	return listEach(pupils, next, err, pupilToWire)
}

func (s *Server) enrolPupil(ctx context.Context, actor contest.Actor, in *enrolInput) (*body[enrolledWire], error) {
	b := in.Body
	out, err := s.svc.People.EnrolPupil(ctx, actor, b.ClassID, people.RosterRow{
		FullName: b.Name, BirthDate: b.BirthDate, Gender: b.Gender, PupilCode: b.PupilCode,
	})
	return answer(enrolledWire{AccountID: out.AccountID, ClassID: out.ClassID, Result: string(out.Result)}), err
}

func (s *Server) listAccounts(ctx context.Context, actor contest.Actor, in *staffInput) (*body[list[staffWire]], error) {
	staff, next, err := s.svc.People.Staff(ctx, actor, in.Query, in.page())
	return listEach(staff, next, err, staffToWire)
}

func (s *Server) createAccount(ctx context.Context, actor contest.Actor, in *newStaffInput) (*body[newStaffWire], error) {
	b := in.Body
	n := people.NewStaff{FullName: b.Name, Login: b.Login, UnitID: b.UnitID, Kind: contest.AccountKind(b.Kind), Language: b.Language}
	for _, g := range b.Roles {
		n.Roles = append(n.Roles, people.RoleGrant{Role: contest.Role(g.Role), UnitID: g.UnitID})
	}
	a, password, err := s.svc.People.CreateStaff(ctx, actor, n)
	return answer(newStaffWire{ID: a.ID, Login: a.Login, Password: password}), err
}

func (s *Server) changeAccount(ctx context.Context, actor contest.Actor, in *changeAccountInput) (*body[changedAccountWire], error) {
	b := in.Body
	a, err := s.svc.People.ChangeAccount(ctx, actor, in.AccountID, in.version(), people.AccountChange{
		FullName: b.Name, BirthDate: b.BirthDate, Gender: b.Gender, PupilCode: b.PupilCode, Language: b.Language,
		State: (*people.State)(b.State), ClassID: b.ClassID,
	})
	return answer(changedAccountWire{
		ID: a.ID, Name: a.FullName, BirthDate: a.BirthDate, Gender: a.Gender, PupilCode: a.PupilCode, Language: a.Language,
		State: string(a.State), Version: a.Version,
	}), err
}

func (s *Server) grantRole(ctx context.Context, actor contest.Actor, in *newRoleInput) (*body[roleWire], error) {
	g, err := s.svc.People.GrantRole(ctx, actor, in.AccountID, contest.Role(in.Body.Role), in.Body.UnitID)
	return answer(roleToWire(g)), err
}

func (s *Server) revokeRole(ctx context.Context, actor contest.Actor, in *roleInput) (*nothing, error) {
	return &nothing{}, s.svc.People.RevokeRole(ctx, actor, in.AccountID, in.RoleID)
}

func (s *Server) recordConsent(ctx context.Context, actor contest.Actor, in *consentInput) (*body[consentWire], error) {
	b := in.Body
	c, err := s.svc.People.RecordConsent(ctx, actor, people.Consent{
		AccountID: in.AccountID, ContestID: b.ContestID, Kind: people.ConsentKind(b.Kind), GivenBy: people.Giver(b.GivenBy), Evidence: b.Evidence,
	})
	return answer(consentToWire(people.ConsentLine{Consent: c})), err
}

func (s *Server) listConsents(ctx context.Context, actor contest.Actor, in *consentsInput) (*body[list[consentWire]], error) {
	lines, next, err := s.svc.People.ConsentsOf(ctx, actor, in.AccountID, in.page())
	return listEach(lines, next, err, consentToWire)
}

func consentToWire(l people.ConsentLine) consentWire {
	return consentWire{
		ID: l.ID, Kind: string(l.Kind), GivenBy: string(l.GivenBy), GivenAt: l.GivenAt, WithdrawnAt: moment(l.WithdrawnAt), Evidence: l.Evidence,
		Contest: named(l.ContestID, l.Contest), RecordedBy: namedWire{ID: l.ActorID, Name: l.Recorder},
	}
}

func (s *Server) withdrawConsent(ctx context.Context, actor contest.Actor, in *consentIDInput) (*nothing, error) {
	return &nothing{}, s.svc.People.WithdrawConsent(ctx, actor, in.ConsentID)
}

func pupilToWire(p people.PupilLine) pupilWire {
	w := pupilWire{
		AccountID: p.Account.ID, Name: p.Account.FullName, BirthDate: p.Account.BirthDate, Gender: p.Account.Gender,
		PupilCode: p.Account.PupilCode, State: string(p.Account.State), Version: p.Account.Version,
		Class: namedWire{ID: p.ClassID, Name: p.ClassName}, Consent: consentSumWire{Publication: p.Publication},
	}
	if p.Card != nil {
		w.Card = &cardInfoWire{Code: p.Card.Code, IssuedAt: p.Card.IssuedAt}
	}
	return w
}

func staffToWire(a people.StaffAccount) staffWire {
	return staffWire{
		ID: a.Account.ID, Kind: string(a.Account.Kind), Name: a.Account.FullName, Login: a.Account.Login, State: string(a.Account.State),
		Unit: named(a.Account.HomeUnitID, a.HomeName), Roles: rolesToWire(a.Roles), Version: a.Account.Version,
	}
}
