package people_test

import (
	"slices"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

// A consent for one contest publishes there and nowhere else, and a withdrawn
// one publishes nothing.
func TestPublicationIsDecidedPerContest(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		id := w.pupil(t, "Nguyễn Thị Hoà").AccountID
		published := func(contestID string) bool {
			t.Helper()
			found, err := w.db.People(t.Context(), contestID, year, []string{id, "nobody", id})
			if err != nil || len(found) != 1 {
				t.Fatalf("People = %v, %v; want the one who exists, once", found, err)
			}
			return found[0].PublicationConsent
		}
		record := func(c people.Consent) string {
			t.Helper()
			c.AccountID, c.Kind, c.Evidence = id, people.Publication, "Sổ 12"
			made, err := w.RecordConsent(t.Context(), w.teacher, c)
			if err != nil {
				t.Fatal(err)
			}
			return made.ID
		}
		guardian := record(people.Consent{GivenBy: people.Guardian})
		record(people.Consent{GivenBy: people.Child, ContestID: "spring"})
		if !published("spring") || published("autumn") || published("") {
			t.Errorf("spring %v, autumn %v, any %v; want spring only", published("spring"), published("autumn"), published(""))
		}
		for range 2 { // the second time changes nothing
			if err := w.WithdrawConsent(t.Context(), w.teacher, guardian); err != nil {
				t.Fatal(err)
			}
		}
		if published("spring") {
			t.Error("published after the guardian withdrew")
		}
		if err := w.WithdrawConsent(t.Context(), w.stranger, guardian); code(err) != "not_found" {
			t.Errorf("another school withdraws: %v, want not_found", err)
		}
	})
}

// The list holds what was agreed to and what was taken back, page by page, with
// who recorded it; to another school it does not exist.
func TestConsentsAreListed(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		ctx, id := t.Context(), w.pupil(t, "Nguyễn Thị Hoà").AccountID
		for _, by := range []people.Giver{people.Guardian, people.Child, people.Guardian} {
			c, err := w.RecordConsent(ctx, w.teacher, people.Consent{AccountID: id, Kind: people.Publication, GivenBy: by, Evidence: "Sổ 12"})
			if err != nil {
				t.Fatal(err)
			}
			if by == people.Child {
				if err := w.WithdrawConsent(ctx, w.head, c.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		var got []string
		for page := (contest.Page{Limit: 2}); ; {
			lines, next, err := w.ConsentsOf(ctx, w.teacher, id, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				if l.Recorder == "" || l.Evidence != "Sổ 12" || l.GivenAt.IsZero() {
					t.Errorf("a line says too little: %+v", l)
				}
				got = append(got, string(l.GivenBy)+map[bool]string{true: " stands", false: " ended"}[l.WithdrawnAt.IsZero()])
			}
			if page.Cursor = next; next == "" {
				break
			}
		}
		if want := []string{"guardian stands", "child ended", "guardian stands"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		for _, who := range []contest.Actor{w.stranger, {}} {
			if _, _, err := w.ConsentsOf(ctx, who, id, contest.Page{}); code(err) != "not_found" {
				t.Errorf("%s lists them: %v", who.AccountID, err)
			}
		}
		if _, _, err := w.ConsentsOf(ctx, w.teacher, id, contest.Page{Cursor: "?"}); code(err) != "invalid" {
			t.Errorf("a foreign cursor: %v", err)
		}
		if n := len(w.acts(t, contest.AuditFilter{Under: []string{w.am.Path}, Object: "account:" + id})); n < 4 {
			t.Errorf("%d acts on the account, want the three consents and the withdrawal", n)
		}
	})
}
