package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake"
	"mangxanh/contest/people"
	"mangxanh/scoring"
)

func (d *demo) schoolYear() string { return people.SchoolYear(d.clock()) }

// importQuestions brings the demo's questions in the way a teacher does.
func (d *demo) importQuestions(ctx context.Context, actor contest.Actor, b bank.Bank) error {
	staged, err := d.p.intake.Stage(ctx, actor, intake.Request{
		Kind: intake.Questions, BankID: b.ID, Format: intake.Auto, FileName: "cau-hoi.csv", Data: intake.DemoQuestions(),
	})
	if err != nil {
		return err
	}
	_, err = d.p.intake.Commit(ctx, actor, staged.ID, intake.OnlyAll)
	return err
}

// closedContest plays a contest from its opening to its official results, in
// the past.
func (d *demo) closedContest(ctx context.Context, clock *time.Time) error {
	opens := *clock
	round, err := d.quiz(ctx, demoQuiz{
		title: "Học sinh với an toàn trên mạng", round: "Vòng 1", opens: opens, closes: opens.Add(5 * 24 * time.Hour), rules: demoRules(), blueprint: demoBlueprint,
	})
	if err != nil {
		return err
	}
	chance := rand.New(rand.NewPCG(15, 2022))
	played := min(len(d.cards), 48)
	for i, pupil := range d.cards[:played] {
		*clock = opens.Add(time.Duration(i+1) * 97 * time.Minute)
		if err := d.take(ctx, chance, clock, round.ID, pupil.accountID); err != nil {
			return fmt.Errorf("play: %w", err)
		}
	}
	for _, pupil := range d.cards[:min(len(d.cards), 6)] {
		if err := d.consent(ctx, pupil.accountID); err != nil {
			return fmt.Errorf("consent: %w", err)
		}
	}
	*clock = opens.Add(5*24*time.Hour + time.Hour)
	return d.official(ctx, round.ID)
}

// consent records that guardian and child agreed to the full name in public.
func (d *demo) consent(ctx context.Context, accountID string) error {
	for _, giver := range []people.Giver{people.Guardian, people.Child} {
		if _, err := d.p.people.RecordConsent(ctx, d.root, people.Consent{
			AccountID: accountID, Kind: people.Publication, GivenBy: giver, Evidence: "Phiếu đồng ý, lưu tại văn phòng trường",
		}); err != nil {
			return err
		}
	}
	return nil
}

// take plays one attempt of one pupil, who knows more or less.
func (d *demo) take(ctx context.Context, chance *rand.Rand, clock *time.Time, roundID, accountID string) error {
	actor := contest.Actor{AccountID: accountID, Kind: contest.Pupil}
	doc, _, err := d.p.attempts.Start(ctx, actor, roundID, "", *clock)
	if err != nil {
		return err
	}
	knows := 0.5 + 0.5*chance.Float64()
	request := attempt.Request{AttemptID: doc.ID, AccountID: accountID}
	for i, item := range doc.Paper.Items {
		request.Answers = append(request.Answers, attempt.Given{
			QuestionID: doc.Questions[i].ID, Seq: 1, Response: demoResponse(chance, doc, i, item, chance.Float64() < knows),
		})
	}
	*clock = clock.Add(time.Duration(4*60_000+chance.IntN(9*60_000)) * time.Millisecond)
	request.Received = *clock
	_, _, err = d.p.attempts.Submit(ctx, request)
	return err
}

// demoResponse is what a pupil answers to question i, right or by guess, in the
// ids of the attempt.
func demoResponse(chance *rand.Rand, doc attempt.Document, i int, item attempt.Item, right bool) json.RawMessage {
	if item.Pool == attempt.PredictionItem {
		return json.RawMessage(fmt.Sprint(1 + chance.IntN(12)))
	}
	graded := doc.Sheet.Question(item).Graded
	choices := append([]int(nil), graded.Key.Choices...)
	if !right {
		choices = chance.Perm(graded.Options)[:max(1, len(choices))]
	}
	ids := make([]string, len(choices))
	for n, choice := range choices {
		for shown, stable := range item.Options {
			if stable == choice {
				ids[n] = doc.Questions[i].Options[shown].ID
			}
		}
	}
	var response any = ids
	if graded.Type != scoring.Multiple && graded.Type != scoring.Ordering {
		response = ids[0]
	}
	text, err := json.Marshal(response)
	if err != nil {
		panic(err) // strings always marshal
	}
	return text
}

// openContests makes the contests that can be taken now and the writing contest.
func (d *demo) openContests(ctx context.Context) error {
	if err := d.practice(ctx); err != nil {
		return err
	}
	if _, err := d.quiz(ctx, demoQuiz{
		title: "Tìm hiểu pháp luật và ứng xử trên mạng", round: "Vòng trường", rules: demoRules(), blueprint: demoBlueprint,
		opens: d.clock().Add(-24 * time.Hour), closes: d.clock().Add(14 * 24 * time.Hour),
	}); err != nil {
		return err
	}
	return d.writing(ctx)
}

// official makes, checks and publishes the results; whoever checks does not
// publish.
func (d *demo) official(ctx context.Context, roundID string) error {
	result, err := d.p.results.Make(ctx, d.actors["organizer"], roundID, nil, "")
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	if _, err := d.p.results.Check(ctx, d.actors["organizer"], result.ID); err != nil {
		return fmt.Errorf("check the results: %w", err)
	}
	if _, err := d.p.results.Publish(ctx, d.actors["admin"], result.ID, ""); err != nil {
		return fmt.Errorf("publish the results: %w", err)
	}
	return nil
}
