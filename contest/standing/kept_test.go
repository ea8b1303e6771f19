package standing_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/standing"
	"mangxanh/scoring/board"
	"mangxanh/storage/storagetest"
)

// heldBoards are boards whose refilling can be held up, as a large one's is.
type heldBoards struct {
	standing.Boards
	held bool
}

func (b *heldBoards) Replace(ctx context.Context, name board.Board, entries iter.Seq2[board.Entry, error]) error {
	if b.held {
		<-ctx.Done()
		return ctx.Err()
	}
	return b.Boards.Replace(ctx, name, entries)
}

// Readers of a board that was lost, or whose settings have changed, see the
// last state known, with its own time and marked, until the board is whole
// again. Planted defect that it catches: the refusal board_rebuilding handed to
// readers although an older state is known; the older state under the new time
// or called official.
func TestOlderBoardIsShownUntilTheNewOneIsWhole(t *testing.T) {
	each(t, func(t *testing.T, boards func(func() time.Time) standing.Boards) {
		db := storagetest.SQLite(t)
		b := &heldBoards{Boards: boards(time.Now)}
		s := open(t, db, b, 3, contest.DefaultRules())
		s.everybody()
		s.rebuild()
		me := pupil(s.w.Pupils7[0][0])
		before := s.board(me, standing.Query{Limit: 50})
		if before.Stale || before.Total != 12 {
			t.Fatalf("before: stale %v, %d people", before.Stale, before.Total)
		}

		b.held = true
		s.must(b.Drop(context.Background(), board.Board{ID: s.round.ID, Epoch: s.round.BoardEpoch}))
		s.finish(0, 7, 0, result{number: 2, correct: 5, duration: time.Second})
		s.move(5 * time.Second)
		for _, limit := range []int{50, 5} {
			s.sameAs(before, s.board(me, standing.Query{Limit: limit}), limit)
		}
		where, err := s.live.Me(context.Background(), me, s.round.ID, standing.Query{})
		s.must(err)
		if where.At < 0 || where.Around[where.At].AccountID != me.AccountID {
			t.Errorf("my place during the rebuild: %+v", where)
		}
		if _, err := s.live.Page(context.Background(), me, s.round.ID, standing.Query{Scope: standing.ScopeClass}); !errors.Is(err, contest.Busy) || contest.CodeOf(err) != "board_rebuilding" {
			t.Errorf("a group that nobody has read before: %v", err)
		}

		b.held = false
		s.rebuild()
		s.move(2 * time.Second)
		after := s.board(me, standing.Query{Limit: 50})
		if after.Stale || !after.AsOf.After(before.AsOf) || !slices.Equal(told(after), s.oracle()) {
			t.Errorf("after the rebuild: stale %v, as of %v\n%v\nwant\n%v", after.Stale, after.AsOf, told(after), s.oracle())
		}
		s.newEpoch(b, me, after)
	})
}

// newEpoch changes the settings that order the board while it cannot be filled.
func (s *stage) newEpoch(b *heldBoards, me contest.Actor, before *standing.Page) {
	s.t.Helper()
	b.held = true
	storagetest.Exec(s.t, s.db, `UPDATE rounds SET board_epoch = 'another', official_version = 1, version = version + 1 WHERE id = ?`, s.round.ID)
	s.set(s.round.ClosesAt.Add(time.Hour))
	page := s.board(me, standing.Query{Limit: 50})
	s.sameAs(before, page, 50)
	if page.State != "provisional" {
		s.t.Errorf("the state from before the official result is called %s", page.State)
	}
}

func (s *stage) board(viewer contest.Actor, q standing.Query) *standing.Page {
	s.t.Helper()
	page, err := s.live.Page(context.Background(), viewer, s.round.ID, q)
	s.must(err)
	return page
}

func (s *stage) sameAs(before, now *standing.Page, limit int) {
	s.t.Helper()
	want := told(before)[:min(limit, len(before.Lines))]
	if !now.Stale || !now.AsOf.Equal(before.AsOf) || now.Total != before.Total || now.Next != "" || !slices.Equal(told(now), want) {
		s.t.Errorf("stale %v, as of %v (was %v), total %d, next %q\n%v\nwant\n%v", now.Stale, now.AsOf, before.AsOf, now.Total, now.Next, told(now), want)
	}
}

// told is a page as "rank account" lines.
func told(p *standing.Page) []string {
	var lines []string
	for _, l := range p.Lines {
		lines = append(lines, fmt.Sprint(l.Rank, " ", l.AccountID))
	}
	return lines
}
