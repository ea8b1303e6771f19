// Package fragment turns the pieces of text that exchange files hold (plain
// text, page markup, markdown) into the texts of a question, and a question's
// texts into such pieces.
//
// A question is either plain throughout or marked throughout; Set decides when
// all its texts are known, so that nothing an author wrote as a sign is obeyed
// as markup and no look is lost.
//
// It refuses to know the formats and what the texts mean.
package fragment

import (
	"regexp"
	"strings"

	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/rich"
	"mangxanh/contest/markup"
)

// keep is what marked text shows of looks.
const keep = rich.Bold | rich.Italic | rich.Underline | rich.Sub | rich.Sup

// Text is a piece of text, or several one after the other.
type Text struct{ parts []part }

// part is one of three: literal text, blocks, or marked text.
type part struct {
	literal string
	blocks  []rich.Block
	marked  string
}

// Literal is text shown as written.
func Literal(s string) Text {
	if strings.TrimSpace(s) == "" {
		return Text{}
	}
	return Text{parts: []part{{literal: strings.Trim(tidy(s), "\n")}}}
}

// HTML is the markup of a page; picture tells which pictures stand in it, nil
// for none.
func HTML(s string, picture func(src, alt string) (int, bool)) Text {
	blocks := rich.FromHTML(strings.ToValidUTF8(s, "\uFFFD"), picture)
	kept := blocks[:0]
	for _, b := range blocks {
		if b.Text = b.Text.Normal(false); b.Table != nil || b.Text.Trim().Len() > 0 {
			kept = append(kept, b)
		}
	}
	if len(kept) == 0 {
		return Text{}
	}
	return Text{parts: []part{{blocks: kept}}}
}

// Markdown is markdown; what of it our marked text does not know is shown as
// written.
func Markdown(s string) Text {
	s = tidy(s)
	if strings.TrimSpace(s) == "" || markup.HTML(s, 0) == markup.Literal(s, 0) {
		return Literal(s)
	}
	return Text{parts: []part{{marked: strings.Trim(s, "\n")}}}
}

var (
	tagLike    = regexp.MustCompile(`(?i)</?(p|br|b|i|u|em|strong|sub|sup|ul|ol|li|div|span|table|tr|td|th|tbody|img|h[1-6]|font|a)(\s[^<>]*)?/?>`)
	entityLike = regexp.MustCompile(`&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d?);`)
)

// Auto is text of which nobody said how it is written: markup when it looks
// like it, with line breaks that count, otherwise literal.
func Auto(s string, picture func(src, alt string) (int, bool)) Text {
	if tagLike.MatchString(s) || entityLike.MatchString(s) {
		return HTML(strings.ReplaceAll(strings.TrimSpace(s), "\n", "<br>"), picture)
	}
	return Literal(s)
}

// tidy makes every line end one sign.
func tidy(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"), "\r", "\n")
}

// Empty reports whether there is nothing to show.
func (t Text) Empty() bool { return len(t.parts) == 0 }

// Then returns t with another text below it.
func (t Text) Then(o Text) Text {
	return Text{parts: append(append([]part(nil), t.parts...), o.parts...)}
}

// Labelled returns a text with a few words before it, on the same line where
// the text is plain.
func Labelled(label string, t Text) Text {
	if t.Marked() {
		return Literal(label).Then(t)
	}
	return Literal(label + " " + t.Plain())
}

// Key is equal for texts that say the same in the same looks.
func (t Text) Key() string {
	return t.line(true, func(n int) string { return item.Marker(n + 1) })
}

// Gaps returns the text, which must be of a page, with every Sign as the gap of
// that number.
func (t Text) Gaps() Text {
	for _, p := range t.parts {
		for i := range p.blocks {
			gaps(&p.blocks[i].Text)
			for _, row := range p.blocks[i].Table {
				for j := range row {
					gaps(&row[j])
				}
			}
		}
	}
	return t
}

func gaps(t *rich.Text) {
	out := rich.Text{}
	for i, r := range t.Runes {
		if n, ok := SignOf(r); ok {
			out.AddGap(n)
		} else {
			out.Append(t.Slice(i, i+1))
		}
	}
	*t = out
}

