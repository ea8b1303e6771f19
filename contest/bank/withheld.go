package bank

import (
	"context"

	"mangxanh/contest"
	"mangxanh/scoring"
)

// Drawn says that a question lies in the pool of a published round that still
// takes answers or will.
type Drawn struct {
	QuestionID string
	RoundID    string
	Contest    contest.Contest
}

// Seats knows which rounds draw from the bank and who sits in them.
type Seats interface {
	// Drawn lists the unfinished rounds whose pools hold any version of the
	// questions.
	Drawn(ctx context.Context, questionIDs []string) ([]Drawn, error)
	// DrawnFrom lists the unfinished rounds that draw from a bank, each once and
	// without its questions.
	DrawnFrom(ctx context.Context, bankID string) ([]Drawn, error)
	Contestant(ctx context.Context, accountID, schoolYear string) (contest.Person, error)
	// Attempted returns those of the rounds in which the account has begun.
	Attempted(ctx context.Context, accountID string, roundIDs []string) ([]string, error)
}

// withheld is the one place that decides whose key stays hidden: a member of
// the staff who takes part in an unfinished round, or may, is a contestant
// there, whatever else the roles allow. Whoever runs the contest may not start
// in it, and so reads the keys, unless an attempt was begun before the role was
// given.
func (s *Service) withheld(ctx context.Context, actor contest.Actor, drawn []Drawn) (map[string]bool, error) {
	if len(drawn) == 0 || actor.AccountID == contest.System.AccountID {
		return nil, nil
	}
	rounds := make([]string, 0, len(drawn))
	seated := map[string]bool{} // by round
	for _, d := range drawn {
		if _, known := seated[d.RoundID]; known {
			continue
		}
		seat, err := s.seat(ctx, actor, d.Contest)
		if err != nil {
			return nil, err
		}
		seated[d.RoundID] = seat
		rounds = append(rounds, d.RoundID)
	}
	begun, err := s.Seats.Attempted(ctx, actor.AccountID, rounds)
	if err != nil {
		return nil, err
	}
	for _, id := range begun {
		seated[id] = true
	}
	hidden := map[string]bool{}
	for _, d := range drawn {
		if seated[d.RoundID] {
			hidden[d.QuestionID] = true
		}
	}
	return hidden, nil
}

// seat reports whether the contest would take the actor as a contestant.
func (s *Service) seat(ctx context.Context, actor contest.Actor, c contest.Contest) (bool, error) {
	if c.Manages(actor) {
		return false, nil
	}
	person, err := s.Seats.Contestant(ctx, actor.AccountID, c.SchoolYear)
	if err != nil {
		return false, err
	}
	_, takes := c.Place(person)
	return takes, nil
}

// Withheld returns which of the questions the actor may see without key and
// explanation only. Everything that shows staff a key asks here: pages,
// differences, exports and statistics.
func (s *Service) Withheld(ctx context.Context, actor contest.Actor, questionIDs []string) (map[string]bool, error) {
	drawn, err := s.Seats.Drawn(ctx, questionIDs)
	if err != nil {
		return nil, err
	}
	return s.withheld(ctx, actor, drawn)
}

// Contesting reports whether the actor is a contestant of an unfinished round
// that draws from the bank.
func (s *Service) Contesting(ctx context.Context, actor contest.Actor, bankID string) (bool, error) {
	drawn, err := s.Seats.DrawnFrom(ctx, bankID)
	if err != nil {
		return false, err
	}
	hidden, err := s.withheld(ctx, actor, drawn)
	return len(hidden) > 0, err
}

// contestantHere is the code of what a contestant may not know.
const contestantHere = "contestant_here"

// mayKnow refuses a contestant what only the key allows: to change or to judge
// the question.
func (s *Service) mayKnow(ctx context.Context, actor contest.Actor, questionID string) error {
	hidden, err := s.Withheld(ctx, actor, []string{questionID})
	if err == nil && hidden[questionID] {
		err = contest.Refuse(contest.Forbidden, contestantHere, "you take part in a contest that asks this question")
	}
	return err
}

// WithoutKey is the version as a contestant may see it.
func (v Version) WithoutKey() Version {
	v.Key, v.Explanation, v.Withheld = scoring.Key{}, "", true
	return v
}
