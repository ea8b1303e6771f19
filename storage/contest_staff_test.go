package storage_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"mangxanh/contest"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// addressed makes a contest of the department for an audience, published or not.
func addressed(t *testing.T, db *storage.DB, w storagetest.World, title string, state contest.State, audience ...string) string {
	t.Helper()
	org := contest.Actor{AccountID: w.Organizer}
	c, err := db.CreateContest(t.Context(), org, contest.Contest{
		ID: storagetest.NewID(), UnitID: w.Department, Slug: title, Title: title, Stored: contest.Draft, Audience: audience, TieSeed: "s",
		Version: 1, ActorID: w.Organizer, CreatedAt: storagetest.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.EditContest(t.Context(), org, c.ID, "contest.edit", func(e *contest.Edit) error { e.Stored = state; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// Planted defects that this catches: a group's members left out, an audience
// above the asker left out, drafts shown to who only watches, a page that
// repeats or drops a contest.
func TestStaffContestsAreFoundAndPagedByTheRecord(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		w := storagetest.NewWorld(t, db, 2, 1, 1)
		group := storagetest.NewID()
		storagetest.Exec(t, db, `INSERT INTO unit_groups (id, unit_id, name, created_at) VALUES (?, ?, 'Trường cũ', 1)`, group, w.Department)
		storagetest.Exec(t, db, `INSERT INTO unit_group_members (group_id, unit_id) VALUES (?, ?)`, group, w.Schools[0])
		addressed(t, db, w, "everybody", contest.Published)
		addressed(t, db, w, "draft", contest.Draft, w.Schools[0])
		addressed(t, db, w, "class", contest.Published, w.Class7[0])
		addressed(t, db, w, "group", contest.Published, group)
		addressed(t, db, w, "other", contest.Published, w.Schools[1])
		moved := addressed(t, db, w, "moved", contest.Published, w.Schools[1])
		if _, err := db.EditContest(t.Context(), contest.Actor{}, moved, "contest.edit", func(e *contest.Edit) error {
			e.Audience = []string{w.Schools[0]}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			scope contest.StaffScope
			want  []string
		}{
			"organizer":       {contest.StaffScope{Managed: []string{w.DepartmentPath}, Watched: []string{w.DepartmentPath}}, []string{"moved", "other", "group", "class", "draft", "everybody"}},
			"first school":    {contest.StaffScope{Watched: []string{w.SchoolPaths[0]}}, []string{"moved", "group", "class", "everybody"}},
			"class 7B there":  {contest.StaffScope{Watched: []string{w.Class7At[0]}}, []string{"moved", "group", "class", "everybody"}},
			"second school":   {contest.StaffScope{Watched: []string{w.SchoolPaths[1]}}, []string{"other", "everybody"}},
			"nobody anywhere": {contest.StaffScope{}, nil},
		} {
			for limit := 1; limit <= 7; limit++ {
				if got := pagedTitles(t, db, c.scope, limit); !slices.Equal(got, c.want) {
					t.Errorf("%s by %d: %v, want %v", name, limit, got, c.want)
				}
			}
		}
		if _, _, err := db.StaffContests(t.Context(), contest.StaffScope{}, contest.Page{Cursor: "?"}); contest.CodeOf(err) != "invalid" {
			t.Errorf("a foreign cursor: %v", err)
		}
	})
}

func pagedTitles(t *testing.T, db *storage.DB, scope contest.StaffScope, limit int) []string {
	t.Helper()
	var titles []string
	for page := (contest.Page{Limit: limit}); ; {
		found, next, err := db.StaffContests(t.Context(), scope, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range found {
			titles = append(titles, c.Title)
		}
		if page.Cursor = next; next == "" {
			return titles
		}
	}
}

// A record that was made before audiences stood in rows of their own finds its
// contests after the migration as before it.
func TestAudiencesOfOldRecordsAreTakenOver(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		w := storagetest.NewWorld(t, db, 2, 1, 1)
		addressed(t, db, w, "everybody", contest.Published)
		addressed(t, db, w, "class", contest.Published, w.Class7[0])
		storagetest.Exec(t, db, `DELETE FROM contest_audience`)
		text, err := os.ReadFile("migration/00004_staff.sql")
		if err != nil {
			t.Fatal(err)
		}
		for statement := range strings.SplitSeq(string(text), ";") {
			if at := strings.Index(statement, "INSERT INTO contest_audience"); at >= 0 {
				storagetest.Exec(t, db, statement[at:])
			}
		}
		got := pagedTitles(t, db, contest.StaffScope{Watched: []string{w.Class7At[0]}}, 10)
		if fmt.Sprint(got) != "[class everybody]" {
			t.Errorf("found %v", got)
		}
	})
}
