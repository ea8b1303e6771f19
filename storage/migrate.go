package storage

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migration/*.sql
var migrations embed.FS

// Migrate brings the schema to this program's version. On Postgres an advisory
// lock lets any number of nodes start at once. Running it again does nothing.
func (db *DB) Migrate(ctx context.Context) error {
	p, done, err := db.migrator()
	if err != nil {
		return err
	}
	defer done()
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return db.makeFindIndex(ctx)
}

// Migrated reports whether the schema is the one this program needs.
func (db *DB) Migrated(ctx context.Context) (bool, error) {
	p, done, err := db.migrator()
	if err != nil {
		return false, err
	}
	defer done()
	pending, err := p.HasPending(ctx)
	if err != nil {
		return false, fmt.Errorf("schema version: %w", err)
	}
	return !pending, nil
}

func (db *DB) migrator() (*goose.Provider, func(), error) {
	files, err := fs.Sub(migrations, "migration")
	if err != nil {
		return nil, nil, fmt.Errorf("migration files: %w", err)
	}
	dialect, handle, done := goose.DialectSQLite3, db.sqlWrite, func() {}
	// A migration with a lower number may be released after one with a higher
	// number; it is applied all the same.
	options := []goose.ProviderOption{goose.WithVerbose(false), goose.WithAllowOutofOrder(true)}
	if db.Postgres() {
		dialect, handle = goose.DialectPostgres, stdlib.OpenDBFromPool(db.hot)
		done = closer(handle)
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, nil, fmt.Errorf("migration lock: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, handle, files, options...)
	if err != nil {
		return nil, nil, fmt.Errorf("read the migrations: %w", err)
	}
	return p, done, nil
}

func closer(h *sql.DB) func() { return func() { _ = h.Close() } }
