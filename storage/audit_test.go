package storage_test

import (
	"strings"
	"testing"

	"mangxanh/contest"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// Whatever an act was done to is called by a name that a person can read. Seen
// to fail: with questions left without a name.
func TestActsNameTheirObjects(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		w := storagetest.NewWorld(t, db, 1, 1, 1)
		exec := func(statement string, args ...any) { storagetest.Exec(t, db, statement, args...) }
		exec(`INSERT INTO contests (id, unit_id, slug, title, state, rule_sheet, tie_seed, actor_id, created_at) VALUES ('c', ?, 'c', 'Luật Trẻ em', 'published', '{}', 'x', ?, 1)`, w.Department, w.Organizer)
		exec(`INSERT INTO rounds (id, contest_id, position, name, slug, kind, opens_at, closes_at, created_at) VALUES ('r', 'c', 0, 'Đợt 1', 'r', 'quiz', 1, 2, 1)`)
		exec(`INSERT INTO attempts (id, round_id, contest_id, account_id, number, state, seed, paper, started_at, deadline_at) VALUES ('a', 'r', 'c', ?, 1, 'open', 'x', 'x', 1, 1)`, w.Pupils7[0][0])
		exec(`INSERT INTO result_versions (id, round_id, number, state, made_by, created_at) VALUES ('v', 'r', 2, 'official', ?, 1)`, w.Organizer)
		exec(`INSERT INTO questions (id, bank_id, state, current, approved, type, topic, stem_fold, fingerprint, author_id, created_at, changed_at) VALUES ('q', ?, 'draft', 1, 0, 'single', '', 'x', 'x', ?, 1, 1)`, w.Bank, w.Organizer)
		exec(`INSERT INTO question_versions (id, question_id, number, type, stem, options, answer_key, author_id, created_at) VALUES ('qv', 'q', 1, 'single', ?, '[]', '{}', ?, 1)`, strings.Repeat("Ở đâu? ", 30), w.Organizer)
		exec(`INSERT INTO instruments (id, unit_id, number, number_fold, title, created_at) VALUES ('i', ?, '1', '1', 'Luật An ninh mạng', 1)`, w.Department)
		want := map[string]string{
			"result:v": "Luật Trẻ em, Đợt 1 (2)", "contest:c": "Luật Trẻ em", "question:q": "", "instrument:i": "Luật An ninh mạng",
			"attempt:a": ", Đợt 1", "bank:" + w.Bank: "Luật Trẻ em", "account:" + w.Teacher: "Đỗ Cô Giáo", "unit:" + w.Department: "Phòng Giáo dục Sông Xanh",
		}
		for object := range want {
			exec(`INSERT INTO audit (id, at, actor_id, action, object) VALUES (?, 1, ?, 'test', ?)`, storagetest.NewID(), w.Organizer, object)
		}
		entries, _, err := db.Audit(t.Context(), contest.AuditFilter{Under: []string{w.DepartmentPath}}, contest.Page{Limit: 50})
		if err != nil || len(entries) != len(want) {
			t.Fatalf("%d entries, %v", len(entries), err)
		}
		for _, e := range entries {
			if e.ObjectName == "" || !strings.HasSuffix(e.ObjectName, want[e.Object]) || len([]rune(e.ObjectName)) > 80 {
				t.Errorf("%s is called %q, want %q", e.Object, e.ObjectName, want[e.Object])
			}
		}
	})
}

// The help lines are replaced as a whole, keep their order, and the change is
// recorded. Planted defect: the old lines left beside the new ones.
func TestHelpLinesAreReplaced(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		w := storagetest.NewWorld(t, db, 1, 1, 1)
		actor := contest.Actor{AccountID: w.Organizer}
		line := func(name string) contest.HelpLine {
			return contest.HelpLine{ID: storagetest.NewID(), Name: name, NameEn: "en " + name, Contact: "111", Kind: "phone", Note: "Gọi miễn phí", NoteEn: "free", CheckedOn: "2026-09-01"}
		}
		for _, lines := range [][]contest.HelpLine{{line("Tổng đài 111"), line("Công an"), line("Cô tổng phụ trách")}, {line("Ánh Dương"), line("111")}} {
			if err := db.SetHelpLines(t.Context(), actor, lines); err != nil {
				t.Fatal(err)
			}
			got, err := db.HelpLines(t.Context())
			if err != nil || len(got) != len(lines) {
				t.Fatalf("%d lines, %v; want %d", len(got), err, len(lines))
			}
			for i := range lines {
				if got[i] != lines[i] {
					t.Errorf("line %d is %+v, want %+v", i, got[i], lines[i])
				}
			}
		}
		entries, _, err := db.Audit(t.Context(), contest.AuditFilter{Under: []string{w.DepartmentPath}, Object: "help"}, contest.Page{})
		if err != nil || len(entries) != 2 {
			t.Errorf("%d acts recorded, %v; want 2", len(entries), err)
		}
	})
}
