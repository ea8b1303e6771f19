package markup

import "strings"

// Limits of a table: what a phone can show.
const (
	maxColumns = 10
	maxRows    = 60
)

// tableAt says how many lines from here make a table: a head, a ruler and rows.
// 0 means none.
func tableAt(lines []string) int {
	if len(lines) < 2 || !strings.Contains(lines[0], "|") || !strings.Contains(lines[1], "|") || !rulerLine.MatchString(lines[1]) {
		return 0
	}
	if columns := len(cells(lines[0])); columns > maxColumns || columns != len(cells(lines[1])) {
		return 0
	}
	n := 2
	for n < len(lines) && n < maxRows+2 && strings.Contains(lines[n], "|") && strings.TrimSpace(lines[n]) != "" {
		n++
	}
	return n
}

// cells takes a line apart at its bars; a bar after a backslash is text.
func cells(line string) []string {
	line = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "|"), "|")
	var list []string
	from := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '|':
			list = append(list, strings.TrimSpace(line[from:i]))
			from = i + 1
		}
	}
	return append(list, strings.TrimSpace(line[from:]))
}

func (p *parser) table(lines []string) {
	head := cells(lines[0])
	out := &p.out.text
	row := func(list []string, tag string) {
		out.WriteString("<tr>")
		for i := range head {
			out.WriteString("<" + tag + ">")
			if i < len(list) {
				out.WriteString(p.cell(list[i]))
			}
			out.WriteString("</" + tag + ">")
		}
		out.WriteString("</tr>")
	}
	out.WriteString("<table><thead>")
	row(head, "th")
	out.WriteString("</thead><tbody>")
	for _, line := range lines[2:] {
		row(cells(line), "td")
	}
	out.WriteString("</tbody></table>")
}

func (p *parser) cell(source string) string {
	b := &builder{}
	inner := parser{out: b, gaps: p.gaps}
	inner.inline(source, 0)
	b.closeTo(0)
	return b.text.String()
}
