package api

import (
	"context"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/standing"
	"mangxanh/scoring"
)

type whyInput struct {
	RoundInput
	AccountID string `path:"account_id" maxLength:"64" doc:"me = the caller"`
}

type whyWire struct {
	Result       whyResultWire `json:"result"`
	Rank         int           `json:"rank"`
	DivisionRank int           `json:"division_rank"`
	Participants int           `json:"participants"`
	Chain        []string      `json:"chain" doc:"Criteria in the order in which they decide"`
	Target       *int64        `json:"target,omitempty"`
	Mine         whyLineWire   `json:"mine"`
	Above        *whySideWire  `json:"above,omitempty" doc:"Against the nearest better place of the division"`
	Below        *whySideWire  `json:"below,omitempty"`
}

type whyResultWire struct {
	Number int    `json:"number"`
	State  string `json:"state"`
}

// whySideWire says which criterion decided against a neighbour, by code, with
// the two values as parameters of the sentence. It names nobody.
type whySideWire struct {
	Rank   int           `json:"rank" doc:"Of the other, in the division"`
	Code   string        `json:"code" enum:"score,correct,prediction,duration,submitted_at,perfect"`
	Params whyParamsWire `json:"params"`
}

type whyParamsWire struct {
	Mine  *int64 `json:"mine,omitempty" doc:"Hundredths of a point, count, distance, milliseconds, or Unix time in milliseconds; absent = no prediction"`
	Other *int64 `json:"other,omitempty"`
}

type whyLineWire struct {
	Score       int64     `json:"score"`
	Correct     int       `json:"correct"`
	Prediction  *int64    `json:"prediction,omitempty"`
	Distance    *int64    `json:"distance,omitempty"`
	DurationMS  int64     `json:"duration_ms"`
	SubmittedAt time.Time `json:"submitted_at"`
	Perfect     int       `json:"perfect"`
	Prize       string    `json:"prize,omitempty"`
}

func (s *Server) why(ctx context.Context, actor contest.Actor, in *whyInput) (*body[whyWire], error) {
	account := in.AccountID
	if account == "me" {
		account = actor.AccountID
	}
	w, err := s.svc.Results.Why(ctx, actor, in.RoundID, account)
	if err != nil {
		return nil, err
	}
	line := resultLineDoc(contest.Contest{}, w.Mine)
	doc := whyWire{
		Result: whyResultWire{Number: w.Result.Number, State: string(w.Result.State)}, Rank: w.Mine.Rank, DivisionRank: w.Mine.DivisionRank,
		Participants: w.Total, Above: whySide(w.Mine, w.Ahead), Below: whySide(w.Mine, w.Behind),
		Mine: whyLineWire{
			Score: line.Score, Correct: line.Correct, Prediction: line.Prediction, Distance: line.Distance, DurationMS: line.DurationMS,
			SubmittedAt: line.SubmittedAt, Perfect: w.Mine.Line.Perfect, Prize: line.Prize,
		},
	}
	if w.Result.Target.Known {
		doc.Target = &w.Result.Target.Value
	}
	for _, k := range w.Chain {
		doc.Chain = append(doc.Chain, string(k))
	}
	return answer(doc), nil
}

func whySide(mine standing.ResultLine, d *standing.Difference) *whySideWire {
	if d == nil {
		return nil
	}
	return &whySideWire{Rank: d.Rank, Code: string(d.Decided), Params: whyParamsWire{Mine: broughtIn(d.Decided, mine), Other: broughtIn(d.Decided, d.Other)}}
}

// broughtIn is what a line has in one criterion; nil is nothing.
func broughtIn(k scoring.RankKey, l standing.ResultLine) *int64 {
	var v int64
	switch k {
	case scoring.ByScore:
		v = l.Line.Score
	case scoring.ByCorrect:
		v = int64(l.Line.Correct)
	case scoring.ByPrediction:
		if !l.HasDistance {
			return nil
		}
		v = l.Distance
	case scoring.ByDuration:
		v = l.Line.Duration / 1000
	case scoring.BySubmittedAt:
		v = l.Line.SubmittedAt / 1000
	case scoring.ByPerfect:
		v = int64(l.Line.Perfect)
	}
	return &v
}
