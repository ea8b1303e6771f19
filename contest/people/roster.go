package people

import (
	"context"
	"slices"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// RosterRow is one pupil as a roster names them.
type RosterRow struct {
	Row       int // as in the file, for the outcome
	FullName  string
	BirthDate string // yyyy-mm-dd, yyyy or empty
	Gender    string // male, female or empty
	ClassName string
	PupilCode string
}

// RosterResult says what became of a row.
type RosterResult string

// The results of a row.
const (
	RosterCreated RosterResult = "created"
	RosterUpdated RosterResult = "updated"
	RosterSkipped RosterResult = "skipped"
)

// RosterOutcome tells what a row did.
type RosterOutcome struct {
	Row         int
	Result      RosterResult
	Code        string // why it was skipped: unchanged, code_of_another, same_name_in_class
	AccountID   string
	ClassID     string
	MadeClassID string // the class that had to be made for this row
	Undo        RosterUndo
}

// RosterUndo holds what taking a row back needs. It is plain data: keep it
// with the row and give it to UndoRoster.
type RosterUndo struct {
	AccountID string
	Created   bool
	Before    *Account // the account as it was, when the row changed it
	Opened    string   // enrolment that the row began
	Closed    string   // enrolment that the row ended
	MadeClass string
}

// Roster is a school's classes of a year and all pupils it keeps, with the
// class of that year where they have one.
type Roster struct {
	School     Unit
	SchoolYear string
	Classes    []Unit
	Pupils     []RosterPupil
}

// RosterPupil is one pupil of a school.
type RosterPupil struct {
	Account     Account
	EnrolmentID string // open in the roster's year, or empty
	ClassID     string
	Used        bool // has signed in or taken part: must not be removed
}

// RosterChange is what a plan decided; the store does all of it or nothing.
type RosterChange struct {
	NewClasses     []Unit
	NewAccounts    []Account
	Changed        []Account
	Closed         []string // enrolments that end now
	Reopened       []string // enrolments that go on after all
	Opened         []Enrolment
	DropEnrolments []string
	DropAccounts   []string // with their cards and consents
	DropClasses    []string // if nobody was ever enrolled there
}

// CheckRosterRow holds the rules for one row; intake shows its problems before
// anything is committed.
func CheckRosterRow(r RosterRow, now time.Time) []contest.Problem {
	problems := checkPerson(text.Line(r.FullName), r.BirthDate, r.Gender, text.Line(r.PupilCode), now)
	if name, _ := ClassName(r.ClassName); name == "" || len([]rune(name)) > 20 {
		problems = append(problems, contest.Problem{Location: "class", Code: "bad_class", Message: "a class has a name of at most 20 characters"})
	}
	for i := range problems {
		problems[i].Row = r.Row
	}
	return problems
}

// CommitRoster puts rows into a school's roster of a year, all in one
// transaction; classes that are missing are made. A pupil is found by pupil
// code in the school, otherwise by name and birth date in the class, and never
// by name alone. Committing the same rows again changes nothing.
func (s *Service) CommitRoster(ctx context.Context, actor contest.Actor, schoolID, schoolYear, importID string, rows []RosterRow) ([]RosterOutcome, error) {
	school, err := s.unit(ctx, actor, schoolID, contest.RoleSchool)
	if err != nil {
		return nil, err
	}
	if school.Kind != School {
		return nil, contest.Faulty(contest.Problem{Location: "unit_id", Code: "not_a_school", Message: "a roster belongs to a school"})
	}
	var outcomes []RosterOutcome
	err = s.Store.ChangeRoster(ctx, actor, schoolID, s.schoolYear(schoolYear), "roster.commit", func(r Roster) (RosterChange, error) {
		var change RosterChange
		change, outcomes = s.PlanRoster(r, importID, rows)
		return change, nil
	})
	return outcomes, err
}

// PlanRoster decides what rows do to a roster, without doing it.
func (s *Service) PlanRoster(r Roster, importID string, rows []RosterRow) (RosterChange, []RosterOutcome) {
	plan := s.newPlan(r, importID)
	outcomes := make([]RosterOutcome, 0, len(rows))
	for _, row := range rows {
		outcomes = append(outcomes, plan.take(row))
	}
	return plan.finish(), outcomes
}

// UndoRoster takes rows back, last first. Pupils who have signed in or taken
// part since stay; the numbers say how many rows were taken back and kept.
func (s *Service) UndoRoster(ctx context.Context, actor contest.Actor, schoolID, schoolYear string, undo []RosterUndo) (undone, kept int, err error) {
	if _, err := s.unit(ctx, actor, schoolID, contest.RoleSchool); err != nil {
		return 0, 0, err
	}
	err = s.Store.ChangeRoster(ctx, actor, schoolID, s.schoolYear(schoolYear), "roster.undo", func(r Roster) (RosterChange, error) {
		var change RosterChange
		change, undone, kept = PlanUndo(r, undo)
		return change, nil
	})
	s.changed()
	return undone, kept, err
}

// PlanUndo decides how to take rows back, without doing it.
func PlanUndo(r Roster, undo []RosterUndo) (c RosterChange, undone, kept int) {
	pupils := map[string]RosterPupil{}
	for _, p := range r.Pupils {
		pupils[p.Account.ID] = p
	}
	for _, u := range slices.Backward(undo) {
		p, there := pupils[u.AccountID]
		if u.MadeClass != "" {
			c.DropClasses = append(c.DropClasses, u.MadeClass)
		}
		switch {
		case u.AccountID == "":
		case !there || u.Created && p.Used:
			kept++
		case u.Created:
			c.DropAccounts = append(c.DropAccounts, u.AccountID)
			undone++
		case u.Opened != "" && p.EnrolmentID != u.Opened:
			kept++ // moved on since
		default:
			c.takeBack(u, p)
			undone++
		}
	}
	return c, undone, kept
}

func (c *RosterChange) takeBack(u RosterUndo, p RosterPupil) {
	if u.Before != nil {
		before := *u.Before
		before.Version = p.Account.Version
		c.Changed = append(c.Changed, before)
	}
	if u.Opened != "" {
		c.DropEnrolments = append(c.DropEnrolments, u.Opened)
	}
	if u.Closed != "" {
		c.Reopened = append(c.Reopened, u.Closed)
	}
}
