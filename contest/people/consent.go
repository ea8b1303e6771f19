package people

import (
	"context"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// ConsentKind says to what somebody agreed.
type ConsentKind string

// The kinds of consent.
const (
	Processing  ConsentKind = "processing"  // keeping the data for contests
	Publication ConsentKind = "publication" // showing name and result in full
)

// Giver says who agreed.
type Giver string

// The givers of consent: a child and its guardian, or an adult for themself.
const (
	Child    Giver = "child"
	Guardian Giver = "guardian"
	Self     Giver = "self"
)

// ownConsentAge is the age from which a child's own consent is needed to
// publish, beside the guardian's. Below it nothing is published in full.
const ownConsentAge = 7

// Consent is one recorded agreement. Evidence says where the paper lies or how
// it was given; it holds no scan.
type Consent struct {
	ID          string
	AccountID   string
	ContestID   string // empty for every contest
	Kind        ConsentKind
	GivenBy     Giver
	Evidence    string
	GivenAt     time.Time
	WithdrawnAt time.Time
	ActorID     string
}

// ConsentLine is a consent as a list shows it.
type ConsentLine struct {
	Consent
	Recorder string // name of who recorded it
	Contest  string // title, when it is for one contest only
}

// ConsentStore keeps consents. WithdrawConsent is idempotent; Consents lists
// those of an account, the newest first, withdrawn ones too.
type ConsentStore interface {
	Consent(ctx context.Context, id string) (Consent, error)
	Consents(ctx context.Context, accountID string, page contest.Page) ([]ConsentLine, string, error)
	CreateConsent(ctx context.Context, actor contest.Actor, c Consent) error
	WithdrawConsent(ctx context.Context, actor contest.Actor, id string) error
}

// MayPublish decides from the givers of standing publication consents whether
// a full name may be shown in public. A child of unknown age counts as too
// young.
func MayPublish(kind contest.AccountKind, birthDate string, now time.Time, givers map[Giver]bool) bool {
	if kind != contest.Pupil {
		return givers[Self]
	}
	age, known := Age(birthDate, now)
	return known && age >= ownConsentAge && givers[Guardian] && givers[Child]
}

// RecordConsent notes an agreement that the school or the teacher was given.
func (s *Service) RecordConsent(ctx context.Context, actor contest.Actor, c Consent) (Consent, error) {
	kind, err := s.consenting(ctx, actor, c.AccountID)
	if err != nil {
		return Consent{}, err
	}
	c.Evidence = text.Line(c.Evidence)
	var problems []contest.Problem
	if c.Kind != Processing && c.Kind != Publication {
		problems = append(problems, contest.Problem{Location: "kind", Code: "bad_kind", Message: "a consent is for processing or publication"})
	}
	if child := c.GivenBy == Child || c.GivenBy == Guardian; child != (kind == contest.Pupil) || !child && c.GivenBy != Self {
		problems = append(problems, contest.Problem{Location: "given_by", Code: "bad_giver", Message: "a pupil's consent is given by child or guardian, an adult's by self"})
	}
	if c.Evidence == "" || len([]rune(c.Evidence)) > 500 {
		problems = append(problems, contest.Problem{Location: "evidence", Code: "no_evidence", Message: "say in 1 to 500 characters where the agreement is written"})
	}
	if len(problems) > 0 {
		return Consent{}, contest.Faulty(problems...)
	}
	c.ID, c.GivenAt, c.WithdrawnAt, c.ActorID = s.NewID(), s.Now(), time.Time{}, actor.AccountID
	return c, s.Store.CreateConsent(ctx, actor, c)
}

// ConsentsOf lists what was agreed to for an account, and what was taken back,
// to whoever keeps its consents.
func (s *Service) ConsentsOf(ctx context.Context, actor contest.Actor, accountID string, page contest.Page) ([]ConsentLine, string, error) {
	if _, err := s.consenting(ctx, actor, accountID); err != nil {
		return nil, "", err
	}
	return s.Store.Consents(ctx, accountID, page)
}

// WithdrawConsent ends an agreement from now on.
func (s *Service) WithdrawConsent(ctx context.Context, actor contest.Actor, id string) error {
	c, err := s.Store.Consent(ctx, id)
	if err != nil {
		return err
	}
	if _, err := s.consenting(ctx, actor, c.AccountID); err != nil {
		return contest.Missing("consent")
	}
	return s.Store.WithdrawConsent(ctx, actor, id)
}

// consenting says of what kind an account is whose consents the actor keeps.
func (s *Service) consenting(ctx context.Context, actor contest.Actor, accountID string) (contest.AccountKind, error) {
	p, err := s.Store.PupilPlace(ctx, accountID)
	if err != nil {
		return "", err
	}
	if !actor.Can(p.UnitPath, contest.RoleSchool, contest.RoleTeacher) && !isSystem(actor) {
		return "", contest.Missing("account")
	}
	return p.Account.Kind, nil
}
