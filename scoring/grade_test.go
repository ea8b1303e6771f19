package scoring_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mangxanh/scoring"
)

func choice(i int) *scoring.Response { return &scoring.Response{Choice: i} }
func choices(list ...int) *scoring.Response {
	return &scoring.Response{Choice: scoring.NoChoice, Choices: list}
}
func written(text string) *scoring.Response {
	return &scoring.Response{Choice: scoring.NoChoice, Text: text}
}
func multiple(right ...int) scoring.Question { return listed(scoring.Multiple, 5, right...) }
func ordering(right ...int) scoring.Question { return listed(scoring.Ordering, len(right), right...) }
func shortText(texts ...string) scoring.Question {
	return scoring.Question{Type: scoring.ShortText, Marks: 100, Key: scoring.Key{Texts: texts}}
}

func number(value, tolerance string) scoring.Question {
	return scoring.Question{Type: scoring.Number, Marks: 100, Key: scoring.Key{Value: value, Tolerance: tolerance}}
}

func placed(t scoring.Type, sizes []int, right ...int) scoring.Question {
	q := listed(t, 0, right...)
	q.Sizes = sizes
	return q
}

func listed(t scoring.Type, options int, right ...int) scoring.Question {
	return scoring.Question{Type: t, Options: options, Marks: 100, Key: scoring.Key{Choices: right}}
}

var (
	strict    = scoring.Policy{}
	minus     = scoring.PolicyFor(scoring.PartialRightMinusWrong, nil)
	perOption = scoring.PolicyFor(scoring.PartialPerOption, nil)
)

func TestGrade(t *testing.T) {
	fold := func(s string) string { return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "ò", "o") }
	for _, c := range []struct {
		name     string
		question scoring.Question
		response *scoring.Response
		policy   scoring.Policy
		points   int64
		correct  bool
		answered bool
	}{
		{"single right", listed(scoring.Single, 4, 2), choice(2), strict, 100, true, true},
		{"single wrong", listed(scoring.Single, 4, 2), choice(0), strict, 0, false, true},
		{"single never answered", listed(scoring.Single, 4, 0), nil, strict, 0, false, false},
		{"single cleared", listed(scoring.Single, 4, 0), choice(scoring.NoChoice), strict, 0, false, false},
		{"single out of range", listed(scoring.Single, 4, 2), choice(4), strict, 0, false, true},
		{"true_false", listed(scoring.TrueFalse, 2, 1), choice(1), strict, 100, true, true},
		{"scenario", listed(scoring.Scenario, 3, 0), choice(0), minus, 100, true, true},

		{"multiple right in any order", multiple(0, 2, 3), choices(3, 0, 2), strict, 100, true, true},
		{"multiple missing one", multiple(0, 2, 3), choices(0, 2), strict, 0, false, true},
		{"multiple one too many", multiple(0, 2), choices(0, 2, 4), strict, 0, false, true},
		{"multiple empty", multiple(0, 2), choices(), perOption, 0, false, false},
		{"multiple one twice", multiple(0, 2), choices(0, 0), minus, 0, false, true},
		{"minus: two of three", multiple(0, 2, 3), choices(0, 2), minus, 66, false, true},
		{"minus: two of three, one wrong", multiple(0, 2, 3), choices(0, 2, 1), minus, 33, false, true},
		{"minus: never below nothing", multiple(0), choices(1, 2), minus, 0, false, true},
		{"minus: everything chosen", multiple(0, 1, 2), choices(0, 1, 2, 3, 4), minus, 33, false, true},
		{"per option: one missed", multiple(0, 2, 3), choices(0, 2), perOption, 80, false, true},
		{"per option: all wrong", multiple(0, 1), choices(2, 3, 4), perOption, 0, false, true},

		{"ordering right", ordering(1, 3, 0, 2), choices(1, 3, 0, 2), strict, 100, true, true},
		{"ordering wrong", ordering(1, 3, 0, 2), choices(1, 3, 2, 0), strict, 0, false, true},
		{"pairs: one of three", ordering(1, 3, 0, 2), choices(1, 3, 2, 0), minus, 33, false, true},
		{"pairs: moved as a block", ordering(1, 3, 0, 2), choices(0, 2, 1, 3), perOption, 66, false, true},
		{"pairs: backwards", ordering(1, 3, 0, 2), choices(2, 0, 3, 1), minus, 0, false, true},
		{"ordering incomplete", ordering(1, 3, 0, 2), choices(1, 3), minus, 0, false, true},

		{"hot option", listed(scoring.HotOption, 3, 1), choice(1), strict, 100, true, true},
		{"matching right", placed(scoring.Matching, []int{4, 4, 4}, 3, 0, 0), choices(3, 0, 0), strict, 100, true, true},
		{"matching one pair wrong", placed(scoring.Matching, []int{4, 4, 4}, 3, 0, 1), choices(3, 0, 2), strict, 0, false, true},
		{"pairs: two of three", placed(scoring.Matching, []int{4, 4, 4}, 3, 0, 1), choices(3, 0, 2), minus, 66, false, true},
		{"pairs: one chosen so far", placed(scoring.Matching, []int{4, 4, 4}, 3, 0, 1), choices(-1, 0, -1), perOption, 33, false, true},
		{"pairs: beyond the list", placed(scoring.Matching, []int{4, 4, 4}, 3, 0, 1), choices(3, 0, 4), perOption, 0, false, true},
		{"pairs: one place too few", placed(scoring.Matching, []int{4, 4, 4}, 3, 0, 1), choices(3, 0), perOption, 0, false, true},
		{"cloze right", placed(scoring.Cloze, []int{2, 5}, 1, 4), choices(1, 4), strict, 100, true, true},
		{"cloze half", placed(scoring.Cloze, []int{2, 5}, 1, 4), choices(1, 0), perOption, 50, false, true},
		{"cloze: a choice of the other gap", placed(scoring.Cloze, []int{2, 5}, 1, 4), choices(4, 4), perOption, 0, false, true},
		{"cloze nothing chosen", placed(scoring.Cloze, []int{2, 5}, 1, 4), choices(-1, -1), perOption, 0, false, false},

		{"text plain", shortText("Luật An ninh mạng"), written("  luật  an ninh MẠNG "), strict, 100, true, true},
		{"text second accepted", shortText("111", "một một một"), written("Một một một"), strict, 100, true, true},
		{"text folded by the caller", shortText("hoa binh"), written("Hòa Binh"), scoring.Policy{Fold: fold}, 100, true, true},
		{"text wrong", shortText("111"), written("113"), strict, 0, false, true},
		{"text blank", shortText(""), written("  "), strict, 0, false, false},

		{"number comma", number("8.75", ""), written("8,75"), strict, 100, true, true},
		{"number written longer", number("111", "0"), written("111,000"), strict, 100, true, true},
		{"number at the tolerance", number("0.3", "0.1"), written("0,4"), strict, 100, true, true},
		{"number just beyond", number("0.3", "0.1"), written("0.40000000000000000001"), strict, 0, false, true},
		{"number below zero", number("-2,5", "0,5"), written("\u22123"), strict, 100, true, true},
		{"number no number", number("1", ""), written("1e0"), strict, 0, false, true},

		{"prediction", scoring.Question{Type: scoring.Prediction, Marks: 100}, written("500"), strict, 0, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := scoring.Grade(c.question, c.response, c.policy)
			if m.Points != c.points || m.Correct != c.correct || m.Answered != c.answered {
				t.Errorf("got %+v, want %d points, correct %v, answered %v", m, c.points, c.correct, c.answered)
			}
		})
	}
}

