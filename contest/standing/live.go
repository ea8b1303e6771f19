package standing

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"sync"
	"time"

	"mangxanh/contest"
	"mangxanh/scoring"
	"mangxanh/scoring/board"
)

// Boards keeps live boards; scoring/board and storage/redisboard do. What its
// methods promise is said there and held by scoring/board/boardtest.
type Boards interface {
	Put(ctx context.Context, name board.Board, entries ...board.Entry) error
	Remove(ctx context.Context, name board.Board, person string, version int64) error
	Replace(ctx context.Context, name board.Board, entries iter.Seq2[board.Entry, error]) error
	Complete(ctx context.Context, name board.Board) (bool, error)
	Snapshot(ctx context.Context, name board.Board, group string, maxAge time.Duration) (board.Snapshot, error)
	Page(ctx context.Context, name board.Board, group, version string, offset, limit int) ([]board.Place, error)
	Around(ctx context.Context, name board.Board, group, person string, before, after int) ([]board.Place, error)
	Drop(ctx context.Context, name board.Board) error
}

var _ Boards = (*board.Boards)(nil)

// Sittings knows published rounds.
type Sittings interface {
	Sitting(ctx context.Context, roundID string) (*contest.Sitting, error)
}

// LiveStore is what live boards need of the record.
type LiveStore interface {
	// FinishedOf returns the finished and annulled attempts of people.
	FinishedOf(ctx context.Context, roundID string, accountIDs []string) ([]Finished, error)
	// EachFinished calls yield for all of them in a round, a person's one after
	// the other, until yield returns an error, which it then returns.
	EachFinished(ctx context.Context, roundID string, yield func(Finished) error) error
	// CountPeople returns how many people have an attempt that counts.
	CountPeople(ctx context.Context, roundID string) (int, error)
	// PeopleBySchool returns how many people have begun, by school.
	PeopleBySchool(ctx context.Context, roundID string) (map[string]int, error)
	// Identities returns who accounts are, with consents for the contest.
	Identities(ctx context.Context, contestID string, accountIDs []string) (map[string]Identity, error)
	// UnitNames returns units by id.
	UnitNames(ctx context.Context, ids []string) (map[string]UnitName, error)
	// Contestant returns where an account belongs.
	Contestant(ctx context.Context, accountID, schoolYear string) (contest.Person, error)
	// UnitPaths returns the subtrees of units.
	UnitPaths(ctx context.Context, ids []string) (map[string][]string, error)
	// Verdict returns the target and the removals of an official result.
	Verdict(ctx context.Context, roundID string, number int) (Verdict, error)
	// RoundsToShow returns the public rounds that have begun and whose results
	// are not older than the given time.
	RoundsToShow(ctx context.Context, now, since time.Time) ([]string, error)
}

// Verdict is what an official result decided beside the attempts.
type Verdict struct {
	Target  scoring.Target
	Removed map[string]bool
}

// Live keeps the live boards true and reads them. Start it with Run.
type Live struct {
	Boards   Boards
	Store    LiveStore
	Sittings Sittings
	Now      func() time.Time
	Log      *slog.Logger

	once  sync.Once
	queue chan Finished
	names *nameBook

	mu      sync.Mutex
	dirty   map[string]bool       // rounds whose board missed something
	flights map[string]*flight    // rebuilds under way
	epochs  map[string]string     // epoch last rebuilt, by round
	settled map[string]bool       // rounds rebuilt after their end
	views   map[viewKey]*shared   // first pages, until they are too old
	people  map[string]knownPlace // viewers' places
	crowded map[string]crowds     // how many people schools have, by round
	kept    map[keptKey]kept      // last states known, by group
}

type flight struct {
	done chan struct{}
	err  error
}

// queueSize bounds what waits to be put on boards. What does not fit is found
// again by a rebuild.
const queueSize = 8192

func (l *Live) begin() {
	l.once.Do(func() {
		l.queue = make(chan Finished, queueSize)
		l.names = &nameBook{store: l.Store, now: l.Now, people: map[string]knownName{}, units: map[string]knownUnit{}}
		l.dirty, l.flights, l.epochs, l.settled = map[string]bool{}, map[string]*flight{}, map[string]string{}, map[string]bool{}
		l.views, l.people, l.crowded = map[viewKey]*shared{}, map[string]knownPlace{}, map[string]crowds{}
		l.kept = map[keptKey]kept{}
		if l.Log == nil {
			l.Log = slog.New(slog.DiscardHandler)
		}
	})
}

// Submitted tells that an attempt was finished or annulled. It is called after
// the commit, never waits and never fails.
func (l *Live) Submitted(f Finished) {
	l.begin()
	select {
	case l.queue <- f:
	default:
		l.miss(f.RoundID)
	}
}

// miss notes that a board lacks something.
func (l *Live) miss(roundID string) {
	l.mu.Lock()
	l.dirty[roundID] = true
	l.mu.Unlock()
}

// How often the boards are looked after.
const (
	healEvery  = 2 * time.Second
	checkEvery = 30 * time.Second
	recentDays = 45 * 24 * time.Hour
)

