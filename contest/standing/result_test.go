package standing_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/standing"
	"mangxanh/scoring/board"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// Two people answer everything; whoever is removed changes the target of the
// prediction and so the places of others.
func TestRemovalCountsTheTargetAnew(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := context.Background()
		s := open(t, db, board.New(time.Now), 4, rulesWithPrediction())
		if _, err := s.results.Make(ctx, s.organizer(), s.round.ID, nil, ""); contest.CodeOf(err) != "round_open" {
			t.Fatalf("result of an open round: %v", err)
		}
		minutes := time.Minute
		perfect := s.finish(0, 7, 0, result{correct: 5, duration: minutes, prediction: 9})
		s.finish(0, 7, 1, result{correct: 5, duration: 2 * minutes, prediction: 2})
		s.finish(1, 7, 0, result{correct: 3, duration: minutes, prediction: 1})
		s.finish(1, 7, 1, result{correct: 3, duration: minutes, prediction: 2})
		s.set(s.round.ClosesAt.Add(time.Second))
		r, err := s.results.Make(ctx, s.organizer(), s.round.ID, nil, "")
		s.must(err)
		if r.State != standing.Provisional || !r.Target.Known || r.Target.Value != 2 || r.Participants != 4 {
			t.Fatalf("first version %+v", r)
		}
		s.places(r.ID, s.w.Pupils7[0][1], s.w.Pupils7[0][0], s.w.Pupils7[1][1], s.w.Pupils7[1][0])

		if r, err = s.results.Check(ctx, s.checker(), r.ID); err != nil || r.State != standing.Checked {
			t.Fatalf("check: %+v, %v", r, err)
		}
		r, err = s.results.Remove(ctx, s.organizer(), r.ID, perfect.AccountID, "Nhờ người khác làm bài")
		s.must(err)
		if r.State != standing.Provisional || r.CheckedBy != "" || r.Target.Value != 1 || r.Participants != 3 || len(r.Removals) != 1 {
			t.Fatalf("after the removal %+v", r)
		}
		// With a target of 1 the prediction of 1 is the nearer one.
		s.places(r.ID, s.w.Pupils7[0][1], s.w.Pupils7[1][0], s.w.Pupils7[1][1])
		if _, err := s.results.Remove(ctx, s.organizer(), r.ID, s.w.Teacher, "không dự thi"); !errors.Is(err, contest.NotFound) {
			t.Errorf("removing somebody who took no part: %v", err)
		}
		r, err = s.results.Make(ctx, s.organizer(), s.round.ID, ptr(int64(2)), "")
		s.must(err)
		if r.Target.Value != 2 || !r.TargetGiven || len(r.Removals) != 1 {
			t.Errorf("target given by the organizer: %+v", r)
		}
	})
}

func (s *stage) places(id string, accounts ...string) {
	s.t.Helper()
	_, lines, err := s.results.Lines(context.Background(), s.organizer(), id, standing.LineFilter{})
	s.must(err)
	var got []string
	for _, l := range lines {
		got = append(got, l.AccountID)
	}
	if !slices.Equal(got, accounts) {
		s.t.Errorf("order %v, want %v", got, accounts)
	}
}

