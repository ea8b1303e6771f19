package markup

import (
	"html"
	"strings"
)

// HTML renders marked text of several lines. [[1]] to [[gaps]] become gaps:
// <span class="gap" data-gap="1"></span>. A text of one paragraph comes without
// <p> around it.
func HTML(source string, gaps int) string {
	b := &builder{block: true}
	p := parser{out: b, gaps: gaps}
	p.blocks(strings.ToValidUTF8(source, "\uFFFD"))
	b.closeTo(0)
	return lonely(b.text.String())
}

// Inline renders marked text of one line, such as an option: paragraphs, lists
// and tables are not known in it.
func Inline(source string) string {
	b := &builder{}
	p := parser{out: b}
	p.inline(strings.ToValidUTF8(source, "\uFFFD"), 0)
	b.closeTo(0)
	return b.text.String()
}

// Literal renders text as it was written, apart from gaps.
func Literal(source string, gaps int) string {
	source = strings.ToValidUTF8(source, "\uFFFD")
	var out strings.Builder
	for i := 0; i < len(source); {
		if n, end := gapAt(source, i, gaps); n > 0 {
			writeGap(&out, n)
			i = end
			continue
		}
		next := strings.Index(source[i+1:], "[[")
		if gaps == 0 || next < 0 {
			next = len(source) - i - 1
		}
		out.WriteString(strings.ReplaceAll(html.EscapeString(source[i:i+1+next]), "\n", "<br>"))
		i += 1 + next
	}
	return out.String()
}

// lonely takes the paragraph off a text that is nothing but one.
func lonely(s string) string {
	inner, ok := strings.CutPrefix(s, "<p>")
	if !ok {
		return s
	}
	inner, ok = strings.CutSuffix(inner, "</p>")
	if !ok || strings.Contains(inner, "<p>") || strings.Contains(inner, "</p>") {
		return s
	}
	return inner
}

// Plain is the text of a rendering without its tags, one line a block: what is
// searched, compared and listed. A picture is its description, a gap three dots.
func Plain(rendered string) string {
	var out strings.Builder
	for len(rendered) > 0 {
		open := strings.IndexByte(rendered, '<')
		if open < 0 {
			break
		}
		out.WriteString(rendered[:open])
		end := strings.IndexByte(rendered[open:], '>')
		if end < 0 {
			rendered = ""
			break
		}
		out.WriteString(instead(rendered[open+1 : open+end]))
		rendered = rendered[open+end+1:]
	}
	out.WriteString(rendered)
	return strings.TrimSpace(html.UnescapeString(out.String()))
}

// instead is what a tag leaves behind in plain text.
func instead(tag string) string {
	name, rest, _ := strings.Cut(tag, " ")
	switch name {
	case "br", "/p", "/ul", "/ol", "/li", "/tr":
		return "\n"
	case "/td", "/th":
		return "\t"
	case "span":
		return "…"
	case "img":
		_, alt, _ := strings.Cut(rest, `alt="`)
		alt, _, _ = strings.Cut(alt, `"`)
		return alt
	}
	return ""
}

const special = "\\`*_{}[]()<>#+-.!|&~"

// Escape returns marked text that shows plain as it is written.
func Escape(plain string) string {
	plain = strings.ToValidUTF8(plain, "\uFFFD")
	var out strings.Builder
	start := true // of a line, apart from white space
	for i, r := range plain {
		c := byte(0)
		if r < 0x80 {
			c = byte(r)
		}
		switch {
		case strings.IndexByte("\\*<|", c) >= 0 && c != 0,
			c == '!' && strings.HasPrefix(plain[i:], "!["),
			c == '[' && strings.HasPrefix(plain[i:], "[["),
			start && (c == '-' || c == '+'),
			(c == '.' || c == ')') && numbered(plain[:i]):
			out.WriteByte('\\')
		}
		out.WriteRune(r)
		start = c == '\n' || start && (c == ' ' || c == '\t')
	}
	return out.String()
}

// numbered reports whether the last line so far is nothing but a number, which
// a full stop would make an item of a list.
func numbered(before string) bool {
	line := strings.TrimLeft(before[strings.LastIndexByte(before, '\n')+1:], " \t")
	return line != "" && len(line) <= 3 && strings.Trim(line, "0123456789") == ""
}
