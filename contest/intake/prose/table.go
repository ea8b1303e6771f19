package prose

import (
	"regexp"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/rich"
	"mangxanh/contest/text/legacy"
)

// prepareTable opens a table that lays out options or whole questions, reads one
// with a row per question, and keeps any other as a table.
func (r *reader) prepareTable(p Line) {
	keep := r.encoding == legacy.TCVN3
	table := make([][][]line, len(p.Table))
	layout := 0
	for i, row := range p.Table {
		for _, cell := range row {
			var lines []line
			for _, inner := range flat(cell, 0) {
				for _, t := range inner.labelled().Normal(keep).Lines() {
					l := line{place: p.Place, text: t.Trim(), notes: inner.Notes}
					l.read(r.encoding)
					if !l.empty() {
						lines = append(lines, l)
					}
				}
			}
			if begins(lines) {
				layout++
			}
			table[i] = append(table[i], lines)
		}
	}
	switch {
	case r.byRows(table):
	case layout >= 2 || layout == 1 && len(table) == 1 && tableKeys(table) == nil:
		for _, row := range table {
			for _, cell := range row {
				r.lines = append(r.lines, cell...)
			}
		}
	default:
		r.lines = append(r.lines, line{place: p.Place, table: table, notes: p.Notes})
	}
}

// labelled returns the paragraph's text behind its number.
func (p Line) labelled() rich.Text {
	if p.Label.Len() == 0 {
		return p.Text
	}
	var t rich.Text
	t.Append(p.Label)
	t.Add(" ", 0)
	t.Append(p.Text)
	return t
}

// flat takes tables inside cells apart.
func flat(cell Cell, depth int) []Line {
	var out []Line
	for _, l := range cell {
		if l.Table == nil {
			out = append(out, l)
			continue
		}
		for _, row := range l.Table {
			for _, c := range row {
				if depth < 4 {
					out = append(out, flat(c, depth+1)...)
				}
			}
		}
	}
	return out
}

// begins reports whether a cell begins an option or, by a word, a question.
func begins(cell []line) bool {
	if len(cell) == 0 {
		return false
	}
	if m := cell[0].marks(); len(m) > 0 && m[0].class == sure && len(cell[0].key) > m[0].text {
		return true
	}
	_, text, byWord, ok := cell[0].questionNumber()
	return ok && byWord && len(cell[0].key) > text+3
}

var (
	stemHeader   = regexp.MustCompile(`^(?:cau hoi|noi dung(?: cau hoi)?|de bai|question(?: text)?)$`)
	optionHeader = regexp.MustCompile(`^(?:(?:phuong an|dap an|lua chon|option|answer) )?([a-j])$`)
	keyHeader    = regexp.MustCompile(`^(?:dap an(?: dung)?|da|answer|key)$`)
)

// byRows reads a table whose first row names stem, options and key, and makes
// the lines of a question of every other row.
func (r *reader) byRows(table [][][]line) bool {
	if len(table) < 2 {
		return false
	}
	stem, key, options := -1, -1, map[int]int{}
	for j, cell := range table[0] {
		s := strings.Trim(cellKey(cell), " :.*")
		if m := optionHeader.FindStringSubmatch(s); m != nil {
			options[j] = int(m[1][0] - 'a')
		} else if stemHeader.MatchString(s) {
			stem = j
		} else if keyHeader.MatchString(s) {
			key = j
		}
	}
	if stem < 0 || len(options) < 2 {
		return false
	}
	number := 0
	for _, row := range table[1:] {
		if stem >= len(row) || len(row[stem]) == 0 {
			continue
		}
		number++
		r.worded("Câu "+itoa(number)+". ", row[stem], r.encoding)
		for j, cell := range row {
			if letter, ok := options[j]; ok && len(cell) > 0 {
				r.worded(bank.Letter(letter)+". ", cell, r.encoding)
			}
		}
		if key >= 0 && key < len(row) && len(row[key]) > 0 {
			r.worded("Đáp án: ", row[key], r.encoding)
		}
	}
	return number > 0
}

func itoa(n int) string { return number(n) }

// worded adds the lines of a cell with a word before the first.
func (r *reader) worded(word string, cell []line, e legacy.Encoding) {
	for i, l := range cell {
		if i == 0 {
			if e != legacy.None {
				word = strings.Map(plainLetter, word)
			}
			var t rich.Text
			style := rich.Style(0)
			if len(l.text.Styles) > 0 {
				style = l.text.Styles[0]
			}
			t.Add(word, style)
			t.Append(l.text)
			l = line{place: l.place, text: t, notes: l.notes}
			l.read(e)
		}
		r.lines = append(r.lines, l)
	}
}

// plainLetter is a letter without diacritics, which reads the same in every font.
func plainLetter(r rune) rune {
	if c := foldRunes[r]; c != 0 && r >= 0x80 {
		return rune(c)
	}
	return r
}

func tableBlock(table [][][]line) rich.Block {
	b := rich.Block{Table: [][]rich.Text{}}
	for _, row := range table {
		cells := make([]rich.Text, len(row))
		for j, cell := range row {
			for i, l := range cell {
				if i > 0 {
					cells[j].Add(" ", 0)
				}
				cells[j].Append(l.text)
			}
		}
		b.Table = append(b.Table, cells)
	}
	return b
}

func plainTable(table [][][]line) string { return rich.Plain([]rich.Block{tableBlock(table)}) }

// clip shortens what is quoted in a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:120]) + "…"
	}
	return s
}
