package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mangxanh/contest"
)

type statisticsCommand struct {
	Recount statisticsRecount `cmd:"" help:"Count the questions of a round anew from the record; readers see the old figures until the new ones are whole."`
}

type statisticsRecount struct {
	Round string `required:"" help:"Id of the round."`
}

// A node that counts keeps others away for a minute at most; a little longer is
// worth waiting for.
const (
	recountTries = 15
	recountRest  = 5 * time.Second
)

// Run counts the round. Interrupted, it leaves what was counted before.
func (c *statisticsRecount) Run(ctx context.Context, settings *Settings, o *output) error {
	p, err := assemble(ctx, *settings, o.errs)
	if err != nil {
		return err
	}
	defer p.close()
	held, err := p.db.ContestOfRound(ctx, c.Round)
	if err != nil {
		return fmt.Errorf("statistics of %s: %w", c.Round, err)
	}
	o.say("Counting the questions of %s (%s) …", c.Round, held.Title)
	began := now()
	p.services.counter.Told = func(attempts int) { o.say("  %d attempts read", attempts) }
	n, err := c.recount(ctx, p, o)
	if err != nil {
		return fmt.Errorf("statistics of %s: %w", c.Round, err)
	}
	o.say("%d attempts counted. Done in %v.", n, now().Sub(began))
	return nil
}

// recount waits while a serving node counts the same round.
func (c *statisticsRecount) recount(ctx context.Context, p *program, o *output) (int, error) {
	for try := 1; ; try++ {
		n, err := p.services.counter.Recount(ctx, c.Round)
		if try == recountTries || !errors.Is(err, contest.Busy) {
			return n, err
		}
		o.say("  another process counts this round; trying again in %v", recountRest)
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(recountRest):
		}
	}
}
