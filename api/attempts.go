package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
)

// saveTokenLife is how long after the deadline a save token still speaks: a
// phone that was offline must be told that its attempt is closed, not that it
// is a stranger.
const saveTokenLife = 6 * time.Hour

// maxDevice bounds the name that a browser gives itself.
const maxDevice = 64

// attemptRoutes are the contestant's own calls. They are plain Fiber handlers:
// a whole school saves at once. Their operations are in the document all the
// same.
func (s *Server) attemptRoutes() {
	s.hot(op{Method: http.MethodPost, Path: "/rounds/{round_id}/attempts", ID: "start-attempt", Summary: "Start an attempt, or get the one already open", Tag: "attempts", Status: http.StatusCreated},
		nil, attemptWire{}, s.startAttempt)
	s.hot(op{Method: http.MethodGet, Path: "/attempts/{attempt_id}", ID: "get-attempt", Summary: "My attempt with its paper and answers", Tag: "attempts"},
		nil, attemptWire{}, s.getAttempt)
	s.hot(op{Method: http.MethodPost, Path: "/attempts/{attempt_id}/takeover", ID: "take-over-attempt", Summary: "Go on with my attempt on this device", Tag: "attempts"},
		nil, attemptWire{}, s.takeOverAttempt)
	s.hot(op{Method: http.MethodPut, Path: "/attempts/{attempt_id}/answers", ID: "save-answers", Summary: "Save one answer or the whole journal", Tag: "attempts"},
		answersWire{}, savedWire{}, s.saveAnswers)
	s.hot(op{Method: http.MethodPost, Path: "/attempts/{attempt_id}/submit", ID: "submit-attempt", Summary: "Hand in; again returns the same receipt", Tag: "attempts"},
		submitWire{}, submittedWire{}, s.submitAttempt)
	s.hot(op{Method: http.MethodPost, Path: "/attempts/{attempt_id}/alive", ID: "hear-attempt", Summary: "My attempt is open here and has nothing to save", Tag: "attempts", Status: http.StatusNoContent},
		nil, nil, s.hearAttempt)
	route(s, op{Method: http.MethodGet, Path: "/attempts/{attempt_id}/review", ID: "review-attempt", Summary: "Keys and explanations, once the rule sheet allows", Tag: "attempts"}, s.reviewAttempt)
}

// deviceOf is the random id that the browser gives itself.
func deviceOf(c *fiber.Ctx) (string, error) {
	device := c.Get("X-Device")
	if len(device) > maxDevice {
		return "", contest.Faulty(contest.Problem{Location: "header.X-Device", Code: "length", Message: "at most 64 characters"})
	}
	return device, nil
}

func (s *Server) startAttempt(c *fiber.Ctx) error {
	actor, err := s.actorOf(c)
	if err != nil {
		return err
	}
	device, err := deviceOf(c)
	if err != nil {
		return err
	}
	if err := emptyBody(c.Request().Body()); err != nil {
		return err
	}
	d, made, err := s.svc.Attempts.Start(c.UserContext(), actor, c.Params("round_id"), device, receivedAt(c))
	if err != nil {
		return err
	}
	status := http.StatusOK
	if made {
		status = http.StatusCreated
	}
	return s.sendAttempt(c, status, d)
}

func (s *Server) getAttempt(c *fiber.Ctx) error {
	return s.ownAttempt(c, s.svc.Attempts.Document)
}

func (s *Server) takeOverAttempt(c *fiber.Ctx) error {
	if err := emptyBody(c.Request().Body()); err != nil {
		return err
	}
	return s.ownAttempt(c, s.svc.Attempts.TakeOver)
}

func (s *Server) ownAttempt(c *fiber.Ctx, find func(context.Context, contest.Actor, string, string) (attempt.Document, error)) error {
	actor, err := s.actorOf(c)
	if err != nil {
		return err
	}
	device, err := deviceOf(c)
	if err != nil {
		return err
	}
	d, err := find(c.UserContext(), actor, c.Params("attempt_id"), device)
	if err != nil {
		return err
	}
	return s.sendAttempt(c, http.StatusOK, d)
}

func (s *Server) saveAnswers(c *fiber.Ctx) error {
	r, err := s.saveRequest(c)
	if err != nil {
		return err
	}
	if r.Answers, err = readAnswers(c.Request().Body(), true); err != nil {
		return err
	}
	o, err := s.svc.Attempts.Save(s.saves.context(), r)
	if err != nil {
		return attemptError(err)
	}
	c.Response().Header.SetContentType(fiber.MIMEApplicationJSON)
	c.Response().SetBodyRaw(appendSaved(nil, r, o, s.cfg.Now()))
	return nil
}

func (s *Server) submitAttempt(c *fiber.Ctx) error {
	r, err := s.saveRequest(c)
	if err != nil {
		return err
	}
	if body := c.Request().Body(); len(body) > 0 {
		if r.Answers, err = readAnswers(body, false); err != nil {
			return err
		}
	}
	a, sheet, err := s.svc.Attempts.Submit(c.UserContext(), r)
	if err != nil {
		return attemptError(err)
	}
	w := submittedWire{State: string(a.State), Receipt: toReceipt(a)}
	if sheet.Score(a, s.cfg.Now()) {
		w.Score = &a.Outcome.Score
	}
	return sendJSON(c, http.StatusOK, w)
}

func (s *Server) hearAttempt(c *fiber.Ctx) error {
	if err := emptyBody(c.Request().Body()); err != nil {
		return err
	}
	r, err := s.saveRequest(c)
	if err != nil {
		return err
	}
	if err := s.svc.Signs.Hear(c.UserContext(), r); err != nil {
		return err
	}
	return c.SendStatus(http.StatusNoContent)
}

// saveTime is how long a save may wait, shorter than the sweeper's margin: an
// answer that came in time is settled before its attempt is handed in.
const saveTime = 3 * time.Second

// saveRequest tells who saves: the session's account, or a save token for
// exactly this attempt.
func (s *Server) saveRequest(c *fiber.Ctx) (attempt.Request, error) {
	r := attempt.Request{AttemptID: c.Params("attempt_id"), Received: receivedAt(c)}
	var err error
	if r.Device, err = deviceOf(c); err != nil {
		return r, err
	}
	raw := bearerOf(c)
	if !isSaveToken(raw) {
		actor, err := s.actorOf(c)
		r.AccountID = actor.AccountID
		return r, err
	}
	bearer, err := s.svc.Tokens.ReadSave(raw)
	if err == nil && bearer.AttemptID != r.AttemptID {
		err = contest.Missing("attempt")
	}
	r.AccountID, r.Holder = bearer.AccountID, bearer.Holder
	return r, err
}

// isSaveToken looks at the type in a token's header, to know which reader to
// ask; the reader trusts nothing of this.
func isSaveToken(raw string) bool {
	header, _, _ := strings.Cut(raw, ".")
	if len(header) > 100 {
		return false
	}
	var text [100]byte
	n, err := base64.RawURLEncoding.Decode(text[:], []byte(header))
	return err == nil && strings.Contains(string(text[:n]), `"attempt+jwt"`)
}

type reviewInput struct {
	AttemptID string `path:"attempt_id"`
}

func (s *Server) reviewAttempt(ctx context.Context, actor contest.Actor, in *reviewInput) (*body[reviewWire], error) {
	r, err := s.svc.Attempts.Review(ctx, actor, in.AttemptID)
	if err != nil {
		return nil, err
	}
	return answer(toReview(r)), nil
}
