package bank

import (
	"context"
	"reflect"

	"mangxanh/contest"
)

// Labels are what a bulk edit writes; nil leaves as it is.
type Labels struct {
	Topic, Difficulty, AgeBand *string
	Citation                   *Citation
}

// on returns the version with the labels.
func (l Labels) on(v Version) Version {
	for _, f := range []struct{ from, to *string }{{l.Topic, &v.Topic}, {l.Difficulty, &v.Difficulty}, {l.AgeBand, &v.AgeBand}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if l.Citation != nil {
		v.Citation = *l.Citation
	}
	return v.Clean()
}

// unchanged is the code of a question that a bulk edit leaves as it is, because
// it says so already.
const unchanged = "unchanged"

// EditAll writes the same labels on many questions of a bank, as a new version
// of each: what is in use stays in use until a second person approves.
func (s *Service) EditAll(ctx context.Context, actor contest.Actor, bankID string, ids []string, labels Labels) ([]Outcome, error) {
	if labels.Citation != nil {
		cited, err := s.cited(ctx, actor, *labels.Citation, "")
		if err != nil {
			return nil, err
		}
		labels.Citation = &cited
	}
	return s.each(ctx, actor, bankID, ids, func(q Question) (Question, error) {
		v := labels.on(q.Newest)
		if reflect.DeepEqual(v, q.Newest.Clean()) {
			return q, contest.Refuse(contest.Conflict, unchanged, "the question says so already")
		}
		if problems := v.Validate(); problems != nil {
			return q, contest.Refuse(contest.Invalid, problems[0].Code, "%s", problems[0].Message)
		}
		v.ID, v.AuthorID, v.Created = s.NewID(), actor.AccountID, contest.Moment(s.Now())
		return q.Revise(v), nil
	})
}

// MoveAll moves questions with all their versions into another bank. Rounds
// that hold them keep them.
func (s *Service) MoveAll(ctx context.Context, actor contest.Actor, bankID string, ids []string, toID string) ([]Outcome, error) {
	if _, err := s.Allow(ctx, actor, toID, MayEdit); err != nil {
		return nil, err
	}
	if toID == bankID {
		return nil, contest.Faulty(contest.Problem{Location: "to_bank_id", Code: "same_bank", Message: "the questions are in this bank already"})
	}
	return s.each(ctx, actor, bankID, ids, func(q Question) (Question, error) {
		q.BankID = toID
		return q, nil
	})
}

// each changes many questions of a bank, each on its own: one that refuses does
// not keep the others.
func (s *Service) each(ctx context.Context, actor contest.Actor, bankID string, ids []string, change func(Question) (Question, error)) ([]Outcome, error) {
	if _, err := s.Allow(ctx, actor, bankID, MayEdit); err != nil {
		return nil, err
	}
	hidden, err := s.Withheld(ctx, actor, ids)
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(ids))
	for i, id := range ids {
		outcomes[i].QuestionID = id
		if hidden[id] {
			outcomes[i].Code = contestantHere
			continue
		}
		_, err := s.Store.ChangeQuestion(ctx, actor, id, nil, func(q Question) (Question, error) {
			if q.BankID != bankID {
				return q, contest.Missing("question")
			}
			return change(q)
		})
		if err != nil {
			if outcomes[i].Code = contest.CodeOf(err); outcomes[i].Code == "internal" {
				return outcomes[:i], err
			}
		}
	}
	return outcomes, nil
}
