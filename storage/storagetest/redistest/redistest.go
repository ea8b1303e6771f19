// Package redistest starts a real Redis for a test, from the installed binary, and ends it with the test. It knows
// nothing of what is stored there.
package redistest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Start runs a private Redis without persistence on a free port and returns its URL. Further settings are given as
// redis-server takes them ("--cluster-enabled", "yes"). A machine without redis-server fails the test, so that nobody
// takes silence for success; MANGXANH_TEST_SERVERS=off says that this machine is not meant to have one.
func Start(t testing.TB, settings ...string) string {
	t.Helper()
	if os.Getenv("MANGXANH_TEST_SERVERS") == "off" {
		t.Skip("MANGXANH_TEST_SERVERS=off: not tested against a real Redis")
	}
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("redis-server is not installed: install it (apt-get install redis-server), or set MANGXANH_TEST_SERVERS=off")
	}
	// A free port may be taken by someone else before Redis binds it: then another one is tried.
	var said string
	for range 5 {
		address, ended := run(t, binary, settings)
		if said = await(address, ended); said == "" {
			return "redis://" + address
		}
	}
	t.Fatalf("redis-server does not start: %s", said)
	return ""
}

// run starts a server and returns its address and a channel on which its output is sent when it ends.
func run(t testing.TB, binary string, settings []string) (string, <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", t.TempDir()},
		settings...)
	server := exec.Command(binary, args...)
	server.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var output strings.Builder
	server.Stdout, server.Stderr = &output, &output
	started, ended, reaped := make(chan error, 1), make(chan string, 1), make(chan struct{})
	go func() {
		defer close(reaped)
		runtime.LockOSThread() // the kernel's notice of a parent's death goes by thread
		defer runtime.UnlockOSThread()
		err := server.Start()
		started <- err
		if err == nil {
			err = server.Wait()
		}
		ended <- fmt.Sprint(err, ": ", output.String())
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill() // it may have ended by itself
		<-reaped
	})
	return address, ended
}

// await returns "" when the server answers, or what it said when it ended or did not answer for ten seconds.
func await(address string, ended <-chan string) string {
	for range 500 {
		if ping(address) {
			return ""
		}
		select {
		case said := <-ended:
			return said
		case <-time.After(20 * time.Millisecond):
		}
	}
	return "no answer for ten seconds"
}

// ping reports whether a Redis answers at the address.
func ping(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	reply := make([]byte, 5)
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	n, err := conn.Read(reply)
	return err == nil && strings.HasPrefix(string(reply[:n]), "+PONG")
}
