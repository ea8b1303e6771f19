package scoring

import (
	"cmp"
	"slices"
)

// AttemptPolicy says which of a person's attempts counts.
type AttemptPolicy string

// The attempt policies.
const (
	AttemptOne       AttemptPolicy = "one"                // there is only one; should there be more, the first
	BestThenEarliest AttemptPolicy = "best_then_earliest" // the best; among equals the one handed in first
	BestThenFastest  AttemptPolicy = "best_then_fastest"  // the best; among equals the shortest, then the one handed in first
	FirstAttempt     AttemptPolicy = "first"
	LastAttempt      AttemptPolicy = "last"
)

// AttemptPolicies lists every policy.
var AttemptPolicies = []AttemptPolicy{AttemptOne, BestThenEarliest, BestThenFastest, FirstAttempt, LastAttempt}

// Known reports whether p is one of AttemptPolicies.
func (p AttemptPolicy) Known() bool { return slices.Contains(AttemptPolicies, p) }

// Result is one finished attempt as the choice of the counted one sees it. It has no prediction: whoever tries often
// must not gain by predicting often, so the prediction of an attempt cannot take part in choosing it.
type Result struct {
	Number      int // 1, 2, 3 … in the order of starting
	Score       int64
	Correct     int
	Duration    int64 // microseconds
	SubmittedAt int64 // Unix time in microseconds
}

// Counted returns the index in results of the attempt that counts, or -1 when there is none. The order of results does
// not matter. Attempts that must not count (annulled ones) are left out by the caller. An unknown policy counts the
// first attempt.
func Counted(policy AttemptPolicy, results []Result) int {
	best := -1
	for i, r := range results {
		if best < 0 || preferred(policy, r, results[best]) {
			best = i
		}
	}
	return best
}

// preferred reports whether a counts rather than b.
func preferred(policy AttemptPolicy, a, b Result) bool {
	better := cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Correct, a.Correct))
	earlier := cmp.Or(cmp.Compare(a.SubmittedAt, b.SubmittedAt), cmp.Compare(a.Number, b.Number))
	switch policy {
	case BestThenEarliest:
		return cmp.Or(better, earlier) < 0
	case BestThenFastest:
		return cmp.Or(better, cmp.Compare(a.Duration, b.Duration), earlier) < 0
	case LastAttempt:
		return a.Number > b.Number
	}
	return a.Number < b.Number
}
