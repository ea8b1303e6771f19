package people_test

import (
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

func TestClassName(t *testing.T) {
	for in, want := range map[string]struct {
		name  string
		grade int
	}{
		"Lớp 7a1": {"7A1", 7}, "lop: 10 Toán": {"10TOÁN", 10}, "9C": {"9C", 9}, "Mầm": {"MẦM", 0}, "13A": {"13A", 0}, "12": {"12", 12}, "": {"", 0},
	} {
		if name, grade := people.ClassName(in); name != want.name || grade != want.grade {
			t.Errorf("ClassName(%q) = %q, %d; want %q, %d", in, name, grade, want.name, want.grade)
		}
	}
}

func TestSchoolYear(t *testing.T) {
	for at, want := range map[string]string{
		"2026-07-31T16:59:59Z": "2025-2026", // still July in Hanoi
		"2026-07-31T17:00:00Z": "2026-2027",
		"2027-01-15T00:00:00Z": "2026-2027",
	} {
		moment, _ := time.Parse(time.RFC3339, at)
		if got := people.SchoolYear(moment); got != want {
			t.Errorf("SchoolYear(%s) = %s, want %s", at, got, want)
		}
	}
	for in, want := range map[string]bool{"2026-2027": true, "2026 – 2027": true, "2026-2028": false, "2026": false} {
		if got, ok := people.ParseSchoolYear(in); ok != want || ok && got != "2026-2027" {
			t.Errorf("ParseSchoolYear(%q) = %q, %v; want %v", in, got, ok, want)
		}
	}
}

// The names of children below seven are never published, whatever was signed;
// from seven on both the guardian and the child must have agreed.
func TestMayPublish(t *testing.T) {
	now := time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC) // 23 November in Hanoi
	both := map[people.Giver]bool{people.Guardian: true, people.Child: true}
	for _, c := range []struct {
		why    string
		kind   contest.AccountKind
		birth  string
		givers map[people.Giver]bool
		want   bool
	}{
		{"seventh birthday is today", contest.Pupil, "2019-11-23", both, true},
		{"seventh birthday is tomorrow", contest.Pupil, "2019-11-24", both, false},
		{"only the year is known", contest.Pupil, "2019", both, false},
		{"only the year is known, and enough", contest.Pupil, "2018", both, true},
		{"age unknown", contest.Pupil, "", both, false},
		{"guardian only", contest.Pupil, "2012-01-01", map[people.Giver]bool{people.Guardian: true}, false},
		{"child only", contest.Pupil, "2012-01-01", map[people.Giver]bool{people.Child: true}, false},
		{"an adult for themself", contest.Staff, "", map[people.Giver]bool{people.Self: true}, true},
		{"an adult who did not agree", contest.Parent, "", nil, false},
	} {
		if got := people.MayPublish(c.kind, c.birth, now, c.givers); got != c.want {
			t.Errorf("%s: %v, want %v", c.why, got, c.want)
		}
	}
}