// Run fills the boards of all rounds to be shown, then keeps them true until
// ctx ends.
func (l *Live) Run(ctx context.Context) {
	l.begin()
	l.rebuildAll(ctx)
	heal, check := time.NewTicker(healEvery), time.NewTicker(checkEvery)
	defer heal.Stop()
	defer check.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case f := <-l.queue:
			l.putAll(ctx, f)
		case <-heal.C:
			l.heal(ctx)
		case <-check.C:
			l.check(ctx)
		}
	}
}

func (l *Live) rebuildAll(ctx context.Context) {
	now := l.Now()
	rounds, err := l.Store.RoundsToShow(ctx, now, now.Add(-recentDays))
	if err != nil {
		l.Log.Error("list the rounds with a leaderboard", "error", err)
		return
	}
	for _, id := range rounds {
		if err := l.Rebuild(ctx, id); err != nil && ctx.Err() == nil {
			l.Log.Warn("fill a leaderboard", "round", id, "error", err)
			l.miss(id)
		}
	}
}

// putAll puts what waits on the boards, one write for each round.
func (l *Live) putAll(ctx context.Context, first Finished) {
	waiting := map[string][]Finished{first.RoundID: {first}}
	for n := 1; n < 512; n++ {
		select {
		case f := <-l.queue:
			waiting[f.RoundID] = append(waiting[f.RoundID], f)
			continue
		default:
		}
		break
	}
	for roundID, finished := range waiting {
		if err := l.put(ctx, roundID, finished); err != nil {
			l.Log.Warn("put results on a leaderboard", "round", roundID, "error", err)
			l.miss(roundID)
		}
	}
}

func (l *Live) put(ctx context.Context, roundID string, finished []Finished) error {
	s, err := l.Sittings.Sitting(ctx, roundID)
	if err != nil {
		return err
	}
	if s.Round.OfficialVersion > 0 {
		return nil // what is official does not move any more
	}
	whole, err := l.attemptsOf(ctx, s, finished)
	if err != nil {
		return err
	}
	var entries []board.Entry
	for account, attempts := range whole {
		t := Count(s.Rules.AttemptPolicy, attempts)
		if t.Any {
			entries = append(entries, entryOf(s, t, scoring.Target{}))
			continue
		}
		if err := l.Boards.Remove(ctx, boardOf(s.Round), account, t.Version); err != nil {
			return err
		}
	}
	if len(entries) == 0 {
		return nil
	}
	return l.Boards.Put(ctx, boardOf(s.Round), entries...)
}

// attemptsOf is what counts for the people of some finished attempts: the
// attempt alone where there can be only one, else all that the record has.
func (l *Live) attemptsOf(ctx context.Context, s *contest.Sitting, finished []Finished) (map[string][]Finished, error) {
	whole, ask := make(map[string][]Finished, len(finished)), []string(nil)
	for _, f := range finished {
		if s.Rules.AttemptsMax > 1 || f.Number > 1 || f.Annulled {
			ask = append(ask, f.AccountID)
		} else {
			whole[f.AccountID] = []Finished{f}
		}
	}
	if len(ask) == 0 {
		return whole, nil
	}
	read, err := l.Store.FinishedOf(ctx, s.Round.ID, ask)
	for _, account := range ask {
		whole[account] = nil // also of whom the record tells nothing
	}
	for _, f := range read {
		whole[f.AccountID] = append(whole[f.AccountID], f)
	}
	return whole, err
}

// heal fills the boards anew that missed something.
func (l *Live) heal(ctx context.Context) {
	l.mu.Lock()
	var rounds []string
	for id := range l.dirty {
		rounds = append(rounds, id)
	}
	l.mu.Unlock()
	for _, id := range rounds {
		// Cleared first: what is missed while the board is filled counts again.
		l.mu.Lock()
		delete(l.dirty, id)
		l.mu.Unlock()
		err := l.Rebuild(ctx, id)
		if err != nil && !errors.Is(err, contest.NotFound) && ctx.Err() == nil {
			l.Log.Warn("heal a leaderboard", "round", id, "error", err)
			l.miss(id)
		}
	}
}

// check compares every board with the record by the number of people, and fills
// it once more after the end of its round.
func (l *Live) check(ctx context.Context) {
	now := l.Now()
	rounds, err := l.Store.RoundsToShow(ctx, now, now.Add(-recentDays))
	if err != nil {
		l.Log.Warn("list the rounds with a leaderboard", "error", err)
		return
	}
	for _, id := range rounds {
		if l.drifted(ctx, id, now) {
			l.miss(id)
		}
	}
}

func (l *Live) drifted(ctx context.Context, roundID string, now time.Time) bool {
	s, err := l.Sittings.Sitting(ctx, roundID)
	if err != nil {
		return false
	}
	l.mu.Lock()
	known := l.epochs[roundID] == s.Round.BoardEpoch
	settled := l.settled[roundID]
	over := now.After(s.Rules.EndOf(s.Round).Add(time.Minute))
	l.settled[roundID] = over
	l.mu.Unlock()
	if !known || over && !settled {
		return true
	}
	if settled {
		return false
	}
	snap, err := l.Boards.Snapshot(ctx, boardOf(s.Round), groupAll, 0)
	if err != nil {
		return true
	}
	people, err := l.Store.CountPeople(ctx, roundID)
	// A few are always under way; more than the queue can explain are lost.
	return err == nil && people > snap.Total && len(l.queue) == 0
}
