package docx

import (
	"strconv"
	"strings"

	"mangxanh/contest/intake/rich"
	"mangxanh/contest/intake/tree"
)

// numbering writes the numbers that a word processor shows and does not store.
type numbering struct {
	abstract map[string]*abstract
	nums     map[string]*num
}

// abstract is one numbering scheme; lists that share it count on together.
type abstract struct {
	levels  [9]level
	counts  [9]int
	started [9]bool
}

type level struct {
	start  int
	format string
	text   string // "Câu %1."
	look   look
	never  bool // lvlRestart = 0
}

type num struct {
	scheme   *abstract
	levels   [9]*level // overridden
	restarts [9]int    // number to begin again with, -1 = none
	used     [9]bool
}

func readNumbering(n *tree.Node, s styles) numbering {
	out := numbering{abstract: map[string]*abstract{}, nums: map[string]*num{}}
	links := map[string]string{}     // scheme -> numbering style it takes its levels from
	providers := map[string]string{} // numbering style -> scheme
	for _, a := range n.All("abstractNum") {
		id := a.Attr("abstractNumId")
		scheme := &abstract{}
		for i := range scheme.levels {
			scheme.levels[i] = level{start: 1, format: "none"}
		}
		for _, l := range a.All("lvl") {
			scheme.levels[levelOf(l.Attr("ilvl"))] = readLevel(l)
		}
		out.abstract[id] = scheme
		if link := a.Kid("numStyleLink").Attr("val"); link != "" {
			links[id] = link
		}
		if link := a.Kid("styleLink").Attr("val"); link != "" {
			providers[link] = id
		}
	}
	for id, style := range links {
		if provider := out.abstract[providers[style]]; provider != nil {
			out.abstract[id].levels = provider.levels
		}
	}
	for _, m := range n.All("num") {
		scheme := out.abstract[m.Kid("abstractNumId").Attr("val")]
		if scheme == nil {
			continue
		}
		one := &num{scheme: scheme}
		for i := range one.restarts {
			one.restarts[i] = -1
		}
		for _, o := range m.All("lvlOverride") {
			at := levelOf(o.Attr("ilvl"))
			if v, err := strconv.Atoi(o.Kid("startOverride").Attr("val")); err == nil {
				one.restarts[at] = v
			}
			if l := o.Kid("lvl"); l != nil {
				read := readLevel(l)
				one.levels[at] = &read
			}
		}
		out.nums[m.Attr("numId")] = one
	}
	return out
}

func readLevel(n *tree.Node) level {
	l := level{start: 1, format: n.Kid("numFmt").Attr("val"), text: n.Kid("lvlText").Attr("val"), look: lookOf(n.Kid("rPr"))}
	if v, err := strconv.Atoi(n.Kid("start").Attr("val")); err == nil {
		l.start = v
	}
	l.never = n.Kid("lvlRestart").Attr("val") == "0"
	return l
}

func (m *num) level(i int) level {
	if m.levels[i] != nil {
		return *m.levels[i]
	}
	return m.scheme.levels[i]
}

// next counts a paragraph and returns the number it shows, with the look that
// the level gives it.
func (n numbering) next(ref numRef) (string, look) {
	m := n.nums[ref.id]
	if m == nil || ref.id == "0" {
		return "", look{}
	}
	s, at := m.scheme, ref.level
	l := m.level(at)
	switch {
	case m.restarts[at] >= 0 && !m.used[at]:
		s.counts[at] = m.restarts[at]
	case !s.started[at]:
		s.counts[at] = l.start
	default:
		s.counts[at]++
	}
	m.used[at], s.started[at] = true, true
	for i := at + 1; i < len(s.started); i++ {
		if !m.level(i).never {
			s.started[i] = false
		}
	}
	if l.format == "bullet" || l.format == "none" && !strings.Contains(l.text, "%") {
		return "", look{}
	}
	text := l.text
	for i := 0; i <= at; i++ {
		mark := "%" + strconv.Itoa(i+1)
		if strings.Contains(text, mark) {
			count := s.counts[i]
			if !s.started[i] {
				count = m.level(i).start
			}
			text = strings.ReplaceAll(text, mark, numeral(count, m.level(i).format))
		}
	}
	return text, l.look
}

// numeral writes a number as a format wants it.
func numeral(n int, format string) string {
	switch format {
	case "upperLetter":
		return letterNumeral(n, 'A')
	case "lowerLetter":
		return letterNumeral(n, 'a')
	case "upperRoman":
		return roman(n)
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "decimalZero":
		if n < 10 && n >= 0 {
			return "0" + strconv.Itoa(n)
		}
	case "none":
		return ""
	}
	return strconv.Itoa(n)
}

func letterNumeral(n int, first rune) string {
	if n < 1 || n > 780 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(first+rune((n-1)%26)), (n-1)/26+1)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, d := range []struct {
		value int
		sign  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= d.value {
			b.WriteString(d.sign)
			n -= d.value
		}
	}
	return b.String()
}

// label returns the number of a paragraph as text in its looks.
func (r *reader) label(ref numRef, base look) rich.Text {
	s, l := r.numbering.next(ref)
	if s == "" {
		return rich.Text{}
	}
	return rich.Of(s, base.over(l).on)
}
