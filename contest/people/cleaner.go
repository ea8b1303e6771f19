package people

import (
	"context"
	"time"
)

// LeftoverStore forgets what people leave behind. Each works through some
// limit rows, skip what another node is deleting, and return how many they
// deleted: none when nothing more was found.
type LeftoverStore interface {
	// DropSessions deletes sessions that expired or were revoked before a
	// moment, with all their refresh tokens.
	DropSessions(ctx context.Context, before time.Time, limit int) (int, error)
	// DropTries deletes counts of tries whose allowance is whole again.
	DropTries(ctx context.Context, limit int) (int, error)
	// DropDrafts deletes drafts that nobody has written at since a moment.
	DropDrafts(ctx context.Context, before time.Time, limit int) (int, error)
}

// sessionKept is how long a session is kept after its end, so that what went
// wrong yesterday can still be looked at. Nothing else needs it: a token of a
// session that is over is refused like one that never was. While a session
// lives all its tokens stay, the used ones too, because a used one that comes
// back is how a theft shows.
const sessionKept = 24 * time.Hour

// draftKept is how long what somebody typed and never saved is kept.
const draftKept = 60 * 24 * time.Hour

// cleanBatch is how many rows one transaction deletes: on SQLite every save
// waits for it.
const cleanBatch = 500

// Cleaner forgets sessions that are over, tries that count no more and drafts
// that their authors have forgotten.
type Cleaner struct {
	Store LeftoverStore
	Now   func() time.Time
	Pause time.Duration // between batches, so that saves come first
}

// Clean deletes everything that is over and returns how many rows that were.
// Any number of nodes may clean at once.
func (c *Cleaner) Clean(ctx context.Context) (int, error) {
	total := 0
	for _, drop := range []func() (int, error){
		func() (int, error) { return c.Store.DropSessions(ctx, c.Now().Add(-sessionKept), cleanBatch) },
		func() (int, error) { return c.Store.DropTries(ctx, cleanBatch) },
		func() (int, error) { return c.Store.DropDrafts(ctx, c.Now().Add(-draftKept), cleanBatch) },
	} {
		for {
			n, err := drop()
			total += n
			if err != nil {
				return total, err
			}
			if n == 0 {
				break
			}
			select {
			case <-ctx.Done():
				return total, ctx.Err()
			case <-time.After(c.Pause):
			}
		}
	}
	return total, nil
}
