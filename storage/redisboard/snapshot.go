package redisboard

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"mangxanh/scoring/board"
)

// From growAt members on, a snapshot is handed out for at least growBy times as long as copying it took: 5% of Redis at
// most.
const (
	growAt = 10_000
	growBy = 20
)

// Snapshot returns a state of the group, the same for all nodes, as board.Boards.Snapshot says. Large groups may be older
// than maxAge; the package comment says by how much.
func (b *Boards) Snapshot(ctx context.Context, name board.Board, group string, maxAge time.Duration) (board.Snapshot, error) {
	for {
		word, values, err := b.snapshot(ctx, name, group, maxAge)
		if err != nil {
			return board.Snapshot{}, err
		}
		if word != statusCopying {
			return readSnapshot(name, word, values)
		}
	}
}

// snapshot runs the script once: it hands a snapshot out, or copies a piece of one.
func (b *Boards) snapshot(ctx context.Context, name board.Board, group string, maxAge time.Duration) (string, []any, error) {
	return b.reply(ctx, snapshotScript, name, 3, group, maxAge.Microseconds(), board.Keep.Microseconds(),
		b.Whole, b.Piece, b.moment(), growAt, growBy)
}

func readSnapshot(name board.Board, word string, values []any) (board.Snapshot, error) {
	if err := answer(name, word); err != nil {
		return board.Snapshot{}, err
	}
	version, _ := values[0].(string)
	asOf, errAsOf := number(values[1])
	total, errTotal := number(values[2])
	if errAsOf != nil || errTotal != nil {
		return board.Snapshot{}, strange(name, values)
	}
	return board.Snapshot{Version: version, AsOf: time.UnixMicro(asOf).UTC(), Total: int(total)}, nil
}

// moment is what a script takes for now: nothing means the clock of Redis.
func (b *Boards) moment() string {
	if b.Now == nil {
		return ""
	}
	return strconv.FormatInt(b.Now().UnixMicro(), 10)
}

// Page reads limit places from offset on, as board.Boards.Page says.
func (b *Boards) Page(ctx context.Context, name board.Board, group, version string, offset, limit int) ([]board.Place, error) {
	if offset < 0 {
		return nil, fmt.Errorf("%w: offset %d", board.ErrInvalid, offset)
	}
	word, values, err := b.reply(ctx, pageScript, name, 2, group, version, offset, limit, b.moment())
	if err != nil {
		return nil, err
	}
	if err := answer(name, word); err != nil {
		return nil, err
	}
	return places(name, offset, values[0], values[1])
}

// Around returns the live place of a person and the neighbours, as board.Boards.Around says.
func (b *Boards) Around(ctx context.Context, name board.Board, group, person string, before, after int) ([]board.Place, error) {
	word, values, err := b.reply(ctx, aroundScript, name, 3, group, person, max(0, before), max(0, after))
	if err != nil {
		return nil, err
	}
	if err := answer(name, word); err != nil {
		return nil, err
	}
	first, err := number(values[0])
	if err != nil {
		return nil, strange(name, values)
	}
	return places(name, int(first), values[1], values[2])
}

// places numbers the members that a script found from index first on.
func places(name board.Board, first int, rank, found any) ([]board.Place, error) {
	start, err := number(rank)
	list, ok := found.([]any)
	if err != nil || !ok {
		return nil, strange(name, found)
	}
	members := make([]board.Member, len(list))
	for i, v := range list {
		text, _ := v.(string)
		members[i] = board.Member(text)
		if !members[i].Well() {
			return nil, strange(name, v)
		}
	}
	return board.Places(members, first, int(start)), nil
}

// number reads an integer that Redis sent as one or as text.
func number(v any) (int64, error) {
	switch v := v.(type) {
	case int64:
		return v, nil
	case string:
		return strconv.ParseInt(v, 10, 64)
	}
	return 0, fmt.Errorf("no number but %T", v)
}
