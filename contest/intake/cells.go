package intake

import (
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/markup"
	"mangxanh/scoring"
)

// Cells writes a version as the cells of a row: readQuestion makes the same
// version of them again. It is how questions of every format stand in a
// preview, and how a table of them is written.
//
// Lists stand one thing a line (matches), or with bars between them (the
// choices of a gap, accepted texts); a picture of an option stands before its
// text, as ![what it shows](media:ID).
func Cells(v bank.Version) map[string]string {
	cells := map[string]string{
		"type": string(v.Type), "topic": v.Topic, "age_band": v.AgeBand, "difficulty": v.Difficulty, "stem": v.Stem,
		"explanation": v.Explanation, "source": source(v.Citation), "law_from": day(v.Citation.From), "law_to": day(v.Citation.To),
		"key": keyCell(v), "matches": strings.Join(v.Matches, "\n"), "gaps": gapsCell(v.Gaps),
	}
	if v.Format == bank.Markdown {
		cells["format"] = string(v.Format)
	}
	var pinned []int
	for i, o := range v.Options {
		if i < len(optionColumns) {
			cells[optionColumns[i]] = optionCell(o)
		}
		if o.Pinned {
			pinned = append(pinned, i)
		}
	}
	cells["pinned"] = lettersCell(pinned)
	if v.Audio != nil {
		cells["audio"] = strings.TrimSpace(v.Audio.MediaID + "\n" + v.Audio.Transcript)
	}
	for column, s := range cells {
		if s == "" {
			delete(cells, column)
		}
	}
	return cells
}

func source(c bank.Citation) string {
	switch {
	case c.Text != "":
		return c.Text
	case c.Article != "":
		return c.Instrument + ", " + c.Article
	}
	return c.Instrument
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(contest.Hanoi).Format("02/01/2006")
}

func optionCell(o bank.Option) string {
	if o.MediaID == "" {
		return o.Text
	}
	return strings.TrimSpace("![" + brackets.Replace(o.Alt) + "](media:" + o.MediaID + ") " + o.Text)
}

var brackets = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`)

// optionFrom reads what optionCell wrote: a picture that leads an option is the
// option's own.
func optionFrom(cell string) bank.Option {
	if p, rest, ok := markup.Leading(cell); ok && (markup.ValidPicture(p.ID) || strings.HasPrefix(p.ID, "@")) {
		return bank.Option{Text: strings.TrimSpace(rest), MediaID: p.ID, Alt: p.Alt}
	}
	return bank.Option{Text: cell}
}

func keyCell(v bank.Version) string {
	switch {
	case v.Type == scoring.Number || len(v.Key.Choices) == 0 && v.Key.Value != "":
		if v.Key.Tolerance != "" {
			return v.Key.Value + "±" + v.Key.Tolerance
		}
		return v.Key.Value
	case len(v.Key.Texts) > 0:
		return barred(v.Key.Texts)
	}
	return lettersCell(v.Key.Choices)
}

func lettersCell(indexes []int) string {
	list := make([]string, len(indexes))
	for i, n := range indexes {
		list[i] = bank.Letter(n)
	}
	return strings.Join(list, "|")
}

func gapsCell(gaps []bank.Gap) string {
	list := make([]string, len(gaps))
	for i, g := range gaps {
		list[i] = barred(g.Choices)
	}
	return strings.Join(list, "\n")
}

var bars = strings.NewReplacer(`\`, `\\`, "|", `\|`)

// barred joins texts with bars; a bar inside one has a backslash before it.
func barred(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = bars.Replace(s)
	}
	return strings.Join(out, "|")
}

// unbarred takes apart what barred joined. A backslash before anything else is
// a backslash.
func unbarred(s string) []string {
	var list []string
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '|' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case s[i] == '|':
			list = append(list, strings.TrimSpace(b.String()))
			b.Reset()
		default:
			b.WriteByte(s[i])
		}
	}
	return append(list, strings.TrimSpace(b.String()))
}

func linesOf(s string) []string {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}
