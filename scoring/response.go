package scoring

import (
	"slices"
	"strconv"
	"strings"
)

// NoChoice is the Choice of a response that chooses nothing.
const NoChoice = -1

// Response is what a person answered, in the stable option indexes of Key. Only the field of the question's type
// counts: Choice (one choice), Choices (multiple, ordering; matching and cloze with one for each place, NoChoice where
// none was made yet) or Text (short_text, number, prediction). A nil *Response means that nothing was ever answered;
// note that the zero Choice is the first option.
type Response struct {
	Choice  int
	Choices []int
	Text    string
}

// Answered reports whether r says anything at all to a question of type t.
func (r *Response) Answered(t Type) bool {
	switch {
	case r == nil:
		return false
	case t.OneChoice():
		return r.Choice != NoChoice
	case t.HasOptions():
		return len(r.Choices) > 0
	case t.Placed():
		return slices.ContainsFunc(r.Choices, func(c int) bool { return c != NoChoice })
	}
	return strings.TrimSpace(r.Text) != ""
}

// Fits reports whether r is a possible answer to q: options exist and are named once, an ordering orders all of them,
// every place has a choice from its list or none, numbers are numbers. Saying nothing always fits.
func (r *Response) Fits(q Question) bool {
	if !r.Answered(q.Type) {
		return true
	}
	switch q.Type {
	case Multiple:
		return distinctWithin(r.Choices, q.Options)
	case Ordering:
		return len(r.Choices) == q.Options && distinctWithin(r.Choices, q.Options)
	case Matching, Cloze:
		return placedWithin(r.Choices, q.Sizes, NoChoice)
	case ShortText:
		return true
	case Number:
		_, ok := parseDecimal(r.Text)
		return ok
	case Prediction:
		_, ok := ParsePrediction(r.Text)
		return ok
	}
	return q.Type.OneChoice() && r.Choice >= 0 && r.Choice < q.Options
}

// MaxPrediction bounds a prediction: more than all people on earth.
const MaxPrediction = 1_000_000_000_000

// ParsePrediction reads a prediction: a whole number of people, digits only, at most MaxPrediction.
func ParsePrediction(text string) (int64, bool) {
	text = strings.TrimSpace(text)
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n <= MaxPrediction
}