// Marked reports whether plain text would lose something.
func (t Text) Marked() bool {
	for _, p := range t.parts {
		if p.marked != "" || rich.Need(p.blocks, keep) {
			return true
		}
	}
	return false
}

// Plain returns the text without looks.
func (t Text) Plain() string {
	lines := make([]string, len(t.parts))
	for i, p := range t.parts {
		switch {
		case p.blocks != nil:
			lines[i] = rich.Plain(p.blocks)
		case p.marked != "":
			lines[i] = markup.Plain(markup.HTML(p.marked, 0))
		default:
			lines[i] = p.literal
		}
	}
	return strings.Join(lines, "\n")
}

// source returns the text as marked text.
func (t Text) source(picture rich.PictureText) string {
	var out strings.Builder
	for i, p := range t.parts {
		if i > 0 {
			out.WriteString("\n\n")
		}
		switch {
		case p.blocks != nil:
			out.WriteString(rich.Marked(p.blocks, keep, picture))
		case p.marked != "":
			out.WriteString(p.marked)
		default:
			out.WriteString(escapeBlock(p.literal))
		}
	}
	return out.String()
}

var ruler = regexp.MustCompile(`^\s*:?-+:?\s*$`)

// escapeBlock escapes text of several lines; empty lines, which would part
// paragraphs, become breaks.
func escapeBlock(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.TrimSpace(l) == "" && i > 0 && i < len(lines)-1 {
			lines[i] = "<br>"
			continue
		}
		if lines[i] = markup.Escape(strings.TrimSpace(l)); ruler.MatchString(lines[i]) {
			lines[i] = `\` + lines[i]
		}
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), "\n<br>\n", "\n<br>")
}

// line returns all of it on one line.
func (t Text) line(marked bool, picture rich.PictureText) string {
	words := make([]string, 0, len(t.parts))
	for _, p := range t.parts {
		switch {
		case p.blocks != nil:
			for _, b := range p.blocks {
				words = append(words, blockLine(b, marked, picture))
			}
		case p.marked != "":
			words = append(words, p.marked)
		case marked:
			words = append(words, strings.TrimPrefix(markup.Escape(inLine+p.literal), inLine))
		default:
			words = append(words, p.literal)
		}
	}
	return strings.Join(words, " ")
}

// inLine before a text keeps its beginning from being escaped as that of a
// line: nothing begins a list inside an option.
const inLine = "x"

func blockLine(b rich.Block, marked bool, picture rich.PictureText) string {
	if b.Table != nil {
		var all rich.Text
		for _, row := range b.Table {
			for _, cell := range row {
				if all.Len() > 0 {
					all.Add(" ", 0)
				}
				all.Append(cell)
			}
		}
		b = rich.Block{Text: all}
	}
	text := b.Text.Squeeze()
	if !marked {
		return text.String()
	}
	// The sign before keeps a number or dash from being escaped as that of a list.
	lead := rich.Of(inLine, rich.Strike)
	lead.Append(text)
	return strings.TrimPrefix(lead.Marked(keep, picture), inLine)
}

// Set collects the texts of one item.
type Set struct {
	slots []slot
	force bool
}

type slot struct {
	text Text
	to   *string
	line bool
}

// Block puts a text of several lines into to when the set is settled.
func (s *Set) Block(t Text, to *string) { s.slots = append(s.slots, slot{text: t, to: to}) }

// Line puts a text of one line into to when the set is settled.
func (s *Set) Line(t Text, to *string) { s.slots = append(s.slots, slot{text: t, to: to, line: true}) }

// Force makes the item marked whatever its texts need.
func (s *Set) Force() { s.force = true }

// Settle writes the texts, marked where one of them needs it. Picture numbers
// of the texts count the item's pictures from 0.
func (s *Set) Settle(i *item.Item) {
	i.Marked = s.force
	for _, t := range s.slots {
		i.Marked = i.Marked || t.text.Marked()
	}
	picture := func(n int) string {
		if n < 0 || n >= len(i.Pictures) {
			return ""
		}
		return rich.Image(i.Pictures[n].Alt, item.Marker(n+1))
	}
	for _, t := range s.slots {
		switch {
		case t.line:
			*t.to = t.text.line(i.Marked, picture)
		case i.Marked:
			*t.to = t.text.source(picture)
		default:
			*t.to = t.text.Plain()
		}
	}
}
