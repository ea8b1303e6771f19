package main

import (
	"context"
	"crypto/rand"
	"runtime"
	"strings"
	"time"

	"mangxanh/api"
	"mangxanh/api/token"
	"mangxanh/contest"
	"mangxanh/contest/attempt"
	"mangxanh/contest/bank"
	"mangxanh/contest/export"
	"mangxanh/contest/intake"
	"mangxanh/contest/itemstat"
	"mangxanh/contest/people"
	"mangxanh/contest/standing"
	"mangxanh/contest/text"
	"mangxanh/storage"
)

// services are the activities of the product over one record and one clock. The
// demo builds them a second time with a clock of its own, to play a contest that
// lies in the past.
type services struct {
	now      func() time.Time
	people   *people.Service
	gate     *people.Gate
	tokens   *token.Tokens
	bank     *bank.Service
	gallery  *bank.Gallery
	intake   *intake.Service
	contests *contest.Service
	sittings *contest.Sittings
	attempts *attempt.Service
	monitor  *attempt.Staff
	signs    *attempt.Signs
	results  *standing.Results
	public   *standing.Public
	figures  *itemstat.Reader
	twins    *bank.Duplicates
	filters  *bank.Filters
	drafts   *bank.Drafts
	sharing  *bank.Sharing
	talk     *bank.Talk
	laws     *bank.Laws
	counter  *itemstat.Counter
}

func newServices(db *storage.DB, secret []byte, now func() time.Time) (*services, error) {
	keys, err := people.NewKeys(secret)
	if err != nil {
		return nil, err
	}
	s := &services{now: now}
	if s.tokens, err = token.New(secret, now); err != nil {
		return nil, err
	}
	hashes := people.NewHasher(runtime.GOMAXPROCS(0)-1, rand.Reader)
	s.gate = &people.Gate{Store: db, Keys: keys, Hashes: hashes, Now: now, NewID: newID, Random: rand.Reader, Memory: &people.Memory{}}
	s.people = &people.Service{Store: db, Keys: keys, Hashes: hashes, Now: now, NewID: newID, Random: rand.Reader, Changed: s.gate.Memory.Forget}
	s.bank = &bank.Service{Store: db, Seats: db, Laws: db, Media: db, Now: now, NewID: newID}
	s.gallery = bank.NewGallery(db, s.bank, now, newMediaID)
	s.intake = &intake.Service{Store: db, Banks: s.bank, Schools: s.people, Gallery: s.gallery, Now: now, NewID: newID}
	s.contests = &contest.Service{Store: db, Now: now, NewID: newID}
	s.sittings = contest.NewSittings(db, now)
	s.attempts = attempt.NewService(db, s.sittings, db, text.Fold)
	s.attempts.Now, s.attempts.NewID, s.attempts.NewSeed = now, newID, newSeed
	s.results = &standing.Results{Store: db, Contests: db, Now: now}
	s.public = &standing.Public{Store: db, Contests: db}
	s.twins = bank.NewDuplicates(db, s.bank)
	s.filters = &bank.Filters{Store: db, Banks: s.bank, Now: now, NewID: newID}
	s.drafts = &bank.Drafts{Store: db, Banks: s.bank, Now: now}
	s.sharing = &bank.Sharing{Store: db, Banks: s.bank}
	s.laws = &bank.Laws{Store: db, Banks: s.bank, Now: now, NewID: newID}
	s.talk = &bank.Talk{Store: db, Banks: s.bank, Now: now, NewID: newID}
	s.figures = &itemstat.Reader{Store: db, Library: s.bank}
	s.counter = &itemstat.Counter{Store: db, Sheets: s.attempts, Now: now}
	s.signs = &attempt.Signs{Attempts: s.attempts, Store: db, Now: now}
	s.monitor = &attempt.Staff{Attempts: s.attempts, Store: db, Now: now}
	return s, nil
}

// newSeed draws the secret of an attempt.
func newSeed() (seed attempt.Seed) {
	rand.Read(seed[:]) // never fails, by its contract
	return seed
}

// newMediaID draws the unguessable part of the address of a picture.
func newMediaID() string { return strings.ToLower(rand.Text()) }

func (s *services) forAPI(db *storage.DB) api.Services {
	return api.Services{
		Auth: api.Bearer{Tokens: s.tokens, Gate: s.gate}, Audit: db, Tokens: s.tokens, Gate: s.gate, People: s.people,
		Contests: s.contests, Attempts: s.attempts, Signs: s.signs, Monitor: s.monitor, Bank: s.bank, Gallery: s.gallery, Exports: &export.Service{Store: db, Banks: s.bank, Now: s.now}, Imports: s.intake, Statistics: s.figures, Duplicates: s.twins, Filters: s.filters,
		Drafts: s.drafts, Sharing: s.sharing, Talk: s.talk, Laws: s.laws,
		Results: s.results, Public: s.public, Help: &contest.HelpDesk{Store: db, Now: s.now, NewID: newID},
	}
}

// follow keeps the live boards true to what the attempts become.
func (s *services) follow(live *standing.Live) {
	s.attempts.OnFinished = func(_ context.Context, attempts []attempt.Attempt) {
		for _, a := range attempts {
			live.Submitted(finished(a))
		}
	}
	s.results.Published = func(ctx context.Context, roundID string) {
		if err := live.Rebuild(ctx, roundID); err != nil && live.Log != nil {
			live.Log.Warn("fill the leaderboard of an official result; the next look does it again", "round", roundID, "error", err)
		}
	}
}

// finished is an attempt as rankings see it.
func finished(a attempt.Attempt) standing.Finished {
	f := standing.Finished{
		RoundID: a.RoundID, AccountID: a.AccountID, AttemptID: a.ID, Number: a.Number, Annulled: a.State == attempt.Annulled,
		Score: a.Outcome.Score, Correct: a.Outcome.Correct, Perfect: a.Outcome.Perfect, Duration: a.Outcome.Duration,
		SubmittedAt: a.SubmittedAt, ClassID: a.ClassID, SchoolID: a.SchoolID, DivisionID: a.DivisionID,
	}
	if a.Outcome.Prediction != nil {
		f.Prediction, f.HasPrediction = *a.Outcome.Prediction, true
	}
	return f
}
