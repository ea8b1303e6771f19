package intake_test

import (
	"strings"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake"
	"mangxanh/storage/storagetest"
)

// A teacher who takes part in a contest that draws from the bank reads in no
// import which answer is right, unless the file is the teacher's own and not
// yet in the bank. Seen to fail with the rows of any one of the three ways to
// read them (list, summary, rejected file) taken straight from the store.
func TestContestantsReadNoKeyInImports(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		const secret = "Bí mật riêng"
		file := []byte("type,topic,stem,option_a,option_b,key,explanation\n" +
			"single,An toàn,Một cộng một?,hai,ba,A," + secret + "\n" +
			"single,An toàn,Câu hỏng?,một,,B," + secret + "\n")
		i := o.questions(t, file)
		storagetest.Exec(t, o.db, `INSERT INTO accounts (id, kind, full_name, name_fold, home_unit_id, created_at) VALUES ('reviewer', 'staff', 'Lê Cô', 'le co', ?, 1)`, o.school.ID)
		storagetest.Exec(t, o.db, `INSERT INTO accounts (id, kind, full_name, name_fold, home_unit_id, created_at) VALUES ('author', 'staff', 'Lê Thầy', 'le thay', ?, 1)`, o.school.ID)
		seen := func(who contest.Actor) (n int) {
			rows, err := o.Rows(ctx, who, i.ID, intake.RowFilter{})
			if err != nil {
				t.Fatal(err)
			}
			_, summed, err := o.Problems(ctx, who, i.ID, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range append(rows, summed...) {
				if r.Cells["explanation"] != "" || r.Cells["key"] != "" {
					n++
				}
			}
			rejected, err := o.Rejected(ctx, who, i.ID)
			if err != nil {
				t.Fatal(err)
			}
			return n + strings.Count(string(rejected), secret)
		}
		if seen(o.reviewer) != 4 || seen(o.author) != 4 {
			t.Fatalf("before the contest: %d and %d", seen(o.reviewer), seen(o.author))
		}
		storagetest.Exec(t, o.db, `INSERT INTO contests (id, unit_id, slug, title, state, rule_sheet, tie_seed, actor_id, created_at) VALUES ('c', ?, 'c', 'c', 'published', '{}', 's', 'a', 1)`, o.school.ID)
		storagetest.Exec(t, o.db, `INSERT INTO rounds (id, contest_id, position, name, slug, kind, opens_at, closes_at, bank_id, created_at) VALUES ('r', 'c', 1, 'r', 'r', 'quiz', 1, 9000000000000000, ?, 1)`, o.bank.ID)
		if seen(o.reviewer) != 0 || seen(o.author) != 4 {
			t.Errorf("a contestant sees %d keys of another's file, and %d of the four of the own one", seen(o.reviewer), seen(o.author))
		}
		if _, row, err := o.Fix(ctx, o.reviewer, i.ID, 2, map[string]string{"topic": "Khác"}); err != nil || row.Cells["key"] != "" {
			t.Errorf("mending a row shows %q, %v", row.Cells["key"], err)
		}
		if _, err := o.Commit(ctx, o.author, i.ID, intake.OnlyReady); err != nil {
			t.Fatal(err)
		}
		if b, err := o.banks.Bank(ctx, o.author, o.bank.ID); err != nil || b.Counts[bank.Draft] != 1 {
			t.Fatalf("committed: %v, %v", b.Counts, err)
		}
		if seen(o.reviewer) != 0 || seen(o.author) != 3 {
			t.Errorf("committed: a contestant sees %d keys of another's file, and %d of three of the own one", seen(o.reviewer), seen(o.author))
		}
	})
}
