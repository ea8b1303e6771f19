package api_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// cutter stands between phones and the server. The first reply to a call that
// changes something is thrown away after the server has given it, which is
// after the commit; the same call sent again is let through.
type cutter struct {
	to  string
	mu  sync.Mutex
	cut map[string]string // call to the reply that was thrown away
}

func (c *cutter) listen(t *testing.T) (base string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.pass(conn)
		}
	}()
	return "http://" + l.Addr().String() + "/api/v1"
}

// pass carries one call and its reply.
func (c *cutter) pass(conn net.Conn) {
	defer conn.Close()
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	sent, err := io.ReadAll(req.Body)
	if err != nil {
		return
	}
	out, err := http.NewRequest(req.Method, c.to+strings.TrimPrefix(req.URL.Path, "/api/v1"), bytes.NewReader(sent))
	if err != nil {
		return
	}
	out.Header = req.Header
	resp, err := http.DefaultClient.Do(out)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	reply, err := io.ReadAll(resp.Body)
	if err != nil || c.first(req.Method+req.URL.Path+string(sent), reply) {
		return // the phone sees a connection that broke
	}
	resp.Body = io.NopCloser(bytes.NewReader(reply))
	resp.ContentLength = int64(len(reply))
	_ = resp.Write(conn)
}

func (c *cutter) first(call string, reply []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, again := c.cut[call]; again {
		return false
	}
	c.cut[call] = string(reply)
	return true
}

// phone sends a call until it is answered, and says how often that was.
func phone(t *testing.T, method, url, bearer, body string, into any) (tries int) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for tries = 1; tries < 10; tries++ {
		req, err := http.NewRequest(method, url, strings.NewReader(body))
		must(t, err)
		req.Header.Set("Authorization", "Bearer "+bearer)
		req.Header.Set("Content-Type", "application/json")
		resp, err := client.Do(req)
		if err != nil {
			continue
		}
		raw, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			continue
		}
		if resp.StatusCode/100 != 2 || into != nil && json.Unmarshal(raw, into) != nil {
			t.Errorf("%s %s: %d %s", method, url, resp.StatusCode, raw)
		}
		return tries
	}
	t.Errorf("%s %s: no answer", method, url)
	return tries
}

// The reply to every start, save and submit is lost once, after the commit, and
// the phone sends the call again: every answer is in the journal once and in
// force once, everybody has one attempt, and the receipt is the one that was
// lost (rules A2 to A4).
//
// Seen to fail: with a save that takes the same counter again, and with a submit
// that is refused once the attempt is finished.
func TestRepliesCutAfterTheCommit(t *testing.T) {
	pupils, saves := 40, 25
	if os.Getenv("MANGXANH_TEST_LONG") == "1" {
		pupils, saves = 1000, 10
	}
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		q := newQuiz(t, db, pupils, storagetest.Now, nil)
		c := &cutter{to: q.listen(t), cut: map[string]string{}}
		base := c.listen(t)
		var wg sync.WaitGroup
		next := make(chan string)
		for range 16 {
			wg.Go(func() {
				for id := range next {
					q.cutContest(t, c, base, id, saves)
				}
			})
		}
		for _, id := range q.world.Pupils7[0] {
			next <- id
		}
		close(next)
		wg.Wait()
		for what, n := range map[string]int{
			`SELECT count(*) FROM attempts`:                                                                          pupils,
			`SELECT count(*) FROM attempts WHERE state = 'submitted'`:                                                pupils,
			`SELECT count(*) FROM answer_journal`:                                                                    pupils * saves,
			`SELECT count(*) FROM (SELECT DISTINCT attempt_id, question, seq FROM answer_journal) AS each_once`:      pupils * saves,
			`SELECT count(*) FROM (SELECT DISTINCT attempt_id, seq FROM answer_journal WHERE seq <= 1) AS beginning`: pupils,
		} {
			if got := storagetest.Number(t, db, what); got != int64(n) {
				t.Errorf("%s: %d, want %d", what, got, n)
			}
		}
	})
}

