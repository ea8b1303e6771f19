package standing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/standing"
	"mangxanh/scoring"
	"mangxanh/scoring/board"
	"mangxanh/storage"
	"mangxanh/storage/redisboard"
	"mangxanh/storage/storagetest"
	"mangxanh/storage/storagetest/redistest"
)

// stage is one open round over a record and boards, with the test's clock.
type stage struct {
	t        *testing.T
	db       *storage.DB
	w        storagetest.World
	clock    atomic.Int64 // microseconds
	contests *contest.Service
	contest  contest.Contest
	round    contest.Round
	live     *standing.Live
	results  *standing.Results
	public   *standing.Public
	random   *rand.Rand
}

func (s *stage) now() time.Time       { return time.UnixMicro(s.clock.Load()).UTC() }
func (s *stage) move(d time.Duration) { s.clock.Add(d.Microseconds()) }
func (s *stage) set(t time.Time)      { s.clock.Store(t.UnixMicro()) }

func ptr[T any](v T) *T { return &v }

func actor(id string, w storagetest.World) contest.Actor {
	return contest.Actor{AccountID: id, Kind: contest.Staff, Grants: []contest.Grant{{Role: contest.RoleOrganizer, UnitID: w.Department, UnitPath: w.DepartmentPath}}}
}

// open makes a stage whose round is open, under a rule sheet.
func open(t *testing.T, db *storage.DB, boards standing.Boards, pupils int, rules contest.RuleSheet) *stage {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	s := &stage{t: t, db: db, random: rand.New(rand.NewPCG(seed, 1))}
	s.set(storagetest.Now())
	s.w = storagetest.NewWorld(t, db, 2, pupils, 6)
	s.contests = &contest.Service{Store: db, Now: s.now, NewID: storagetest.NewID}
	sittings := contest.NewSittings(db, s.now)
	s.live = &standing.Live{Boards: boards, Store: db, Sittings: sittings, Now: s.now}
	s.results = &standing.Results{Store: db, Contests: db, Now: s.now}
	s.public = &standing.Public{Store: db, Contests: db}
	ctx, org := context.Background(), s.organizer()
	c, err := s.contests.Create(ctx, org, contest.Proposal{UnitID: s.w.Department, Title: "Ứng xử trên mạng", SchoolYear: storagetest.SchoolYear, Rules: rules})
	s.must(err)
	c, err = s.contests.SetDivisions(ctx, org, c.ID, 0, []contest.Division{
		{Code: "TH", Name: "Tiểu học", Kind: contest.Pupil, GradeFrom: 1, GradeTo: 5},
		{Code: "THCS", Name: "Trung học cơ sở", Kind: contest.Pupil, GradeFrom: 6, GradeTo: 9},
	})
	s.must(err)
	_, r, err := s.contests.AddRound(ctx, org, c.ID, contest.RoundPatch{
		Name: ptr("Vòng 1"), OpensAt: ptr(s.now()), ClosesAt: ptr(s.now().Add(time.Hour)), Duration: ptr(15 * time.Minute), BankID: &s.w.Bank,
	})
	s.must(err)
	_, _, err = s.contests.SetBlueprint(ctx, org, r.ID, []contest.BlueprintLine{{Count: 5, Points: 100}})
	s.must(err)
	s.contest, err = s.contests.Publish(ctx, org, c.ID)
	s.must(err)
	s.round = s.contest.Rounds[0]
	return s
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) organizer() contest.Actor { return actor(s.w.Organizer, s.w) }
func (s *stage) checker() contest.Actor   { return actor(s.w.Checker, s.w) }
func pupil(id string) contest.Actor       { return contest.Actor{AccountID: id, Kind: contest.Pupil} }

// result is what an attempt came to.
type result struct {
	number     int
	correct    int
	duration   time.Duration
	prediction int64
}

