package attempt

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"mangxanh/contest"
	"mangxanh/scoring"
)

// Outcome marks an attempt from its stored answers. It is pure: the same paper,
// answers and rule sheet give the same outcome at any time, so that a stored one
// can be checked.
func (s *Sheet) Outcome(a Attempt, answers []Answer, state State, submitted time.Time) Outcome {
	given := make([]scoring.Answer, len(a.Paper.Items))
	for i, item := range a.Paper.Items {
		given[i].Question = s.Question(item).Graded
	}
	o := Outcome{State: state, SubmittedAt: submitted, Receipt: receiptCode(a.Seed)}
	for _, w := range answers {
		if w.Question < 0 || w.Question >= len(given) {
			continue
		}
		q := s.Question(a.Paper.Items[w.Question])
		r := q.response(w.Response)
		given[w.Question].Response = r
		if w.ReceivedAt.After(o.LastChange) {
			o.LastChange = w.ReceivedAt
		}
		if q.Graded.Type == scoring.Prediction && r != nil {
			if n, ok := scoring.ParsePrediction(r.Text); ok {
				o.Prediction = &n
			}
		}
	}
	total := scoring.Sheet(given, s.policy)
	o.Answered, o.Score, o.Max, o.Correct, o.Perfect = total.Answered, total.Score, total.Max, total.Correct, total.Perfect
	o.Duration = s.duration(a, o)
	o.SheetSHA256 = s.digest(a, answers, o)
	return o
}

// duration is what the ranking compares: from the start to where the rule sheet
// ends it, and never past the deadline, since grace is for the network only.
func (s *Sheet) duration(a Attempt, o Outcome) time.Duration {
	end := o.SubmittedAt
	if s.Rules.DurationEnds == contest.EndsAtLastChange && !o.LastChange.IsZero() {
		end = o.LastChange
	}
	return max(0, min(end.Sub(a.StartedAt), a.Deadline.Sub(a.StartedAt)))
}

// digest is the fingerprint on the receipt: of who answered what to which
// question version, when it arrived and when it was handed in.
func (s *Sheet) digest(a Attempt, answers []Answer, o Outcome) string {
	h := sha256.New()
	fmt.Fprintf(h, "answer sheet 1\n%s\n%s\n%s\n%d\n%s\n%s\n%d\n", a.ID, a.RoundID, a.AccountID, a.Number, a.Paper, o.State, o.SubmittedAt.UnixMicro())
	for _, w := range answers {
		version := ""
		if w.Question >= 0 && w.Question < len(a.Paper.Items) {
			version = s.Question(a.Paper.Items[w.Question]).VersionID
		}
		fmt.Fprintf(h, "%d %s %d %d %s\n", w.Question, version, w.Seq, w.ReceivedAt.UnixMicro(), w.Response)
	}
	return hex.EncodeToString(h.Sum(nil))
}
