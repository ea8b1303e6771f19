package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"mangxanh/contest"
)

type auditWire struct {
	ID         string          `json:"id"`
	At         time.Time       `json:"at"`
	Actor      namedWire       `json:"actor" doc:"Id system and no name for the program itself"`
	Action     string          `json:"action"`
	Object     string          `json:"object" doc:"kind:id"`
	ObjectName string          `json:"object_name,omitempty" doc:"As it is called now"`
	Detail     json.RawMessage `json:"detail"`
}

type auditInput struct {
	Paging
	Object  string `query:"object" maxLength:"100" doc:"kind:id, or a kind alone"`
	ActorID string `query:"actor_id" maxLength:"64" doc:"Who acted"`
}

func (s *Server) auditRoutes() {
	route(s, op{Method: http.MethodGet, Path: "/audit", ID: "list-audit", Summary: "Who did what, newest first", Tag: "audit"}, s.listAudit)
}

// listAudit is for administrators: entries name accounts.
func (s *Server) listAudit(ctx context.Context, actor contest.Actor, in *auditInput) (*body[list[auditWire]], error) {
	f, err := contest.AuditScope(actor)
	if err != nil {
		return nil, err
	}
	f.Object, f.ActorID = in.Object, in.ActorID
	entries, next, err := s.svc.Audit.Audit(ctx, f, in.page())
	if err != nil {
		return nil, err
	}
	items := make([]auditWire, len(entries))
	for i, e := range entries {
		items[i] = auditWire{
			ID: e.ID, At: e.At, Actor: namedWire{ID: e.ActorID, Name: e.ActorName}, Action: e.Action, Object: e.Object, ObjectName: e.ObjectName,
			Detail: json.RawMessage(e.Detail),
		}
	}
	return listOf(items, next), nil
}
