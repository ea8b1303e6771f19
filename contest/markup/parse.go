package markup

import (
	"regexp"
	"strconv"
	"strings"
)

// parser reads marked text and tells the builder what to write.
type parser struct {
	out    *builder
	gaps   int
	indent []int // of the list items that are open, from markdown
}

var (
	itemLine   = regexp.MustCompile(`^([ \t]*)(?:[-*+]|(\d{1,3})[.)])[ \t]+(\S.*)$`)
	rulerLine  = regexp.MustCompile(`^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$`)
	knownTag   = regexp.MustCompile(`^<(/?)(?i:(b|strong|i|em|u|sub|sup|br|p|ul|ol|li))\s*/?>`)
	synonymous = map[string]string{"strong": "b", "em": "i"}
)

// blocks reads whole lines: paragraphs, lists and tables.
func (p *parser) blocks(source string) {
	lines := strings.Split(source, "\n")
	var text []string // of the paragraph or item being read
	flush := func() {
		if len(text) > 0 {
			p.inline(strings.Join(text, "\n"), 0)
			text = text[:0]
		}
	}
	blank := false
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if strings.TrimSpace(line) == "" {
			flush()
			blank = true
			continue
		}
		if rows := tableAt(lines[i:]); rows > 0 {
			flush()
			p.endLists()
			p.table(lines[i : i+rows])
			i += rows - 1
		} else if m := itemLine.FindStringSubmatch(line); m != nil {
			flush()
			p.item(m)
			text = append(text, m[3])
		} else {
			if blank {
				p.paragraph(line)
			}
			text = append(text, strings.TrimSpace(line))
		}
		blank = false
	}
	flush()
}

// paragraph begins a new one; what is not indented ends a list before it.
func (p *parser) paragraph(line string) {
	if len(p.indent) > 0 && width(line) <= p.indent[len(p.indent)-1] {
		p.endLists()
	}
	if len(p.indent) > 0 {
		p.out.open("p", 0)
	} else if p.out.text.Len() > 0 {
		p.out.endText()
		if p.out.top() == "" {
			p.out.open("p", 0)
		}
	}
}

func (p *parser) endLists() {
	p.out.closeTo(0)
	p.indent = nil
}

// item begins an item of a list, nested as deep as it is indented.
func (p *parser) item(m []string) {
	tag, start := "ul", 1
	if m[2] != "" {
		tag = "ol"
		start, _ = strconv.Atoi(m[2]) // three digits at most
	}
	in := width(m[1])
	for len(p.indent) > 0 && in < p.indent[len(p.indent)-1] {
		p.indent = p.indent[:len(p.indent)-1]
		p.out.close("li")
		p.closeList()
	}
	if len(p.indent) == 0 || in > p.indent[len(p.indent)-1] && len(p.indent) < maxLists {
		if len(p.indent) == 0 {
			p.out.closeTo(0)
		}
		p.indent = append(p.indent, in)
		p.out.open(tag, start)
	}
	p.out.open("li", 0)
}

func (p *parser) closeList() {
	p.out.endText()
	for isList(p.out.top()) || p.out.top() == "li" {
		list := isList(p.out.top())
		p.out.closeTo(len(p.out.stack) - 1)
		if list {
			return
		}
	}
}

// width is how far a line is indented; a tab counts four.
func width(line string) int {
	n := 0
	for _, r := range line {
		switch r {
		case ' ':
			n++
		case '\t':
			n += 4
		default:
			return n
		}
	}
	return n
}

// inline reads text inside a block. depth counts emphasis in emphasis.
func (p *parser) inline(s string, depth int) {
	from := 0 // of the literal text not yet written
	flush := func(to int) {
		if to > from {
			p.out.write(s[from:to])
		}
	}
	var none [3]bool // no end further on for one star, for two
	for i := 0; i < len(s); {
		end := i
		switch s[i] {
		case '\\':
			if i+1 < len(s) && strings.IndexByte(special, s[i+1]) >= 0 {
				flush(i)
				from, i = i+1, i+2
				continue
			}
		case '\n':
			flush(i)
			p.out.raw("<br>")
			end = i + 1
		case '!', '[', '<':
			var write func()
			if write, end = p.construct(s, i); write != nil {
				flush(i)
				write()
			}
		case '*':
			want, run := stars(s, i)
			closer := -1
			if run <= 3 && depth < 8 && !none[want] {
				closer = endOf(s, i+want, want)
				none[want] = closer < 0
			}
			if closer < 0 {
				i += run
				continue
			}
			flush(i)
			tag := []string{"", "i", "b"}[want]
			p.out.open(tag, 0)
			p.inline(s[i+want:closer], depth+1)
			p.out.close(tag)
			end = closer + want
		}
		if end > i {
			from, i = end, end
			continue
		}
		i++
	}
	flush(len(s))
}

// construct recognises a picture, a gap or a tag at a place; write is nil for
// what is only text.
func (p *parser) construct(s string, at int) (write func(), end int) {
	if n, end := gapAt(s, at, p.gaps); n > 0 {
		return func() {
			p.out.flow()
			writeGap(&p.out.text, n)
		}, end
	}
	if pic, end := pictureAt(s, at); end > at {
		return func() { p.out.raw(pic.html()) }, end
	}
	m := knownTag.FindStringSubmatch(s[at:])
	if m == nil {
		return nil, at
	}
	tag, end := strings.ToLower(m[2]), at+len(m[0])
	if same, ok := synonymous[tag]; ok {
		tag = same
	}
	switch {
	case tag == "br":
		return func() { p.out.raw("<br>") }, end
	case m[1] != "":
		return func() { p.out.close(tag) }, end
	}
	return func() { p.out.open(tag, 1) }, end
}

// stars says how many stars begin an emphasis here and how many stand here.
func stars(s string, at int) (want, run int) {
	for at+run < len(s) && s[at+run] == '*' {
		run++
	}
	return min(run, 2), run
}

// endOf finds where an emphasis that begins before from ends, or -1. Stars with
// white space on the inside are only stars.
func endOf(s string, from, want int) int {
	if from >= len(s) || s[from] == ' ' || s[from] == '\n' {
		return -1
	}
	for i := from; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '*':
			_, run := stars(s, i)
			inside := i > from && s[i-1] != ' ' && s[i-1] != '\n'
			if inside && run >= want && (want != 1 || run != 2) {
				return i + run - want
			}
			i += run - 1
		}
	}
	return -1
}

// gapAt reads [[n]] with n in 1..gaps.
func gapAt(s string, at, gaps int) (n, end int) {
	if gaps == 0 || !strings.HasPrefix(s[at:], "[[") {
		return 0, at
	}
	inner, _, ok := strings.Cut(s[at+2:min(at+8, len(s))], "]]")
	if !ok {
		return 0, at
	}
	n, err := strconv.Atoi(inner)
	if err != nil || n < 1 || n > gaps || strconv.Itoa(n) != inner {
		return 0, at
	}
	return n, at + len(inner) + 4
}
