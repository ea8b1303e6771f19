package storage_test

import (
	"errors"
	"slices"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

func TestMediaAreKeptOnceInABank(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		w := storagetest.NewWorld(t, db, 1, 1, 0)
		actor := contest.Actor{AccountID: w.Organizer, Kind: contest.Staff}
		at := storagetest.Now()
		first := bank.Medium{ID: "a-3x2", BankID: w.Bank, MIME: "image/png", Width: 3, Height: 2, Hash: "h1", Body: []byte{0, 1, 255}, Words: "Một lá cờ", AuthorID: w.Organizer, Created: at}
		for range 2 {
			kept, err := db.AddMedium(t.Context(), actor, first)
			if err != nil || kept.ID != "a-3x2" || kept.Words != "Một lá cờ" {
				t.Fatalf("%+v, %v", kept, err)
			}
			first.ID, first.Words = "b-3x2", "Cờ" // the same bytes sent again
		}
		sound := bank.Medium{ID: "c", BankID: w.Bank, Sound: true, MIME: "audio/mpeg", Hash: "h2", Body: []byte("s"), Words: "Xin chào", AuthorID: w.Organizer, Created: storagetest.Now()}
		if _, err := db.AddMedium(t.Context(), actor, sound); err != nil {
			t.Fatal(err)
		}
		m, err := db.Medium(t.Context(), "a-3x2")
		if err != nil || string(m.Body) != "\x00\x01\xff" || m.Width != 3 || m.Height != 2 || m.Sound || !m.Created.Equal(at) {
			t.Errorf("%+v, %v", m, err)
		}
		if m, err = db.Medium(t.Context(), "c"); err != nil || !m.Sound {
			t.Errorf("%+v, %v", m, err)
		}
		if _, err = db.Medium(t.Context(), "b-3x2"); !errors.Is(err, contest.NotFound) {
			t.Errorf("a medium that was never kept: %v", err)
		}
		missing, err := db.MissingMedia(t.Context(), []string{"b-3x2", "a-3x2", "c", "d"})
		if err != nil || !slices.Equal(missing, []string{"b-3x2", "d"}) {
			t.Errorf("missing %v, %v", missing, err)
		}
		log, _, err := db.Audit(t.Context(), contest.AuditFilter{Under: []string{"/"}, Object: "bank:" + w.Bank}, contest.Page{Limit: 50})
		n := 0
		for _, e := range log {
			if e.Action == "media.add" {
				n++
			}
		}
		if err != nil || n != 2 {
			t.Errorf("%d media in the record of acts, %v", n, err)
		}
	})
}
