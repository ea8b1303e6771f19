package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// fake answers the contract from memory. forgets is the planted defect: every
// so manieth acknowledged save is not kept.
type fake struct {
	mu       sync.Mutex
	forgets  int
	refuses  int // every so manieth save is answered 503
	saves    int
	attempts map[string]map[string]map[string]any // attempt → question → answer
}

func newFake(t *testing.T) (*fake, string) {
	t.Helper()
	f := &fake{attempts: map[string]map[string]map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+apiPath+"/auth/card", f.login)
	mux.HandleFunc("GET "+apiPath+"/contests", f.contests)
	mux.HandleFunc("POST "+apiPath+"/rounds/{round}/attempts", f.start)
	mux.HandleFunc("PUT "+apiPath+"/attempts/{id}/answers", f.save)
	mux.HandleFunc("POST "+apiPath+"/attempts/{id}/submit", f.ok)
	mux.HandleFunc("GET "+apiPath+"/attempts/{id}", f.show)
	mux.HandleFunc("GET "+apiPath+"/rounds/{round}/leaderboard", f.ok)
	mux.HandleFunc("GET "+apiPath+"/rounds/{round}/leaderboard/me", f.ok)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return f, server.URL
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (f *fake) ok(w http.ResponseWriter, _ *http.Request) { reply(w, 200, map[string]any{}) }

func (f *fake) login(w http.ResponseWriter, r *http.Request) {
	var in struct{ Card, PIN string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.PIN != "123456" {
		reply(w, 401, map[string]any{"code": "bad_credentials"})
		return
	}
	reply(w, 200, map[string]any{"access_token": in.Card})
}

func (f *fake) contests(w http.ResponseWriter, _ *http.Request) {
	rounds := []map[string]any{{"id": "w", "kind": "writing", "state": "open"}, {"id": "q", "kind": "quiz", "state": "open"}}
	reply(w, 200, map[string]any{"items": []any{map[string]any{"id": "c", "rounds": rounds}}})
}

func bearer(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

func (f *fake) start(w http.ResponseWriter, r *http.Request) {
	id := "a-" + bearer(r)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.attempts[id] == nil {
		f.attempts[id] = map[string]map[string]any{}
	}
	reply(w, 201, f.document(id))
}

func (f *fake) document(id string) map[string]any {
	var questions, answers []map[string]any
	for i, kind := range []string{"single", "multiple", "ordering", "number", "short_text", "prediction"} {
		q := map[string]any{"id": fmt.Sprintf("q%d", i), "type": kind}
		if i < 3 {
			q["options"] = []map[string]any{{"id": "x"}, {"id": "y"}, {"id": "z"}}
		}
		questions = append(questions, q)
	}
	for _, a := range f.attempts[id] {
		answers = append(answers, a)
	}
	return map[string]any{"id": id, "state": "open", "save_token": "save-" + id, "questions": questions, "answers": answers}
}

func (f *fake) save(w http.ResponseWriter, r *http.Request) {
	var in struct{ Answers []map[string]any }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || bearer(r) != "save-"+r.PathValue("id") {
		reply(w, 422, map[string]any{"code": "bad_response"})
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.saves++
	if f.refuses > 0 && f.saves%f.refuses == 0 {
		reply(w, 503, map[string]any{"code": "overloaded"})
		return
	}
	a := in.Answers[0]
	if f.forgets == 0 || f.saves%f.forgets != 0 {
		f.attempts[r.PathValue("id")][a["question_id"].(string)] = a
	}
	reply(w, 200, map[string]any{"saved": []any{map[string]any{"question_id": a["question_id"], "seq": a["seq"]}}})
}

func (f *fake) show(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	reply(w, 200, f.document(r.PathValue("id")))
}
