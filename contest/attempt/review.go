package attempt

import (
	"context"
	"encoding/json"

	"mangxanh/contest"
	"mangxanh/scoring"
)

// Reviewed is a question with its key, shown only after the review moment.
type Reviewed struct {
	Shown
	Response        json.RawMessage
	CorrectResponse json.RawMessage
	Mark            scoring.Mark
	Explanation     json.RawMessage
	Citation        json.RawMessage
}

// Review is a finished attempt with keys, marks and explanations.
type Review struct {
	Document
	Reviewed []Reviewed
}

// Review returns the actor's own finished attempt with its keys, once the rule
// sheet allows it; before, 403 not_yet, whatever the attempt holds.
func (s *Service) Review(ctx context.Context, actor contest.Actor, id string) (Review, error) {
	a, err := s.own(ctx, actor.AccountID, id)
	if err != nil {
		return Review{}, err
	}
	sheet, err := s.sheets.get(ctx, a.RoundID)
	if err != nil {
		return Review{}, err
	}
	open := sheet.Review(a, s.Now())
	if open && sheet.Rules.ReviewAt == contest.ReviewAfterClose {
		// Extra time may run past the close: a key shown now would help there.
		answering, err := s.Store.Answering(ctx, a.RoundID)
		if err != nil {
			return Review{}, err
		}
		open = !answering
	}
	if !open {
		return Review{}, contest.Refuse(contest.Forbidden, "not_yet", "answers and explanations are not open yet")
	}
	answers, err := s.Store.Answers(ctx, id)
	if err != nil {
		return Review{}, err
	}
	d, err := s.document(ctx, a, answers, "")
	if err != nil {
		return Review{}, err
	}
	stored := map[int]string{}
	for _, w := range answers {
		stored[w.Question] = w.Response
	}
	r := Review{Document: d, Reviewed: make([]Reviewed, len(d.Questions))}
	for i, item := range a.Paper.Items {
		r.Reviewed[i] = sheet.review(a.Seed, i, item, d.Questions[i], stored[i])
	}
	return r, nil
}

func (s *Sheet) review(seed Seed, i int, item Item, shown Shown, stored string) Reviewed {
	q, d := s.Question(item), idsOf(seed, i)
	return Reviewed{
		Shown: shown, Response: q.shown(d, stored), CorrectResponse: q.key(d),
		Mark: scoring.Grade(q.Graded, q.response(stored), s.policy), Explanation: q.Explanation, Citation: q.Citation,
	}
}

// key is the right answer in the ids of the attempt, null for a prediction.
func (q *Question) key(d *ids) json.RawMessage {
	k := q.Graded.Key
	var value any
	switch t := q.Graded.Type; {
	case t.OneChoice() && len(k.Choices) == 1:
		value = d.option(k.Choices[0])
	case t.HasOptions():
		ids := make([]string, len(k.Choices))
		for i, c := range k.Choices {
			ids[i] = d.option(c)
		}
		value = ids
	case t.Placed():
		return q.placed(d, k.Choices)
	case t == scoring.ShortText && len(k.Texts) > 0:
		value = k.Texts[0]
	case t == scoring.Number:
		value = k.Value
	}
	text, err := json.Marshal(value)
	if err != nil {
		return json.RawMessage("null")
	}
	return text
}
