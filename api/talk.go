package api

import (
	"context"
	"net/http"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

func (s *Server) talkRoutes() {
	const tag = "bank"
	route(s, op{Method: http.MethodGet, Path: "/questions/{question_id}/versions/{version}/diff", ID: "diff-versions", Summary: "What a version changed, word by word", Tag: tag}, s.diffVersions)
	route(s, op{Method: http.MethodGet, Path: "/questions/{question_id}/history", ID: "list-question-history", Summary: "Who did what with a question, newest first", Tag: tag}, s.listQuestionHistory)
	route(s, op{Method: http.MethodGet, Path: "/questions/{question_id}/comments", ID: "list-comments", Summary: "What was said of a question, oldest first", Tag: tag}, s.listComments)
	route(s, op{Method: http.MethodPost, Path: "/questions/{question_id}/comments", ID: "add-comment", Summary: "Say something of a question to those who work with it", Tag: tag, Status: http.StatusCreated}, s.addComment)
	route(s, op{Method: http.MethodPatch, Path: "/questions/{question_id}/comments/{comment_id}", ID: "resolve-comment", Summary: "Settle a comment, or open it again", Tag: tag}, s.resolveComment)
	route(s, op{Method: http.MethodGet, Path: "/questions/{question_id}/uses", ID: "list-uses", Summary: "Rounds that may draw a question, latest first", Tag: tag}, s.listUses)
}

type diffWire struct {
	Version  int             `json:"version"`
	Against  int             `json:"against" doc:"0 for the first version, which has nothing before it"`
	Withheld bool            `json:"withheld,omitempty" doc:"Without key and explanation: I take part in a contest that asks this"`
	Fields   []diffFieldWire `json:"fields" doc:"Only those that differ"`
}

type diffFieldWire struct {
	Field    string        `json:"field" doc:"stem, options[0], key, law_to …"`
	Segments []segmentWire `json:"segments"`
}

type segmentWire struct {
	Op   string `json:"op" enum:"same,added,removed"`
	Text string `json:"text" doc:"Plain text"`
}

type diffInput struct {
	VersionInput
	Against int `query:"against" minimum:"0" maximum:"1000000" doc:"The version to compare with; the one before when absent"`
}

func (s *Server) diffVersions(ctx context.Context, actor contest.Actor, in *diffInput) (*body[diffWire], error) {
	d, err := s.svc.Bank.Difference(ctx, actor, in.QuestionID, in.Version, in.Against)
	if err != nil {
		return nil, err
	}
	w := diffWire{Version: d.Number, Against: d.Against, Withheld: d.Withheld, Fields: make([]diffFieldWire, len(d.Changes))}
	for i, c := range d.Changes {
		w.Fields[i] = diffFieldWire{Field: c.Field, Segments: make([]segmentWire, len(c.Segments))}
		for j, part := range c.Segments {
			w.Fields[i].Segments[j] = segmentWire{Op: string(part.Op), Text: part.Text}
		}
	}
	return answer(w), nil
}

type eventWire struct {
	At      time.Time `json:"at"`
	Actor   refWire   `json:"actor"`
	What    string    `json:"what" enum:"created,version,submit,approve,return,retire,moved,comment,resolved"`
	Version int       `json:"version,omitempty"`
	Text    string    `json:"text,omitempty"`
}

type questionPageInput struct {
	QuestionInput
	Paging
}

func (s *Server) listQuestionHistory(ctx context.Context, actor contest.Actor, in *questionPageInput) (*body[list[eventWire]], error) {
	events, next, err := s.svc.Talk.History(ctx, actor, in.QuestionID, in.page())
	if err != nil {
		return nil, err
	}
	items := make([]eventWire, len(events))
	for i, e := range events {
		items[i] = eventWire{At: e.At, Actor: refWire{ID: e.ActorID, Name: e.Actor}, What: e.What, Version: e.Number, Text: e.Text}
	}
	return listOf(items, next), nil
}

type commentWire struct {
	ID         string        `json:"id"`
	Version    int           `json:"version"`
	Text       string        `json:"text"`
	Author     refWire       `json:"author"`
	CreatedAt  time.Time     `json:"created_at"`
	Resolved   *resolvedWire `json:"resolved,omitempty" doc:"Absent while it is open"`
	MayResolve bool          `json:"may_resolve"`
}

type resolvedWire struct {
	By refWire   `json:"by"`
	At time.Time `json:"at"`
}

func commentToWire(actor contest.Actor, c bank.Comment, others bool) commentWire {
	w := commentWire{
		ID: c.ID, Version: c.Number, Text: c.Text, Author: refWire{ID: c.AuthorID, Name: c.Author}, CreatedAt: c.Created,
		MayResolve: others || c.AuthorID == actor.AccountID,
	}
	if c.ResolverID != "" {
		w.Resolved = &resolvedWire{By: refWire{ID: c.ResolverID, Name: c.Resolver}, At: c.Resolved}
	}
	return w
}

type commentsInput struct {
	QuestionInput
	Paging
	Open bool `query:"open" doc:"Only those that are not settled"`
}

func (s *Server) listComments(ctx context.Context, actor contest.Actor, in *commentsInput) (*body[list[commentWire]], error) {
	comments, next, err := s.svc.Talk.Comments(ctx, actor, in.QuestionID, in.Open, in.page())
	if err != nil {
		return nil, err
	}
	others, err := s.svc.Talk.MayResolve(ctx, actor, in.QuestionID)
	if err != nil {
		return nil, err
	}
	items := make([]commentWire, len(comments))
	for i, c := range comments {
		items[i] = commentToWire(actor, c, others)
	}
	return listOf(items, next), nil
}

type addCommentInput struct {
	QuestionInput
	Body struct {
		Text    string `json:"text" minLength:"1" maxLength:"4000"`
		Version int    `json:"version,omitempty" minimum:"0" doc:"That it is about; the newest when absent"`
	}
}

func (s *Server) addComment(ctx context.Context, actor contest.Actor, in *addCommentInput) (*body[commentWire], error) {
	c, err := s.svc.Talk.Say(ctx, actor, in.QuestionID, in.Body.Version, in.Body.Text)
	if err != nil {
		return nil, err
	}
	return answer(commentToWire(actor, c, true)), nil
}

type resolveCommentInput struct {
	QuestionInput
	CommentID string `path:"comment_id" maxLength:"60"`
	Body      struct {
		Resolved bool `json:"resolved"`
	}
}

func (s *Server) resolveComment(ctx context.Context, actor contest.Actor, in *resolveCommentInput) (*body[commentWire], error) {
	c, err := s.svc.Talk.Resolve(ctx, actor, in.QuestionID, in.CommentID, in.Body.Resolved)
	if err != nil {
		return nil, err
	}
	return answer(commentToWire(actor, c, true)), nil
}

type usedWire struct {
	Contest  refWire   `json:"contest"`
	Round    refWire   `json:"round"`
	Version  int       `json:"version"`
	State    string    `json:"state" enum:"scheduled,open,closed,official"`
	OpensAt  time.Time `json:"opens_at"`
	ClosesAt time.Time `json:"closes_at"`
	MayOpen  bool      `json:"may_open" doc:"I run this contest"`
}

func (s *Server) listUses(ctx context.Context, actor contest.Actor, in *questionPageInput) (*body[list[usedWire]], error) {
	uses, next, err := s.svc.Talk.Uses(ctx, actor, in.QuestionID, in.page())
	if err != nil {
		return nil, err
	}
	items := make([]usedWire, len(uses))
	for i, u := range uses {
		r, _ := u.Contest.Round(u.RoundID)
		items[i] = usedWire{
			Contest: refWire{ID: u.Contest.ID, Name: u.Contest.Title}, Round: refWire{ID: r.ID, Name: r.Name}, Version: u.Number,
			State: string(r.State(s.cfg.Now())), OpensAt: r.OpensAt, ClosesAt: r.ClosesAt, MayOpen: u.Manageable,
		}
	}
	return listOf(items, next), nil
}
