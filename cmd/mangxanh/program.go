package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"mangxanh/api"
	"mangxanh/frontend"
	"mangxanh/storage"
)

// program is the product put together: every collaborator is built here, in
// plain sight, and nowhere else.
type program struct {
	settings Settings
	log      *slog.Logger
	metrics  *metrics
	db       *storage.DB
	services *services
	server   *api.Server
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
	p.server = api.New(p.apiConfig(), p.services.forAPI(p.db))
	return p, nil
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

// ready says why this node should get no traffic.
func (p *program) ready(ctx context.Context) error {
	if err := p.db.Ping(ctx); err != nil {
		return fmt.Errorf("the database does not answer: %w", err)
	}
	return nil
}

func (p *program) close() { p.db.Close() }

func newLog(level string, w io.Writer) *slog.Logger {
	var least slog.Level
	_ = least.UnmarshalText([]byte(level)) // the enum of the setting allows only names it knows
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: least}))
}
