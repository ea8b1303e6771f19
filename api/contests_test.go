package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mangxanh/api"
	"mangxanh/contest"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// people maps bearer tokens to actors: these tests are not about signing in.
type people map[string]contest.Actor

func (p people) Actor(_ context.Context, bearer string) (contest.Actor, error) {
	a, ok := p[bearer]
	if !ok {
		return contest.Actor{}, contest.Refuse(contest.Unauthorized, "sign_in", "sign in first")
	}
	return a, nil
}

// talk is one conversation with a server.
type talk struct {
	t   *testing.T
	app *api.Server
	now time.Time
}

// reply is what came back, with the body read as JSON where it is.
type reply struct {
	status int
	header http.Header
	text   string
	json   map[string]any
}

func (k *talk) say(who, method, path string, body any, headers ...string) reply {
	k.t.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			k.t.Fatal(err)
		}
		sent = bytes.NewReader(text)
	}
	req := httptest.NewRequest(method, path, sent)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+who)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := k.app.App().Test(req, -1)
	if err != nil {
		k.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		k.t.Fatal(err)
	}
	r := reply{status: resp.StatusCode, header: resp.Header, text: string(text)}
	if len(text) > 0 && strings.Contains(resp.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(text, &r.json); err != nil {
			k.t.Fatalf("%s %s answered %q: %v", method, path, text, err)
		}
	}
	return r
}

// want is say with the status that must come back.
func (k *talk) want(status int, who, method, path string, body any, headers ...string) reply {
	k.t.Helper()
	r := k.say(who, method, path, body, headers...)
	if r.status != status {
		k.t.Fatalf("%s %s by %s: %d, want %d: %s", method, path, who, r.status, status, r.text)
	}
	return r
}

// staffOf are the actors of a world by the tokens org, checker, teacher and pupil.
func staffOf(w storagetest.World) people {
	office := []contest.Grant{{Role: contest.RoleOrganizer, UnitID: w.Department, UnitPath: w.DepartmentPath}}
	return people{
		"org":     {AccountID: w.Organizer, Kind: contest.Staff, Grants: office},
		"checker": {AccountID: w.Checker, Kind: contest.Staff, Grants: office},
		"teacher": {AccountID: w.Teacher, Kind: contest.Staff, Grants: []contest.Grant{{Role: contest.RoleTeacher, UnitID: w.Class7[0], UnitPath: w.Class7At[0]}}},
		"pupil":   {AccountID: w.Pupils7[0][0], Kind: contest.Pupil},
		"other":   {AccountID: w.Pupils7[1][0], Kind: contest.Pupil},
	}
}

func contestTalk(t *testing.T, db *storage.DB, w storagetest.World) *talk {
	k := &talk{t: t, now: storagetest.Now()}
	now := func() time.Time { return k.now }
	k.app = api.New(api.Config{Version: "test", Now: now, NewRequestID: storagetest.NewID}, api.Services{
		Auth:     staffOf(w),
		Contests: &contest.Service{Store: db, Now: now, NewID: storagetest.NewID},
	})
	return k
}

const base = "/api/v1"

