package contest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/scoring"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// clock is a time that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newService(db *storage.DB, c *clock) *contest.Service {
	return &contest.Service{Store: db, Now: c.now, NewID: storagetest.NewID}
}

func organizer(w storagetest.World) contest.Actor {
	return contest.Actor{AccountID: w.Organizer, Kind: contest.Staff, Grants: []contest.Grant{
		{Role: contest.RoleOrganizer, UnitID: w.Department, UnitPath: w.DepartmentPath},
	}}
}

func pupil(id string) contest.Actor { return contest.Actor{AccountID: id, Kind: contest.Pupil} }

func ptr[T any](v T) *T { return &v }

// draft makes a contest with the divisions TH and THCS and one quiz round that
// opens in an hour for two hours.
func draft(t *testing.T, s *contest.Service, w storagetest.World) (contest.Contest, contest.Round) {
	t.Helper()
	ctx, actor, now := context.Background(), organizer(w), s.Now()
	c, err := s.Create(ctx, actor, contest.Proposal{UnitID: w.Department, Title: "Tìm hiểu pháp luật", SchoolYear: storagetest.SchoolYear, Rules: contest.DefaultRules()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.SetDivisions(ctx, actor, c.ID, 0, []contest.Division{
		{Code: "TH", Name: "Tiểu học", Kind: contest.Pupil, GradeFrom: 1, GradeTo: 5},
		{Code: "THCS", Name: "Trung học cơ sở", Kind: contest.Pupil, GradeFrom: 6, GradeTo: 9},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, r, err := s.AddRound(ctx, actor, c.ID, contest.RoundPatch{
		Name: ptr("Đợt 1"), OpensAt: ptr(now.Add(time.Hour)), ClosesAt: ptr(now.Add(3 * time.Hour)), Duration: ptr(15 * time.Minute), BankID: &w.Bank,
	})
	if err != nil {
		t.Fatal(err)
	}
	c, r, err = s.SetBlueprint(ctx, actor, r.ID, []contest.BlueprintLine{
		{Topic: "luat tre em", Count: 3, Points: 100}, {Count: 2, Points: 50},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, r
}

func TestLifeOfAContest(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, at := context.Background(), &clock{at: storagetest.Now()}
		w := storagetest.NewWorld(t, db, 2, 2, 10)
		s := newService(db, at)
		sittings := contest.NewSittings(db, at.now)
		c, r := draft(t, s, w)
		actor := organizer(w)

		if _, err := sittings.Sitting(ctx, r.ID); !errors.Is(err, contest.NotFound) {
			t.Fatalf("sitting of a draft: %v, want not found", err)
		}
		if views, err := s.For(ctx, pupil(w.Pupils7[0][0])); err != nil || len(views) != 0 {
			t.Fatalf("a pupil sees %d drafts, %v", len(views), err)
		}
		if _, err := s.Publish(ctx, pupil(w.Pupils7[0][0]), c.ID); !errors.Is(err, contest.NotFound) {
			t.Fatalf("a pupil publishes: %v, want not found", err)
		}
		c, err := s.Publish(ctx, actor, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if c.Slug != "tim-hieu-phap-luat" || c.Rounds[0].Slug != "tim-hieu-phap-luat-dot-1" {
			t.Errorf("slugs %q and %q", c.Slug, c.Rounds[0].Slug)
		}
		at.at = at.at.Add(2 * time.Second)
		sit, err := sittings.Sitting(ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		checkPool(t, sit)
		checkAdmission(t, ctx, db, sit, w)

		if _, _, err := s.OpenNow(ctx, actor, r.ID); err != nil {
			t.Fatal(err)
		}
		if sit, err = sittings.Lock(ctx, r.ID); err != nil || sit.Round.State(at.now()) != contest.Open || sit.Round.LockedAt.IsZero() {
			t.Fatalf("locked round is %s, locked at %v, %v", sit.Round.State(at.now()), sit.Round.LockedAt, err)
		}
		checkLock(t, s, w, c, r)
		if _, _, err := s.CloseNow(ctx, actor, r.ID); err != nil {
			t.Fatal(err)
		}
		at.at = at.at.Add(2 * time.Second)
		if sit, err = sittings.Sitting(ctx, r.ID); err != nil || sit.Round.State(at.now()) != contest.Closed {
			t.Fatalf("two seconds after the close the round is %s, %v", sit.Round.State(at.now()), err)
		}
	})
}

func checkPool(t *testing.T, sit *contest.Sitting) {
	t.Helper()
	seen := map[string]bool{}
	for _, l := range sit.Pool {
		if len(l.Entries) < l.Count {
			t.Errorf("line of %d questions has a pool of %d", l.Count, len(l.Entries))
		}
		for _, e := range l.Entries {
			if seen[e.VersionID] {
				t.Errorf("version %s is in two lines", e.VersionID)
			}
			seen[e.VersionID] = true
		}
	}
	if len(seen) != 10 {
		t.Errorf("the pool holds %d of 10 questions", len(seen))
	}
}

func checkAdmission(t *testing.T, ctx context.Context, db *storage.DB, sit *contest.Sitting, w storagetest.World) {
	t.Helper()
	p, err := db.Contestant(ctx, w.Pupils7[1][0], storagetest.SchoolYear)
	if err != nil || p.Grade != 7 || p.ClassID != w.Class7[1] || p.SchoolID != w.Schools[1] || p.UnitPath != w.Class7At[1] {
		t.Fatalf("contestant %+v, %v", p, err)
	}
	if _, err := sit.Admit(p, sit.Round.OpensAt.Add(-time.Second)); contest.CodeOf(err) != "not_open" {
		t.Errorf("before the window: %v", err)
	}
	d, err := sit.Admit(p, sit.Round.OpensAt)
	if err != nil || d.Code != "THCS" {
		t.Errorf("grade 7 comes to division %q, %v", d.Code, err)
	}
	if _, err := sit.Admit(p, sit.Round.ClosesAt); contest.CodeOf(err) != "round_closed" {
		t.Errorf("at the close: %v", err)
	}
	teacher, err := db.Contestant(ctx, w.Teacher, "")
	if err != nil || teacher.SchoolID != w.Schools[0] {
		t.Fatalf("teacher %+v, %v", teacher, err)
	}
	if _, err := sit.Admit(teacher, sit.Round.OpensAt); contest.CodeOf(err) != "no_division" {
		t.Errorf("a teacher among pupils: %v", err)
	}
	p.UnitPath = "/elsewhere/"
	if _, err := sit.Admit(p, sit.Round.OpensAt); !errors.Is(err, contest.NotFound) {
		t.Errorf("outside the audience: %v", err)
	}
}

// checkLock tries every change of what decides fairness after the first start.
func checkLock(t *testing.T, s *contest.Service, w storagetest.World, c contest.Contest, r contest.Round) {
	t.Helper()
	ctx, actor := context.Background(), organizer(w)
	ranked := c.Rules
	ranked.RankChain = scoring.Chain{scoring.ByScore}
	worded := c.Rules
	worded.OrganizerText, worded.Leaderboard = "Ban Tổ chức giữ quyền giải thích.", contest.BoardAfterClose
	edits := []struct {
		name string
		code string
		do   func() error
	}{
		{"rank chain", "settings_locked", func() error { _, err := s.SetRules(ctx, actor, c.ID, 0, ranked); return err }},
		{"divisions", "settings_locked", func() error { _, err := s.SetDivisions(ctx, actor, c.ID, 0, nil); return err }},
		{"blueprint", "settings_locked", func() error { _, _, err := s.SetBlueprint(ctx, actor, r.ID, nil); return err }},
		{"audience", "settings_locked", func() error {
			_, err := s.Edit(ctx, actor, c.ID, 0, contest.Patch{Audience: &[]string{w.Ward}})
			return err
		}},
		{"duration", "settings_locked", func() error {
			_, _, err := s.EditRound(ctx, actor, r.ID, 0, contest.RoundPatch{Duration: ptr(time.Hour)})
			return err
		}},
		{"earlier close", "settings_locked", func() error {
			_, _, err := s.EditRound(ctx, actor, r.ID, 0, contest.RoundPatch{ClosesAt: ptr(r.ClosesAt.Add(-time.Minute))})
			return err
		}},
		{"later close", "", func() error {
			_, _, err := s.EditRound(ctx, actor, r.ID, 0, contest.RoundPatch{ClosesAt: ptr(r.ClosesAt.Add(time.Minute))})
			return err
		}},
		{"wording", "", func() error { _, err := s.SetRules(ctx, actor, c.ID, 0, worded); return err }},
		{"stale version", "version_changed", func() error {
			_, err := s.Edit(ctx, actor, c.ID, 1, contest.Patch{Title: ptr("Tên khác")})
			return err
		}},
	}
	for _, e := range edits {
		err := e.do()
		if got := contest.CodeOf(err); err == nil && e.code != "" || err != nil && got != e.code {
			t.Errorf("%s after the first start: %v, want %q", e.name, err, e.code)
		}
	}
}

func TestPublishListsWhatStandsAgainstIt(t *testing.T) {
	db := storagetest.SQLite(t)
	ctx, at := context.Background(), &clock{at: storagetest.Now()}
	w := storagetest.NewWorld(t, db, 1, 1, 4)
	s := newService(db, at)
	c, _ := draft(t, s, w)
	_, err := s.Publish(ctx, organizer(w), c.ID)
	var refusal *contest.Error
	if !errors.As(err, &refusal) || len(refusal.Problems) == 0 {
		t.Fatalf("published with 4 of 5 questions: %v", err)
	}
	for _, p := range refusal.Problems {
		if p.Code != "too_few_questions" {
			t.Errorf("problem %+v", p)
		}
	}
	if again, err := db.Contest(ctx, c.ID); err != nil || again.Stored != contest.Draft || again.Rounds[0].Frozen != nil {
		t.Errorf("a refused publish left %s behind, %v", again.Stored, err)
	}
}

// Lines that overlap must not starve each other: the split finds an assignment
// whenever there is one.
func TestSplitPoolFindsAnAssignment(t *testing.T) {
	for trial := range 300 {
		var matches [][]string
		var lines []contest.BlueprintLine
		// Line i can take versions 0..i: there is exactly one assignment.
		for i := range 6 {
			var m []string
			for v := range i + 1 {
				m = append(m, fmt.Sprint("v", (v*7+trial)%31, "-", v))
			}
			lines = append(lines, contest.BlueprintLine{ID: fmt.Sprint(i), Count: 1})
			matches = append(matches, m)
		}
		pools, short := contest.SplitPool(lines, matches)
		for i := range lines {
			if short[i] != 0 || len(pools[i]) != 1 {
				t.Fatalf("trial %d: line %d is short of %d with pool %v of %v", trial, i, short[i], pools[i], matches[i])
			}
		}
	}
	lines := []contest.BlueprintLine{{Count: 1}, {DivisionID: "a", Count: 1}, {DivisionID: "b", Count: 1}}
	_, short := contest.SplitPool(lines, [][]string{{"x", "y"}, {"x"}, {"x"}})
	if short[0]+short[1]+short[2] != 0 {
		t.Errorf("divisions may share a version: short %v", short)
	}
}

func TestRuleSheetProblems(t *testing.T) {
	sheet := contest.DefaultRules()
	if p := sheet.Problems(); len(p) != 0 {
		t.Fatalf("the default has problems: %v", p)
	}
	sheet.Prediction.On = true
	sheet.AttemptsMax = 3
	sheet.Prizes = []contest.Prize{{Name: "", Count: 0}}
	sheet.ReviewAt = contest.ReviewAtTime
	want := map[string]bool{"attempts_max": true, "review_time": true, "rank_chain": true, "prizes[0].name": true, "prizes[0].count": true}
	for _, p := range sheet.Problems() {
		if !want[p.Location] {
			t.Errorf("unexpected problem %+v", p)
		}
		delete(want, p.Location)
	}
	if len(want) != 0 {
		t.Errorf("not found: %v", want)
	}
}
