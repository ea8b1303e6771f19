package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"runtime/debug"
	"sync"
	"time"

	"mangxanh/contest/people"
)

type serveCommand struct {
	Demo bool `help:"Fill an empty database with the demo school and its contests, and print the logins."`
}

// Run serves until ctx ends, then lets requests under way finish.
func (c *serveCommand) Run(ctx context.Context, settings *Settings, o *output) error {
	p, err := assemble(ctx, *settings, o.errs)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.db.Migrate(ctx); err != nil {
		return err
	}
	if err := p.checkFit(ctx); err != nil {
		return err
	}
	if c.Demo {
		if err := p.demo(ctx, o, demoCommand{Pupils: 60}); err != nil {
			return err
		}
	}
	return p.serve(ctx, o)
}

// drain is how long requests under way may take after the signal to stop.
const drain = 15 * time.Second

// garbagePercent lets the heap grow to three times what is live before it is
// swept. What is live is small (tens of MiB at 10,000 open attempts), and a
// sweep costs every save that is under way a part of its time. The environment
// variable GOGC goes before it.
const garbagePercent = 200

func (p *program) serve(ctx context.Context, o *output) error {
	if old := debug.SetGCPercent(garbagePercent); old != 100 {
		debug.SetGCPercent(old)
	}
	l, err := net.Listen("tcp", p.settings.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	stopAdmin, err := p.serveAdmin()
	if err != nil {
		return err
	}
	defer stopAdmin()
	stopWork := p.work(ctx)
	defer stopWork()
	served := make(chan error, 1)
	go func() { served <- p.server.Serve(l) }()
	o.say("Mạng Xanh: %s", p.settings.PublicURL)
	p.log.Info("serving", "addr", l.Addr().String(), "postgres", p.db.Postgres())
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	p.log.Info("stopping")
	stopping, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	return p.server.Shutdown(stopping)
}

// What a node does beside answering: how often, and how much in one go.
const (
	sweepEvery = time.Second
	sweepLimit = 10_000
	lookEvery  = time.Minute // whether the node is still fit for traffic
	countEvery = 10 * time.Second
	signsEvery = 10 * time.Second // with the phones' own pause well below the minute after which one is lost
	cleanEvery = 10 * time.Minute
	cleanPause = 50 * time.Millisecond // between two batches, for saves
)

// work starts what a node does beside answering. stop waits for what is under
// way.
func (p *program) work(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() { every(ctx, sweepEvery, p.sweep) })
	working.Go(func() { p.live.Run(ctx) })
	p.services.counter.Log = p.log
	working.Go(func() { p.services.counter.Run(ctx, countEvery) })
	working.Go(func() { // so that the first search for near duplicates need not wait
		if err := p.services.twins.Warm(ctx); err != nil && ctx.Err() == nil {
			p.log.Warn("read the sketches of questions; the first search does it again", "error", err)
		}
	})
	working.Go(func() { every(ctx, signsEvery, p.keepSigns) })
	working.Go(func() { every(ctx, cleanEvery, p.clean) })
	working.Go(func() { every(ctx, lookEvery, p.look) })
	return func() { cancel(); working.Wait() }
}

// every does something each interval until ctx ends.
func every(ctx context.Context, interval time.Duration, do func(context.Context)) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			do(ctx)
		}
	}
}

// sweep hands in everything that is due, a batch after the other.
func (p *program) sweep(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := p.services.attempts.Sweep(ctx, sweepLimit)
		if err != nil && ctx.Err() == nil {
			p.log.Error("sweep", "error", err)
		}
		if n > 0 {
			p.log.Info("handed in attempts whose time is up", "attempts", n)
		}
		if err != nil || n < sweepLimit {
			return
		}
	}
}

// keepSigns writes down which phones were heard of.
func (p *program) keepSigns(ctx context.Context) {
	if err := p.services.signs.Keep(ctx); err != nil && ctx.Err() == nil {
		p.log.Warn("write down which phones were heard of; the next time does it again", "error", err)
	}
}

// clean forgets what signing in left behind.
func (p *program) clean(ctx context.Context) {
	cleaner := people.Cleaner{Store: p.db, Now: now, Pause: cleanPause}
	n, err := cleaner.Clean(ctx)
	if err != nil && ctx.Err() == nil {
		p.log.Warn("forget sessions that are over", "error", err)
	}
	if n > 0 {
		p.log.Info("forgot sessions and tries that are over", "rows", n)
	}
}

// serveAdmin answers metrics and profiles on the private address.
func (p *program) serveAdmin() (stop func(), err error) {
	if p.settings.AdminAddr == "off" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", p.settings.AdminAddr)
	if err != nil {
		return nil, fmt.Errorf("private address: %w", err)
	}
	p.metrics.registry.MustRegister(laneMetrics{p.db})
	mux := http.NewServeMux()
	mux.Handle("/metrics", p.metrics.handler())
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	s := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			p.log.Error("private address", "error", err)
		}
	}()
	return func() { _ = s.Close() }, nil
}

type migrateCommand struct{}

// Run migrates and says so.
func (c *migrateCommand) Run(ctx context.Context, settings *Settings, o *output) error {
	p, err := assemble(ctx, *settings, o.errs)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.db.Migrate(ctx); err != nil {
		return err
	}
	o.say("The database has this program's schema.")
	return nil
}
