package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"mangxanh/api"
	"mangxanh/contest"
	"mangxanh/contest/standing"
	"mangxanh/scoring"
	"mangxanh/scoring/board"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// contestStage is a talk with a server whose one round is open and where every
// pupil of the world has finished.
type contestStage struct {
	*talk
	db    *storage.DB
	w     storagetest.World
	live  *standing.Live
	c     contest.Contest
	round contest.Round
	full  []string // full names of all pupils
}

func standingTalk(t *testing.T, pupils int) *contestStage {
	t.Helper()
	db := storagetest.SQLite(t)
	k := &contestStage{talk: &talk{t: t, now: storagetest.Now()}, db: db, w: storagetest.NewWorld(t, db, 2, pupils, 6)}
	now := func() time.Time { return k.talk.now }
	contests := &contest.Service{Store: db, Now: now, NewID: storagetest.NewID}
	k.live = &standing.Live{Boards: board.New(now), Store: db, Sittings: contest.NewSittings(db, now), Now: now}
	k.app = api.New(api.Config{Version: "test", Now: now, NewRequestID: storagetest.NewID}, api.Services{
		Auth: staffOf(k.w), Contests: contests, Live: k.live,
	})
	ctx, org := context.Background(), staffOf(k.w)["org"]
	rules := contest.DefaultRules()
	rules.Prediction.On, rules.RankChain = true, scoring.DefaultChain(true)
	rules.Prizes = []contest.Prize{{Name: "Nhất", Count: 1}}
	c, err := contests.Create(ctx, org, contest.Proposal{UnitID: k.w.Department, Title: "Em hiểu <luật>", SchoolYear: storagetest.SchoolYear, Rules: rules})
	k.must(err)
	_, err = contests.SetDivisions(ctx, org, c.ID, 0, []contest.Division{
		{Code: "TH", Name: "Tiểu học", Kind: contest.Pupil, GradeFrom: 1, GradeTo: 5}, {Code: "THCS", Name: "THCS", Kind: contest.Pupil, GradeFrom: 6, GradeTo: 9},
	})
	k.must(err)
	name, closes, d, opens := "Đợt 1", k.talk.now.Add(time.Hour), 15*time.Minute, k.talk.now
	_, r, err := contests.AddRound(ctx, org, c.ID, contest.RoundPatch{Name: &name, OpensAt: &opens, ClosesAt: &closes, Duration: &d, BankID: &k.w.Bank})
	k.must(err)
	_, _, err = contests.SetBlueprint(ctx, org, r.ID, []contest.BlueprintLine{{Count: 5, Points: 100}})
	k.must(err)
	k.c, err = contests.Publish(ctx, org, c.ID)
	k.must(err)
	k.round = k.c.Rounds[0]
	k.finishAll()
	return k
}

