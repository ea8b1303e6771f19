package api_test

import (
	"strings"
	"testing"
	"time"

	"mangxanh/api"
	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/export"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// Whoever may read a bank takes its questions along, hears before what a format
// cannot hold, and is recorded; a contestant among the staff gets no key of
// what the contest asks.
func TestExportConversation(t *testing.T) {
	db := storagetest.SQLite(t)
	w := storagetest.NewWorld(t, db, 2, 1, 3)
	k := &talk{t: t, now: storagetest.Now()}
	who := staffOf(w)
	who["teacher"] = contest.Actor{AccountID: w.Teacher, Kind: contest.Staff, Grants: []contest.Grant{{Role: contest.RoleTeacher, UnitID: w.Department, UnitPath: w.DepartmentPath}}}
	banks := &bank.Service{Store: db, Seats: db, Now: storagetest.Now, NewID: storagetest.NewID}
	k.app = api.New(api.Config{Version: "test", Now: storagetest.Now, NewRequestID: storagetest.NewID}, api.Services{
		Auth: who, Bank: banks, Exports: &export.Service{Store: db, Banks: banks, Now: storagetest.Now},
	})
	at := base + "/banks/" + w.Bank + "/export"
	for _, f := range export.Formats() {
		r := k.want(200, "org", "GET", at+"?format="+f.Name, nil)
		if got := r.header.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="`) || !strings.HasSuffix(got, f.Extension+`"`) || r.header.Get("Content-Type") != f.MIME {
			t.Errorf("%s: %s %s", f.Name, got, r.header.Get("Content-Type"))
		}
		if len(r.text) < 100 {
			t.Errorf("%s: %q", f.Name, r.text)
		}
		k.want(200, "org", "GET", at+"/losses?format="+f.Name, nil)
		if r := k.say("org", "GET", at+"?key=no&format="+f.Name, nil); f.Keyless != (r.status == 200) || !f.Keyless && r.json["code"] != "keys_needed" {
			t.Errorf("%s without keys: %d %.200s", f.Name, r.status, r.text)
		}
	}
	k.want(404, "pupil", "GET", at+"?format=json", nil)
	k.want(404, "pupil", "GET", at+"/losses?format=json", nil)
	k.want(404, "pupil", "GET", base+"/export-formats", nil)
	k.wantCode(422, "invalid", "org", "GET", at+"?format=pdf", nil)
	k.wantCode(422, "nothing_to_export", "org", "GET", at+"?format=json&q=khongcogi", nil)
	if r := k.want(200, "org", "GET", base+"/export-formats", nil); !strings.Contains(r.text, `"format":"json"`) {
		t.Error(r.text)
	}
	entries, _, err := db.Audit(t.Context(), contest.AuditFilter{Under: []string{"/"}, Object: "bank:" + w.Bank}, contest.Page{})
	taken := 0
	for _, e := range entries {
		if e.Action == "bank.export" && strings.Contains(e.Detail, `"format"`) {
			taken++
		}
	}
	if err != nil || taken < len(export.Formats()) {
		t.Errorf("%d exports are recorded, %v", taken, err)
	}

	staffContest(t, db, w)
	if r := k.want(200, "org", "GET", at+"/losses?format=json", nil); r.json["total"] != 0.0 {
		t.Errorf("the organizer: %s", r.text)
	}
	if r := k.want(200, "teacher", "GET", at+"/losses?format=json", nil); r.json["questions"] != r.json["total"] || !strings.Contains(r.text, `"field":"key"`) {
		t.Errorf("a contestant hears of %s", r.text)
	}
	if r := k.want(200, "teacher", "GET", at+"?format=json", nil); strings.Contains(r.text, `"choices"`) {
		t.Errorf("a contestant takes keys along: %s", r.text)
	}
}

// staffContest is a published contest of the staff that draws the whole bank.
func staffContest(t *testing.T, db *storage.DB, w storagetest.World) {
	t.Helper()
	ctx, org := t.Context(), staffOf(w)["org"]
	contests := &contest.Service{Store: db, Now: storagetest.Now, NewID: storagetest.NewID}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c, err := contests.Create(ctx, org, contest.Proposal{UnitID: w.Department, Title: "Thi", SchoolYear: storagetest.SchoolYear, Rules: contest.DefaultRules()})
	check(err)
	_, err = contests.SetDivisions(ctx, org, c.ID, 0, []contest.Division{{Code: "X", Name: "Bảng", Kind: contest.Staff}})
	check(err)
	name, opens, closes, lasts := "Đợt 1", storagetest.Now().Add(time.Minute), storagetest.Now().Add(time.Hour), 15*time.Minute
	_, r, err := contests.AddRound(ctx, org, c.ID, contest.RoundPatch{Name: &name, OpensAt: &opens, ClosesAt: &closes, Duration: &lasts, BankID: &w.Bank})
	check(err)
	_, _, err = contests.SetBlueprint(ctx, org, r.ID, []contest.BlueprintLine{{Count: 3, Points: 100}})
	check(err)
	_, err = contests.Publish(ctx, org, c.ID)
	check(err)
}
