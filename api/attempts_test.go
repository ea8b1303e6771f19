package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"mangxanh/api"
	"mangxanh/api/token"
	"mangxanh/contest"
	"mangxanh/contest/attempt"
	"mangxanh/contest/text"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// plainAuth lets a bearer be whoever it names.
type plainAuth struct{}

func (plainAuth) Actor(_ context.Context, bearer string) (contest.Actor, error) {
	return contest.Actor{AccountID: bearer, Kind: contest.Pupil}, nil
}

// quiz is a served round of single-choice questions that is open.
type quiz struct {
	server *api.Server
	db     *storage.DB
	world  storagetest.World
	round  contest.Round
	svc    *attempt.Service
}

func newQuiz(t testing.TB, db *storage.DB, pupils int, now func() time.Time, change func(*contest.RuleSheet)) *quiz {
	t.Helper()
	q := &quiz{db: db, world: storagetest.NewWorld(t, db, 1, pupils, 24)}
	q.plantCanaries(t)
	ctx := t.Context()
	s := &contest.Service{Store: db, Now: now, NewID: storagetest.NewID}
	actor := contest.Actor{AccountID: q.world.Organizer, Kind: contest.Staff, Grants: []contest.Grant{{Role: contest.RoleOrganizer, UnitPath: q.world.DepartmentPath}}}
	rules := contest.DefaultRules()
	if change != nil {
		change(&rules)
	}
	c, err := s.Create(ctx, actor, contest.Proposal{UnitID: q.world.Department, Title: "Tìm hiểu pháp luật", SchoolYear: storagetest.SchoolYear, Rules: rules})
	must(t, err)
	name, opens, closes, lasts := "Đợt 1", now().Add(-time.Minute), now().Add(time.Hour), 30*time.Minute
	_, r, err := s.AddRound(ctx, actor, c.ID, contest.RoundPatch{Name: &name, OpensAt: &opens, ClosesAt: &closes, Duration: &lasts, BankID: &q.world.Bank})
	must(t, err)
	_, q.round, err = s.SetBlueprint(ctx, actor, r.ID, []contest.BlueprintLine{{Type: "single", Count: 20, Points: 50}, {Type: "short_text", Count: 1, Points: 50}})
	must(t, err)
	_, err = s.Publish(ctx, actor, c.ID)
	must(t, err)
	q.svc = attempt.NewService(db, contest.NewSittings(db, now), db, text.Fold)
	q.svc.Now, q.svc.NewID, q.svc.NewSeed = now, storagetest.NewID, func() (s attempt.Seed) { rand.Read(s[:]); return s }
	tokens, err := token.New(bytes.Repeat([]byte{7}, 32), now)
	must(t, err)
	q.server = api.New(api.Config{Version: "1", Now: now, NewRequestID: storagetest.NewID}, api.Services{
		Auth: plainAuth{}, Tokens: tokens, Attempts: q.svc, Signs: &attempt.Signs{Attempts: q.svc, Store: q.db, Now: now}, Monitor: &attempt.Staff{Attempts: q.svc, Store: db, Now: now}})
	return q
}

// canary marks everything that only keys and explanations hold.
const canary = "chim-hoang-yen"

// plantCanaries marks every explanation and citation, and adds a question whose
// accepted text is marked.
func (q *quiz) plantCanaries(t testing.TB) {
	t.Helper()
	storagetest.Exec(t, q.db, `UPDATE question_versions SET explanation = ?, citation = ?`, canary, canary)
	id := storagetest.NewID()
	storagetest.Exec(t, q.db, `INSERT INTO questions (id, bank_id, state, current, approved, type, topic, stem_fold, fingerprint, author_id, created_at, changed_at) VALUES (?, ?, 'approved', 1, 1, 'short_text', 'x', 'x', 'x', 'x', 1, 1)`, id, q.world.Bank)
	storagetest.Exec(t, q.db, `INSERT INTO question_versions (id, question_id, number, type, stem, options, answer_key, explanation, author_id, created_at) VALUES (?, ?, 1, 'short_text', 'Viết một từ', '[]', ?, ?, 'x', 1)`,
		storagetest.NewID(), id, `{"texts":["`+canary+`"]}`, canary)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// listen serves the quiz on a port of its own and returns its address.
func (q *quiz) listen(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go func() { _ = q.server.Serve(l) }()
	t.Cleanup(func() { _ = q.server.Shutdown(context.Background()) })
	return "http://" + l.Addr().String() + "/api/v1"
}

type paper struct {
	ID, State string
	SaveToken string `json:"save_token"`
	Questions []struct {
		ID, Type string
		Options  []struct{ ID, HTML string }
	}
}

func call(t testing.TB, c *fasthttp.Client, method, url, bearer string, body []byte, into any) int {
	t.Helper()
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI(url)
	req.Header.SetMethod(method)
	req.Header.Set("Authorization", "Bearer "+bearer)
	if body != nil {
		req.Header.SetContentType("application/json")
		req.SetBody(body)
	}
	if err := c.Do(req, resp); err != nil {
		t.Error(err)
		return 0
	}
	if into != nil {
		if err := json.Unmarshal(resp.Body(), into); err != nil {
			t.Errorf("%s: %v", resp.Body(), err)
		}
	}
	return resp.StatusCode()
}

// BenchmarkSaves measures acknowledged saves over HTTP with 256 in flight; the
// client shares the process.
func BenchmarkSaves(b *testing.B) {
	for name, open := range map[string]func(testing.TB, ...storagetest.Option) *storage.DB{"sqlite": storagetest.SQLite, "postgres": storagetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			const pupils = 256
			q := newQuiz(b, open(b), pupils, storagetest.Now, func(r *contest.RuleSheet) { r.ShuffleQuestions = false })
			base, client := q.listen(b), &fasthttp.Client{MaxConnsPerHost: pupils}
			papers := make([]paper, pupils)
			for i, id := range q.world.Pupils7[0] {
				if status := call(b, client, "POST", base+"/rounds/"+q.round.ID+"/attempts", id, nil, &papers[i]); status != http.StatusCreated {
					b.Fatal(status)
				}
			}
			before := q.db.HotCounts()
			b.ResetTimer()
			done := make(chan struct{})
			for i := range pupils {
				go func() {
					defer func() { done <- struct{}{} }()
					p := papers[i]
					for n := range b.N/pupils + 1 {
						question := p.Questions[n%(len(p.Questions)-1)] // the last wants a text
						body := fmt.Appendf(nil, `{"answers":[{"question_id":%q,"seq":%d,"response":%q}]}`, question.ID, n+1, question.Options[n%3].ID)
						if status := call(b, client, "PUT", base+"/attempts/"+p.ID+"/answers", p.SaveToken, body, nil); status != http.StatusOK {
							b.Errorf("save answered %d", status)
							return
						}
					}
				}()
			}
			for range pupils {
				<-done
			}
			after := q.db.HotCounts()
			saves := float64((b.N/pupils + 1) * pupils)
			b.ReportMetric(saves/b.Elapsed().Seconds(), "saves/s")
			b.ReportMetric(float64(after.Saves.Requests-before.Saves.Requests)/float64(after.Saves.Batches-before.Saves.Batches), "saves/batch")
			b.ReportMetric(float64(after.Statements-before.Statements)/saves, "statements/save")
		})
	}
}
