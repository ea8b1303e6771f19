package gift

import (
	"regexp"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/scoring"
)

// question is one question while it is being read. Its text has its escapes
// taken out of the way.
type question struct {
	item   *item.Item
	set    fragment.Set
	format string // of the stem, and of all texts that do not say otherwise
	why    fragment.Text
}

// read reads a block; false says that it has no answers and is no question.
func (q *question) read(s string) bool {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "::"); ok {
		if _, after, ok := strings.Cut(rest, "::"); ok {
			s = strings.TrimSpace(after)
		}
	}
	begin, end := strings.IndexByte(s, '{'), strings.IndexByte(s, '}')
	if begin < 0 && end < 0 {
		return false
	}
	answers, general := "", ""
	stem := s
	switch {
	case begin < 0 || end < begin:
		q.item.Add(item.Error, "stem", "unclosed_brace", "a brace has no partner; the answers could not be told from the question", nil)
		if begin >= 0 {
			stem, answers = s[:begin], s[begin+1:]
		}
	default:
		stem, answers = s[:begin], strings.TrimSpace(s[begin+1:end])
		if tail := s[end+1:]; strings.TrimSpace(tail) != "" {
			if strings.ContainsAny(tail, "{}") {
				q.item.Add(item.Error, "stem", "more_answer_blocks", "the text has more than one block of answers; only the first was read", nil)
			}
			stem += blank + tail
		}
	}
	if at := strings.LastIndex(answers, "####"); at >= 0 {
		answers, general = strings.TrimSpace(answers[:at]), answers[at+len("####"):]
	}
	format, stem := formatOf(stem, "")
	q.format = format
	v := &q.item.Version
	q.set.Block(q.text(format, stem), &v.Stem)
	q.why = q.formatted(general)
	if v.Type = scoring.Single; begin >= 0 {
		q.answers(answers)
	}
	q.set.Block(q.why, &v.Explanation)
	q.set.Settle(q.item)
	return true
}

// blank stands in the stem where the answers stood in the middle of it.
const blank = "_____"

var formatForm = regexp.MustCompile(`^\s*\[(html|moodle|plain|markdown)\]`)

// formatOf takes the name of a format off the beginning of a text.
func formatOf(s, usual string) (format, rest string) {
	if m := formatForm.FindStringSubmatch(s[:min(len(s), 64)]); m != nil {
		return m[1], s[len(m[0]):]
	}
	return usual, s
}

func (q *question) formatted(s string) fragment.Text {
	format, s := formatOf(s, q.format)
	return q.text(format, s)
}

func (q *question) text(format, s string) fragment.Text {
	s = strings.TrimSpace(unescaped(s))
	switch format {
	case "html":
		return fragment.HTML(s, q.picture)
	case "markdown":
		return fragment.Markdown(s)
	case "plain":
		return fragment.Literal(s)
	}
	return fragment.Auto(s, q.picture)
}

// picture says that a picture is not in the file, which holds none.
func (q *question) picture(_, alt string) (int, bool) {
	for _, p := range q.item.Problems {
		if p.Code == "picture_missing" {
			return 0, false
		}
	}
	q.item.Add(item.Warning, "stem", "picture_missing", "a picture is named in the file but is not in it", map[string]string{"text": item.Clip(alt)})
	return 0, false
}

// answers settles type and key by the form of the answers.
func (q *question) answers(s string) {
	v := &q.item.Version
	plain, _, _ := strings.Cut(s, "#")
	truth := strings.ToUpper(strings.TrimSpace(plain))
	switch {
	case s == "":
		v.Type = scoring.ShortText
		q.item.Add(item.Warning, "type", "essay_as_short_text", "this asks for a free text, which nobody marks here; give the accepted answers or another type", nil)
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

func (q *question) trueFalse(right int, s string) {
	v := &q.item.Version
	v.Type, v.Key.Choices = scoring.TrueFalse, []int{right}
	v.Options = []bank.Option{{Text: "Đúng"}, {Text: "Sai"}}
	parts := strings.SplitN(s, "#", 3)
	for n, answer := range []int{1 - right, right} {
		if len(parts) > n+1 {
			q.feedback(v.Options[answer].Text, answer == right, parts[n+1])
		}
	}
}

// maxAnswers bounds how many answers of one question are looked at; far fewer
// are already too many.
const maxAnswers = 200

// split takes answers apart before each of the signs.
func split(s, signs string) []string {
	var out []string
	for len(s) > 0 && len(out) < maxAnswers {
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

// answer is one answer taken apart.
type answer struct {
	text     string
	weight   float64 // 100 is right
	weighted bool    // a weight is written
	feedback string
}

var weightForm = regexp.MustCompile(`^%(-?[0-9]{1,3}(?:\.[0-9]{0,9})?)%`)

func answerOf(s string) answer {
	var a answer
	if rest, right := strings.CutPrefix(s, "="); right {
		s, a.weight = rest, 100
	} else {
		s = strings.TrimPrefix(s, "~")
	}
	if m := weightForm.FindStringSubmatch(s); m != nil {
		a.weight, a.weighted = number(m[1]), true
		s = s[len(m[0]):]
	}
	a.text, a.feedback, _ = strings.Cut(s, "#")
	return a
}

// feedback adds what is said about an answer to the explanation.
func (q *question) feedback(answer string, right bool, s string) {
	t := q.formatted(s)
	if t.Empty() {
		return
	}
	if !right {
		t = fragment.Labelled("“"+answer+"”:", t)
	}
	q.why = q.why.Then(t)
}
