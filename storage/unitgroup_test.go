package storage_test

import (
	"sync"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/people"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// A group is deleted only while no contest addresses it, whoever comes first.
// Planted defect: holdTargets without its lock, which left contests that address
// a group that is gone (Postgres).
func TestAGroupThatAContestAddressesStays(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		w := storagetest.NewWorld(t, db, 2, 1, 1)
		for range 20 {
			g := people.UnitGroup{ID: storagetest.NewID(), UnitID: w.Schools[0], Name: "Nhóm", Members: w.Schools[:1], Version: 1, CreatedAt: storagetest.Now()}
			if err := db.CreateUnitGroup(t.Context(), contest.Actor{AccountID: w.Organizer}, g); err != nil {
				t.Fatal(err)
			}
			c := contest.Contest{
				ID: storagetest.NewID(), UnitID: w.Schools[0], Slug: "nhom", Title: "Nhóm", Stored: contest.Draft, TieSeed: "s",
				Audience: []string{g.ID}, Version: 1, ActorID: w.Organizer, CreatedAt: storagetest.Now(),
			}
			var made, dropped error
			var both sync.WaitGroup
			both.Go(func() { _, made = db.CreateContest(t.Context(), contest.Actor{AccountID: w.Organizer}, c) })
			both.Go(func() { dropped = db.DropUnitGroup(t.Context(), contest.Actor{AccountID: w.Organizer}, g.ID, 1) })
			both.Wait()
			_, gone := db.UnitGroup(t.Context(), g.ID)
			switch {
			case made == nil && contest.CodeOf(dropped) == "group_in_use" && gone == nil:
			case dropped == nil && contest.CodeOf(made) == "not_found" && contest.CodeOf(gone) == "not_found":
			default:
				t.Fatalf("contest: %v, deleting: %v, group: %v", made, dropped, gone)
			}
		}
		g := people.UnitGroup{ID: storagetest.NewID(), UnitID: w.Schools[0], Name: "Nhóm", Members: w.Schools[:1], Version: 1, CreatedAt: storagetest.Now()}
		if err := db.CreateUnitGroup(t.Context(), contest.Actor{AccountID: w.Organizer}, g); err != nil {
			t.Fatal(err)
		}
		renamed, err := db.RenameUnitGroup(t.Context(), contest.Actor{AccountID: w.Organizer}, g.ID, 1, "Tên mới")
		if err != nil || renamed.Name != "Tên mới" || renamed.Version != 2 || len(renamed.Members) != 1 {
			t.Fatalf("%+v, %v", renamed, err)
		}
		if err := db.DropUnitGroup(t.Context(), contest.Actor{AccountID: w.Organizer}, g.ID, 1); contest.CodeOf(err) != "version_changed" {
			t.Errorf("deleted at an older version: %v", err)
		}
		if err := db.DropUnitGroup(t.Context(), contest.Actor{AccountID: w.Organizer}, g.ID, 2); err != nil {
			t.Error(err)
		}
	})
}