func TestNumbersAreReadExactly(t *testing.T) {
	for text, fits := range map[string]bool{
		"1": true, "-1": true, "+1,5": true, "0.000000000000000000000000001": true, " 7 ": true,
		"": true, ".5": false, "5.": false, "1.000.000": false, "1,2,3": false, "1,5.2": false, "0x10": false, "1/2": false,
		"1e3": false, "1_000": false, "--1": false, "5\u22123": false, "١": false, "Inf": false, "NaN": false,
		strings.Repeat("9", 41): false,
	} {
		if got := written(text).Fits(number("1", "")); got != fits {
			t.Errorf("%q fits: %v, want %v", text, got, fits)
		}
	}
}

func TestPredictions(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, " 592810 ": 592810, "1000000000000": 1_000_000_000_000} {
		if got, ok := scoring.ParsePrediction(text); !ok || got != want {
			t.Errorf("%q: got %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "-1", "+1", "1,5", "592.810", "1000000000001", "99999999999999999999", "many"} {
		if got, ok := scoring.ParsePrediction(text); ok {
			t.Errorf("%q was read as %d", text, got)
		}
	}
}

func TestQuestionValidate(t *testing.T) {
	for name, q := range map[string]scoring.Question{
		"unknown type":       {Type: "essay"},
		"negative marks":     {Type: scoring.Prediction, Marks: -1},
		"no key":             listed(scoring.Single, 4),
		"two keys":           listed(scoring.Single, 4, 1, 2),
		"key out of range":   listed(scoring.TrueFalse, 2, 2),
		"key twice":          multiple(1, 1),
		"nothing right":      multiple(),
		"half an order":      listed(scoring.Ordering, 4, 0, 1),
		"nothing to match":   placed(scoring.Matching, nil),
		"a pair too few":     placed(scoring.Matching, []int{3, 3}, 1),
		"a gap left open":    placed(scoring.Cloze, []int{3, 3}, 1, -1),
		"beyond the gap":     placed(scoring.Cloze, []int{3, 2}, 1, 2),
		"no text":            shortText(),
		"no number":          number("many", ""),
		"negative tolerance": number("1", "-1"),
	} {
		if q.Validate() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	for _, q := range []scoring.Question{
		listed(scoring.Scenario, 3, 2), multiple(0, 4), ordering(2, 0, 1), shortText("111"), number("1,5", "0.1"),
		placed(scoring.Matching, []int{3, 3}, 0, 0), placed(scoring.Cloze, []int{2, 6}, 1, 5), listed(scoring.HotOption, 3, 0),
		{Type: scoring.Prediction},
	} {
		if err := q.Validate(); err != nil {
			t.Errorf("%s: %v", q.Type, err)
		}
	}
}

func TestPolicyValidate(t *testing.T) {
	for _, p := range []scoring.Policy{strict, minus, perOption} {
		if err := p.Validate(); err != nil {
			t.Error(err)
		}
	}
	for _, p := range []scoring.Policy{{Multiple: scoring.PartialAdjacentPairs}, {Ordering: scoring.PartialPerOption}, {Multiple: "half"}, {Placed: scoring.PartialPerOption}} {
		if p.Validate() == nil {
			t.Errorf("%+v is accepted", p)
		}
	}
}

func TestSheet(t *testing.T) {
	prediction := scoring.Question{Type: scoring.Prediction}
	paper := []scoring.Answer{
		{listed(scoring.Single, 4, 2), choice(2)}, {multiple(0, 2, 3), choices(0, 2)}, {ordering(0, 1), nil},
		{prediction, written("12")},
	}
	want := scoring.Total{Score: 166, Max: 300, Correct: 1, Graded: 3, Answered: 3}
	if got := scoring.Sheet(paper, minus); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	paper = []scoring.Answer{{listed(scoring.Single, 4, 2), choice(2)}, {prediction, nil}}
	if got := scoring.Sheet(paper, strict); !got.Perfect || got.Correct != 1 {
		t.Errorf("a paper without a fault: %+v", got)
	}
	if got := scoring.Sheet([]scoring.Answer{{prediction, written("12")}}, strict); got.Perfect {
		t.Error("a paper with nothing to get right is not perfect")
	}
}

// TestPartialMarks: whatever is answered, marks stay between nothing and all, all is reached by the right answer alone,
// and one more right choice never costs marks.
func TestPartialMarks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		options := rapid.IntRange(2, 8).Draw(t, "options")
		subset := rapid.Custom(func(t *rapid.T) []int {
			return rapid.Permutation(upTo(options)).Draw(t, "order")[:rapid.IntRange(1, options).Draw(t, "size")]
		})
		q := listed(scoring.Multiple, options, subset.Draw(t, "key")...)
		q.Marks = rapid.Int64Range(0, scoring.MaxMarks).Draw(t, "marks")
		p := rapid.SampledFrom([]scoring.Policy{strict, minus, perOption}).Draw(t, "policy")
		given := subset.Draw(t, "given")
		m := scoring.Grade(q, choices(given...), p)
		right := slices.Equal(slices.Sorted(slices.Values(given)), slices.Sorted(slices.Values(q.Key.Choices)))
		if m.Points < 0 || m.Points > m.Max || m.Correct != right || right != (m.Points == m.Max) && q.Marks >= 8 {
			t.Fatalf("%v for key %v: %+v", given, q.Key.Choices, m)
		}
		for _, c := range q.Key.Choices {
			if !slices.Contains(given, c) {
				if more := scoring.Grade(q, choices(append(slices.Clone(given), c)...), p); more.Points < m.Points {
					t.Fatalf("%v earns %d, with %d besides only %d", given, m.Points, c, more.Points)
				}
			}
		}
	})
}

