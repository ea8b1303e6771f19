package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// plan is how large and long the phases of a bench are.
type plan struct {
	open     int // attempts left open: the target for memory is stated for 10,000
	savers   int // of these, the ones that steady saves go round
	burst    int
	rounds   int
	floor    time.Duration
	savings  time.Duration
	singles  int   // saves one by one, for counting statements
	contests int   // pupils who take whole attempts
	answers  int64 // acknowledged in the whole run: the target for losses is stated for a million
}

func (l *load) plan() plan {
	p := plan{open: 10_000, savers: 2_048, burst: 1_000, rounds: 3, floor: 4 * time.Second, savings: 10 * time.Second, singles: 200, answers: 1_000_000}
	if l.quick {
		p = plan{open: 600, savers: 512, burst: 500, rounds: 1, floor: time.Second, savings: 3 * time.Second, singles: 50}
	}
	p.open = min(p.open, len(l.crowd.pupils)*2/3)
	p.savers = min(p.savers, p.open)
	p.burst = min(p.burst, p.open)
	p.contests = len(l.crowd.pupils) - p.open - p.singles
	return p
}

// bench measures every figure in one run, the floors between the server's own
// phases, so that a machine that is slow today is slow for all of them.
func (l *load) bench(ctx context.Context) error {
	p := l.plan()
	if p.savers < l.inFlight || p.contests < l.inFlight {
		return fmt.Errorf("%d pupils are too few for %d in flight: give a larger --pupils", len(l.crowd.pupils), l.inFlight)
	}
	if l.record == nil || l.metrics == "" {
		return fmt.Errorf("bench needs --database and --metrics: the floors are measured, not assumed")
	}
	opened := l.crowd.pupils[:p.open]
	if err := l.startSome(ctx, opened); err != nil {
		return err
	}
	l.openMemory()
	if err := l.burstOf(opened[:p.burst]); err != nil {
		return err
	}
	peak, err := l.peak(ctx, opened[:p.savers], p)
	if err != nil {
		return err
	}
	half, err := l.crowd.saves(ctx, opened[:p.savers], l.inFlight, peak/2, l.warm, p.savings)
	if err != nil {
		return err
	}
	l.report.phase("saves at half of the peak", half.seen)
	l.report.set("save_half_per_s", half.perSecond())
	l.report.set("save_p99_half_ms", half.seen.times[save].quantile(.99))
	if err := l.statements(ctx, opened, l.crowd.pupils[p.open:p.open+p.singles]); err != nil {
		return err
	}
	contestants := l.crowd.pupils[p.open+p.singles:]
	seen, took, err := l.crowd.contests(ctx, contestants, l.inFlight, l.saveN)
	l.reportContests(seen, took)
	if err != nil {
		return err
	}
	if err := l.boards(ctx); err != nil {
		return err
	}
	return l.fillUp(ctx, opened[:p.savers], p)
}

// fillUp saves on until enough answers of the run are acknowledged.
func (l *load) fillUp(ctx context.Context, savers []*pupil, p plan) error {
	all := newTally()
	for end := time.Now().Add(5 * time.Minute); l.acked() < p.answers && time.Now().Before(end); {
		got, err := l.crowd.saves(ctx, savers, l.inFlight, 0, 0, p.savings)
		if err != nil {
			return err
		}
		all.merge(got.seen)
	}
	if all.times[save].total > 0 {
		l.report.phase("saves until enough answers are acknowledged", all)
		l.report.set("fill_errors", all.failed())
	}
	return nil
}

// acked is how many answers were acknowledged so far.
func (l *load) acked() int64 {
	sum := int64(0)
	for _, p := range l.started() {
		sum += p.attempt.acked
	}
	return sum
}

