package standing_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/standing"
	"mangxanh/scoring"
	"mangxanh/scoring/board"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// The order of the live board after the last attempt, of the board rebuilt from
// the record, and of the record itself are one order, and without a prediction
// that of the result too; with one, the result alone knows what was to be
// predicted.
//
// Seen to fail: with the counted attempt chosen by the newest instead of the
// policy, and with entries keyed under a target that is known to nobody yet.
func TestLiveOrderIsTheFinalOrder(t *testing.T) {
	plain, predicting := contest.DefaultRules(), rulesWithPrediction()
	for _, rules := range []*contest.RuleSheet{&plain, &predicting} {
		rules.AttemptPolicy, rules.AttemptsMax = scoring.BestThenFastest, 3
	}
	t.Run("plain", func(t *testing.T) { liveIsFinal(t, plain) })
	t.Run("predicting", func(t *testing.T) { liveIsFinal(t, predicting) })
}

func liveIsFinal(t *testing.T, rules contest.RuleSheet) {
	each(t, func(t *testing.T, boards func(func() time.Time) standing.Boards) {
		storagetest.Each(t, func(t *testing.T, db *storage.DB) {
			s := open(t, db, boards(time.Now), 6, rules)
			s.rebuild()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			ended := make(chan struct{})
			go func() { defer close(ended); s.live.Run(ctx) }()
			s.everybody()
			for n := range 20 {
				s.finish(n%2, 4+3*(n/2%2), n%6, s.chance(2+n/12*1))
			}
			live := s.await(24)
			cancel()
			<-ended

			s.move(2 * time.Hour)
			s.rebuild()
			s.move(2 * time.Second)
			if rebuilt := s.ranks(s.organizer(), standing.Query{}); !slices.Equal(live, rebuilt) {
				t.Errorf("live\n%v\nrebuilt\n%v", live, rebuilt)
			}
			if rules.Prediction.On {
				return
			}
			r, err := s.results.Make(context.Background(), s.organizer(), s.round.ID, nil, "")
			s.must(err)
			_, lines, err := s.results.Lines(context.Background(), s.organizer(), r.ID, standing.LineFilter{})
			s.must(err)
			var final []string
			for _, l := range lines {
				final = append(final, fmt.Sprint(l.Rank, " ", l.AccountID))
			}
			if !slices.Equal(live, final) {
				t.Errorf("live\n%v\nfinal\n%v", live, final)
			}
		})
	})
}

