package gift

import (
	"bufio"
	"html"
	"io"
	"strconv"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/scoring"
)

// Write writes questions and says what of them was lost. The format has no
// pictures: their descriptions stand in their places.
func Write(w io.Writer, versions []bank.Version, _ func(id string) (item.Picture, bool)) ([]item.Loss, error) {
	out := writer{Writer: bufio.NewWriter(w)}
	topic := ""
	for n, v := range versions {
		if why, field := unwritable(v); why != "" {
			out.lost.Without(n+1, field, why)
			continue
		}
		if v.Topic != topic {
			topic = v.Topic
			out.say("$CATEGORY: " + item.Category(topic) + "\n\n")
		}
		out.question(n+1, v)
	}
	return out.lost, out.Flush()
}

// unwritable says why a question cannot be written at all, "" when it can.
func unwritable(v bank.Version) (why, field string) {
	switch {
	case v.Withheld:
		return "the key may not be read", "key"
	case v.Type == scoring.Cloze || v.Type == scoring.HotOption || v.Type == scoring.Prediction || !v.Type.Known():
		return "the format has no questions of this type", "type"
	case len(v.Validate()) > 0:
		return "the question is not sound", "key"
	}
	if v.Type == scoring.ShortText {
		for _, t := range v.Key.Texts {
			if strings.Contains(t, "->") {
				return "the format takes an answer with an arrow for a pair", "key"
			}
		}
	}
	return "", ""
}

type writer struct {
	*bufio.Writer
	lost item.Losses
}

// say writes; the first error comes with Flush.
func (w *writer) say(s string) { _, _ = w.WriteString(s) }

var escapes = strings.NewReplacer(`\`, `\\`, ":", `\:`, "#", `\#`, "=", `\=`, "{", `\{`, "}", `\}`, "~", `\~`, "\n", `\n`)

// texts are the texts of one question in the form in which they are written.
type texts struct {
	format  string
	options []string
	rights  []string // of a matching
}

// lead keeps the beginning of a text from being read as something else.
func (t texts) lead(s string) string {
	if strings.HasPrefix(s, "[") || strings.HasPrefix(s, "%") || strings.HasPrefix(s, "//") {
		return "[" + t.format + "]" + s
	}
	return s
}

func (w *writer) question(n int, v bank.Version) {
	w.unheld(n, v)
	if labels := item.Labels(v); len(labels) > 0 {
		w.say("//")
		for _, l := range labels {
			w.say(" [tag:" + strings.NewReplacer(`\`, `\\`, "]", `\]`).Replace(l) + "]")
		}
		w.say("\n")
	}
	r := v.Render()
	t := texts{format: "plain"}
	stem, why := v.Stem, v.Explanation
	if v.Format == bank.Markdown {
		t.format = "html"
		stem, why = w.shown(n, "stem", r.Stem), w.shown(n, "explanation", r.Explanation)
	}
	for i, o := range r.Options {
		if v.Format != bank.Markdown && v.Options[i].MediaID == "" {
			t.options = append(t.options, v.Options[i].Text)
		} else if o = w.shown(n, "options", o); v.Format == bank.Markdown {
			t.options = append(t.options, o)
		} else {
			t.options = append(t.options, html.UnescapeString(o))
		}
	}
	for i, m := range r.Matches {
		plain, lossy := fragment.PlainOf(m)
		if lossy {
			w.lost.Add(n, "matches", "the format holds plain text on the right; looks and pictures are left out")
		}
		if v.Format != bank.Markdown {
			plain = v.Matches[i]
		}
		t.rights = append(t.rights, plain)
	}
	w.say("::Câu " + strconv.Itoa(n) + "::[" + t.format + "]" + escapes.Replace(stem) + "{")
	w.answers(v, t)
	if why != "" {
		w.say("####" + t.lead(escapes.Replace(why)))
	}
	w.say("}\n\n")
}

// shown replaces pictures by what they show.
func (w *writer) shown(n int, field, rendered string) string {
	told := false
	return fragment.Pictures(rendered, func(_, alt string) string {
		if !told {
			told = true
			w.lost.Add(n, field, "the format has no pictures; what they show stands in their places")
		}
		return html.EscapeString("[" + alt + "]")
	})
}

// unheld says what the format has no place for.
func (w *writer) unheld(n int, v bank.Version) {
	if v.Audio != nil {
		w.lost.Add(n, "audio", "the format has no recordings")
	}
	if v.Citation.InstrumentID != "" {
		w.lost.Add(n, "instrument", "the entry in the list of instruments is left out; the source is written")
	}
}

func (w *writer) answers(v bank.Version, t texts) {
	right := map[int]bool{}
	for _, k := range v.Key.Choices {
		right[k] = true
	}
	line := func(sign, text string) { w.say("\n\t" + sign + text) }
	switch v.Type {
	case scoring.Number:
		w.say("#" + v.Key.Value)
		if v.Key.Tolerance != "" {
			w.say(":" + v.Key.Tolerance)
		}
		return
	case scoring.ShortText:
		for _, s := range v.Key.Texts {
			s = texts{format: "plain"}.lead(escapes.Replace(strings.ReplaceAll(s, "*", `\*`)))
			line("=%100%", s)
		}
	case scoring.Matching:
		w.pairs(v, t, line)
	case scoring.Ordering:
		w.say(">" + strconv.Itoa(len(v.Options)) + " ALL VERTICAL ALL_OR_NOTHING SHOW none")
		for _, k := range v.Key.Choices {
			line("", t.lead(escapes.Replace(t.options[k])))
		}
	case scoring.Multiple:
		share := strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(100/float64(len(right)), 'f', 5, 64), "0"), ".")
		for i, o := range t.options {
			sign := "~%-100%"
			if right[i] {
				sign = "~%" + share + "%"
			}
			line(sign, t.lead(escapes.Replace(o)))
		}
	default:
		if v.Type == scoring.TrueFalse && v.Options[0].Text == "Đúng" && v.Options[1].Text == "Sai" {
			w.say([]string{"TRUE", "FALSE"}[v.Key.Choices[0]])
			return
		}
		for i, o := range t.options {
			sign := "~"
			if right[i] {
				sign = "="
			}
			line(sign, t.lead(escapes.Replace(o)))
		}
	}
	w.say("\n")
}

// pairs writes a matching: each left with its right, then the rights that fit
// nothing.
func (w *writer) pairs(v bank.Version, t texts, line func(sign, text string)) {
	used := map[int]bool{}
	for i, k := range v.Key.Choices {
		used[k] = true
		left := t.lead(escapes.Replace(t.options[i]))
		if strings.Contains(left, "->") {
			left = "[html]" + escapes.Replace(html.EscapeString(t.options[i]))
		}
		line("=", left+" -> "+escapes.Replace(t.rights[k]))
	}
	for i, r := range t.rights {
		if !used[i] {
			line("=", " -> "+escapes.Replace(r))
		}
	}
}
