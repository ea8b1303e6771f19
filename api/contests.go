package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"mangxanh/contest"
)

func (s *Server) contestRoutes() {
	const tag = "contest"
	route(s, op{Method: http.MethodGet, Path: "/contests", ID: "list-contests", Summary: "Contests that I may see", Tag: tag}, s.listContests)
	route(s, op{Method: http.MethodPost, Path: "/contests", ID: "create-contest", Summary: "Begin a contest as a draft", Tag: tag, Status: 201}, s.createContest)
	route(s, op{Method: http.MethodGet, Path: "/contests/{contest_id}", ID: "get-contest", Summary: "One contest with its rules", Tag: tag}, s.getContest)
	route(s, op{Method: http.MethodPatch, Path: "/contests/{contest_id}", ID: "edit-contest", Summary: "Change a contest", Tag: tag}, s.editContest)
	route(s, op{Method: http.MethodPut, Path: "/contests/{contest_id}/rule-sheet", ID: "set-rule-sheet", Summary: "Replace the rule sheet", Tag: tag}, s.setRuleSheet)
	route(s, op{Method: http.MethodGet, Path: "/contests/{contest_id}/rules", ID: "get-rules", Summary: "The rules text made from the settings", Tag: tag}, s.getRules)
	route(s, op{Method: http.MethodGet, Path: "/contests/{contest_id}/divisions", ID: "list-divisions", Summary: "Divisions in their order", Tag: tag}, s.listDivisions)
	route(s, op{Method: http.MethodPut, Path: "/contests/{contest_id}/divisions", ID: "set-divisions", Summary: "Replace the divisions", Tag: tag}, s.setDivisions)
	route(s, op{Method: http.MethodPost, Path: "/contests/{contest_id}/publish", ID: "publish-contest", Summary: "Make a contest public after all checks", Tag: tag, Status: 200}, s.publishContest)
	route(s, op{Method: http.MethodPost, Path: "/contests/{contest_id}/rounds", ID: "add-round", Summary: "Add a round", Tag: tag, Status: 201}, s.addRound)
	route(s, op{Method: http.MethodPatch, Path: "/rounds/{round_id}", ID: "edit-round", Summary: "Change a round, or extend one that has begun", Tag: tag}, s.editRound)
	route(s, op{Method: http.MethodDelete, Path: "/rounds/{round_id}", ID: "delete-round", Summary: "Remove a round from a draft", Tag: tag}, s.deleteRound)
	route(s, op{Method: http.MethodGet, Path: "/rounds/{round_id}/blueprint", ID: "get-blueprint", Summary: "The blueprint with what the bank offers", Tag: tag}, s.getBlueprint)
	route(s, op{Method: http.MethodPut, Path: "/rounds/{round_id}/blueprint", ID: "set-blueprint", Summary: "Replace the blueprint", Tag: tag}, s.setBlueprint)
	route(s, op{Method: http.MethodPost, Path: "/rounds/{round_id}/open", ID: "open-round", Summary: "Open a round now", Tag: tag, Status: 200}, s.openRound)
	route(s, op{Method: http.MethodPost, Path: "/rounds/{round_id}/close", ID: "close-round", Summary: "Close a round now", Tag: tag, Status: 200}, s.closeRound)
}

type ContestInput struct {
	ContestID string `path:"contest_id" maxLength:"64"`
}

type RoundInput struct {
	RoundID string `path:"round_id" maxLength:"64"`
}

// Matching is the version that the sender of an edit has seen.
type Matching struct {
	IfMatch string `header:"If-Match" maxLength:"40" doc:"The version seen; 412 when it has moved on"`
}

func (m Matching) version() int64 {
	v, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(m.IfMatch, "W/"), `"`), 10, 64)
	if err != nil && m.IfMatch != "" {
		return -1 // matches nothing
	}
	return v
}

type contestsInput struct {
	Paging
	Scope   string `query:"scope" enum:"mine,staff" doc:"staff = those I manage or watch, in pages; mine are all on one"`
	RoundID string `query:"round_id" maxLength:"64" doc:"With scope staff: only the contest that holds this round"`
}

func (s *Server) listContests(ctx context.Context, actor contest.Actor, in *contestsInput) (*body[list[contestWire]], error) {
	var views []contest.View
	var next string
	var err error
	if in.Scope == "staff" {
		views, next, err = s.svc.Contests.ForStaff(ctx, actor, in.RoundID, in.page())
	} else {
		views, err = s.svc.Contests.For(ctx, actor)
	}
	if err != nil {
		return nil, err
	}
	now := contest.Moment(s.cfg.Now())
	items := make([]contestWire, len(views))
	for i, v := range views {
		items[i] = contestDoc(v, now)
		items[i].Settings = nil
	}
	return listOf(items, next), nil
}

