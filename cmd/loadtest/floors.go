package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	_ "github.com/jackc/pgx/v5/stdlib" // the server's driver, without the server
	_ "modernc.org/sqlite"             // the same for the embedded default
)

// serveFloor is the least that an endpoint can do with a save in the
// product's HTTP stack: Fiber, one JSON body read, one JSON body written.
func serveFloor(ctx context.Context, addr string) error {
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true})
	app.Put(apiPath+"/attempts/:id/answers", func(c *fiber.Ctx) error {
		var in struct {
			Answers []struct {
				QuestionID string          `json:"question_id"`
				Seq        int64           `json:"seq"`
				Response   json.RawMessage `json:"response"`
			} `json:"answers"`
		}
		if err := json.Unmarshal(c.Body(), &in); err != nil {
			return err
		}
		type saved struct {
			QuestionID string `json:"question_id"`
			Seq        int64  `json:"seq"`
		}
		out := struct {
			Saved      []saved   `json:"saved"`
			ServerTime time.Time `json:"server_time"`
		}{make([]saved, len(in.Answers)), time.Now().UTC()}
		for i, a := range in.Answers {
			out.Saved[i] = saved{a.QuestionID, a.Seq}
		}
		return c.JSON(out)
	})
	go func() {
		<-ctx.Done()
		_ = app.Shutdown() // Listen returns either way
	}()
	return app.Listen(addr)
}

// floorHTTP measures the bare endpoint, in a process of its own as the server
// is, with the same client, the same bytes and k in flight.
func floorHTTP(ctx context.Context, k int, warm, window time.Duration) (float64, error) {
	addr, err := freeAddr()
	if err != nil {
		return 0, err
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	server := exec.CommandContext(ctx, self, "floor-server", "--addr", addr)
	server.Stderr = os.Stderr
	if err := server.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = server.Process.Kill() // it keeps nothing
		_ = server.Wait()         // killed: an error is what it must say
	}()
	if err := waitListen(addr, 10*time.Second); err != nil {
		return 0, err
	}
	c := &crowd{target: target{addr: addr}}
	for i := range k {
		doc := document{ID: fmt.Sprintf("floor-%026d", i)}
		for range 20 {
			doc.Questions = append(doc.Questions, struct {
				ID      string `json:"id"`
				Type    string `json:"type"`
				Options []struct {
					ID string `json:"id"`
				} `json:"options"`
			}{ID: floorID(), Options: []struct {
				ID string `json:"id"`
			}{{floorID()}, {floorID()}}})
		}
		// The real save token is a signed text of about this length.
		c.pupils = append(c.pupils, &pupil{attempt: newSheet(c.target, strings.Repeat("x", 300), doc)})
	}
	got, err := c.saves(ctx, c.pupils, k, 0, warm, window)
	if err == nil && got.seen.failed() > 0 {
		err = fmt.Errorf("bare endpoint: %v", got.seen.errors)
	}
	return got.perSecond(), err
}

func floorID() string {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	id := make([]byte, 10)
	for i := range id {
		id[i] = letters[rand.IntN(len(letters))]
	}
	return string(id)
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func waitListen(addr string, limit time.Duration) error {
	var last error
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			return c.Close()
		}
		last = err
	}
	return last
}

// record is the database that the server writes to, reached past the server.
type record struct {
	db     *sql.DB
	sqlite bool
}

// openRecord takes a Postgres address, or sqlite:PATH.
func openRecord(address string) (*record, error) {
	if path, found := strings.CutPrefix(address, "sqlite:"); found {
		db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
		return &record{db, true}, err
	}
	db, err := sql.Open("pgx", address)
	return &record{db, false}, err
}

// floorRows writes rows of the same shape as a save writes (the answer and
// its journal line) into tables made like the product's own, in batches of
// size, from so many loops, and returns saved answers a second.
func (r *record) floorRows(ctx context.Context, loops, size, attempts int, window time.Duration) (float64, error) {
	if err := r.floorTables(ctx); err != nil {
		return 0, err
	}
	var rows atomic.Int64
	errs := make([]error, loops)
	began := time.Now()
	end := began.Add(window)
	var wg sync.WaitGroup
	for i := range loops {
		wg.Go(func() {
			for seq := int64(1); time.Now().Before(end); seq++ {
				if errs[i] = r.floorBatch(ctx, i, loops, size, attempts, seq); errs[i] != nil {
					return
				}
				rows.Add(int64(size))
			}
		})
	}
	wg.Wait()
	rate := float64(rows.Load()) / time.Since(began).Seconds()
	return rate, errors.Join(errors.Join(errs...), r.dropFloor(ctx))
}

const floorAnswers, floorJournal = "floor_answers", "floor_answer_journal"

