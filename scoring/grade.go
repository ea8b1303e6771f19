package scoring

import (
	"fmt"
	"slices"
	"strings"
)

// Partial says how an answer that is neither right nor wrong as a whole earns marks.
type Partial string

// The partial-credit rules. The empty Partial means PartialNone.
const (
	// PartialNone gives all the marks or none.
	PartialNone Partial = "none"
	// PartialRightMinusWrong, for multiple: (right chosen - wrong chosen) / right ones, never below 0.
	PartialRightMinusWrong Partial = "right_minus_wrong"
	// PartialPerOption, for multiple: options judged rightly (chosen if right, left if wrong) / options.
	PartialPerOption Partial = "per_option"
	// PartialAdjacentPairs, for ordering: neighbours that stand one directly after the other as in the key / (options - 1).
	PartialAdjacentPairs Partial = "adjacent_pairs"
	// PartialPerPlace, for matching and cloze: places filled rightly / places.
	PartialPerPlace Partial = "per_place"
)

// Policy is how one round grades. The zero Policy gives all the marks or none and folds texts plainly.
type Policy struct {
	Multiple Partial // none, right_minus_wrong, per_option
	Ordering Partial // none, adjacent_pairs
	Placed   Partial // matching and cloze: none, per_place
	// Fold brings a short text to the form in which two answers are compared; it is applied to the answer and to the
	// accepted texts. Nil trims, joins runs of white space and lowers letters. A caller that stores accepted texts
	// folded gives a Fold that leaves a folded text as it is.
	Fold func(string) string
}

// PolicyFor spells out a rule sheet's one word on partial credit: none, right_minus_wrong or per_option is the rule for
// multiple, and whoever gives partial credit at all gives it to orderings by adjacent pairs and to matchings and gaps
// one by one.
func PolicyFor(credit Partial, fold func(string) string) Policy {
	p := Policy{Multiple: credit, Ordering: PartialAdjacentPairs, Placed: PartialPerPlace, Fold: fold}
	if credit == "" || credit == PartialNone {
		p.Ordering, p.Placed = PartialNone, PartialNone
	}
	return p
}

// Validate says which setting is not one of those that Policy lists.
func (p Policy) Validate() error {
	switch p.Multiple {
	case "", PartialNone, PartialRightMinusWrong, PartialPerOption:
	default:
		return fmt.Errorf("unknown partial credit %q for multiple", p.Multiple)
	}
	switch p.Ordering {
	case "", PartialNone, PartialAdjacentPairs:
	default:
		return fmt.Errorf("unknown partial credit %q for ordering", p.Ordering)
	}
	switch p.Placed {
	case "", PartialNone, PartialPerPlace:
	default:
		return fmt.Errorf("unknown partial credit %q for matching and cloze", p.Placed)
	}
	return nil
}

// Mark is what one answer earned.
type Mark struct {
	Points   int64 // hundredths of a point, 0..Max
	Max      int64
	Correct  bool // wholly right
	Answered bool
	Graded   bool // false for a prediction, which counts neither as right nor as wrong
}

// Grade marks one response; a nil response was never given. A response that does not fit the question earns nothing.
// Partial marks are rounded down to a whole hundredth, so that only a wholly right answer reaches Max.
func Grade(q Question, r *Response, p Policy) Mark {
	m := Mark{Answered: r.Answered(q.Type), Graded: q.Type.Graded()}
	if !m.Graded {
		return m
	}
	m.Max = q.Marks
	if !m.Answered || !r.Fits(q) {
		return m
	}
	num, den := share(q, r, p)
	m.Points = q.Marks * num / den
	m.Correct = num == den
	return m
}

// share is the part of the marks that a fitting answer earned, as a fraction with 0 <= num <= den and den > 0.
func share(q Question, r *Response, p Policy) (num, den int64) {
	switch q.Type {
	case Multiple:
		return multipleShare(q, r, p.Multiple)
	case Ordering:
		return orderingShare(q.Key.Choices, r.Choices, p.Ordering)
	case Matching, Cloze:
		return placedShare(q.Key.Choices, r.Choices, p.Placed)
	case ShortText:
		return whole(accepted(q.Key.Texts, r.Text, p.Fold))
	case Number:
		return whole(within(r.Text, q.Key))
	}
	return whole(len(q.Key.Choices) == 1 && r.Choice == q.Key.Choices[0])
}

func whole(right bool) (num, den int64) {
	if right {
		return 1, 1
	}
	return 0, 1
}

func multipleShare(q Question, r *Response, rule Partial) (num, den int64) {
	right := 0
	for _, c := range r.Choices {
		if slices.Contains(q.Key.Choices, c) {
			right++
		}
	}
	wrong := len(r.Choices) - right
	missed := len(q.Key.Choices) - right
	switch {
	case wrong == 0 && missed == 0:
		return 1, 1
	case rule == PartialRightMinusWrong && len(q.Key.Choices) > 0:
		return int64(max(0, right-wrong)), int64(len(q.Key.Choices))
	case rule == PartialPerOption && q.Options > 0:
		return int64(q.Options - wrong - missed), int64(q.Options)
	}
	return 0, 1
}

func orderingShare(key, given []int, rule Partial) (num, den int64) {
	if slices.Equal(key, given) {
		return 1, 1
	}
	if rule != PartialAdjacentPairs || len(key) < 2 {
		return 0, 1
	}
	after := make(map[int]int, len(key))
	for i := 1; i < len(key); i++ {
		after[key[i-1]] = key[i]
	}
	for i := 1; i < len(given); i++ {
		if next, ok := after[given[i-1]]; ok && next == given[i] {
			num++
		}
	}
	return num, int64(len(key) - 1)
}

func placedShare(key, given []int, rule Partial) (num, den int64) {
	if len(key) != len(given) || len(key) == 0 {
		return 0, 1
	}
	for i, c := range given {
		if c == key[i] {
			num++
		}
	}
	if den = int64(len(key)); rule != PartialPerPlace && num < den {
		num = 0
	}
	return num, den
}

func accepted(texts []string, answer string, fold func(string) string) bool {
	if fold == nil {
		fold = plainFold
	}
	answer = fold(answer)
	return slices.ContainsFunc(texts, func(t string) bool { return fold(t) == answer })
}

func plainFold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
