package people_test

import (
	"testing"

	"mangxanh/contest"
)

// acts is everything that a filter finds, page by page.
func (w *town) acts(t *testing.T, f contest.AuditFilter) []contest.AuditEntry {
	t.Helper()
	var all []contest.AuditEntry
	for page := (contest.Page{Limit: 3}); ; {
		entries, next, err := w.db.Audit(t.Context(), f, page)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entries...)
		if page.Cursor = next; next == "" {
			return all
		}
	}
}

// An administrator reads what the people of their subtree did, and nothing of
// anybody else. Planted defects: the scope forgotten, the program's own acts
// shown below the top, a page that drops its last line.
func TestAuditIsReadBelowOnesUnits(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		for i, who := range []contest.Actor{w.head, w.stranger, w.admin, contest.System} {
			unit := []string{w.am.ID, w.pm.ID, w.ward.ID, w.pm.ID}[i]
			for n := range 4 {
				if err := w.db.NotePrint(ctx, who, unit, "pdf", n); err != nil {
					t.Fatal(err)
				}
			}
		}
		count := func(f contest.AuditFilter, object string) (all int, named bool) {
			t.Helper()
			f.Object = object
			named = true
			for _, e := range w.acts(t, f) {
				if e.Action == "card.print" {
					all++
					named = named && e.ObjectName != "" && (e.ActorName != "" || e.ActorID == contest.System.AccountID)
				}
			}
			return all, named
		}
		top, err := contest.AuditScope(w.admin)
		if err != nil || !top.Program {
			t.Fatalf("scope of the top: %+v, %v", top, err)
		}
		local, err := contest.AuditScope(contest.Actor{Grants: []contest.Grant{{Role: contest.RoleAdmin, UnitPath: w.am.Path}}})
		if err != nil || local.Program {
			t.Fatalf("scope of a school: %+v, %v", local, err)
		}
		for _, c := range []struct {
			name   string
			f      contest.AuditFilter
			object string
			want   int
		}{
			{"top", top, "", 16}, {"top, units", top, "unit", 16}, {"top, one unit", top, "unit:" + w.pm.ID, 8}, {"top, accounts", top, "account", 0},
			{"school", local, "", 4}, {"school, foreign unit", local, "unit:" + w.pm.ID, 0},
			{"one person", contest.AuditFilter{Under: top.Under, ActorID: w.stranger.AccountID}, "", 4},
			{"a foreign person", contest.AuditFilter{Under: local.Under, ActorID: w.stranger.AccountID}, "", 0},
			{"no scope", contest.AuditFilter{}, "", 0},
		} {
			if got, named := count(c.f, c.object); got != c.want || !named {
				t.Errorf("%s: %d entries, all with names: %v; want %d", c.name, got, named, c.want)
			}
		}
		for _, who := range []contest.Actor{w.head, w.teacher, {}} {
			if _, err := contest.AuditScope(who); code(err) != "not_found" {
				t.Errorf("%s may read: %v", who.AccountID, err)
			}
		}
	})
}
