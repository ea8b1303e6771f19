package scoring

import (
	"errors"
	"fmt"
)

// Type names what kind of answer a question wants.
type Type string

// The question types. Scenario is a single choice told as a story, HotOption a single choice among pictures. Matching
// finds the partner of each listed option, Cloze fills each gap of a text from the gap's own choices. Prediction is
// asked but never graded.
const (
	Single     Type = "single"
	TrueFalse  Type = "true_false"
	Multiple   Type = "multiple"
	Ordering   Type = "ordering"
	Scenario   Type = "scenario"
	ShortText  Type = "short_text"
	Number     Type = "number"
	Matching   Type = "matching"
	Cloze      Type = "cloze"
	HotOption  Type = "hot_option"
	Prediction Type = "prediction"
)

// Types lists every type, in the order in which an author is offered them.
var Types = []Type{Single, TrueFalse, Multiple, Ordering, Scenario, Matching, Cloze, HotOption, ShortText, Number, Prediction}

// Known reports whether t is one of Types.
func (t Type) Known() bool {
	for _, k := range Types {
		if t == k {
			return true
		}
	}
	return false
}

// OneChoice reports whether t is answered by choosing exactly one option.
func (t Type) OneChoice() bool {
	return t == Single || t == TrueFalse || t == Scenario || t == HotOption
}

// HasOptions reports whether t is answered by naming listed options.
func (t Type) HasOptions() bool { return t.OneChoice() || t == Multiple || t == Ordering }

// Placed reports whether t is answered place by place, each from a list of its own: the options of a matching, the gaps
// of a cloze.
func (t Type) Placed() bool { return t == Matching || t == Cloze }

// Graded reports whether an answer of type t can earn marks.
func (t Type) Graded() bool { return t != Prediction }

// Key describes the right answer. Option indexes are stable: they count from 0 in the question version as it was
// written, whatever order a paper shows.
type Key struct {
	// Choices is one index (single, true_false, scenario, hot_option), the set of right ones (multiple), all of them
	// from first to last (ordering), or for each place the index in that place's list (matching, cloze).
	Choices []int
	// Texts are the accepted answers of a short_text question.
	Texts []string
	// Value is the right number as a decimal string, Tolerance how far an answer may be from it ("" is "0").
	Value, Tolerance string
}

// Question is the part of a question version that grading needs.
type Question struct {
	Type    Type
	Options int   // how many options the version lists
	Sizes   []int // matching and cloze: how much there is to choose from at each place
	Marks   int64 // what a right answer earns, in hundredths of a point
	Key     Key
}

// MaxMarks is the largest number of marks one question may carry: large enough for anything, small enough that no
// product of marks and options overflows.
const MaxMarks = 1_000_000_000

// Validate says what is wrong with a question that cannot be graded, and nil for one that can.
func (q Question) Validate() error {
	if !q.Type.Known() {
		return fmt.Errorf("unknown question type %q", q.Type)
	}
	if q.Marks < 0 || q.Marks > MaxMarks {
		return fmt.Errorf("marks %d outside 0..%d", q.Marks, int64(MaxMarks))
	}
	if q.Type.HasOptions() {
		return q.validateChoices()
	}
	if q.Type.Placed() {
		return q.validatePlaces()
	}
	switch q.Type {
	case ShortText:
		if len(q.Key.Texts) == 0 {
			return errors.New("no accepted text")
		}
	case Number:
		if _, ok := parseDecimal(q.Key.Value); !ok {
			return errors.New("key is not a decimal number")
		}
		if t, ok := tolerance(q.Key.Tolerance); !ok || t.Sign() < 0 {
			return errors.New("tolerance is not a decimal number of at least 0")
		}
	}
	return nil
}

func (q Question) validateChoices() error {
	if !distinctWithin(q.Key.Choices, q.Options) {
		return errors.New("key names an option twice or one that does not exist")
	}
	switch n := len(q.Key.Choices); {
	case q.Type.OneChoice() && n != 1:
		return fmt.Errorf("key of a %s question names %d options", q.Type, n)
	case q.Type == Multiple && n == 0:
		return errors.New("key names no option")
	case q.Type == Ordering && (n != q.Options || n < 2):
		return errors.New("key does not order all the options")
	}
	return nil
}

func (q Question) validatePlaces() error {
	switch {
	case len(q.Sizes) == 0:
		return errors.New("nothing to fill in")
	case len(q.Key.Choices) != len(q.Sizes):
		return fmt.Errorf("key fills %d of %d places", len(q.Key.Choices), len(q.Sizes))
	case !placedWithin(q.Key.Choices, q.Sizes, 0):
		return errors.New("key names a choice that does not exist")
	}
	return nil
}

// placedWithin reports whether there is one choice for each place, from least to the end of the place's list.
func placedWithin(choices, sizes []int, least int) bool {
	if len(choices) != len(sizes) {
		return false
	}
	for i, c := range choices {
		if c < least || c >= sizes[i] {
			return false
		}
	}
	return true
}

// distinctWithin reports whether all indexes are different and in 0..options-1.
func distinctWithin(indexes []int, options int) bool {
	seen := make(map[int]bool, len(indexes))
	for _, i := range indexes {
		if i < 0 || i >= options || seen[i] {
			return false
		}
		seen[i] = true
	}
	return true
}
