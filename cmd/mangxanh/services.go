package main

import (
	"crypto/rand"
	"runtime"
	"time"

	"mangxanh/api"
	"mangxanh/api/token"
	"mangxanh/contest"
	"mangxanh/contest/attempt"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake"
	"mangxanh/contest/people"
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
	intake   *intake.Service
	contests *contest.Service
	sittings *contest.Sittings
	attempts *attempt.Service
	monitor  *attempt.Staff
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
	s.bank = &bank.Service{Store: db, Now: now, NewID: newID}
	s.intake = &intake.Service{Store: db, Banks: s.bank, Schools: s.people, Now: now, NewID: newID}
	s.contests = &contest.Service{Store: db, Now: now, NewID: newID}
	s.sittings = contest.NewSittings(db, now)
	s.attempts = attempt.NewService(db, s.sittings, db, text.Fold)
	s.attempts.Now, s.attempts.NewID, s.attempts.NewSeed = now, newID, newSeed
	s.monitor = &attempt.Staff{Attempts: s.attempts, Store: db, Now: now}
	return s, nil
}

// newSeed draws the secret of an attempt.
func newSeed() (seed attempt.Seed) {
	rand.Read(seed[:]) // never fails, by its contract
	return seed
}

func (s *services) forAPI(db *storage.DB) api.Services {
	return api.Services{
		Auth: api.Bearer{Tokens: s.tokens, Gate: s.gate}, Audit: db, Tokens: s.tokens,
		People: s.people, Gate: s.gate,
		Contests: s.contests, Attempts: s.attempts, Monitor: s.monitor,
	}
}