type createContestInput struct {
	Body struct {
		UnitID     string         `json:"unit_id" maxLength:"64"`
		Title      string         `json:"title" maxLength:"400"`
		SchoolYear string         `json:"school_year,omitempty" maxLength:"20"`
		LawAsOf    *time.Time     `json:"law_as_of,omitempty"`
		Audience   []string       `json:"audience,omitempty" maxItems:"500"`
		RuleSheet  *ruleSheetWire `json:"rule_sheet,omitempty"`
	}
}

func (s *Server) createContest(ctx context.Context, actor contest.Actor, in *createContestInput) (*body[contestWire], error) {
	b := in.Body
	c, err := s.svc.Contests.Create(ctx, actor, contest.Proposal{
		UnitID: b.UnitID, Title: b.Title, SchoolYear: b.SchoolYear, LawAsOf: timeOf(b.LawAsOf), Audience: b.Audience, Rules: fromRuleSheetWire(b.RuleSheet),
	})
	return s.managed(c, err)
}

// managed answers with a contest that the actor has just changed.
func (s *Server) managed(c contest.Contest, err error) (*body[contestWire], error) {
	if err != nil {
		return nil, err
	}
	return answer(contestDoc(contest.View{Contest: c, Manages: true}, contest.Moment(s.cfg.Now()))), nil
}

type languageInput struct {
	ContestInput
	Lang string `query:"lang" enum:"vi,en" doc:"Language of the rules text; vi"`
}

func (s *Server) getContest(ctx context.Context, actor contest.Actor, in *languageInput) (*body[contestWire], error) {
	v, err := s.svc.Contests.Get(ctx, actor, in.ContestID)
	if err != nil {
		return nil, err
	}
	doc := contestDoc(v, contest.Moment(s.cfg.Now()))
	doc.RulesHTML = v.Contest.RulesHTML(in.Lang)
	return answer(doc), nil
}

type rulesWire struct {
	Title string `json:"title"`
	HTML  string `json:"html"`
}

func (s *Server) getRules(ctx context.Context, actor contest.Actor, in *languageInput) (*body[rulesWire], error) {
	v, err := s.svc.Contests.Get(ctx, actor, in.ContestID)
	if err != nil {
		return nil, err
	}
	return answer(rulesWire{Title: v.Contest.Title, HTML: v.Contest.RulesHTML(in.Lang)}), nil
}

type editContestInput struct {
	ContestInput
	Matching
	Body struct {
		Title      *string    `json:"title,omitempty" maxLength:"400"`
		SchoolYear *string    `json:"school_year,omitempty" maxLength:"20"`
		LawAsOf    *time.Time `json:"law_as_of,omitempty"`
		Audience   *[]string  `json:"audience,omitempty" maxItems:"500"`
		Archived   *bool      `json:"archived,omitempty"`
	}
}

func (s *Server) editContest(ctx context.Context, actor contest.Actor, in *editContestInput) (*body[contestWire], error) {
	b := in.Body
	return s.managed(s.svc.Contests.Edit(ctx, actor, in.ContestID, in.version(), contest.Patch{
		Title: b.Title, SchoolYear: b.SchoolYear, LawAsOf: b.LawAsOf, Audience: b.Audience, Archived: b.Archived,
	}))
}

type ruleSheetInput struct {
	ContestInput
	Matching
	Body ruleSheetWire
}

func (s *Server) setRuleSheet(ctx context.Context, actor contest.Actor, in *ruleSheetInput) (*body[contestWire], error) {
	return s.managed(s.svc.Contests.SetRules(ctx, actor, in.ContestID, in.version(), fromRuleSheetWire(&in.Body)))
}

func (s *Server) listDivisions(ctx context.Context, actor contest.Actor, in *ContestInput) (*body[list[divisionWire]], error) {
	v, err := s.svc.Contests.Get(ctx, actor, in.ContestID)
	if err != nil {
		return nil, err
	}
	return listOf(divisionDocs(v.Contest.Divisions), ""), nil
}

type divisionsInput struct {
	ContestInput
	Matching
	Body struct {
		Items []divisionWire `json:"items" maxItems:"30"`
	}
}

func (s *Server) setDivisions(ctx context.Context, actor contest.Actor, in *divisionsInput) (*body[contestWire], error) {
	divisions := make([]contest.Division, len(in.Body.Items))
	for i, d := range in.Body.Items {
		divisions[i] = contest.Division{ID: d.ID, Code: d.Code, Name: d.Name, Kind: contest.AccountKind(d.Kind), GradeFrom: d.GradeFrom, GradeTo: d.GradeTo}
	}
	return s.managed(s.svc.Contests.SetDivisions(ctx, actor, in.ContestID, in.version(), divisions))
}

func (s *Server) publishContest(ctx context.Context, actor contest.Actor, in *ContestInput) (*body[contestWire], error) {
	return s.managed(s.svc.Contests.Publish(ctx, actor, in.ContestID))
}

