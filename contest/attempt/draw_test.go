package attempt

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"mangxanh/contest"
	"mangxanh/scoring"
)

// seedOf is the nth of a fixed series of seeds, so that a test that fails once
// fails again.
func seedOf(n int) (s Seed) {
	sum := sha256.Sum256(fmt.Append(nil, "seed ", n))
	copy(s[:], sum[:])
	return s
}

// drawable is a sheet of so many single-choice questions with four options, the
// first right and, when pinned, the last pinned.
func drawable(questions int, pinned bool) *Sheet {
	s := &Sheet{Sitting: &contest.Sitting{Rules: contest.DefaultRules()}, questions: map[int]*Question{}}
	line := contest.PoolLine{Count: 3, Points: 100}
	for i := range questions {
		line.Entries = append(line.Entries, contest.PoolEntry{Position: i, VersionID: fmt.Sprint("v", i)})
		s.questions[i] = &Question{
			VersionID: fmt.Sprint("v", i), Options: make([]json.RawMessage, 4), Pinned: []bool{false, false, false, pinned},
			Graded: scoring.Question{Type: scoring.Single, Options: 4, Marks: 100, Key: scoring.Key{Choices: []int{0}}},
		}
	}
	s.Pool = []contest.PoolLine{line}
	return s
}

// chiSquare is the distance of counts from all being equal.
func chiSquare(counts []int) float64 {
	total := 0
	for _, n := range counts {
		total += n
	}
	want, sum := float64(total)/float64(len(counts)), 0.0
	for _, n := range counts {
		sum += (float64(n) - want) * (float64(n) - want) / want
	}
	return sum
}

// Neither the place of the right option nor the order of its id among the
// others' tells anything, and every question is drawn equally often (rule D3):
// over 10,000 papers no distribution is further from equal than chance makes it
// in one case of a hundred. The planted defect does not shuffle, or names
// options in their written order.
func TestNothingTellsTheRightOption(t *testing.T) {
	const papers = 10_000
	place, rank, drawn := make([]int, 4), make([]int, 4), make([]int, 12)
	s := drawable(12, false)
	for n := range papers {
		seed := seedOf(n)
		p, err := s.Draw("", seed)
		if err != nil {
			t.Fatal(err)
		}
		for i, item := range p.Items {
			drawn[item.Pool]++
			place[slices.Index(item.Options, 0)]++
			d := idsOf(seed, i)
			right, lower := d.option(0), 0
			for o := 1; o < 4; o++ {
				if d.option(o) < right {
					lower++
				}
			}
			rank[lower]++
		}
	}
	for _, c := range []struct {
		name   string
		counts []int
		limit  float64 // chi-square at p = 0.01
	}{{"place", place, 11.34}, {"rank of the id", rank, 11.34}, {"questions", drawn, 24.72}} {
		if x := chiSquare(c.counts); x > c.limit {
			t.Errorf("%s: chi-square %.1f over %.1f: %v", c.name, x, c.limit, c.counts)
		}
	}
	s.Rules.ShuffleOptions = false
	planted := make([]int, 4)
	for n := range papers {
		p, err := s.Draw("", seedOf(n))
		if err != nil {
			t.Fatal(err)
		}
		planted[slices.Index(p.Items[0].Options, 0)]++
	}
	if chiSquare(planted) < 11.34 {
		t.Error("the check does not notice options in their written order")
	}
}

func TestPinnedOptionStaysLast(t *testing.T) {
	s := drawable(12, true)
	for n := range 200 {
		p, err := s.Draw("", seedOf(n))
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range p.Items {
			if item.Options[3] != 3 {
				t.Fatalf("pinned option is shown in order %v", item.Options)
			}
		}
	}
}

// A paper is found whenever there is one, however the lines share versions, and
// no version is drawn twice.
func TestLinesThatShareVersions(t *testing.T) {
	entries := func(ids ...int) (all []contest.PoolEntry) {
		for _, id := range ids {
			all = append(all, contest.PoolEntry{Position: id, VersionID: fmt.Sprint("v", id%10)})
		}
		return all
	}
	s := drawable(20, false)
	s.Pool = []contest.PoolLine{{Count: 2, Entries: entries(0, 1, 2)}, {Count: 1, Entries: entries(10, 11)}, {Count: 1, Entries: entries(13, 4)}}
	for n := range 500 {
		p, err := s.Draw("", seedOf(n))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int]bool{}
		for _, item := range p.Items {
			if seen[item.Pool%10] {
				t.Fatalf("paper %v asks one version twice", p)
			}
			seen[item.Pool%10] = true
		}
	}
	s.Pool = append(s.Pool, contest.PoolLine{Count: 1, Entries: entries(0, 11, 2)})
	if _, err := s.Draw("", seedOf(1)); contest.CodeOf(err) != "no_paper" {
		t.Errorf("an impossible paper: %v", err)
	}
}

func TestPaperIsStoredWhole(t *testing.T) {
	s := drawable(12, false)
	s.Rules.Prediction.On = true
	p, err := s.Draw("", seedOf(5))
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParsePaper(p.String())
	if err != nil || again.String() != p.String() || len(again.Items) != 4 || again.Items[3].Pool != PredictionItem {
		t.Errorf("%q comes back as %q, %v", p, again, err)
	}
	for _, bad := range []string{"x", "-1", "1:?", ":01"} {
		if _, err := ParsePaper(bad); err == nil {
			t.Errorf("ParsePaper(%q) gives no error", bad)
		}
	}
	seed, err := ParseSeed(seedOf(5).String())
	if err != nil || seed != seedOf(5) {
		t.Errorf("seed comes back as %v, %v", seed, err)
	}
}

// The facts kept for an open attempt stay under 500 bytes for a usual paper.
func TestFactsAreSmall(t *testing.T) {
	var p Paper
	for i := range 31 {
		p.Items = append(p.Items, Item{Pool: i})
	}
	f := factsOf(Attempt{AccountID: string(make([]byte, 36)), RoundID: string(make([]byte, 36)), Paper: p})
	size := 16 + 16 + 16 + 24 + 24 + cap(f.pool)*4 + cap(f.hints)*4 + len(f.account) + len(f.round)
	if size > 500 {
		t.Errorf("facts take %d bytes", size)
	}
	at, _ := f.find(idsOf(f.seed, 7).id())
	if none, _ := f.find("aaaaaaaaaa"); at != 7 || none != -1 {
		t.Errorf("question 7 is found at %d, a foreign id at %d", at, none)
	}
}
