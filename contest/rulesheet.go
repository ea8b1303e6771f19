package contest

import (
	"fmt"
	"time"

	"mangxanh/scoring"
)

// RuleSheet is the thể lệ of a contest as data: everything that decides how
// attempts are taken, counted, ranked, shown and rewarded. The published text
// is generated from it.
type RuleSheet struct {
	AttemptPolicy    scoring.AttemptPolicy
	AttemptsMax      int
	RankChain        scoring.Chain
	Prediction       PredictionRule
	PartialCredit    scoring.Partial
	DurationEnds     DurationEnd
	CutAtClose       bool          // an attempt ends when the round does
	Grace            time.Duration // for the network only; see GraceFor
	LatePolicy       LatePolicy
	ReviewAt         ReviewMoment
	ReviewTime       time.Time // for ReviewAtTime
	Leaderboard      BoardVisibility
	Names            NamePolicy
	ShuffleQuestions bool
	ShuffleOptions   bool
	Exclusions       []string // who takes part without being placed, in words
	Prizes           []Prize
	UnitFormula      UnitFormula
	OrganizerText    string
	Sections         []RuleSection
}

// PredictionRule is the "dự đoán" question that ends most law contests.
type PredictionRule struct {
	On     bool
	Target PredictionTarget
	Stem   string // empty = the usual wording for the target
}

// PredictionTarget is what is to be predicted. People are counted, never
// attempts, and only after the close and after removals.
type PredictionTarget string

// The prediction targets.
const (
	TargetAllCorrect   PredictionTarget = "all_correct"  // people whose counted attempt is wholly right
	TargetParticipants PredictionTarget = "participants" // people with a counted attempt
)

// DurationEnd says where the ranked duration of an attempt ends.
type DurationEnd string

// The duration ends.
const (
	EndsAtSubmit     DurationEnd = "submit"
	EndsAtLastChange DurationEnd = "last_change"
)

// LatePolicy says what happens to an answer received inside the grace.
type LatePolicy string

// The late policies.
const (
	AcceptFlagged LatePolicy = "accept_flagged"
	RefuseLate    LatePolicy = "refuse"
)

// ReviewMoment is when keys and explanations may be seen.
type ReviewMoment string

// The review moments.
const (
	ReviewAfterSubmit ReviewMoment = "after_submit"
	ReviewAfterClose  ReviewMoment = "after_close"
	ReviewAtOfficial  ReviewMoment = "at_official"
	ReviewNever       ReviewMoment = "never"
	ReviewAtTime      ReviewMoment = "time"
)

// BoardVisibility says when contestants may see the leaderboard.
type BoardVisibility string

// The board visibilities.
const (
	BoardLive       BoardVisibility = "live"
	BoardAfterClose BoardVisibility = "after_close"
	BoardOff        BoardVisibility = "off"
)

// NamePolicy says what stands in place of the name of a child who may not be
// named in public.
type NamePolicy string

// The name policies.
const (
	NamesMasked NamePolicy = "masked" // "Tuyết N."
	NamesNone   NamePolicy = "none"   // "Thí sinh #12"
)

// Prize is one kind of award, by division when Division is not empty.
type Prize struct {
	Name     string
	Count    int
	Division string // code of a division; empty = each division has its own
}

// UnitFormula weighs what makes the rank of a school; weights are percent.
type UnitFormula struct {
	Participation   int
	Mean            int
	Prizes          int
	Entries         int
	MinParticipants int
}

// RuleSection is a section that the organizer adds to the rules text.
type RuleSection struct {
	Title string
	Text  string
}

// DefaultRules is a rule sheet that works as it is: one attempt, ranked by
// score, duration and time of handing in, shown masked while it runs.
func DefaultRules() RuleSheet {
	return RuleSheet{
		AttemptPolicy: scoring.AttemptOne, AttemptsMax: 1,
		RankChain:     scoring.DefaultChain(false),
		Prediction:    PredictionRule{Target: TargetAllCorrect},
		PartialCredit: scoring.PartialNone,
		DurationEnds:  EndsAtSubmit, CutAtClose: true,
		Grace: 10 * time.Second, LatePolicy: AcceptFlagged,
		ReviewAt: ReviewAfterClose, Leaderboard: BoardLive, Names: NamesMasked,
		ShuffleQuestions: true, ShuffleOptions: true,
	}
}

