package itemstat

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
)

// Mark is a place in the order in which attempts were finished.
type Mark struct {
	Finished  time.Time
	AttemptID string
}

// Progress is how far a round is counted.
type Progress struct {
	RoundID   string
	At        Mark
	Attempts  int   // counted
	Score     int64 // of those, summed: with Attempts it shows whether the record moved behind At
	Edit      int64 // raised by every count
	Rolled    int64 // the Edit that the questions of the bank show
	RolledAt  time.Time
	Checked   time.Time // when the counted was last compared with the record
	Recounted time.Time
	Waiting   bool // attempts after At are finished
}

// Record is a finished attempt as counting needs it.
type Record struct {
	AttemptID             string
	StartedAt, FinishedAt time.Time
	Score                 int64
	Paper                 attempt.Paper
	Answers               []attempt.Answer // Question and Response only
	Changes               []Change
}

// CounterStore is the record as the counter sees it.
type CounterStore interface {
	// CountedRounds lists the rounds to look at: quiz rounds that have opened
	// and closed after since, or were never counted. Waiting says whether there
	// is anything finished until upTo.
	CountedRounds(ctx context.Context, since, upTo time.Time) ([]Progress, error)
	// ClaimCount makes a round this caller's until the given time, unless it is
	// another's.
	ClaimCount(ctx context.Context, roundID string, until time.Time) (Progress, bool, error)
	// FinishedRecords returns at most limit finished attempts after a mark and
	// until a time, in the order of finishing.
	FinishedRecords(ctx context.Context, roundID string, after Mark, upTo time.Time, limit int) ([]Record, error)
	// FinishedSum counts and sums what is finished until a mark.
	FinishedSum(ctx context.Context, roundID string, upTo Mark) (attempts int, score int64, err error)
	// SaveTallies adds tallies to those of the round, or puts them in their
	// place, together with the progress; contest.Stale when to.Edit is not the
	// one after the stored.
	SaveTallies(ctx context.Context, to Progress, whole bool, tallies Tallies) error
	// RollUp lets the questions of the bank show what the round was counted to.
	RollUp(ctx context.Context, roundID string, edit int64) error
}

// Sheets knows the rounds as their attempts use them; attempt.Service does.
type Sheets interface {
	Sheet(ctx context.Context, roundID string) (*attempt.Sheet, error)
}

// Counter counts finished attempts while rounds run. Any number of nodes may
// run one: an attempt is counted once, because the tallies and the mark up to
// which they reach are stored in one transaction that only one of them wins.
//
// An attempt that came to the record late, one that was annulled and one that
// was marked again show in number and sum of what is finished up to the mark;
// then the round is counted anew from the record.
type Counter struct {
	Store  CounterStore
	Sheets Sheets
	Now    func() time.Time
	Log    *slog.Logger
	Told   func(attempts int) // after every batch: how many are counted; nil tells nobody
}

// How the counter goes about it. It reads behind the moment, so that every
// transaction that finishes attempts is over; it works in small batches and
// rests four times as long as each took, so that it never has more than a fifth
// of a core while people answer.
const (
	lag          = 5 * time.Second
	batch        = 200
	wholeBatch   = 2000
	batchesATurn = 25
	restTimes    = 4
	claimFor     = time.Minute
	checkEvery   = time.Minute
	recountEvery = 10 * time.Minute
	rollEvery    = 30 * time.Second
	lookBack     = 45 * 24 * time.Hour
)

// Count brings every round up to date that waits for it and returns how many
// attempts it counted.
func (c *Counter) Count(ctx context.Context) (int, error) {
	now := c.Now()
	rounds, err := c.Store.CountedRounds(ctx, now.Add(-lookBack), now.Add(-lag))
	if err != nil {
		return 0, err
	}
	total := 0
	var failed error
	for _, p := range rounds {
		check := p.Attempts > 0 && now.Sub(p.Checked) >= checkEvery
		roll := p.Rolled < p.Edit && now.Sub(p.RolledAt) >= rollEvery
		if !p.Waiting && !check && !roll {
			continue
		}
		n, err := c.turn(ctx, p, check)
		total += n
		if err != nil && !errors.Is(err, contest.Stale) && ctx.Err() == nil {
			failed = errors.Join(failed, err)
		}
	}
	return total, failed
}

