package attempt_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
	"mangxanh/scoring"
	"mangxanh/storage/storagetest"
)

// both runs a test on SQLite and on Postgres.
func both(t *testing.T, change func(*contest.RuleSheet), test func(t *testing.T, f *fixture)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, setUp(t, storagetest.SQLite, change))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, setUp(t, storagetest.Postgres, change))
	})
}

// code fails unless err has the code.
func code(t testing.TB, err error, want string) {
	t.Helper()
	if err == nil || contest.CodeOf(err) != want {
		t.Fatalf("error = %v, want the code %s", err, want)
	}
}

func TestAWholeAttempt(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		var finished []attempt.Attempt
		f.svc.OnFinished = func(_ context.Context, done []attempt.Attempt) { finished = append(finished, done...) }
		d := f.start(t, 0)
		if len(d.Questions) != predicted+1 || d.Questions[predicted].Type != scoring.Prediction || d.Deadline.Sub(d.StartedAt) != 15*time.Minute {
			t.Fatalf("%d questions, the last %s, %v long", len(d.Questions), d.Questions[predicted].Type, d.Deadline.Sub(d.StartedAt))
		}
		for i, q := range d.Questions {
			f.clock.add(time.Second)
			o, err := f.svc.Save(ctx, f.request(0, d, attempt.Given{QuestionID: q.ID, Seq: 1, Response: f.right(t, q)}))
			must(t, err)
			if !o.Deadline.Equal(d.Deadline) {
				t.Fatalf("save %d tells the deadline %v, want %v", i, o.Deadline, d.Deadline)
			}
		}
		again, err := f.svc.Document(ctx, f.pupil(0), d.ID, "")
		must(t, err)
		if !reflect.DeepEqual(again.Questions, d.Questions) || len(again.Answers) != len(d.Questions) {
			t.Error("the paper changed, or answers are missing")
		}
		for i, g := range again.Answers {
			if want := f.right(t, d.Questions[i]); d.Questions[i].Type != scoring.Multiple && strings.Trim(sorted(t, g.Response), `"`) != strings.Trim(sorted(t, want), `"`) {
				t.Errorf("answer %d comes back as %s, want %s", i, g.Response, want)
			}
		}
		a, _, err := f.svc.Submit(ctx, f.request(0, d))
		must(t, err)
		o := a.Outcome
		if a.State != attempt.Submitted || o.Score != 1100 || o.Max != 1100 || o.Correct != predicted || !o.Perfect || o.Answered != len(d.Questions) || o.Prediction == nil || *o.Prediction != 12 {
			t.Errorf("outcome %+v", o)
		}
		if o.Duration != time.Duration(len(d.Questions))*time.Second || !a.SubmittedAt.Equal(f.clock.now()) {
			t.Errorf("took %v, submitted at %v", o.Duration, a.SubmittedAt)
		}
		b, _, err := f.svc.Submit(ctx, f.request(0, d, attempt.Given{QuestionID: d.Questions[0].ID, Seq: 9, Response: f.wrong(t, d.Questions[0])}))
		must(t, err)
		if !reflect.DeepEqual(a.Outcome, b.Outcome) || len(finished) != 1 {
			t.Errorf("handing in again: %+v, heard %d times", b.Outcome, len(finished))
		}
		stored, computed, err := f.svc.Recompute(ctx, d.ID)
		must(t, err)
		if !reflect.DeepEqual(stored, computed) {
			t.Errorf("recomputed %+v, stored %+v", computed, stored)
		}
		_, err = f.svc.Save(ctx, f.request(0, d, attempt.Given{QuestionID: d.Questions[0].ID, Seq: 10, Response: f.wrong(t, d.Questions[0])}))
		code(t, err, "attempt_closed")
		var refusal *contest.Error
		if errors.As(err, &refusal); refusal.Detail.(attempt.Refused).Receipt == nil {
			t.Error("the refusal carries no receipt")
		}
	})
}

