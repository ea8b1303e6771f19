package main

import (
	"context"
	"fmt"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

// demoRules are the usual rules of a law contest with the prediction question.
func demoRules() contest.RuleSheet {
	rules := contest.DefaultRules()
	rules.AttemptPolicy, rules.AttemptsMax = scoring.BestThenEarliest, 3
	rules.RankChain = scoring.DefaultChain(true)
	rules.Prediction = contest.PredictionRule{On: true, Target: contest.TargetAllCorrect}
	rules.ReviewAt = contest.ReviewAfterClose
	rules.Leaderboard = contest.BoardLive
	rules.Exclusions = []string{"Thành viên Ban Tổ chức, Ban Thư ký và bộ phận kỹ thuật"}
	rules.Prizes = []contest.Prize{{Name: "Nhất", Count: 1}, {Name: "Nhì", Count: 2}, {Name: "Ba", Count: 3}, {Name: "Khuyến khích", Count: 5}}
	return rules
}

// bank makes the question bank: the teacher writes, the organizer approves.
func (d *demo) bank(ctx context.Context) error {
	organizer := d.actors["organizer"]
	b, err := d.p.bank.CreateBank(ctx, organizer, d.tree.root.ID, "Ứng xử trên mạng và pháp luật")
	if err != nil {
		return fmt.Errorf("bank: %w", err)
	}
	d.bankID = b.ID
	if err := d.laws(ctx); err != nil {
		return err
	}
	if err := d.importQuestions(ctx, d.actors["admin"], b); err != nil {
		return fmt.Errorf("questions: %w", err)
	}
	if err := d.kindQuestions(ctx, d.actors["admin"], b); err != nil {
		return fmt.Errorf("questions: %w", err)
	}
	var ids []string
	for cursor := ""; ; {
		questions, next, err := d.p.bank.Questions(ctx, organizer, b.ID, bank.Filter{State: bank.Draft}, contest.Page{Limit: 100, Cursor: cursor})
		if err != nil {
			return fmt.Errorf("questions: %w", err)
		}
		for _, q := range questions {
			ids = append(ids, q.ID)
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	outcomes, err := d.p.bank.ReviewAll(ctx, organizer, b.ID, ids, bank.Approve)
	if err != nil {
		return fmt.Errorf("approve: %w", err)
	}
	for _, o := range outcomes {
		if o.Code != "" {
			return fmt.Errorf("approve question %s: %s", o.QuestionID, o.Code)
		}
	}
	return nil
}

// demoQuiz is what the quiz contests of the demo differ in.
type demoQuiz struct {
	title, round  string
	opens, closes time.Time
	rules         contest.RuleSheet
	blueprint     func([]contest.Division) []contest.BlueprintLine
}

// quiz makes and publishes a quiz contest for both divisions.
func (d *demo) quiz(ctx context.Context, q demoQuiz) (contest.Round, error) {
	organizer := d.actors["organizer"]
	c, err := d.p.contests.Create(ctx, organizer, contest.Proposal{
		UnitID: d.tree.root.ID, Title: q.title, SchoolYear: d.schoolYear(), LawAsOf: d.lawAsOf(),
		Audience: []string{d.tree.root.ID}, Rules: q.rules,
	})
	if err != nil {
		return contest.Round{}, fmt.Errorf("contest: %w", err)
	}
	c, err = d.p.contests.SetDivisions(ctx, organizer, c.ID, c.Version, []contest.Division{
		{Code: "TH", Name: "Tiểu học", Kind: contest.Pupil, GradeFrom: 1, GradeTo: 5},
		{Code: "THCS", Name: "Trung học cơ sở", Kind: contest.Pupil, GradeFrom: 6, GradeTo: 9},
	})
	if err != nil {
		return contest.Round{}, fmt.Errorf("divisions: %w", err)
	}
	kind, duration := contest.Quiz, 15*time.Minute
	c, r, err := d.p.contests.AddRound(ctx, organizer, c.ID, contest.RoundPatch{
		Name: &q.round, Kind: &kind, OpensAt: &q.opens, ClosesAt: &q.closes, Duration: &duration, BankID: &d.bankID,
	})
	if err != nil {
		return contest.Round{}, fmt.Errorf("round: %w", err)
	}
	if _, _, err := d.p.contests.SetBlueprint(ctx, organizer, r.ID, q.blueprint(c.Divisions)); err != nil {
		return contest.Round{}, fmt.Errorf("blueprint: %w", err)
	}
	if _, err := d.p.contests.Publish(ctx, organizer, c.ID); err != nil {
		return contest.Round{}, fmt.Errorf("publish: %w", err)
	}
	return r, nil
}

// demoBlueprint asks 20 questions of each division's age band, half a point
// each, so that a whole paper gives ten points.
func demoBlueprint(divisions []contest.Division) []contest.BlueprintLine {
	bands := map[string]string{"TH": "8-10", "THCS": "11-15"}
	var lines []contest.BlueprintLine
	for _, division := range divisions {
		lines = append(lines, contest.BlueprintLine{DivisionID: division.ID, AgeBand: bands[division.Code], Count: 20, Points: 50})
	}
	return lines
}

// writing makes the contest of good deeds. Entries are taken by hand for now:
// it shows the announcement and the rules.
func (d *demo) writing(ctx context.Context) error {
	organizer := d.actors["organizer"]
	rules := contest.DefaultRules()
	rules.Leaderboard, rules.ReviewAt = contest.BoardOff, contest.ReviewNever
	c, err := d.p.contests.Create(ctx, organizer, contest.Proposal{
		UnitID: d.tree.root.ID, Title: "Viết về các hành động đẹp khi tham gia môi trường mạng",
		SchoolYear: d.schoolYear(), LawAsOf: d.lawAsOf(), Audience: []string{d.tree.root.ID}, Rules: rules,
	})
	if err != nil {
		return fmt.Errorf("writing contest: %w", err)
	}
	c, err = d.p.contests.SetDivisions(ctx, organizer, c.ID, c.Version, []contest.Division{
		{Code: "HS", Name: "Học sinh", Kind: contest.Pupil, GradeFrom: 3, GradeTo: 9},
	})
	if err != nil {
		return fmt.Errorf("writing division: %w", err)
	}
	name, kind := "Vòng viết", contest.Writing
	opens, closes := d.clock().Add(-24*time.Hour), d.clock().Add(30*24*time.Hour)
	prompt := "Hãy kể về một hành động đẹp trên mạng mà em đã làm hoặc đã gặp (300 đến 1000 chữ)."
	if _, _, err = d.p.contests.AddRound(ctx, organizer, c.ID, contest.RoundPatch{
		Name: &name, Kind: &kind, OpensAt: &opens, ClosesAt: &closes, Prompt: &prompt,
	}); err != nil {
		return fmt.Errorf("writing round: %w", err)
	}
	_, err = d.p.contests.Publish(ctx, organizer, c.ID)
	return err
}
