// Package quiz builds questions out of what learning platforms write of them:
// answers that earn shares, what is said about each answer, pairs, numbers with
// a tolerance, texts in a row. GIFT and Moodle XML say the same in two ways.
//
// Whatever a question of ours cannot hold becomes a problem of the item. The
// package refuses to know how the formats are written.
package quiz

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/scoring"
)

// MaxAnswers bounds how many answers of one question are worth looking at; far
// fewer are already too many.
const MaxAnswers = 200

// Answer is one answer of a question.
type Answer struct {
	Text     fragment.Text // of an option
	Plain    string        // of a short text or a number
	Weight   float64       // what it earns of a hundred
	Feedback fragment.Text
}

// Pair is one of a matching. Without a left it is there to mislead.
type Pair struct {
	Left  fragment.Text
	Right fragment.Text
}

// Builder builds one item. Finish must be called last.
type Builder struct {
	Item *item.Item
	Set  fragment.Set
	Why  fragment.Text // the explanation so far
}

// Finish writes the texts.
func (b *Builder) Finish() {
	b.Set.Block(b.Why, &b.Item.Version.Explanation)
	b.Set.Settle(b.Item)
}

// says adds what is said about an answer to the explanation.
func (b *Builder) says(answer string, right bool, t fragment.Text) {
	if t.Empty() {
		return
	}
	if !right {
		t = fragment.Labelled("“"+answer+"”:", t)
	}
	b.Why = b.Why.Then(t)
}

// Essay is a question that only people can mark.
func (b *Builder) Essay() {
	b.Item.Version.Type = scoring.ShortText
	b.Item.Add(item.Warning, "type", "essay_as_short_text", "this asks for a free text, which nobody marks here; give the accepted answers or another type", nil)
}

// TrueFalse is a statement to judge; right is 0 when it is true.
func (b *Builder) TrueFalse(right int, ifTrue, ifFalse fragment.Text) {
	v := &b.Item.Version
	v.Type, v.Key.Choices = scoring.TrueFalse, []int{right}
	v.Options = []bank.Option{{Text: "Đúng"}, {Text: "Sai"}}
	said := []fragment.Text{ifTrue, ifFalse}
	for _, answer := range []int{1 - right, right} {
		b.says(v.Options[answer].Text, answer == right, said[answer])
	}
}

// Choice is a question with options. Where one may be chosen those that earn
// everything are right, otherwise those that earn something.
func (b *Builder) Choice(one bool, answers []Answer) {
	v := &b.Item.Version
	v.Type = scoring.Multiple
	if one {
		v.Type = scoring.Single
	}
	var credits []float64
	texts := make([]fragment.Text, len(answers))
	for i, a := range answers {
		texts[i] = a.Text
		right := a.Weight > 99.99 || !one && a.Weight > 0
		if right {
			v.Key.Choices = append(v.Key.Choices, i)
		}
		if a.Weight > 0 {
			credits = append(credits, a.Weight)
		}
		b.says(a.Text.Plain(), right, a.Feedback)
	}
	b.uneven(credits)
	b.options(texts)
}

func (b *Builder) options(texts []fragment.Text) {
	v := &b.Item.Version
	v.Options = make([]bank.Option, len(texts))
	for i, t := range texts {
		b.Set.Line(t, &v.Options[i].Text)
	}
}

// uneven says when answers were worth different shares, which we do not keep.
func (b *Builder) uneven(credits []float64) {
	for _, c := range credits {
		if c-credits[0] > 0.01 || credits[0]-c > 0.01 {
			b.Item.Add(item.Warning, "key", "weights_left_out", "the answers are worth different shares in the file; here the contest's rules say what a part is worth", nil)
			return
		}
	}
}

// Matching is a list of pairs.
func (b *Builder) Matching(pairs []Pair) {
	v := &b.Item.Version
	v.Type = scoring.Matching
	known := map[string]int{}
	var lefts, rights []fragment.Text
	for _, p := range pairs {
		key := p.Right.Key()
		at, seen := known[key]
		if !seen {
			at = len(rights)
			known[key] = at
			rights = append(rights, p.Right)
		}
		if !p.Left.Empty() {
			lefts = append(lefts, p.Left)
			v.Key.Choices = append(v.Key.Choices, at)
		}
	}
	b.options(lefts)
	v.Matches = make([]string, len(rights))
	for i, t := range rights {
		b.Set.Line(t, &v.Matches[i])
	}
}

