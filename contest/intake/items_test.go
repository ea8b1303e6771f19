package intake_test

import (
	"os"
	"testing"

	"mangxanh/contest/intake"
	"mangxanh/storage/storagetest"
)

func (o *office) stage(t *testing.T, r intake.Request) intake.Import {
	t.Helper()
	r.Kind, r.BankID = intake.Questions, o.bank.ID
	i, err := o.Stage(t.Context(), o.author, r)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func fixture(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Questions in running text become rows with the faults of the text, whichever
// way the text came.
func TestTextAndDocumentsAreStaged(t *testing.T) {
	o := newOffice(t, storagetest.SQLite(t))
	for name, c := range map[string]struct {
		file   string
		format intake.Format
		want   intake.Format
	}{
		"text-faults":     {"prose/testdata/faults.txt", intake.Text, intake.Text},
		"text-convention": {"prose/testdata/conventions.txt", intake.Auto, intake.Text},
		"docx-paper":      {"docx/testdata/libreoffice-paper.docx", intake.Auto, intake.Docx},
	} {
		i := o.stage(t, intake.Request{Format: c.format, FileName: name, Data: fixture(t, c.file)})
		if i.Format != c.want {
			t.Errorf("%s was read as %s", name, i.Format)
		}
		golden(t, name, dump(i, o.rows(t, i.ID)))
	}
}

// What only the reader of the file could see stands until a person writes that
// cell, whatever else is mended before. Planted defects: keeping it by its code,
// which lost key_conflict at the first fix; taking the first of two keys.
func TestWhatTheReaderFoundStaysUntilItIsMended(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		i := o.stage(t, intake.Request{Format: intake.Text, Data: []byte("Câu 1. Hai đáp án khác nhau?\n*A. một\nB. hai\nĐáp án: B\nCâu 2. Không đọc được?\nA. một\nB. hai\nĐáp án: Ba\n")})
		rows := o.rows(t, i.ID)
		for n, code := range []string{"key_conflict", "bad_key"} {
			cells := map[string]string{"topic": "Chủ đề", "stem": rows[n].Cells["stem"] + " "}
			_, row, err := o.Fix(t.Context(), o.author, i.ID, n+1, cells)
			if err != nil || row.State != intake.Wrong || row.Problems[0].Code != code {
				t.Errorf("row %d after another cell was written: %s %v, %v", n+1, row.State, row.Problems, err)
			}
			if _, row, err = o.Fix(t.Context(), o.author, i.ID, n+1, map[string]string{"key": "B"}); err != nil || row.State != intake.Ready {
				t.Errorf("row %d after its key was written: %s %v, %v", n+1, row.State, row.Problems, err)
			}
		}
		if got := rows[0].Cells["key"]; got != "" {
			t.Errorf("of two keys %q shows", got)
		}
		if got := rows[1].Cells["key"]; got != "Ba" {
			t.Errorf("the unreadable key shows as %q", got)
		}
		done, err := o.Commit(t.Context(), o.author, i.ID, intake.OnlyAll)
		if err != nil || done.Outcome.Created != 2 {
			t.Fatalf("commit: %+v, %v", done.Outcome, err)
		}
		o.undo(t, o.author, i.ID)
	})
}
