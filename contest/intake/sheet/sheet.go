// Package sheet reads the tables that schools have: CSV in any of its dialects
// and encodings, text pasted from a spreadsheet, and XLSX workbooks with titles
// above the header and one sheet per class.
//
// It is told which columns are wanted and under what names people write them;
// only those columns leave the package, so that a list with citizen numbers
// loses them here. What is wrong with one row becomes a problem of that row and
// spoils no other: bytes of a legacy code page, an unclosed quote, too many
// cells. Only a file that is no table at all, or larger than the limits, is
// refused as a whole.
//
// It refuses to know what the cells mean: no dates of birth, no answer keys.
package sheet

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// Limits of a file. They bound memory and time before anything is parsed.
const (
	MaxBytes    = 10 << 20
	MaxUnpacked = 32 << 20 // of a workbook
	MaxRows     = 20_000
	MaxColumns  = 64
	MaxCell     = 32 << 10 // bytes; the rest is cut off and reported
	maxSheets   = 100
	headerDepth = 30 // rows among which the header is looked for
)

// Format is the kind of file.
type Format string

// The formats. Auto finds out from the content.
const (
	Auto Format = "auto"
	CSV  Format = "csv"
	TSV  Format = "tsv"
	XLSX Format = "xlsx"
)

// Column is one wanted column.
type Column struct {
	Key   string
	Names []string // as people write them; case and diacritics do not matter
	Code  bool     // holds codes whose leading zeros matter
}

// Severity tells what keeps a row from being used apart from what only needs a look.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one fault of a row, or of the whole table when it stands there.
type Problem struct {
	Column   string // key of the column, "" for the row
	Code     string
	Severity Severity
	Message  string // English
	Params   map[string]string
}

// Row is one row of data.
type Row struct {
	Number   int               // as a spreadsheet counts, from 1 with the header and empty rows
	Line     int               // physical line of a text file, 0 in a workbook
	Cells    map[string]string // by column key; always valid UTF-8
	Problems []Problem
}

// Section is one sheet of a workbook, or the whole of a text file.
type Section struct {
	Sheet   string // "" in a text file
	Index   int    // of the sheet in the file, from 0
	Titles  []string
	Columns []string // keys found, from left to right
	Dropped []string // headers of columns that are not taken
	Rows    []Row
}

// Table is what was read.
type Table struct {
	Format   Format
	Sections []Section
	Problems []Problem // of the whole file, all warnings
}

// grid is a sheet before its header is known.
type grid struct {
	name  string
	index int
	rows  []line
}

type line struct {
	number, line int
	cells        []cell
	problems     []Problem
}

type cell struct {
	text       string
	suggestion string // what the bytes say in Windows-1258, when they are not UTF-8
	numeric    bool   // stored as a number in a workbook
	cut        bool
}

// Read parses a file. want lists the columns to take.
func Read(data []byte, format Format, want []Column) (Table, error) {
	if len(data) > MaxBytes {
		return Table{}, contest.Refuse(contest.TooLarge, "file_too_large", "the file has more than %d MiB", MaxBytes>>20)
	}
	kind, err := sniff(data)
	if err != nil {
		return Table{}, err
	}
	if format != Auto && format != "" && (format == XLSX) != (kind == XLSX) {
		return Table{}, contest.Refuse(contest.Unsupported, "wrong_file_type", "the file is not of the format %s", format)
	}
	names := namesOf(want)
	var grids []grid
	var notices []Problem
	if kind == XLSX {
		grids, err = readWorkbook(data, want)
	} else {
		var g grid
		g, kind, notices, err = readText(data, names)
		grids = []grid{g}
	}
	if err != nil {
		return Table{}, err
	}
	return assemble(kind, grids, notices, want)
}

