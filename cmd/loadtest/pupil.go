package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

const apiPath = "/api/v1"

// target is the server and the round that pupils take part in.
type target struct {
	addr  string // host:port
	round string
}

// pupil is one simulated child: a card, a session and at most one attempt.
type pupil struct {
	card    card
	token   string
	attempt *sheet
}

func (p *pupil) login(t target, c *conn, seen *tally) error {
	body, err := json.Marshal(map[string]string{"card": p.card.code, "pin": p.card.pin})
	if err != nil {
		return err
	}
	began := time.Now()
	status, reply, err := c.do(request("POST", t.addr, apiPath+"/auth/card", "", body))
	if !seen.done(login, time.Since(began), status, reply, err) {
		return fmt.Errorf("login of %s: %d %s: %w", p.card.code, status, clip(reply), orRefused(err))
	}
	var session struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(reply, &session); err != nil {
		return fmt.Errorf("login of %s: %w", p.card.code, err)
	}
	p.token = session.AccessToken
	return nil
}

// document is what the load program reads of an attempt.
type document struct {
	ID        string `json:"id"`
	State     string `json:"state"`
	SaveToken string `json:"save_token"`
	Questions []struct {
		ID      string `json:"id"`
		Type    string `json:"type"`
		Options []struct {
			ID string `json:"id"`
		} `json:"options"`
	} `json:"questions"`
	Answers []struct {
		QuestionID string          `json:"question_id"`
		Seq        int64           `json:"seq"`
		Response   json.RawMessage `json:"response"`
	} `json:"answers"`
}

// start begins the attempt, or finds the one that is open already.
func (p *pupil) start(t target, c *conn, seen *tally) error {
	req := request("POST", t.addr, apiPath+"/rounds/"+t.round+"/attempts", p.token, []byte("{}"))
	began := time.Now()
	status, reply, err := c.do(req)
	if !seen.done(start, time.Since(began), status, reply, err) {
		return fmt.Errorf("start of %s: %d %s: %w", p.card.code, status, clip(reply), orRefused(err))
	}
	var doc document
	if err := json.Unmarshal(reply, &doc); err != nil {
		return fmt.Errorf("start of %s: %w", p.card.code, err)
	}
	if doc.ID == "" || len(doc.Questions) == 0 {
		return fmt.Errorf("start of %s: no attempt with questions in %s", p.card.code, clip(reply))
	}
	p.attempt = newSheet(t, p.token, doc)
	return nil
}

// sheet is one attempt as its pupil knows it: what was sent, what was
// acknowledged, and the request bytes that do not change between saves.
type sheet struct {
	id        string
	head      []byte
	questions []asked
	acked     int64
	scratch   []byte
}

// asked is one question with a few responses that it accepts, and the newest
// of them that the server acknowledged.
type asked struct {
	id        string
	set       bool // responses are sets: the order of a list says nothing
	responses []string
	seq       int64 // the last number used
	ackedSeq  int64
	ackedTo   string
	unknown   []sent // sent after ackedSeq with no reply: may or may not be there
}

type sent struct {
	seq      int64
	response string
}

func newSheet(t target, token string, doc document) *sheet {
	if doc.SaveToken != "" {
		token = doc.SaveToken
	}
	s := &sheet{id: doc.ID}
	s.head = requestHead(nil, "PUT", t.addr, apiPath+"/attempts/"+doc.ID+"/answers", token)
	s.questions = make([]asked, 0, len(doc.Questions))
	held := map[string]int64{}
	for _, a := range doc.Answers {
		held[a.QuestionID] = a.Seq
	}
	for _, q := range doc.Questions {
		ids := make([]string, len(q.Options))
		for i, o := range q.Options {
			ids[i] = o.ID
		}
		s.questions = append(s.questions, asked{id: q.ID, set: q.Type == "multiple", responses: responsesTo(q.Type, ids), seq: held[q.ID]})
	}
	return s
}

