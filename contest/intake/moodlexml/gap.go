package moodlexml

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/quiz"
	"mangxanh/contest/intake/tree"
	"mangxanh/scoring"
)

// gap is one of a text with gaps.
type gap struct {
	kind    string // "choice", "text", "number" or another
	answers []quiz.Answer
}

// maxGaps bounds the gaps of one text; far fewer are already too many.
const maxGaps = 100

// gapped reads a text with gaps and reports whether the question is one.
func (q *question) gapped(kind string, stem *tree.Node) bool {
	var s string
	var list []gap
	switch kind {
	case "cloze":
		s, list = embedded(q.raw(stem))
	case "gapselect", "ddwtos":
		s, list = q.selected(q.raw(stem))
	default:
		return false
	}
	if len(list) == 1 && (list[0].kind == "text" || list[0].kind == "number") {
		s = strings.ReplaceAll(s, string(fragment.Sign(1)), "_____")
		q.Set.Block(q.formatted(stem, s), &q.Item.Version.Stem)
		if list[0].kind == "text" {
			q.ShortText(list[0].answers)
		} else {
			q.Number(list[0].answers)
		}
		return true
	}
	if f := stem.Attr("format"); f == "plain_text" || f == "markdown" {
		s = strings.ReplaceAll(html.EscapeString(s), "\n", "<br>")
	} else if f != "html" {
		s = strings.ReplaceAll(s, "\n", "<br>")
	}
	if strings.Contains(s, "[[") {
		q.Set.Force() // only marked text can say that these are no gaps
	}
	q.Set.Block(fragment.HTML(s, q.pictures(stem)).Gaps(), &q.Item.Version.Stem)
	q.gaps(list)
	return true
}

// gaps settles choices and key.
func (q *question) gaps(list []gap) {
	v := &q.Item.Version
	v.Type = scoring.Cloze
	complete := true
	for n, g := range list {
		right := -1
		var choices []string
		place := map[string]string{"gap": strconv.Itoa(n + 1)}
		for _, a := range g.answers {
			at := slices.Index(choices, a.Plain)
			if at < 0 {
				at = len(choices)
				choices = append(choices, a.Plain)
			}
			switch {
			case a.Weight <= 0:
			case a.Weight < 99.99:
				q.once(item.Warning, "key", "weights_left_out", "the answers are worth different shares in the file; here the contest's rules say what a part is worth")
			case right >= 0 && right != at:
				q.Item.Add(item.Error, "key", "gap_two_keys", "a gap has two right choices", place)
			default:
				right = at
			}
			if !a.Feedback.Empty() {
				q.Why = q.Why.Then(fragment.Labelled("“"+a.Plain+"”:", a.Feedback))
			}
		}
		if g.kind != "choice" {
			q.Item.Add(item.Error, "gaps", "gap_not_choice", "a gap is to be filled by typing; here every gap has a list to choose from", place)
		}
		complete = complete && right >= 0
		v.Gaps = append(v.Gaps, bank.Gap{Choices: choices})
		v.Key.Choices = append(v.Key.Choices, right)
	}
	if !complete {
		v.Key.Choices = nil
	}
}

var selectForm = regexp.MustCompile(`\[\[(\d{1,3})\]\]`)

