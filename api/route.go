package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"mangxanh/contest"
)

// prefix of every path of the API.
const prefix = "/api/v1"

// op names one operation. Path is below the prefix, with {braces}.
type op struct {
	Method, Path string
	ID           string // stable, kebab-case: the generated client uses it
	Summary      string
	Tag          string
	Status       int // of success; 0 = 200, or 204 without a body
	MaxBody      int64
}

func (o op) operation(secured bool) huma.Operation {
	h := huma.Operation{
		Method: o.Method, Path: prefix + o.Path, OperationID: o.ID, Summary: o.Summary,
		Tags: []string{o.Tag}, DefaultStatus: o.Status, MaxBodyBytes: o.MaxBody,
		BodyReadTimeout: readTimeout,
		Errors:          []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}
	if secured {
		h.Security = []map[string][]string{{"bearer": {}}}
		h.Errors = append(h.Errors, http.StatusUnauthorized)
	}
	return h
}

// route registers an operation for a signed-in actor.
func route[I, O any](s *Server, o op, handle func(context.Context, contest.Actor, *I) (*O, error)) {
	huma.Register(s.huma, o.operation(true), func(ctx context.Context, in *I) (*O, error) {
		actor, err := s.actor(ctx)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		out, err := handle(ctx, actor, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

// publicRoute registers an operation that needs no sign-in.
func publicRoute[I, O any](s *Server, o op, handle func(context.Context, *I) (*O, error)) {
	huma.Register(s.huma, o.operation(false), func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

// actor is who sent the request.
func (s *Server) actor(ctx context.Context) (contest.Actor, error) {
	token, _ := ctx.Value(bearerKey{}).(string)
	if token == "" || s.svc.Auth == nil {
		return contest.Actor{}, contest.Refuse(contest.Unauthorized, "sign_in", "sign in first")
	}
	return s.svc.Auth.Actor(ctx, token)
}

// actorOf is actor for plain Fiber handlers.
func (s *Server) actorOf(c *fiber.Ctx) (contest.Actor, error) {
	token := bearerOf(c)
	if token == "" || s.svc.Auth == nil {
		return contest.Actor{}, contest.Refuse(contest.Unauthorized, "sign_in", "sign in first")
	}
	return s.svc.Auth.Actor(c.UserContext(), token)
}

func bearerOf(c *fiber.Ctx) string {
	token, _ := c.Locals(bearerKey{}).(string)
	return token
}

// body is an output with a JSON body and nothing else.
type body[T any] struct{ Body T }

// answer wraps a value as an output.
func answer[T any](v T) *body[T] { return &body[T]{Body: v} }

// nothing is an output or input without content.
type nothing struct{}

// list is the shape of every list.
type list[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor" doc:"Empty on the last page"`
}

// listOf wraps a page of a list; an empty page is [] and not null.
func listOf[T any](items []T, next string) *body[list[T]] {
	if items == nil {
		items = []T{}
	}
	return answer(list[T]{Items: items, NextCursor: next})
}

// listEach answers what a service found, each as it goes over the wire.
func listEach[T, W any](found []T, next string, err error, wire func(T) W) (*body[list[W]], error) {
	if err != nil {
		return nil, err
	}
	items := make([]W, len(found))
	for i, v := range found {
		items[i] = wire(v)
	}
	return listOf(items, next), nil
}

// Paging is the input of every list. Its name is exported because huma does not
// look into embedded structs whose names are not.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" doc:"Items on a page"`
	Cursor string `query:"cursor" maxLength:"500" doc:"From next_cursor of the page before"`
}

func (p Paging) page() contest.Page { return contest.Page{Limit: p.Limit, Cursor: p.Cursor} }
