package main

import (
	"context"
	"errors"
	"fmt"
)

type boardCommand struct {
	Rebuild boardRebuild `cmd:"" help:"Fill the live leaderboard of a round anew from the record, in Redis."`
}

type boardRebuild struct {
	Round string `required:"" help:"Id of the round."`
}

// Run fills the board; readers see the old one until the new one is whole.
func (c *boardRebuild) Run(ctx context.Context, settings *Settings, o *output) error {
	if settings.RedisURL == "" {
		return errors.New("without MANGXANH_REDIS_URL the boards live in the serving process, which fills them from the record whenever it starts; " +
			"the staff page of the round can do it while it runs")
	}
	p, err := assemble(ctx, *settings, o.errs)
	if err != nil {
		return err
	}
	defer p.close()
	o.say("Filling the leaderboard of %s …", c.Round)
	began := now()
	if err := p.live.Rebuild(ctx, c.Round); err != nil {
		return fmt.Errorf("leaderboard of %s: %w", c.Round, err)
	}
	o.say("Done in %v.", now().Sub(began))
	return nil
}