func (k *contestStage) must(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

func (k *contestStage) finishAll() {
	n := 0
	finish := func(account, class, school string, division contest.Division) {
		n++
		storagetest.Exec(k.t, k.db, `INSERT INTO attempts (id, round_id, contest_id, account_id, number, state, seed, paper, started_at, deadline_at, class_id, school_id, division_id,
	submitted_at, finished_at, duration_us, score, max_score, correct, perfect, prediction) VALUES (?, ?, ?, ?, 1, 'submitted', 'x', 'x', 1, 1, ?, ?, ?, ?, 1, ?, ?, 500, ?, ?, ?)`,
			storagetest.NewID(), k.round.ID, k.c.ID, account, class, school, division.ID, k.talk.now.UnixMicro()+int64(n), int64(60_000_000+n*1_370_000), (n%6)*100, n%6, n%6 == 5, n%7)
	}
	var ids []string
	for i := range k.w.Schools {
		for j := range k.w.Pupils4[i] {
			finish(k.w.Pupils4[i][j], k.w.Class4[i], k.w.Schools[i], k.c.Divisions[0])
			finish(k.w.Pupils7[i][j], k.w.Class7[i], k.w.Schools[i], k.c.Divisions[1])
		}
		ids = append(ids, slices.Concat(k.w.Pupils4[i], k.w.Pupils7[i])...)
	}
	who, err := k.db.Identities(context.Background(), k.c.ID, ids)
	k.must(err)
	for _, w := range who {
		k.full = append(k.full, w.FullName)
	}
}

// private fails when a text that the public may read holds what it must not.
func (k *contestStage) private(where, text string) {
	k.t.Helper()
	for _, name := range k.full {
		if strings.Contains(text, name) {
			k.t.Errorf("%s names %q in full", where, name)
		}
	}
	for _, id := range slices.Concat(k.w.Pupils7[0], k.w.Class7) {
		if strings.Contains(text, id) {
			k.t.Errorf("%s holds the id of a pupil or class", where)
		}
	}
	if strings.Contains(text, "Đúng nhất") || strings.Contains(text, "answer_key") {
		k.t.Errorf("%s holds a key", where)
	}
}

func TestLeaderboardConversation(t *testing.T) {
	k := standingTalk(t, 6)
	path := base + "/rounds/" + k.round.ID + "/leaderboard"
	k.want(401, "", "GET", path, nil)
	first := k.want(200, "pupil", "GET", path+"?scope=all&limit=20", nil)
	items := first.json["items"].([]any)
	if len(items) != 20 || first.json["total"] != 24.0 || first.json["state"] != "provisional" || first.json["next_cursor"] == "" {
		t.Fatalf("first page: %s", first.text)
	}
	k.private("the board", first.text)
	etag := first.header.Get("ETag")
	if again := k.want(304, "pupil", "GET", path+"?scope=all&limit=20", nil, "If-None-Match", etag); again.text != "" {
		t.Errorf("304 with a body: %q", again.text)
	}
	rest := k.want(200, "pupil", "GET", path+"?scope=all&limit=20&cursor="+first.json["next_cursor"].(string), nil)
	if n := len(rest.json["items"].([]any)); n != 4 {
		t.Errorf("second page has %d lines", n)
	}
	if mine := strings.Count(first.text+rest.text, `"me":true`); mine != 1 {
		t.Errorf("%d lines are mine: %s %s", mine, first.text, rest.text)
	}
	if other := k.want(200, "other", "GET", path+"?scope=all&limit=20", nil); strings.Count(other.text, `"me":true`) > 1 {
		t.Errorf("lines of somebody else are marked: %s", other.text)
	}
	me := k.want(200, "pupil", "GET", path+"/me?scope=class", nil)
	if me.json["place"] == nil || len(me.json["around"].([]any)) < 3 {
		t.Errorf("my place: %s", me.text)
	}
	if teacher := k.want(200, "teacher", "GET", path+"?scope=class&unit_id="+k.w.Class7[0], nil); !strings.Contains(teacher.text, "7B") {
		t.Errorf("the teacher's class: %s", teacher.text)
	}
	k.want(404, "teacher", "GET", path+"?scope=class&unit_id="+k.w.Class7[1], nil)
	k.want(422, "pupil", "GET", path+"?cursor=xyz", nil)
	k.want(422, "pupil", "GET", path+"?scope=world", nil)
	k.talk.now = k.talk.now.Add(2 * time.Minute)
	if gone := k.want(410, "pupil", "GET", path+"?cursor="+first.json["next_cursor"].(string), nil); gone.json["code"] != "snapshot_gone" {
		t.Errorf("an old cursor: %s", gone.text)
	}
	about := k.want(200, "pupil", "GET", path+"/about", nil)
	if about.json["shown"] != true || about.json["leaderboard"] != "live" || len(about.json["divisions"].([]any)) != 2 ||
		fmt.Sprint(about.json["scopes"]) != "[all school class]" || about.json["division"].(map[string]any)["id"] != k.c.Divisions[1].ID {
		t.Errorf("about: %s", about.text)
	}
	division := k.want(200, "pupil", "GET", path+"?division="+k.c.Divisions[1].ID, nil)
	if division.json["total"] != 12.0 || !strings.Contains(division.text, `"me":true`) {
		t.Errorf("my division: %s", division.text)
	}
	k.want(404, "pupil", "GET", path+"?division="+k.round.ID, nil)
	k.want(404, "pupil", "GET", base+"/rounds/nowhere/leaderboard/about", nil)
	k.want(404, "pupil", "POST", base+"/rounds/"+k.round.ID+"/board/rebuild", nil)
	k.want(204, "org", "POST", base+"/rounds/"+k.round.ID+"/board/rebuild", nil)
	k.want(404, "pupil", "GET", base+"/rounds/nowhere/leaderboard", nil)
}

// A stream brings the board at once and again when it changes, notices the end
// of a listener, and ends with the server. It needs a real connection.
func TestLeaderboardStream(t *testing.T) {
	k := standingTalk(t, 1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	k.must(err)
	served := make(chan error, 1)
	go func() { served <- k.app.Serve(l) }()
	url := fmt.Sprintf("http://%s%s/rounds/%s/leaderboard/stream", l.Addr(), base, k.round.ID)
	if resp := dial(t, url, ""); resp.StatusCode != 401 {
		t.Errorf("a stranger's stream: %d", resp.StatusCode)
	}
	var streams []*http.Response
	for range 5 {
		resp := dial(t, url, "pupil")
		if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Fatalf("stream: %d %v", resp.StatusCode, resp.Header)
		}
		line, err := bufio.NewReader(resp.Body).ReadString('\n')
		if err != nil || !strings.HasPrefix(line, `data: {"version":`) || !strings.Contains(line, `"total":4`) {
			t.Fatalf("first event %q, %v", line, err)
		}
		k.private("the stream", line)
		streams = append(streams, resp)
	}
	_ = streams[0].Body.Close() // one leaves; the rest end with the server
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	k.must(k.app.Shutdown(ctx))
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
	for _, resp := range streams[1:] {
		if _, err := io.Copy(io.Discard, resp.Body); err != nil && !strings.Contains(err.Error(), "EOF") {
			t.Errorf("a stream ended with %v", err)
		}
	}
}

func dial(t *testing.T, url, who string) *http.Response {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+who)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableCompression: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}
