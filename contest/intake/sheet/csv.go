package sheet

import (
	"bytes"
	"strings"

	"mangxanh/contest"
)

// maxUnclosed is how many unclosed quotes are followed into later lines before
// quotes are taken to end with their line: it bounds the work on a file made of
// them.
const (
	maxUnclosed  = 64
	maxQuotedRun = 128 << 10
)

// readText parses delimited text. The standard reader stops at the first bad
// quote; this one names the row and goes on with the next line.
func readText(data []byte, names map[string]string) (grid, Format, []Problem, error) {
	dec := decoderFor(data)
	if utf16Order(data) != nil {
		dec = decoder{}
	}
	data = plainBytes(data)
	var notices []Problem
	if dec.legacy {
		notices = append(notices, Problem{
			Code: "windows_1258", Severity: Warning, Message: "the file was read as Windows-1258; check the letters with diacritics",
		})
	}
	delim, width := delimiter(data, names)
	p := parser{data: data, delim: delim, width: width, dec: dec}
	rows, err := p.all()
	format := CSV
	if delim == '\t' {
		format = TSV
	}
	return grid{rows: rows}, format, notices, err
}

// delimiter tries each one on the head of the file and keeps the one under
// which a row names the most known columns, or else the one that makes the most
// columns. It also returns the width of that row.
func delimiter(data []byte, names map[string]string) (delim byte, width int) {
	delim, best := ',', -1
	for _, d := range []byte{',', ';', '\t'} {
		p := parser{data: data, delim: d, dec: decoder{legacy: true}, unclosed: maxUnclosed}
		for range headerDepth {
			l, ok := p.next()
			if !ok {
				break
			}
			if score := named(l, names)*100 + min(len(l.cells), MaxColumns); score > best {
				delim, best, width = d, score, len(l.cells)
			}
		}
	}
	return delim, width
}

type parser struct {
	data     []byte
	delim    byte
	width    int // cells of the header, 0 when not known
	dec      decoder
	pos      int
	number   int // rows so far
	line     int // physical lines so far
	unclosed int
}

// all returns every row that is not empty.
func (p *parser) all() ([]line, error) {
	var rows []line
	for {
		l, ok := p.next()
		if !ok {
			return rows, nil
		}
		if blank(l.cells) {
			continue
		}
		if rows = append(rows, l); len(rows) > MaxRows+headerDepth {
			return nil, tooManyRows()
		}
		if p.number > 10*MaxRows {
			return nil, contest.Refuse(contest.TooLarge, "too_many_rows", "the file has more than %d lines", 10*MaxRows)
		}
	}
}

func blank(cells []cell) bool {
	for _, c := range cells {
		if strings.TrimSpace(c.text) != "" {
			return false
		}
	}
	return true
}

// next parses one row.
func (p *parser) next() (line, bool) {
	if p.pos >= len(p.data) {
		return line{}, false
	}
	p.number++
	l := line{number: p.number, line: p.line + 1}
	fields, end, sound := p.record(p.pos, false)
	if sound && p.swallowed(fields, end) {
		sound = false
	}
	if !sound {
		p.unclosed++
		fields, end, _ = p.record(p.pos, true)
		l.problems = append(l.problems, Problem{
			Code: "unclosed_quote", Severity: Error, Message: "a quotation mark in this row is not closed, or stands in the middle of a cell",
			Params: map[string]string{"line": itoa(l.line)},
		})
	}
	p.line += newlines(p.data[p.pos:end])
	p.pos = end
	for _, f := range fields {
		l.cells = append(l.cells, p.dec.cell(f))
	}
	p.measure(&l)
	return l, true
}

// measure reports rows with another number of cells than the header.
func (p *parser) measure(l *line) {
	n := len(l.cells)
	for n > p.width && p.width > 0 && l.cells[n-1].text == "" {
		n--
	}
	l.cells = l.cells[:min(n, MaxColumns)]
	if p.width < 2 || blank(l.cells) {
		return
	}
	params := map[string]string{"cells": itoa(n), "expected": itoa(p.width)}
	switch {
	case n > p.width:
		l.problems = append(l.problems, Problem{
			Code: "too_many_cells", Severity: Error, Params: params,
			Message: "the row has more cells than the header: a cell with the separator in it needs quotation marks",
		})
	case n < p.width && len(l.problems) == 0:
		l.problems = append(l.problems, Problem{
			Code: "too_few_cells", Severity: Warning, Params: params, Message: "the row has fewer cells than the header",
		})
	}
}

// swallowed reports whether a quote that was opened by mistake found its end in
// a later row: the row spans lines and does not fit the header, while its second
// line alone does.
func (p *parser) swallowed(fields [][]byte, end int) bool {
	if p.width < 2 || len(fields) == p.width {
		return false
	}
	first := p.lineEnd(p.pos)
	if first >= end {
		return false
	}
	second, _, ok := p.record(first, false)
	return ok && len(second) == p.width
}

// lineEnd is the place after the line that starts at from.
func (p *parser) lineEnd(from int) int {
	i := bytes.IndexAny(p.data[from:], "\r\n")
	if i < 0 {
		return len(p.data)
	}
	return p.skipBreak(from + i)
}

// skipBreak is the place after the line break at i.
func (p *parser) skipBreak(i int) int {
	if p.data[i] == '\r' && i+1 < len(p.data) && p.data[i+1] == '\n' {
		return i + 2
	}
	return i + 1
}

// record splits the row at start. With literal, quotes are letters like any
// other. It is not sound when a quote does not end, or ends in mid cell.
func (p *parser) record(start int, literal bool) (fields [][]byte, end int, sound bool) {
	pos := start
	for {
		if !literal && pos < len(p.data) && p.data[pos] == '"' {
			field, after, ok := p.quoted(pos)
			if !ok {
				return nil, start, false
			}
			fields, pos = append(fields, field), after
		} else {
			stop := pos
			for stop < len(p.data) && p.data[stop] != p.delim && p.data[stop] != '\n' && p.data[stop] != '\r' {
				stop++
			}
			fields, pos = append(fields, p.data[pos:stop]), stop
		}
		switch {
		case pos >= len(p.data):
			return fields, pos, true
		case p.data[pos] != p.delim:
			return fields, p.skipBreak(pos), true
		case len(fields) > 4*MaxColumns:
			return fields, p.lineEnd(pos), true
		}
		pos++
	}
}

// quoted reads a quoted cell; doubled quotes stand for one.
func (p *parser) quoted(start int) (field []byte, after int, ok bool) {
	limit := min(len(p.data), start+maxQuotedRun)
	if p.unclosed >= maxUnclosed {
		limit = min(limit, p.lineEnd(start))
	}
	for pos := start + 1; pos < limit; pos++ {
		if p.data[pos] != '"' {
			continue
		}
		if pos+1 < len(p.data) && p.data[pos+1] == '"' {
			pos++
			continue
		}
		if pos+1 < len(p.data) && p.data[pos+1] != p.delim && p.data[pos+1] != '\n' && p.data[pos+1] != '\r' {
			return nil, start, false
		}
		return bytes.ReplaceAll(p.data[start+1:pos], []byte(`""`), []byte(`"`)), pos + 1, true
	}
	return nil, start, false
}

// newlines counts line breaks of any kind.
func newlines(b []byte) int {
	n := bytes.Count(b, []byte("\n"))
	return n + bytes.Count(b, []byte("\r")) - bytes.Count(b, []byte("\r\n"))
}