// turn counts what is new in a round, if no other node does.
func (c *Counter) turn(ctx context.Context, p Progress, check bool) (int, error) {
	now, waiting := c.Now(), p.Waiting
	p, mine, err := c.Store.ClaimCount(ctx, p.RoundID, now.Add(claimFor))
	if err != nil || !mine {
		return 0, err
	}
	if check {
		right, err := c.holds(ctx, p)
		if err != nil {
			return 0, err
		}
		if !right && now.Sub(p.Recounted) >= recountEvery {
			return c.recount(ctx, p, restTimes)
		}
		p.Checked = now
	}
	n := 0
	if waiting || check {
		to, tallies, err := c.read(ctx, p, batch, batchesATurn, restTimes)
		if err != nil {
			return 0, err
		}
		n = to.Attempts - p.Attempts
		if n > 0 || check {
			if err := c.Store.SaveTallies(ctx, to, false, tallies); err != nil {
				return 0, err
			}
			p = to
		}
	}
	if p.Rolled < p.Edit && now.Sub(p.RolledAt) >= rollEvery {
		return n, c.Store.RollUp(ctx, p.RoundID, p.Edit)
	}
	return n, nil
}

// holds reports whether the record still says what was counted.
func (c *Counter) holds(ctx context.Context, p Progress) (bool, error) {
	attempts, score, err := c.Store.FinishedSum(ctx, p.RoundID, p.At)
	return attempts == p.Attempts && score == p.Score, err
}

// read counts batches after a progress until nothing is left or most of them
// are done, and returns the progress after that.
func (c *Counter) read(ctx context.Context, p Progress, size, most, rest int) (Progress, Tallies, error) {
	sheet, err := c.Sheets.Sheet(ctx, p.RoundID)
	if err != nil {
		return p, nil, err
	}
	p.Edit++
	tallies, upTo := Tallies{}, c.Now().Add(-lag)
	for range most {
		began := c.Now()
		records, err := c.Store.FinishedRecords(ctx, p.RoundID, p.At, upTo, size)
		if err != nil {
			return p, nil, err
		}
		for _, r := range records {
			tallies.Add(items(sheet, r))
			p.At, p.Attempts, p.Score = Mark{Finished: r.FinishedAt, AttemptID: r.AttemptID}, p.Attempts+1, p.Score+r.Score
		}
		if c.Told != nil {
			c.Told(p.Attempts)
		}
		if len(records) < size {
			break
		}
		if err := pause(ctx, time.Duration(rest)*c.Now().Sub(began)); err != nil {
			return p, nil, err
		}
	}
	return p, tallies, nil
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// items are the questions of a record, marked and timed.
func items(sheet *attempt.Sheet, r Record) []Item {
	marked, spent := sheet.Marked(r.Paper, r.Answers), Spent(r.StartedAt, r.Changes)
	list := make([]Item, len(marked))
	for i, m := range marked {
		took, timed := spent[i]
		list[i] = Item{
			VersionID: m.VersionID, Answered: m.Mark.Answered, Right: m.Mark.Correct, Points: m.Mark.Points, Max: m.Mark.Max,
			Chosen: m.Chosen, Spent: took, Timed: timed && m.Mark.Answered,
		}
	}
	return list
}

// Recount counts a round whole from the record, in place of what was counted,
// without resting.
func (c *Counter) Recount(ctx context.Context, roundID string) (int, error) {
	p, mine, err := c.Store.ClaimCount(ctx, roundID, c.Now().Add(claimFor))
	if err != nil {
		return 0, err
	}
	if !mine {
		return 0, contest.Refuse(contest.Busy, "counting", "another node is counting this round")
	}
	return c.recount(ctx, p, 0)
}

func (c *Counter) recount(ctx context.Context, p Progress, rest int) (int, error) {
	now := c.Now()
	const everything = 1 << 30
	to, tallies, err := c.read(ctx, Progress{RoundID: p.RoundID, Edit: p.Edit, Rolled: p.Rolled, RolledAt: p.RolledAt}, wholeBatch, everything, rest)
	if err != nil {
		return 0, err
	}
	to.Checked, to.Recounted = now, now
	if err := c.Store.SaveTallies(ctx, to, true, tallies); err != nil {
		return 0, err
	}
	return to.Attempts, c.Store.RollUp(ctx, p.RoundID, to.Edit)
}

// Run counts every interval until ctx ends.
func (c *Counter) Run(ctx context.Context, interval time.Duration) {
	for pause(ctx, interval) == nil {
		if _, err := c.Count(ctx); err != nil && ctx.Err() == nil && c.Log != nil {
			c.Log.Warn("count question statistics; the next turn goes on", "error", err)
		}
	}
}
