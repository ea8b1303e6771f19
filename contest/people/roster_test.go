package people_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

// results reads outcomes as words: "created", "skipped:unchanged".
func results(outcomes []people.RosterOutcome) []string {
	var words []string
	for _, o := range outcomes {
		w := string(o.Result)
		if o.Code != "" {
			w += ":" + o.Code
		}
		words = append(words, w)
	}
	return words
}

func TestCommitRosterFindsPupilsByCodeOrBirthNeverByName(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		for _, step := range []struct {
			name string
			rows []people.RosterRow
			want []string
		}{
			{"a first roster makes pupils and classes", []people.RosterRow{
				{FullName: "Nguyễn Thị Hoà", BirthDate: "2014-05-03", ClassName: "lớp 7a1", PupilCode: "0100"},
				{FullName: "Lê Văn Hùng", BirthDate: "2014-01-02", ClassName: "7A2"},
				{FullName: "Lê Văn Hưng", BirthDate: "2014-01-02", ClassName: "7A2"},
			}, []string{"created", "created", "created"}},
			{"the same roster again changes nothing", []people.RosterRow{
				{FullName: "Nguyễn Thị Hoà", BirthDate: "2014-05-03", ClassName: "7A1", PupilCode: "0100"},
				{FullName: "Lê Văn Hùng", BirthDate: "2014-01-02", ClassName: "7A2"},
			}, []string{"skipped:unchanged", "skipped:unchanged"}},
			{"a code finds the pupil under another spelling and in another class", []people.RosterRow{
				{FullName: "Nguyễn Thị Hòa", BirthDate: "2014-05-03", ClassName: "7A3", PupilCode: "0100", Gender: "female"},
			}, []string{"updated"}},
			{"a birth date finds the pupil in the class and brings the code", []people.RosterRow{
				{FullName: "LÊ VĂN HÙNG", BirthDate: "2014-01-02", ClassName: "7A2", PupilCode: "0101"},
			}, []string{"updated"}},
			{"a name alone finds nobody", []people.RosterRow{
				{FullName: "Lê Văn Hưng", ClassName: "7A2"},
				{FullName: "Lê Văn Hưng", ClassName: "7A9"},
			}, []string{"skipped:same_name_in_class", "created"}},
			{"a code with another name and birth date is a slip, not a pupil", []people.RosterRow{
				{FullName: "Phạm Lan", BirthDate: "2013-07-07", ClassName: "7A2", PupilCode: "0101"},
			}, []string{"skipped:code_of_another"}},
			{"a pupil twice in one file is one pupil", []people.RosterRow{
				{FullName: "Vũ Minh Ơn", BirthDate: "2014-09-09", ClassName: "7A2", PupilCode: "0102"},
				{FullName: "Vũ Minh Ơn", BirthDate: "2014-09-09", ClassName: "7A3", PupilCode: "0102"},
			}, []string{"created", "updated"}},
		} {
			got, err := w.CommitRoster(t.Context(), w.head, w.am.ID, year, "", step.rows)
			if err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
			if diff := cmp.Diff(step.want, results(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", step.name, diff)
			}
		}
		want := []string{"Lê Văn Hưng 7A2", "LÊ VĂN HÙNG 7A2", "Nguyễn Thị Hòa 7A3", "Vũ Minh Ơn 7A3", "Lê Văn Hưng 7A9"}
		got := w.list(t, w.am.ID)
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pupils (-want +got):\n%s", diff)
		}
	})
}

func (w *town) list(t *testing.T, unitID string) []string {
	t.Helper()
	var names []string
	for page := (contest.Page{Limit: 2}); ; {
		lines, next, err := w.PupilsOf(t.Context(), w.head, unitID, year, "", page)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			names = append(names, l.Account.FullName+" "+l.ClassName)
		}
		if page.Cursor = next; next == "" {
			return names
		}
	}
}

// Lists go by class as people count them, and inside a class by given name.
func TestPupilsAreListedAsVietnameseListsGo(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		var rows []people.RosterRow
		want := []string{"Trần An 6A2", "Bùi Án 6A2", "Đỗ Dũng 6A2", "Lê Ông 6A2", "Lê Ơn 6A2", "Phạm Ân 6A10", "Lê Ăn 10A1"}
		for _, w := range want {
			name, class, _ := cutLast(w)
			rows = append(rows, people.RosterRow{FullName: name, ClassName: class, BirthDate: "2014-01-01"})
		}
		slices.Reverse(rows)
		if _, err := w.CommitRoster(t.Context(), w.head, w.am.ID, year, "", rows); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, w.list(t, w.am.ID)); diff != "" {
			t.Errorf("pupils (-want +got):\n%s", diff)
		}
	})
}

