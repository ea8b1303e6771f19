package intake

import (
	"bytes"
	"testing"
	"time"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item/itemtest"
	"mangxanh/contest/intake/sheet"
	"mangxanh/scoring"
)

// A workbook that was written is staged again as the same questions, and no
// cell of it begins like a formula.
func TestWorkbookRoundTrip(t *testing.T) {
	m := itemtest.Maker{Rand: itemtest.Chance(t, 20261124), Marked: true, Types: []scoring.Type{
		scoring.Single, scoring.TrueFalse, scoring.Scenario, scoring.Multiple, scoring.Ordering, scoring.Matching, scoring.Cloze, scoring.ShortText, scoring.Number,
	}}
	want := make([]bank.Version, 600)
	for n := range want {
		want[n] = m.Question(t)
		if m.IntN(5) == 0 {
			want[n].Explanation = []string{"=1+1", "'=HYPERLINK(1)", "''-x", "'tốt'", "@SUM(A1)", "+84"}[m.IntN(6)]
		}
	}
	var out bytes.Buffer
	lost, err := WriteXLSX(&out, want, nil)
	if err != nil || len(lost) > 0 {
		t.Fatalf("%v %+v", err, lost)
	}
	table, err := sheet.Read(out.Bytes(), sheet.XLSX, questionColumns)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range table.Sections[0].Rows {
		for column, s := range r.Cells {
			if formulaLike(s) {
				t.Fatalf("%s of row %d begins like a formula: %q", column, r.Number, s)
			}
		}
	}
	rows := stage(&Import{Kind: Questions}, table, time.Now())
	if len(rows) != len(want) {
		t.Fatalf("%d rows of %d", len(rows), len(want))
	}
	for n, r := range rows {
		q := readQuestion(r.Cells, nil)
		for _, p := range r.Problems {
			if p.Severity == sheet.Error {
				t.Fatalf("row %d: %+v\n%+v", n+2, p, want[n])
			}
		}
		if got, want := itemtest.Meaning(q.version), itemtest.Meaning(want[n]); got != want {
			t.Fatalf("--- read\n%s--- written\n%s", got, want)
		}
	}
}
