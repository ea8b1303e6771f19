package intake_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/intake"
	"mangxanh/storage/storagetest"
)

func TestForeignImportsAreMissing(t *testing.T) {
	o := newOffice(t, storagetest.SQLite(t))
	ctx := t.Context()
	i := o.questions(t, intake.DemoQuestions())
	r := o.roster(t, classes(t))
	missing := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, contest.NotFound) {
			t.Errorf("%s: %v, want not found", what, err)
		}
	}
	for _, id := range []string{i.ID, r.ID, "none"} {
		_, err := o.Import(ctx, o.stranger, id)
		missing("read", err)
		_, _, err = o.Fix(ctx, o.stranger, id, 2, map[string]string{"key": "A"})
		missing("fix", err)
		_, err = o.Commit(ctx, o.stranger, id, intake.OnlyAll)
		missing("commit", err)
		_, err = o.Undo(ctx, o.stranger, id)
		missing("undo", err)
		missing("discard", o.Discard(ctx, o.stranger, id))
		_, err = o.Rejected(ctx, o.stranger, id)
		missing("rejected", err)
	}
	_, err := o.Stage(ctx, o.head, intake.Request{Kind: intake.Questions, BankID: o.bank.ID, Data: intake.DemoQuestions()})
	missing("questions by who may only keep the roster", err)
	_, err = o.Stage(ctx, o.author, intake.Request{Kind: intake.Roster, UnitID: o.school.ID, Data: classes(t)})
	missing("roster by a teacher", err)
}

// Mending the first of two equal rows frees the second; breaking it back makes
// the second a repetition again.
func TestFixChecksTheRowAndItsRepetitions(t *testing.T) {
	o := newOffice(t, storagetest.SQLite(t))
	ctx := t.Context()
	i := o.questions(t, []byte(header+"single,T,,,Một?,A1,B1,,,A,,\nsingle,T,,,Một?,A1,B1,,,A,,\nsingle,T,,,Hai?,A1,B1,,,,,\n"))
	states := func(want ...intake.RowState) {
		t.Helper()
		var got []intake.RowState
		for _, r := range o.rows(t, i.ID) {
			got = append(got, r.State)
		}
		if !slices.Equal(got, want) {
			t.Errorf("states %v, want %v", got, want)
		}
	}
	fix := func(row int, cells map[string]string, code string) {
		t.Helper()
		if _, _, err := o.Fix(ctx, o.author, i.ID, row, cells); err != nil && contest.CodeOf(err) != code || err == nil && code != "" {
			t.Errorf("fix row %d: %v, want %q", row, err, code)
		}
	}
	states(intake.Ready, intake.Duplicate, intake.Wrong)
	fix(2, map[string]string{"stem": "Ba?"}, "")
	states(intake.Ready, intake.Ready, intake.Wrong)
	fix(2, map[string]string{"stem": "Một?"}, "")
	states(intake.Ready, intake.Duplicate, intake.Wrong)
	fix(4, map[string]string{"key": "b"}, "")
	states(intake.Ready, intake.Duplicate, intake.Ready)
	fix(4, map[string]string{"citizen": "001"}, "invalid")
	fix(9, map[string]string{"key": "A"}, "not_found")
	if _, err := o.Commit(ctx, o.author, i.ID, intake.OnlyAll); err != nil {
		t.Fatal(err)
	}
	fix(2, map[string]string{"stem": "Bốn?"}, "row_committed")
	if err := o.Discard(ctx, o.author, i.ID); contest.CodeOf(err) != "import_committed" {
		t.Errorf("discard: %v", err)
	}
}

// What is offered for legacy text mends the row when it is taken.
func TestSuggestionsMendLegacyRows(t *testing.T) {
	o := newOffice(t, storagetest.SQLite(t))
	i := o.questions(t, read(t, "questions-broken.csv"))
	for _, r := range o.rows(t, i.ID) {
		if r.Number != 10 && r.Number != 11 { // .VnTime and Windows-1258
			continue
		}
		cells := map[string]string{}
		for _, p := range r.Problems {
			if s := p.Params["suggestion"]; s != "" {
				cells[p.Column] = s
			}
		}
		if _, mended, err := o.Fix(t.Context(), o.author, i.ID, r.Number, cells); err != nil || mended.State != intake.Ready {
			t.Errorf("row %d: %s %v, %v", r.Number, mended.State, mended.Problems, err)
		}
	}
}

func TestRejectedRowsAreHarmlessAndStageAgain(t *testing.T) {
	o := newOffice(t, storagetest.SQLite(t))
	i := o.questions(t, []byte(header+"single,T,,,=HYPERLINK(1),+1,-2,@x,\t=1,,,\n"))
	data, err := o.Rejected(t.Context(), o.author, i.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{",'=HYPERLINK(1),'+1,'-2,'@x,'=1,", "key: Thiếu đáp án."} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("%s lacks %q", data, want)
		}
	}
	if again := o.questions(t, data); again.Counts.Errors != 1 {
		t.Errorf("staged again: %+v", again.Counts)
	}
}

func TestTemplatesStageCleanly(t *testing.T) {
	o := newOffice(t, storagetest.SQLite(t))
	data, err := intake.Template(intake.Questions)
	if err != nil {
		t.Fatal(err)
	}
	if i := o.questions(t, data); i.Counts.Ready != 7 || i.Counts.Rows != 7 {
		t.Errorf("question template: %s", dump(i, o.rows(t, i.ID)))
	}
	data, err = intake.Template(intake.Roster)
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Stage(t.Context(), o.head, intake.Request{Kind: intake.Roster, UnitID: o.school.ID, Data: data})
	if contest.CodeOf(err) != "empty_file" {
		t.Errorf("empty roster template: %v", err)
	}
}

// Every code that a check can give has its Vietnamese sentence.
func TestEveryCodeHasASentence(t *testing.T) {
	for _, code := range []string{"missing_key", "duplicate_options", "key_out_of_range", "empty_stem", "too_many_cells", "legacy_font"} {
		if intake.Sentence(code, nil) == intake.Sentence("no such code", nil) {
			t.Errorf("%s has no sentence", code)
		}
	}
}