// Replays, older counters and two screens that counted alike (rule A2).
func TestCountersDecide(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		ctx, d := t.Context(), f.start(t, 0)
		q := d.Questions[predicted]
		save := func(seq int64, value string) {
			t.Helper()
			_, err := f.svc.Save(ctx, f.request(0, d, attempt.Given{QuestionID: q.ID, Seq: seq, Response: []byte(value)}))
			must(t, err)
		}
		is := func(seq int64, value string) {
			t.Helper()
			now, err := f.svc.Document(ctx, f.pupil(0), d.ID, "")
			must(t, err)
			if len(now.Answers) != 1 || now.Answers[0].Seq != seq || string(now.Answers[0].Response) != value {
				t.Fatalf("in force: %v, want %d %s", now.Answers, seq, value)
			}
		}
		save(2, `5`)
		save(2, `5`)
		save(1, `4`)
		is(2, `"5"`)
		save(2, `"6"`)
		is(2, `"6"`)
		save(3, `null`)
		is(3, `null`)
		_, err := f.svc.Save(ctx, f.request(0, d,
			attempt.Given{QuestionID: q.ID, Seq: 5, Response: []byte(`8`)}, attempt.Given{QuestionID: q.ID, Seq: 4, Response: []byte(`7`)}))
		must(t, err)
		is(5, `"8"`)
	})
}

// A request with one faulty answer stores nothing (rule A6).
func TestFaultyAnswersStoreNothing(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		ctx, d, other := t.Context(), f.start(t, 0), f.start(t, 1)
		good := attempt.Given{QuestionID: d.Questions[0].ID, Seq: 1, Response: f.right(t, d.Questions[0])}
		bad := []struct {
			given attempt.Given
			code  string
		}{
			{attempt.Given{QuestionID: other.Questions[0].ID, Seq: 1, Response: good.Response}, "unknown_question"},
			{attempt.Given{QuestionID: "", Seq: 1, Response: good.Response}, "unknown_question"},
			{attempt.Given{QuestionID: d.Questions[predicted].ID, Seq: 1, Response: []byte(`-1`)}, "bad_response"},
			{attempt.Given{QuestionID: d.Questions[predicted].ID, Seq: 1, Response: []byte(`"mười"`)}, "bad_response"},
			{attempt.Given{QuestionID: d.Questions[predicted].ID, Seq: 0, Response: []byte(`1`)}, "bad_seq"},
		}
		for _, q := range d.Questions {
			for _, response := range []string{`{"a":"b"}`, `true`, `["` + strings.Repeat("a", 10) + `"]`} {
				bad = append(bad, struct {
					given attempt.Given
					code  string
				}{attempt.Given{QuestionID: q.ID, Seq: 1, Response: []byte(response)}, "bad_response"})
			}
		}
		for _, b := range bad {
			_, err := f.svc.Save(ctx, f.request(0, d, good, b.given))
			code(t, err, b.code)
			var refusal *contest.Error
			if errors.As(err, &refusal); len(refusal.Problems) != 1 || !strings.HasPrefix(refusal.Problems[0].Location, "answers[1].") {
				t.Errorf("%s: places %+v", b.given.Response, refusal.Problems)
			}
		}
		now, err := f.svc.Document(ctx, f.pupil(0), d.ID, "")
		must(t, err)
		if len(now.Answers) != 0 {
			t.Errorf("refused requests left %d answers", len(now.Answers))
		}
	})
}

func TestNobodySeesAnotherAttempt(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		ctx, d := t.Context(), f.start(t, 0)
		_, err := f.svc.Document(ctx, f.pupil(1), d.ID, "")
		code(t, err, "not_found")
		_, err = f.svc.TakeOver(ctx, f.pupil(1), d.ID, "x")
		code(t, err, "not_found")
		r := f.request(1, d, attempt.Given{QuestionID: d.Questions[0].ID, Seq: 1, Response: f.right(t, d.Questions[0])})
		_, err = f.svc.Save(ctx, r)
		code(t, err, "not_found")
		_, _, err = f.svc.Submit(ctx, r)
		code(t, err, "not_found")
		_, err = f.svc.Review(ctx, f.pupil(1), d.ID)
		code(t, err, "not_found")
	})
}

