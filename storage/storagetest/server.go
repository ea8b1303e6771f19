package storagetest

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
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

// Kill ends the server and all its processes at once, without any warning.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	_ = s.cmd.Wait()
	s.cmd = nil
}