// Normal fills what was left empty with the default and returns the result.
func (s RuleSheet) Normal() RuleSheet {
	d := DefaultRules()
	s.AttemptPolicy = orDefault(s.AttemptPolicy, d.AttemptPolicy)
	s.AttemptsMax = orDefault(s.AttemptsMax, 1)
	s.Prediction.Target = orDefault(s.Prediction.Target, d.Prediction.Target)
	s.PartialCredit = orDefault(s.PartialCredit, d.PartialCredit)
	s.DurationEnds = orDefault(s.DurationEnds, d.DurationEnds)
	s.LatePolicy = orDefault(s.LatePolicy, d.LatePolicy)
	s.ReviewAt = orDefault(s.ReviewAt, d.ReviewAt)
	s.Leaderboard = orDefault(s.Leaderboard, d.Leaderboard)
	s.Names = orDefault(s.Names, d.Names)
	if len(s.RankChain) == 0 {
		s.RankChain = scoring.DefaultChain(s.Prediction.On)
	}
	return s
}

func orDefault[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// GraceFor is how long after the deadline an answer is still taken.
func (s RuleSheet) GraceFor() time.Duration {
	if s.LatePolicy == RefuseLate {
		return 0
	}
	return s.Grace
}

// ReviewOpen is the one decision on whether keys, explanations and marks may
// be seen by the contestant of a finished attempt (rule D5). Everything that
// shows them asks here.
func (s RuleSheet) ReviewOpen(r Round, finished bool, now time.Time) bool {
	if !finished {
		return false
	}
	switch s.ReviewAt {
	case ReviewAfterSubmit:
		return true
	case ReviewAfterClose:
		return s.over(r, now)
	case ReviewAtOfficial:
		return r.OfficialVersion > 0
	case ReviewAtTime:
		return !s.ReviewTime.IsZero() && !now.Before(s.ReviewTime)
	}
	return false
}

// ScoreOpen reports whether the contestant of a finished attempt may see its
// score: with the review, or earlier where the leaderboard shows it anyway.
func (s RuleSheet) ScoreOpen(r Round, finished bool, now time.Time) bool {
	return s.ReviewOpen(r, finished, now) || finished && (r.OfficialVersion > 0 || s.BoardOpen(r, now))
}

// BoardOpen reports whether contestants may see the leaderboard of the round.
func (s RuleSheet) BoardOpen(r Round, now time.Time) bool {
	switch s.Leaderboard {
	case BoardLive:
		return !now.Before(r.OpensAt)
	case BoardAfterClose:
		return s.over(r, now)
	}
	return false
}

// over reports whether nobody can be answering any more by the usual deadline:
// a key shown at the close would help those whose attempt runs past it.
func (s RuleSheet) over(r Round, now time.Time) bool {
	return !now.Before(s.EndOf(r))
}

// EndOf is the moment by which every attempt without extra time has ended.
func (s RuleSheet) EndOf(r Round) time.Time {
	end := r.ClosesAt.Add(s.GraceFor())
	if !s.CutAtClose {
		end = end.Add(r.Duration)
	}
	return end
}

// Limits of a rule sheet.
const (
	maxAttempts = 100
	maxGrace    = 2 * time.Minute
	maxPrizes   = 50
)

// Problems says what is wrong with a rule sheet, by place. A sheet without
// problems can be published.
func (s RuleSheet) Problems() []Problem {
	var p problems
	p.when(!s.AttemptPolicy.Known(), "attempt_policy", "choice", "unknown attempt policy")
	p.when(s.AttemptsMax < 1 || s.AttemptsMax > maxAttempts, "attempts_max", "range", fmt.Sprintf("between 1 and %d", maxAttempts))
	p.when(s.AttemptPolicy == scoring.AttemptOne && s.AttemptsMax > 1, "attempts_max", "one_attempt", "the policy allows one attempt")
	if err := s.RankChain.Validate(); err != nil {
		p.add("rank_chain", "rank_chain", err.Error())
	}
	p.when(!oneOf(s.PartialCredit, scoring.PartialNone, scoring.PartialRightMinusWrong, scoring.PartialPerOption), "partial_credit", "choice", "unknown partial credit")
	p.when(!oneOf(s.DurationEnds, EndsAtSubmit, EndsAtLastChange), "duration_ends", "choice", "unknown end of the duration")
	p.when(s.Grace < 0 || s.Grace > maxGrace, "grace_s", "range", "between 0 and 120 seconds")
	p.when(!oneOf(s.LatePolicy, AcceptFlagged, RefuseLate), "late_policy", "choice", "unknown late policy")
	p.when(!oneOf(s.ReviewAt, ReviewAfterSubmit, ReviewAfterClose, ReviewAtOfficial, ReviewNever, ReviewAtTime), "review_at", "choice", "unknown review moment")
	p.when(s.ReviewAt == ReviewAtTime && s.ReviewTime.IsZero(), "review_time", "required", "a time is needed")
	p.when(!oneOf(s.Leaderboard, BoardLive, BoardAfterClose, BoardOff), "leaderboard", "choice", "unknown visibility")
	p.when(!oneOf(s.Names, NamesMasked, NamesNone), "names", "choice", "unknown name policy")
	p.append(s.predictionProblems())
	p.append(s.prizeProblems())
	p.append(s.UnitFormula.problems())
	p.long("organizer_text", s.OrganizerText, 20_000)
	p.when(len(s.Sections) > 30 || len(s.Exclusions) > 30, "sections", "too_many", "at most 30")
	for i, section := range s.Sections {
		p.long(fmt.Sprintf("sections[%d].title", i), section.Title, 200)
		p.long(fmt.Sprintf("sections[%d].text", i), section.Text, 20_000)
	}
	for i, e := range s.Exclusions {
		p.long(fmt.Sprintf("exclusions[%d]", i), e, 500)
	}
	return p
}

func (s RuleSheet) predictionProblems() []Problem {
	var p problems
	asked := false
	for _, k := range s.RankChain {
		asked = asked || k == scoring.ByPrediction
	}
	p.when(!oneOf(s.Prediction.Target, TargetAllCorrect, TargetParticipants), "prediction.target", "choice", "unknown target")
	p.when(s.Prediction.On && !asked, "rank_chain", "prediction_unused", "the prediction is asked but decides nothing")
	p.when(!s.Prediction.On && asked, "rank_chain", "prediction_off", "the chain ranks by a prediction that is not asked")
	p.long("prediction.stem", s.Prediction.Stem, 1000)
	return p
}

func (s RuleSheet) prizeProblems() []Problem {
	var p problems
	p.when(len(s.Prizes) > maxPrizes, "prizes", "too_many", "at most 50 kinds of prizes")
	for i, prize := range s.Prizes {
		at := fmt.Sprintf("prizes[%d]", i)
		p.when(prize.Name == "", at+".name", "required", "a name is needed")
		p.long(at+".name", prize.Name, 100)
		p.when(prize.Count < 1 || prize.Count > 100_000, at+".count", "range", "between 1 and 100000")
	}
	return p
}

func (f UnitFormula) problems() []Problem {
	var p problems
	for _, w := range []int{f.Participation, f.Mean, f.Prizes, f.Entries} {
		if w < 0 || w > 100 {
			p.add("unit_formula", "range", "weights are percent between 0 and 100")
			break
		}
	}
	sum := f.Participation + f.Mean + f.Prizes + f.Entries
	p.when(sum != 0 && sum != 100, "unit_formula", "weights", "the weights add up to 100 percent")
	p.when(f.MinParticipants < 0, "unit_formula.min_participants", "range", "not negative")
	return p
}

// problems collects faults by place.
type problems []Problem

func (p *problems) add(location, code, message string) {
	*p = append(*p, Problem{Location: location, Code: code, Message: message})
}

func (p *problems) when(bad bool, location, code, message string) {
	if bad {
		p.add(location, code, message)
	}
}

func (p *problems) long(location, value string, limit int) {
	if n := len([]rune(value)); n > limit {
		p.add(location, "length", fmt.Sprintf("at most %d characters", limit))
	}
}

func (p *problems) append(more []Problem) { *p = append(*p, more...) }

func oneOf[T comparable](v T, allowed ...T) bool {
	for _, a := range allowed {
		if v == a {
			return true
		}
	}
	return false
}
