package api

import (
	"context"
	"time"

	"mangxanh/contest"
)

type boardAboutWire struct {
	RoundID      string     `json:"round_id"`
	RoundName    string     `json:"round_name"`
	ContestID    string     `json:"contest_id"`
	ContestTitle string     `json:"contest_title"`
	State        string     `json:"state" doc:"Of the round"`
	Leaderboard  string     `json:"leaderboard" enum:"live,after_close,off"`
	Shown        bool       `json:"shown" doc:"Whether I may read the leaderboard now"`
	ShownAt      *time.Time `json:"shown_at,omitempty" doc:"When I may, if that is known"`
	Scopes       []string   `json:"scopes" doc:"The scopes that I have"`
	Divisions    []refWire  `json:"divisions"`
	Division     *refWire   `json:"division,omitempty" doc:"My own"`
}

// getBoardAbout tells what a leaderboard is of also while it is not shown, so
// that a page can say when it will be.
func (s *Server) getBoardAbout(ctx context.Context, actor contest.Actor, in *RoundInput) (*body[boardAboutWire], error) {
	a, err := s.svc.Live.About(ctx, actor, in.RoundID)
	if err != nil {
		return nil, err
	}
	w := boardAboutWire{
		RoundID: a.Round.ID, RoundName: a.Round.Name, ContestID: a.Contest.ID, ContestTitle: a.Contest.Title, State: string(a.State),
		Leaderboard: string(a.When), Shown: a.Shown, ShownAt: optionalTime(a.ShownAt), Scopes: []string{"all"}, Divisions: []refWire{},
	}
	if a.School {
		w.Scopes = append(w.Scopes, "school")
	}
	if a.Class {
		w.Scopes = append(w.Scopes, "class")
	}
	for _, d := range a.Contest.Divisions {
		w.Divisions = append(w.Divisions, refWire{ID: d.ID, Name: d.Name})
	}
	if a.Own.ID != "" {
		w.Division = &refWire{ID: a.Own.ID, Name: a.Own.Name}
	}
	return answer(w), nil
}
