package people_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"mangxanh/contest/people"
	"mangxanh/storage/storagetest"
)

// Two nodes forget everything that is over, and nothing else: who is signed in
// stays so, a used token that comes back still revokes its session, and a login
// under its limit is still under it.
//
// Seen to fail: deleting used tokens of live sessions, deleting tries that still
// count, cleaning one batch only, and comparing with now instead of a day ago.
func TestCleaningForgetsOnlyWhatIsOver(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		live := w.signInByCard(t, w.pupil(t, "Nguyễn Thị Hoà").AccountID)
		stolen := live.Refresh
		for range 3 {
			next, err := w.gate.Refresh(ctx, live.Refresh)
			if err != nil {
				t.Fatal(err)
			}
			live.Refresh = next.Refresh
			w.clock.advance(time.Hour)
		}
		w.leftovers(t, live.AccountID)
		fresh := w.signInByCard(t, w.pupil(t, "Lê Văn Hùng").AccountID)
		actor, err := w.gate.Actor(ctx, fresh.AccountID, fresh.SessionID)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.gate.SignOut(ctx, actor); err != nil {
			t.Fatal(err)
		}
		w.clock.advance(time.Hour) // what was revoked is kept for a day
		for range 9 {
			_, _ = w.gate.SignInWithPassword(ctx, "head", "wrong password")
		}

		total := w.clean(t)
		if want := 700*3 + 67 + 1200; total != want {
			t.Errorf("%d rows forgotten, want %d", total, want)
		}
		if _, err := w.gate.SignInWithPassword(ctx, "head", password); code(err) != "too_many_tries" {
			t.Errorf("after cleaning, a login over its limit: %v", err)
		}
		next, err := w.gate.Refresh(ctx, live.Refresh)
		if err != nil {
			t.Fatalf("after cleaning, the live session: %v", err)
		}
		if _, err := w.gate.Refresh(ctx, stolen); code(err) != "sign_in" {
			t.Errorf("a stolen token: %v", err)
		}
		if _, err := w.gate.Refresh(ctx, next.Refresh); code(err) != "sign_in" {
			t.Errorf("the family of a token that came back is not revoked: %v", err)
		}
		w.clock.advance(25 * time.Hour)
		if n := w.clean(t); n < 2+6 {
			t.Errorf("a day after two sessions were revoked %d rows are forgotten", n)
		}
		if n := w.clean(t); n != 0 {
			t.Errorf("cleaning again forgets %d rows", n)
		}
	})
}

// leftovers puts seven hundred sessions that are over into the record, half by
// time and half revoked, each with two tokens, one of them with 67 more; and
// tries of twelve hundred logins that count no more.
func (w *town) leftovers(t *testing.T, account string) {
	t.Helper()
	long := w.clock.Now().Add(-48 * time.Hour).UnixMicro()
	storagetest.Exec(t, w.db, fmt.Sprintf(`INSERT INTO sessions (id, account_id, created_at, expires_at, revoked_at)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)
SELECT 'old' || i, '%s', 1, CASE WHEN i %% 2 = 0 THEN %d ELSE 9000000000000000 END, CASE WHEN i %% 2 = 0 THEN 0 ELSE %d END FROM n`, account, long, long))
	storagetest.Exec(t, w.db, `INSERT INTO refresh_tokens (sha256, session_id, issued_at) SELECT 'a' || id, id, 1 FROM sessions WHERE id LIKE 'old%'`)
	storagetest.Exec(t, w.db, `INSERT INTO refresh_tokens (sha256, session_id, issued_at) SELECT 'b' || id, id, 1 FROM sessions WHERE id LIKE 'old%'`)
	storagetest.Exec(t, w.db, `INSERT INTO refresh_tokens (sha256, session_id, issued_at) SELECT 'c' || id, 'old7', 1 FROM sessions WHERE id LIKE 'old1%' AND id < 'old16'`)
	storagetest.Exec(t, w.db, `INSERT INTO sign_in_tries (login_sha256, paid_until)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) SELECT 'old' || i, 5 FROM n`)
}

// clean lets two nodes clean at once and returns how much they forgot.
func (w *town) clean(t *testing.T) int {
	t.Helper()
	var wg sync.WaitGroup
	var counts [2]int
	for i := range counts {
		wg.Go(func() {
			c := people.Cleaner{Store: w.db, Now: w.clock.Now}
			n, err := c.Clean(t.Context())
			if err != nil {
				t.Error(err)
			}
			counts[i] = n
		})
	}
	wg.Wait()
	return counts[0] + counts[1]
}
