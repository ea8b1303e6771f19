package api_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mangxanh/api"
	"mangxanh/contest"
	"mangxanh/contest/standing"
	"mangxanh/scoring"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// closed is a town whose pupils have finished a round with a prediction.
type closed struct {
	*talk
	w     storagetest.World
	db    *storage.DB
	round contest.Round
	names []string // full names of everybody
}

func closedRound(t *testing.T, pupils int) *closed {
	t.Helper()
	db := storagetest.SQLite(t)
	w := storagetest.NewWorld(t, db, 2, pupils, 6)
	k := &closed{talk: &talk{t: t, now: storagetest.Now()}, w: w, db: db}
	now := func() time.Time { return k.now }
	contests := &contest.Service{Store: db, Now: now, NewID: storagetest.NewID}
	k.app = api.New(api.Config{Version: "test", Now: now, NewRequestID: storagetest.NewID}, api.Services{
		Auth: staffOf(w), Contests: contests,
		Results: &standing.Results{Store: db, Contests: db, Now: now},
		Public:  &standing.Public{Store: db, Contests: db},
		Help:    &contest.HelpDesk{Store: db, Now: now, NewID: storagetest.NewID},
	})
	k.play(contests)
	return k
}

func (k *closed) play(contests *contest.Service) {
	k.t.Helper()
	must := func(err error) {
		k.t.Helper()
		if err != nil {
			k.t.Fatal(err)
		}
	}
	ctx, org := context.Background(), staffOf(k.w)["org"]
	rules := contest.DefaultRules()
	rules.Prediction, rules.RankChain = contest.PredictionRule{On: true, Target: contest.TargetAllCorrect}, scoring.DefaultChain(true)
	rules.Prizes = []contest.Prize{{Name: "Giải Nhất", Count: 1}}
	c, err := contests.Create(ctx, org, contest.Proposal{UnitID: k.w.Department, Title: "An toàn <mạng> & pháp luật", SchoolYear: storagetest.SchoolYear, Rules: rules})
	must(err)
	c, err = contests.SetDivisions(ctx, org, c.ID, 0, []contest.Division{
		{Code: "TH", Name: "Tiểu học", Kind: contest.Pupil, GradeFrom: 1, GradeTo: 5},
		{Code: "THCS", Name: "Trung học cơ sở", Kind: contest.Pupil, GradeFrom: 6, GradeTo: 9},
	})
	must(err)
	opens := k.now
	_, r, err := contests.AddRound(ctx, org, c.ID, contest.RoundPatch{Name: some("Vòng 1"), OpensAt: &opens, ClosesAt: some(opens.Add(time.Hour)), Duration: some(15 * time.Minute), BankID: &k.w.Bank})
	must(err)
	_, _, err = contests.SetBlueprint(ctx, org, r.ID, []contest.BlueprintLine{{Count: 5, Points: 150}})
	must(err)
	c, err = contests.Publish(ctx, org, c.ID)
	must(err)
	k.round = c.Rounds[0]
	for school := range k.w.Schools {
		for i, account := range k.w.Pupils4[school] {
			k.finish(c, school, i, account, k.w.Class4[school], c.Divisions[0].ID)
		}
		for i, account := range k.w.Pupils7[school] {
			k.finish(c, school, i, account, k.w.Class7[school], c.Divisions[1].ID)
		}
	}
	k.now = k.now.Add(2 * time.Hour)
}

func some[T any](v T) *T { return &v }

func (k *closed) finish(c contest.Contest, school, i int, account, class, division string) {
	correct := 5 - i*7%6
	ended := k.now.Add(time.Duration(i*7919+school*131) * time.Millisecond).UnixMicro()
	storagetest.Exec(k.t, k.db, `INSERT INTO attempts (id, round_id, contest_id, account_id, number, state, seed, paper, started_at, deadline_at, class_id, school_id, division_id,
	submitted_at, finished_at, duration_us, score, max_score, correct, perfect, prediction) VALUES (?, ?, ?, ?, 1, 'submitted', 'x', 'x', 1, 1, ?, ?, ?, ?, ?, ?, ?, 750, ?, ?, ?)`,
		storagetest.NewID(), k.round.ID, c.ID, account, class, k.w.Schools[school], division, ended, ended,
		int64(60_000_000+i*9_973_113%800_000_000), correct*150, correct, correct == 5, i%9)
}

