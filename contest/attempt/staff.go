package attempt

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"mangxanh/contest"
)

// Act is what a member of staff does to an attempt: extra time, or, when Extra
// is zero, annulling it.
type Act struct {
	Extra  time.Duration
	Reason string
}

// StaffStore is the record as the monitor and the staff acts need it.
type StaffStore interface {
	Attempt(ctx context.Context, id string) (Attempt, error)
	// ChangeAttempt lets a pure function decide under the row's lock; it may run again.
	ChangeAttempt(ctx context.Context, actor contest.Actor, id string, decide func(Attempt) (Act, error)) (Attempt, error)
	// MonitorPlaces counts people by class, the classes of a school together,
	// in the order of school and class names.
	MonitorPlaces(ctx context.Context, q MonitorQuery) ([]PlaceCounts, error)
	MonitorPeople(ctx context.Context, q MonitorQuery, page contest.Page) ([]Watched, string, error)
	UnitPath(ctx context.Context, id string) (string, error)
}

// Staff is what organizers do while a round runs. They see and change attempts
// of contests that their units run.
type Staff struct {
	Attempts *Service
	Store    StaffStore
	Now      func() time.Time

	looks looks
}

// Limits of a staff act.
const (
	maxExtra  = 4 * time.Hour
	maxReason = 500
)

// Grant gives extra time to an open attempt: the deadline moves forward, the
// start stays, and who gave how much and why is recorded.
func (s *Staff) Grant(ctx context.Context, actor contest.Actor, id string, extra time.Duration, reason string) (Attempt, error) {
	reason = strings.TrimSpace(reason)
	var problems []contest.Problem
	if extra < time.Second || extra > maxExtra {
		problems = append(problems, contest.Problem{Location: "extra_s", Code: "range", Message: "between 1 second and 4 hours"})
	}
	if problems = append(problems, checkReason(reason)...); len(problems) > 0 {
		return Attempt{}, contest.Faulty(problems...)
	}
	if err := s.mayManage(ctx, actor, id); err != nil {
		return Attempt{}, err
	}
	return s.Store.ChangeAttempt(ctx, actor, id, func(a Attempt) (Act, error) {
		if a.State != Open {
			return Act{}, contest.Refuse(contest.Conflict, "attempt_closed", "this attempt is finished")
		}
		return Act{Extra: extra.Truncate(time.Second), Reason: reason}, nil
	})
}

// Annul takes an attempt out, with a reason. It keeps its number, so that nobody
// gets another try by it.
func (s *Staff) Annul(ctx context.Context, actor contest.Actor, id, reason string) (Attempt, error) {
	reason = strings.TrimSpace(reason)
	if problems := checkReason(reason); len(problems) > 0 {
		return Attempt{}, contest.Faulty(problems...)
	}
	if err := s.mayManage(ctx, actor, id); err != nil {
		return Attempt{}, err
	}
	a, err := s.Store.ChangeAttempt(ctx, actor, id, func(a Attempt) (Act, error) {
		if a.State == Annulled {
			return Act{}, contest.Refuse(contest.Conflict, "already_annulled", "this attempt is annulled already")
		}
		return Act{Reason: reason}, nil
	})
	if err == nil {
		s.Attempts.OnFinished(ctx, []Attempt{a})
	}
	return a, err
}

func checkReason(reason string) []contest.Problem {
	if reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return []contest.Problem{{Location: "reason", Code: "length", Message: "say why in 1 to 500 characters"}}
	}
	return nil
}

// mayManage refuses whoever does not run the attempt's contest; to them it does
// not exist.
func (s *Staff) mayManage(ctx context.Context, actor contest.Actor, id string) error {
	a, err := s.Store.Attempt(ctx, id)
	if err != nil {
		return err
	}
	sheet, err := s.Attempts.sheets.get(ctx, a.RoundID)
	if err != nil {
		return err
	}
	if !actor.Can(sheet.Contest.UnitPath, contest.RoleOrganizer) {
		return contest.Missing("attempt")
	}
	return nil
}
