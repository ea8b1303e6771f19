package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
)

// check is one thing without which a node may not take contest traffic.
type check struct {
	code string // what /readyz answers while it does not hold
	what string
	do   func(context.Context) error
}

func (c check) failed(err error) *contest.Error {
	return &contest.Error{Kind: contest.Busy, Code: c.code, Message: err.Error()}
}

// checks are asked before the first request, each minute from then on, and by
// the doctor.
func (p *program) checks() []check {
	return []check{
		{"schema_pending", "the schema is this program's", func(ctx context.Context) error {
			migrated, err := p.db.Migrated(ctx)
			if err == nil && !migrated {
				err = errors.New("run mangxanh migrate")
			}
			return err
		}},
		{"unsafe_settings", "acknowledged answers are durable", p.db.CheckDurable},
		{"clock_skew", "the clocks agree", func(ctx context.Context) error {
			if err := p.measureSkew(ctx); err != nil {
				return err
			}
			return p.services.attempts.Clock.Err()
		}},
	}
}

// ready says why this node should get no traffic. It asks the database only
// whether it answers; the rest is what the last look found.
func (p *program) ready(ctx context.Context) error {
	if err := p.db.Ping(ctx); err != nil {
		return contest.Refuse(contest.Busy, "database_gone", "the database does not answer: %v", err)
	}
	if unfit := p.unfit.Load(); unfit != nil {
		return unfit
	}
	return nil
}

// look does the checks and remembers the first that does not hold. While the
// database is away they say nothing, and the last verdict stands.
func (p *program) look(ctx context.Context) {
	for _, c := range p.checks() {
		err := c.do(ctx)
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			return
		}
		if p.db.Ping(ctx) != nil {
			p.log.Warn("the database does not answer", "error", err)
			return
		}
		p.log.Error("this node is not fit for contests", "check", c.code, "error", err)
		p.unfit.Store(c.failed(err))
		return
	}
	p.unfit.Store(nil)
}

// checkFit refuses to begin serving where answers could be lost. A wrong clock
// alone does not: it may be set right, and contest traffic is refused until then.
func (p *program) checkFit(ctx context.Context) error {
	for _, c := range p.checks() {
		err := c.do(ctx)
		if err != nil && contest.CodeOf(err) != "clock_skew" {
			return err
		}
		if err != nil {
			p.unfit.Store(c.failed(err))
		}
	}
	return nil
}

func (p *program) measureSkew(ctx context.Context) error {
	skew, err := p.db.ClockSkew(ctx)
	if err != nil {
		return err
	}
	p.services.attempts.Clock.Set(skew)
	if skew.Abs() > attempt.MaxSkew {
		p.log.Error("the clocks of this node and the database differ; contest traffic is refused", "skew", skew.String())
	}
	return nil
}

type doctorCommand struct {
	Ready bool `help:"Only ask the node that serves at ADDR whether it is ready: the health check of a container."`
}

// Run looks at what an operator would look at and names what is wrong.
func (c *doctorCommand) Run(ctx context.Context, settings *Settings, o *output) error {
	if c.Ready {
		return askReady(ctx, settings.Addr)
	}
	p, err := assemble(ctx, *settings, o.errs)
	if err != nil {
		return err
	}
	defer p.close()
	faults := 0
	for _, check := range append([]check{{"database_gone", "the database answers", p.db.Ping}}, p.checks()...) {
		if err := check.do(ctx); err != nil {
			faults++
			o.say("✗ %s: %v", check.what, err)
			continue
		}
		o.say("✓ %s", check.what)
	}
	if faults > 0 {
		return fmt.Errorf("%d of the checks failed", faults)
	}
	return nil
}

// askReady asks the node that serves at addr whether it is ready. A container
// whose image holds nothing but this program has no other way to ask.
func askReady(ctx context.Context, addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(reply.Body, 1<<10)) // the status alone is refusal enough
		return fmt.Errorf("not ready: %s %s", reply.Status, said)
	}
	return nil
}