func cutLast(s string) (string, string, bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == ' ' {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

func TestRosterOfAnotherSchoolIsMissing(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		row := []people.RosterRow{{FullName: "Lê Lạ", ClassName: "7A1"}}
		for name, actor := range map[string]contest.Actor{"another school's head": w.stranger, "a teacher": w.teacher, "nobody": {}} {
			if _, err := w.CommitRoster(t.Context(), actor, w.am.ID, year, "", row); code(err) != "not_found" {
				t.Errorf("%s commits a roster: %v, want not_found", name, err)
			}
			if _, _, err := w.UndoRoster(t.Context(), actor, w.am.ID, year, nil); code(err) != "not_found" {
				t.Errorf("%s undoes a roster: %v, want not_found", name, err)
			}
		}
	})
}

func TestPersonIsPlacedByTheYearsClass(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		out := w.pupil(t, "Nguyễn Thị Hoà")
		p, err := w.db.Person(t.Context(), out.AccountID, year)
		want := people.Person{
			AccountID: out.AccountID, Kind: contest.Pupil, FullName: "Nguyễn Thị Hoà", State: people.Active, ClassID: w.c7a1.ID, ClassName: "7A1",
			Grade: 7, SchoolID: w.am.ID, SchoolName: "THCS Ánh Mai", UnitPath: w.c7a1.Path,
		}
		if diff := cmp.Diff(want, p); err != nil || diff != "" {
			t.Errorf("Person: %v (-want +got):\n%s", err, diff)
		}
		p, err = w.db.Person(t.Context(), out.AccountID, "2020-2021")
		if err != nil || p.ClassID != "" || p.UnitPath != w.am.Path || p.SchoolID != w.am.ID {
			t.Errorf("Person in a year without a class = %+v, %v; want the school", p, err)
		}
		if _, err := w.db.Person(t.Context(), "nobody", year); code(err) != "not_found" {
			t.Errorf("Person of nobody: %v, want not_found", err)
		}
	})
}
func TestUndoRosterKeepsWhoHasSignedIn(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		before := w.pupil(t, "Nguyễn Thị Hoà")
		out, err := w.CommitRoster(t.Context(), w.head, w.am.ID, year, "import-1", []people.RosterRow{
			{FullName: "Nguyễn Thị Hoà", BirthDate: "2014-05-03", ClassName: "7A1", Gender: "female", PupilCode: "77"},
			{FullName: "Lê Mới", BirthDate: "2014-01-02", ClassName: "7B5"},
			{FullName: "Vũ Dùng Rồi", BirthDate: "2014-01-02", ClassName: "7B6"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if out[0].AccountID != before.AccountID || out[0].Result != people.RosterUpdated {
			t.Fatalf("first row: %+v, want the pupil who was there, updated", out[0])
		}
		w.signInByCard(t, out[2].AccountID)
		undone, kept, err := w.UndoRoster(t.Context(), w.head, w.am.ID, year, []people.RosterUndo{out[0].Undo, out[1].Undo, out[2].Undo})
		if err != nil || undone != 2 || kept != 1 {
			t.Fatalf("UndoRoster = %d, %d, %v; want 2 undone, 1 kept", undone, kept, err)
		}
		if diff := cmp.Diff([]string{"Nguyễn Thị Hoà 7A1", "Vũ Dùng Rồi 7B6"}, w.list(t, w.am.ID)); diff != "" {
			t.Errorf("pupils after undo (-want +got):\n%s", diff)
		}
		place, err := w.Store.PupilPlace(t.Context(), before.AccountID)
		if err != nil || place.Account.Gender != "" || place.Account.PupilCode != "" {
			t.Errorf("the changed pupil after undo: %+v, %v; want gender and code as before", place.Account, err)
		}
		if _, err := w.Store.Unit(t.Context(), out[1].MadeClassID); code(err) != "not_found" {
			t.Errorf("class made for a row that was taken back: %v, want it gone", err)
		}
		if _, err := w.Store.Unit(t.Context(), out[2].MadeClassID); err != nil {
			t.Errorf("class of the pupil who stays: %v", err)
		}
	})
}