type roundPatchWire struct {
	Name      *string    `json:"name,omitempty" maxLength:"400"`
	Kind      *string    `json:"kind,omitempty" enum:"quiz,writing"`
	OpensAt   *time.Time `json:"opens_at,omitempty"`
	ClosesAt  *time.Time `json:"closes_at,omitempty"`
	DurationS *int64     `json:"duration_s,omitempty" minimum:"0" maximum:"43200"`
	BankID    *string    `json:"bank_id,omitempty" maxLength:"64"`
	Prompt    *string    `json:"prompt,omitempty" maxLength:"20000"`
}

func (w roundPatchWire) patch() contest.RoundPatch {
	p := contest.RoundPatch{Name: w.Name, OpensAt: w.OpensAt, ClosesAt: w.ClosesAt, BankID: w.BankID, Prompt: w.Prompt}
	if w.Kind != nil {
		kind := contest.RoundKind(*w.Kind)
		p.Kind = &kind
	}
	if w.DurationS != nil {
		d := time.Duration(*w.DurationS) * time.Second
		p.Duration = &d
	}
	return p
}

type addRoundInput struct {
	ContestInput
	Body roundPatchWire
}

func (s *Server) addRound(ctx context.Context, actor contest.Actor, in *addRoundInput) (*body[roundWire], error) {
	return s.managedRound(s.svc.Contests.AddRound(ctx, actor, in.ContestID, in.Body.patch()))
}

// managedRound answers with a round that the actor has just changed.
func (s *Server) managedRound(c contest.Contest, r contest.Round, err error) (*body[roundWire], error) {
	if err != nil {
		return nil, err
	}
	return answer(roundDoc(contest.View{Contest: c, Manages: true}, r, contest.Moment(s.cfg.Now()))), nil
}

type editRoundInput struct {
	RoundInput
	Matching
	Body roundPatchWire
}

func (s *Server) editRound(ctx context.Context, actor contest.Actor, in *editRoundInput) (*body[roundWire], error) {
	return s.managedRound(s.svc.Contests.EditRound(ctx, actor, in.RoundID, in.version(), in.Body.patch()))
}

func (s *Server) deleteRound(ctx context.Context, actor contest.Actor, in *RoundInput) (*nothing, error) {
	return &nothing{}, s.svc.Contests.DeleteRound(ctx, actor, in.RoundID)
}

func (s *Server) openRound(ctx context.Context, actor contest.Actor, in *RoundInput) (*body[roundWire], error) {
	return s.managedRound(s.svc.Contests.OpenNow(ctx, actor, in.RoundID))
}

func (s *Server) closeRound(ctx context.Context, actor contest.Actor, in *RoundInput) (*body[roundWire], error) {
	return s.managedRound(s.svc.Contests.CloseNow(ctx, actor, in.RoundID))
}

func (s *Server) getBlueprint(ctx context.Context, actor contest.Actor, in *RoundInput) (*body[blueprintWire], error) {
	c, r, err := s.svc.Contests.ManagedRound(ctx, actor, in.RoundID)
	if err != nil {
		return nil, err
	}
	return s.blueprint(ctx, c, r)
}

func (s *Server) blueprint(ctx context.Context, c contest.Contest, r contest.Round) (*body[blueprintWire], error) {
	stocks, err := s.svc.Contests.Stocks(ctx, c, r)
	if err != nil {
		return nil, err
	}
	return answer(blueprintDoc(r, stocks)), nil
}

type setBlueprintInput struct {
	RoundInput
	Body struct {
		Lines []struct {
			ID         string `json:"id,omitempty"`
			DivisionID string `json:"division_id,omitempty" maxLength:"64"`
			Topic      string `json:"topic,omitempty" maxLength:"200"`
			Type       string `json:"type,omitempty" maxLength:"30"`
			Difficulty string `json:"difficulty,omitempty" maxLength:"60"`
			AgeBand    string `json:"age_band,omitempty" maxLength:"60"`
			Count      int    `json:"count"`
			Points     int64  `json:"points"`
			Available  int    `json:"available,omitempty" doc:"Ignored; as it came"`
		} `json:"lines" maxItems:"100"`
	}
}

func (s *Server) setBlueprint(ctx context.Context, actor contest.Actor, in *setBlueprintInput) (*body[blueprintWire], error) {
	lines := make([]contest.BlueprintLine, len(in.Body.Lines))
	for i, l := range in.Body.Lines {
		lines[i] = contest.BlueprintLine{
			DivisionID: l.DivisionID, Topic: l.Topic, Type: l.Type, Difficulty: l.Difficulty, AgeBand: l.AgeBand, Count: l.Count, Points: l.Points,
		}
	}
	c, r, err := s.svc.Contests.SetBlueprint(ctx, actor, in.RoundID, lines)
	if err != nil {
		return nil, err
	}
	return s.blueprint(ctx, c, r)
}

func locationOfLine(i int) string { return fmt.Sprintf("lines[%d]", i) }
