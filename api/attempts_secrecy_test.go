package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
	"mangxanh/storage/storagetest"
)

// ask sends one request to the server without a socket and returns everything
// that a client could see of the answer.
func (q *quiz) ask(t *testing.T, bearer, method, path, body string) (status int, headers, text string) {
	t.Helper()
	req := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+bearer)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := q.server.App().Test(req, -1)
	must(t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	must(t, err)
	var b strings.Builder
	for _, name := range []string{"Content-Type", "Etag", "Cache-Control", "Retry-After", "Content-Length", "Location"} {
		fmt.Fprintf(&b, "%s: %s\n", name, resp.Header.Get(name))
	}
	return resp.StatusCode, b.String(), string(raw)
}

// crawl takes a whole attempt and returns all that its contestant was sent,
// answering the first question with the option that has the given text. The
// wire that a defect could be planted in passes through see.
func (q *quiz) crawl(t *testing.T, who, first string) []string {
	t.Helper()
	var all []string
	see := func(method, path, body string) string {
		status, headers, text := q.ask(t, who, method, path, body)
		all = append(all, fmt.Sprintf("%s %d\n%s%s", method, status, headers, text))
		return text
	}
	var p paper
	must(t, json.Unmarshal([]byte(see("POST", "/rounds/"+q.round.ID+"/attempts", "")), &p))
	for i, question := range p.Questions {
		response, want := `"`+canary[:4]+`"`, "Sai một"
		if i == 0 {
			want = first
		}
		for _, o := range question.Options {
			if o.HTML == want {
				response = `"` + o.ID + `"`
			}
		}
		if i == 0 && len(question.Options) == 0 {
			t.Fatal("the first question has no options")
		}
		see("PUT", "/attempts/"+p.ID+"/answers", fmt.Sprintf(`{"answers":[{"question_id":%q,"seq":1,"response":%s}]}`, question.ID, response))
	}
	see("GET", "/attempts/"+p.ID, "")
	see("GET", "/attempts/"+p.ID+"/review", "")
	see("POST", "/attempts/"+p.ID+"/alive", "")
	see("PUT", "/attempts/"+p.ID+"/answers", `{"answers":[{"question_id":"x","seq":1,"response":null}]}`)
	see("POST", "/attempts/"+p.ID+"/submit", "")
	see("POST", "/attempts/"+p.ID+"/submit", `{"answers":[]}`)
	see("GET", "/attempts/"+p.ID, "")
	see("GET", "/attempts/"+p.ID+"/review", "")
	see("POST", "/attempts/"+p.ID+"/takeover", "")
	see("POST", "/rounds/"+q.round.ID+"/attempts", "")
	see("GET", "/rounds/"+q.round.ID+"/monitor", "")
	return all
}

