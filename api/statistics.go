package api

import (
	"context"
	"net/http"

	"mangxanh/contest"
	"mangxanh/contest/itemstat"
)

func (s *Server) statisticRoutes() {
	const tag = "statistics"
	route(s, op{Method: http.MethodGet, Path: "/rounds/{round_id}/statistics", ID: "list-round-statistics", Summary: "How the questions of a round behave, to those who run the contest", Tag: tag}, s.listRoundStatistics)
	route(s, op{Method: http.MethodGet, Path: "/rounds/{round_id}/alarms", ID: "list-round-alarms", Summary: "Keys that are probably wrong, with the evidence", Tag: tag}, s.listRoundAlarms)
	route(s, op{Method: http.MethodGet, Path: "/questions/{question_id}/statistics", ID: "list-question-statistics", Summary: "How a question behaved in every round, the newest version first", Tag: tag}, s.listQuestionStatistics)
}

type roundStatisticsInput struct {
	Paging
	RoundID string `path:"round_id" maxLength:"60"`
	Alarm   bool   `query:"alarm" doc:"Only questions whose key is probably wrong"`
}

func (s *Server) listRoundStatistics(ctx context.Context, actor contest.Actor, in *roundStatisticsInput) (*body[roundStatisticsWire], error) {
	lines, counted, next, err := s.svc.Statistics.Round(ctx, actor, in.RoundID, itemstat.LineFilter{Alarm: in.Alarm}, in.page())
	if err != nil {
		return nil, err
	}
	return answer(roundStatisticsWire{
		Items: linesToWire(lines), NextCursor: next, Attempts: counted.Attempts, CountedAt: someTime(counted.At), MinAnswers: itemstat.MinAnswers,
	}), nil
}

type roundAlarmsInput struct {
	RoundID string `path:"round_id" maxLength:"60"`
}

func (s *Server) listRoundAlarms(ctx context.Context, actor contest.Actor, in *roundAlarmsInput) (*body[roundStatisticsWire], error) {
	return s.listRoundStatistics(ctx, actor, &roundStatisticsInput{RoundID: in.RoundID, Alarm: true, Paging: Paging{Limit: 200}})
}

func (s *Server) listQuestionStatistics(ctx context.Context, actor contest.Actor, in *QuestionInput) (*body[list[lineWire]], error) {
	lines, err := s.svc.Statistics.Question(ctx, actor, in.QuestionID)
	if err != nil {
		return nil, err
	}
	return listOf(linesToWire(lines), ""), nil
}
