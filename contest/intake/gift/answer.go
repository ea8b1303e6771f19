package gift

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/scoring"
)

func number(s string) float64 {
	n, _ := strconv.ParseFloat(s, 64) // the form was checked
	return n
}

// choice reads options, of which one or several are right. Without "=" several
// may be chosen, and those that earn something are right.
func (q *question) choice(s string) {
	v := &q.item.Version
	v.Type = scoring.Single
	if !strings.Contains(s, "=") {
		v.Type = scoring.Multiple
	}
	texts := []fragment.Text{}
	credits := []float64{}
	for i, part := range split(s, "~=") {
		if i == 0 && part[0] != '~' && part[0] != '=' {
			q.item.Add(item.Error, "option_a", "text_before_answers", "text stands before the first answer; it was left out", map[string]string{"text": item.Clip(unescaped(part))})
			continue
		}
		a := answerOf(part)
		t := q.formatted(a.text)
		texts = append(texts, t)
		right := a.weight >= 100 || v.Type == scoring.Multiple && a.weight > 0
		if right {
			v.Key.Choices = append(v.Key.Choices, len(texts)-1)
		}
		if a.weight > 0 {
			credits = append(credits, a.weight)
		}
		q.feedback(t.Plain(), right, a.feedback)
	}
	q.uneven(credits)
	v.Options = make([]bank.Option, len(texts))
	for i, t := range texts {
		q.set.Line(t, &v.Options[i].Text)
	}
}

// uneven says when answers were worth different shares, which we do not keep.
func (q *question) uneven(credits []float64) {
	for _, c := range credits {
		if c-credits[0] > 0.01 || credits[0]-c > 0.01 {
			q.item.Add(item.Warning, "key", "weights_left_out", "the answers are worth different shares in the file; here the contest's rules say what a part is worth", nil)
			return
		}
	}
}

// matching reads pairs. What stands without a partner on the left is there to
// mislead.
func (q *question) matching(s string) {
	v := &q.item.Version
	v.Type = scoring.Matching
	known := map[string]int{}
	var lefts []fragment.Text
	for _, part := range split(s, "=") {
		left, right, ok := strings.Cut(strings.TrimPrefix(part, "="), "->")
		if !ok || part[0] != '=' {
			q.item.Add(item.Error, "key", "bad_pair", "an answer is not written as a pair: left -> right", map[string]string{"text": item.Clip(unescaped(part))})
			continue
		}
		right = strings.Join(strings.Fields(unescaped(right)), " ")
		at, seen := known[right]
		if !seen {
			at = len(v.Matches)
			known[right] = at
			v.Matches = append(v.Matches, right)
		}
		if t := q.formatted(left); !t.Empty() {
			lefts = append(lefts, t)
			v.Key.Choices = append(v.Key.Choices, at)
		}
	}
	v.Options = make([]bank.Option, len(lefts))
	for i, t := range lefts {
		q.set.Line(t, &v.Options[i].Text)
	}
	for i := range v.Matches {
		q.set.Line(fragment.Literal(v.Matches[i]), &v.Matches[i])
	}
}

// shortText reads accepted answers.
func (q *question) shortText(s string) {
	v := &q.item.Version
	v.Type = scoring.ShortText
	for i, part := range split(s, "=") {
		if i == 0 && part[0] != '=' {
			part = "=" + part // as written by hand
		}
		a := answerOf(part)
		_, text := formatOf(a.text, "")
		text = strings.Join(strings.Fields(unescaped(text)), " ")
		q.feedback(text, a.weight >= 100, a.feedback)
		switch {
		case text == "*" || a.weight <= 0: // says what to answer to all others
		case a.weight < 100:
			q.item.Add(item.Warning, "key", "partial_answer_left_out", "an answer that earns only a part was left out", map[string]string{"text": item.Clip(text)})
		default:
			if wild(text) {
				q.item.Add(item.Error, "key", "wildcard_answer", "a star stands for any letters in this answer, which is not known here; write the accepted answers out", map[string]string{"text": item.Clip(text)})
			}
			v.Key.Texts = append(v.Key.Texts, strings.ReplaceAll(text, `\*`, "*"))
		}
	}
}

// wild reports whether a star stands for other letters.
func wild(s string) bool { return strings.Contains(strings.ReplaceAll(s, `\*`, ""), "*") }

// number reads a number with its tolerance, or a range.
func (q *question) number(s string) {
	v := &q.item.Version
	v.Type = scoring.Number
	if at := strings.IndexByte(s, '~'); at >= 0 {
		_, feedback, _ := strings.Cut(s[at:], "#")
		q.feedback("*", false, feedback)
		s = s[:at]
	}
	right := 0
	for _, part := range split(s, "=") {
		a := answerOf("=" + strings.TrimPrefix(part, "="))
		if a.weight <= 0 {
			continue
		}
		value, tolerance := valueOf(strings.TrimSpace(unescaped(a.text)))
		q.feedback(value, a.weight >= 100, a.feedback)
		if a.weight < 100 {
			q.item.Add(item.Warning, "key", "partial_answer_left_out", "an answer that earns only a part was left out", map[string]string{"text": item.Clip(value)})
			continue
		}
		if right++; right == 1 {
			v.Key.Value, v.Key.Tolerance = value, tolerance
		} else {
			q.item.Add(item.Error, "key", "several_numbers", "the file accepts several numbers; only the first was taken", map[string]string{"text": item.Clip(value)})
		}
	}
}

var decimalForm = regexp.MustCompile(`^[-+]?[0-9]{1,30}(?:\.[0-9]{0,30})?$`)

// valueOf reads "3:0.1", "1..5" and "3". What is no number is returned as it
// stands, for the check to say so.
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
		middle := new(big.Rat).Add(a, b)
		width := new(big.Rat).Sub(b, a)
		return written(middle.Quo(middle, two)), written(width.Quo(width, two))
	}
	value, tolerance, _ = strings.Cut(s, ":")
	return tidyNumber(value), tidyNumber(tolerance)
}

func decimal(s string) (*big.Rat, bool) {
	if s = strings.TrimSpace(s); !decimalForm.MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// tidyNumber writes a number without what nobody would type.
func tidyNumber(s string) string {
	s = strings.TrimSpace(s)
	if n, ok := decimal(s); ok && (strings.HasSuffix(s, ".") || strings.HasPrefix(s, "+") || strings.HasPrefix(s, ".")) {
		return written(n)
	}
	return s
}

// written is a number as a decimal, exactly: halves of decimals end.
func written(n *big.Rat) string {
	s := n.FloatString(32)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

var orderingHead = regexp.MustCompile(`^\s*[0-9]*(?:\s+(?:[A-Z][A-Z_]+|none|abc|ABCD|iii|IIII|[0-9]+))*\s*$`)

// ordering reads lines in their right order. The first line says how many are
// shown and how they are marked, which the contest's rules say here.
func (q *question) ordering(s string) {
	v := &q.item.Version
	v.Type = scoring.Ordering
	head, rest, _ := strings.Cut(s, "\n")
	if !orderingHead.MatchString(head) {
		rest = s
	}
	var texts []fragment.Text
	for l := range strings.Lines(rest) {
		if l = strings.TrimSpace(l); l != "" && len(texts) < maxAnswers {
			v.Key.Choices = append(v.Key.Choices, len(texts))
			texts = append(texts, q.formatted(l))
		}
	}
	v.Options = make([]bank.Option, len(texts))
	for i, t := range texts {
		q.set.Line(t, &v.Options[i].Text)
	}
}
