package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

func (s *Server) draftRoutes() {
	const tag = "bank"
	route(s, op{Method: http.MethodGet, Path: "/banks/{bank_id}/drafts", ID: "list-drafts", Summary: "What I am writing into a bank, newest first", Tag: tag}, s.listDrafts)
	route(s, op{Method: http.MethodGet, Path: "/banks/{bank_id}/drafts/{draft_id}", ID: "get-draft", Summary: "One of my drafts with its form", Tag: tag}, s.getDraft)
	route(s, op{Method: http.MethodPut, Path: "/banks/{bank_id}/drafts/{draft_id}", ID: "put-draft", Summary: "Keep what I have typed; the writing with the highest number wins", Tag: tag}, s.putDraft)
	route(s, op{Method: http.MethodDelete, Path: "/banks/{bank_id}/drafts/{draft_id}", ID: "drop-draft", Summary: "Forget one of my drafts", Tag: tag}, s.dropDraft)
}

type draftWire struct {
	ID         string    `json:"id"`
	Seq        int64     `json:"seq"`
	QuestionID string    `json:"question_id,omitempty"`
	BasedOn    int       `json:"based_on" doc:"The version that I saw, 0 for a new question"`
	Title      string    `json:"title" doc:"How the stem begins"`
	ChangedAt  time.Time `json:"changed_at"`
}

func draftToWire(d bank.FormDraft) draftWire {
	return draftWire{ID: d.ID, Seq: d.Seq, QuestionID: d.QuestionID, BasedOn: d.BasedOn, Title: d.Title, ChangedAt: d.Changed}
}

func (s *Server) listDrafts(ctx context.Context, actor contest.Actor, in *BankInput) (*body[list[draftWire]], error) {
	drafts, err := s.svc.Drafts.List(ctx, actor, in.BankID)
	if err != nil {
		return nil, err
	}
	items := make([]draftWire, len(drafts))
	for i, d := range drafts {
		items[i] = draftToWire(d)
	}
	return listOf(items, ""), nil
}

type DraftInput struct {
	BankInput
	DraftID string `path:"draft_id" maxLength:"60"`
}

type wholeDraftWire struct {
	ID         string         `json:"id"`
	Seq        int64          `json:"seq"`
	QuestionID string         `json:"question_id,omitempty"`
	BasedOn    int            `json:"based_on"`
	Title      string         `json:"title"`
	ChangedAt  time.Time      `json:"changed_at"`
	Form       map[string]any `json:"form"`
}

func (s *Server) getDraft(ctx context.Context, actor contest.Actor, in *DraftInput) (*body[wholeDraftWire], error) {
	d, err := s.svc.Drafts.Get(ctx, actor, in.BankID, in.DraftID)
	if err != nil {
		return nil, err
	}
	w := wholeDraftWire{ID: d.ID, Seq: d.Seq, QuestionID: d.QuestionID, BasedOn: d.BasedOn, Title: d.Title, ChangedAt: d.Changed}
	if err := json.Unmarshal([]byte(d.Form), &w.Form); err != nil {
		return nil, err
	}
	return answer(w), nil
}

type putDraftInput struct {
	DraftInput
	Body struct {
		Seq        int64          `json:"seq" minimum:"1" doc:"Raised by every writing"`
		QuestionID string         `json:"question_id,omitempty" maxLength:"60"`
		BasedOn    int            `json:"based_on,omitempty" minimum:"0" maximum:"1000000"`
		Form       map[string]any `json:"form" doc:"The form as the page keeps it, at most 64 KB"`
	}
}

type keptDraftWire struct {
	ID        string    `json:"id"`
	Seq       int64     `json:"seq" doc:"Of what is kept"`
	Kept      bool      `json:"kept" doc:"False: a later writing is kept already"`
	ChangedAt time.Time `json:"changed_at"`
}

func (s *Server) putDraft(ctx context.Context, actor contest.Actor, in *putDraftInput) (*body[keptDraftWire], error) {
	form, err := plainJSON(in.Body.Form)
	if err != nil {
		return nil, err
	}
	stem, _ := in.Body.Form["stem"].(string)
	d, kept, err := s.svc.Drafts.Put(ctx, actor, bank.FormDraft{
		BankID: in.BankID, ID: in.DraftID, Seq: in.Body.Seq, QuestionID: in.Body.QuestionID, BasedOn: in.Body.BasedOn, Form: form,
	}, stem)
	if err != nil {
		return nil, err
	}
	return answer(keptDraftWire{ID: d.ID, Seq: d.Seq, Kept: kept, ChangedAt: d.Changed}), nil
}

// plainJSON writes a value without escaping what only HTML minds.
func plainJSON(v any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func (s *Server) dropDraft(ctx context.Context, actor contest.Actor, in *DraftInput) (*nothing, error) {
	return nil, s.svc.Drafts.Drop(ctx, actor, in.BankID, in.DraftID)
}
