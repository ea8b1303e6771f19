package people

import (
	"context"
	"time"

	"mangxanh/contest"
)

// Enrolment says that a pupil is in a class in a school year, from a day on
// and, once they left, until a day.
type Enrolment struct {
	ID         string
	AccountID  string
	ClassID    string
	SchoolID   string
	SchoolYear string
	ValidFrom  time.Time
	ValidTo    time.Time
	ImportID   string
	CreatedAt  time.Time
}

// Person is what contests need to know of somebody: where they are counted
// and how they may be shown.
type Person struct {
	AccountID          string
	Kind               contest.AccountKind
	FullName           string
	State              State
	ClassID, ClassName string
	Grade              int // 0 for who is in no class
	SchoolID           string
	SchoolName         string
	UnitPath           string // of the class, else of the unit that keeps the account
	PublicationConsent bool   // only People fills it
}

// PupilPlace says where a pupil is now.
type PupilPlace struct {
	Account    Account
	UnitPath   string // of the class, else of the school
	ClassID    string
	ClassName  string
	SchoolID   string
	SchoolName string
	SchoolYear string
}

// PupilLine is one line of the list of a class or a school.
type PupilLine struct {
	Account     Account
	ClassID     string
	ClassName   string
	Card        *CardInfo // the live card, or none
	Publication bool      // the full name may be published
}

// CardInfo is what a list may show of a card: never the secret or the PIN.
type CardInfo struct {
	Code     string // as printed
	IssuedAt time.Time
}

// PupilFilter narrows a list of pupils to a subtree and a school year.
type PupilFilter struct {
	UnitPath   string
	SchoolYear string
	Query      string
}

// EnrolmentStore keeps who is in which class.
//
// Person takes one statement. People returns those it finds, with consent for
// the contest decided. ChangeRoster holds the school's roster still while plan
// decides, and may run plan more than once.
type EnrolmentStore interface {
	Person(ctx context.Context, accountID, schoolYear string) (Person, error)
	People(ctx context.Context, contestID, schoolYear string, ids []string) ([]Person, error)
	PupilPlace(ctx context.Context, accountID string) (PupilPlace, error)
	Pupils(ctx context.Context, f PupilFilter, page contest.Page) ([]PupilLine, string, error)
	ChangeRoster(ctx context.Context, actor contest.Actor, schoolID, schoolYear, action string, plan func(Roster) (RosterChange, error)) error
}

// PupilsOf lists the pupils of a unit in a school year, the current one when
// none is named.
func (s *Service) PupilsOf(ctx context.Context, actor contest.Actor, unitID, schoolYear, query string, page contest.Page) ([]PupilLine, string, error) {
	u, err := s.unit(ctx, actor, unitID, contest.RoleSchool, contest.RoleTeacher)
	if err != nil {
		return nil, "", err
	}
	return s.Store.Pupils(ctx, PupilFilter{UnitPath: u.Path, SchoolYear: s.schoolYear(schoolYear), Query: query}, page)
}

// pupilPlace says where a pupil is now, if the actor holds one of the roles
// there.
func (s *Service) pupilPlace(ctx context.Context, actor contest.Actor, accountID string, roles ...contest.Role) (PupilPlace, error) {
	p, err := s.Store.PupilPlace(ctx, accountID)
	if err != nil {
		return PupilPlace{}, err
	}
	if p.Account.Kind != contest.Pupil || !actor.Can(p.UnitPath, roles...) && !isSystem(actor) {
		return PupilPlace{}, contest.Missing("account")
	}
	return p, nil
}

// EnrolPupil adds one pupil by hand to a class of the current school year, by
// the same rules as a roster of one row.
func (s *Service) EnrolPupil(ctx context.Context, actor contest.Actor, classID string, row RosterRow) (RosterOutcome, error) {
	class, err := s.unit(ctx, actor, classID, contest.RoleSchool)
	if err != nil {
		return RosterOutcome{}, err
	}
	if class.Kind != Class {
		return RosterOutcome{}, contest.Faulty(contest.Problem{Location: "class_id", Code: "not_a_class", Message: "pupils are enrolled in classes"})
	}
	row.ClassName = class.Name
	if problems := CheckRosterRow(row, s.Now()); len(problems) > 0 {
		return RosterOutcome{}, contest.Faulty(problems...)
	}
	out, err := s.CommitRoster(ctx, actor, class.ParentID, class.SchoolYear, "", []RosterRow{row})
	if err != nil {
		return RosterOutcome{}, err
	}
	if out[0].Result == RosterSkipped {
		return out[0], contest.Refuse(contest.Conflict, out[0].Code, "this pupil is there already")
	}
	return out[0], nil
}

// movePupil puts a pupil into another class of the same school.
func (s *Service) movePupil(ctx context.Context, actor contest.Actor, accountID string, to Unit) error {
	return s.Store.ChangeRoster(ctx, actor, to.ParentID, to.SchoolYear, "pupil.move", func(r Roster) (RosterChange, error) {
		plan := s.newPlan(r, "")
		for i := range r.Pupils {
			if r.Pupils[i].Account.ID == accountID {
				plan.enrol(&r.Pupils[i], to.ID)
			}
		}
		return plan.finish(), nil
	})
}
