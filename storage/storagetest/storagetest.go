// Package storagetest lends tests a migrated record of their own: a fresh
// SQLite file, and a Postgres database cloned from a migrated template. It
// starts Postgres itself when no address is given, and it never lets a server
// suite pass by being absent.
package storagetest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"mangxanh/contest"
	"mangxanh/storage"
)

// NewID is the source of ids for tests.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Now is the wall clock, truncated as the program's clock is.
func Now() time.Time { return contest.Moment(time.Now()) }

// Option changes how a test's record is opened.
type Option func(*storage.Config)

// WithNow gives the record the test's clock.
func WithNow(now func() time.Time) Option { return func(c *storage.Config) { c.Now = now } }

// Each runs the test on SQLite and on Postgres.
func Each(t *testing.T, test func(t *testing.T, db *storage.DB), options ...Option) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t, options...))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t, options...))
	})
}

// SQLite lends a migrated SQLite file.
func SQLite(t testing.TB, options ...Option) *storage.DB {
	t.Helper()
	return open(t, storage.Config{DataDir: t.TempDir()}, true, options)
}

// Postgres lends a database cloned from a migrated template.
func Postgres(t testing.TB, options ...Option) *storage.DB {
	t.Helper()
	return open(t, storage.Config{DatabaseURL: PostgresURL(t)}, false, options)
}

func open(t testing.TB, cfg storage.Config, migrate bool, options []Option) *storage.DB {
	t.Helper()
	cfg.Now, cfg.NewID, cfg.HotConns = Now, NewID, 6
	for _, o := range options {
		o(&cfg)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := storage.Open(ctx, cfg)
	if err != nil {
		t.Fatalf("open storage: %v", err)
	}
	opened.Store(db, cfg)
	t.Cleanup(func() {
		opened.Delete(db)
		db.Close()
	})
	if migrate {
		if err := db.Migrate(ctx); err != nil {
			t.Fatalf("migrate: %v", err)
		}
	}
	return db
}

var (
	template struct {
		sync.Once
		admin, name string
		err         error
	}
	clones atomic.Int64
)

// PostgresURL returns the address of a migrated database that is the test's
// alone. It is dropped when the test ends.
func PostgresURL(t testing.TB) string {
	t.Helper()
	if os.Getenv("MANGXANH_TEST_SERVERS") == "off" {
		t.Skip("server suites are switched off by MANGXANH_TEST_SERVERS=off")
	}
	template.Do(func() { template.admin, template.name, template.err = makeTemplate() })
	if template.err != nil {
		t.Fatalf("Postgres for tests: %v", template.err)
	}
	name := fmt.Sprintf("mx_%d_%d", os.Getpid(), clones.Add(1))
	if err := admin("CREATE DATABASE " + name + " TEMPLATE " + template.name); err != nil {
		t.Fatalf("clone the template database: %v", err)
	}
	t.Cleanup(func() { _ = admin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") })
	return withDatabase(template.admin, name)
}

func makeTemplate() (url, name string, err error) {
	url = os.Getenv("MANGXANH_TEST_POSTGRES_URL")
	if url == "" {
		if url, err = startPostgres(); err != nil {
			return "", "", err
		}
	}
	template.admin = url
	name = fmt.Sprintf("mx_template_%d", os.Getpid())
	if err := admin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
		return "", "", err
	}
	if err := admin("CREATE DATABASE " + name); err != nil {
		return "", "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := storage.Open(ctx, storage.Config{DatabaseURL: withDatabase(url, name), Now: Now, NewID: NewID, HotConns: 2})
	if err != nil {
		return "", "", err
	}
	defer db.Close()
	return url, name, db.Migrate(ctx)
}

// cloning is held while a clone is made: Postgres copies a template only when
// nobody else is connected to it.
var cloning sync.Mutex

func admin(sql string) error {
	cloning.Lock()
	defer cloning.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, template.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

func withDatabase(url, name string) string {
	base, query, _ := strings.Cut(url, "?")
	base = base[:strings.LastIndex(base, "/")+1] + name
	if query != "" {
		base += "?" + query
	}
	return base
}
