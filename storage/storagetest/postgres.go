package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// startPostgres starts a private server for this test binary from the
// installed programs. It ends with the binary: the kernel stops it when its
// parent is gone, and its folder lies in the temporary directory.
func startPostgres() (string, error) {
	dir, err := os.MkdirTemp("", "mangxanh-pg-")
	if err != nil {
		return "", err
	}
	h, err := newHome(dir)
	if err != nil {
		return "", err
	}
	if _, err := h.start(); err != nil {
		return "", err
	}
	return h.url(), waitFor(h.url())
}

// home is the folder of a private server and what it is started with.
type home struct {
	bin, dir string
	as       *syscall.SysProcAttr
	port     int
}

// newHome makes the data folder of a server.
func newHome(dir string) (*home, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	as, err := otherUser(dir)
	if err != nil {
		return nil, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "mangxanh", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr = as
	initdb.Dir = dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	return &home{bin: bin, dir: dir, as: as, port: port}, err
}

func (h *home) url() string {
	return fmt.Sprintf("postgres://mangxanh@127.0.0.1:%d/postgres?sslmode=disable", h.port)
}

// start runs the server as a process group of its own.
func (h *home) start() (*exec.Cmd, error) {
	server := exec.Command(filepath.Join(h.bin, "postgres"), "-D", filepath.Join(h.dir, "data"), "-p", strconv.Itoa(h.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200",
		"-c", "shared_buffers=64MB", "-c", "autovacuum=off")
	server.SysProcAttr = &syscall.SysProcAttr{Credential: h.as.Credential, Pdeathsig: syscall.SIGQUIT, Setpgid: true}
	server.Dir = h.dir
	if err := startForLife(server); err != nil {
		return nil, fmt.Errorf("start Postgres: %w", err)
	}
	return server, nil
}

// startForLife starts the program on a thread that lives as long as we do: the
// kernel's notice of a parent's death goes by thread, not by process.
func startForLife(server *exec.Cmd) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		started <- server.Start()
		select {}
	}()
	return <-started
}

func postgresBin() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", errors.New("no Postgres server programs: install postgresql, set MANGXANH_TEST_POSTGRES_URL, or switch server suites off with MANGXANH_TEST_SERVERS=off")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// otherUser lends the folder to an unprivileged user when we are root, because
// Postgres refuses to run as root.
func otherUser(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// freePort is below the ports that the system lends to clients, so that a
// server which was killed finds its port free again.
func freePort() (int, error) {
	var last error
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(10_000)))
		if last = err; err == nil {
			defer l.Close()
			return l.Addr().(*net.TCPAddr).Port, nil
		}
	}
	return 0, last
}

func waitFor(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		err := answers(ctx, url)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("Postgres did not start: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// answers tries one connection, briefly: a dial that began while the server
// before was dying may hang although the new one is there.
func answers(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}
