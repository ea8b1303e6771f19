package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"mangxanh/contest"
)

type auditWire struct {
	ID      string          `json:"id"`
	At      time.Time       `json:"at"`
	ActorID string          `json:"actor_id"`
	Action  string          `json:"action"`
	Object  string          `json:"object"`
	Detail  json.RawMessage `json:"detail"`
}

type auditInput struct {
	Paging
	Object string `query:"object" required:"true" maxLength:"100" doc:"kind:id"`
}

func (s *Server) auditRoutes() {
	route(s, op{Method: http.MethodGet, Path: "/audit", ID: "list-audit", Summary: "Who did what to an object", Tag: "audit"}, s.listAudit)
}

// listAudit is for admins of the whole tree only: entries name accounts.
func (s *Server) listAudit(ctx context.Context, actor contest.Actor, in *auditInput) (*body[list[auditWire]], error) {
	if len(actor.Paths()) == 0 {
		return nil, contest.Missing("audit")
	}
	entries, next, err := s.svc.Audit.Audit(ctx, in.Object, in.page())
	if err != nil {
		return nil, err
	}
	items := make([]auditWire, len(entries))
	for i, e := range entries {
		items[i] = auditWire{ID: e.ID, At: e.At, ActorID: e.ActorID, Action: e.Action, Object: e.Object, Detail: json.RawMessage(e.Detail)}
	}
	return listOf(items, next), nil
}
