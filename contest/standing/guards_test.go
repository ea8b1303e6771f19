package standing_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/standing"
	"mangxanh/scoring/board"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// A version that was made and checked becomes official only while the record
// still leads to it: what changes an attempt afterwards must be made anew and
// checked again, or people would publish places that nobody looked at.
//
// Seen to fail: with the comparison of places left out of the sealing, with open
// attempts not asked for, and with a version sealed that is no longer the newest.
func TestOutdatedVersionIsNotPublished(t *testing.T) {
	for name, change := range map[string]func(s *stage, f standing.Finished){
		"annulled": func(s *stage, f standing.Finished) {
			storagetest.Exec(s.t, s.db, `UPDATE attempts SET state = 'annulled' WHERE id = ?`, f.AttemptID)
		},
		"score": func(s *stage, f standing.Finished) {
			storagetest.Exec(s.t, s.db, `UPDATE attempts SET score = score + 1 WHERE id = ?`, f.AttemptID)
		},
		"duration": func(s *stage, f standing.Finished) {
			storagetest.Exec(s.t, s.db, `UPDATE attempts SET duration_us = duration_us + 1 WHERE id = ?`, f.AttemptID)
		},
		"reopened": func(s *stage, f standing.Finished) {
			storagetest.Exec(s.t, s.db, `UPDATE attempts SET state = 'open' WHERE id = ?`, f.AttemptID)
		},
		"begun": func(s *stage, _ standing.Finished) { // by somebody who has no place yet
			again := s.finish(0, 7, 2, result{duration: time.Minute})
			storagetest.Exec(s.t, s.db, `UPDATE attempts SET state = 'open' WHERE id = ?`, again.AttemptID)
		},
		"superseded": func(s *stage, _ standing.Finished) {
			storagetest.Exec(s.t, s.db, `INSERT INTO result_versions (id, round_id, number, state, made_by, created_at) VALUES (?, ?, 2, 'provisional', ?, 1)`,
				storagetest.NewID(), s.round.ID, s.w.Checker)
		},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				ctx := context.Background()
				s := open(t, db, board.New(time.Now), 3, rulesWithPrediction())
				s.finish(0, 4, 0, result{correct: 4, duration: time.Minute, prediction: 1})
				last := s.finish(0, 7, 1, result{correct: 2, duration: time.Minute, prediction: 1})
				s.set(s.round.ClosesAt.Add(time.Second))
				r, err := s.results.Make(ctx, s.organizer(), s.round.ID, nil, "")
				s.must(err)
				_, err = s.results.Check(ctx, s.checker(), r.ID)
				s.must(err)
				change(s, last)
				if _, err := s.results.Publish(ctx, s.organizer(), r.ID, ""); contest.CodeOf(err) != "result_outdated" {
					t.Fatalf("published although the record moved on: %v", err)
				}
				kept, err := s.results.Get(ctx, s.organizer(), r.ID)
				s.must(err)
				if kept.Result.State != standing.Checked || kept.Result.SHA256 != "" || kept.Result.PublishedBy != "" {
					t.Errorf("the refusal left %+v", kept.Result)
				}
				if _, err := s.public.Result(ctx, s.round.Slug, 0, standing.LineFilter{}); !errors.Is(err, contest.NotFound) {
					t.Errorf("the public page after the refusal: %v", err)
				}
				storagetest.Exec(t, db, `UPDATE attempts SET state = 'submitted' WHERE state = 'open' AND round_id = ?`, s.round.ID)
				again := s.publish("Lập lại từ bản ghi")
				if again.State != standing.Official {
					t.Errorf("made anew: %+v", again)
				}
			})
		})
	}
}

// The reason of a removal is published, so it may not hold the full name, however
// it is written; a part of it that names nobody else is no hindrance. Seen to
// fail: with the check left out, and with names compared letter by letter.
func TestReasonOfARemovalNamesNobody(t *testing.T) {
	db := storagetest.SQLite(t)
	ctx := context.Background()
	s := open(t, db, board.New(time.Now), 1, contest.DefaultRules())
	gone := s.finish(0, 7, 0, result{correct: 2, duration: time.Minute})
	s.finish(0, 4, 0, result{correct: 1, duration: time.Minute})
	storagetest.Exec(t, db, `UPDATE accounts SET full_name = 'Đặng Thị Thuỳ Linh' WHERE id = ?`, gone.AccountID)
	s.set(s.round.ClosesAt.Add(time.Second))
	r, err := s.results.Make(ctx, s.organizer(), s.round.ID, nil, "")
	s.must(err)
	for _, reason := range []string{"Đặng Thị Thuỳ Linh nhờ người khác làm bài", "bài của ĐẶNG  THỊ THUỲ LINH", "dang thi thuy linh: vi phạm", "(Đa\u0323\u0306ng Thị Thuỳ Linh)"} {
		_, err := s.results.Remove(ctx, s.organizer(), r.ID, gone.AccountID, reason)
		var e *contest.Error
		if !errors.As(err, &e) || len(e.Problems) != 1 || e.Problems[0].Code != "names_person" || e.Problems[0].Location != "reason" {
			t.Errorf("reason %q: %v", reason, err)
		}
	}
	after, err := s.results.Get(ctx, s.organizer(), r.ID)
	if err != nil || len(after.Result.Removals) != 0 || after.Result.Participants != 2 {
		t.Errorf("the refusals left %+v, %v", after.Result, err)
	}
	r, err = s.results.Remove(ctx, s.organizer(), r.ID, gone.AccountID, "Bạn Linh nhờ người khác làm bài")
	if err != nil || len(r.Removals) != 1 {
		t.Errorf("a reason without the full name: %v", err)
	}
}
