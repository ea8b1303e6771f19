package redisboard_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"mangxanh/scoring/board"
	"mangxanh/scoring/board/boardtest"
	"mangxanh/storage/redisboard"
	"mangxanh/storage/storagetest/redistest"
)

var _ boardtest.Boards = (*redisboard.Boards)(nil)

// patient is a client that does not mind a busy machine.
func patient(t testing.TB, url string) redis.UniversalClient {
	t.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	o.ReadTimeout, o.MaxRetries = 30*time.Second, -1
	c := redis.NewClient(o)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// subject opens boards that copy groups of up to so many members whole, and larger ones in pieces of so many.
func subject(c redis.UniversalClient, whole, piece int) boardtest.Subject {
	clock := new(boardtest.Clock)
	b := redisboard.New(c)
	b.Now, b.Whole, b.Piece = clock.Now, whole, piece
	return boardtest.Subject{
		Boards:   b,
		Advance:  clock.Advance,
		Lose:     func() (boardtest.Boards, error) { return b, c.FlushAll(context.Background()).Err() },
		LosePart: func(of board.Board, part int) (bool, error) { return losePart(c, of, part) },
	}
}

// losePart deletes one key of a board.
func losePart(c redis.UniversalClient, of board.Board, part int) (bool, error) {
	ctx := context.Background()
	keys, err := c.Keys(ctx, redisboard.Prefix(of)+"*").Result()
	if err != nil || part >= len(keys) {
		return false, err
	}
	slices.Sort(keys)
	return true, c.Del(ctx, keys[part]).Err()
}

func TestMiniredis(t *testing.T) {
	boardtest.Run(t, func(t *testing.T) boardtest.Subject {
		return subject(patient(t, "redis://"+miniredis.RunT(t).Addr()), 10_000, 1000)
	})
}

func TestRedis(t *testing.T) {
	c := patient(t, redistest.Start(t))
	boardtest.Run(t, func(t *testing.T) boardtest.Subject {
		if err := c.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		return subject(c, 10_000, 1000)
	})
}

// TestRedisInPieces copies all but the smallest groups in pieces of 3 members, so that writes fall into the middle of each snapshot.
func TestRedisInPieces(t *testing.T) {
	c := patient(t, redistest.Start(t))
	boardtest.Run(t, func(t *testing.T) boardtest.Subject {
		if err := c.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		return subject(c, 2, 3)
	})
}

// TestRedisCluster runs on a cluster of one node, which refuses a script that touches keys of two slots.
func TestRedisCluster(t *testing.T) {
	url := redistest.Start(t, "--cluster-enabled", "yes")
	one := patient(t, url)
	if err := one.Do(t.Context(), "CLUSTER", "ADDSLOTSRANGE", 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	for one.Do(t.Context(), "SET", "ready", 1).Err() != nil {
		time.Sleep(10 * time.Millisecond)
	}
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{o.Addr}, ReadTimeout: 30 * time.Second})
	t.Cleanup(func() { _ = c.Close() })
	boardtest.Run(t, func(t *testing.T) boardtest.Subject { return subject(c, 8, 5) })
}