func TestOfficialVersionNeverChanges(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx := context.Background()
		s := open(t, db, board.New(time.Now), 5, rulesWithPrediction())
		s.everybody()
		s.set(s.round.ClosesAt.Add(time.Second))
		r := s.publish("")
		if r.State != standing.Official || len(r.SHA256) != 64 {
			t.Fatalf("published %+v", r)
		}
		before, err := db.ResultLines(ctx, r.ID, standing.LineFilter{})
		s.must(err)
		if standing.Seal(before) != r.SHA256 {
			t.Error("the seal does not fit the lines")
		}
		for name, write := range map[string]func() error{
			"check":   func() error { _, err := s.results.Check(ctx, s.checker(), r.ID); return err },
			"publish": func() error { _, err := s.results.Publish(ctx, s.checker(), r.ID, "x"); return err },
			"remove": func() error {
				_, err := s.results.Remove(ctx, s.organizer(), r.ID, before[0].AccountID, "vi phạm")
				return err
			},
			"restore": func() error { _, err := s.results.Restore(ctx, s.organizer(), r.ID, before[0].AccountID); return err },
			// The store itself refuses, whatever the service lets through.
			"store": func() error {
				_, err := db.ChangeResult(ctx, s.organizer(), r.ID, "x", func(v *standing.Result) error { v.State = standing.Checked; return nil })
				return err
			},
		} {
			if err := write(); err == nil {
				t.Errorf("%s changed an official version", name)
			}
		}
		// A correction is the next version, with a note, and leaves the first alone.
		s.move(time.Minute)
		next, err := s.results.Make(ctx, s.organizer(), s.round.ID, nil, "")
		s.must(err)
		if next.Number != 2 || next.ID == r.ID {
			t.Fatalf("correction %+v", next)
		}
		next, err = s.results.Remove(ctx, s.organizer(), next.ID, before[0].AccountID, "Thuộc Ban Tổ chức")
		s.must(err)
		_, err = s.results.Check(ctx, s.checker(), next.ID)
		s.must(err)
		if _, err := s.results.Publish(ctx, s.checker(), next.ID, "Đính chính"); contest.CodeOf(err) != "same_person" {
			t.Errorf("published by the checker: %v", err)
		}
		if _, err := s.results.Publish(ctx, s.organizer(), next.ID, " "); contest.CodeOf(err) != "invalid" {
			t.Errorf("a correction without a note: %v", err)
		}
		_, err = s.results.Publish(ctx, s.organizer(), next.ID, "Loại một người thuộc Ban Tổ chức")
		s.must(err)
		after, err := db.ResultLines(ctx, r.ID, standing.LineFilter{})
		s.must(err)
		if standing.Seal(after) != r.SHA256 {
			t.Error("the first official version changed")
		}
		s.checkPublic(r, before[0])
	})
}

// publish makes, checks and publishes a version.
func (s *stage) publish(note string) standing.Result {
	s.t.Helper()
	ctx := context.Background()
	r, err := s.results.Make(ctx, s.organizer(), s.round.ID, nil, "")
	s.must(err)
	if _, err := s.results.Publish(ctx, s.organizer(), r.ID, note); contest.CodeOf(err) != "not_checked" {
		s.t.Errorf("published unchecked: %v", err)
	}
	_, err = s.results.Check(ctx, s.checker(), r.ID)
	s.must(err)
	r, err = s.results.Publish(ctx, s.organizer(), r.ID, note)
	s.must(err)
	return r
}

func (s *stage) checkPublic(first standing.Result, removed standing.ResultLine) {
	s.t.Helper()
	ctx := context.Background()
	newest, err := s.public.Result(ctx, s.round.Slug, 0, standing.LineFilter{})
	s.must(err)
	if newest.Version.Number != 2 || len(newest.Versions) != 2 || newest.Total != 19 || newest.Version.Note == "" {
		s.t.Errorf("newest public version %+v of %d, %d lines", newest.Version, len(newest.Versions), newest.Total)
	}
	old, err := s.public.Result(ctx, s.round.Slug, 1, standing.LineFilter{Limit: 7})
	s.must(err)
	if old.Version.SHA256 != first.SHA256 || old.Total != 20 || len(old.Lines) != 7 {
		s.t.Errorf("first public version %+v", old.Version)
	}
	full := s.fullNames()
	for _, l := range slices.Concat(newest.Lines, old.Lines) {
		if full[l.Name] {
			s.t.Errorf("public line names %q", l.Name)
		}
	}
	if _, err := s.public.Result(ctx, s.round.Slug, 3, standing.LineFilter{}); !errors.Is(err, contest.NotFound) {
		s.t.Errorf("version 3: %v", err)
	}
	// The board now shows the official order without the one who was removed.
	s.move(3 * time.Second)
	page, err := s.live.Page(ctx, s.organizer(), s.round.ID, standing.Query{Limit: 100})
	s.must(err)
	if page.State != "official" || page.Total != 19 {
		s.t.Errorf("board is %s with %d lines", page.State, page.Total)
	}
	lines, err := s.db.ResultLines(ctx, newest.Version.ID, standing.LineFilter{})
	s.must(err)
	for i, l := range lines {
		if page.Lines[i].AccountID != l.AccountID || page.Lines[i].Rank != l.Rank {
			s.t.Fatalf("board line %d is %+v, official %+v", i, page.Lines[i], l)
		}
	}
	why, err := s.results.Why(ctx, pupil(lines[3].AccountID), s.round.ID, lines[3].AccountID)
	s.must(err)
	if why.Mine.AccountID != lines[3].AccountID || why.Ahead == nil && why.Behind == nil {
		s.t.Errorf("why: %+v", why)
	}
	if _, err := s.results.Why(ctx, pupil(lines[3].AccountID), s.round.ID, lines[4].AccountID); !errors.Is(err, contest.NotFound) {
		s.t.Errorf("why of another: %v", err)
	}
}