// publish brings a version to the public and returns its id.
func (k *closed) publish(note string) string {
	k.t.Helper()
	made := k.want(200, "org", "POST", base+"/rounds/"+k.round.ID+"/results", map[string]any{"note": note})
	id := made.json["id"].(string)
	k.want(200, "checker", "POST", base+"/results/"+id+"/check", nil)
	k.want(200, "org", "POST", base+"/results/"+id+"/publish", nil)
	return id
}

func TestResultConversation(t *testing.T) {
	k := closedRound(t, 3)
	round := base + "/rounds/" + k.round.ID
	for _, who := range []string{"pupil", "teacher"} {
		k.want(404, who, "GET", round+"/results", nil)
		k.want(404, who, "POST", round+"/results", map[string]any{})
	}
	k.want(422, "org", "POST", round+"/results", map[string]any{"state": "official"})
	k.want(404, "", "GET", base+"/public/results/"+k.round.Slug, nil)
	made := k.want(200, "org", "POST", round+"/results", map[string]any{})
	id := base + "/results/" + made.json["id"].(string)
	if made.json["state"] != "provisional" || made.json["participants"] != 12.0 || made.json["target"] != 4.0 {
		t.Errorf("made %s", made.text)
	}
	if made.json["made_by"].(map[string]any)["name"] != "Trần Ban Tổ Chức" {
		t.Errorf("made by %v", made.json["made_by"])
	}
	k.wantCode(409, "not_checked", "org", "POST", id+"/publish", nil)
	k.wantCode(422, "invalid", "org", "POST", id+"/removals", map[string]any{"account_id": k.w.Pupils7[0][0], "reason": " "})
	removed := k.want(200, "org", "POST", id+"/removals", map[string]any{"account_id": k.w.Pupils7[0][0], "reason": "Con của thành viên Ban Giám khảo"})
	if removed.json["target"] != 3.0 || removed.json["participants"] != 11.0 {
		t.Errorf("the removal did not count the target anew: %s", removed.text)
	}
	k.want(404, "pupil", "GET", round+"/why/me", nil)
	k.want(200, "checker", "POST", id+"/check", nil)
	k.wantCode(409, "same_person", "checker", "POST", id+"/publish", nil)
	k.want(404, "teacher", "POST", id+"/publish", nil)
	official := k.want(200, "org", "POST", id+"/publish", nil)
	if official.json["state"] != "official" || len(official.json["sha256"].(string)) != 64 {
		t.Errorf("published %s", official.text)
	}
	for path, sent := range map[string]any{"/check": nil, "/publish": nil, "/removals": map[string]any{"account_id": k.w.Pupils7[0][1], "reason": "muộn"}} {
		k.wantCode(409, "result_official", "org", "POST", id+path, sent)
	}
	k.want(404, "pupil", "GET", round+"/why/me", nil) // removed
	k.checkWhy(round)
	k.checkLines(id)
	if log := k.want(200, "org", "GET", round+"/results", nil); len(log.json["items"].([]any)) != 1 {
		t.Errorf("versions %s", log.text)
	}
}

func (k *talk) wantCode(status int, code, who, method, path string, sent any) {
	k.t.Helper()
	if r := k.want(status, who, method, path, sent); r.json["code"] != code {
		k.t.Errorf("%s %s: code %v, want %s", method, path, r.json["code"], code)
	}
}

func (k *closed) checkWhy(round string) {
	k.t.Helper()
	why := k.want(200, "other", "GET", round+"/why/me", nil)
	below, _ := why.json["below"].(map[string]any)
	if below == nil || below["code"] != "score" || strings.Contains(why.text, "full_name") || strings.Contains(why.text, "account_id") {
		k.t.Errorf("why: %s", why.text)
	}
	k.want(404, "other", "GET", round+"/why/"+k.w.Pupils7[0][1], nil)
	k.want(200, "org", "GET", round+"/why/"+k.w.Pupils7[0][1], nil)
}

