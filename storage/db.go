// Package storage keeps the record in SQL: one SQLite file for a school, or
// Postgres for anything larger. It knows no rules; it loads, locks, lets a pure
// function of the caller decide, and saves.
//
// # Two dialects
//
// One schema serves both. Times are microseconds since 1970 in BIGINT columns,
// because text times with offsets compare wrongly on SQLite. SQLite has one
// writing connection (synchronous=FULL, immediate transactions) and a pool of
// readers; Postgres has four pools, so that nobody who reads can starve a save:
// batches for the lanes, hot for what contest traffic reads, read for pages and
// reports for exports. Row locks are
// taken with FOR UPDATE on Postgres; SQLite's single writer makes them needless.
//
// # How a store method is built
//
// One file per noun. Row structs carry the GORM tags, are unexported and never
// leave; two small functions map them to domain types and back. Starting,
// saving, submitting and sweeping are written in SQL by hand in files of their
// own. Everything that a staff member changes writes an audit row in the same
// transaction. To change the schema, add a numbered file to migration/.
package storage

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	_ "modernc.org/sqlite" // the SQLite driver, in pure Go
)

// Config says where the record is kept.
type Config struct {
	DatabaseURL string // postgres://…, or empty for SQLite in DataDir
	DataDir     string
	HotConns    int // size of the pool for contest traffic on Postgres; 0 = 2 per core + 4
	Now         func() time.Time
	NewID       func() string
}

// DB is the record. It is safe for use by many goroutines.
type DB struct {
	now   func() time.Time
	newID func() string

	writeDB, readDB, reportDB *gorm.DB
	sqlWrite, sqlRead         *sql.DB       // SQLite's two handles; nil on Postgres
	hot                       *pgxpool.Pool // contest traffic's reads; nil on SQLite
	batches                   *pgxpool.Pool // the lanes' own connections: no reader can take them
	reports                   *pgxpool.Pool // for long reading by hand-written SQL; nil on SQLite
	hotpath                   hotpath
	closers                   []func()
}

// Open connects to the record. It does not migrate.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Now == nil || cfg.NewID == nil {
		return nil, fmt.Errorf("storage needs a clock and a source of ids")
	}
	db := &DB{now: cfg.Now, newID: cfg.NewID}
	open := db.openSQLite
	if cfg.DatabaseURL != "" {
		open = db.openPostgres
	}
	if err := open(ctx, cfg); err != nil {
		db.Close()
		return nil, err
	}
	db.openLanes()
	return db, nil
}

// Close ends every connection.
func (db *DB) Close() {
	for i := len(db.closers) - 1; i >= 0; i-- {
		db.closers[i]()
	}
	db.closers = nil
}

// Postgres reports whether the record is in Postgres.
func (db *DB) Postgres() bool { return db.hot != nil }

// Ping reports whether the record answers.
func (db *DB) Ping(ctx context.Context) error {
	if db.Postgres() {
		return db.hot.Ping(ctx)
	}
	return db.sqlRead.PingContext(ctx)
}

func (db *DB) openSQLite(ctx context.Context, cfg Config) error {
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	path := filepath.Join(cfg.DataDir, "mangxanh.db")
	var err error
	if db.sqlWrite, err = db.sqliteHandle(sqliteDSN(path, "immediate", 16), 1); err != nil {
		return err
	}
	if db.sqlRead, err = db.sqliteHandle(sqliteDSN(path, "deferred", 4)+"&_pragma=query_only(1)", runtime.GOMAXPROCS(0)+2); err != nil {
		return err
	}
	if err := db.sqlWrite.PingContext(ctx); err != nil {
		return fmt.Errorf("SQLite file: %w", err)
	}
	if db.writeDB, err = gorm.Open(sqliteDialector(db.sqlWrite), db.gormConfig()); err != nil {
		return fmt.Errorf("SQLite writer: %w", err)
	}
	if db.readDB, err = gorm.Open(sqliteDialector(db.sqlRead), db.gormConfig()); err != nil {
		return fmt.Errorf("SQLite readers: %w", err)
	}
	db.reportDB = db.readDB
	return nil
}