// TestMarksPlaceByPlace: each place counts alike and for itself, whatever the lists; filling another place rightly never
// costs marks, and all is reached by the right answer alone.
func TestMarksPlaceByPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 9), 1, 10).Draw(t, "sizes")
		fill := func(name string, least int) []int {
			list := make([]int, len(sizes))
			for i, n := range sizes {
				list[i] = rapid.IntRange(least, n-1).Draw(t, name)
			}
			return list
		}
		q := placed(rapid.SampledFrom([]scoring.Type{scoring.Matching, scoring.Cloze}).Draw(t, "type"), sizes, fill("key", 0)...)
		q.Marks = rapid.Int64Range(0, scoring.MaxMarks).Draw(t, "marks")
		given := fill("given", -1)
		right := 0
		for i := range given {
			if given[i] == q.Key.Choices[i] {
				right++
			}
		}
		m := scoring.Grade(q, choices(given...), perOption)
		if want := q.Marks * int64(right) / int64(len(sizes)); m.Points != want || m.Correct != (right == len(sizes)) {
			t.Fatalf("%v for key %v: %+v, want %d", given, q.Key.Choices, m, want)
		}
		if all := scoring.Grade(q, choices(given...), strict); all.Correct != m.Correct || all.Points != 0 && !all.Correct {
			t.Fatalf("all or nothing gives %+v", all)
		}
		if q.Validate() != nil || !choices(given...).Fits(q) {
			t.Fatalf("%v does not fit %+v", given, q)
		}
	})
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}
