package intake

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/intake/sheet"
	"mangxanh/contest/people"
	"mangxanh/contest/text"
)

// rosterColumns is all that a roster may bring, in template order.
var rosterColumns = []sheet.Column{
	{Key: "no", Names: []string{"STT", "TT", "Số thứ tự"}},
	{Key: "name", Names: []string{"Họ và tên", "Họ tên", "Họ và tên học sinh", "Họ tên học sinh", "Tên học sinh", "Full name"}},
	{Key: "family_name", Names: []string{"Họ đệm", "Họ và đệm", "Họ và tên đệm", "Họ, đệm", "Họ lót", "Họ"}},
	{Key: "given_name", Names: []string{"Tên", "Given name"}},
	{Key: "birth_date", Names: []string{"Ngày sinh", "Ngày tháng năm sinh", "Ngày, tháng, năm sinh", "Năm sinh", "Birth date", "Date of birth"}},
	{Key: "gender", Names: []string{"Giới tính", "Phái", "Gender", "Sex"}},
	{Key: "female", Names: []string{"Nữ"}},
	{Key: "male", Names: []string{"Nam"}},
	{Key: "class", Names: []string{"Lớp", "Lớp học", "Tên lớp", "Class"}},
	{Key: "pupil_code", Names: []string{"Mã học sinh", "Mã HS", "Mã số học sinh", "Mã định danh học sinh", "Mã số HS", "Pupil code", "Student code"}, Code: true},
	{Key: "school_year", Names: []string{"Năm học", "School year"}},
}

// rosterRow is a row read as a pupil.
type rosterRow struct {
	cells    map[string]string
	pupil    people.RosterRow
	problems []Problem
}

// readPupil reads the cells of a row. class is what the sheet or its title
// says, used when the row does not; year is that of the whole import.
func readPupil(cells map[string]string, kept []Problem, class, year string, now time.Time) rosterRow {
	r := rosterRow{problems: kept}
	legacy := legacyColumns(cells)
	r.cells = normal(cells, legacy)
	for column, v := range r.cells {
		r.cells[column] = text.Line(v)
		if _, odd := legacy[column]; odd {
			r.cells[column] = v
		}
	}
	r.dropCitizenNumbers()
	r.pupil = people.RosterRow{FullName: r.cells["name"], PupilCode: r.cells["pupil_code"], Gender: r.gender(), BirthDate: r.birthDate()}
	if r.pupil.FullName == "" {
		r.pupil.FullName = text.Line(r.cells["family_name"] + " " + r.cells["given_name"])
	}
	if r.cells["class"] == "" && class != "" {
		r.cells["class"] = class
		r.problems = append(r.problems, warningOnce("class", "class_from_sheet", "the class is taken from the name of the sheet or its title"))
	}
	r.pupil.ClassName, _ = people.ClassName(r.cells["class"])
	if !broken(r.problems) {
		r.problems = append(r.problems, fromDomain(r.unsaid(people.CheckRosterRow(r.pupil, now)), r.column)...)
	}
	r.suspicions(legacy, year)
	return r
}

// warningOnce is information rather than a warning: it does not change the
// state of the row.
func warningOnce(column, code, message string) Problem {
	p := warning(column, code, message, nil)
	p.Severity = note
	return p
}

// note is a severity that leaves a row ready.
const note sheet.Severity = "note"

var citizen = regexp.MustCompile(`\b0\d{11}\b`)

// dropCitizenNumbers empties cells with the 12 digits of a citizen number,
// whatever their column is called: they are never stored.
func (r *rosterRow) dropCitizenNumbers() {
	for _, c := range rosterColumns {
		if v := r.cells[c.Key]; citizen.MatchString(v) {
			r.cells[c.Key] = strings.TrimSpace(citizen.ReplaceAllString(v, ""))
			r.problems = append(r.problems, warning(c.Key, "citizen_number", "this looks like a citizen number and is not stored", nil))
		}
	}
}

// unsaid drops complaints about a cell whose form has been refused already.
func (r *rosterRow) unsaid(list []contest.Problem) []contest.Problem {
	out := list[:0]
	for _, p := range list {
		said := false
		for _, q := range r.problems {
			said = said || q.Severity == sheet.Error && q.Column == r.column(p.Location)
		}
		if !said {
			out = append(out, p)
		}
	}
	return out
}

func (r *rosterRow) column(location string) string {
	if _, split := r.cells["given_name"]; split && location == "name" && r.cells["name"] == "" {
		return "given_name"
	}
	return location
}

var genders = map[string]string{"nam": "male", "male": "male", "m": "male", "nu": "female", "female": "female", "f": "female"}

// gender reads "Nam" and "Nữ", or a mark under a column of that name. Where
// there is only a column for girls, an empty cell is a boy.
func (r *rosterRow) gender() string {
	if given := r.cells["gender"]; given != "" {
		if known, ok := genders[text.Fold(given)]; ok {
			return known
		}
		r.problems = append(r.problems, wrong("gender", "bad_gender", "a gender is Nam or Nữ"))
		return ""
	}
	female, hasFemale := r.cells["female"]
	male, hasMale := r.cells["male"]
	switch {
	case female != "" && male != "":
		r.problems = append(r.problems, wrong("female", "bad_gender", "both genders are marked"))
	case female != "":
		return "female"
	case male != "" || hasFemale && !hasMale:
		return "male"
	}
	return ""
}