// Ordering is a list of texts in their right order.
func (b *Builder) Ordering(texts []fragment.Text) {
	v := &b.Item.Version
	v.Type = scoring.Ordering
	for i := range texts {
		v.Key.Choices = append(v.Key.Choices, i)
	}
	b.options(texts)
}

// ShortText is a question with accepted answers. A star in one stands for any
// letters unless a backslash stands before it.
func (b *Builder) ShortText(answers []Answer) {
	v := &b.Item.Version
	v.Type = scoring.ShortText
	for _, a := range answers {
		text := strings.Join(strings.Fields(a.Plain), " ")
		b.says(text, a.Weight > 99.99, a.Feedback)
		switch {
		case text == "*" || a.Weight <= 0: // says what to answer to all others
		case a.Weight < 99.99:
			b.partial(text)
		default:
			if strings.Contains(strings.ReplaceAll(text, `\*`, ""), "*") {
				b.Item.Add(item.Error, "key", "wildcard_answer", "a star stands for any letters in this answer, which is not known here; write the accepted answers out", map[string]string{"text": item.Clip(text)})
			}
			if text = strings.ReplaceAll(text, `\*`, "*"); !slices.Contains(v.Key.Texts, text) {
				v.Key.Texts = append(v.Key.Texts, text)
			}
		}
	}
}

func (b *Builder) partial(text string) {
	b.Item.Add(item.Warning, "key", "partial_answer_left_out", "an answer that earns only a part was left out", map[string]string{"text": item.Clip(text)})
}

// Number is a question for a number, each answer "3:0.1", "1..5" or "3".
func (b *Builder) Number(answers []Answer) {
	v := &b.Item.Version
	v.Type = scoring.Number
	right := 0
	for _, a := range answers {
		value, tolerance := valueOf(strings.TrimSpace(a.Plain))
		b.says(value, a.Weight > 99.99, a.Feedback)
		switch {
		case value == "*" || a.Weight <= 0:
		case a.Weight < 99.99:
			b.partial(value)
		case right > 0:
			b.Item.Add(item.Error, "key", "several_numbers", "the file accepts several numbers; only the first was taken", map[string]string{"text": item.Clip(value)})
		default:
			v.Key.Value, v.Key.Tolerance = value, tolerance
			right++
		}
	}
}

var decimalForm = regexp.MustCompile(`^[-+]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})$`)

// valueOf takes a number and its tolerance apart. What is no number is returned
// as it stands, for the check to say so.
func valueOf(s string) (value, tolerance string) {
	if low, high, ok := strings.Cut(s, ".."); ok {
		a, okA := decimal(low)
		b, okB := decimal(high)
		if !okA || !okB {
			return s, ""
		}
		if a.Cmp(b) > 0 {
			a, b = b, a
		}
		two := big.NewRat(2, 1)
		middle, width := new(big.Rat).Add(a, b), new(big.Rat).Sub(b, a)
		return written(middle.Quo(middle, two)), written(width.Quo(width, two))
	}
	value, tolerance, _ = strings.Cut(s, ":")
	return tidy(value), tidy(tolerance)
}

func decimal(s string) (*big.Rat, bool) {
	if s = strings.TrimSpace(s); !decimalForm.MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// tidy writes a number as people would.
func tidy(s string) string {
	s = strings.TrimSpace(s)
	if n, ok := decimal(s); ok && (s[0] == '+' || s[0] == '.' || strings.HasPrefix(s, "-.") || strings.Contains(s, ".") && strings.HasSuffix(s, "0") || strings.HasSuffix(s, ".")) {
		return written(n)
	}
	return s
}

// written is a number as a decimal, exactly: halves of decimals end.
func written(n *big.Rat) string {
	s := n.FloatString(32)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
