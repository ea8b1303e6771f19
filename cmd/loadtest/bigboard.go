package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// boardTarget is the size of the board that the target for reading is stated for.
const boardTarget = 100_000

// largeBoard writes finished attempts of people who do not exist into the
// record until a round has boardTarget, lets the server fill the board from the
// record as it would after a loss, and reads it: the page that everybody sees
// and the server's own time for it.
func (l *load) largeBoard(ctx context.Context) error {
	if l.quick {
		return nil
	}
	have, err := l.record.multiply(ctx, l.crowd.target.round, boardTarget)
	if err != nil {
		return fmt.Errorf("write %d finished attempts: %w", boardTarget, err)
	}
	link := newConn(l.crowd.target.addr)
	defer link.close()
	began := time.Now()
	if err := l.rebuild(link); err != nil {
		return err
	}
	l.report.set("large_board_rebuild_s", time.Since(began).Seconds())
	total, err := l.boardTotal(link)
	if err != nil {
		return err
	}
	if total < boardTarget {
		return fmt.Errorf("the board holds %d people and the record %d finished attempts", total, have)
	}
	time.Sleep(2 * time.Second) // until nobody is handed a page from before
	const route = `{method="GET",route="/api/v1/rounds/:round_id/leaderboard",status="2xx"}`
	before, err := readMetrics(l.metrics)
	if err != nil {
		return err
	}
	seen, err := l.crowd.boards(ctx, 20_000, 1)
	if err != nil {
		return err
	}
	after, err := readMetrics(l.metrics)
	if err != nil {
		return err
	}
	const sum, count = "mangxanh_http_seconds_sum" + route, "mangxanh_http_seconds_count" + route
	n := after[count] - before[count]
	if n < 1 {
		return errors.New("the server's metrics count no reads of the board")
	}
	l.report.phase(fmt.Sprintf("board of %d people: one reader", total), seen)
	l.report.set("large_board_people", total)
	l.report.set("large_board_server_ms", (after[sum]-before[sum])/n*1000)
	l.report.set("large_board_read_p50_ms", seen.times[board].quantile(.5))
	l.report.set("large_board_read_p99_ms", seen.times[board].quantile(.99))
	if u, ok := usageOf(l.pid); ok {
		l.report.set("server_large_board_peak_mib", u.peakMiB)
	}
	return nil
}

// rebuild signs a staff member of the demo in and asks for the board anew.
func (l *load) rebuild(link *conn) error {
	body, err := json.Marshal(map[string]string{"login": "organizer", "password": l.password})
	if err != nil {
		return err
	}
	status, reply, err := link.do(request("POST", l.crowd.target.addr, apiPath+"/auth/login", "", body))
	if err != nil || status != 200 {
		return fmt.Errorf("sign in the organizer: %d %s: %w", status, clip(reply), orRefused(err))
	}
	var session struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(reply, &session); err != nil {
		return err
	}
	path := apiPath + "/rounds/" + l.crowd.target.round + "/board/rebuild"
	status, reply, err = link.do(request("POST", l.crowd.target.addr, path, session.AccessToken, nil))
	if err != nil || status > 299 {
		return fmt.Errorf("rebuild the board: %d %s: %w", status, clip(reply), orRefused(err))
	}
	return nil
}

// boardTotal reads how many people stand on the board, once the pages from
// before are too old to be handed out.
func (l *load) boardTotal(link *conn) (total int, err error) {
	for end := time.Now().Add(10 * time.Second); total < boardTarget && time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		path := apiPath + "/rounds/" + l.crowd.target.round + "/leaderboard?scope=all&limit=20"
		status, reply, err := link.do(request("GET", l.crowd.target.addr, path, l.crowd.pupils[0].token, nil))
		if err != nil || status != 200 {
			return 0, fmt.Errorf("read the board: %d %s: %w", status, clip(reply), orRefused(err))
		}
		var page struct{ Total int }
		if err := json.Unmarshal(reply, &page); err != nil {
			return 0, err
		}
		total = page.Total
	}
	return total, nil
}

// multiply copies the submitted attempts of a round under accounts that do not
// exist, with half of their score, until there are enough; it returns how many
// there are.
func (r *record) multiply(ctx context.Context, round string, enough int) (int, error) {
	const count = `SELECT COUNT(*) FROM attempts WHERE round_id = $1 AND state = 'submitted'`
	var have int
	if err := r.db.QueryRowContext(ctx, count, round).Scan(&have); err != nil {
		return 0, err
	}
	if have == 0 {
		return 0, errors.New("nobody has submitted an attempt that could be copied")
	}
	const columns = `round_id, contest_id, number, state, seed, paper, started_at, deadline_at, holder, device, class_id, school_id,
		division_id, unit_path, last_change_at, submitted_at, finished_at, duration_us, answered, max_score, correct, perfect, prediction, receipt, sheet_sha256`
	copies := (enough - 1) / have
	_, err := r.db.ExecContext(ctx, `WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < $2)
		INSERT INTO attempts (id, account_id, score, `+columns+`)
		SELECT a.id || '-' || c.n, a.account_id || '-' || c.n, a.score / 2, `+columns+`
		FROM attempts a CROSS JOIN copies c WHERE a.round_id = $1 AND a.state = 'submitted'`, round, copies)
	if err != nil {
		return 0, err
	}
	err = r.db.QueryRowContext(ctx, count, round).Scan(&have)
	return have, err
}
