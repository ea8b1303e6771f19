package people

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// SchoolYear returns the school year of a moment as "2026-2027". It turns on
// 1 August: rosters are made ready in August, the year opens in September.
func SchoolYear(t time.Time) string {
	t = t.In(contest.Hanoi)
	year := t.Year()
	if t.Month() < time.August {
		year--
	}
	return fmt.Sprintf("%d-%d", year, year+1)
}

var yearForm = regexp.MustCompile(`^(\d{4}) ?[-–—/] ?(\d{4})$`)

// ParseSchoolYear reads "2026-2027" in the ways people write it, with an en
// dash or spaces too. The second year must follow the first.
func ParseSchoolYear(s string) (string, bool) {
	m := yearForm.FindStringSubmatch(text.Line(s))
	if m == nil {
		return "", false
	}
	from, _ := strconv.Atoi(m[1])
	to, _ := strconv.Atoi(m[2])
	return fmt.Sprintf("%d-%d", from, to), to == from+1 && from >= 2000
}

// schoolYear is the given year in its one form, or the current one.
func (s *Service) schoolYear(given string) string {
	if year, ok := ParseSchoolYear(given); ok {
		return year
	}
	return SchoolYear(s.Now())
}

var classPrefix = regexp.MustCompile(`^(?i)(lớp|lop|class)[\s.:]*`)

// ClassName normalises the name of a class, "Lớp 7a1" as "7A1", and reads the
// grade from its leading number; 0 when there is none between 1 and 12.
func ClassName(s string) (name string, grade int) {
	name = strings.ToUpper(classPrefix.ReplaceAllString(text.Line(s), ""))
	name = strings.ReplaceAll(name, " ", "")
	digits := strings.IndexFunc(name, func(r rune) bool { return r < '0' || r > '9' })
	if digits < 0 {
		digits = len(name)
	}
	if g, err := strconv.Atoi(name[:digits]); err == nil && g >= 1 && g <= 12 {
		grade = g
	}
	return name, grade
}

// Age returns the full years of life at a moment of somebody born on
// "yyyy-mm-dd" or, only the year known, "yyyy", which counts from the end of
// that year. It is false when the date is unknown.
func Age(birth string, at time.Time) (int, bool) {
	if len(birth) == 4 {
		birth += "-12-31"
	}
	born, err := time.Parse(time.DateOnly, birth)
	if err != nil {
		return 0, false
	}
	at = at.In(contest.Hanoi)
	years := at.Year() - born.Year()
	if at.Month() < born.Month() || at.Month() == born.Month() && at.Day() < born.Day() {
		years--
	}
	return years, true
}

// ValidBirthDate reports whether s is a day "yyyy-mm-dd" or a year "yyyy" in
// which a living person may be born, or empty.
func ValidBirthDate(s string, now time.Time) bool {
	if s == "" {
		return true
	}
	day := s
	if len(s) == 4 {
		day += "-01-01"
	}
	born, err := time.Parse(time.DateOnly, day)
	return err == nil && born.Year() >= 1900 && born.Before(now)
}
