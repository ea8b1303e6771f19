package attempt

import (
	"sync/atomic"
	"time"

	"mangxanh/contest"
)

// MaxSkew is how far a node's clock may be from the record's. Further off, the
// node would grant or take time that the others do not.
const MaxSkew = 2 * time.Second

// ClockGuard keeps a node with a wrong clock out of contest traffic. Its zero
// value trusts the clock.
type ClockGuard struct {
	skew atomic.Int64 // microseconds, the size of it
}

// Err is the refusal while the clock is off, and nil while it is right.
func (g *ClockGuard) Err() error {
	if skew := time.Duration(g.skew.Load()) * time.Microsecond; skew > MaxSkew {
		return &contest.Error{Kind: contest.Busy, Code: "clock_skew", RetryAfter: 5 * time.Second,
			Message: "this node's clock differs from the database's by " + skew.Truncate(time.Millisecond).String()}
	}
	return nil
}

// Set tells how far the clock is ahead of the record's.
func (g *ClockGuard) Set(skew time.Duration) { g.skew.Store(skew.Abs().Microseconds()) }