// Consent decides public names when a version is published; one that is
// withdrawn later hides the name at once and changes no seal.
func TestPublishedNamesFollowConsent(t *testing.T) {
	db := storagetest.SQLite(t)
	ctx := context.Background()
	s := open(t, db, board.New(time.Now), 2, contest.DefaultRules())
	s.everybody()
	child := s.w.Pupils7[0][0]
	s.consent(child, "guardian")
	s.consent(child, "child")
	s.set(s.round.ClosesAt.Add(time.Second))
	r := s.publish("")
	full := s.fullNames()
	named := func() (n int) {
		page, err := s.public.Result(ctx, s.round.Slug, 0, standing.LineFilter{})
		s.must(err)
		for _, l := range page.Lines {
			if full[l.Name] {
				n++
				if !strings.HasPrefix(l.Unit, "Trường") {
					t.Errorf("a named line shows %q", l.Unit)
				}
			} else if l.Unit != "Phường Bờ Lúa" {
				t.Errorf("a hidden line of a small school shows %q", l.Unit)
			}
		}
		return n
	}
	if n := named(); n != 1 {
		t.Errorf("%d of 8 lines are named, want 1", n)
	}
	storagetest.Exec(t, db, `UPDATE consents SET withdrawn_at = 5 WHERE account_id = ? AND given_by = 'child'`, child)
	if n := named(); n != 0 {
		t.Errorf("%d lines are named after the withdrawal", n)
	}
	lines, err := db.ResultLines(ctx, r.ID, standing.LineFilter{})
	s.must(err)
	if standing.Seal(lines) != r.SHA256 {
		t.Error("the withdrawal changed the version")
	}
}

// Places 1, 1, 3 with prizes for one first and two second: both first share the
// first prize, and the third place has one of the two second ones left.
func TestPrizesFollowSharedPlaces(t *testing.T) {
	db := storagetest.SQLite(t)
	ctx := context.Background()
	s := open(t, db, board.New(time.Now), 4, rulesWithPrediction())
	for i, r := range []result{{correct: 5, duration: 1}, {correct: 5, duration: 1}, {correct: 4, duration: 1}, {correct: 1, duration: 1}} {
		s.finish(0, 7, i, r)
		s.finish(0, 4, i, r)
	}
	s.set(s.round.ClosesAt.Add(time.Second))
	r, err := s.results.Make(ctx, s.organizer(), s.round.ID, nil, "")
	s.must(err)
	for _, d := range s.contest.Divisions {
		_, lines, err := s.results.Lines(ctx, s.organizer(), r.ID, standing.LineFilter{Division: d.ID})
		s.must(err)
		want := []string{"Nhất", "Nhất", "Nhì", ""}
		for i, l := range lines {
			if l.Prize != want[i] || l.DivisionRank != []int{1, 1, 3, 4}[i] {
				t.Errorf("%s line %d: place %d, prize %q, want %q", d.Code, i, l.DivisionRank, l.Prize, want[i])
			}
		}
	}
}