// await reads the board until it equals the record's, which the worker of Run
// brings about without further help.
func (s *stage) await(people int) []string {
	s.t.Helper()
	var want []string
	deadline := time.Now().Add(20 * time.Second)
	for {
		s.move(2 * time.Second)
		got := s.ranks(s.organizer(), standing.Query{})
		if want == nil {
			want = s.oracle()
		}
		if len(got) == people && slices.Equal(got, want) {
			return got
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the board stays at\n%v\nwant\n%v", got, want)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// oracle ranks the record without any board.
func (s *stage) oracle() []string {
	people := map[string][]standing.Finished{}
	s.must(s.db.EachFinished(context.Background(), s.round.ID, func(f standing.Finished) error {
		people[f.AccountID] = append(people[f.AccountID], f)
		return nil
	}))
	var lines []scoring.Line
	for _, attempts := range people {
		lines = append(lines, standing.Count(s.contest.Rules.AttemptPolicy, attempts).Line)
	}
	var want []string
	for _, x := range scoring.Rank(s.contest.Rules.RankChain, scoring.Target{}, []byte(s.contest.TieSeed), lines) {
		want = append(want, fmt.Sprint(x.Rank, " ", x.Line.Person))
	}
	return want
}

func TestLeaderboardShowsNoFullNameOfOthers(t *testing.T) {
	db := storagetest.SQLite(t)
	s := open(t, db, board.New(time.Now), 6, contest.DefaultRules())
	s.everybody()
	s.rebuild()
	ctx, me := context.Background(), pupil(s.w.Pupils7[0][0])
	full := s.fullNames()
	page, err := s.live.Page(ctx, me, s.round.ID, standing.Query{Scope: standing.ScopeAll, Limit: 100})
	s.must(err)
	if len(page.Lines) != 24 || page.State != "provisional" {
		t.Fatalf("%d lines, %s", len(page.Lines), page.State)
	}
	for _, l := range page.Lines {
		if full[l.Name] {
			t.Errorf("the board of all shows %q", l.Name)
		}
		// 12 people of each school have begun: the school may stand there.
		if !strings.HasPrefix(l.Unit, "Trường") {
			t.Errorf("unit %q of a school with 12 people", l.Unit)
		}
	}
	class, err := s.live.Page(ctx, me, s.round.ID, standing.Query{Scope: standing.ScopeClass, Limit: 100})
	s.must(err)
	if len(class.Lines) != 6 || !full[class.Lines[0].Name] || class.Lines[0].Unit != "7B" {
		t.Errorf("own class: %+v", class.Lines)
	}
	where, err := s.live.Me(ctx, me, s.round.ID, standing.Query{Scope: standing.ScopeSchool})
	s.must(err)
	if where.At < 0 || where.Around[where.At].AccountID != me.AccountID {
		t.Errorf("me: %+v", where)
	}
	if _, err := s.live.Page(ctx, me, s.round.ID, standing.Query{Scope: standing.ScopeClass, UnitID: s.w.Class7[1]}); !errors.Is(err, contest.NotFound) {
		t.Errorf("another class: %v, want not found", err)
	}
	s.consent(s.w.Pupils7[0][1], "guardian")
	s.move(time.Minute)
	if s.shows(me, s.w.Pupils7[0][1], full) {
		t.Error("named with the guardian's consent alone")
	}
	s.consent(s.w.Pupils7[0][1], "child")
	s.move(time.Minute)
	if !s.shows(me, s.w.Pupils7[0][1], full) {
		t.Error("not named with both consents")
	}
}

func (s *stage) fullNames() map[string]bool {
	ids := slices.Concat(s.w.Pupils4[0], s.w.Pupils4[1], s.w.Pupils7[0], s.w.Pupils7[1])
	who, err := s.db.Identities(context.Background(), s.contest.ID, ids)
	s.must(err)
	full := map[string]bool{}
	for _, w := range who {
		full[w.FullName] = true
	}
	return full
}

func (s *stage) consent(account, by string) {
	storagetest.Exec(s.t, s.db, `INSERT INTO consents (id, account_id, kind, given_by, given_at, actor_id) VALUES (?, ?, 'publication', ?, 1, 'x')`, storagetest.NewID(), account, by)
}

// shows reports whether the board of all names somebody in full.
func (s *stage) shows(viewer contest.Actor, account string, full map[string]bool) bool {
	s.t.Helper()
	page, err := s.live.Page(context.Background(), viewer, s.round.ID, standing.Query{Limit: 100})
	s.must(err)
	for _, l := range page.Lines {
		if l.AccountID == account {
			return full[l.Name]
		}
	}
	s.t.Fatal("not on the board")
	return false
}

func TestLeaderboardIsHiddenAsTheRulesSay(t *testing.T) {
	db := storagetest.SQLite(t)
	rules := contest.DefaultRules()
	rules.Leaderboard, rules.Names = contest.BoardAfterClose, contest.NamesNone
	s := open(t, db, board.New(time.Now), 2, rules)
	s.everybody()
	s.rebuild()
	ctx, me := context.Background(), pupil(s.w.Pupils7[0][0])
	if _, err := s.live.Page(ctx, me, s.round.ID, standing.Query{}); contest.CodeOf(err) != "board_hidden" {
		t.Errorf("during the round: %v", err)
	}
	if _, err := s.live.Me(ctx, me, s.round.ID, standing.Query{}); contest.CodeOf(err) != "board_hidden" {
		t.Errorf("my place during the round: %v", err)
	}
	if _, err := s.live.Page(ctx, s.organizer(), s.round.ID, standing.Query{}); err != nil {
		t.Errorf("the organizer: %v", err)
	}
	s.set(s.round.ClosesAt.Add(time.Minute))
	page, err := s.live.Page(ctx, me, s.round.ID, standing.Query{})
	s.must(err)
	if !page.FrozenSince.Equal(s.round.ClosesAt) || !strings.HasPrefix(page.Lines[0].Name, "Thí sinh #") {
		t.Errorf("after the close: frozen since %v, name %q", page.FrozenSince, page.Lines[0].Name)
	}
	// 4 people of each school: the ward stands in its place.
	if page.Lines[0].Unit != "Phường Bờ Lúa" {
		t.Errorf("unit %q tells too much", page.Lines[0].Unit)
	}
	stranger := contest.Actor{AccountID: s.w.Teacher, Kind: contest.Staff}
	storagetest.Exec(t, db, `UPDATE accounts SET home_unit_id = NULL WHERE id = ?`, s.w.Teacher)
	if _, err := s.live.Page(ctx, stranger, s.round.ID, standing.Query{}); !errors.Is(err, contest.NotFound) {
		t.Errorf("a stranger: %v", err)
	}
}

func TestLostBoardIsFilledAgain(t *testing.T) {
	each(t, func(t *testing.T, boards func(func() time.Time) standing.Boards) {
		db := storagetest.SQLite(t)
		b := boards(time.Now)
		s := open(t, db, b, 3, contest.DefaultRules())
		s.everybody()
		want := s.oracle()
		if got := s.ranks(s.organizer(), standing.Query{}); !slices.Equal(got, want) {
			t.Errorf("first read\n%v\nwant\n%v", got, want)
		}
		s.must(b.Drop(context.Background(), board.Board{ID: s.round.ID, Epoch: s.round.BoardEpoch}))
		s.move(5 * time.Second)
		if got := s.ranks(s.organizer(), standing.Query{}); !slices.Equal(got, want) {
			t.Errorf("after the loss\n%v\nwant\n%v", got, want)
		}
	})
}
