package bank

import (
	"context"
	"errors"

	"mangxanh/contest"
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
	v = v.Clean()
	problems := v.Validate()
	cited, err := s.cited(ctx, actor, v.Citation, "")
	var refusal *contest.Error
	switch {
	case errors.As(err, &refusal) && refusal.Kind == contest.Invalid:
		problems = append(problems, refusal.Problems...)
	case err != nil:
		return Preview{}, err
	}
	v.Citation = cited
	return Preview{Version: v, Rendered: v.Render(), Problems: problems}, nil
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
