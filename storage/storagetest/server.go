package storagetest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a private Postgres that a test may kill and start again.
type Server struct {
	URL  string
	home *home
	cmd  *exec.Cmd
}

// NewServer starts an empty Postgres that is the test's alone.
func NewServer(t testing.TB) *Server {
	t.Helper()
	if os.Getenv("MANGXANH_TEST_SERVERS") == "off" {
		t.Skip("server suites are switched off by MANGXANH_TEST_SERVERS=off")
	}
	dir, err := os.MkdirTemp("", "mangxanh-pg-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	h, err := newHome(dir)
	if err != nil {
		t.Fatalf("Postgres for tests: %v", err)
	}
	s := &Server{URL: h.url(), home: h}
	s.Start(t)
	t.Cleanup(s.Kill)
	return s
}

// Start starts the server and waits until it answers.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	cmd, err := s.home.start()
	if err == nil {
		s.cmd = cmd
		err = waitFor(s.URL)
	}
	if err != nil {
		t.Fatalf("start Postgres: %v", err)
	}
}

// Kill ends the server and all its processes at once, without any warning, and
// waits until the last is gone: while one lives, the data folder is in use and
// no new server starts. Every backend leads a process group of its own, so that
// they are found as children.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	pid := s.cmd.Process.Pid
	_ = syscall.Kill(pid, syscall.SIGSTOP) // no new child while we count them
	pids := append(children(pid), pid)
	for _, p := range pids {
		_ = syscall.Kill(p, syscall.SIGKILL)
	}
	_ = s.cmd.Wait()
	for _, p := range pids {
		for alive(p) {
			time.Sleep(5 * time.Millisecond)
		}
	}
	s.cmd = nil
}

// Set changes a setting of the running server and waits until it is in force.
func (s *Server) Set(t testing.TB, name, value string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, statement := range []string{"ALTER SYSTEM SET " + name + " = " + value, "SELECT pg_reload_conf()"} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for now := ""; now != value; time.Sleep(5 * time.Millisecond) {
		if err := conn.QueryRow(t.Context(), "SELECT current_setting($1)", name).Scan(&now); err != nil {
			t.Fatal(err)
		}
	}
}

// children lists the processes that a process has started.
func children(pid int) (pids []int) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, name := range threads {
		text, _ := os.ReadFile(name)
		for _, field := range strings.Fields(string(text)) {
			if p, err := strconv.Atoi(field); err == nil {
				pids = append(pids, p)
			}
		}
	}
	return pids
}

// alive reports whether a process still holds anything; a zombie does not.
func alive(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(text), ") ")
	return !strings.HasPrefix(state, "Z") && !strings.HasPrefix(state, "X")
}
