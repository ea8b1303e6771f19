package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"reflect"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"mangxanh/contest"
	"mangxanh/contest/standing"
)

func (s *Server) leaderboardRoutes() {
	const tag = "leaderboard"
	board := op{Method: http.MethodGet, Path: "/rounds/{round_id}/leaderboard", ID: "get-leaderboard", Summary: "A snapshot of the leaderboard, at most two seconds old", Tag: tag}.operation(true)
	board.Errors = append(board.Errors, http.StatusForbidden, http.StatusGone)
	board.Responses = map[string]*huma.Response{
		"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: s.schemaOf(boardWire{})}}},
		"304": {Description: "Nothing has changed"},
	}
	huma.Register(s.huma, board, s.getLeaderboard)
	route(s, op{Method: http.MethodGet, Path: "/rounds/{round_id}/leaderboard/me", ID: "get-my-place", Summary: "My place and my neighbours, as of now", Tag: tag}, s.getMyPlace)
	route(s, op{Method: http.MethodGet, Path: "/rounds/{round_id}/leaderboard/about", ID: "get-leaderboard-about", Summary: "What the leaderboard is of, and when it is shown", Tag: tag}, s.getBoardAbout)
	route(s, op{Method: http.MethodPost, Path: "/rounds/{round_id}/board/rebuild", ID: "rebuild-leaderboard", Summary: "Fill the leaderboard anew from the record", Tag: tag}, s.rebuildBoard)
}

type boardWire struct {
	Version     string          `json:"version"`
	AsOf        time.Time       `json:"as_of"`
	State       string          `json:"state" enum:"provisional,official"`
	FrozenSince *time.Time      `json:"frozen_since,omitempty"`
	Stale       bool            `json:"stale,omitempty" doc:"An older state, as of its time: the board is being filled anew"`
	Total       int             `json:"total"`
	Items       []boardLineWire `json:"items"`
	NextCursor  string          `json:"next_cursor"`
}

type boardLineWire struct {
	Rank       int    `json:"rank"`
	Name       string `json:"name"`
	Unit       string `json:"unit"`
	Score      int64  `json:"score" doc:"Hundredths of a point"`
	Correct    int    `json:"correct"`
	DurationMs int64  `json:"duration_ms"`
	Me         bool   `json:"me"`
}

type boardMeWire struct {
	Place  *boardLineWire  `json:"place,omitempty"`
	Around []boardLineWire `json:"around"`
}

type boardInput struct {
	RoundID     string `path:"round_id" maxLength:"64"`
	Scope       string `query:"scope" enum:"all,school,class" doc:"all; school and class are my own"`
	Division    string `query:"division" maxLength:"64"`
	UnitID      string `query:"unit_id" maxLength:"64" doc:"For staff: the school or class of the scope"`
	Limit       int    `query:"limit" minimum:"1" maximum:"100"`
	Cursor      string `query:"cursor" maxLength:"500"`
	IfNoneMatch string `header:"If-None-Match" maxLength:"200"`
}

func (in *boardInput) query() standing.Query {
	return standing.Query{Scope: standing.Scope(in.Scope), Division: in.Division, UnitID: in.UnitID, Limit: in.Limit, Cursor: in.Cursor}
}

type boardOutput struct {
	Status       int
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	ContentType  string `header:"Content-Type"`
	Body         []byte
}

// getLeaderboard answers with bytes that all viewers share; only the mark of
// the viewer's own line is set for each.
func (s *Server) getLeaderboard(ctx context.Context, in *boardInput) (*boardOutput, error) {
	actor, err := s.actor(ctx)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	page, err := s.svc.Live.Page(ctx, actor, in.RoundID, in.query())
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	r := s.boards.rendered(page)
	out := &boardOutput{Status: http.StatusOK, ETag: r.etag, CacheControl: "private, no-cache", ContentType: "application/json", Body: r.body}
	if at, here := r.lines[actor.AccountID]; here {
		out.ETag, out.Body = r.etag[:len(r.etag)-1]+"-"+strconv.Itoa(at)+`"`, r.marked(at)
	}
	if in.IfNoneMatch == out.ETag {
		out.Status, out.Body = http.StatusNotModified, nil
	}
	return out, nil
}

