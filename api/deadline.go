package api

import (
	"context"
	"sync/atomic"
	"time"
)

// deadlines gives requests their time limit. Requests that come within the same
// tenth of the limit share one context: a timer for each would be felt at ten
// thousand requests a second. A request gets the limit and up to a tenth more.
// Nothing ends a shared context early, so a handler that starts something which
// must end with it takes a context of its own from it.
type deadlines struct {
	limit   time.Duration
	current atomic.Pointer[deadline]
}

type deadline struct {
	ctx    context.Context
	cancel context.CancelFunc // never called: the timer does it
}

func (d *deadlines) context() context.Context {
	if c := d.current.Load(); c != nil {
		return c.ctx
	}
	step := d.limit / 10
	next := &deadline{}
	next.ctx, next.cancel = context.WithTimeout(context.Background(), d.limit+step)
	d.current.Store(next)
	time.AfterFunc(step, func() { d.current.CompareAndSwap(next, nil) })
	return next.ctx
}
