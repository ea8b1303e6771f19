package boardtest

import (
	"sync/atomic"
	"testing"
	"time"

	"mangxanh/scoring/board"
)

// Clock is a clock that moves only when it is told to. The zero Clock stands at the beginning of 2026.
type Clock struct{ passed atomic.Int64 }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(c.passed.Load()))
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) { c.passed.Add(int64(d)) }

// InProcess opens the boards of one process; losing them is a restart.
func InProcess(*testing.T) Subject {
	c := new(Clock)
	return Subject{
		Boards:  board.New(c.Now),
		Advance: c.Advance,
		Lose:    func() (Boards, error) { return board.New(c.Now), nil },
	}
}