// checkLines reads all lines page by page and the two files.
func (k *closed) checkLines(id string) {
	k.t.Helper()
	k.want(404, "teacher", "GET", id+"/lines", nil)
	seen, cursor := 0, ""
	for {
		page := k.want(200, "org", "GET", id+"/lines?limit=4&cursor="+cursor, nil)
		for _, l := range page.json["items"].([]any) {
			if seen++; l.(map[string]any)["position"] != float64(seen) {
				k.t.Fatalf("line %d is %v", seen, l)
			}
		}
		if cursor = page.json["next_cursor"].(string); cursor == "" {
			break
		}
	}
	if seen != 11 {
		k.t.Errorf("pages hold %d lines, want 11", seen)
	}
	k.want(422, "org", "GET", id+"/lines?cursor=x", nil)
	for _, format := range []string{"csv", "xlsx"} {
		k.want(404, "teacher", "GET", id+"/export."+format, nil)
		file := k.want(200, "org", "GET", id+"/export."+format, nil)
		want := "attachment; filename=\"" + k.round.Slug + "-v1." + format + `"`
		if got := file.header.Get("Content-Disposition"); got != want {
			k.t.Errorf("%s, want %s", got, want)
		}
		if format == "csv" && (!strings.HasPrefix(file.text, "\ufeffSTT,Hạng,Họ và tên,Lớp,Trường") || strings.Count(file.text, "\r\n") != 12) {
			k.t.Errorf("CSV %q", file.text)
		}
	}
	entries, _, err := k.db.Audit(context.Background(), contest.AuditFilter{Under: []string{"/"}, Object: "result:" + strings.TrimPrefix(id, base+"/results/")}, contest.Page{})
	if err != nil || len(entries) != 6 {
		k.t.Errorf("%d audit rows, %v; want make, remove, check, publish and two exports", len(entries), err)
	}
}

func TestHelpConversation(t *testing.T) {
	k := closedRound(t, 1)
	list := k.want(200, "", "GET", base+"/public/help", nil)
	first := list.json["items"].([]any)[0].(map[string]any)
	if first["phone"] != "111" || first["checked_on"] == "" {
		t.Errorf("first help line %v", first)
	}
	line := func(name, contact, kind string) map[string]any {
		return map[string]any{"name": name, "contact": contact, "kind": kind, "checked_on": "2026-01-05"}
	}
	items := func(lines ...map[string]any) map[string]any { return map[string]any{"items": lines} }
	k.want(401, "", "PUT", base+"/help", items(line("111", "111", "phone")))
	k.want(404, "teacher", "PUT", base+"/help", items(line("111", "111", "phone")))
	if bad := k.want(422, "org", "PUT", base+"/help", items(line("Trang", "javascript:alert(1)", "web"))); !strings.Contains(bad.text, "helpline_missing") || !strings.Contains(bad.text, "items[0].contact") {
		t.Errorf("bad list: %s", bad.text)
	}
	k.want(200, "org", "PUT", base+"/help", items(line("Cô tổng phụ trách", "Phòng Đội, tầng 1", "person"), line("Tổng đài 111", "111", "phone")))
	page := k.want(200, "", "GET", "/tro-giup", nil)
	if at := strings.Index(page.text, "Tổng đài 111"); at < 0 || at > strings.Index(page.text, "Cô tổng phụ trách") || !strings.Contains(page.text, `href="tel:111"`) || !strings.Contains(page.text, "05/01/2026") {
		t.Errorf("help page %s", page.text)
	}
}

// The public page holds no full name, needs no script and nothing from
// elsewhere, and 200 lines take at most 3 KB on the wire.
func TestPublicPages(t *testing.T) {
	k := closedRound(t, 60)
	if empty := k.want(200, "", "GET", "/ket-qua", nil); !strings.Contains(empty.text, "Chưa có kết quả") {
		t.Errorf("empty list: %s", empty.text)
	}
	page := "/ket-qua/" + k.round.Slug
	if missing := k.want(404, "", "GET", page, nil); !strings.Contains(missing.text, "Không tìm thấy trang") || !strings.Contains(missing.header.Get("Content-Type"), "html") {
		t.Errorf("missing page: %s", missing.text)
	}
	k.publish("")
	k.now = k.now.Add(time.Minute)
	k.publish("Bổ sung kết quả")
	for _, at := range []string{page, page + "?v=1", page + "?division=THCS", page + "?trang=2", page + "?lang=en", "/ket-qua", "/tro-giup"} {
		r := k.want(200, "", "GET", at, nil)
		k.guarded(at, r)
	}
	for _, at := range []string{page + "?v=9", page + "?trang=3", page + "?trang=0", page + "?division=x", "/ket-qua/khac"} {
		k.want(404, "", "GET", at, nil)
	}
	first := k.want(200, "", "GET", page, nil)
	if strings.Count(first.text, "<tr><td>") != 200 || !strings.Contains(first.text, "An toàn &lt;mạng&gt; &amp; pháp luật") || !strings.Contains(first.text, "Bổ sung kết quả") {
		t.Errorf("first page has %d rows", strings.Count(first.text, "<tr><td>"))
	}
	if old := k.want(200, "", "GET", page+"?v=1", nil); !strings.Contains(old.text, "Đây là bản cũ") {
		t.Error("an old version does not say that it is old")
	}
	etag := first.header.Get("ETag")
	k.want(304, "", "GET", page, nil, "If-None-Match", etag)
	if size := k.packed(page); size > 3*1024 {
		t.Errorf("200 lines take %d bytes packed", size)
	}
	k.publicJSON()
}