func (r *record) floorTables(ctx context.Context) error {
	if err := r.dropFloor(ctx); err != nil {
		return err
	}
	if !r.sqlite {
		_, err := r.db.ExecContext(ctx, `CREATE TABLE floor_answers (LIKE answers INCLUDING ALL);
			CREATE TABLE floor_answer_journal (LIKE answer_journal INCLUDING ALL)`)
		return err
	}
	rows, err := r.db.QueryContext(ctx, `SELECT sql FROM sqlite_master WHERE tbl_name IN ('answers', 'answer_journal') AND sql IS NOT NULL ORDER BY type DESC`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var statements []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		text = strings.ReplaceAll(strings.ReplaceAll(text, "answer_journal", floorJournal), "answers", floorAnswers)
		statements = append(statements, text)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, text := range statements {
		if _, err := r.db.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return nil
}

func (r *record) dropFloor(ctx context.Context) error {
	_, first := r.db.ExecContext(ctx, "DROP TABLE IF EXISTS "+floorAnswers)
	_, second := r.db.ExecContext(ctx, "DROP TABLE IF EXISTS "+floorJournal)
	return errors.Join(first, second)
}

// floorBatch writes size different keys, sorted, in one transaction.
func (r *record) floorBatch(ctx context.Context, loop, loops, size, attempts int, seq int64) error {
	const questions = 20
	now := time.Now().UnixMicro()
	keys := map[int]bool{}
	for len(keys) < size {
		// Each loop has its own attempts, as each lane of the server has.
		attempt := rand.IntN(max(attempts/loops, size))*loops + loop
		keys[attempt*questions+rand.IntN(questions)] = true
	}
	sorted := make([]int, 0, size)
	for k := range keys {
		sorted = append(sorted, k)
	}
	slices.Sort(sorted)
	ids, places := make([]string, size), make([]int64, size)
	for i, k := range sorted {
		ids[i], places[i] = fmt.Sprintf("0190f000-0000-7000-8000-%012d", k/questions), int64(k%questions)
	}
	if r.sqlite {
		return r.floorSQLite(ctx, ids, places, seq, now)
	}
	_, err := r.db.ExecContext(ctx, `WITH fresh AS (SELECT * FROM unnest($1::text[], $2::bigint[]) AS t(id, place)),
		kept AS (INSERT INTO floor_answer_journal (attempt_id, question, seq, holder, response, received_at)
			SELECT id, place, $3, 1, '[0,2]', $4 FROM fresh)
		INSERT INTO floor_answers (attempt_id, question, seq, response, late, received_at)
		SELECT id, place, $3, '[0,2]', FALSE, $4 FROM fresh
		ON CONFLICT (attempt_id, question) DO UPDATE SET seq = EXCLUDED.seq, response = EXCLUDED.response, received_at = EXCLUDED.received_at`,
		ids, places, seq, now)
	return err
}

func (r *record) floorSQLite(ctx context.Context, ids []string, places []int64, seq, now int64) (err error) {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	answer, err := tx.PrepareContext(ctx, `INSERT INTO floor_answers (attempt_id, question, seq, response, late, received_at)
		VALUES (?, ?, ?, '[0,2]', FALSE, ?)
		ON CONFLICT (attempt_id, question) DO UPDATE SET seq = excluded.seq, response = excluded.response, received_at = excluded.received_at`)
	if err != nil {
		return err
	}
	defer answer.Close()
	line, err := tx.PrepareContext(ctx, `INSERT INTO floor_answer_journal (attempt_id, question, seq, holder, response, received_at) VALUES (?, ?, ?, 1, '[0,2]', ?)`)
	if err != nil {
		return err
	}
	defer line.Close()
	for i, id := range ids {
		if _, err = answer.ExecContext(ctx, id, places[i], seq, now); err != nil {
			return err
		}
		if _, err = line.ExecContext(ctx, id, places[i], seq, now); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// journalled counts how many saves of each attempt the record's journal holds.
func (r *record) journalled(ctx context.Context) (map[string]int64, error) {
	rows, err := r.db.QueryContext(ctx, "SELECT attempt_id, COUNT(*) FROM answer_journal GROUP BY attempt_id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	held := map[string]int64{}
	for rows.Next() {
		var id string
		var n int64
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		held[id] = n
	}
	return held, rows.Err()
}

// statements counts what Postgres has executed in this database, beginnings
// and ends of transactions included, our own counting left out. known is
// false on SQLite and where pg_stat_statements is not loaded.
func (r *record) statements(ctx context.Context) (calls int64, known bool, err error) {
	if r.sqlite {
		return 0, false, nil
	}
	err = r.db.QueryRowContext(ctx, `SELECT COALESCE(SUM(calls), 0)::bigint FROM pg_stat_statements s
		JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database() AND s.query NOT LIKE '%pg_stat_statements%'`).Scan(&calls)
	return calls, err == nil, err
}