// responsesTo makes a few valid JSON responses to a question.
func responsesTo(kind string, ids []string) []string {
	quoted := make([]string, len(ids))
	for i, id := range ids {
		quoted[i] = strconv.Quote(id)
	}
	switch {
	case kind == "multiple" && len(ids) > 1:
		return []string{"[" + quoted[0] + "]", "[" + quoted[0] + "," + quoted[1] + "]", "[" + quoted[1] + "]"}
	case kind == "ordering" && len(ids) > 1:
		turned := append(append([]string{}, quoted[1:]...), quoted[0])
		return []string{"[" + strings.Join(quoted, ",") + "]", "[" + strings.Join(turned, ",") + "]"}
	case kind == "number" || kind == "prediction":
		return []string{"7", "42", "365"}
	case len(ids) == 0:
		return []string{`"an toàn"`, `"tôn trọng"`}
	default:
		return quoted
	}
}

// save sends one answer to question i and returns whether the server
// acknowledged it. `due` is when the pupil meant to send it: waiting for the
// own connection counts as time that the pupil waited.
func (s *sheet) save(c *conn, i int, due time.Time, seen *tally) bool {
	q := &s.questions[i]
	q.seq++
	response := q.responses[rand.IntN(len(q.responses))]
	status, reply, err := c.do(s.saveRequest(q, response))
	ok := seen.done(save, time.Since(due), status, reply, err)
	switch {
	case ok && acknowledges(reply, q.id, q.seq):
		q.ackedSeq, q.ackedTo, q.unknown = q.seq, response, nil
		s.acked++
		return true
	case ok:
		seen.errors["save 200 not_in_reply"]++
	}
	if ok || err != nil || status >= 500 {
		q.unknown = append(q.unknown, sent{q.seq, response})
	}
	return false
}

func (s *sheet) saveRequest(q *asked, response string) []byte {
	const open, mid, tail = `{"answers":[{"question_id":"`, `","seq":`, `,"response":`
	var number [20]byte
	seq := strconv.AppendInt(number[:0], q.seq, 10)
	length := len(open) + len(q.id) + len(mid) + len(seq) + len(tail) + len(response) + len(`}]}`)
	b := append(s.scratch[:0], s.head...)
	b = append(b, "Content-Type: application/json\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(length), 10)
	b = append(b, "\r\n\r\n"...)
	b = append(b, open...)
	b = append(b, q.id...)
	b = append(b, mid...)
	b = append(b, seq...)
	b = append(b, tail...)
	b = append(b, response...)
	s.scratch = append(b, `}]}`...)
	return s.scratch
}

// acknowledges looks for the question and its number in the reply to a save.
func acknowledges(reply []byte, id string, seq int64) bool {
	_, rest, found := bytes.Cut(reply, []byte(id))
	if !found {
		return false
	}
	_, rest, found = bytes.Cut(rest, []byte(`"seq":`))
	if !found {
		return false
	}
	rest = bytes.TrimLeft(rest, " ")
	var number [20]byte
	want := strconv.AppendInt(number[:0], seq, 10)
	return bytes.HasPrefix(rest, want) && (len(rest) == len(want) || rest[len(want)] < '0' || rest[len(want)] > '9')
}

func (p *pupil) submit(t target, c *conn, seen *tally) bool {
	req := request("POST", t.addr, apiPath+"/attempts/"+p.attempt.id+"/submit", p.token, []byte("{}"))
	began := time.Now()
	status, reply, err := c.do(req)
	return seen.done(submit, time.Since(began), status, reply, err)
}

// readBoard reads the first page of the board, and readPlace the pupil's own.
func (p *pupil) readBoard(t target, c *conn, seen *tally) bool {
	return p.get(c, board, request("GET", t.addr, apiPath+"/rounds/"+t.round+"/leaderboard?scope=all&limit=20", p.token, nil), seen)
}

func (p *pupil) readPlace(t target, c *conn, seen *tally) bool {
	return p.get(c, me, request("GET", t.addr, apiPath+"/rounds/"+t.round+"/leaderboard/me", p.token, nil), seen)
}

func (p *pupil) get(c *conn, a action, req []byte, seen *tally) bool {
	began := time.Now()
	status, reply, err := c.do(req)
	return seen.done(a, time.Since(began), status, reply, err)
}

var errRefused = errors.New("refused")

func orRefused(err error) error {
	if err != nil {
		return err
	}
	return errRefused
}

// clip keeps an error readable when the server answered with a page.
func clip(body []byte) string {
	return string(body[:min(len(body), 200)])
}
