package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mangxanh/api"
	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/itemstat"
	"mangxanh/storage/storagetest"
)

// Two questions of a running round were counted: of one the key is wrong, as
// the evidence says. Only those who run the contest learn it.
func TestStatisticsConversation(t *testing.T) {
	db := storagetest.SQLite(t)
	w := storagetest.NewWorld(t, db, 2, 1, 2)
	k := &talk{t: t, now: storagetest.Now()}
	who := staffOf(w)
	banks := &bank.Service{Store: db, Seats: db, Now: storagetest.Now, NewID: storagetest.NewID}
	k.app = api.New(api.Config{Version: "test", Now: storagetest.Now, NewRequestID: storagetest.NewID}, api.Services{
		Auth: who, Bank: banks, Statistics: &itemstat.Reader{Store: db, Library: banks},
	})
	org, contests := who["org"], &contest.Service{Store: db, Now: storagetest.Now, NewID: storagetest.NewID}
	c, err := contests.Create(t.Context(), org, contest.Proposal{UnitID: w.Department, Title: "Thi", SchoolYear: storagetest.SchoolYear, Rules: contest.DefaultRules()})
	must(t, err)
	name, opens, closes, lasts := "Đợt 1", k.now.Add(-time.Minute), k.now.Add(time.Hour), 15*time.Minute
	_, r, err := contests.AddRound(t.Context(), org, c.ID, contest.RoundPatch{Name: &name, OpensAt: &opens, ClosesAt: &closes, Duration: &lasts, BankID: &w.Bank})
	must(t, err)
	list, _, err := banks.Questions(t.Context(), org, w.Bank, bank.Filter{}, contest.Page{})
	must(t, err)
	// The strong half chose the second option, the weak half the key.
	wrong := `{"levels":[[100,60,60,60,60000,60,0,0],[900,60,60,0,0,0,60]],"times":[[50,120]]}`
	sound := `{"levels":[[100,60,50,10,10000,10,40],[900,60,60,60,60000,60]],"times":[]}`
	for i, tally := range []string{wrong, sound} {
		storagetest.Exec(t, db, `INSERT INTO item_stats (round_id, version_id, question_id, number, served, tally, alarm) VALUES (?, ?, ?, 1, 120, ?, ?)`,
			r.ID, list[i].Newest.ID, list[i].ID, tally, i == 0)
	}
	at := base + "/rounds/" + r.ID
	for _, other := range []string{"pupil", "teacher", ""} {
		status := 404
		if other == "" {
			status = 401
		}
		for _, path := range []string{at + "/statistics", at + "/alarms", base + "/questions/" + list[0].ID + "/statistics"} {
			if got := k.want(status, other, "GET", path, nil); strings.Contains(got.text, "facility") {
				t.Errorf("%q reads %s", other, got.text)
			}
		}
	}
	k.want(404, "org", "GET", base+"/rounds/"+storagetest.NewID()+"/statistics", nil)
	all := k.want(200, "org", "GET", at+"/statistics?limit=1", nil)
	if n := len(all.json["items"].([]any)); n != 1 || all.json["next_cursor"] == "" {
		t.Errorf("%d lines on a page of one: %s", n, all.text)
	}
	next := k.want(200, "org", "GET", fmt.Sprint(at, "/statistics?cursor=", all.json["next_cursor"]), nil)
	if !strings.Contains(next.text, `"facility":0.5833`) || strings.Contains(next.text, `"alarm"`) {
		t.Errorf("the sound question: %s", next.text)
	}
	alarms := k.want(200, "org", "GET", at+"/alarms", nil)
	for _, want := range []string{`"option":"B","key":"A"`, `"upper_prefers","weak_choose_key"`, `"min_answers":100`, `"discrimination":-1`, `"median_ms":5050`} {
		if !strings.Contains(alarms.text, want) {
			t.Errorf("the alarm lacks %s: %s", want, alarms.text)
		}
	}
	if one := k.want(200, "org", "GET", base+"/questions/"+list[0].ID+"/statistics", nil); !strings.Contains(one.text, `"served":120`) {
		t.Errorf("of the question: %s", one.text)
	}
}