func assemble(kind Format, grids []grid, notices []Problem, want []Column) (Table, error) {
	t := Table{Format: kind, Problems: notices}
	names, filled, rows := namesOf(want), 0, 0
	for _, g := range grids {
		if len(g.rows) == 0 {
			continue
		}
		filled++
		section, found := g.section(names, want)
		if !found {
			t.Problems = append(t.Problems, Problem{
				Code: "sheet_skipped", Severity: Warning, Message: "no header with known column names was found on this sheet",
				Params: map[string]string{"sheet": g.name},
			})
			continue
		}
		if rows += len(section.Rows); rows > MaxRows {
			return Table{}, tooManyRows()
		}
		t.Sections = append(t.Sections, section)
	}
	switch {
	case filled == 0:
		return Table{}, contest.Refuse(contest.Invalid, "empty_file", "the file holds no rows")
	case len(t.Sections) == 0:
		return Table{}, contest.Refuse(contest.Invalid, "no_header", "no row with known column names was found; use the template")
	}
	return t, nil
}

func tooManyRows() error {
	return contest.Refuse(contest.TooLarge, "too_many_rows", "the file has more than %d rows; split it", MaxRows)
}

var zipMagic, oleMagic = []byte("PK\x03\x04"), []byte("\xD0\xCF\x11\xE0")

// magics begin files that are no tables, whatever they are called.
var magics = []string{"%PDF", "\x89PNG", "\xFF\xD8\xFF", "GIF8", "RIFF", "\x1F\x8B", "Rar!", "7z\xBC\xAF", "{\\rtf", "MZ", "\x7FELF", "SQLite format"}

// sniff tells workbook from text by content alone.
func sniff(data []byte) (Format, error) {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return "", contest.Refuse(contest.Invalid, "empty_file", "the file is empty")
	case bytes.HasPrefix(data, zipMagic):
		return XLSX, nil
	case bytes.HasPrefix(data, oleMagic):
		return "", contest.Refuse(contest.Unsupported, "old_excel_file", "this is an old or password-protected Excel file; save it as .xlsx without a password")
	}
	wrong := contest.Refuse(contest.Unsupported, "wrong_file_type", "this is neither a spreadsheet (.xlsx) nor a text table (.csv)")
	for _, m := range magics {
		if bytes.HasPrefix(data, []byte(m)) {
			return "", wrong
		}
	}
	head := bytes.ToLower(bytes.TrimSpace(data[:min(len(data), 512)]))
	if bytes.HasPrefix(head, []byte("<html")) || bytes.HasPrefix(head, []byte("<!doctype")) || bytes.HasPrefix(head, []byte("<?xml")) {
		return "", wrong
	}
	if utf16Order(data) == nil && bytes.IndexByte(data[:min(len(data), 4096)], 0) >= 0 {
		return "", wrong
	}
	return CSV, nil
}

// namesOf maps every folded name to its column key.
func namesOf(want []Column) map[string]string {
	names := map[string]string{}
	for _, c := range want {
		names[headerKey(c.Key)] = c.Key
		for _, n := range c.Names {
			names[headerKey(n)] = c.Key
		}
	}
	return names
}

// headerKey folds a header: letters and digits only, so that "Họ và tên (*)",
// "HO VA TEN" and "ho_va_ten" are the same.
func headerKey(s string) string {
	if len(s) > 200 {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text.Fold(s))
}

// header finds the row that names the most columns, and whether the row below
// it names more of them (as "Nam" and "Nữ" under a merged "Giới tính").
func (g grid) header(names map[string]string) (at, below int) {
	at, below, best := -1, -1, 0
	for i, l := range g.rows[:min(len(g.rows), headerDepth)] {
		if n := named(l, names); n > best {
			at, best = i, n
		}
	}
	if at < 0 || best < 2 && len(g.rows[at].cells) > 1 {
		return -1, -1
	}
	if at+1 < len(g.rows) {
		filled := 0
		for _, c := range g.rows[at+1].cells {
			if c.text != "" {
				filled++
			}
		}
		if filled > 0 && named(g.rows[at+1], names) == filled {
			below = at + 1
		}
	}
	return at, below
}

