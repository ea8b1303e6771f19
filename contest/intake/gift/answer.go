package gift

import (
	"regexp"
	"strconv"
	"strings"

	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/quiz"
)

// answers settles type and key by the form of the answers.
func (q *question) answers(s string) {
	plain, _, _ := strings.Cut(s, "#")
	truth := strings.ToUpper(strings.TrimSpace(plain))
	switch {
	case s == "":
		q.Essay()
	case s[0] == '#':
		q.number(s[1:])
	case s[0] == '>':
		q.ordering(s[1:])
	case strings.Contains(s, "~"):
		q.choice(s)
	case strings.Contains(s, "=") && strings.Contains(s, "->"):
		q.matching(s)
	case truth == "T" || truth == "TRUE":
		q.trueFalse(0, s)
	case truth == "F" || truth == "FALSE":
		q.trueFalse(1, s)
	default:
		q.shortText(s)
	}
}

// trueFalse reads "T#said when wrong#said when right".
func (q *question) trueFalse(right int, s string) {
	parts := append(strings.SplitN(s, "#", 3), "", "")
	said := [2]fragment.Text{}
	said[1-right], said[right] = q.formatted(parts[1]), q.formatted(parts[2])
	q.TrueFalse(right, said[0], said[1])
}

// split takes answers apart before each of the signs.
func split(s, signs string) []string {
	var out []string
	for len(s) > 0 && len(out) < quiz.MaxAnswers {
		next := strings.IndexAny(s[1:], signs)
		if next < 0 {
			next = len(s) - 1
		}
		if strings.TrimSpace(s[:next+1]) != "" {
			out = append(out, strings.TrimSpace(s[:next+1]))
		}
		s = s[next+1:]
	}
	return out
}

var weightForm = regexp.MustCompile(`^%(-?[0-9]{1,3}(?:\.[0-9]{0,9})?)%`)

// answer reads one answer; text is what was written of it.
func (q *question) answer(s string) (a quiz.Answer, text string) {
	if rest, right := strings.CutPrefix(s, "="); right {
		s, a.Weight = rest, 100
	} else {
		s = strings.TrimPrefix(s, "~")
	}
	if m := weightForm.FindStringSubmatch(s); m != nil {
		a.Weight, _ = strconv.ParseFloat(m[1], 64) // its form was checked
		s = s[len(m[0]):]
	}
	text, feedback, _ := strings.Cut(s, "#")
	a.Feedback = q.formatted(feedback)
	return a, text
}

// choice reads options. Without "=" several may be chosen.
func (q *question) choice(s string) {
	var answers []quiz.Answer
	for i, part := range split(s, "~=") {
		if i == 0 && part[0] != '~' && part[0] != '=' {
			q.Item.Add(item.Error, "option_a", "text_before_answers", "text stands before the first answer; it was left out", map[string]string{"text": item.Clip(unescaped(part))})
			continue
		}
		a, text := q.answer(part)
		a.Text = q.formatted(text)
		answers = append(answers, a)
	}
	q.Choice(strings.Contains(s, "="), answers)
}

// matching reads pairs.
func (q *question) matching(s string) {
	var pairs []quiz.Pair
	for _, part := range split(s, "=") {
		left, right, ok := strings.Cut(strings.TrimPrefix(part, "="), "->")
		if !ok || part[0] != '=' {
			q.Item.Add(item.Error, "key", "bad_pair", "an answer is not written as a pair: left -> right", map[string]string{"text": item.Clip(unescaped(part))})
			continue
		}
		pairs = append(pairs, quiz.Pair{Left: q.formatted(left), Right: fragment.Literal(strings.TrimSpace(unescaped(right)))})
	}
	q.Matching(pairs)
}

// plain reads answers whose text has no looks; the first may lack its sign.
func (q *question) plain(s string) []quiz.Answer {
	var answers []quiz.Answer
	for _, part := range split(s, "=") {
		a, text := q.answer("=" + strings.TrimPrefix(part, "="))
		_, text = formatOf(text, "")
		a.Plain = unescaped(text)
		answers = append(answers, a)
	}
	return answers
}

func (q *question) shortText(s string) { q.ShortText(q.plain(s)) }

// number reads numbers; what follows a "~" is said about all others.
func (q *question) number(s string) {
	s, others, _ := strings.Cut(s, "~")
	answers := q.plain(s)
	if _, feedback, ok := strings.Cut(others, "#"); ok {
		answers = append(answers, quiz.Answer{Plain: "*", Feedback: q.formatted(feedback)})
	}
	q.Number(answers)
}

var orderingHead = regexp.MustCompile(`^\s*[0-9]*(?:\s+(?:[A-Z][A-Z_]+|none|abc|ABCD|iii|IIII|[0-9]+))*\s*$`)

// ordering reads lines in their right order. The first line says how many are
// shown and how they are marked, which the contest's rules say here.
func (q *question) ordering(s string) {
	head, rest, _ := strings.Cut(s, "\n")
	if !orderingHead.MatchString(head) {
		rest = s
	}
	var texts []fragment.Text
	for l := range strings.Lines(rest) {
		if l = strings.TrimSpace(l); l != "" && len(texts) < quiz.MaxAnswers {
			texts = append(texts, q.formatted(l))
		}
	}
	q.Ordering(texts)
}