// cutContest is one pupil's contest over a line that loses every first reply.
func (q *quiz) cutContest(t *testing.T, c *cutter, base, who string, saves int) {
	var p paper
	phone(t, "POST", base+"/rounds/"+q.round.ID+"/attempts", who, "{}", &p)
	if len(p.Questions) == 0 {
		return
	}
	for n := range saves {
		question := p.Questions[n%len(p.Questions)]
		response := "chữ"
		if len(question.Options) > 0 {
			response = question.Options[n%len(question.Options)].ID
		}
		body := fmt.Sprintf(`{"answers":[{"question_id":%q,"seq":%d,"response":%q}]}`, question.ID, n+1, response)
		if phone(t, "PUT", base+"/attempts/"+p.ID+"/answers", p.SaveToken, body, nil) != 2 {
			t.Error("a reply was not cut")
		}
	}
	type handedIn struct {
		Receipt struct {
			Code, SHA256 string `json:",omitempty"`
			Answered     int
		}
	}
	var lost, seen handedIn
	phone(t, "POST", base+"/attempts/"+p.ID+"/submit", p.SaveToken, "{}", &seen)
	c.mu.Lock()
	cut := c.cut["POST/api/v1/attempts/"+p.ID+"/submit{}"]
	c.mu.Unlock()
	if err := json.Unmarshal([]byte(cut), &lost); err != nil || seen.Receipt.Code == "" || lost != seen {
		t.Errorf("receipt %+v, the lost one was %s", seen, cut)
	}
}

// A node whose clock is off by more than the bound refuses everything by which
// time is granted or taken, with a time to come back, and changes nothing; with
// the clock right again it goes on. Seen to fail: with the clock not asked.
func TestNodeWithAWrongClockRefusesContestTraffic(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		q := newQuiz(t, db, 2, storagetest.Now, nil)
		me, other := q.world.Pupils7[0][0], q.world.Pupils7[0][1]
		var p paper
		_, _, text := q.ask(t, me, "POST", "/rounds/"+q.round.ID+"/attempts", "{}")
		must(t, json.Unmarshal([]byte(text), &p))
		save := fmt.Sprintf(`{"answers":[{"question_id":%q,"seq":1,"response":null}]}`, p.Questions[0].ID)
		for _, skew := range []time.Duration{time.Hour, -3 * time.Second, time.Second} {
			q.svc.Clock.Set(skew)
			for _, c := range []struct{ bearer, method, path, body string }{
				{other, "POST", "/rounds/" + q.round.ID + "/attempts", "{}"},
				{p.SaveToken, "PUT", "/attempts/" + p.ID + "/answers", save},
				{p.SaveToken, "POST", "/attempts/" + p.ID + "/submit", "{}"},
			} {
				status, headers, text := q.ask(t, c.bearer, c.method, c.path, c.body)
				if skew.Abs() <= 2*time.Second {
					if status/100 != 2 {
						t.Errorf("%s %s with a clock off by %v: %d %s", c.method, c.path, skew, status, text)
					}
				} else if status != http.StatusServiceUnavailable || !strings.Contains(text, "clock_skew") || !strings.Contains(headers, "Retry-After: 5") {
					t.Errorf("%s %s with a clock off by %v: %d %s%s", c.method, c.path, skew, status, headers, text)
				}
			}
			if n, err := q.svc.Sweep(t.Context(), 10); skew.Abs() > 2*time.Second && contest.CodeOf(err) != "clock_skew" {
				t.Errorf("a sweep with a clock off by %v: %d, %v", skew, n, err)
			}
		}
	})
}

// What is not mine and what does not exist are answered by the same bytes after
// the same number of statements: neither the reply nor the work behind it tells
// which it was (rules D2, G4). Counting statements stands in for a timed test,
// which a shared machine makes blind. Seen to fail: with a foreign attempt
// answered 403, and with one that this node remembers refused from memory.
func TestForeignAndMissingAreOneAnswer(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		q := newQuiz(t, db, 2, storagetest.Now, nil)
		me, other := q.world.Pupils7[0][0], q.world.Pupils7[0][1]
		var p paper
		_, _, text := q.ask(t, other, "POST", "/rounds/"+q.round.ID+"/attempts", "{}")
		must(t, json.Unmarshal([]byte(text), &p))
		missing := storagetest.NewID()
		work := func(method, path, body string) (string, int64) {
			before := db.HotCounts().Statements
			status, headers, text := q.ask(t, me, method, path, body)
			var problem map[string]any
			must(t, json.Unmarshal([]byte(text), &problem))
			delete(problem, "request_id")
			delete(problem, "instance")
			return fmt.Sprint(status, headers, problem), int64(db.HotCounts().Statements - before)
		}
		save := fmt.Sprintf(`{"answers":[{"question_id":%q,"seq":1,"response":null}]}`, p.Questions[0].ID)
		for _, c := range []struct{ method, tail, body string }{
			{"GET", "", ""}, {"GET", "/review", ""}, {"PUT", "/answers", save}, {"POST", "/submit", "{}"}, {"POST", "/takeover", "{}"},
		} {
			foreign, forForeign := work(c.method, "/attempts/"+p.ID+c.tail, c.body)
			none, forNone := work(c.method, "/attempts/"+missing+c.tail, c.body)
			if foreign != none || forForeign != forNone {
				t.Errorf("%s …%s:\nforeign %s after %d statements\nmissing %s after %d", c.method, c.tail, foreign, forForeign, none, forNone)
			}
		}
	})
}
