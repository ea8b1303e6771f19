package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"mangxanh/contest"
)

// readWorkbook reads every visible sheet. The sizes that the archive declares
// are checked before anything is unpacked, and again while unpacking.
func readWorkbook(data []byte, want []Column) ([]grid, error) {
	if err := checkArchive(data); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: MaxUnpacked / 3, RawCellValue: true,
	})
	if err != nil {
		return nil, damaged()
	}
	defer func() { _ = f.Close() }()
	var grids []grid
	total := 0
	for i, name := range f.GetSheetList() {
		if i >= maxSheets {
			return nil, contest.Refuse(contest.TooLarge, "too_many_sheets", "the workbook has more than %d sheets", maxSheets)
		}
		if visible, err := f.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		g, err := readSheet(f, name, i)
		if err != nil {
			return nil, err
		}
		if total += len(g.rows); total > MaxRows+maxSheets*headerDepth {
			return nil, tooManyRows()
		}
		g.fillMerged(f)
		g.markNumbers(f, want)
		grids = append(grids, g)
	}
	return grids, nil
}

func damaged() error {
	return contest.Refuse(contest.Unsupported, "damaged_file", "the workbook could not be opened: it is damaged or has a password")
}

// checkArchive refuses a bomb, and an archive that is no workbook, from the
// directory of the archive alone.
func checkArchive(data []byte) error {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return damaged()
	}
	var size uint64
	workbook := false
	for _, f := range r.File {
		workbook = workbook || strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), "xl/workbook.xml")
		if size += f.UncompressedSize64; size > MaxUnpacked || f.UncompressedSize64 > MaxUnpacked || len(r.File) > 2000 {
			return contest.Refuse(contest.TooLarge, "unpacked_too_large", "the workbook unpacks to more than %d MiB", MaxUnpacked>>20)
		}
	}
	if !workbook {
		return contest.Refuse(contest.Unsupported, "wrong_file_type", "this archive is not an Excel workbook (.xlsx)")
	}
	return nil
}

// readSheet streams the rows twice in step: as stored and as shown. The two
// differ for dates and for codes whose zeros come from a number format.
func readSheet(f *excelize.File, name string, index int) (grid, error) {
	g := grid{name: name, index: index}
	stored, err := f.Rows(name)
	if err != nil {
		return g, damaged()
	}
	defer func() { _ = stored.Close() }()
	shown, err := f.Rows(name)
	if err != nil {
		return g, damaged()
	}
	defer func() { _ = shown.Close() }()
	props, err := f.GetWorkbookProps()
	if err != nil {
		return g, damaged()
	}
	since1904 := props.Date1904 != nil && *props.Date1904
	for number := 1; stored.Next() && shown.Next(); number++ {
		raw, err := stored.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return g, damaged()
		}
		seen, err := shown.Columns(excelize.Options{RawCellValue: false})
		if err != nil {
			return g, damaged()
		}
		l := line{number: number}
		for i, r := range raw[:min(len(raw), MaxColumns)] {
			s := ""
			if i < len(seen) {
				s = seen[i]
			}
			text, cut := clip(strings.ToValidUTF8(cellText(r, s, since1904), "\uFFFD"))
			l.cells = append(l.cells, cell{text: text, cut: cut})
		}
		if !blank(l.cells) {
			g.rows = append(g.rows, l)
		}
		if len(g.rows) > MaxRows+headerDepth || number > 10*MaxRows {
			return g, tooManyRows()
		}
	}
	return g, nil
}

// cellText chooses between the stored and the shown form: a date is written
// dd/mm/yyyy whatever the workbook's format, a code keeps the zeros it shows,
// everything else is what was stored.
func cellText(stored, shown string, since1904 bool) string {
	if stored == shown || shown == "" {
		return stored
	}
	number, err := strconv.ParseFloat(stored, 64)
	if err != nil {
		return stored
	}
	switch {
	case digits(shown) && strings.TrimLeft(shown, "0") == stored:
		return shown
	case looksLikeDate(shown):
		if t, err := excelize.ExcelDateToTime(number, since1904); err == nil && number >= 1 {
			return t.Format("02/01/2006")
		}
	}
	return stored
}

// looksLikeDate reports whether a formatted number is shown as a day.
func looksLikeDate(shown string) bool {
	parts := strings.FieldsFunc(shown, func(r rune) bool { return strings.ContainsRune("/-. ,", r) })
	return len(parts) >= 3 && strings.ContainsAny(shown, "/-") && !strings.HasPrefix(shown, "-") && !strings.Contains(shown, "%")
}