func boardLineDoc(l standing.Line) boardLineWire {
	return boardLineWire{Rank: l.Rank, Name: l.Name, Unit: l.Unit, Score: l.Score, Correct: l.Correct, DurationMs: l.Duration.Milliseconds()}
}

func (s *Server) getMyPlace(ctx context.Context, actor contest.Actor, in *boardInput) (*body[boardMeWire], error) {
	me, err := s.svc.Live.Me(ctx, actor, in.RoundID, in.query())
	if err != nil {
		return nil, err
	}
	w := boardMeWire{Around: make([]boardLineWire, len(me.Around))}
	for i, l := range me.Around {
		w.Around[i] = boardLineDoc(l)
	}
	if me.At >= 0 {
		w.Around[me.At].Me = true
		w.Place = &w.Around[me.At]
	}
	return answer(w), nil
}

func (s *Server) rebuildBoard(ctx context.Context, actor contest.Actor, in *RoundInput) (*nothing, error) {
	if _, _, err := s.svc.Contests.ManagedRound(ctx, actor, in.RoundID); err != nil {
		return nil, err
	}
	return &nothing{}, s.svc.Live.Rebuild(ctx, in.RoundID)
}

// boardBytes keeps the JSON of the pages that are being handed out.
type boardBytes struct {
	mu    sync.Mutex
	pages map[*standing.Page]*boardJSON
}

// boardJSON is one page as bytes, with the place of each line's "me".
type boardJSON struct {
	body  []byte
	etag  string
	lines map[string]int // offset of the value of "me", by account
}

// rendered returns the bytes of a page, made once.
func (b *boardBytes) rendered(p *standing.Page) *boardJSON {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := b.pages[p]; r != nil {
		return r
	}
	if b.pages == nil || len(b.pages) > 500 {
		b.pages = map[*standing.Page]*boardJSON{} // pages live for a second: what is old is garbage
	}
	r := renderBoard(p)
	b.pages[p] = r
	return r
}

func renderBoard(p *standing.Page) *boardJSON {
	r := &boardJSON{lines: make(map[string]int, len(p.Lines))}
	sum := fnv.New64a()
	items := []byte{'['}
	for i, l := range p.Lines {
		if i > 0 {
			items = append(items, ',')
		}
		line, err := json.Marshal(boardLineDoc(l))
		if err != nil {
			continue // numbers and texts always marshal
		}
		items = append(items, line...)
		r.lines[l.AccountID] = len(items) - len("false}") // until the head's length is known
	}
	items = append(items, ']')
	head := boardWire{Version: p.Version, AsOf: p.AsOf, State: p.State, FrozenSince: optionalTime(p.FrozenSince), Stale: p.Stale, Total: p.Total, NextCursor: p.Next}
	text, err := json.Marshal(head)
	if err != nil {
		return r
	}
	const empty = `"items":null`
	at := bytes.Index(text, []byte(empty)) + len(`"items":`)
	r.body = append(append(append(make([]byte, 0, len(text)+len(items)), text[:at]...), items...), text[at+len("null"):]...)
	for id := range r.lines {
		r.lines[id] += at
	}
	fmt.Fprintf(sum, "%s %s %d %v %v", items, p.State, p.Total, p.FrozenSince, p.Stale)
	r.etag = fmt.Sprintf(`"%x"`, sum.Sum64())
	return r
}

// marked returns the body with the line whose mark is at that offset set.
func (r *boardJSON) marked(at int) []byte {
	b := make([]byte, 0, len(r.body))
	b = append(b, r.body[:at]...)
	b = append(b, "true"...)
	return append(b, r.body[at+len("false"):]...)
}

// schemaOf is the schema of a wire struct that huma does not see by itself.
func (s *Server) schemaOf(v any) *huma.Schema {
	return s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(v), true, "")
}
