package redisboard

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/redis/go-redis/v9"

	"mangxanh/scoring/board"
)

//go:embed lua/prelude.lua
var prelude string

//go:embed lua/write.lua
var write string

var (
	//go:embed lua/put.lua
	putText string
	//go:embed lua/remove.lua
	removeText string
	//go:embed lua/begin.lua
	beginText string
	//go:embed lua/finish.lua
	finishText string
	//go:embed lua/complete.lua
	completeText string
	//go:embed lua/drop.lua
	dropText string
	//go:embed lua/snapshot.lua
	snapshotText string
	//go:embed lua/page.lua
	pageText string
	//go:embed lua/around.lua
	aroundText string
)

var (
	putScript      = redis.NewScript(prelude + write + putText)
	removeScript   = redis.NewScript(prelude + write + removeText)
	beginScript    = redis.NewScript(prelude + beginText)
	finishScript   = redis.NewScript(prelude + finishText)
	completeScript = redis.NewScript(prelude + completeText)
	dropScript     = redis.NewScript(prelude + dropText)
	snapshotScript = redis.NewScript(prelude + snapshotText)
	pageScript     = redis.NewScript(prelude + pageText)
	aroundScript   = redis.NewScript(prelude + aroundText)
)

// The words with which a script answers; any other is an accident.
const (
	statusOK         = "OK"
	statusLost       = "LOST" // the generation being rebuilt is not there any more
	statusWidth      = "WIDTH"
	statusIncomplete = "INCOMPLETE"
	statusGone       = "GONE"
	statusAbsent     = "ABSENT"
	statusCopying    = "COPYING"
)

// status runs a script that answers with one word.
func (b *Boards) status(ctx context.Context, s *redis.Script, name board.Board, args ...any) (string, error) {
	word, err := s.Run(ctx, b.client, []string{Prefix(name)}, args...).Text()
	if err != nil {
		return "", fmt.Errorf("board %s in Redis: %w", name.ID, err)
	}
	return word, nil
}

// reply runs a script that answers with a word and what belongs to it, size values when all is well.
func (b *Boards) reply(ctx context.Context, s *redis.Script, name board.Board, size int, args ...any) (string, []any, error) {
	values, err := s.Run(ctx, b.client, []string{Prefix(name)}, args...).Slice()
	if err != nil {
		return "", nil, fmt.Errorf("board %s in Redis: %w", name.ID, err)
	}
	if len(values) == 0 {
		return "", nil, strange(name, values)
	}
	word, _ := values[0].(string)
	if word == statusOK && len(values)-1 != size {
		return "", nil, strange(name, values)
	}
	return word, values[1:], nil
}

// answer translates the word of a script.
func answer(name board.Board, word string) error {
	switch word {
	case statusOK:
		return nil
	case statusIncomplete:
		return board.ErrIncomplete
	case statusGone:
		return board.ErrGone
	case statusAbsent:
		return board.ErrAbsent
	case statusWidth:
		return fmt.Errorf("%w: rank keys of different lengths on board %s", board.ErrInvalid, name.ID)
	case statusLost:
		return fmt.Errorf("board %s was lost while it was rebuilt: %w", name.ID, board.ErrIncomplete)
	}
	return strange(name, word)
}

func strange(name board.Board, reply any) error {
	return fmt.Errorf("board %s in Redis: strange reply of type %T", name.ID, reply)
}
