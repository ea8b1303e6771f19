package api

import (
	"time"

	"mangxanh/contest"
	"mangxanh/scoring"
)

// ruleSheetWire is a rule sheet. Whoever sends one may leave fields out: they
// take the usual value.
type ruleSheetWire struct {
	AttemptPolicy    string          `json:"attempt_policy,omitempty" enum:"one,best_then_earliest,best_then_fastest,first,last"`
	AttemptsMax      int             `json:"attempts_max,omitempty"`
	RankChain        []string        `json:"rank_chain,omitempty" maxItems:"10"`
	Prediction       predictionWire  `json:"prediction,omitempty"`
	PartialCredit    string          `json:"partial_credit,omitempty" enum:"none,right_minus_wrong,per_option"`
	DurationEnds     string          `json:"duration_ends,omitempty" enum:"submit,last_change"`
	CutAtClose       *bool           `json:"cut_at_close,omitempty"`
	GraceS           *int            `json:"grace_s,omitempty"`
	LatePolicy       string          `json:"late_policy,omitempty" enum:"accept_flagged,refuse"`
	ReviewAt         string          `json:"review_at,omitempty" enum:"after_submit,after_close,at_official,never,time"`
	ReviewTime       *time.Time      `json:"review_time,omitempty"`
	Leaderboard      string          `json:"leaderboard,omitempty" enum:"live,after_close,off"`
	Names            string          `json:"names,omitempty" enum:"masked,none"`
	ShuffleQuestions *bool           `json:"shuffle_questions,omitempty"`
	ShuffleOptions   *bool           `json:"shuffle_options,omitempty"`
	Exclusions       []string        `json:"exclusions,omitempty" maxItems:"30"`
	Prizes           []prizeWire     `json:"prizes,omitempty" maxItems:"50"`
	UnitFormula      unitFormulaWire `json:"unit_formula,omitempty"`
	OrganizerText    string          `json:"organizer_text,omitempty" maxLength:"20000"`
	Sections         []sectionWire   `json:"sections,omitempty" maxItems:"30"`
}

type predictionWire struct {
	On     bool   `json:"on"`
	Target string `json:"target,omitempty" enum:"all_correct,participants"`
	Stem   string `json:"stem,omitempty" maxLength:"1000"`
}

type prizeWire struct {
	Name     string `json:"name" maxLength:"100"`
	Count    int    `json:"count"`
	Division string `json:"division,omitempty" doc:"Code of a division; empty = each division"`
}

type unitFormulaWire struct {
	Participation   int `json:"participation,omitempty"`
	Mean            int `json:"mean,omitempty"`
	Prizes          int `json:"prizes,omitempty"`
	Entries         int `json:"entries,omitempty"`
	MinParticipants int `json:"min_participants,omitempty"`
}

type sectionWire struct {
	Title string `json:"title" maxLength:"200"`
	Text  string `json:"text" maxLength:"20000"`
}

func toRuleSheetWire(s contest.RuleSheet) *ruleSheetWire {
	grace := int(s.Grace / time.Second)
	w := &ruleSheetWire{
		AttemptPolicy: string(s.AttemptPolicy), AttemptsMax: s.AttemptsMax,
		Prediction:    predictionWire{On: s.Prediction.On, Target: string(s.Prediction.Target), Stem: s.Prediction.Stem},
		PartialCredit: string(s.PartialCredit), DurationEnds: string(s.DurationEnds), CutAtClose: &s.CutAtClose,
		GraceS: &grace, LatePolicy: string(s.LatePolicy), ReviewAt: string(s.ReviewAt), ReviewTime: optionalTime(s.ReviewTime),
		Leaderboard: string(s.Leaderboard), Names: string(s.Names),
		ShuffleQuestions: &s.ShuffleQuestions, ShuffleOptions: &s.ShuffleOptions,
		RankChain: make([]string, len(s.RankChain)), Exclusions: append([]string{}, s.Exclusions...),
		Prizes: make([]prizeWire, len(s.Prizes)), UnitFormula: unitFormulaWire(s.UnitFormula),
		OrganizerText: s.OrganizerText, Sections: make([]sectionWire, len(s.Sections)),
	}
	for i, k := range s.RankChain {
		w.RankChain[i] = string(k)
	}
	for i, p := range s.Prizes {
		w.Prizes[i] = prizeWire(p)
	}
	for i, x := range s.Sections {
		w.Sections[i] = sectionWire(x)
	}
	return w
}

func fromRuleSheetWire(w *ruleSheetWire) contest.RuleSheet {
	s := contest.DefaultRules()
	if w == nil {
		return s
	}
	s = contest.RuleSheet{
		AttemptPolicy: scoring.AttemptPolicy(w.AttemptPolicy), AttemptsMax: w.AttemptsMax,
		Prediction:    contest.PredictionRule{On: w.Prediction.On, Target: contest.PredictionTarget(w.Prediction.Target), Stem: w.Prediction.Stem},
		PartialCredit: scoring.Partial(w.PartialCredit), DurationEnds: contest.DurationEnd(w.DurationEnds),
		CutAtClose: orElse(w.CutAtClose, s.CutAtClose), Grace: s.Grace,
		LatePolicy: contest.LatePolicy(w.LatePolicy), ReviewAt: contest.ReviewMoment(w.ReviewAt),
		ReviewTime: timeOf(w.ReviewTime), Leaderboard: contest.BoardVisibility(w.Leaderboard), Names: contest.NamePolicy(w.Names),
		ShuffleQuestions: orElse(w.ShuffleQuestions, s.ShuffleQuestions), ShuffleOptions: orElse(w.ShuffleOptions, s.ShuffleOptions),
		Exclusions: w.Exclusions, UnitFormula: contest.UnitFormula(w.UnitFormula), OrganizerText: w.OrganizerText,
	}
	if w.GraceS != nil {
		s.Grace = time.Duration(*w.GraceS) * time.Second
	}
	for _, k := range w.RankChain {
		s.RankChain = append(s.RankChain, scoring.RankKey(k))
	}
	for _, p := range w.Prizes {
		s.Prizes = append(s.Prizes, contest.Prize(p))
	}
	for _, x := range w.Sections {
		s.Sections = append(s.Sections, contest.RuleSection(x))
	}
	return s.Normal()
}

// optionalTime leaves out a time that there is none of.
func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return contest.Moment(*t)
}

func orElse[T any](v *T, otherwise T) T {
	if v == nil {
		return otherwise
	}
	return *v
}