// sqliteDSN sets, for every connection: write-ahead log, a full sync at each
// commit (an acknowledged answer survives a power cut), foreign keys. A writer's
// transaction takes the lock at once instead of deadlocking later. A connection
// keeps so many MiB of pages; readers need few, since the system has the rest.
func sqliteDSN(path, lock string, cache int) string {
	return "file:" + strings.ReplaceAll(path, "?", "%3f") +
		"?_timezone=UTC&_txlock=" + lock +
		"&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)" + fmt.Sprintf("&_pragma=cache_size(-%d)", cache<<10)
}

func (db *DB) sqliteHandle(dsn string, conns int) (*sql.DB, error) {
	h, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("SQLite: %w", err)
	}
	h.SetMaxOpenConns(conns)
	h.SetMaxIdleConns(conns)
	db.closers = append(db.closers, func() { _ = h.Close() })
	return h, nil
}

func (db *DB) openPostgres(ctx context.Context, cfg Config) error {
	hotConns := cfg.HotConns
	if hotConns == 0 {
		hotConns = 2*runtime.GOMAXPROCS(0) + 4
	}
	var err error
	if db.hot, err = db.pool(ctx, cfg.DatabaseURL, hotConns, 10*time.Second, byKeysOnly); err != nil {
		return err
	}
	if db.batches, err = db.pool(ctx, cfg.DatabaseURL, laneConns(), 10*time.Second, byKeys); err != nil {
		return err
	}
	reads, err := db.pool(ctx, cfg.DatabaseURL, 2*runtime.GOMAXPROCS(0)+4, 15*time.Second, nil)
	if err != nil {
		return err
	}
	if db.reports, err = db.pool(ctx, cfg.DatabaseURL, 3, 5*time.Minute, nil); err != nil {
		return err
	}
	for _, p := range []struct {
		pool *pgxpool.Pool
		to   **gorm.DB
	}{{reads, &db.readDB}, {db.reports, &db.reportDB}} {
		handle := stdlib.OpenDBFromPool(p.pool)
		db.closers = append(db.closers, func() { _ = handle.Close() })
		if *p.to, err = gorm.Open(postgres.New(postgres.Config{Conn: handle}), db.gormConfig()); err != nil {
			return fmt.Errorf("open Postgres: %w", err)
		}
	}
	db.writeDB = db.readDB
	return nil
}

// How contest traffic is planned: once for each connection, because planning a
// statement anew costs more than running it, and by keys alone, because a plan
// made while a table was small must still be right when a contest has filled it.
// Batches join what they were sent with what they locked, which hashing does best.
var (
	byKeys     = map[string]string{"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
	byKeysOnly = map[string]string{"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}
)

// pool makes one Postgres pool. Every connection asks for durable commits: a
// server with synchronous_commit=off would lose acknowledged answers.
func (db *DB) pool(ctx context.Context, url string, conns int, statement time.Duration, planning map[string]string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	cfg.MaxConns = int32(conns)
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["synchronous_commit"] = "on"
	cfg.ConnConfig.RuntimeParams["application_name"] = "mangxanh"
	cfg.ConnConfig.RuntimeParams["statement_timeout"] = fmt.Sprint(statement.Milliseconds())
	maps.Copy(cfg.ConnConfig.RuntimeParams, planning)
	cfg.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "30000"
	p, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connect to Postgres: %w", err)
	}
	db.closers = append(db.closers, p.Close)
	return p, nil
}

func (db *DB) gormConfig() *gorm.Config {
	return &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		NowFunc:                db.now,
		Logger:                 logger.Discard,
	}
}

// write, read and report choose the pool by purpose.
func (db *DB) write(ctx context.Context) *gorm.DB  { return db.writeDB.WithContext(ctx) }
func (db *DB) read(ctx context.Context) *gorm.DB   { return db.readDB.WithContext(ctx) }
func (db *DB) report(ctx context.Context) *gorm.DB { return db.reportDB.WithContext(ctx) }

// inTx runs f in one transaction. f must use only the handle it is given:
// asking the store for anything else inside would wait for itself on SQLite.
func (db *DB) inTx(ctx context.Context, f func(tx *gorm.DB) error) error {
	return db.write(ctx).Transaction(f)
}
