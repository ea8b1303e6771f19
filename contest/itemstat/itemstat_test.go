package itemstat_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mangxanh/contest/itemstat"
)

func answers(t *rapid.T, options int) []itemstat.Answer {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) itemstat.Answer {
		a := itemstat.Answer{Rest: rapid.SampledFrom([]int{itemstat.NoRest, 0, 250, 500, 505, 750, 1000}).Draw(t, "rest")}
		if o := rapid.IntRange(-1, options-1).Draw(t, "option"); o >= 0 {
			a.Answered, a.Chosen, a.Right = true, []int{o}, o == 0
			a.Timed, a.Spent = rapid.Bool().Draw(t, "timed"), time.Duration(rapid.Int64Range(0, int64(5*time.Hour)).Draw(t, "spent"))
		}
		if a.Right {
			a.Earned = 1000
		}
		return a
	}), 0, 120).Draw(t, "answers")
}

func tallyOf(list []itemstat.Answer) (t itemstat.Tally) {
	for _, a := range list {
		t.Add(a)
	}
	return t
}

var key = itemstat.Key{Options: 3, Right: []int{0}, One: true}

// What the tally says is what the definitions say, person by person.
func TestFiguresAgainstTheDefinitions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := answers(t, 3)
		f := tallyOf(list).Figures(key)
		var compared []itemstat.Answer
		earned := 0
		for _, a := range list {
			earned += a.Earned
			if a.Rest != itemstat.NoRest {
				compared = append(compared, a)
			}
		}
		if f.Served != len(list) || len(list) > 0 && !near(f.Facility.Value, float64(earned)/1000/float64(len(list))) {
			t.Fatalf("served %d, facility %v", f.Served, f.Facility)
		}
		checkMedian(t, f, list)
		right := func(a itemstat.Answer) bool { return a.Right }
		checkFigure(t, "point-biserial", f.PointBiserial, pearson(compared, right), len(compared))
		upper, lower := membership(compared)
		var up, low, upSize float64
		chosenUp := make([]float64, 3)
		for i, a := range compared {
			upSize += upper[i]
			up, low = up+upper[i]*float64(a.Earned), low+lower[i]*float64(a.Earned)
			for _, o := range a.Chosen {
				chosenUp[o] += upper[i]
			}
		}
		if f.Discrimination.Known != (len(compared) >= itemstat.MinCompared) {
			t.Fatalf("%d compared, discrimination known: %v", len(compared), f.Discrimination.Known)
		}
		if f.Discrimination.Known && !near(f.Discrimination.Value, (up-low)/1000/upSize) {
			t.Fatalf("discrimination %v, want %v", f.Discrimination.Value, (up-low)/1000/upSize)
		}
		for o, row := range f.Options {
			did := func(a itemstat.Answer) bool { return slices.Contains(a.Chosen, o) }
			checkFigure(t, "option", row.PointBiserial, pearson(compared, did), len(compared))
			if !near(row.Upper, chosenUp[o]) {
				t.Fatalf("option %d chosen by %v of the upper group, want %v", o, row.Upper, chosenUp[o])
			}
		}
	})
}

func checkMedian(t *rapid.T, f itemstat.Figures, list []itemstat.Answer) {
	var times []time.Duration
	for _, a := range list {
		if a.Timed {
			times = append(times, a.Spent)
		}
	}
	if len(times) != f.Timed {
		t.Fatalf("%d times, want %d", f.Timed, len(times))
	}
	if len(times) == 0 {
		return
	}
	slices.Sort(times)
	want := times[(len(times)-1)/2]
	if off := (f.Median - want).Abs(); off > max(100*time.Millisecond, want/30) {
		t.Fatalf("median %v, want %v", f.Median, want)
	}
}

func checkFigure(t *rapid.T, what string, got itemstat.Figure, want float64, people int) {
	known := people >= itemstat.MinCompared && !math.IsNaN(want)
	if got.Known != known || known && math.Abs(got.Value-want) > 1e-6 {
		t.Fatalf("%s: got %+v, want %v known %v", what, got, want, known)
	}
}

