package bank

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"mangxanh/contest"
	"mangxanh/contest/markup"
)

// Preview is a version as a phone will show it, and what keeps it from being
// asked.
type Preview struct {
	Version  Version
	Rendered Rendered
	Problems []contest.Problem
}

// Preview renders what somebody is writing into a bank with the code that
// renders papers. Nothing is kept.
func (s *Service) Preview(ctx context.Context, actor contest.Actor, bankID string, v Version) (Preview, error) {
	if _, err := s.Bank(ctx, actor, bankID); err != nil {
		return Preview{}, err
	}
	v, problems, err := s.judge(ctx, actor, v, "")
	if err != nil {
		return Preview{}, err
	}
	return Preview{Version: v, Rendered: v.Render(), Problems: problems}, nil
}

// judge cleans and completes what somebody wrote and lists what keeps it from
// being asked: its own faults, and laws and pictures that it names and that are
// not there. before is the instrument at which the question pointed so far.
func (s *Service) judge(ctx context.Context, actor contest.Actor, v Version, before string) (Version, []contest.Problem, error) {
	v = v.Clean()
	problems := v.Validate()
	cited, err := s.cited(ctx, actor, v.Citation, before)
	var refusal *contest.Error
	switch {
	case errors.As(err, &refusal) && refusal.Kind == contest.Invalid:
		problems = append(problems, refusal.Problems...)
	case err != nil:
		return v, nil, err
	}
	v.Citation = cited
	if s.Media == nil || len(v.Media()) == 0 {
		return v, problems, nil
	}
	missing, err := s.Media.MissingMedia(ctx, v.Media())
	for _, id := range missing {
		problems = append(problems, contest.Problem{Location: v.placeOf(id), Code: "unknown_media", Message: "there is no such picture or recording"})
	}
	return v, problems, err
}

// placeOf is where a version shows or plays a medium.
func (v Version) placeOf(id string) string {
	if v.Audio != nil && v.Audio.MediaID == id {
		return "audio"
	}
	shows := func(text string) bool {
		return v.Format == Markdown && slices.ContainsFunc(markup.Pictures(text), func(p markup.Picture) bool { return p.ID == id })
	}
	for i, o := range v.Options {
		if o.MediaID == id || shows(o.Text) {
			return fmt.Sprintf("options[%d]", i)
		}
	}
	for i, m := range v.Matches {
		if shows(m) {
			return fmt.Sprintf("matches[%d]", i)
		}
	}
	if shows(v.Explanation) {
		return "explanation"
	}
	return "stem"
}

// PreviewVersion renders a stored version, without what a contestant may not
// see.
func (s *Service) PreviewVersion(ctx context.Context, actor contest.Actor, questionID string, number int) (Preview, error) {
	_, versions, _, err := s.Question(ctx, actor, questionID)
	if err != nil {
		return Preview{}, err
	}
	v, err := numbered(versions, number)
	return Preview{Version: v, Rendered: v.Render()}, err
}

// numbered is the version of that number.
func numbered(versions []Version, number int) (Version, error) {
	for _, v := range versions {
		if v.Number == number {
			return v, nil
		}
	}
	return Version{}, contest.Missing("question version")
}