// selected reads [[1]], where the number is that of the right option; the
// options of its group are offered.
func (q *question) selected(s string) (string, []gap) {
	options := append(q.node.All("selectoption"), q.node.All("dragbox")...)
	var list []gap
	s = selectForm.ReplaceAllStringFunc(s, func(marker string) string {
		n, _ := strconv.Atoi(strings.Trim(marker, "[]")) // its form was checked
		if n < 1 || n > len(options) || len(list) == maxGaps {
			return marker
		}
		right := options[n-1]
		g := gap{kind: "choice"}
		for i, o := range options {
			if strings.TrimSpace(o.Kid("group").Plain()) != strings.TrimSpace(right.Kid("group").Plain()) || len(g.answers) == quiz.MaxAnswers {
				continue
			}
			a := quiz.Answer{Plain: oneLine(fragment.Auto(q.raw(o), nil).Plain())}
			if i == n-1 {
				a.Weight = 100
			}
			g.answers = append(g.answers, a)
		}
		list = append(list, g)
		return string(fragment.Sign(len(list)))
	})
	return s, list
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

var gapHead = regexp.MustCompile(`^\{\d{0,3}:([A-Z_]{2,20}):`)

var gapKinds = map[string]string{
	"MULTICHOICE": "choice", "MC": "choice", "SHORTANSWER": "text", "SA": "text", "MW": "text", "SHORTANSWER_C": "text", "SAC": "text", "MWC": "text",
	"NUMERICAL": "number", "NM": "number",
}

// embedded reads {1:MULTICHOICE:=right~wrong} and its kin.
func embedded(s string) (string, []gap) {
	var out strings.Builder
	var list []gap
	for {
		open := strings.IndexByte(s, '{')
		if open < 0 || len(list) == maxGaps {
			break
		}
		m := gapHead.FindStringSubmatch(s[open:min(len(s), open+32)])
		end := -1
		if m != nil {
			end = until(s[open:], len(m[0]), "}")
		}
		if m != nil && end < 0 {
			break // nothing further on is closed either
		}
		if m == nil {
			out.WriteString(s[:open+1])
			s = s[open+1:]
			continue
		}
		out.WriteString(s[:open])
		kind := gapKinds[m[1]]
		for _, layout := range []string{"MULTICHOICE_", "MC"} {
			if strings.HasPrefix(m[1], layout) {
				kind = "choice"
			}
		}
		list = append(list, gap{kind: kind, answers: alternatives(s[open+len(m[0]):open+end], kind)})
		out.WriteRune(fragment.Sign(len(list)))
		s = s[open+end+1:]
	}
	out.WriteString(s)
	return out.String(), list
}

// until finds the next of the signs that is neither escaped nor a part of an
// entity, -1 when there is none.
func until(s string, from int, signs string) int {
	for i := from; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '#' && i > 0 && s[i-1] == '&':
		case strings.IndexByte(signs, s[i]) >= 0:
			return i
		}
	}
	return -1
}

var gapWeight = regexp.MustCompile(`^%(-?[0-9]{1,3}(?:\.[0-9]{0,9})?)%`)

// alternatives reads the answers of one gap.
func alternatives(s, kind string) []quiz.Answer {
	var out []quiz.Answer
	for len(s) > 0 && len(out) < quiz.MaxAnswers {
		end := until(s, 0, "~")
		part := s
		if end >= 0 {
			part, s = s[:end], s[end+1:]
		} else {
			s = ""
		}
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		a := quiz.Answer{}
		if rest, right := strings.CutPrefix(part, "="); right {
			part, a.Weight = rest, 100
		} else if m := gapWeight.FindStringSubmatch(part); m != nil {
			a.Weight, _ = strconv.ParseFloat(m[1], 64) // its form was checked
			part = part[len(m[0]):]
		}
		if at := until(part, 0, "#"); at >= 0 {
			a.Feedback = fragment.Auto(gapText(part[at+1:]), nil)
			part = part[:at]
		}
		if a.Plain = gapText(part); kind != "number" {
			a.Plain = oneLine(fragment.HTML(unslashed(part), nil).Plain())
		}
		out = append(out, a)
	}
	return out
}

var gapEscapes = strings.NewReplacer(`\}`, "}", `\~`, "~", `\#`, "#", `\=`, "=", `\"`, `"`, `\/`, "/", `\\`, `\`)

// unslashed takes the backslashes of the format away; what is left is of a page.
func unslashed(s string) string { return gapEscapes.Replace(s) }

func gapText(s string) string { return html.UnescapeString(unslashed(s)) }