// guarded checks what must hold of every public page.
func (k *closed) guarded(at string, r reply) {
	k.t.Helper()
	for _, bad := range []string{"<script", "style=", "onclick", "http://", "ZgotmplZ", "<no value>"} {
		if strings.Contains(r.text, bad) {
			k.t.Errorf("%s holds %q", at, bad)
		}
	}
	if csp := r.header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; style-src 'self'") || strings.Contains(csp, "unsafe") {
		k.t.Errorf("%s: policy %q", at, csp)
	}
	if !strings.Contains(r.header.Get("X-Robots-Tag"), "noindex") || !strings.Contains(r.text, `content="noindex`) || r.header.Get("ETag") == "" {
		k.t.Errorf("%s may be indexed or has no ETag", at)
	}
	for _, name := range k.everybody() {
		if strings.Contains(r.text, name) {
			k.t.Errorf("%s names %s", at, name)
		}
	}
}

func (k *closed) everybody() []string {
	k.t.Helper()
	if k.names != nil {
		return k.names
	}
	for _, ids := range append(append([][]string{}, k.w.Pupils4...), k.w.Pupils7...) {
		who, err := k.db.Identities(context.Background(), "", ids)
		if err != nil {
			k.t.Fatal(err)
		}
		for _, w := range who {
			k.names = append(k.names, w.FullName)
		}
	}
	return k.names
}

// packed is how many bytes a page takes on the wire; the style it names is there.
func (k *closed) packed(at string) int {
	k.t.Helper()
	req := httptest.NewRequest("GET", at, nil)
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := k.app.App().Test(req, -1)
	if err != nil {
		k.t.Fatal(err)
	}
	defer resp.Body.Close()
	var count counter
	page, err := gzip.NewReader(io.TeeReader(resp.Body, &count))
	if err != nil {
		k.t.Fatal(err)
	}
	text, err := io.ReadAll(page)
	if err != nil {
		k.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), `rel="stylesheet" href="`)
	style, _, _ := strings.Cut(rest, `"`)
	if css := k.want(200, "", "GET", style, nil); !strings.Contains(css.header.Get("Cache-Control"), "immutable") || !strings.Contains(css.text, "prefers-color-scheme") {
		k.t.Errorf("stylesheet %s: %v", style, css.header)
	}
	k.t.Logf("%s: %d bytes packed, %d plain", at, count, len(text))
	return int(count)
}

type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

func (k *closed) publicJSON() {
	k.t.Helper()
	seen, cursor := 0, ""
	for {
		r := k.want(200, "", "GET", fmt.Sprintf("%s/public/results/%s?limit=90&division=THCS&cursor=%s", base, k.round.Slug, cursor), nil)
		seen += len(r.json["items"].([]any))
		for _, name := range k.everybody() {
			if strings.Contains(r.text, name) {
				k.t.Fatalf("the public document names %s", name)
			}
		}
		if cursor = r.json["next_cursor"].(string); cursor == "" {
			break
		}
	}
	if seen != 120 {
		k.t.Errorf("public pages hold %d lines, want 120", seen)
	}
	list := k.want(200, "", "GET", base+"/public/results", nil)
	if items := list.json["items"].([]any); len(items) != 1 || items[0].(map[string]any)["version"] != 2.0 {
		k.t.Errorf("list of results: %s", list.text)
	}
}
