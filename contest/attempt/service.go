package attempt

import (
	"context"
	"errors"
	"time"

	"mangxanh/contest"
)

// Store is the record of attempts.
type Store interface {
	// Entry returns where a person stands in a round; NotFound without an account.
	Entry(ctx context.Context, roundID, accountID, schoolYear string) (Entry, error)
	// StartAttempt inserts under the unique keys; made is false when one held it back.
	StartAttempt(ctx context.Context, n New) (a Attempt, made bool, err error)
	Attempt(ctx context.Context, id string) (Attempt, error)
	// Answers are the answers in force, in the order of questions.
	Answers(ctx context.Context, attemptID string) ([]Answer, error)
	// SaveAnswers returns after the commit.
	SaveAnswers(ctx context.Context, s Save) (SaveOutcome, error)
	// TakeOver raises the holder of an open attempt, unless the device holds it.
	TakeOver(ctx context.Context, id, device string) (Attempt, error)
	// FinishAttempt decides under the row's lock; a finished one comes back as it is.
	FinishAttempt(ctx context.Context, id string, decide Decide) (Attempt, error)
	DueRounds(ctx context.Context, before time.Time) ([]string, error)
	FinishDue(ctx context.Context, roundID string, before time.Time, limit int, decide Decide) ([]Attempt, error)
	// Answering reports whether anybody has an attempt open in a round.
	Answering(ctx context.Context, roundID string) (bool, error)
}

// Entry is where a person stands before starting.
type Entry struct {
	Person           contest.Person
	State            string // of the account: active, banned, closed
	ConsentWithdrawn bool   // consent to processing was given and taken back
	LastNumber       int    // of the newest attempt in this round, 0 = none
	OpenID           string // of the open attempt, empty = none
}

// Service takes attempts on one node. The record decides, so any number of
// nodes may run.
type Service struct {
	Store Store
	// Now is the server's clock; NewSeed draws 128 random bits.
	Now     func() time.Time
	NewID   func() string
	NewSeed func() Seed
	// OnFinished hears of attempts after the commit that finished or annulled
	// them; it must not block for long and may fail, since boards are rebuilt.
	OnFinished func(context.Context, []Attempt)

	// Clock keeps this node out while its clock is wrong.
	Clock ClockGuard

	sheets sheets
	facts  factCache
}

// NewService returns a service over the record. fold brings short texts to the form in
// which answers are compared.
func NewService(store Store, rounds Rounds, library Library, fold func(string) string) *Service {
	return &Service{Store: store, sheets: sheets{rounds: rounds, bank: library, fold: fold}, OnFinished: func(context.Context, []Attempt) {}}
}

// Margin is how long after the end of grace the server waits before it hands an
// attempt in: longer than any request may still be on its way to the record.
const Margin = 5 * time.Second

// Start begins an attempt, or returns the one already open, with made false.
// received is when the request was complete: it decides whether the round is
// open; the time of the attempt begins when the record takes it.
func (s *Service) Start(ctx context.Context, actor contest.Actor, roundID, device string, received time.Time) (d Document, made bool, err error) {
	if err := s.Clock.Err(); err != nil {
		return d, false, err
	}
	sitting, err := s.sheets.rounds.Sitting(ctx, roundID)
	if err != nil {
		return d, false, err
	}
	if sitting.Contest.Manages(actor) {
		return d, false, contest.Refuse(contest.Forbidden, "runs_contest", "whoever runs a contest reads its keys and does not take part")
	}
	const tries = 4 // each lost only to another start of the same person
	for range tries {
		e, err := s.Store.Entry(ctx, roundID, actor.AccountID, sitting.Contest.SchoolYear)
		if err != nil {
			return d, false, err
		}
		if e.OpenID != "" {
			d, err := s.open(ctx, e.OpenID, device)
			if contest.CodeOf(err) == "not_found" {
				continue
			}
			return d, false, err
		}
		a, made, err := s.begin(ctx, sitting, e, device, received)
		if err != nil {
			return d, false, err
		}
		if made {
			d, err := s.document(ctx, a, nil, device)
			return d, true, err
		}
	}
	return d, false, &contest.Error{Kind: contest.Busy, Code: "overloaded", Message: "this start met too many others", RetryAfter: time.Second}
}

