package gift

import (
	"regexp"
	"strings"

	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/quiz"
	"mangxanh/scoring"
)

// question is one question while it is being read. Its text has its escapes
// taken out of the way.
type question struct {
	quiz.Builder
	format string // of the stem, and of all texts that do not say otherwise
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
		q.Item.Add(item.Error, "stem", "unclosed_brace", "a brace has no partner; the answers could not be told from the question", nil)
		if begin >= 0 {
			stem, answers = s[:begin], s[begin+1:]
		}
	default:
		stem, answers = s[:begin], strings.TrimSpace(s[begin+1:end])
		if tail := s[end+1:]; strings.TrimSpace(tail) != "" {
			if strings.ContainsAny(tail, "{}") {
				q.Item.Add(item.Error, "stem", "more_answer_blocks", "the text has more than one block of answers; only the first was read", nil)
			}
			stem += blank + tail
		}
	}
	if at := strings.LastIndex(answers, "####"); at >= 0 {
		answers, general = strings.TrimSpace(answers[:at]), answers[at+len("####"):]
	}
	format, stem := formatOf(stem, "")
	q.format = format
	v := &q.Item.Version
	q.Set.Block(q.text(format, stem), &v.Stem)
	q.Why = q.formatted(general)
	if v.Type = scoring.Single; begin >= 0 {
		q.answers(answers)
	}
	q.Finish()
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
	for _, p := range q.Item.Problems {
		if p.Code == "picture_missing" {
			return 0, false
		}
	}
	q.Item.Add(item.Warning, "stem", "picture_missing", "a picture is named in the file but is not in it", map[string]string{"text": item.Clip(alt)})
	return 0, false
}