// changing is what may differ between two attempts: ids, tokens, times, the
// receipt, and the chosen option.
var changing = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|ey[\w-]+\.[\w-]+\.[\w-]+|\d{4}-\d\d-\d\dT[\d:.]+Z|"code":"[a-z2-9]{10}"|[0-9a-f]{64}|"response":"[a-z2-9]{10}"|Content-Length: \d+`)

// sameSeed makes every attempt draw the same paper.
func (q *quiz) sameSeed() { q.svc.NewSeed = func() attempt.Seed { return attempt.Seed{42} } }

// Before the review moment nothing that a contestant is sent holds a key or an
// explanation (rule D1), and two attempts that differ in one right answer look
// the same but for ids and times (rule D2), unless the organizer shows the sum
// of marks on a live board. After it, both tests see a
// difference: that is their planted defect.
func TestNothingTellsTheKeyBeforeReview(t *testing.T) {
	for _, late := range []bool{false, true} {
		clock := &movedClock{at: storagetest.Now()}
		q := newQuiz(t, storagetest.SQLite(t, storagetest.WithNow(clock.now)), 2, clock.now, func(r *contest.RuleSheet) {
			r.ShuffleQuestions = false // the short text comes last
			r.Leaderboard = contest.BoardAfterClose
			if late {
				r.ReviewAt = contest.ReviewAfterSubmit
			}
		})
		q.sameSeed()
		right := q.crawl(t, q.world.Pupils7[0][0], "Đúng nhất")
		clock.add(time.Second)
		wrong := q.crawl(t, q.world.Pupils7[0][1], "Sai hai")
		leaks, differences := 0, 0
		for i := range right {
			if strings.Contains(strings.ToLower(right[i]), canary) {
				leaks++
			}
			if a, b := changing.ReplaceAllString(right[i], "…"), changing.ReplaceAllString(wrong[i], "…"); a != b {
				differences++
				if !late {
					t.Errorf("a right and a wrong answer look different:\n%s\n%s", a, b)
				}
			}
		}
		if !late && leaks > 0 {
			t.Errorf("%d of %d answers hold the key", leaks, len(right))
		}
		if late && (leaks == 0 || differences == 0) {
			t.Errorf("after the review moment the checks see %d leaks and %d differences", leaks, differences)
		}
	}
}

type movedClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *movedClock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }
func (c *movedClock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Every way of asking wrongly is a problem document with its code, and nothing
// of it is stored.
func TestAttemptRefusals(t *testing.T) {
	q := newQuiz(t, storagetest.SQLite(t), 2, storagetest.Now, func(r *contest.RuleSheet) { r.ShuffleQuestions = false })
	me, other := q.world.Pupils7[0][0], q.world.Pupils7[0][1]
	var p, foreign paper
	_, _, text := q.ask(t, me, "POST", "/rounds/"+q.round.ID+"/attempts", "")
	must(t, json.Unmarshal([]byte(text), &p))
	_, _, text = q.ask(t, other, "POST", "/rounds/"+q.round.ID+"/attempts", "{}")
	must(t, json.Unmarshal([]byte(text), &foreign))
	answers, id, option := "/attempts/"+p.ID+"/answers", p.Questions[0].ID, p.Questions[0].Options[0].ID
	one := func(fields string) string { return `{"answers":[{` + fields + `}]}` }
	good := fmt.Sprintf(`"question_id":%q,"seq":1,"response":%q`, id, option)
	for _, c := range []struct {
		name, bearer, method, path, body string
		status                           int
		code                             string
	}{
		{"no token", "", "PUT", answers, one(good), 401, "sign_in"},
		{"a forged save token", "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0dGVtcHQrand0In0.e30.x", "PUT", answers, one(good), 401, "bad_token"},
		{"a save token of another attempt", foreign.SaveToken, "PUT", answers, one(good), 404, "not_found"},
		{"somebody else", other, "PUT", answers, one(good), 404, "not_found"},
		{"no such attempt", me, "PUT", "/attempts/nothing/answers", one(good), 404, "not_found"},
		{"another's question", me, "PUT", answers, one(fmt.Sprintf(`"question_id":%q,"seq":1,"response":%q`, foreign.Questions[0].ID, option)), 422, "unknown_question"},
		{"another's option", me, "PUT", answers, one(fmt.Sprintf(`"question_id":%q,"seq":1,"response":%q`, id, foreign.Questions[0].Options[0].ID)), 422, "bad_response"},
		{"no body", me, "PUT", answers, "", 422, "invalid"},
		{"not JSON", me, "PUT", answers, `{"answers":[`, 422, "invalid"},
		{"something after the end", me, "PUT", answers, one(good) + "x", 422, "invalid"},
		{"no answers", me, "PUT", answers, `{}`, 422, "required"},
		{"an empty list", me, "PUT", answers, `{"answers":[]}`, 422, "invalid"},
		{"an unknown field", me, "PUT", answers, one(good + `,"score":100`), 422, "unknown_field"},
		{"an unknown field outside", me, "PUT", answers, `{"state":"submitted","answers":[]}`, 422, "unknown_field"},
		{"a field twice", me, "PUT", answers, one(good + `,"seq":2`), 422, "repeated_field"},
		{"a field in capitals", me, "PUT", answers, one(`"Question_ID":"x","seq":1,"response":null`), 422, "unknown_field"},
		{"a field missing", me, "PUT", answers, one(`"question_id":"x","seq":1`), 422, "required"},
		{"a counter with a fraction", me, "PUT", answers, one(`"question_id":"x","seq":1.5,"response":null`), 422, "bad_seq"},
		{"nested too deeply", me, "PUT", answers, one(`"question_id":"x","seq":1,"response":` + strings.Repeat("[", 9) + strings.Repeat("]", 9)), 422, "invalid"},
		{"a field where there is none", me, "POST", "/attempts/" + p.ID + "/takeover", `{"deadline":1}`, 422, "unknown_field"},
		{"somebody else hands in", other, "POST", "/attempts/" + p.ID + "/submit", "", 404, "not_found"},
		{"somebody else reads", other, "GET", "/attempts/" + p.ID, "", 404, "not_found"},
		{"a pupil asks for the monitor", me, "GET", "/rounds/" + q.round.ID + "/monitor", "", 404, "not_found"},
		{"somebody else says that they are there", other, "POST", "/attempts/" + p.ID + "/alive", "", 404, "not_found"},
		{"a sign with something in it", me, "POST", "/attempts/" + p.ID + "/alive", `{"state":"open"}`, 422, "unknown_field"},
		{"a sign of nobody", "", "POST", "/attempts/" + p.ID + "/alive", "", 401, "sign_in"},
		{"a pupil gives time", me, "POST", "/attempts/" + p.ID + "/allowances", `{"extra_s":60,"reason":"x"}`, 404, "not_found"},
	} {
		status, _, text := q.ask(t, c.bearer, c.method, c.path, c.body)
		var problem struct{ Code string }
		if err := json.Unmarshal([]byte(text), &problem); err != nil || status != c.status || problem.Code != c.code {
			t.Errorf("%s: %d %s, want %d %s", c.name, status, text, c.status, c.code)
		}
	}
	stored, err := q.db.Answers(t.Context(), p.ID)
	if err != nil || len(stored) != 0 {
		t.Errorf("refused requests left %d answers, %v", len(stored), err)
	}
	for _, bearer := range []string{p.SaveToken, me} {
		if status, _, text := q.ask(t, bearer, "POST", "/attempts/"+p.ID+"/alive", ""); status != http.StatusNoContent || text != "" {
			t.Errorf("a sign: %d %s", status, text)
		}
	}
	if status, _, text := q.ask(t, p.SaveToken, "PUT", answers, one(good)); status != http.StatusOK || !strings.Contains(text, `"saved":[{"question_id":"`+id+`","seq":1}],"server_time":"`) {
		t.Errorf("a good answer: %d %s", status, text)
	}
}