// pearson is the textbook correlation; NaN where one side does not vary.
func pearson(list []itemstat.Answer, did func(itemstat.Answer) bool) float64 {
	n := float64(len(list))
	var mx, my float64
	for _, a := range list {
		mx += float64(a.Rest) / n
		if did(a) {
			my += 1 / n
		}
	}
	var sxy, sxx, syy float64
	some, all, flat := false, true, true
	for _, a := range list {
		y := 0.0
		if did(a) {
			y = 1
		}
		some, all, flat = some || did(a), all && did(a), flat && a.Rest == list[0].Rest
		sxy, sxx, syy = sxy+(float64(a.Rest)-mx)*(y-my), sxx+(float64(a.Rest)-mx)*(float64(a.Rest)-mx), syy+(y-my)*(y-my)
	}
	if !some || all || flat {
		return math.NaN()
	}
	return sxy / math.Sqrt(sxx*syy)
}

// membership is how far each person belongs to the groups: those of one level
// share the places that are left.
func membership(list []itemstat.Answer) (upper, lower []float64) {
	size := itemstat.GroupShare * float64(len(list))
	upper, lower = make([]float64, len(list)), make([]float64, len(list))
	for i, a := range list {
		var above, below, alike float64
		for _, b := range list {
			switch {
			case b.Rest > a.Rest:
				above++
			case b.Rest < a.Rest:
				below++
			default:
				alike++
			}
		}
		upper[i], lower[i] = max(0, min(1, (size-above)/alike)), max(0, min(1, (size-below)/alike))
	}
	return upper, lower
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9*(1+math.Abs(b)) }

// Tallies of parts merge to the tally of the whole, in any order and exactly.
func TestMergingIsCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := answers(t, 4)
		whole := tallyOf(list)
		var merged itemstat.Tally
		merged.Merge(itemstat.Tally{})
		parts := make([]itemstat.Tally, rapid.IntRange(1, 5).Draw(t, "parts"))
		for _, a := range list {
			parts[rapid.IntRange(0, len(parts)-1).Draw(t, "part")].Add(a)
		}
		before := make([]itemstat.Figures, len(parts))
		for i, p := range parts {
			before[i] = p.Figures(key)
		}
		for _, i := range rapid.Permutation([]int{0, 1, 2, 3, 4}).Draw(t, "order") {
			if i < len(parts) {
				merged.Merge(parts[i])
			}
		}
		if len(list) > 0 && !reflect.DeepEqual(canonical(merged), canonical(whole)) {
			t.Fatalf("merged %+v, want %+v", merged, whole)
		}
		for i, p := range parts {
			if !reflect.DeepEqual(before[i], p.Figures(key)) {
				t.Fatal("merging changed a part")
			}
		}
	})
}

// canonical takes zeros off the ends of the counts by option.
func canonical(t itemstat.Tally) itemstat.Tally {
	for rest, l := range t.Levels {
		for len(l.Chosen) > 0 && l.Chosen[len(l.Chosen)-1] == 0 {
			l.Chosen = l.Chosen[:len(l.Chosen)-1]
		}
		if len(l.Chosen) == 0 {
			l.Chosen = nil
		}
		t.Levels[rest] = l
	}
	return t
}

// class answers a question of four options, of which truth is right: people are
// right more often the more they know, else they guess.
func class(r *rand.Rand, people, truth int) (t itemstat.Tally) {
	for range people {
		knows := r.Float64()
		choice := r.IntN(4)
		if r.Float64() < knows {
			choice = truth
		}
		t.Add(itemstat.Answer{Rest: int(knows * 1000), Answered: true, Chosen: []int{choice}, Right: choice == 0, Earned: 1000 * max(0, 1-choice)})
	}
	return t
}

