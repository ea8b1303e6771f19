package api

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"mangxanh/contest"
)

// statuses is the one table from what a refusal means to HTTP.
var statuses = map[contest.Kind]int{
	contest.Invalid:      http.StatusUnprocessableEntity,
	contest.Unauthorized: http.StatusUnauthorized,
	contest.Forbidden:    http.StatusForbidden,
	contest.NotFound:     http.StatusNotFound,
	contest.Conflict:     http.StatusConflict,
	contest.Gone:         http.StatusGone,
	contest.Stale:        http.StatusPreconditionFailed,
	contest.TooMany:      http.StatusTooManyRequests,
	contest.Busy:         http.StatusServiceUnavailable,
	contest.TooLarge:     http.StatusRequestEntityTooLarge,
	contest.Unsupported:  http.StatusUnsupportedMediaType,
}

// problem is the outward form of every refusal (RFC 9457).
type problem struct {
	Type      string   `json:"type"`
	Title     string   `json:"title"`
	Status    int      `json:"status"`
	Code      string   `json:"code" doc:"Stable; pages translate it"`
	Detail    string   `json:"detail"`
	RequestID string   `json:"request_id"`
	Errors    []placed `json:"errors,omitempty"`
	Extra     any      `json:"extra,omitempty" doc:"What the refusal carries, such as the receipt of a closed attempt"`

	retryAfter int
}

// placed is one fault at one place. The rejected value is never echoed.
type placed struct {
	Location string `json:"location"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Row      int    `json:"row,omitempty"`
}

var (
	_ huma.StatusError       = (*problem)(nil)
	_ huma.HeadersError      = (*problem)(nil)
	_ huma.ContentTypeFilter = (*problem)(nil)
)

func (p *problem) Error() string             { return p.Code }
func (p *problem) GetStatus() int            { return p.Status }
func (p *problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders tells a refused client when to come back.
func (p *problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retryAfter))
	}
	return h
}

func newProblem(status int, code, detail string) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// problem turns any error into what the client may read. An accident is logged
// once, here, and leaves as a fixed sentence.
func (s *Server) problem(ctx context.Context, err error) *problem {
	p := s.translate(err)
	p.RequestID, _ = ctx.Value(requestIDKey{}).(string)
	if p.Status == http.StatusInternalServerError {
		s.cfg.Log.Error("request failed", "request_id", p.RequestID, "error", err)
	}
	return p
}

func (s *Server) translate(err error) *problem {
	var refusal *contest.Error
	var known *problem
	var routing *fiber.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &refusal):
		return fromRefusal(refusal)
	case errors.As(err, &routing):
		return fromRouter(routing)
	case errors.Is(err, context.DeadlineExceeded):
		p := newProblem(http.StatusServiceUnavailable, "timeout", "this took too long; try again")
		p.retryAfter = 2
		return p
	}
	var kind contest.Kind
	if errors.As(err, &kind) {
		return newProblem(statuses[kind], string(kind), "")
	}
	return newProblem(http.StatusInternalServerError, "internal", "something went wrong on our side; it was recorded")
}

func fromRefusal(e *contest.Error) *problem {
	p := newProblem(statuses[e.Kind], e.Code, e.Message)
	p.retryAfter = int(math.Ceil(e.RetryAfter.Seconds()))
	if e.Kind == contest.Busy && p.retryAfter == 0 {
		p.retryAfter = 1
	}
	for _, f := range e.Problems {
		p.Errors = append(p.Errors, placed{Location: f.Location, Code: f.Code, Message: f.Message, Row: f.Row})
	}
	p.Extra = extra(e.Detail)
	return p
}

// extra is the wire form of what a refusal carries.
func extra(detail any) any {
	switch d := detail.(type) {
	case nil:
		return nil
	case wired:
		return d.wire()
	}
	return nil
}

// wired is implemented by wire structs that a refusal may carry.
type wired interface{ wire() any }

// fromRouter names the refusals of Fiber and fasthttp, whose own texts are
// never sent.
func fromRouter(e *fiber.Error) *problem {
	code, detail := "bad_request", "the request could not be read"
	switch e.Code {
	case http.StatusNotFound:
		code, detail = "not_found", "no such address"
	case http.StatusMethodNotAllowed:
		code, detail = "method_not_allowed", "this address does not take that method"
	case http.StatusRequestEntityTooLarge:
		code, detail = "too_large", "the request is too large"
	case http.StatusRequestTimeout:
		code, detail = "timeout", "the request came too slowly"
	case http.StatusInternalServerError:
		code, detail = "internal", "something went wrong on our side; it was recorded"
	}
	return newProblem(e.Code, code, detail)
}

// handleError is Fiber's error handler: the same document for every fault.
func (s *Server) handleError(c *fiber.Ctx, err error) error {
	p := s.problem(c.Context(), err)
	p.RequestID, _ = c.Locals(requestIDKey{}).(string)
	for name, values := range p.GetHeaders() {
		c.Set(name, values[0])
	}
	return c.Status(p.Status).JSON(p, "application/problem+json")
}

// Huma keeps its error constructor in a package variable; ours drops the
// rejected values, which may be passwords, and gives every fault a code.
func init() {
	huma.NewErrorWithContext = func(ctx huma.Context, status int, detail string, errs ...error) huma.StatusError {
		p := newProblem(status, codeOfStatus(status), detail)
		if ctx != nil {
			p.RequestID, _ = ctx.Context().Value(requestIDKey{}).(string)
		}
		if status >= http.StatusInternalServerError {
			p.Detail = "something went wrong on our side; it was recorded"
			return p
		}
		for _, err := range errs {
			var d huma.ErrorDetailer
			if errors.As(err, &d) {
				e := d.ErrorDetail()
				p.Errors = append(p.Errors, placed{Location: e.Location, Code: codeOfMessage(e.Message), Message: e.Message})
			}
		}
		if len(p.Errors) > 0 && p.Errors[0].Code == "unknown_field" {
			p.Code = "unknown_field"
		}
		return p
	}
	huma.NewError = func(status int, detail string, errs ...error) huma.StatusError {
		return huma.NewErrorWithContext(nil, status, detail, errs...)
	}
}

func codeOfStatus(status int) string {
	switch status {
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		return "invalid"
	case http.StatusRequestEntityTooLarge:
		return "too_large"
	case http.StatusUnsupportedMediaType:
		return "content_type"
	case http.StatusRequestTimeout:
		return "timeout"
	case http.StatusInternalServerError:
		return "internal"
	}
	return strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_")
}

// codeOfMessage names huma's validation messages, which are constants.
func codeOfMessage(message string) string {
	for _, c := range []struct{ part, code string }{
		{"unexpected property", "unknown_field"},
		{"unexpected query", "unknown_field"},
		{"unknown query", "unknown_field"},
		{"required", "required"},
		{"length", "length"},
		{"expected number", "range"},
		{"one of", "choice"},
	} {
		if strings.Contains(message, c.part) {
			return c.code
		}
	}
	return "invalid"
}
