package scoring_test

import (
	"testing"

	"pgregory.net/rapid"

	"mangxanh/scoring"
)

func TestCounted(t *testing.T) {
	tries := []scoring.Result{
		{Number: 3, Score: 900, Correct: 9, Duration: 50, SubmittedAt: 300},
		{Number: 1, Score: 700, Correct: 7, Duration: 10, SubmittedAt: 100},
		{Number: 4, Score: 800, Correct: 8, Duration: 20, SubmittedAt: 400},
		{Number: 2, Score: 900, Correct: 9, Duration: 60, SubmittedAt: 200},
	}
	for policy, number := range map[scoring.AttemptPolicy]int{
		scoring.AttemptOne: 1, scoring.FirstAttempt: 1, scoring.LastAttempt: 4,
		scoring.BestThenEarliest: 2, scoring.BestThenFastest: 3, "unheard of": 1,
	} {
		if got := tries[scoring.Counted(policy, tries)].Number; got != number {
			t.Errorf("%s counts attempt %d, want %d", policy, got, number)
		}
		if got := scoring.Counted(policy, nil); got != -1 {
			t.Errorf("%s counts attempt %d of none", policy, got)
		}
	}
}

// TestCountedIgnoresOrder: the same attempt counts in whatever order the attempts are read.
func TestCountedIgnoresOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := 0
		results := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) scoring.Result {
			number++
			return scoring.Result{
				Number: number, Score: rapid.Int64Range(0, 2).Draw(t, "score"), Correct: rapid.IntRange(0, 1).Draw(t, "correct"),
				Duration: rapid.Int64Range(0, 2).Draw(t, "duration"), SubmittedAt: rapid.Int64Range(0, 2).Draw(t, "submitted"),
			}
		}), 1, 6).Draw(t, "results")
		policy := rapid.SampledFrom(scoring.AttemptPolicies).Draw(t, "policy")
		shuffled := rapid.Permutation(results).Draw(t, "shuffled")
		want := results[scoring.Counted(policy, results)]
		if got := shuffled[scoring.Counted(policy, shuffled)]; got != want {
			t.Fatalf("%s: got %+v, want %+v", policy, got, want)
		}
		best := policy == scoring.BestThenEarliest || policy == scoring.BestThenFastest
		for _, r := range results {
			if best && r.Score > want.Score {
				t.Fatalf("%s counts %+v, not %+v", policy, want, r)
			}
		}
	})
}
