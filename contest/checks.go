package contest

import (
	"fmt"
	"time"

	"mangxanh/scoring"
)

// Limits of a contest.
const (
	maxTitle     = 200
	maxDivisions = 30
	maxRounds    = 60
	maxLines     = 100
	maxQuestions = 200
	maxDuration  = 12 * time.Hour
)

// problems says what stands against publishing the contest, apart from its
// rounds.
func (c Contest) problems() []Problem {
	var p problems
	p.when(c.Title == "", "title", "required", "a title is needed")
	p.when(len(c.Rounds) == 0, "rounds", "required", "a contest needs a round")
	p.when(len(c.AudiencePaths) == 0, "audience", "required", "the audience names no unit")
	p.append(c.Rules.Problems())
	codes := map[string]bool{}
	for _, d := range c.Divisions {
		codes[d.Code] = true
	}
	for i, prize := range c.Rules.Prizes {
		p.when(prize.Division != "" && !codes[prize.Division], fmt.Sprintf("prizes[%d].division", i), "unknown_division", "no division has this code")
	}
	p.append(divisionProblems(c.Divisions))
	return p
}

func divisionProblems(divisions []Division) []Problem {
	var p problems
	p.when(len(divisions) > maxDivisions, "divisions", "too_many", "at most 30 divisions")
	codes := map[string]bool{}
	for i, d := range divisions {
		at := fmt.Sprintf("divisions[%d]", i)
		p.when(d.Code == "", at+".code", "required", "a code is needed")
		p.when(codes[d.Code], at+".code", "duplicate", "this code is there already")
		codes[d.Code] = true
		p.long(at+".code", d.Code, 30)
		p.when(d.Name == "", at+".name", "required", "a name is needed")
		p.long(at+".name", d.Name, maxTitle)
		p.when(!oneOf(d.Kind, Pupil, Staff, Parent), at+".kind", "choice", "pupil, staff or parent")
		p.when(d.GradeFrom < 0 || d.GradeTo > 12 || d.GradeFrom > d.GradeTo, at+".grade_from", "range", "grades from 1 to 12 in order")
	}
	return p
}

// problems says what stands against publishing the round.
func (r Round) problems(c Contest) []Problem {
	var p problems
	at := fmt.Sprintf("rounds[%d].", r.Position)
	p.when(r.Name == "", at+"name", "required", "a name is needed")
	p.long(at+"name", r.Name, maxTitle)
	p.when(!oneOf(r.Kind, Quiz, Writing), at+"kind", "choice", "quiz or writing")
	p.when(r.OpensAt.IsZero() || r.ClosesAt.IsZero(), at+"opens_at", "required", "a round needs a window")
	p.when(!r.ClosesAt.After(r.OpensAt), at+"closes_at", "window", "a round closes after it opens")
	if r.Kind != Quiz {
		return p
	}
	p.when(r.Duration < time.Second || r.Duration > maxDuration, at+"duration_s", "range", "between 1 second and 12 hours")
	p.when(r.BankID == "", at+"bank_id", "required", "a question bank is needed")
	p.append(blueprintProblems(at+"blueprint", r.Blueprint, c.Divisions))
	if len(c.Divisions) == 0 {
		p.when(r.Questions("") == 0, at+"blueprint", "required", "the paper has no question")
	}
	for _, d := range c.Divisions {
		if n := r.Questions(d.ID); n == 0 || n > maxQuestions {
			p.add(at+"blueprint", "paper_size", fmt.Sprintf("the paper of %s has %d questions, between 1 and %d are possible", d.Code, n, maxQuestions))
		}
	}
	return p
}

func blueprintProblems(at string, lines []BlueprintLine, divisions []Division) []Problem {
	var p problems
	p.when(len(lines) > maxLines, at, "too_many", "at most 100 lines")
	known := map[string]bool{"": true}
	for _, d := range divisions {
		known[d.ID] = true
	}
	for i, l := range lines {
		here := fmt.Sprintf("%s[%d]", at, i)
		p.when(!known[l.DivisionID], here+".division_id", "unknown_division", "no such division in this contest")
		p.when(l.Count < 1 || l.Count > maxQuestions, here+".count", "range", fmt.Sprintf("between 1 and %d", maxQuestions))
		p.when(l.Points < 0 || l.Points > 1_000_000, here+".points", "range", "between 0 and 10000 points")
		kind := scoring.Type(l.Type)
		p.when(l.Type != "" && (!kind.Known() || kind == scoring.Prediction), here+".type", "choice", "unknown question type")
	}
	return p
}
