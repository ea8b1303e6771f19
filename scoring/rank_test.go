package scoring_test

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"mangxanh/scoring"
)

// edges are numbers that a float or a careless sign would confuse.
var edges = []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, 2, 1 << 53, 1<<53 + 1, math.MaxInt64 - 1, math.MaxInt64}

func drawInt(t *rapid.T, name string) int64 {
	return rapid.OneOf(rapid.SampledFrom(edges), rapid.Int64Range(-2, 2), rapid.Int64()).Draw(t, name)
}

func drawLine(t *rapid.T) scoring.Line {
	return scoring.Line{
		Person: rapid.StringMatching(`p[0-9]{1,3}`).Draw(t, "person"),
		Score:  drawInt(t, "score"), Correct: int(drawInt(t, "correct")), Duration: drawInt(t, "duration"),
		SubmittedAt: drawInt(t, "submitted"), Perfect: int(drawInt(t, "perfect")),
		Prediction: drawInt(t, "prediction"), HasPrediction: rapid.Bool().Draw(t, "predicted"),
	}
}

func drawChain(t *rapid.T) scoring.Chain {
	keys := rapid.Permutation(slices.Clone(scoring.RankKeys)).Draw(t, "keys")
	return scoring.Chain(keys[:rapid.IntRange(1, len(keys)).Draw(t, "length")])
}

func drawTarget(t *rapid.T) scoring.Target {
	return scoring.Target{Value: drawInt(t, "target"), Known: rapid.Bool().Draw(t, "known")}
}

// oracle compares two lines by one key with numbers of any size, apart from the bytes that the package makes.
func oracle(k scoring.RankKey, a, b scoring.Line, t scoring.Target) int {
	n := func(v int64) *big.Int { return big.NewInt(v) }
	switch k {
	case scoring.ByScore:
		return n(b.Score).Cmp(n(a.Score))
	case scoring.ByCorrect:
		return n(int64(b.Correct)).Cmp(n(int64(a.Correct)))
	case scoring.ByDuration:
		return n(a.Duration).Cmp(n(b.Duration))
	case scoring.BySubmittedAt:
		return n(a.SubmittedAt).Cmp(n(b.SubmittedAt))
	case scoring.ByPerfect:
		return n(int64(b.Perfect)).Cmp(n(int64(a.Perfect)))
	}
	if !t.Known || !a.HasPrediction && !b.HasPrediction {
		return 0
	}
	if a.HasPrediction != b.HasPrediction {
		return map[bool]int{true: -1, false: 1}[a.HasPrediction]
	}
	away := func(l scoring.Line) *big.Int {
		d := new(big.Int).Sub(n(l.Prediction), n(t.Value))
		return d.Abs(d)
	}
	return away(a).Cmp(away(b))
}

// TestKeyOrderIsRankOrder fails when a key is packed into a float, when a sign is not flipped, or when a distance
// overflows.
func TestKeyOrderIsRankOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, target := drawChain(t), drawTarget(t)
		a, b := drawLine(t), drawLine(t)
		if rapid.Bool().Draw(t, "alike") { // so that later keys get to decide
			person := b.Person
			b = a
			b.Person, b.SubmittedAt = person, drawInt(t, "submitted again")
		}
		want, decided := 0, scoring.RankKey("")
		for _, k := range c {
			if want = oracle(k, a, b, target); want != 0 {
				decided = k
				break
			}
		}
		if got := c.Compare(a, b, target); got != want {
			t.Fatalf("compare: got %d, want %d", got, want)
		}
		if got := bytes.Compare(c.Key(a, target), c.Key(b, target)); got != want {
			t.Fatalf("keys: got %d, want %d", got, want)
		}
		if len(c.Key(a, target)) != c.Width() {
			t.Fatalf("key of %d bytes, width %d", len(c.Key(a, target)), c.Width())
		}
		if key, ahead := scoring.Why(c, a, b, target); key != decided || ahead != want {
			t.Fatalf("why: got %q %d, want %q %d", key, ahead, decided, want)
		}
	})
}