func TestEntry(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		ctx, opened := t.Context(), f.clock.now()
		start := func(a contest.Actor, received time.Time) error {
			_, _, err := f.svc.Start(ctx, a, f.round.ID, "", received)
			return err
		}
		code(t, start(contest.Actor{AccountID: f.world.Pupils4[0][0]}, opened), "no_division")
		code(t, start(f.organizer(), opened), "runs_contest")
		code(t, start(contest.Actor{AccountID: f.world.Teacher, Kind: contest.Staff}, opened), "no_division")
		code(t, start(f.pupil(0), opened.Add(-2*time.Minute)), "not_open")
		code(t, start(f.pupil(0), opened.Add(time.Hour)), "round_closed")
		storagetest.Exec(t, f.db, `UPDATE accounts SET state = 'banned' WHERE id = ?`, f.pupil(0).AccountID)
		code(t, start(f.pupil(0), opened), "account_banned")
		storagetest.Exec(t, f.db, `UPDATE accounts SET state = 'active' WHERE id = ?`, f.pupil(0).AccountID)
		storagetest.Exec(t, f.db, `INSERT INTO consents (id, account_id, kind, given_by, given_at, withdrawn_at, actor_id) VALUES ('c', ?, 'processing', 'guardian', 1, 2, 'x')`, f.pupil(0).AccountID)
		code(t, start(f.pupil(0), opened), "consent_withdrawn")
		storagetest.Exec(t, f.db, `DELETE FROM consents`)

		d := f.start(t, 0)
		again, made, err := f.svc.Start(ctx, f.pupil(0), f.round.ID, "other", f.clock.now())
		must(t, err)
		if made || again.ID != d.ID || !again.Deadline.Equal(d.Deadline) || !reflect.DeepEqual(again.Questions, d.Questions) {
			t.Error("starting again is not the same attempt")
		}
		_, _, err = f.svc.Submit(ctx, f.request(0, d))
		must(t, err)
		code(t, start(f.pupil(0), opened), "no_attempts_left")
	})
}

// A second device takes over; the first may neither save nor hand in.
func TestTakeover(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		d, _, err := f.svc.Start(ctx, f.pupil(0), f.round.ID, "phone", f.clock.now())
		must(t, err)
		seen, err := f.svc.Document(ctx, f.pupil(0), d.ID, "tablet")
		must(t, err)
		if !seen.HeldElsewhere {
			t.Error("the second device is not told that the first holds the attempt")
		}
		g := attempt.Given{QuestionID: d.Questions[0].ID, Seq: 1, Response: f.right(t, d.Questions[0])}
		r := f.request(0, d, g)
		r.Device = "tablet"
		_, err = f.svc.Save(ctx, r)
		code(t, err, "taken_over")
		taken, err := f.svc.TakeOver(ctx, f.pupil(0), d.ID, "tablet")
		must(t, err)
		if taken.Holder != 2 || taken.HeldElsewhere {
			t.Errorf("after the takeover: holder %d, elsewhere %v", taken.Holder, taken.HeldElsewhere)
		}
		if _, err := f.svc.Save(ctx, r); err != nil {
			t.Error(err)
		}
		old := f.request(0, d, g)
		old.Holder = 1
		_, err = f.svc.Save(ctx, old)
		code(t, err, "taken_over")
		_, _, err = f.svc.Submit(ctx, old)
		code(t, err, "taken_over")
		old.Answers = nil
		_, _, err = f.svc.Submit(ctx, old)
		code(t, err, "taken_over")
		r.Answers = nil
		if _, _, err = f.svc.Submit(ctx, r); err != nil {
			t.Error(err)
		}
	})
}