// peak runs the floors and the saves in turn and keeps the best of each: a
// neighbour on the machine can only make any of them slower.
func (l *load) peak(ctx context.Context, savers []*pupil, p plan) (float64, error) {
	var best steady
	var bestHTTP, bestDB, bestBatch float64
	for range p.rounds {
		http, err := floorHTTP(ctx, l.inFlight, time.Second, p.floor)
		if err != nil {
			return 0, fmt.Errorf("floor of HTTP: %w", err)
		}
		before, err := readMetrics(l.metrics)
		if err != nil {
			return 0, err
		}
		used, _ := usageOf(l.pid)
		got, err := l.crowd.saves(ctx, savers, l.inFlight, 0, l.warm, p.savings)
		if err != nil {
			return 0, err
		}
		after, err := readMetrics(l.metrics)
		if err != nil {
			return 0, err
		}
		batch := meanBatch(before, after)
		if batch < 1 {
			return 0, errors.New("the server's metrics count no lanes of saves: without the mean batch there is no floor of the database")
		}
		if got.perSecond() > best.rate() {
			best, bestBatch = got, batch
			l.reportSaves(got, used)
		}
		db, err := l.floorDB(ctx, int(batch+0.5), len(savers), p.floor)
		if err != nil {
			return 0, fmt.Errorf("floor of the database: %w", err)
		}
		bestHTTP, bestDB = max(bestHTTP, http), max(bestDB, db)
		l.report.said("  round: bare HTTP %.0f/s, saves %.0f/s in batches of %.1f, bare database %.0f/s", http, got.perSecond(), batch, db)
	}
	l.report.set("save_batch_mean", bestBatch)
	l.report.set("floor_http_per_s", bestHTTP)
	l.report.set("floor_db_per_s", bestDB)
	l.report.set("efficiency", best.perSecond()/(1/(1/bestHTTP+1/bestDB)))
	return best.perSecond(), nil
}

// rate is perSecond of a phase that may not have happened yet.
func (s steady) rate() float64 {
	if s.window == 0 {
		return 0
	}
	return s.perSecond()
}

// floorDB takes the better of one writing loop and, on Postgres, two.
func (l *load) floorDB(ctx context.Context, batch, attempts int, window time.Duration) (float64, error) {
	one, err := l.record.floorRows(ctx, 1, batch, attempts, window)
	if err != nil || l.record.sqlite {
		return one, err
	}
	two, err := l.record.floorRows(ctx, 2, batch, attempts, window)
	return max(one, two), err
}

// statements counts, where Postgres can tell, how many a save and a start
// take when nothing else is in flight and so nothing is shared in a batch.
func (l *load) statements(ctx context.Context, opened, fresh []*pupil) error {
	if _, known, err := l.record.statements(ctx); !known {
		l.report.said("statements are not counted here: %v", err)
		return nil
	}
	idle, err := l.counted(ctx, func() error { time.Sleep(2 * time.Second); return nil })
	if err != nil {
		return err
	}
	alone := l.crowd.fleet(1)
	n := len(fresh)
	began := time.Now()
	saves, err := l.counted(ctx, func() error {
		_, err := alone.each(ctx, opened[:n], func(w *worker, p *pupil) error {
			p.attempt.save(w.conn, 0, time.Now(), w.seen)
			return nil
		})
		return err
	})
	if err != nil {
		return err
	}
	tookSaves := time.Since(began)
	began = time.Now()
	starts, err := l.counted(ctx, func() error {
		_, err := alone.each(ctx, fresh, func(w *worker, p *pupil) error { return p.start(l.crowd.target, w.conn, w.seen) })
		return err
	})
	if err != nil {
		return err
	}
	// What the server does by itself meanwhile is not the pupil's.
	background := float64(idle) / 2
	l.report.set("sql_per_save", max(0, float64(saves)-background*tookSaves.Seconds())/float64(n))
	l.report.set("sql_per_start", max(0, float64(starts)-background*time.Since(began).Seconds())/float64(n))
	return nil
}

func (l *load) counted(ctx context.Context, work func() error) (int64, error) {
	before, _, err := l.record.statements(ctx)
	if err != nil {
		return 0, err
	}
	if err := work(); err != nil {
		return 0, err
	}
	after, _, err := l.record.statements(ctx)
	return after - before, err
}
