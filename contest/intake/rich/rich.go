// Package rich holds text with its looks: what is bold or red, what is raised,
// where a picture stands. Word processors and web pages come down to it, the
// recogniser of questions reads the looks as marks, and what is left becomes
// the plain text or the small markdown of a question.
//
// It refuses to know files and questions.
package rich

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Style is a set of looks.
type Style uint16

// The looks.
const (
	Bold Style = 1 << iota
	Italic
	Underline
	Strike
	Sub
	Sup
	Red
	Coloured // any other colour than black
	Lit      // highlighted or on a coloured ground
)

// Text is a run of letters, each with its style.
type Text struct {
	Runes  []rune
	Styles []Style
}

// Pictures and gaps stand in a text as letters of private planes that no input
// may use.
const (
	pictureBase = 0xF0000
	pictureEnd  = 0xFFFFD
	gapBase     = 0x100000
	gapEnd      = 0x1000FF
)

// Of returns plain text in one style.
func Of(s string, style Style) Text {
	var t Text
	t.Add(s, style)
	return t
}

// Add appends text in one style.
func (t *Text) Add(s string, style Style) {
	for _, r := range s {
		if r < pictureBase {
			t.Runes, t.Styles = append(t.Runes, r), append(t.Styles, style)
		}
	}
}

// AddPicture appends picture number n.
func (t *Text) AddPicture(n int) {
	if n >= 0 && pictureBase+n <= pictureEnd {
		t.Runes, t.Styles = append(t.Runes, pictureBase+rune(n)), append(t.Styles, 0)
	}
}

// AddGap appends the gap number n, from 1, of a cloze.
func (t *Text) AddGap(n int) {
	if n > 0 && gapBase+n <= gapEnd {
		t.Runes, t.Styles = append(t.Runes, gapBase+rune(n)), append(t.Styles, 0)
	}
}

// gapOf returns what is written for a gap, "" for any other letter.
func gapOf(r rune) string {
	if r < gapBase || r > gapEnd {
		return ""
	}
	return "[[" + itoa(int(r-gapBase)) + "]]"
}

// PictureOf returns the number of the picture that a letter stands for.
func PictureOf(r rune) (int, bool) { return int(r - pictureBase), r >= pictureBase && r <= pictureEnd }

// Append adds another text at the end.
func (t *Text) Append(o Text) {
	t.Runes, t.Styles = append(t.Runes, o.Runes...), append(t.Styles, o.Styles...)
}

// Len counts letters.
func (t Text) Len() int { return len(t.Runes) }

// Slice returns the letters from i up to j; it shares them with t.
func (t Text) Slice(i, j int) Text {
	return Text{Runes: t.Runes[i:j:j], Styles: t.Styles[i:j:j]}
}

// Trim returns t without white space at its ends.
func (t Text) Trim() Text {
	i, j := 0, len(t.Runes)
	for i < j && unicode.IsSpace(t.Runes[i]) {
		i++
	}
	for j > i && unicode.IsSpace(t.Runes[j-1]) {
		j--
	}
	return t.Slice(i, j)
}

// Lines takes t apart at its line breaks.
func (t Text) Lines() []Text {
	var out []Text
	from := 0
	for i, r := range t.Runes {
		if r == '\n' {
			out = append(out, t.Slice(from, i))
			from = i + 1
		}
	}
	return append(out, t.Slice(from, len(t.Runes)))
}

// String returns the letters without their looks; gaps are [[1]], pictures leave
// nothing.
func (t Text) String() string {
	var b strings.Builder
	for _, r := range t.Runes {
		if gap := gapOf(r); gap != "" {
			b.WriteString(gap)
		} else if _, picture := PictureOf(r); !picture {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Has returns the styles that every letter other than white space carries, and
// false when there is no such letter.
func (t Text) Has() (Style, bool) {
	all, any := ^Style(0), false
	for i, r := range t.Runes {
		if _, picture := PictureOf(r); !picture && !unicode.IsSpace(r) {
			all, any = all&t.Styles[i], true
		}
	}
	return all, any
}

// Normal returns t composed, with non-breaking spaces as spaces and without
// what is not seen. keepSoft keeps soft hyphens, which are a letter in TCVN3.
func (t Text) Normal(keepSoft bool) Text {
	if t.normal() {
		return t
	}
	out := Text{Runes: make([]rune, 0, len(t.Runes)), Styles: make([]Style, 0, len(t.Runes))}
	for i := 0; i < len(t.Runes); {
		j := i + 1
		for j < len(t.Runes) && unicode.Is(unicode.Mn, t.Runes[j]) {
			j++
		}
		letters := t.Runes[i:j]
		if j > i+1 || t.Runes[i] > 0x2FF {
			if composed := norm.NFC.String(string(letters)); utf8.RuneCountInString(composed) != len(letters) || t.Runes[i] > 0x2FF {
				letters = []rune(composed)
			}
		}
		for _, r := range letters {
			if r = seen(r, keepSoft); r >= 0 {
				out.Runes, out.Styles = append(out.Runes, r), append(out.Styles, t.Styles[i])
			}
		}
		i = j
	}
	return out
}

// normal reports whether there is nothing for Normal to do.
func (t Text) normal() bool {
	for _, r := range t.Runes {
		if (r < ' ' || r > '~') && r != '\n' && r != '\t' {
			return false
		}
	}
	return true
}

// seen returns the letter as it is kept, -1 for one that is not.
func seen(r rune, keepSoft bool) rune {
	switch {
	case r == '\n' || r == '\t' || r == '\u00AD' && keepSoft:
		return r
	case r == '\r' || r == '\v' || r == '\f':
		return '\n'
	case r == '\u00A0' || r == '\u202F' || r == '\u2007' || r >= '\u2000' && r <= '\u200A':
		return ' '
	case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// Squeeze returns t on one line with single spaces.
func (t Text) Squeeze() Text {
	t = t.Trim()
	out := Text{Runes: make([]rune, 0, len(t.Runes)), Styles: make([]Style, 0, len(t.Runes))}
	space := false
	for i, r := range t.Runes {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if space {
			out.Runes, out.Styles = append(out.Runes, ' '), append(out.Styles, t.Styles[i]&out.Styles[len(out.Styles)-1])
			space = false
		}
		out.Runes, out.Styles = append(out.Runes, r), append(out.Styles, t.Styles[i])
	}
	return out
}