// named counts the different columns that a row names.
func named(l line, names map[string]string) int {
	var keys []string
	for _, c := range l.cells {
		if key := names[headerKey(c.text)]; key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return len(keys)
}

// section takes the wanted columns of the rows below the header.
func (g grid) section(names map[string]string, want []Column) (Section, bool) {
	at, below := g.header(names)
	if at < 0 {
		return Section{}, false
	}
	s := Section{Sheet: g.name, Index: g.index}
	for _, l := range g.rows[:at] {
		for _, c := range l.cells {
			if c.text != "" && !slices.Contains(s.Titles, c.text) {
				s.Titles = append(s.Titles, c.text)
			}
		}
	}
	keys := make([]string, len(g.rows[at].cells))
	if below >= 0 {
		keys = make([]string, max(len(keys), len(g.rows[below].cells)))
		at, below = below, at
	}
	for i := range keys {
		label := ""
		for _, r := range []int{at, below} {
			if r < 0 || i >= len(g.rows[r].cells) || g.rows[r].cells[i].text == "" {
				continue
			}
			if label == "" {
				label = g.rows[r].cells[i].text
			}
			if key := names[headerKey(g.rows[r].cells[i].text)]; key != "" && !slices.Contains(keys, key) {
				keys[i] = key
				break
			}
		}
		switch {
		case keys[i] != "":
			s.Columns = append(s.Columns, keys[i])
		case label != "":
			s.Dropped = append(s.Dropped, text.Line(label))
		}
	}
	code := codeColumns(g.rows[at+1:], keys, want)
	for _, l := range g.rows[at+1:] {
		s.Rows = append(s.Rows, l.row(keys, code))
	}
	return s, true
}

// codeColumns returns the usual length of the all-digit codes of each code
// column, the longer one when two are equally usual.
func codeColumns(lines []line, keys []string, want []Column) map[string]int {
	usual := map[string]int{}
	for _, c := range want {
		i := slices.Index(keys, c.Key)
		if !c.Code || i < 0 {
			continue
		}
		lengths := map[int]int{}
		for _, l := range lines {
			if i < len(l.cells) && digits(l.cells[i].text) {
				lengths[len(l.cells[i].text)]++
			}
		}
		usual[c.Key] = 0
		for length, n := range lengths {
			if best := usual[c.Key]; n > lengths[best] || n == lengths[best] && length > best {
				usual[c.Key] = length
			}
		}
	}
	return usual
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// row keeps the wanted cells of a line and says what is wrong with them.
func (l line) row(keys []string, code map[string]int) Row {
	r := Row{Number: l.number, Line: l.line, Cells: map[string]string{}, Problems: slices.Clone(l.problems)}
	for i, c := range l.cells {
		if i >= len(keys) || keys[i] == "" {
			continue
		}
		key := keys[i]
		r.Cells[key] = c.text
		if c.suggestion != "" {
			r.Problems = append(r.Problems, Problem{
				Column: key, Code: "not_utf8", Severity: Error,
				Message: "these bytes are not UTF-8; the suggestion reads them as Windows-1258",
				Params:  map[string]string{"line": itoa(l.line), "suggestion": c.suggestion},
			})
		}
		if c.cut {
			r.Problems = append(r.Problems, Problem{
				Column: key, Code: "cell_too_long", Severity: Error, Message: "the cell is longer than a cell may be and was cut off",
				Params: map[string]string{"limit": itoa(MaxCell)},
			})
		}
		if usual, ok := code[key]; ok && digits(c.text) && (c.numeric || len(c.text) < usual) {
			r.Problems = append(r.Problems, Problem{
				Column: key, Code: "leading_zero_lost", Severity: Warning,
				Message: "the code is stored as a number or is shorter than the others: leading zeros may be lost",
			})
		}
	}
	return r
}

// clip cuts a cell at the limit, on a character border.
func clip(s string) (string, bool) {
	if len(s) <= MaxCell {
		return s, false
	}
	s = s[:MaxCell]
	for len(s) > 0 {
		if r, size := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || size > 1 {
			break
		}
		s = s[:len(s)-1]
	}
	return s, true
}
