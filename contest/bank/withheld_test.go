package bank_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/scoring"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// hall is a bank, a published round that draws three of its four questions, and
// the staff around it.
type hall struct {
	*bank.Service
	db        *storage.DB
	w         storagetest.World
	contests  *contest.Service
	organizer contest.Actor
	teacher   contest.Actor // reads the whole bank; at home in the first school
	now       time.Time
	round     contest.Round
	other     bank.Question // of the same bank, in no pool
}

func openHall(t *testing.T, open func(testing.TB, ...storagetest.Option) *storage.DB, takes contest.AccountKind) *hall {
	t.Helper()
	ctx, h := t.Context(), &hall{now: storagetest.Now()}
	clock := func() time.Time { return h.now }
	h.db = open(t, storagetest.WithNow(clock))
	h.w = storagetest.NewWorld(t, h.db, 1, 1, 3)
	h.Service = &bank.Service{Store: h.db, Seats: h.db, Now: clock, NewID: storagetest.NewID}
	h.contests = &contest.Service{Store: h.db, Now: clock, NewID: storagetest.NewID}
	over := func(role contest.Role) []contest.Grant {
		return []contest.Grant{{Role: role, UnitID: h.w.Department, UnitPath: h.w.DepartmentPath}}
	}
	h.organizer = contest.Actor{AccountID: h.w.Organizer, Kind: contest.Staff, Grants: over(contest.RoleOrganizer)}
	h.teacher = contest.Actor{AccountID: h.w.Teacher, Kind: contest.Staff, Grants: over(contest.RoleTeacher)}
	c, err := h.contests.Create(ctx, h.organizer, contest.Proposal{UnitID: h.w.Department, Title: "Thi", SchoolYear: storagetest.SchoolYear, Rules: contest.DefaultRules()})
	must(t, err)
	_, err = h.contests.SetDivisions(ctx, h.organizer, c.ID, 0, []contest.Division{{Code: "X", Name: "Bảng", Kind: takes}})
	must(t, err)
	name, opens, closes, lasts := "Đợt 1", h.now.Add(time.Minute), h.now.Add(time.Hour), 15*time.Minute
	_, r, err := h.contests.AddRound(ctx, h.organizer, c.ID, contest.RoundPatch{Name: &name, OpensAt: &opens, ClosesAt: &closes, Duration: &lasts, BankID: &h.w.Bank})
	must(t, err)
	_, h.round, err = h.contests.SetBlueprint(ctx, h.organizer, r.ID, []contest.BlueprintLine{{Count: 3, Points: 100}})
	must(t, err)
	_, err = h.contests.Publish(ctx, h.organizer, c.ID)
	must(t, err)
	h.other, err = h.CreateQuestion(ctx, h.organizer, h.w.Bank, sound())
	must(t, err)
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// hidden is how many of the pool's questions an actor sees without their key,
// by the list and by each question's own page, which must agree.
func (h *hall) hidden(t *testing.T, actor contest.Actor) (n int) {
	t.Helper()
	list, _, err := h.Questions(t.Context(), actor, h.w.Bank, bank.Filter{}, contest.Page{})
	must(t, err)
	for _, q := range list {
		one, versions, _, err := h.Question(t.Context(), actor, q.ID)
		must(t, err)
		gone := reflect.DeepEqual(q.Newest.Key, scoring.Key{}) && q.Newest.Explanation == ""
		if gone != q.Newest.Withheld || gone != one.Newest.Withheld || gone != versions[0].Withheld || !reflect.DeepEqual(one.Newest.Key, q.Newest.Key) || !reflect.DeepEqual(versions[0].Key, q.Newest.Key) {
			t.Errorf("list, page and history differ: %+v, %+v, %+v", q.Newest, one.Newest, versions[0])
		}
		if q.ID == h.other.ID && gone {
			t.Error("the key of a question that no contest asks is hidden")
		}
		if gone {
			n++
		}
	}
	return n
}

// A teacher whom a contest addresses reads its questions without their keys,
// from publishing to the last attempt, and can neither change nor judge them;
// whoever runs it, and teachers whom no division takes, read them (rule D6).
//
// Seen to fail: with the keys left in Questions, in Question or in its history,
// with the end of the window alone deciding, with a division's kind ignored,
// with organizers treated as everybody, and with attempts not looked at.
func TestContestantsAmongTheStaffSeeNoKey(t *testing.T) {
	bothHalls(t, contest.Staff, func(t *testing.T, h *hall) {
		ctx := t.Context()
		if n := h.hidden(t, h.teacher); n != 3 {
			t.Errorf("a contestant sees all but %d keys of three", n)
		}
		if n := h.hidden(t, h.organizer); n != 0 {
			t.Errorf("the organizer misses %d keys", n)
		}
		list, _, err := h.Questions(ctx, h.organizer, h.w.Bank, bank.Filter{State: bank.Approved}, contest.Page{})
		must(t, err)
		asked := list[0]
		if _, err := h.Revise(ctx, h.teacher, asked.ID, 1, sound()); contest.CodeOf(err) != "contestant_here" {
			t.Errorf("a contestant writes a version: %v", err)
		}
		if _, err := h.Review(ctx, h.teacher, asked.ID, 0, bank.Retire, ""); contest.CodeOf(err) != "contestant_here" {
			t.Errorf("a contestant judges: %v", err)
		}
		done, err := h.ReviewAll(ctx, h.teacher, h.w.Bank, []string{asked.ID, h.other.ID}, bank.Approve)
		if err != nil || done[0].Code != "contestant_here" || done[1].Code != "" {
			t.Errorf("many at once: %+v, %v", done, err)
		}
		// A new version of a drawn question is as good as the drawn one.
		_, err = h.Revise(ctx, h.organizer, asked.ID, 1, sound())
		must(t, err)
		if n := h.hidden(t, h.teacher); n != 3 {
			t.Errorf("after a new version: %d of three hidden", n)
		}
		h.now = h.now.Add(2 * time.Hour)
		if n := h.hidden(t, h.teacher); n != 0 {
			t.Errorf("after the contest %d keys stay hidden", n)
		}
		h.open(t, h.w.Pupils7[0][0], "open")
		if n := h.hidden(t, h.teacher); n != 3 {
			t.Errorf("with an attempt in extra time: %d of three hidden", n)
		}
	})
	bothHalls(t, contest.Pupil, func(t *testing.T, h *hall) {
		if n := h.hidden(t, h.teacher); n != 0 {
			t.Errorf("a contest of pupils hides %d keys from a teacher", n)
		}
		h.open(t, h.w.Teacher, "submitted")
		if n := h.hidden(t, h.teacher); n != 3 {
			t.Errorf("with an attempt of their own: %d of three hidden", n)
		}
		h.open(t, h.w.Organizer, "submitted")
		if n := h.hidden(t, h.organizer); n != 3 {
			t.Errorf("an organizer with an attempt: %d of three hidden", n)
		}
	})
}

func bothHalls(t *testing.T, takes contest.AccountKind, test func(t *testing.T, h *hall)) {
	t.Helper()
	for name, open := range map[string]func(testing.TB, ...storagetest.Option) *storage.DB{"sqlite": storagetest.SQLite, "postgres": storagetest.Postgres} {
		t.Run(string(takes)+"/"+name, func(t *testing.T) {
			t.Parallel()
			test(t, openHall(t, open, takes))
		})
	}
}

// open puts an attempt of an account into the round.
func (h *hall) open(t *testing.T, account, state string) {
	t.Helper()
	storagetest.Exec(t, h.db, `INSERT INTO attempts (id, round_id, contest_id, account_id, number, state, seed, paper, started_at, deadline_at) VALUES (?, ?, ?, ?, 1, ?, '', '', 1, 1)`,
		storagetest.NewID(), h.round.ID, h.round.ContestID, account, state)
}

// The system, which runs what nobody asked for, is no contestant.
func TestSystemIsNoContestant(t *testing.T) {
	t.Parallel()
	h := openHall(t, storagetest.SQLite, contest.Staff)
	list, _, err := h.Questions(context.Background(), h.organizer, h.w.Bank, bank.Filter{}, contest.Page{})
	must(t, err)
	hidden, err := h.Withheld(t.Context(), contest.System, []string{list[0].ID})
	if err != nil || len(hidden) != 0 {
		t.Errorf("hidden from the system: %v, %v", hidden, err)
	}
}