func TestContestConversation(t *testing.T) {
	db := storagetest.SQLite(t)
	w := storagetest.NewWorld(t, db, 2, 1, 8)
	k := contestTalk(t, db, w)

	k.want(401, "", "GET", base+"/contests", nil)
	k.want(404, "pupil", "POST", base+"/contests", map[string]any{"unit_id": w.Department, "title": "Không được"})
	bad := k.want(422, "org", "POST", base+"/contests", map[string]any{"unit_id": w.Department, "title": "Thi", "rule_sheet": map[string]any{"prediction": map[string]any{"on": true}, "rank_chain": []string{"score"}}})
	if !strings.Contains(bad.text, `"prediction_unused"`) {
		t.Errorf("no word about the unused prediction: %s", bad.text)
	}
	made := k.want(201, "org", "POST", base+"/contests", map[string]any{
		"unit_id": w.Department, "title": "Tìm hiểu <b>pháp luật</b>", "school_year": storagetest.SchoolYear,
		"rule_sheet": map[string]any{"prediction": map[string]any{"on": true}, "attempt_policy": "best_then_fastest", "attempts_max": 2, "prizes": []map[string]any{{"name": "Nhất", "count": 1}}},
	})
	id := base + "/contests/" + made.json["id"].(string)
	k.want(404, "pupil", "GET", id, nil)
	k.want(404, "teacher", "GET", id, nil)
	k.want(200, "org", "PUT", id+"/divisions", map[string]any{"items": []map[string]any{{"code": "THCS", "name": "Trung học cơ sở", "kind": "pupil", "grade_from": 6, "grade_to": 9}}})
	round := k.want(201, "org", "POST", id+"/rounds", map[string]any{
		"name": "Đợt 1", "opens_at": k.now.Add(time.Hour), "closes_at": k.now.Add(2 * time.Hour), "duration_s": 900, "bank_id": w.Bank,
	})
	rid := base + "/rounds/" + round.json["id"].(string)
	k.want(422, "org", "POST", id+"/publish", nil)
	lines := k.want(200, "org", "PUT", rid+"/blueprint", map[string]any{"lines": []map[string]any{{"topic": "Luật trẻ em", "count": 5, "points": 100}}})
	if !strings.Contains(lines.text, `"available":4`) || !strings.Contains(lines.text, "too_few_questions") {
		t.Errorf("blueprint of 5 out of 4: %s", lines.text)
	}
	if refused := k.want(422, "org", "POST", id+"/publish", nil); !strings.Contains(refused.text, "too_few_questions") {
		t.Errorf("publish says %s", refused.text)
	}
	k.want(200, "org", "PUT", rid+"/blueprint", map[string]any{"lines": []map[string]any{{"topic": "Luật trẻ em", "count": 3, "points": 100}}})
	k.want(412, "org", "PATCH", id, map[string]any{"title": "Khác"}, "If-Match", `"1"`)
	k.want(422, "org", "PATCH", id, map[string]any{"state": "official"})
	k.want(200, "org", "POST", id+"/publish", nil)
	k.want(409, "org", "POST", id+"/publish", nil)
	checkContestDocuments(t, k, id, rid)
}

func checkContestDocuments(t *testing.T, k *talk, id, rid string) {
	t.Helper()
	k.now = k.now.Add(2 * time.Second)
	doc := k.want(200, "pupil", "GET", id, nil)
	for _, secret := range []string{"tie_seed", "settings\"", "bank_id"} {
		if strings.Contains(doc.text, secret) {
			t.Errorf("the pupil's document has %s: %s", secret, doc.text)
		}
	}
	first := doc.json["rounds"].([]any)[0].(map[string]any)
	if first["questions"] != 3.0 || first["prediction"] != true || first["attempts_left"] != 2.0 || first["state"] != "scheduled" {
		t.Errorf("round %v", first)
	}
	rules := doc.json["rules_html"].(string)
	for _, said := range []string{"111", "dự đoán", "Giải thưởng", "tối đa 2 lượt"} {
		if !strings.Contains(rules, said) {
			t.Errorf("the rules do not say %q", said)
		}
	}
	if strings.Contains(rules, "<b>") {
		t.Error("a title became markup in the rules")
	}
	if list := k.want(200, "pupil", "GET", base+"/contests", nil); len(list.json["items"].([]any)) != 1 {
		t.Errorf("the pupil's list: %s", list.text)
	}
	if list := k.want(200, "teacher", "GET", base+"/contests?scope=staff", nil); len(list.json["items"].([]any)) != 1 || strings.Contains(list.text, "bank_id") {
		t.Errorf("the teacher's list: %s", list.text)
	}
	english := k.want(200, "teacher", "GET", id+"/rules?lang=en", nil)
	if !strings.Contains(english.text, "at most 2 attempts") {
		t.Errorf("English rules: %s", english.text)
	}
	k.want(404, "teacher", "GET", rid+"/blueprint", nil)
	k.want(404, "pupil", "POST", rid+"/open", nil)
	if open := k.want(200, "org", "POST", rid+"/open", nil); open.json["state"] != "open" {
		t.Errorf("opened round is %v", open.json["state"])
	}
	if closed := k.want(200, "org", "POST", rid+"/close", nil); closed.json["state"] != "closed" {
		t.Errorf("closed round is %v", closed.json["state"])
	}
}
