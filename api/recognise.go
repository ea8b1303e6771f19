package api

import (
	"context"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake"
)

type recogniseInput struct {
	BankInput
	Body struct {
		Text   string `json:"text" maxLength:"200000"`
		Format string `json:"format,omitempty" maxLength:"20" doc:"auto (as it looks), text, gift or another format of texts"`
	}
}

type recognisedWire struct {
	Format   string              `json:"format"`
	Items    []recognisedItem    `json:"items"`
	Problems []importProblemWire `json:"problems" doc:"Of the whole text"`
}

type recognisedItem struct {
	Place    string              `json:"place" doc:"As a person finds it in the text"`
	Line     int                 `json:"line"`
	Question questionText        `json:"question" doc:"As a new question is written"`
	Problems []importProblemWire `json:"problems" doc:"What is open about it, and what keeps it from being asked"`
}

func (s *Server) recogniseQuestions(ctx context.Context, actor contest.Actor, in *recogniseInput) (*body[recognisedWire], error) {
	found, err := s.svc.Imports.Recognise(ctx, actor, in.BankID, intake.Format(in.Body.Format), in.Body.Text)
	if err != nil {
		return nil, err
	}
	w := recognisedWire{
		Format: string(found.Format), Items: make([]recognisedItem, len(found.Items)),
		Problems: importProblems(intake.Row{Problems: found.Problems}),
	}
	for n, i := range found.Items {
		w.Items[n] = recognisedItem{
			Place: i.Place, Line: i.Line, Question: toQuestionText(i.Version),
			Problems: importProblems(intake.Row{Problems: i.Problems}),
		}
	}
	return answer(w), nil
}

// toQuestionText writes a version as its author would send it.
func toQuestionText(v bank.Version) questionText {
	w := versionToWire(v)
	q := questionText{
		Type: w.Type, Format: w.Format, Stem: w.Stem, Matches: w.Matches, Gaps: w.Gaps, Audio: w.Audio, Accepted: w.Accepted,
		Value: w.Value, Tolerance: w.Tolerance, Explanation: w.Explanation, Topic: w.Topic, AgeBand: w.AgeBand, Difficulty: w.Difficulty,
		Source: w.Source, InstrumentID: w.InstrumentID, LawFrom: w.LawFrom, LawTo: w.LawTo,
	}
	for _, o := range w.Options {
		q.Options = append(q.Options, optionTextWire{
			Text: o.Text, Correct: o.Correct, Position: o.Position, Match: o.Match, Pinned: o.Pinned, MediaID: o.MediaID, Alt: o.Alt,
		})
	}
	return q
}
