package itemstat_test

import (
	"fmt"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/itemstat"
	"mangxanh/storage/storagetest"
)

// BenchmarkRecountMillion counts a round of 50,000 papers of 20 questions, out
// of a pool of 200, whole from the record on Postgres: a million answers and a
// million lines of the journal, made by SQL from the fixed seed 0.42.
func BenchmarkRecountMillion(b *testing.B) {
	const papers, length, pool = 50_000, 20, 200
	h := open(b, storagetest.Postgres)
	for i := range pool - 12 {
		question(b, h, i)
	}
	b.Log("seed 0.42")
	exec := func(text string, args ...any) { storagetest.Exec(b, h.db, text, args...) }
	exec(`DELETE FROM round_pool WHERE round_id = ?`, h.round.ID)
	exec(`INSERT INTO round_pool (round_id, position, line_id, version_id)
SELECT '` + h.round.ID + `', row_number() OVER (ORDER BY v.id) - 1, (SELECT id FROM blueprint_lines WHERE round_id = '` + h.round.ID + `' LIMIT 1), v.id FROM question_versions v`)
	began := h.now.UnixMicro()
	exec(fmt.Sprintf(`INSERT INTO attempts (id, round_id, contest_id, account_id, number, state, seed, paper, started_at, deadline_at, submitted_at, finished_at, score, max_score)
SELECT 'a' || lpad(g::text, 8, '0'), '%s', '%s', 'p' || g, 1, 'submitted', '', (SELECT string_agg(((g * 7 + k * 9) %% %d) || ':012', ' ' ORDER BY k) FROM generate_series(0, %d) k),
 %d + g * 1000, %d + g * 1000 + 900000000, %d + g * 1000 + 600000000, %d + g * 1000 + 600000000, 100, 2000 FROM generate_series(1, %d) g`,
		h.round.ID, h.round.ContestID, pool, length-1, began, began, began, began, papers))
	exec(fmt.Sprintf(`WITH s AS (SELECT setseed(0.42)) INSERT INTO answers (attempt_id, question, seq, response, received_at)
SELECT 'a' || lpad(g::text, 8, '0'), k, 1, floor(random() * 3)::text, %d + g * 1000 + k * 20000000 FROM s, generate_series(1, %d) g, generate_series(0, %d) k`, began, papers, length-1))
	exec(`INSERT INTO answer_journal (attempt_id, question, seq, holder, response, received_at) SELECT attempt_id, question, seq, 1, response, received_at FROM answers`)
	exec(`ANALYZE`)
	h.later(2 * time.Hour)
	b.ResetTimer()
	for b.Loop() {
		if n, err := h.counter().Recount(b.Context(), h.round.ID); n != papers || err != nil {
			b.Fatalf("counted %d, %v", n, err)
		}
		h.later(2 * time.Minute)
	}
	b.ReportMetric(float64(papers*length)*float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	lines, _, _, err := h.reader.Round(b.Context(), h.organizer, h.round.ID, itemstat.LineFilter{}, contest.Page{Limit: pool})
	must(b, err)
	if len(lines) != pool {
		b.Fatalf("%d questions counted, want %d", len(lines), pool)
	}
}

// question puts one more question of three options into the bank.
func question(b *testing.B, h *hall, n int) {
	id := storagetest.NewID()
	storagetest.Exec(b, h.db, `INSERT INTO questions (id, bank_id, state, current, approved, type, stem_fold, fingerprint, author_id, created_at, changed_at) VALUES (?, ?, 'approved', 1, 1, 'single', 'them', ?, ?, 1, 1)`,
		id, h.w.Bank, fmt.Sprint("g", n), h.w.Organizer)
	storagetest.Exec(b, h.db, `INSERT INTO question_versions (id, question_id, number, type, stem, options, answer_key, author_id, created_at) VALUES (?, ?, 1, 'single', 'Thêm', ?, ?, ?, 1)`,
		storagetest.NewID(), id, `[{"text":"Đúng nhất"},{"text":"Sai một"},{"text":"Sai hai"}]`, `{"choices":[0]}`, h.w.Organizer)
}
