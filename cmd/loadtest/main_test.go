package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The floor of HTTP is a second process of this very program: in a test that
// is the test binary.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "floor-server" {
		if err := run(context.Background(), os.Args[1:], os.Getenv, os.Stdout); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func environment(name string) string {
	return map[string]string{"MANGXANH_DEMO_PIN": "123456"}[name]
}

func TestWholeContests(t *testing.T) {
	_, url := newFake(t)
	file := filepath.Join(t.TempDir(), "figures.json")
	var out bytes.Buffer
	err := run(t.Context(), []string{"contest", "--url", url, "--pupils", "40", "--in-flight", "8", "--json", file}, environment, &out)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	got := figures(t, file)
	for name, want := range map[string]float64{"acked_answers": 240, "looked_up_answers": 240, "lost_answers": 0, "attempt_errors": 0} {
		if got[name] != want {
			t.Errorf("%s = %v, want %v\n%s", name, got[name], want, out.String())
		}
	}
	if rate, _ := got["attempts_per_s"].(float64); rate <= 0 {
		t.Errorf("attempts_per_s = %v, want more than 0", got["attempts_per_s"])
	}
}

// The planted defect is a server that acknowledges every 50th save without
// keeping it: the run must fail and count it.
func TestLostAnswersFailTheRun(t *testing.T) {
	f, url := newFake(t)
	f.forgets = 50
	file := filepath.Join(t.TempDir(), "figures.json")
	var out bytes.Buffer
	err := run(t.Context(), []string{"contest", "--url", url, "--pupils", "40", "--in-flight", "8", "--json", file}, environment, &out)
	if !errors.Is(err, errLost) {
		t.Fatalf("err = %v, want errLost\n%s", err, out.String())
	}
	if got := figures(t, file)["lost_answers"]; got != 4.0 {
		t.Errorf("lost_answers = %v, want 4 of 240", got)
	}
}

func TestRefusedSavesAreErrorsAndNotLost(t *testing.T) {
	f, url := newFake(t)
	f.refuses = 10
	var out bytes.Buffer
	err := run(t.Context(), []string{"contest", "--url", url, "--pupils", "20", "--in-flight", "4"}, environment, &out)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), "save 503 overloaded") {
		t.Errorf("the refusals are not printed:\n%s", out.String())
	}
}

func TestSteadySavesBurstAndBoards(t *testing.T) {
	_, url := newFake(t)
	for _, mode := range []string{"saves", "start", "burst", "board", "open"} {
		t.Run(mode, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "figures.json")
			var out bytes.Buffer
			args := []string{mode, "--url", url, "--pupils", "20", "--in-flight", "5", "--warm", "50ms", "--for", "200ms", "--json", file}
			if err := run(t.Context(), args, environment, &out); err != nil {
				t.Fatalf("%v\n%s", err, out.String())
			}
			if got := figures(t, file)["lost_answers"]; got != 0.0 {
				t.Errorf("lost_answers = %v\n%s", got, out.String())
			}
		})
	}
}

func figures(t *testing.T, file string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestFloorOfHTTPAnswers(t *testing.T) {
	rate, err := floorHTTP(t.Context(), 4, 50*time.Millisecond, 300*time.Millisecond)
	if err != nil || rate <= 0 {
		t.Fatalf("floorHTTP = %v, %v, want a rate", rate, err)
	}
}

func TestFloorOfSQLiteWritesTheSameRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "record.db")
	r, err := openRecord("sqlite:" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.db.Close()
	must(t, r.db, `CREATE TABLE answers (attempt_id TEXT NOT NULL, question INTEGER NOT NULL, seq BIGINT NOT NULL, response TEXT NOT NULL,
		late BOOLEAN NOT NULL DEFAULT FALSE, received_at BIGINT NOT NULL, PRIMARY KEY (attempt_id, question))`)
	must(t, r.db, `CREATE TABLE answer_journal (attempt_id TEXT NOT NULL, question INTEGER NOT NULL, seq BIGINT NOT NULL, holder INTEGER NOT NULL,
		response TEXT NOT NULL, received_at BIGINT NOT NULL)`)
	must(t, r.db, `CREATE INDEX answer_journal_attempt ON answer_journal(attempt_id)`)
	must(t, r.db, `INSERT INTO answer_journal VALUES ('a', 0, 1, 1, '2', 1), ('a', 0, 2, 1, '3', 2)`)
	rate, err := r.floorRows(t.Context(), 1, 50, 100, 200*time.Millisecond)
	if err != nil || rate <= 0 {
		t.Fatalf("floorRows = %v, %v, want a rate", rate, err)
	}
	var left int
	if err := r.db.QueryRow("SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'floor%'").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d floor tables left, %v, want none", left, err)
	}
	if held, err := r.journalled(t.Context()); err != nil || held["a"] != 2 {
		t.Errorf("journalled = %v, %v, want 2 for a", held, err)
	}
}

func must(t *testing.T, db *sql.DB, text string) {
	t.Helper()
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}