func TestAlarmFindsAWrongKey(t *testing.T) {
	const seed = 20261124
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	four := itemstat.Key{Options: 4, Right: []int{0}, One: true}
	for range 200 {
		f := class(r, 300, 2).Figures(four)
		if f.Alarm == nil || f.Alarm.Option != 2 || f.Alarm.Key != 0 || f.Alarm.UpperZ < itemstat.Significant {
			t.Fatalf("a key that is wrong goes unseen: %+v", f.Alarm)
		}
	}
	raised := 0
	for range 2000 {
		if class(r, 300, 0).Figures(four).Alarm != nil {
			raised++
		}
	}
	if raised > 0 {
		t.Errorf("%d alarms about 2000 sound keys", raised)
	}
	if f := class(r, itemstat.MinAnswers-1, 2).Figures(four); f.Alarm != nil {
		t.Errorf("an alarm from %d answers", f.Answered)
	}
}

// Where nobody knows anything, alarms are as rare as the threshold says.
func TestAlarmIsRareAmongGuessers(t *testing.T) {
	const seed = 7
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 2))
	raised := 0
	for range 2000 {
		var tally itemstat.Tally
		for range 400 {
			c := r.IntN(4)
			tally.Add(itemstat.Answer{Rest: 50 * r.IntN(20), Answered: true, Chosen: []int{c}, Right: c == 0, Earned: 1000 * max(0, 1-c)})
		}
		if tally.Figures(itemstat.Key{Options: 4, Right: []int{0}, One: true}).Alarm != nil {
			raised++
		}
	}
	if raised > 12 { // three wrong options, one in a thousand each
		t.Errorf("%d alarms in 2000", raised)
	}
}

func TestSpent(t *testing.T) {
	start := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	at := func(q, s int) itemstat.Change {
		return itemstat.Change{Question: q, At: start.Add(time.Duration(s) * time.Second)}
	}
	for name, c := range map[string]struct {
		changes []itemstat.Change
		want    map[int]time.Duration
	}{
		"one after the other":        {[]itemstat.Change{at(0, 10), at(1, 25)}, map[int]time.Duration{0: 10 * time.Second, 1: 15 * time.Second}},
		"out of order in the list":   {[]itemstat.Change{at(1, 25), at(0, 10)}, map[int]time.Duration{0: 10 * time.Second, 1: 15 * time.Second}},
		"a second thought adds up":   {[]itemstat.Change{at(0, 10), at(1, 25), at(0, 30)}, map[int]time.Duration{0: 15 * time.Second, 1: 15 * time.Second}},
		"together cannot be told":    {[]itemstat.Change{at(0, 10), at(1, 40), at(2, 40), at(3, 45)}, map[int]time.Duration{0: 10 * time.Second, 3: 5 * time.Second}},
		"blurred once is blurred":    {[]itemstat.Change{at(0, 10), at(0, 40), at(2, 40)}, map[int]time.Duration{}},
		"the same twice in a moment": {[]itemstat.Change{at(0, 10), at(0, 10)}, map[int]time.Duration{0: 10 * time.Second}},
		"nothing":                    {nil, map[int]time.Duration{}},
	} {
		if got := itemstat.Spent(start, c.changes); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestRestLeavesTheQuestionOut(t *testing.T) {
	tallies := itemstat.Tallies{}
	tallies.Add([]itemstat.Item{
		{VersionID: "a", Answered: true, Right: true, Points: 100, Max: 100, Chosen: []int{1}},
		{VersionID: "b", Answered: true, Points: 50, Max: 200},
		{VersionID: "c", Max: 100},
		{Answered: true},
	})
	for version, want := range map[string]int{"a": 166, "b": 500, "c": 500} {
		if _, found := tallies[version].Levels[want]; !found || len(tallies[version].Levels) != 1 {
			t.Errorf("%s stands at %v, want %d", version, tallies[version].Levels, want)
		}
	}
	if len(tallies) != 3 {
		t.Errorf("%d questions counted", len(tallies))
	}
	alone := itemstat.Tallies{}
	alone.Add([]itemstat.Item{{VersionID: "a", Max: 100}})
	if _, found := alone["a"].Levels[itemstat.NoRest]; !found {
		t.Error("a paper of one question has a rest")
	}
}
