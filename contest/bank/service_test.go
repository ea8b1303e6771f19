package bank_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

func library(t *testing.T, db *storage.DB) (*bank.Service, storagetest.World, contest.Actor, contest.Actor) {
	t.Helper()
	w := storagetest.NewWorld(t, db, 1, 1, 2)
	office := []contest.Grant{{Role: contest.RoleOrganizer, UnitID: w.Department, UnitPath: w.DepartmentPath}}
	return &bank.Service{Store: db, Seats: db, Now: storagetest.Now, NewID: storagetest.NewID}, w,
		contest.Actor{AccountID: w.Organizer, Grants: office}, contest.Actor{AccountID: w.Checker, Grants: office}
}

// Sixteen people write a second version at once: one is taken, the others are
// told that they saw an old one. Planted defect it has caught: comparing the
// version outside ChangeQuestion's lock, after which several writers succeed or
// collide on the unique index.
func TestOneOfManyRevisionsWins(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		s, w, author, _ := library(t, db)
		q, err := s.CreateQuestion(t.Context(), author, w.Bank, sound())
		if err != nil {
			t.Fatal(err)
		}
		var won atomic.Int32
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				_, err := s.Revise(context.Background(), author, q.ID, 1, sound())
				switch {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, contest.Stale):
					t.Errorf("revise: %v", err)
				}
			})
		}
		wg.Wait()
		_, versions, _, err := s.Question(t.Context(), author, q.ID)
		if err != nil || won.Load() != 1 || len(versions) != 2 {
			t.Errorf("%d won, %d versions, %v; want 1 and 2", won.Load(), len(versions), err)
		}
	})
}

// What is in use stays in use, word for word, while a new version is written,
// until a second person approves that.
func TestVersionInUseNeverChanges(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		s, w, author, checker := library(t, db)
		q, err := s.CreateQuestion(ctx, author, w.Bank, sound())
		if err != nil {
			t.Fatal(err)
		}
		inUse := func() string {
			picks, err := db.Picks(ctx, w.Bank)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range picks {
				if p.QuestionID == q.ID {
					v, err := db.VersionsByIDs(ctx, []string{p.VersionID})
					if err != nil {
						t.Fatal(err)
					}
					return v[0].Stem
				}
			}
			return ""
		}
		step := func(who contest.Actor, action bank.Action) {
			t.Helper()
			if _, err := s.Review(ctx, who, q.ID, 0, action, ""); err != nil {
				t.Fatalf("%s: %v", action, err)
			}
		}
		first := sound().Stem
		if got := inUse(); got != "" {
			t.Errorf("a draft is in use: %q", got)
		}
		step(author, bank.Submit)
		step(checker, bank.Approve)
		next := sound()
		next.Stem = "Một câu khác?"
		if _, err := s.Revise(ctx, author, q.ID, 1, next); err != nil {
			t.Fatal(err)
		}
		if got := inUse(); got != first {
			t.Errorf("in use %q, want %q", got, first)
		}
		step(checker, bank.Approve)
		if got := inUse(); got != next.Stem {
			t.Errorf("in use %q, want %q", got, next.Stem)
		}
		step(checker, bank.Retire)
		if got := inUse(); got != "" {
			t.Errorf("a retired question is in use: %q", got)
		}
		if cells, err := s.Topics(ctx, author, w.Bank); err != nil || len(cells) != 2 {
			t.Errorf("topics %v, %v; want the two of the world's own questions", cells, err)
		}
	})
}

func TestForeignBanksAreMissing(t *testing.T) {
	db := storagetest.SQLite(t)
	s, w, author, _ := library(t, db)
	q, err := s.CreateQuestion(t.Context(), author, w.Bank, sound())
	if err != nil {
		t.Fatal(err)
	}
	teacher := contest.Actor{AccountID: w.Teacher, Grants: []contest.Grant{{Role: contest.RoleTeacher, UnitID: w.Schools[0], UnitPath: w.SchoolPaths[0]}}}
	judge := contest.Actor{AccountID: "j", Grants: []contest.Grant{{Role: contest.RoleJudge, UnitID: w.Department, UnitPath: w.DepartmentPath}}}
	for name, who := range map[string]contest.Actor{"a teacher below": teacher, "a judge": judge, "nobody": {}} {
		_, err1 := s.Bank(t.Context(), who, w.Bank)
		_, _, err2 := s.Questions(t.Context(), who, w.Bank, bank.Filter{}, contest.Page{})
		_, _, _, err3 := s.Question(t.Context(), who, q.ID)
		_, err4 := s.CreateQuestion(t.Context(), who, w.Bank, sound())
		_, err5 := s.Revise(t.Context(), who, q.ID, 1, sound())
		_, err6 := s.Review(t.Context(), who, q.ID, 1, bank.Approve, "")
		_, err7 := s.ReviewAll(t.Context(), who, w.Bank, []string{q.ID}, bank.Approve)
		for i, err := range []error{err1, err2, err3, err4, err5, err6, err7} {
			if !errors.Is(err, contest.NotFound) {
				t.Errorf("%s, call %d: %v, want not found", name, i+1, err)
			}
		}
	}
}