// admit says whether a person may start now, and in which division.
func (e Entry) admit(s *contest.Sitting, received time.Time) (contest.Division, error) {
	division, err := s.Admit(e.Person, received)
	switch {
	case err != nil:
		return division, err
	case s.Round.Kind != contest.Quiz:
		return division, contest.Refuse(contest.Conflict, "not_a_quiz", "this round takes written entries")
	case e.State != "active":
		return division, contest.Refuse(contest.Forbidden, "account_"+e.State, "this account may not take part")
	case e.ConsentWithdrawn:
		return division, contest.Refuse(contest.Forbidden, "consent_withdrawn", "the consent to take part was taken back")
	case e.LastNumber >= s.Rules.AttemptsMax:
		return division, contest.Refuse(contest.Conflict, "no_attempts_left", "all attempts of this round are used")
	}
	return division, nil
}

func (s *Service) begin(ctx context.Context, sitting *contest.Sitting, e Entry, device string, received time.Time) (Attempt, bool, error) {
	if _, err := e.admit(sitting, received); err != nil {
		return Attempt{}, false, err
	}
	if sitting.Round.LockedAt.IsZero() {
		var err error
		if sitting, err = s.sheets.rounds.Lock(ctx, sitting.Round.ID); err != nil {
			return Attempt{}, false, err
		}
	}
	division, err := e.admit(sitting, received) // again: settings may have moved before the lock
	if err != nil {
		return Attempt{}, false, err
	}
	sheet, err := s.sheets.of(ctx, sitting)
	if err != nil {
		return Attempt{}, false, err
	}
	seed := s.NewSeed()
	paper, err := sheet.Draw(division.ID, seed)
	if err != nil {
		return Attempt{}, false, err
	}
	p := e.Person
	return s.Store.StartAttempt(ctx, New{End: sitting.Deadline, Attempt: Attempt{
		ID: s.NewID(), RoundID: sitting.Round.ID, ContestID: sitting.Contest.ID, AccountID: p.AccountID,
		Number: e.LastNumber + 1, State: Open, Seed: seed, Paper: paper, Holder: 1, Device: device,
		ClassID: p.ClassID, SchoolID: p.SchoolID, DivisionID: division.ID, UnitPath: p.UnitPath,
	}})
}

// Document returns the actor's own attempt.
func (s *Service) Document(ctx context.Context, actor contest.Actor, id, device string) (Document, error) {
	a, err := s.own(ctx, actor.AccountID, id)
	if err != nil {
		return Document{}, err
	}
	return s.withAnswers(ctx, a, device)
}

// TakeOver makes a device the holder of the actor's open attempt: from then on
// only this one saves.
func (s *Service) TakeOver(ctx context.Context, actor contest.Actor, id, device string) (Document, error) {
	if _, err := s.own(ctx, actor.AccountID, id); err != nil {
		return Document{}, err
	}
	a, err := s.Store.TakeOver(ctx, id, device)
	if err != nil {
		return Document{}, err
	}
	return s.withAnswers(ctx, a, device)
}

// own reads an attempt; somebody else's looks like none.
func (s *Service) own(ctx context.Context, accountID, id string) (Attempt, error) {
	a, err := s.Store.Attempt(ctx, id)
	if err == nil && a.AccountID != accountID {
		err = contest.Missing("attempt")
	}
	return a, err
}

// open is the document of the open attempt that a start found.
func (s *Service) open(ctx context.Context, id, device string) (Document, error) {
	a, err := s.Store.Attempt(ctx, id)
	if err != nil {
		return Document{}, err
	}
	return s.withAnswers(ctx, a, device)
}

func (s *Service) withAnswers(ctx context.Context, a Attempt, device string) (Document, error) {
	answers, err := s.Store.Answers(ctx, a.ID)
	if err != nil {
		return Document{}, err
	}
	return s.document(ctx, a, answers, device)
}

// factsFor returns the facts of an attempt of this account. A foreign one asks
// the record as a missing one does, so that the time tells nothing.
func (s *Service) factsFor(ctx context.Context, accountID, id string) (*facts, error) {
	f := s.facts.get(id)
	if f == nil || f.account != accountID {
		a, err := s.Store.Attempt(ctx, id)
		if err != nil {
			return nil, err
		}
		f = factsOf(a)
		s.facts.put(id, f)
	}
	if f.account != accountID {
		return nil, contest.Missing("attempt")
	}
	return f, nil
}

// errNoSheet means that an attempt refers to a pool position that is gone.
var errNoSheet = errors.New("an attempt's paper names a question that its round does not have")
