package main

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"mangxanh/api"
	"mangxanh/contest"
	"mangxanh/contest/standing"
	"mangxanh/frontend"
	"mangxanh/scoring/board"
	"mangxanh/storage"
	"mangxanh/storage/redisboard"
)

// program is the product put together: every collaborator is built here, in
// plain sight, and nowhere else.
type program struct {
	settings Settings
	log      *slog.Logger
	metrics  *metrics
	db       *storage.DB
	services *services
	live     *standing.Live
	redis    redis.UniversalClient // nil when boards are in this process
	server   *api.Server
	unfit    atomic.Pointer[contest.Error] // what the last look found wrong
}

// assemble opens the record and wires the services. It starts nothing.
func assemble(ctx context.Context, settings Settings, logs io.Writer) (*program, error) {
	if err := settings.validate(); err != nil {
		return nil, err
	}
	p := &program{settings: settings, log: newLog(settings.LogLevel, logs), metrics: newMetrics()}
	secret, err := p.settings.secret()
	if err != nil {
		return nil, err
	}
	p.db, err = storage.Open(ctx, storage.Config{
		DatabaseURL: settings.DatabaseURL, DataDir: settings.DataDir, Now: now, NewID: newID,
	})
	if err != nil {
		return nil, err
	}
	if p.services, err = newServices(p.db, secret, now); err != nil {
		p.db.Close()
		return nil, err
	}
	if err := p.openBoards(); err != nil {
		p.db.Close()
		return nil, err
	}
	forAPI := p.services.forAPI(p.db)
	forAPI.Live = p.live
	p.server = api.New(p.apiConfig(), forAPI)
	return p, nil
}

// openBoards chooses where live boards are kept, and has them follow attempts.
func (p *program) openBoards() error {
	var boards standing.Boards = board.New(now)
	if p.settings.RedisURL != "" {
		client, err := redisboard.Open(p.settings.RedisURL)
		if err != nil {
			return err
		}
		p.redis, boards = client, redisboard.New(client)
	}
	p.live = &standing.Live{Boards: boards, Store: p.db, Sittings: p.services.sittings, Now: now, Log: p.log}
	p.services.follow(p.live)
	return nil
}

func (p *program) apiConfig() api.Config {
	var pages fs.FS = frontend.Pages()
	if p.settings.UIDir != "" {
		pages = os.DirFS(p.settings.UIDir)
	}
	return api.Config{
		PublicURL: p.settings.PublicURL, TrustedProxies: p.settings.TrustedProxies, Pages: pages,
		Version: "1", Log: p.log, Now: now, NewRequestID: requestID,
		Observe: p.metrics.observe, Ready: p.ready,
	}
}

func (p *program) close() {
	if p.redis != nil {
		_ = p.redis.Close()
	}
	p.db.Close()
}

func newLog(level string, w io.Writer) *slog.Logger {
	var least slog.Level
	_ = least.UnmarshalText([]byte(level)) // the enum of the setting allows only names it knows
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: least}))
}
