package storage

import (
	"encoding/json"
	"fmt"
	"time"

	"mangxanh/contest"
	"mangxanh/scoring"
)

// ruleSheetRow is a rule sheet as it is stored. Fields are only ever added, so
// that the sheet of an old round can be read for ever.
type ruleSheetRow struct {
	AttemptPolicy    string         `json:"attempt_policy"`
	AttemptsMax      int            `json:"attempts_max"`
	RankChain        []string       `json:"rank_chain"`
	Prediction       predictionRow  `json:"prediction"`
	PartialCredit    string         `json:"partial_credit"`
	DurationEnds     string         `json:"duration_ends"`
	CutAtClose       bool           `json:"cut_at_close"`
	GraceUs          int64          `json:"grace_us"`
	LatePolicy       string         `json:"late_policy"`
	ReviewAt         string         `json:"review_at"`
	ReviewTime       int64          `json:"review_time"`
	Leaderboard      string         `json:"leaderboard"`
	Names            string         `json:"names"`
	ShuffleQuestions bool           `json:"shuffle_questions"`
	ShuffleOptions   bool           `json:"shuffle_options"`
	Exclusions       []string       `json:"exclusions"`
	Prizes           []prizeRow     `json:"prizes"`
	UnitFormula      unitFormulaRow `json:"unit_formula"`
	OrganizerText    string         `json:"organizer_text"`
	Sections         []sectionRow   `json:"sections"`
}

type predictionRow struct {
	On     bool   `json:"on"`
	Target string `json:"target"`
	Stem   string `json:"stem"`
}

type prizeRow struct {
	Name     string `json:"name"`
	Count    int    `json:"count"`
	Division string `json:"division"`
}

type unitFormulaRow struct {
	Participation   int `json:"participation"`
	Mean            int `json:"mean"`
	Prizes          int `json:"prizes"`
	Entries         int `json:"entries"`
	MinParticipants int `json:"min_participants"`
}

type sectionRow struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

func toRuleSheet(s contest.RuleSheet) (string, error) {
	r := ruleSheetRow{
		AttemptPolicy: string(s.AttemptPolicy), AttemptsMax: s.AttemptsMax,
		Prediction:    predictionRow{On: s.Prediction.On, Target: string(s.Prediction.Target), Stem: s.Prediction.Stem},
		PartialCredit: string(s.PartialCredit), DurationEnds: string(s.DurationEnds), CutAtClose: s.CutAtClose,
		GraceUs: s.Grace.Microseconds(), LatePolicy: string(s.LatePolicy),
		ReviewAt: string(s.ReviewAt), ReviewTime: micros(s.ReviewTime),
		Leaderboard: string(s.Leaderboard), Names: string(s.Names),
		ShuffleQuestions: s.ShuffleQuestions, ShuffleOptions: s.ShuffleOptions,
		Exclusions: s.Exclusions, UnitFormula: unitFormulaRow(s.UnitFormula), OrganizerText: s.OrganizerText,
	}
	for _, k := range s.RankChain {
		r.RankChain = append(r.RankChain, string(k))
	}
	for _, p := range s.Prizes {
		r.Prizes = append(r.Prizes, prizeRow(p))
	}
	for _, x := range s.Sections {
		r.Sections = append(r.Sections, sectionRow(x))
	}
	text, err := json.Marshal(r)
	return string(text), err
}

func fromRuleSheet(text string) (contest.RuleSheet, error) {
	var r ruleSheetRow
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return contest.RuleSheet{}, fmt.Errorf("stored rule sheet: %w", err)
	}
	s := contest.RuleSheet{
		AttemptPolicy: scoring.AttemptPolicy(r.AttemptPolicy), AttemptsMax: r.AttemptsMax,
		Prediction: contest.PredictionRule{
			On: r.Prediction.On, Target: contest.PredictionTarget(r.Prediction.Target), Stem: r.Prediction.Stem,
		},
		PartialCredit: scoring.Partial(r.PartialCredit), DurationEnds: contest.DurationEnd(r.DurationEnds),
		CutAtClose: r.CutAtClose, Grace: time.Duration(r.GraceUs) * time.Microsecond, LatePolicy: contest.LatePolicy(r.LatePolicy),
		ReviewAt: contest.ReviewMoment(r.ReviewAt), ReviewTime: fromMicros(r.ReviewTime),
		Leaderboard: contest.BoardVisibility(r.Leaderboard), Names: contest.NamePolicy(r.Names),
		ShuffleQuestions: r.ShuffleQuestions, ShuffleOptions: r.ShuffleOptions,
		Exclusions: r.Exclusions, UnitFormula: contest.UnitFormula(r.UnitFormula), OrganizerText: r.OrganizerText,
	}
	for _, k := range r.RankChain {
		s.RankChain = append(s.RankChain, scoring.RankKey(k))
	}
	for _, p := range r.Prizes {
		s.Prizes = append(s.Prizes, contest.Prize(p))
	}
	for _, x := range r.Sections {
		s.Sections = append(s.Sections, contest.RuleSection(x))
	}
	return s.Normal(), nil
}
