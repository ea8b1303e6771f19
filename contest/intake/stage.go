package intake

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mangxanh/contest/intake/sheet"
	"mangxanh/contest/people"
	"mangxanh/contest/text"
)

// columnsOf lists the columns that a kind of import takes.
func columnsOf(kind Kind) []sheet.Column {
	if kind == Roster {
		return rosterColumns
	}
	return questionColumns
}

// stage turns a table into rows with their problems, before repetitions are
// looked for.
func stage(i *Import, t sheet.Table, now time.Time) []Row {
	i.Format = Format(t.Format)
	i.Problems = fromSheet(t.Problems)
	if i.Kind == Roster {
		i.takeYear(yearOf(t), now)
	}
	var rows []Row
	ignored := 0
	for _, s := range t.Sections {
		for _, key := range s.Columns {
			if !slices.Contains(i.Columns, key) {
				i.Columns = append(i.Columns, key)
			}
		}
		for _, d := range s.Dropped {
			if !slices.Contains(i.Dropped, d) && len(i.Dropped) < sheet.MaxColumns {
				i.Dropped = append(i.Dropped, clipped(d))
			}
		}
		class := ""
		if i.Kind == Roster {
			class = classOf(s)
		}
		for _, r := range s.Rows {
			if i.Kind == Roster && isFooter(r.Cells) {
				ignored++
				continue
			}
			for column, cell := range r.Cells {
				r.Cells[column] = bare(cell)
			}
			row := Row{Number: s.Index*sheetStride + r.Number, Sheet: s.Sheet, Line: r.Number, Cells: r.Cells}
			i.check(&row, fromSheet(r.Problems), class, now)
			rows = append(rows, row)
		}
	}
	i.needColumns()
	i.sayDropped(ignored)
	return rows
}

// needColumns adds the columns without which no row can be mended, so that a
// preview has a place for what the file lacks.
func (i *Import) needColumns() {
	need := []string{"stem", "key"}
	if i.Kind == Roster {
		need = []string{"name", "birth_date", "class"}
		if slices.Contains(i.Columns, "given_name") {
			need = need[1:]
		}
	}
	for _, key := range need {
		if !slices.Contains(i.Columns, key) {
			i.Columns = append(i.Columns, key)
		}
	}
}

// clipped shortens a header for display.
func clipped(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80])
	}
	return s
}

func (i *Import) sayDropped(ignored int) {
	if len(i.Dropped) > 0 {
		i.Problems = append(i.Problems, warning("", "columns_dropped", "columns that are not used were not taken", map[string]string{"columns": strings.Join(i.Dropped, ", ")}))
	}
	if ignored > 0 {
		i.Problems = append(i.Problems, warning("", "footers_ignored", "remarks under the list were left out", map[string]string{"count": fmt.Sprint(ignored)}))
	}
}

// takeYear settles the school year of a roster: as asked for, else as the file
// says, else the current one.
func (i *Import) takeYear(inFile string, now time.Time) {
	asked, ok := people.ParseSchoolYear(i.SchoolYear)
	switch {
	case ok:
		i.SchoolYear = asked
	case inFile != "":
		i.SchoolYear = inFile
	default:
		i.SchoolYear = people.SchoolYear(now)
	}
	if inFile != "" {
		i.Problems = append(i.Problems, warning("", "school_year_in_file", "the file names a school year", map[string]string{"year": inFile}))
	}
}

// check reads one row anew; kept are problems of the file that still stand.
func (i *Import) check(row *Row, kept []Problem, class string, now time.Time) {
	if i.Kind == Roster {
		r := readPupil(row.Cells, kept, class, i.SchoolYear, now)
		row.Cells, row.Problems, row.Fingerprint = r.cells, r.problems, r.identity()
	} else {
		q := readQuestion(row.Cells, kept)
		row.Cells, row.Problems = q.cells, standing(q.problems, len(kept))
		if !i.Format.table() {
			row.Problems = slices.DeleteFunc(row.Problems, func(p Problem) bool { return p.Code == "formula_like" })
		}
		if row.Fingerprint = ""; q.version.Stem != "" {
			row.Fingerprint = q.version.Fingerprint()
		}
	}
	row.settle()
}

// pupil reads a checked row as a pupil again.
func (i *Import) pupil(row Row, now time.Time) people.RosterRow {
	r := readPupil(row.Cells, nil, "", i.SchoolYear, now)
	r.pupil.Row = row.Number
	return r.pupil
}

// Known is what a bank already holds of the stems and fingerprints asked about.
type Known struct{ Fingerprints, Stems map[string]bool }

// repetitions marks rows that repeat an earlier row of the file or something
// that the bank holds. Problems of that sort from before are forgotten first.
func (i *Import) repetitions(rows []Row, known Known) {
	slices.SortFunc(rows, func(a, b Row) int { return a.Number - b.Number })
	first, stems, codes := map[string]*Row{}, map[string]*Row{}, map[string]*Row{}
	for n := range rows {
		row := &rows[n]
		if row.State == Taken || row.State == Skipped {
			continue
		}
		row.Problems = slices.DeleteFunc(row.Problems, func(p Problem) bool { return repeats[p.Code] })
		switch earlier := first[row.Fingerprint]; {
		case row.Fingerprint == "":
		case earlier != nil:
			row.Problems = append(row.Problems, warning("", "duplicate_row", "this repeats an earlier row", at(earlier)))
		case known.Fingerprints[row.Fingerprint]:
			row.Problems = append(row.Problems, warning("", "already_in_bank", "the bank holds this question already", nil))
		default:
			i.lookAlikes(row, stems, codes, known)
		}
		if first[row.Fingerprint] == nil && row.Fingerprint != "" {
			first[row.Fingerprint] = row
		}
		row.settle()
	}
}

var repeats = map[string]bool{"duplicate_row": true, "already_in_bank": true, "same_stem": true, "same_stem_in_bank": true, "duplicate_code": true}

// lookAlikes warns of equal stems with other options, and refuses one pupil
// code for two pupils.
func (i *Import) lookAlikes(row *Row, stems, codes map[string]*Row, known Known) {
	if i.Kind == Roster {
		code := row.Cells["pupil_code"]
		if earlier := codes[code]; code != "" && earlier != nil {
			row.Problems = append(row.Problems, problem("pupil_code", "duplicate_code", sheet.Error, "this pupil code belongs to another row", at(earlier)))
		} else if code != "" {
			codes[code] = row
		}
		return
	}
	stem := stemKey(*row)
	if earlier := stems[stem]; earlier != nil {
		row.Problems = append(row.Problems, warning("stem", "same_stem", "another row asks the same with other options", at(earlier)))
		return
	}
	stems[stem] = row
	if known.Stems[stem] {
		row.Problems = append(row.Problems, warning("stem", "same_stem_in_bank", "the bank asks the same with other options", nil))
	}
}

// stemKey is how equal stems are found: as the bank's search key.
func stemKey(row Row) string { return text.Fold(row.Cells["stem"]) }

func at(row *Row) map[string]string {
	place := fmt.Sprint(row.Line)
	if row.Sheet != "" {
		place += " (" + row.Sheet + ")"
	}
	return map[string]string{"row": place}
}
