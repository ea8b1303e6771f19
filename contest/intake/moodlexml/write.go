package moodlexml

import (
	"bufio"
	"encoding/base64"
	"encoding/xml"
	"html"
	"io"
	"path"
	"strconv"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/scoring"
)

// Write writes questions with their pictures, and says what of them was lost.
func Write(w io.Writer, versions []bank.Version, pictures func(id string) (item.Picture, bool)) ([]item.Loss, error) {
	out := writer{Writer: bufio.NewWriter(w), pictures: pictures}
	out.say(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<quiz>\n")
	topic := ""
	for n, v := range versions {
		if why, field := unwritable(v); why != "" {
			out.lost.Without(n+1, field, why)
			continue
		}
		if v.Topic != topic {
			topic = v.Topic
			out.say(`<question type="category"><category>` + text(item.Category(topic)) + "</category></question>\n")
		}
		out.question(n+1, v)
	}
	out.say("</quiz>\n")
	return out.lost, out.Flush()
}

// unwritable says why a question cannot be written at all, "" when it can.
func unwritable(v bank.Version) (why, field string) {
	switch {
	case v.Withheld:
		return "the key may not be read", "key"
	case v.Type == scoring.Prediction || !v.Type.Known():
		return "the format has no questions of this type", "type"
	case len(v.Validate()) > 0:
		return "the question is not sound", "key"
	}
	return "", ""
}

type writer struct {
	*bufio.Writer
	pictures func(id string) (item.Picture, bool)
	lost     item.Losses

	// Of the question being written:
	number  int
	version bank.Version
	shown   bank.Rendered
}

// say writes; the first error comes with Flush.
func (w *writer) say(s string) { _, _ = w.WriteString(s) }

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes all
	return b.String()
}

func text(s string) string { return "<text>" + escaped(s) + "</text>" }

// piece is an element's content: as written when the question is plain,
// otherwise the page it is rendered as, with its pictures beside it.
func (w *writer) piece(field, source, rendered string) (format, content string) {
	if w.version.Format != bank.Markdown && !strings.Contains(rendered, "<img ") {
		return "plain_text", text(source)
	}
	var files strings.Builder
	names := map[string]string{}
	rendered = fragment.Pictures(rendered, func(id, alt string) string {
		name, seen := names[id]
		if !seen {
			var p item.Picture
			ok := false
			if w.pictures != nil {
				p, ok = w.pictures(id)
			}
			if !ok {
				w.lost.Add(w.number, field, "a picture is not there; what it shows stands in its place")
				return html.EscapeString("[" + alt + "]")
			}
			name = "p" + strconv.Itoa(len(names)+1) + "-" + path.Base(p.Name)
			names[id] = name
			files.WriteString(`<file name="` + escaped(name) + `" path="/" encoding="base64">` + base64.StdEncoding.EncodeToString(p.Bytes) + "</file>")
		}
		return `<img src="` + placeholder + html.EscapeString(name) + `" alt="` + html.EscapeString(alt) + `">`
	})
	return "html", text(rendered) + files.String()
}

// element writes an element with a text; more stands behind it inside.
func (w *writer) element(name, attrs, field, source, rendered, more string) {
	format, content := w.piece(field, source, rendered)
	w.say("<" + name + attrs + ` format="` + format + `">` + content + more + "</" + name + ">\n")
}

var kinds = map[scoring.Type]string{
	scoring.Single: "multichoice", scoring.Scenario: "multichoice", scoring.HotOption: "multichoice", scoring.TrueFalse: "multichoice", scoring.Multiple: "multichoice",
	scoring.Ordering: "ordering", scoring.Matching: "matching", scoring.Cloze: "cloze", scoring.ShortText: "shortanswer", scoring.Number: "numerical",
}

func (w *writer) question(n int, v bank.Version) {
	w.number, w.version, w.shown = n, v, v.Render()
	if v.Audio != nil {
		w.lost.Add(n, "audio", "recordings are not written")
	}
	if v.Citation.InstrumentID != "" {
		w.lost.Add(n, "instrument", "the entry in the list of instruments is left out; the source is written")
	}
	kind := kinds[v.Type]
	truth := v.Type == scoring.TrueFalse && v.Options[0].Text == "Đúng" && v.Options[1].Text == "Sai"
	if truth {
		kind = "truefalse"
	}
	w.say(`<question type="` + kind + `"><name>` + text("Câu "+strconv.Itoa(n)) + "</name>\n")
	if v.Type == scoring.Cloze {
		w.cloze()
	} else {
		w.element("questiontext", "", "stem", v.Stem, w.shown.Stem, "")
	}
	w.element("generalfeedback", "", "explanation", v.Explanation, w.shown.Explanation, "")
	w.say("<defaultgrade>1</defaultgrade><penalty>0</penalty><hidden>0</hidden>\n")
	if truth {
		w.answer("true", v.Key.Choices[0] == 0)
		w.answer("false", v.Key.Choices[0] == 1)
	} else {
		w.answers()
	}
	w.labels()
	w.say("</question>\n")
}