// finish writes a finished attempt of the pupil at a place of the town into the
// record and tells the boards.
func (s *stage) finish(school, grade, i int, r result) standing.Finished {
	s.t.Helper()
	account, class, division := s.w.Pupils4[school], s.w.Class4[school], s.contest.Divisions[0].ID
	if grade == 7 {
		account, class, division = s.w.Pupils7[school], s.w.Class7[school], s.contest.Divisions[1].ID
	}
	f := standing.Finished{
		RoundID: s.round.ID, AccountID: account[i], AttemptID: storagetest.NewID(), Number: max(1, r.number), Score: int64(r.correct) * 100,
		Correct: r.correct, Perfect: r.correct == 5, Duration: r.duration, SubmittedAt: s.now(), Prediction: r.prediction, HasPrediction: true,
		ClassID: class, SchoolID: s.w.Schools[school], DivisionID: division,
	}
	storagetest.Exec(s.t, s.db, `INSERT INTO attempts (id, round_id, contest_id, account_id, number, state, seed, paper, started_at, deadline_at, class_id, school_id, division_id,
	submitted_at, finished_at, duration_us, score, max_score, correct, perfect, prediction) VALUES (?, ?, ?, ?, ?, 'submitted', 'x', 'x', 1, 1, ?, ?, ?, ?, ?, ?, ?, 500, ?, ?, ?)`,
		f.AttemptID, f.RoundID, s.contest.ID, f.AccountID, f.Number, class, f.SchoolID, division, s.now().UnixMicro(), s.now().UnixMicro(),
		f.Duration.Microseconds(), f.Score, f.Correct, f.Perfect, f.Prediction)
	s.live.Submitted(f)
	return f
}

// everybody lets every pupil finish with a random result, ties included.
func (s *stage) everybody() {
	for school := range s.w.Schools {
		for _, grade := range []int{4, 7} {
			for i := range s.w.Pupils4[school] {
				s.finish(school, grade, i, s.chance(1))
			}
		}
	}
}

func (s *stage) chance(number int) result {
	return result{
		number: number, correct: s.random.IntN(6), duration: time.Duration(1+s.random.IntN(3)) * time.Minute, prediction: int64(s.random.IntN(4)),
	}
}

// rebuild fills the board from the record.
func (s *stage) rebuild() {
	s.t.Helper()
	s.must(s.live.Rebuild(context.Background(), s.round.ID))
}

// ranks are the lines of the whole board as "rank account" in order, read page
// by page.
func (s *stage) ranks(viewer contest.Actor, q standing.Query) []string {
	s.t.Helper()
	var all []string
	q.Limit = 7
	for {
		page, err := s.live.Page(context.Background(), viewer, s.round.ID, q)
		s.must(err)
		for _, l := range page.Lines {
			all = append(all, fmt.Sprint(l.Rank, " ", l.AccountID))
		}
		if page.Next == "" {
			if len(all) != page.Total {
				s.t.Fatalf("pages hold %d of %d lines", len(all), page.Total)
			}
			return all
		}
		q.Cursor = page.Next
	}
}

// each runs a test on the board of the process and on one in Redis.
func each(t *testing.T, test func(t *testing.T, boards func(now func() time.Time) standing.Boards)) {
	t.Run("memory", func(t *testing.T) {
		test(t, func(now func() time.Time) standing.Boards { return board.New(now) })
	})
	t.Run("redis", func(t *testing.T) {
		client, err := redisboard.Open(redistest.Start(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.Close() })
		test(t, func(func() time.Time) standing.Boards { return redisboard.New(client) })
	})
}

func rulesWithPrediction() contest.RuleSheet {
	rules := contest.DefaultRules()
	rules.Prediction = contest.PredictionRule{On: true, Target: contest.TargetAllCorrect}
	rules.RankChain = scoring.DefaultChain(true)
	rules.Prizes = []contest.Prize{{Name: "Nhất", Count: 1}, {Name: "Nhì", Count: 2}}
	return rules
}
