package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// looking is a program that looks after a record.
func looking(t *testing.T, db *storage.DB) *program {
	t.Helper()
	p, err := assemble(t.Context(), Settings{Addr: "127.0.0.1:1", DataDir: t.TempDir(), LogLevel: "error"}, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.db.Close)
	p.db = db
	if err := p.checkFit(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// fitness is what /readyz answers after the look of the next minute, "" for
// ready.
func (p *program) fitness(t *testing.T) string {
	t.Helper()
	p.look(t.Context())
	return p.readiness(t)
}

func (p *program) readiness(t *testing.T) string {
	t.Helper()
	if err := p.ready(t.Context()); err != nil {
		return contest.CodeOf(err)
	}
	return ""
}

// A node whose schema is behind, because the record was put back to an older
// backup under it, takes no traffic until it is migrated. Planted defect that
// this catches: the schema asked only at the start.
func TestNodeWithAnOldSchemaIsNotReady(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := looking(t, db)
		if code := p.fitness(t); code != "" {
			t.Fatalf("a sound node answers %q", code)
		}
		storagetest.Exec(t, db, `DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`)
		if code := p.readiness(t); code != "" {
			t.Errorf("before the next look: %q; the check belongs to the minute, not to the request", code)
		}
		if code := p.fitness(t); code != "schema_pending" {
			t.Errorf("with a pending migration: %q", code)
		}
	})
}

// A server whose settings were made unsafe while the node ran is noticed, and
// forgiven when they are put right; a server that does not answer at all is
// named as that. Planted defect that this catches: the settings asked only at
// the start.
func TestNodeOverUnsafeSettingsIsNotReady(t *testing.T) {
	server := storagetest.NewServer(t)
	db, err := storage.Open(t.Context(), storage.Config{DatabaseURL: server.URL, Now: now, NewID: newID})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	p := looking(t, db)
	for _, step := range []struct{ setting, want string }{{"off", "unsafe_settings"}, {"on", ""}} {
		server.Set(t, "full_page_writes", step.setting)
		if code := p.fitness(t); code != step.want {
			t.Errorf("full_page_writes %s: %q, want %q", step.setting, code, step.want)
		}
	}
	server.Kill()
	if code := p.fitness(t); code != "database_gone" {
		t.Errorf("without a database: %q", code)
	}
	server.Start(t)
	if code := p.fitness(t); code != "" {
		t.Errorf("with the database again: %q", code)
	}
}

// A node whose clock is off by more than the bound starts, but takes no contest
// traffic until the clock is right again. Planted defect that this catches: the
// clock measured only at the start.
func TestNodeWithAWrongClockIsNotReady(t *testing.T) {
	var off time.Duration
	p := looking(t, storagetest.Postgres(t, storagetest.WithNow(func() time.Time { return now().Add(off) })))
	for _, step := range []struct {
		off  time.Duration
		want string
	}{{0, ""}, {time.Hour, "clock_skew"}, {-3 * time.Second, "clock_skew"}, {time.Second, ""}} {
		off = step.off
		if code := p.fitness(t); code != step.want {
			t.Errorf("clock off by %v: %q, want %q", step.off, code, step.want)
		}
	}
}

func TestAskReady(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			status = http.StatusNotFound
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	for _, addr := range []string{"127.0.0.1:" + port, "0.0.0.0:" + port, ":" + port} {
		if err := askReady(t.Context(), addr); err != nil {
			t.Errorf("askReady(%s) = %v, want ready", addr, err)
		}
	}
	status = http.StatusServiceUnavailable
	if err := askReady(t.Context(), "127.0.0.1:"+port); err == nil {
		t.Error("a node that answers 503 counts as ready")
	}
	server.Close()
	if err := askReady(t.Context(), "127.0.0.1:"+port); err == nil {
		t.Error("a node that does not answer counts as ready")
	}
}
