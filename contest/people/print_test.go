package people_test

import (
	"slices"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

// Whoever looks at PINs leaves a row that says who, when and of which unit,
// for the page as for the PDF; who may not look leaves none. Planted defect:
// the row written only for the PDF.
func TestPrintingCardsLeavesATrace(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		w.pupil(t, "Nguyễn Thị Hoà")
		if _, _, err := w.PrintCards(ctx, w.teacher, w.c7a1.ID, contest.Page{}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.IssueCards(ctx, w.head, w.am.ID, people.CardsMissing); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.PrintCards(ctx, w.teacher, w.c7a1.ID, contest.Page{}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.PrintAllCards(ctx, w.head, w.am.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.PrintAllCards(ctx, w.stranger, w.am.ID); code(err) != "not_found" {
			t.Errorf("another school prints: %v", err)
		}
		for _, c := range []struct {
			unit people.Unit
			want []string
		}{
			{w.am, []string{w.head.AccountID + ` card.print {"cards":1,"form":"pdf"}`, w.head.AccountID + ` card.issue {"cards":1}`}},
			{w.c7a1, []string{w.teacher.AccountID + ` card.print {"cards":1,"form":"page"}`}},
		} {
			var got []string
			for _, e := range w.acts(t, contest.AuditFilter{Under: []string{"/"}, Object: "unit:" + c.unit.ID}) {
				if e.Action == "card.print" || e.Action == "card.issue" {
					got = append(got, e.ActorID+" "+e.Action+" "+e.Detail)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, want %q", c.unit.Name, got, c.want)
			}
		}
	})
}
