package rich

import (
	"strings"
	"unicode"
)

// Block is a paragraph, an item of a list or a table.
type Block struct {
	Text  Text
	Item  string // "-" or "1." before an item of a list
	Table [][]Text
}

// Cut takes a text apart into blocks, one a line, leaving empty lines out.
func Cut(t Text) []Block {
	var out []Block
	for _, l := range t.Lines() {
		if l = l.Trim(); l.Len() > 0 {
			out = append(out, Block{Text: l})
		}
	}
	return out
}

// needs is what plain text cannot show.
const needs = Bold | Italic | Underline | Sub | Sup

// Needs reports whether the text has looks of keep, or a picture, that plain
// text would lose.
func (t Text) Needs(keep Style) bool {
	for i, r := range t.Runes {
		if _, picture := PictureOf(r); picture || t.Styles[i]&keep&needs != 0 && !unicode.IsSpace(r) {
			return true
		}
	}
	return false
}

// Need reports whether plain text would lose something of the blocks.
func Need(blocks []Block, keep Style) bool {
	for _, b := range blocks {
		if b.Table != nil || b.Text.Needs(keep) {
			return true
		}
	}
	return false
}

// Plain returns the blocks as plain text, one a line.
func Plain(blocks []Block) string {
	lines := make([]string, 0, len(blocks))
	for _, b := range blocks {
		if b.Table == nil {
			lines = append(lines, strings.TrimSpace(b.Item+" "+b.Text.String()))
			continue
		}
		for _, row := range b.Table {
			cells := make([]string, len(row))
			for i, c := range row {
				cells[i] = c.Squeeze().String()
			}
			lines = append(lines, strings.Join(cells, " | "))
		}
	}
	return strings.Join(lines, "\n")
}

// PictureText returns what stands in marked text for a picture, "" for nothing.
type PictureText func(n int) string

// Marked returns the blocks as the small markdown of questions, with the looks
// of keep.
func Marked(blocks []Block, keep Style, picture PictureText) string {
	var out strings.Builder
	for i, b := range blocks {
		list := i > 0 && b.Item != "" && blocks[i-1].Item != ""
		switch {
		case i == 0:
		case list:
			out.WriteByte('\n')
		case b.Table != nil || blocks[i-1].Table != nil || b.Item != "" || blocks[i-1].Item != "":
			out.WriteString("\n\n")
		default:
			out.WriteByte('\n')
		}
		if b.Table != nil {
			out.WriteString(markedTable(b.Table, keep, picture))
			continue
		}
		if b.Item != "" {
			out.WriteString(b.Item + " ")
		}
		out.WriteString(b.Text.Marked(keep, picture))
	}
	return out.String()
}

// maxCells bounds how large a table is made by filling short rows up.
const maxCells = 50_000

func markedTable(rows [][]Text, keep Style, picture PictureText) string {
	width := 1
	for _, r := range rows {
		width = max(width, len(r))
	}
	if len(rows)*width > maxCells {
		width = 1 // far too long for any question: what is missing is not filled up
	}
	lines := make([]string, 0, len(rows)+1)
	for i, r := range rows {
		cells := make([]string, max(width, len(r)))
		for j, c := range r {
			cells[j] = c.Squeeze().Marked(keep, picture)
		}
		lines = append(lines, "| "+strings.Join(cells, " | ")+" |")
		if i == 0 {
			lines = append(lines, "|"+strings.Repeat(" --- |", width))
		}
	}
	return strings.Join(lines, "\n")
}

// tags are the looks that marked text can show, outermost first.
var tags = []struct {
	style Style
	name  string
}{{Bold, "b"}, {Italic, "i"}, {Underline, "u"}, {Sub, "sub"}, {Sup, "sup"}}

// Marked returns one line of marked text.
func (t Text) Marked(keep Style, picture PictureText) string {
	styles := t.smooth(keep & needs)
	var out strings.Builder
	var open []int // indexes of tags
	for i := 0; i < len(t.Runes); {
		j := i + 1
		for j < len(t.Runes) && styles[j] == styles[i] {
			j++
		}
		inner := t.Slice(i, j).letters(out.Len() == 0, picture)
		if star := stars(styles, i, j); star != "" {
			open = retag(&out, open, 0)
			out.WriteString(star + inner + star)
		} else {
			open = retag(&out, open, styles[i])
			out.WriteString(inner)
		}
		i = j
	}
	retag(&out, open, 0)
	return out.String()
}

// letters writes what stands in one style.
func (t Text) letters(start bool, picture PictureText) string {
	var out strings.Builder
	from := 0
	flush := func(to int) {
		if from < to {
			out.WriteString(escape(string(t.Runes[from:to]), start && out.Len() == 0))
		}
		from = to + 1
	}
	for i, r := range t.Runes {
		if gap := gapOf(r); gap != "" {
			flush(i)
			out.WriteString(gap)
		} else if n, ok := PictureOf(r); ok {
			flush(i)
			out.WriteString(picture(n))
		}
	}
	flush(len(t.Runes))
	return out.String()
}

// stars returns the stars that say the style of the letters from i to j, ""
// where other stars would stand too near and tags are clearer.
func stars(styles []Style, i, j int) string {
	const starred = Bold | Italic
	if i > 0 && styles[i-1]&starred != 0 || j < len(styles) && styles[j]&starred != 0 {
		return ""
	}
	switch styles[i] {
	case Bold:
		return "**"
	case Italic:
		return "*"
	}
	return ""
}

// smooth gives white space the looks that the letters on both sides share, so
// that tags neither begin nor end with it.
func (t Text) smooth(keep Style) []Style {
	styles := make([]Style, len(t.Runes))
	last := Style(0)
	for i := 0; i < len(t.Runes); {
		if !unicode.IsSpace(t.Runes[i]) {
			styles[i] = t.Styles[i] & keep
			last = styles[i]
			i++
			continue
		}
		j := i
		for j < len(t.Runes) && unicode.IsSpace(t.Runes[j]) {
			j++
		}
		next := Style(0)
		if j < len(t.Runes) {
			next = t.Styles[j] & keep
		}
		for ; i < j; i++ {
			styles[i] = last & next
		}
	}
	return styles
}

// retag closes and opens tags until exactly those of style are open.
func retag(out *strings.Builder, open []int, style Style) []int {
	height := 0
	for height < len(open) && style&tags[open[height]].style != 0 {
		height++
	}
	for i := len(open) - 1; i >= height; i-- {
		out.WriteString("</" + tags[open[i]].name + ">")
	}
	open = open[:height]
	for i, tag := range tags {
		has := false
		for _, o := range open {
			has = has || o == i
		}
		if style&tag.style != 0 && !has {
			out.WriteString("<" + tag.name + ">")
			open = append(open, i)
		}
	}
	return open
}