func (r *rosterRow) birthDate() string {
	day, code := readDay(r.cells["birth_date"])
	switch code {
	case "":
		return day
	case "two_digit_year":
		r.problems = append(r.problems, wrong("birth_date", code, "the year of birth needs four digits"))
	default:
		r.problems = append(r.problems, wrong("birth_date", code, "a birth date is written dd/mm/yyyy"))
	}
	return ""
}

var (
	dayForm  = regexp.MustCompile(`^(\d{1,2})\s?[/.\- ]\s?(\d{1,2})\s?[/.\- ]\s?(\d{2,4})$`)
	isoForm  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}`)
	yearOnly = regexp.MustCompile(`^(19|20)\d{2}$`)
)

// readDay reads a day as people and spreadsheets write it, day before month,
// as yyyy-mm-dd, or a year alone. A code says why it could not.
func readDay(s string) (day, code string) {
	switch {
	case s == "" || yearOnly.MatchString(s):
		return s, ""
	case isoForm.MatchString(s):
		s = s[:len(time.DateOnly)]
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return "", "bad_date"
		}
		return s, ""
	}
	if t, ok := sheet.SerialDate(s); ok {
		return t.Format(time.DateOnly), ""
	}
	m := dayForm.FindStringSubmatch(s)
	if m == nil || len(m[3]) == 3 {
		return "", "bad_date"
	}
	if len(m[3]) == 2 {
		return "", "two_digit_year"
	}
	t, err := time.Parse("2/1/2006", fmt.Sprintf("%s/%s/%s", m[1], m[2], m[3]))
	if err != nil {
		return "", "bad_date"
	}
	return t.Format(time.DateOnly), ""
}

func (r *rosterRow) suspicions(legacy map[string]string, year string) {
	for _, c := range rosterColumns {
		v := r.cells[c.Key]
		if strings.ContainsRune(v, '\uFFFD') && !has(r.problems, c.Key, "not_utf8") {
			r.problems = append(r.problems, wrong(c.Key, "not_utf8", "the cell holds a character that could not be read"))
		}
		if formulaLike(v) {
			r.problems = append(r.problems, warning(c.Key, "formula_like", "this begins like a formula; it is kept as text", nil))
		}
		if better, ok := legacy[c.Key]; ok {
			r.problems = append(r.problems, warning(c.Key, "legacy_font", "this may be text in a .VnTime font (TCVN3) that was never converted", map[string]string{"suggestion": better}))
		}
	}
	if given := r.cells["school_year"]; given != "" {
		own, ok := people.ParseSchoolYear(given)
		switch {
		case !ok:
			r.problems = append(r.problems, wrong("school_year", "bad_school_year", "a school year is written 2026-2027"))
		case year != "" && own != year:
			r.problems = append(r.problems, wrong("school_year", "other_school_year", "the row belongs to another school year than the import"))
		}
	}
}

// identity is equal for two rows about the same pupil: name, birth date and
// class. Without a name nothing repeats.
func (r *rosterRow) identity() string {
	if r.pupil.FullName == "" {
		return ""
	}
	return strings.Join([]string{text.NameID(r.pupil.FullName), r.pupil.BirthDate, r.pupil.ClassName}, "|")
}

var (
	classInTitle = regexp.MustCompile(`(?i)lớp\s*:?\s*(\d{1,2}\s?[\p{L}]{0,2}\d{0,2})(?:[^\p{L}\d]|$)`)
	classAsSheet = regexp.MustCompile(`^(?i)(lớp|lop)?\s*\d{1,2}\s?[\p{L}]{0,2}\d{0,2}$`)
	yearInTitle  = regexp.MustCompile(`(\d{4})\s?[-–—/]\s?(\d{4})`)
	footer       = regexp.MustCompile(`^(tong so|tong cong|cong\b|danh sach (nay )?(co|gom)|nguoi lap|giao vien|hieu truong|ghi chu|ngay \d)`)
)

// classOf finds the class that a whole sheet is about.
func classOf(s sheet.Section) string {
	if name := text.Line(s.Sheet); classAsSheet.MatchString(name) {
		class, _ := people.ClassName(name)
		return class
	}
	for _, title := range s.Titles {
		if m := classInTitle.FindStringSubmatch(text.NFC(title)); m != nil {
			class, _ := people.ClassName(m[1])
			return class
		}
	}
	return ""
}

// yearOf finds the school year that the titles name.
func yearOf(t sheet.Table) string {
	for _, s := range t.Sections {
		for _, title := range s.Titles {
			if year, ok := people.ParseSchoolYear(yearInTitle.FindString(title)); ok {
				return year
			}
		}
	}
	return ""
}

// isFooter reports whether a row is a remark under a list: hardly any cell is
// filled, and the first says so.
func isFooter(cells map[string]string) bool {
	filled, first := 0, ""
	for _, c := range rosterColumns {
		if v := text.Fold(cells[c.Key]); v != "" {
			if filled++; first == "" {
				first = v
			}
		}
	}
	return filled > 0 && filled <= 2 && footer.MatchString(first)
}
