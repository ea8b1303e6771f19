package redisboard

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"mangxanh/scoring/board"
)

// batch is how many entries one script takes: enough to make the way there cheap, few enough to hold nobody up. The
// entries of one Put up to this number appear together.
const batch = 100

// Boards holds live boards in Redis. It is safe for use by many goroutines and many nodes. The fields may be set before
// first use.
type Boards struct {
	client redis.UniversalClient

	// Now tells how old a snapshot is. Nil, as it should be in service, takes the clock of Redis, which all nodes share.
	Now func() time.Time
	// Whole is the size up to which a group is copied into a snapshot in one go; a larger one is copied in pieces of
	// Piece members.
	Whole, Piece int
}

// New returns the boards that live in the Redis of the client.
func New(client redis.UniversalClient) *Boards {
	return &Boards{client: client, Whole: 10_000, Piece: 1000}
}

// Prefix is how all keys of a board begin. Its parts are escaped, so that no two boards meet and the hash tag stays
// whole.
func Prefix(name board.Board) string {
	return "{mx:" + url.QueryEscape(name.ID) + ":" + url.QueryEscape(name.Epoch) + "}"
}

// Put writes the absolute state of people, as board.Boards.Put says. Entries are sent in batches of 100; when a batch is
// refused or lost, the ones before it are written, and repeating the whole Put is harmless.
func (b *Boards) Put(ctx context.Context, name board.Board, entries ...board.Entry) error {
	if err := valid(entries); err != nil {
		return err
	}
	for len(entries) > 0 {
		n := min(batch, len(entries))
		if err := b.put(ctx, name, "", entries[:n]); err != nil {
			return err
		}
		entries = entries[n:]
	}
	return ctx.Err()
}

// valid checks the entries of one call as a whole, before the first is written.
func valid(entries []board.Entry) error {
	for _, e := range entries {
		if err := e.Validate(); err != nil {
			return err
		}
		if len(e.Key) != len(entries[0].Key) {
			return fmt.Errorf("%w: rank keys of different lengths", board.ErrInvalid)
		}
	}
	return nil
}

// put writes one batch into the generation named, or into all live ones.
func (b *Boards) put(ctx context.Context, name board.Board, generation string, entries []board.Entry) error {
	args := make([]any, 1, 1+5*len(entries))
	args[0] = generation
	for _, e := range entries {
		args = append(args, e.Person, digits(e.Version), string(e.Member()), len(e.Key), strings.Join(e.Groups, "\x1f"))
	}
	word, err := b.status(ctx, putScript, name, args...)
	if err != nil {
		return err
	}
	return answer(name, word)
}

// digits writes a version so that text order is number order: a script's own numbers end at 2^53.
func digits(version int64) string { return fmt.Sprintf("%019d", version) }

// Remove takes a person off the board as of a version, as board.Boards.Remove says.
func (b *Boards) Remove(ctx context.Context, name board.Board, person string, version int64) error {
	if version < 0 || person == "" {
		return fmt.Errorf("%w: removal of %q at version %d", board.ErrInvalid, person, version)
	}
	word, err := b.status(ctx, removeScript, name, person, digits(version))
	if err != nil {
		return err
	}
	return answer(name, word)
}

// Replace fills the board anew and makes it complete, as board.Boards.Replace says. Any number of nodes may do so at the
// same time; the last to finish is shown. A rebuild that is lost on the way (flush, failover) is an error.
func (b *Boards) Replace(ctx context.Context, name board.Board, entries iter.Seq2[board.Entry, error]) error {
	generation, err := b.status(ctx, beginScript, name)
	if err != nil {
		return err
	}
	if err := b.fill(ctx, name, generation, entries); err != nil {
		b.giveUp(ctx, name, generation)
		return fmt.Errorf("replace board %s: %w", name.ID, err)
	}
	err = patiently(ctx, func() error {
		word, err := b.status(ctx, finishScript, name, generation, "show")
		if err != nil {
			return err
		}
		return answer(name, word)
	})
	if err != nil {
		b.giveUp(ctx, name, generation)
	}
	return err
}

// giveUp drops a generation that will not be shown. Should that fail too, the next rebuild clears it away.
func (b *Boards) giveUp(ctx context.Context, name board.Board, generation string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_, _ = b.status(ctx, finishScript, name, generation, "drop")
}

func (b *Boards) fill(ctx context.Context, name board.Board, generation string, entries iter.Seq2[board.Entry, error]) error {
	waiting := make([]board.Entry, 0, batch)
	for e, err := range entries {
		if err != nil {
			return err
		}
		waiting = append(waiting, e)
		if len(waiting) < batch {
			continue
		}
		if err := b.load(ctx, name, generation, waiting); err != nil {
			return err
		}
		waiting = waiting[:0]
	}
	if len(waiting) == 0 {
		return ctx.Err()
	}
	return b.load(ctx, name, generation, waiting)
}

// load writes one batch of a rebuild.
func (b *Boards) load(ctx context.Context, name board.Board, generation string, entries []board.Entry) error {
	if err := valid(entries); err != nil {
		return err
	}
	return patiently(ctx, func() error { return b.put(ctx, name, generation, entries) })
}

// patiently makes a call that may be repeated up to three times while it is not answered in time: a rebuild is not in a
// hurry, and giving it up costs more.
func patiently(ctx context.Context, call func() error) error {
	var err error
	for range 3 {
		if err = call(); err == nil || !timedOut(err) || ctx.Err() != nil {
			break
		}
	}
	return err
}

func timedOut(err error) bool {
	var slow interface{ Timeout() bool }
	return errors.As(err, &slow) && slow.Timeout()
}

// Complete reports whether Redis holds a whole rebuilt state of this epoch: the board was filled, and every person and
// listing that it should have is there.
func (b *Boards) Complete(ctx context.Context, name board.Board) (bool, error) {
	word, err := b.status(ctx, completeScript, name)
	if err != nil {
		return false, err
	}
	return word == statusOK, nil
}

// Drop forgets a board with all its snapshots.
func (b *Boards) Drop(ctx context.Context, name board.Board) error {
	word, err := b.status(ctx, dropScript, name)
	if err != nil {
		return err
	}
	return answer(name, word)
}
