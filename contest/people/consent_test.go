package people_test

import (
	"testing"

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
