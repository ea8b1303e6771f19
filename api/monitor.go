package api

import (
	"context"
	"net/http"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
)

type (
	countsWire struct {
		NotIn     int `json:"not_in"`
		Working   int `json:"working"`
		Lost      int `json:"lost" doc:"Open, and for lost_after_s nothing of it arrived: no start, no answer, no sign"`
		Submitted int `json:"submitted"`
	}
	unitCountsWire struct {
		Unit   namedWire  `json:"unit"`
		Counts countsWire `json:"counts"`
	}
	namedWire struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	monitorWire struct {
		Counts countsWire       `json:"counts"`
		ByUnit []unitCountsWire `json:"by_unit"`
		AsOf   time.Time        `json:"as_of" doc:"At most two seconds ago"`
		LostS  int              `json:"lost_after_s" doc:"Seconds of silence after which an open attempt counts as lost"`
	}
	watchedWire struct {
		AccountID  string     `json:"account_id"`
		Name       string     `json:"name"`
		Class      namedWire  `json:"class"`
		State      string     `json:"state" enum:"not_in,working,lost,submitted"`
		AttemptID  string     `json:"attempt_id,omitempty"`
		LastSeenAt *time.Time `json:"last_seen_at,omitempty"`
		Answered   int        `json:"answered"`
		Deadline   *time.Time `json:"deadline,omitempty"`
	}
	monitorInput struct {
		RoundID string `path:"round_id"`
		UnitID  string `query:"unit_id" maxLength:"64" doc:"Count by class inside this unit, instead of by school"`
	}
	watchedInput struct {
		Paging
		RoundID string `path:"round_id"`
		UnitID  string `query:"unit_id" maxLength:"64"`
		State   string `query:"state" enum:"not_in,working,lost,submitted,"`
		Query   string `query:"q" maxLength:"100" doc:"Part of the name; diacritics make no difference"`
	}
	allowanceInput struct {
		AttemptID string `path:"attempt_id"`
		Body      struct {
			ExtraS int64  `json:"extra_s" minimum:"1" maximum:"14400"`
			Reason string `json:"reason" maxLength:"500"`
		}
	}
	annulInput struct {
		AttemptID string `path:"attempt_id"`
		Body      struct {
			Reason string `json:"reason" maxLength:"500"`
		}
	}
	attemptStateWire struct {
		ID       string    `json:"id"`
		State    string    `json:"state"`
		Deadline time.Time `json:"deadline"`
	}
)

func (s *Server) monitorRoutes() {
	route(s, op{Method: http.MethodGet, Path: "/rounds/{round_id}/monitor", ID: "get-monitor", Summary: "Who is in, by unit", Tag: "monitor"}, s.getMonitor)
	route(s, op{Method: http.MethodGet, Path: "/rounds/{round_id}/monitor/people", ID: "list-monitor-people", Summary: "The people behind the counts", Tag: "monitor"}, s.listWatched)
	route(s, op{Method: http.MethodPost, Path: "/attempts/{attempt_id}/allowances", ID: "grant-allowance", Summary: "Give extra time", Tag: "monitor", Status: http.StatusCreated}, s.grantAllowance)
	route(s, op{Method: http.MethodPost, Path: "/attempts/{attempt_id}/annul", ID: "annul-attempt", Summary: "Take an attempt out, with a reason", Tag: "monitor"}, s.annulAttempt)
}

func (s *Server) getMonitor(ctx context.Context, actor contest.Actor, in *monitorInput) (*body[monitorWire], error) {
	m, err := s.svc.Monitor.Monitor(ctx, actor, in.RoundID, in.UnitID)
	if err != nil {
		return nil, err
	}
	return answer(toMonitor(m)), nil
}

func toMonitor(m attempt.Monitor) monitorWire {
	w := monitorWire{Counts: countsWire(m.Counts), ByUnit: make([]unitCountsWire, len(m.Units)), AsOf: m.AsOf, LostS: int(attempt.LostAfter.Seconds())}
	for i, u := range m.Units {
		w.ByUnit[i] = unitCountsWire{Unit: namedWire{ID: u.UnitID, Name: u.Name}, Counts: countsWire(u.Counts)}
	}
	return w
}

func (s *Server) listWatched(ctx context.Context, actor contest.Actor, in *watchedInput) (*body[list[watchedWire]], error) {
	people, next, err := s.svc.Monitor.People(ctx, actor, in.RoundID, in.UnitID, attempt.Presence(in.State), in.Query, in.page())
	if err != nil {
		return nil, err
	}
	items := make([]watchedWire, len(people))
	for i, p := range people {
		items[i] = watchedWire{AccountID: p.AccountID, Name: p.Name, Class: namedWire{ID: p.ClassID, Name: p.ClassName},
			State: string(p.Presence), AttemptID: p.AttemptID, LastSeenAt: someTime(p.LastSeen), Answered: p.Answered, Deadline: someTime(p.Deadline)}
	}
	return listOf(items, next), nil
}

// someTime is nil for no time.
func someTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (s *Server) grantAllowance(ctx context.Context, actor contest.Actor, in *allowanceInput) (*body[attemptStateWire], error) {
	a, err := s.svc.Monitor.Grant(ctx, actor, in.AttemptID, time.Duration(in.Body.ExtraS)*time.Second, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return answer(attemptStateWire{ID: a.ID, State: string(a.State), Deadline: a.Deadline}), nil
}

func (s *Server) annulAttempt(ctx context.Context, actor contest.Actor, in *annulInput) (*body[attemptStateWire], error) {
	a, err := s.svc.Monitor.Annul(ctx, actor, in.AttemptID, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return answer(attemptStateWire{ID: a.ID, State: string(a.State), Deadline: a.Deadline}), nil
}