// A paper shown by another node, and after the facts were forgotten, is the
// same, and saves there find their questions (rule B3).
func TestPaperSurvivesRestart(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		ctx, d := t.Context(), f.start(t, 0)
		other := f.service()
		q := d.Questions[3]
		if _, err := other.Save(ctx, f.request(0, d, attempt.Given{QuestionID: q.ID, Seq: 1, Response: f.right(t, q)})); err != nil {
			t.Fatal(err)
		}
		again, err := other.Document(ctx, f.pupil(0), d.ID, "")
		must(t, err)
		if !reflect.DeepEqual(again.Questions, d.Questions) || !again.Deadline.Equal(d.Deadline) {
			t.Error("another node shows another paper")
		}
	})
}

// Keys and marks are shown when the rule sheet allows and not before (rule D5).
func TestReviewWaits(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		ctx, d := t.Context(), f.start(t, 0)
		_, err := f.svc.Review(ctx, f.pupil(0), d.ID)
		code(t, err, "not_yet")
		q := d.Questions[0]
		_, _, err = f.svc.Submit(ctx, f.request(0, d, attempt.Given{QuestionID: q.ID, Seq: 1, Response: f.right(t, q)}))
		must(t, err)
		_, err = f.svc.Review(ctx, f.pupil(0), d.ID)
		code(t, err, "not_yet")
		other := f.start(t, 1) // somebody whose extra time runs past the close
		f.clock.set(f.round.ClosesAt.Add(f.rules.Grace + time.Second))
		_, err = f.svc.Review(ctx, f.pupil(0), d.ID)
		code(t, err, "not_yet")
		_, _, err = f.svc.Submit(ctx, f.request(1, other))
		must(t, err)
		r, err := f.svc.Review(ctx, f.pupil(0), d.ID)
		must(t, err)
		for i, q := range r.Reviewed {
			if q.Type == scoring.Prediction || q.Type == scoring.ShortText {
				continue
			}
			if got, want := sorted(t, q.CorrectResponse), sorted(t, f.right(t, d.Questions[i])); got != want {
				t.Errorf("key of %s is %s, want %s", q.Stem, got, want)
			}
		}
		if r.Reviewed[0].Mark.Points != d.Questions[0].Points || !r.Reviewed[0].Mark.Correct {
			t.Errorf("first question earned %+v", r.Reviewed[0].Mark)
		}
	})
}

func TestExtraTimeAndAnnulment(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		ctx, d := t.Context(), f.start(t, 0)
		staff := &attempt.Staff{Attempts: f.svc, Store: f.db, Now: f.clock.now}
		_, err := staff.Grant(ctx, f.pupil(1), d.ID, time.Minute, "mất điện")
		code(t, err, "not_found")
		_, err = staff.Grant(ctx, f.organizer(), d.ID, -time.Minute, "")
		code(t, err, "invalid")
		a, err := staff.Grant(ctx, f.organizer(), d.ID, time.Minute, "mất điện")
		must(t, err)
		if !a.Deadline.Equal(d.Deadline.Add(time.Minute)) || !a.StartedAt.Equal(d.StartedAt) {
			t.Errorf("deadline %v, start %v", a.Deadline, a.StartedAt)
		}
		f.clock.set(d.Deadline.Add(30 * time.Second))
		if _, err := f.svc.Save(ctx, f.request(0, d, attempt.Given{QuestionID: d.Questions[0].ID, Seq: 1, Response: f.right(t, d.Questions[0])})); err != nil {
			t.Errorf("inside the extra time: %v", err)
		}
		a, err = staff.Annul(ctx, f.organizer(), d.ID, "làm bài hộ")
		must(t, err)
		if a.State != attempt.Annulled || a.AnnulReason == "" {
			t.Errorf("annulled attempt is %s", a.State)
		}
		_, _, err = f.svc.Submit(ctx, f.request(0, d))
		code(t, err, "attempt_closed")
		entries, _, err := f.db.Audit(ctx, contest.AuditFilter{Under: []string{"/"}, Object: "attempt:" + d.ID}, contest.Page{})
		must(t, err)
		if len(entries) != 2 || entries[0].Action != "attempt.annul" || entries[1].Action != "allowance.grant" {
			t.Errorf("audit %+v", entries)
		}
	})
}