// fillMerged gives every cell of a merged area the area's value, so that a
// class written once beside thirty pupils holds for all of them.
func (g *grid) fillMerged(f *excelize.File) {
	merged, err := f.GetMergeCells(g.name)
	if err != nil || len(merged) > MaxRows {
		return
	}
	at := make(map[int]int, len(g.rows))
	for i, l := range g.rows {
		at[l.number] = i
	}
	for _, m := range merged {
		left, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		first, ok := at[top]
		if err1 != nil || err2 != nil || !ok || left > len(g.rows[first].cells) || left > MaxColumns {
			continue
		}
		value := g.rows[first].cells[left-1]
		for i := first; i < len(g.rows) && g.rows[i].number <= bottom; i++ {
			for len(g.rows[i].cells) < min(right, MaxColumns) {
				g.rows[i].cells = append(g.rows[i].cells, cell{})
			}
			for c := left - 1; c < min(right, MaxColumns); c++ {
				g.rows[i].cells[c] = value
			}
		}
	}
}

// markNumbers notes which cells of code columns are stored as numbers, because
// a number has no leading zeros. Asking for types loads the whole sheet, so a
// huge one does without and relies on the lengths of the codes.
func (g *grid) markNumbers(f *excelize.File, want []Column) {
	names := namesOf(slices.DeleteFunc(slices.Clone(want), func(c Column) bool { return !c.Code }))
	const worth = 200_000
	if len(names) == 0 || len(g.rows) == 0 || len(g.rows)*len(g.rows[0].cells) > worth {
		return
	}
	at, below := g.header(namesOf(want))
	if at < 0 {
		return
	}
	for c := range MaxColumns {
		isCode := false
		for _, r := range []int{at, below} {
			isCode = isCode || r >= 0 && c < len(g.rows[r].cells) && names[headerKey(g.rows[r].cells[c].text)] != ""
		}
		if isCode {
			g.markColumn(f, c, max(at, below)+1)
		}
	}
}

func (g *grid) markColumn(f *excelize.File, c, from int) {
	for i := from; i < len(g.rows); i++ {
		if c >= len(g.rows[i].cells) || !digits(g.rows[i].cells[c].text) || strings.HasPrefix(g.rows[i].cells[c].text, "0") {
			continue
		}
		name, err := excelize.CoordinatesToCellName(c+1, g.rows[i].number)
		if err != nil {
			return
		}
		kind, err := f.GetCellType(g.name, name)
		g.rows[i].cells[c].numeric = err == nil && (kind == excelize.CellTypeNumber || kind == excelize.CellTypeUnset)
	}
}

// Write makes a workbook with one sheet per table. Every cell is stored as
// text, so nothing in it is ever a formula, and codes keep their zeros.
func Write(tables ...Sheet) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, t := range tables {
		if err := writeSheet(f, t, i == 0); err != nil {
			return nil, fmt.Errorf("write sheet %s: %w", t.Name, err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return out.Bytes(), nil
}

// Sheet is a table to write.
type Sheet struct {
	Name   string
	Rows   [][]string // the first is the header
	Widths []float64  // of the columns, in characters
}

func writeSheet(f *excelize.File, t Sheet, first bool) error {
	if first {
		if err := f.SetSheetName("Sheet1", t.Name); err != nil {
			return err
		}
	} else if _, err := f.NewSheet(t.Name); err != nil {
		return err
	}
	textFormat, err := f.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return err
	}
	w, err := f.NewStreamWriter(t.Name)
	if err != nil {
		return err
	}
	for i, width := range t.Widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	for i, r := range t.Rows {
		cells := make([]any, len(r))
		for j, v := range r {
			cells[j] = excelize.Cell{StyleID: textFormat, Value: v}
		}
		if err := w.SetRow("A"+strconv.Itoa(i+1), cells); err != nil {
			return err
		}
	}
	return w.Flush()
}

// SerialDate reads a day that a spreadsheet left as a number: days since the
// end of 1899.
func SerialDate(s string) (time.Time, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(s, ".0"))
	if err != nil || n < 1 || n > 80_000 {
		return time.Time{}, false
	}
	t, err := excelize.ExcelDateToTime(float64(n), false)
	return t.Truncate(24 * time.Hour), err == nil
}
