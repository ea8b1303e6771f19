package attempt

import (
	"context"

	"mangxanh/scoring"
)

// Marked is one question of a paper with what the answer to it earned.
type Marked struct {
	VersionID string // empty for the prediction
	Mark      scoring.Mark
	Chosen    []int // stable indexes of the options chosen, for types where that is all there is to an answer
}

// Marked marks a paper question by question, in the order of the paper, as
// finishing it did.
func (s *Sheet) Marked(p Paper, answers []Answer) []Marked {
	marked := make([]Marked, len(p.Items))
	given := make([]*scoring.Response, len(p.Items))
	for _, w := range answers {
		if w.Question < 0 || w.Question >= len(p.Items) {
			continue
		}
		if q := s.Question(p.Items[w.Question]); q != nil {
			given[w.Question] = q.response(w.Response)
		}
	}
	for i, item := range p.Items {
		q, r := s.Question(item), given[i]
		if q == nil { // a record that was changed by hand counts for nothing
			continue
		}
		marked[i] = Marked{VersionID: q.VersionID, Mark: scoring.Grade(q.Graded, r, s.policy)}
		switch t := q.Graded.Type; {
		case !marked[i].Mark.Answered || !r.Fits(q.Graded):
		case t.OneChoice():
			marked[i].Chosen = []int{r.Choice}
		case t == scoring.Multiple:
			marked[i].Chosen = r.Choices
		}
	}
	return marked
}

// Sheet returns a published round as its attempts use it.
func (s *Service) Sheet(ctx context.Context, roundID string) (*Sheet, error) {
	return s.sheets.get(ctx, roundID)
}