func TestRank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, target := drawChain(t), drawTarget(t)
		lines := rapid.SliceOfNDistinct(rapid.Custom(drawLine), 0, 12, func(l scoring.Line) string { return l.Person }).Draw(t, "lines")
		for i := range lines { // many ties
			if i > 0 && rapid.Bool().Draw(t, "tie") {
				person := lines[i].Person
				lines[i] = lines[i-1]
				lines[i].Person = person
			}
		}
		given := slices.Clone(lines)
		standings := scoring.Rank(c, target, []byte("seed"), lines)
		if !slices.Equal(lines, given) || len(standings) != len(lines) {
			t.Fatal("the lines were changed")
		}
		for i, s := range standings {
			before := 0
			for _, l := range lines {
				if c.Compare(l, s.Line, target) < 0 {
					before++
				}
			}
			if s.Rank != before+1 {
				t.Fatalf("%s has rank %d with %d people before", s.Line.Person, s.Rank, before)
			}
			if i == 0 {
				continue
			}
			last := standings[i-1]
			tie := bytes.Compare(scoring.TieKey([]byte("seed"), last.Line.Person), scoring.TieKey([]byte("seed"), s.Line.Person))
			if d := c.Compare(last.Line, s.Line, target); d > 0 || d == 0 && tie > 0 {
				t.Fatalf("%s stands before %s", last.Line.Person, s.Line.Person)
			}
		}
		shuffled := rapid.Permutation(lines).Draw(t, "shuffled")
		if !slices.Equal(scoring.Rank(c, target, []byte("seed"), shuffled), standings) {
			t.Fatal("the order of the arguments shows in the result")
		}
	})
}

func TestSharedRanks(t *testing.T) {
	lines := []scoring.Line{{Person: "a", Score: 700}, {Person: "b", Score: 850}, {Person: "c", Score: 900}, {Person: "d", Score: 850}}
	ranks := map[string]int{}
	for _, s := range scoring.Rank(scoring.Chain{scoring.ByScore}, scoring.Target{}, nil, lines) {
		ranks[s.Line.Person] = s.Rank
	}
	if got := fmt.Sprint(ranks); got != "map[a:4 b:2 c:1 d:2]" {
		t.Error(got)
	}
}

// TestTieKeyIsNotText: the order inside a rank must depend on the seed and not follow the person's text.
func TestTieKeyIsNotText(t *testing.T) {
	order := func(seed string) (people []string) {
		lines := make([]scoring.Line, 20)
		for i := range lines {
			lines[i].Person = fmt.Sprintf("person-%02d", i)
		}
		for _, s := range scoring.Rank(scoring.DefaultChain(true), scoring.Target{}, []byte(seed), lines) {
			people = append(people, s.Line.Person)
		}
		return people
	}
	one, other := order("one contest"), order("another")
	if slices.IsSorted(one) || slices.IsSorted(other) || slices.Equal(one, other) {
		t.Errorf("%v\n%v", one, other)
	}
}

func TestPredictionDecidesOnlyOnceTheTargetIsKnown(t *testing.T) {
	c := scoring.DefaultChain(true)
	under := scoring.Line{Score: 900, Prediction: 480, HasPrediction: true, Duration: 9}
	over := scoring.Line{Score: 900, Prediction: 520, HasPrediction: true, Duration: 5}
	none := scoring.Line{Score: 900, Duration: 1}
	for _, step := range []struct {
		name   string
		a, b   scoring.Line
		target scoring.Target
		key    scoring.RankKey
		ahead  int
	}{
		{"unknown: duration decides", none, under, scoring.Target{Value: 480}, scoring.ByDuration, -1},
		{"without a prediction last", none, under, scoring.Target{Value: 9999, Known: true}, scoring.ByPrediction, 1},
		{"over and under alike", under, over, scoring.Target{Value: 500, Known: true}, scoring.ByDuration, 1},
		{"nearer first", under, over, scoring.Target{Value: 499, Known: true}, scoring.ByPrediction, -1},
	} {
		if key, ahead := scoring.Why(c, step.a, step.b, step.target); key != step.key || ahead != step.ahead {
			t.Errorf("%s: got %q %d", step.name, key, ahead)
		}
	}
}

func TestChainValidate(t *testing.T) {
	for _, c := range []scoring.Chain{nil, {"name"}, {scoring.ByScore, scoring.ByScore}} {
		if c.Validate() == nil {
			t.Errorf("%v is accepted", c)
		}
	}
	for _, c := range []scoring.Chain{scoring.DefaultChain(true), scoring.DefaultChain(false), scoring.RankKeys} {
		if err := c.Validate(); err != nil {
			t.Error(err)
		}
	}
}

func BenchmarkKey(b *testing.B) {
	c, l := scoring.DefaultChain(true), scoring.Line{Score: 900, Duration: 61_000_000, SubmittedAt: 1 << 50}
	for b.Loop() {
		c.Key(l, scoring.Target{})
	}
}
