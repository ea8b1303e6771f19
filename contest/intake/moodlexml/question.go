package moodlexml

import (
	"slices"
	"strconv"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/quiz"
	"mangxanh/contest/intake/tree"
	"mangxanh/contest/markup"
	"mangxanh/scoring"
)

// question is one question while it is being read.
type question struct {
	quiz.Builder
	file  *reader
	node  *tree.Node
	known map[string]int // pictures by where they stand and their name
}

// raw is a text as it stands in the file.
func (q *question) raw(n *tree.Node) string {
	s := ""
	if t := n.Kid("text"); t != nil {
		s = t.Plain()
	} else if n != nil && len(n.Kids) > 0 && n.Kids[0].Name == "" {
		s = n.Kids[0].Text
	}
	if len(s) > maxText && (!strings.Contains(s, ";base64,") || strings.Count(s, "<") > maxTags) {
		s = strings.ToValidUTF8(s[:maxText], "")
		q.once(item.Error, "stem", "stem_too_long", "a text of the question is far too long; a part of it was not read")
	}
	return strings.TrimSpace(fragment.Composed(s))
}

// Bounds of what is read of one text. The bank takes far less. Pictures that are written out in it may make it longer.
const (
	maxText = 256 << 10
	maxTags = 10_000
)

// text reads an element that holds a text, its format and its pictures.
func (q *question) text(n *tree.Node) fragment.Text { return q.formatted(n, q.raw(n)) }

func (q *question) formatted(n *tree.Node, s string) fragment.Text {
	if strings.Contains(s, "<audio") || strings.Contains(s, "<video") {
		q.once(item.Warning, "stem", "recording_left_out", "a recording in the file was left out")
	}
	switch n.Attr("format") {
	case "html":
		return fragment.HTML(s, q.pictures(n))
	case "plain_text":
		return fragment.Literal(s)
	case "markdown":
		return fragment.Markdown(s)
	}
	return fragment.Auto(s, q.pictures(n))
}

// once notes a problem unless it was noted before.
func (q *question) once(severity item.Severity, column, code, message string) {
	if !slices.ContainsFunc(q.Item.Problems, func(p item.Problem) bool { return p.Code == code && p.Column == column }) {
		q.Item.Add(severity, column, code, message, nil)
	}
}

// answers settles type and key.
func (q *question) answers(kind string) {
	n := q.node
	switch kind {
	case "multichoice":
		single := strings.TrimSpace(n.Kid("single").Plain())
		q.Choice(single != "false" && single != "0", q.list(false))
		if fixed := strings.TrimSpace(n.Kid("shuffleanswers").Plain()); fixed == "0" || fixed == "false" {
			for i := range q.Item.Version.Options {
				q.Item.Version.Options[i].Pinned = true
			}
		}
	case "truefalse":
		q.trueFalse()
	case "shortanswer":
		if strings.TrimSpace(n.Kid("usecase").Plain()) == "1" {
			q.Item.Add(item.Warning, "key", "case_ignored", "the file tells capital and small letters apart; here they count as the same", nil)
		}
		q.ShortText(q.list(true))
	case "numerical":
		if len(n.Kid("units").All("unit")) > 0 {
			q.Item.Add(item.Warning, "key", "units_left_out", "units of the number were left out; say in the question which unit is asked for", nil)
		}
		q.Number(q.list(true))
	case "matching", "ddmatch":
		q.matching()
	case "ordering":
		q.ordering()
	case "essay":
		q.Essay()
	default:
		q.Item.Add(item.Error, "type", "type_not_held", "there is no such type of question here", map[string]string{"type": item.Clip(kind)})
	}
}

// list reads the answers; plain ones have no looks.
func (q *question) list(plain bool) []quiz.Answer {
	var out []quiz.Answer
	for _, n := range q.node.All("answer") {
		if len(out) == quiz.MaxAnswers {
			break
		}
		a := quiz.Answer{Weight: weight(n), Feedback: q.text(n.Kid("feedback"))}
		if plain {
			if a.Plain = q.raw(n); n.Kid("tolerance") != nil && a.Plain != "*" {
				a.Plain += ":" + strings.TrimSpace(n.Kid("tolerance").Plain())
			}
		} else {
			a.Text = q.text(n)
		}
		out = append(out, a)
	}
	return out
}

func weight(n *tree.Node) float64 {
	w, err := strconv.ParseFloat(strings.TrimSpace(n.Attr("fraction")), 64)
	if err != nil || w != w || w > 1e6 || w < -1e6 {
		return 0
	}
	return w
}

func (q *question) trueFalse() {
	right, said := -1, [2]fragment.Text{}
	for _, n := range q.node.All("answer") {
		which := 1
		if strings.EqualFold(q.raw(n), "true") {
			which = 0
		}
		said[which] = q.text(n.Kid("feedback"))
		if weight(n) > 0 {
			right = which
		}
	}
	if right >= 0 {
		q.TrueFalse(right, said[0], said[1])
		return
	}
	q.Item.Version.Type = scoring.TrueFalse // and has no key, which the check says
	q.Item.Version.Options = []bank.Option{{Text: "Đúng"}, {Text: "Sai"}}
}

func (q *question) matching() {
	var pairs []quiz.Pair
	for _, n := range q.node.All("subquestion") {
		if len(pairs) == quiz.MaxAnswers {
			break
		}
		right := fragment.Literal(q.raw(n.Kid("answer")))
		if n.Kid("answer").Attr("format") != "" {
			right = q.text(n.Kid("answer"))
		}
		pairs = append(pairs, quiz.Pair{Left: q.text(n), Right: right})
	}
	q.Matching(pairs)
}

func (q *question) ordering() {
	list := q.list(false)
	slices.SortStableFunc(list, func(a, b quiz.Answer) int { return int(a.Weight) - int(b.Weight) })
	texts := make([]fragment.Text, len(list))
	for i, a := range list {
		texts[i] = a.Text
	}
	q.Ordering(texts)
}

// hot makes a choice among pictures of a choice whose options are pictures and
// nothing else, or one that was written as such.
func (q *question) hot() {
	v := &q.Item.Version
	if !v.Type.OneChoice() || len(v.Options) == 0 {
		return
	}
	options := slices.Clone(v.Options)
	bare := true
	for i, o := range options {
		p, rest, leads := markup.Leading(o.Text)
		if !leads {
			return
		}
		options[i].MediaID, options[i].Alt, options[i].Text = p.ID, p.Alt, strings.TrimSpace(rest)
		bare = bare && options[i].Text == ""
	}
	if bare || v.Type == scoring.HotOption {
		v.Type, v.Options = scoring.HotOption, options
	}
}