func TestMonitorCounts(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		ctx := t.Context()
		staff := &attempt.Staff{Attempts: f.svc, Store: f.db, Now: f.clock.now}
		f.start(t, 0)
		f.clock.add(2 * time.Minute)
		f.start(t, 1)
		done := f.start(t, 2)
		_, _, err := f.svc.Submit(ctx, f.request(2, done))
		must(t, err)
		m, err := staff.Monitor(ctx, f.organizer(), f.round.ID, "")
		must(t, err)
		if (m.Counts != attempt.Counts{NotIn: 5, Working: 1, Lost: 1, Submitted: 1}) || len(m.Units) != 2 {
			t.Errorf("counts %+v in %d units", m.Counts, len(m.Units))
		}
		teacher := contest.Actor{AccountID: f.world.Teacher, Grants: []contest.Grant{{Role: contest.RoleTeacher, UnitPath: f.world.Class7At[1]}}}
		m, err = staff.Monitor(ctx, teacher, f.round.ID, "")
		must(t, err)
		if (m.Counts != attempt.Counts{NotIn: 4}) {
			t.Errorf("a teacher of the other school counts %+v", m.Counts)
		}
		_, err = staff.Monitor(ctx, teacher, f.round.ID, f.world.Schools[0])
		code(t, err, "not_found")
		seen := map[attempt.Presence]int{}
		page := contest.Page{Limit: 3}
		for {
			people, next, err := staff.People(ctx, f.organizer(), f.round.ID, f.world.Department, "", "", page)
			must(t, err)
			for _, p := range people {
				seen[p.Presence]++
			}
			if page.Cursor = next; next == "" {
				break
			}
		}
		if fmt.Sprint(seen) != fmt.Sprint(map[attempt.Presence]int{attempt.NotIn: 5, attempt.Working: 1, attempt.Lost: 1, attempt.Done: 1}) {
			t.Errorf("people by presence: %v", seen)
		}
	})
}

func TestWatchedPeopleAreFoundByName(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		staff := &attempt.Staff{Attempts: f.svc, Store: f.db, Now: f.clock.now}
		storagetest.Exec(t, f.db, `UPDATE accounts SET full_name = 'Đặng Thị Thuỳ Hoà', name_fold = 'dang thi thuy hoa' WHERE id IN (?, ?)`, f.pupil(0).AccountID, f.pupil(5).AccountID)
		for words, want := range map[string]int{"Đặng Thị Thùy": 2, "THUY HOA": 2, "đặng thị": 2, "100%": 0, "_": 0, "": 8} {
			got := 0
			for page := (contest.Page{Limit: 1}); ; {
				people, next, err := staff.People(t.Context(), f.organizer(), f.round.ID, "", "", words, page)
				must(t, err)
				got += len(people)
				if page.Cursor = next; next == "" {
					break
				}
			}
			if got != want {
				t.Errorf("%q finds %d, want %d", words, got, want)
			}
		}
		teacher := contest.Actor{AccountID: f.world.Teacher, Grants: []contest.Grant{{Role: contest.RoleTeacher, UnitPath: f.world.Class7At[0]}}}
		people, _, err := staff.People(t.Context(), teacher, f.round.ID, "", attempt.NotIn, "thuy", contest.Page{})
		must(t, err)
		if len(people) != 1 {
			t.Errorf("a teacher finds %d of the own class", len(people))
		}
	})
}
