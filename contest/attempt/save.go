package attempt

import (
	"context"
	"fmt"
	"time"

	"mangxanh/contest"
)

// Request is a request to save, as the contestant sent it.
type Request struct {
	AttemptID string
	AccountID string // who asks: from the session or the save token
	Holder    int    // from the save token, 0 without one
	Device    string // from X-Device
	Received  time.Time
	Answers   []Given
}

// maxAnswers bounds one request: a whole journal fits many times over.
const maxAnswers = 500

// Refused says why nothing can be saved any more; the refusal attempt_closed
// carries it.
type Refused struct {
	State   State
	Receipt *Attempt // the finished attempt, when it is finished
}

// Save stores answers and returns after the commit: the outcome tells the
// deadline, and every answer of the request is in the record, or a newer one is.
// Nothing is stored when one answer is faulty.
func (s *Service) Save(ctx context.Context, r Request) (SaveOutcome, error) {
	o, err := s.save(ctx, r)
	if err != nil {
		return o, err
	}
	switch o.Verdict {
	case Saved:
		return o, nil
	case TakenOver:
		return o, errTakenOver()
	case Unknown:
		return o, contest.Missing("attempt")
	}
	return o, s.closed(ctx, r.AttemptID, o.State)
}

func (s *Service) save(ctx context.Context, r Request) (SaveOutcome, error) {
	if err := s.Clock.Err(); err != nil {
		return SaveOutcome{}, err
	}
	f, err := s.factsFor(ctx, r.AccountID, r.AttemptID)
	if err != nil {
		return SaveOutcome{}, err
	}
	sheet, err := s.sheets.known(ctx, f.round)
	if err != nil {
		return SaveOutcome{}, err
	}
	changes, err := f.changes(sheet, r.Answers)
	if err != nil {
		return SaveOutcome{}, err
	}
	return s.Store.SaveAnswers(ctx, Save{
		AttemptID: r.AttemptID, R: r.Received, Grace: sheet.Rules.GraceFor(), Holder: r.Holder, Device: r.Device, Changes: changes,
	})
}

// changes checks every answer against the paper. One fault refuses them all.
func (f *facts) changes(sheet *Sheet, answers []Given) ([]Change, error) {
	if len(answers) == 0 || len(answers) > maxAnswers {
		return nil, contest.Faulty(contest.Problem{Location: "answers", Code: "range", Message: fmt.Sprintf("between 1 and %d answers", maxAnswers)})
	}
	var problems []contest.Problem
	changes := make([]Change, len(answers))
	for i, g := range answers {
		var code string
		if changes[i], code = f.change(sheet, g); code != "" {
			place := map[string]string{"unknown_question": "question_id", "bad_response": "response", "bad_seq": "seq"}[code]
			problems = append(problems, contest.Problem{Location: fmt.Sprintf("answers[%d].%s", i, place), Code: code, Message: faults[code]})
		}
	}
	if len(problems) > 0 {
		return nil, &contest.Error{Kind: contest.Invalid, Code: problems[0].Code, Message: "nothing was saved: " + faults[problems[0].Code], Problems: problems}
	}
	return changes, nil
}

// faults are what can be wrong with one answer.
var faults = map[string]string{
	"unknown_question": "this attempt has no such question",
	"bad_response":     "this is no answer to that question",
	"bad_seq":          "seq counts from 1",
}

func (f *facts) change(sheet *Sheet, g Given) (c Change, fault string) {
	at, d := f.find(g.QuestionID)
	if at < 0 {
		return c, "unknown_question"
	}
	q := sheet.Question(Item{Pool: int(f.pool[at])})
	if q == nil {
		return c, "unknown_question"
	}
	stored, ok := q.store(d, g.Response)
	switch {
	case !ok:
		return c, "bad_response"
	case g.Seq < 1:
		return c, "bad_seq"
	}
	return Change{Question: at, Seq: g.Seq, Response: stored}, ""
}

func errTakenOver() error {
	return contest.Refuse(contest.Conflict, "taken_over", "another device has taken this attempt over")
}

// closed refuses with the state and, when there is one, the receipt.
func (s *Service) closed(ctx context.Context, id string, state State) error {
	refused := Refused{State: state}
	if state == Open {
		refused.State = Expired // time is up; the sweeper has not come by yet
	} else if a, err := s.Store.Attempt(ctx, id); err == nil && a.State.Finished() {
		refused.State, refused.Receipt = a.State, &a
	}
	return &contest.Error{Kind: contest.Conflict, Code: "attempt_closed", Message: "this attempt takes no more answers", Detail: refused}
}

// Submit hands the attempt in, with last answers if there are any, and returns
// it finished. Doing it again returns the same. When time was up before the
// request came, the server hands in what was saved.
func (s *Service) Submit(ctx context.Context, r Request) (Attempt, *Sheet, error) {
	if err := s.Clock.Err(); err != nil {
		return Attempt{}, nil, err
	}
	f, err := s.factsFor(ctx, r.AccountID, r.AttemptID)
	if err != nil {
		return Attempt{}, nil, err
	}
	sheet, err := s.sheets.get(ctx, f.round)
	if err != nil {
		return Attempt{}, nil, err
	}
	if len(r.Answers) > 0 {
		o, err := s.save(ctx, r)
		if err != nil {
			return Attempt{}, nil, err
		}
		if o.Verdict == TakenOver {
			return Attempt{}, nil, errTakenOver()
		}
	}
	var finished, elsewhere bool
	a, err := s.Store.FinishAttempt(ctx, r.AttemptID, func(a Attempt, answers []Answer) (Outcome, bool) {
		if elsewhere = a.takenFrom(r.Holder, r.Device); elsewhere {
			return Outcome{}, false
		}
		o, ok := sheet.hand(a, answers, r.Received, sheet.Rules.GraceFor())
		finished = ok
		return o, ok
	})
	switch {
	case err != nil:
		return Attempt{}, nil, err
	case elsewhere && a.State == Open:
		return Attempt{}, nil, errTakenOver()
	case !a.State.Finished():
		return Attempt{}, nil, s.closed(ctx, a.ID, a.State)
	case finished:
		s.OnFinished(ctx, []Attempt{a})
	}
	return a, sheet, nil
}

// takenFrom reports whether whoever asks no longer holds the attempt.
func (a Attempt) takenFrom(holder int, device string) bool {
	if holder != 0 {
		return holder != a.Holder
	}
	return a.heldElsewhere(device)
}

// hand decides a request to hand in. In time it is submitted. Too late, it
// expires with what was saved; but not before the margin is over, so that no
// answer that came in time and is still on its way is shut out.
func (s *Sheet) hand(a Attempt, answers []Answer, received time.Time, grace time.Duration) (Outcome, bool) {
	end := a.Deadline.Add(grace)
	switch {
	case !received.After(end):
		at := received
		if at.After(a.Deadline) {
			at = a.Deadline
		}
		if at.Before(a.StartedAt) { // a clock was set back
			at = a.StartedAt
		}
		return s.Outcome(a, answers, Submitted, at), true
	case received.After(end.Add(Margin)):
		return s.Outcome(a, answers, Expired, a.Deadline), true
	}
	return Outcome{}, false
}
