package attempt_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
)

// asked counts how often the record is asked for the counts of a round.
type asked struct {
	attempt.StaffStore
	times atomic.Int64
}

func (a *asked) MonitorPlaces(ctx context.Context, q attempt.MonitorQuery) ([]attempt.PlaceCounts, error) {
	a.times.Add(1)
	return a.StaffStore.MonitorPlaces(ctx, q)
}

// However many watch a round, the record is asked once in two seconds, and each
// sees their own part. Planted defects: a look kept for each person, and a look
// that holds only what the first who asked may see.
func TestWatchersShareALook(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		store := &asked{StaffStore: f.db}
		staff := &attempt.Staff{Attempts: f.svc, Store: store, Now: f.clock.now}
		teacher := contest.Actor{AccountID: f.world.Teacher, Grants: []contest.Grant{{Role: contest.RoleTeacher, UnitPath: f.world.Class7At[0]}}}
		f.start(t, 0)
		var all sync.WaitGroup
		for n := range 32 {
			all.Go(func() {
				who, want := f.organizer(), attempt.Counts{NotIn: 7, Working: 1}
				if n%2 == 0 {
					who, want = teacher, attempt.Counts{NotIn: 3, Working: 1}
				}
				if m, err := staff.Monitor(t.Context(), who, f.round.ID, ""); err != nil || m.Counts != want {
					t.Errorf("%+v, %v; want %+v", m.Counts, err, want)
				}
			})
		}
		all.Wait()
		if n := store.times.Load(); n != 1 {
			t.Errorf("the record was asked %d times", n)
		}
		f.start(t, 1)
		f.clock.add(1999 * time.Millisecond)
		m, err := staff.Monitor(t.Context(), teacher, f.round.ID, "")
		must(t, err)
		if m.Counts.Working != 1 || f.clock.now().Sub(m.AsOf) > 2*time.Second {
			t.Errorf("within two seconds: %+v of %v", m.Counts, m.AsOf)
		}
		f.clock.add(time.Millisecond)
		m, err = staff.Monitor(t.Context(), teacher, f.round.ID, f.world.Schools[0])
		must(t, err)
		if m.Counts.Working != 2 || len(m.Units) != 1 || m.Units[0].UnitID != f.world.Class7[0] || store.times.Load() != 2 {
			t.Errorf("two seconds later: %+v after %d questions", m, store.times.Load())
		}
	})
}

// A minute of silence makes an open attempt lost, not a moment less.
func TestLostIsAMinuteOfSilence(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		staff := &attempt.Staff{Attempts: f.svc, Store: f.db, Now: f.clock.now}
		lost := func() int {
			t.Helper()
			m, err := staff.Monitor(t.Context(), f.organizer(), f.round.ID, "")
			must(t, err)
			return m.Counts.Lost
		}
		d := f.start(t, 0)
		began := d.StartedAt
		f.clock.set(began.Add(attempt.LostAfter))
		if n := lost(); n != 0 {
			t.Errorf("%d lost after a minute to the microsecond", n)
		}
		f.clock.set(began.Add(attempt.LostAfter + 3*time.Second))
		if n := lost(); n != 1 {
			t.Errorf("%d lost after more than a minute", n)
		}
		_, err := f.svc.Save(t.Context(), f.request(0, d, attempt.Given{QuestionID: d.Questions[0].ID, Seq: 1, Response: f.right(t, d.Questions[0])}))
		must(t, err)
		f.clock.add(2 * time.Second)
		if n := lost(); n != 0 {
			t.Errorf("%d lost after an answer", n)
		}
	})
}

// A phone that has nothing to save is not lost while it says that it is there:
// its signs are written together, the newest counts, and nobody speaks for
// another's attempt. Planted defect: an older sign, of another node, that
// replaces a newer one.
func TestSignsKeepAnAttemptFromBeingLost(t *testing.T) {
	both(t, nil, func(t *testing.T, f *fixture) {
		staff := &attempt.Staff{Attempts: f.svc, Store: f.db, Now: f.clock.now}
		here, there := &attempt.Signs{Attempts: f.svc, Store: f.db, Now: f.clock.now}, &attempt.Signs{Attempts: f.svc, Store: f.db, Now: f.clock.now}
		d := f.start(t, 0)
		hear := func(s *attempt.Signs, after time.Duration) {
			t.Helper()
			r := f.request(0, d)
			r.Received = d.StartedAt.Add(after)
			must(t, s.Hear(t.Context(), r))
		}
		if err := here.Hear(t.Context(), attempt.Request{AttemptID: d.ID, AccountID: f.pupil(1).AccountID}); !errors.Is(err, contest.NotFound) {
			t.Errorf("a sign of another's attempt: %v", err)
		}
		hear(here, 70*time.Second)
		hear(here, 50*time.Second)
		hear(there, 20*time.Second)
		must(t, here.Keep(t.Context()))
		must(t, there.Keep(t.Context()))
		must(t, there.Keep(t.Context())) // nothing to write
		for _, at := range []struct {
			after time.Duration
			want  attempt.Counts
		}{{2 * time.Minute, attempt.Counts{NotIn: 7, Working: 1}}, {131 * time.Second, attempt.Counts{NotIn: 7, Lost: 1}}} {
			f.clock.set(d.StartedAt.Add(at.after))
			m, err := staff.Monitor(t.Context(), f.organizer(), f.round.ID, "")
			if err != nil || m.Counts != at.want {
				t.Errorf("after %v: %+v, %v; want %+v", at.after, m.Counts, err, at.want)
			}
		}
		people, _, err := staff.People(t.Context(), f.organizer(), f.round.ID, "", attempt.Lost, "", contest.Page{})
		if err != nil || len(people) != 1 || !people[0].LastSeen.Equal(d.StartedAt.Add(70*time.Second)) {
			t.Errorf("%+v, %v", people, err)
		}
		f.clock.add(48 * time.Hour)
		must(t, here.Keep(t.Context()))
		people, _, err = staff.People(t.Context(), f.organizer(), f.round.ID, "", "", "", contest.Page{Limit: 1})
		if err != nil || !people[0].LastSeen.IsZero() && !people[0].LastSeen.Equal(d.StartedAt) {
			t.Errorf("a sign of two days ago: %+v, %v", people, err)
		}
	})
}