func (w *writer) answer(s string, right bool) {
	w.say(`<answer fraction="` + map[bool]string{true: "100", false: "0"}[right] + `" format="plain_text">` + text(s) + "</answer>\n")
}

func (w *writer) labels() {
	labels := item.Labels(w.version)
	if len(labels) == 0 {
		return
	}
	w.say("<tags>")
	for _, l := range labels {
		w.say("<tag>" + text(l) + "</tag>")
	}
	w.say("</tags>\n")
}

func (w *writer) answers() {
	v := w.version
	switch v.Type {
	case scoring.Number:
		tolerance := v.Key.Tolerance
		if tolerance == "" {
			tolerance = "0"
		}
		w.say(`<answer fraction="100" format="plain_text">` + text(v.Key.Value) + "<tolerance>" + escaped(tolerance) + "</tolerance></answer>\n")
	case scoring.ShortText:
		w.say("<usecase>0</usecase>\n")
		for _, t := range v.Key.Texts {
			w.answer(strings.ReplaceAll(t, "*", `\*`), true)
		}
	case scoring.Ordering:
		w.say("<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><selectcount>" + strconv.Itoa(len(v.Options)) +
			"</selectcount><gradingtype>ALL_OR_NOTHING</gradingtype><showgrading>SHOW</showgrading>\n")
		for place, i := range v.Key.Choices {
			w.option(i, strconv.Itoa(place+1))
		}
	case scoring.Matching:
		w.pairs()
	case scoring.Cloze:
	default:
		w.choice()
	}
}

func (w *writer) option(i int, fraction string) {
	w.element("answer", ` fraction="`+fraction+`"`, "options", w.version.Options[i].Text, w.shown.Options[i], "")
}

func (w *writer) choice() {
	v := w.version
	right := map[int]bool{}
	for _, k := range v.Key.Choices {
		right[k] = true
	}
	share, wrong := "100", "0"
	if v.Type == scoring.Multiple {
		share = strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(100/float64(len(right)), 'f', 5, 64), "0"), ".")
		wrong = "-100"
	}
	fixed := true
	for _, o := range v.Options {
		fixed = fixed && o.Pinned
	}
	w.say("<single>" + strconv.FormatBool(v.Type != scoring.Multiple) + "</single><shuffleanswers>" + strconv.FormatBool(!fixed) + "</shuffleanswers><answernumbering>ABCD</answernumbering>\n")
	for i := range v.Options {
		fraction := wrong
		if right[i] {
			fraction = share
		}
		w.option(i, fraction)
	}
}

// pairs writes a matching: each left with its right, then the rights that fit
// nothing.
func (w *writer) pairs() {
	v := w.version
	rights := make([]string, len(v.Matches))
	for i, m := range w.shown.Matches {
		plain, lossy := fragment.PlainOf(m)
		if lossy {
			w.lost.Add(w.number, "matches", "the format holds plain text on the right; looks and pictures are left out")
		}
		if rights[i] = plain; v.Format != bank.Markdown {
			rights[i] = v.Matches[i]
		}
	}
	answer := func(i int) string { return "<answer>" + text(rights[i]) + "</answer>" }
	w.say("<shuffleanswers>true</shuffleanswers>\n")
	used := map[int]bool{}
	for i, k := range v.Key.Choices {
		used[k] = true
		w.element("subquestion", "", "options", v.Options[i].Text, w.shown.Options[i], answer(k))
	}
	for i := range rights {
		if !used[i] {
			w.say(`<subquestion format="plain_text">` + text("") + answer(i) + "</subquestion>\n")
		}
	}
}

// signsOfGaps would be taken for parts of a gap.
var signsOfGaps = strings.NewReplacer("{", "&#123;", "}", "&#125;", "~", "&#126;", "#", "&#35;", "=", "&#61;", "%", "&#37;", `\`, "&#92;", "&", "&amp;", "<", "&lt;", ">", "&gt;")

// cloze writes the text of a question with its gaps in it.
func (w *writer) cloze() {
	v := w.version
	// Braces of the text itself are written as entities; our own tags have none.
	stem := strings.NewReplacer("{", "&#123;", "}", "&#125;").Replace(w.shown.Stem)
	for g, gap := range v.Gaps {
		var b strings.Builder
		b.WriteString("{1:MULTICHOICE:")
		for i, c := range gap.Choices {
			if i > 0 {
				b.WriteString("~")
			}
			if i == v.Key.Choices[g] {
				b.WriteString("=")
			}
			b.WriteString(signsOfGaps.Replace(c))
		}
		b.WriteString("}")
		stem = strings.Replace(stem, `<span class="gap" data-gap="`+strconv.Itoa(g+1)+`"></span>`, b.String(), 1)
	}
	plain := w.version.Format
	w.version.Format = bank.Markdown // a text with gaps is always a page
	w.element("questiontext", "", "stem", "", stem, "")
	w.version.Format = plain
}
