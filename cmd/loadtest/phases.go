package main

import (
	"context"
	"fmt"
	"time"
)

func (l *load) contest(ctx context.Context) error {
	seen, took, err := l.crowd.contests(ctx, l.crowd.pupils, l.inFlight, l.saveN)
	l.reportContests(seen, took)
	return err
}

func (l *load) reportContests(seen *tally, took time.Duration) {
	l.report.phase(fmt.Sprintf("whole attempts: %d pupils in flight, %s", l.inFlight, took.Round(time.Millisecond)), seen)
	l.report.set("attempts_per_s", float64(seen.times[submit].total)/took.Seconds())
	l.report.set("attempt_saves_per_s", float64(seen.times[save].total)/took.Seconds())
	l.report.times("attempt_start", &seen.times[start])
	l.report.times("attempt_save", &seen.times[save])
	l.report.times("submit", &seen.times[submit])
	l.report.times("own_place", &seen.times[me])
	l.report.set("attempt_errors", seen.failed())
}

func (l *load) start(ctx context.Context) error {
	return l.startSome(ctx, l.crowd.pupils)
}

func (l *load) startSome(ctx context.Context, pupils []*pupil) error {
	const k = 32 // the number that the target for a start is stated for
	began := time.Now()
	seen, err := l.crowd.startAll(ctx, pupils, k)
	took := time.Since(began)
	l.report.phase(fmt.Sprintf("starts: %d pupils in flight, %s", k, took.Round(time.Millisecond)), seen)
	l.report.set("starts_per_s", float64(seen.times[start].total)/took.Seconds())
	l.report.times("start", &seen.times[start])
	l.report.set("start_errors", seen.failed())
	return err
}

func (l *load) saves(ctx context.Context) error {
	if err := l.startSome(ctx, l.crowd.pupils); err != nil {
		return err
	}
	before, _ := usageOf(l.pid)
	got, err := l.crowd.saves(ctx, l.started(), l.inFlight, l.rate, l.warm, l.window)
	if err != nil {
		return err
	}
	l.reportSaves(got, before)
	return nil
}

func (l *load) reportSaves(got steady, before usage) {
	l.report.phase(fmt.Sprintf("steady saves: %d pupils in flight", l.inFlight), got.seen)
	l.report.set("in_flight", l.inFlight)
	l.report.set("saves_per_s", got.perSecond())
	l.report.times("save", &got.seen.times[save])
	l.report.set("save_errors", got.seen.failed())
	if after, ok := usageOf(l.pid); ok {
		l.report.set("server_cpu_cores", (after.cpu-before.cpu).Seconds()/(l.warm+got.window).Seconds())
	}
}

// started are the pupils whose attempt is open.
func (l *load) started() []*pupil {
	var list []*pupil
	for _, p := range l.crowd.pupils {
		if p.attempt != nil {
			list = append(list, p)
		}
	}
	return list
}

func (l *load) burst(ctx context.Context) error {
	if err := l.startSome(ctx, l.crowd.pupils); err != nil {
		return err
	}
	return l.burstOf(l.started())
}

func (l *load) burstOf(pupils []*pupil) error {
	seen, err := l.crowd.burst(pupils)
	l.report.phase(fmt.Sprintf("burst: %d answers in the same instant", len(pupils)), seen)
	l.report.set("burst_answers", len(pupils))
	l.report.times("burst", &seen.times[save])
	l.report.set("burst_errors", seen.failed())
	return err
}

func (l *load) boards(ctx context.Context) error {
	const reads = 2000
	alone, err := l.crowd.boards(ctx, reads, 1)
	if err != nil {
		return err
	}
	l.report.phase("board: one reader", alone)
	l.report.set("board_read_ms", alone.times[board].quantile(.5))
	l.report.set("board_read_p99_ms", alone.times[board].quantile(.99))
	began := time.Now()
	many, err := l.crowd.boards(ctx, 10*reads, 64)
	l.report.phase("board: 64 readers", many)
	l.report.set("board_reads_per_s", float64(many.times[board].total)/time.Since(began).Seconds())
	l.report.set("board_errors", alone.failed()+many.failed())
	return err
}

func (l *load) open(ctx context.Context) error {
	if err := l.startSome(ctx, l.crowd.pupils); err != nil {
		return err
	}
	l.openMemory()
	return nil
}

// openMemory reads what the server holds while the attempts are open.
func (l *load) openMemory() {
	if u, ok := usageOf(l.pid); ok {
		l.report.set("open_attempts", len(l.started()))
		l.report.set("server_open_mib", u.rssMiB)
		l.report.set("server_open_peak_mib", u.peakMiB)
	}
}

// serverUse reads what the server has used up to the end of the run.
func (l *load) serverUse() {
	if u, ok := usageOf(l.pid); ok {
		l.report.set("server_cpu_s", u.cpu.Seconds())
		l.report.set("server_rss_mib", u.rssMiB)
		l.report.set("server_peak_mib", u.peakMiB)
	}
}

// verify looks every acknowledged answer up again, over HTTP and, where the
// record can be reached, in the journal.
func (l *load) verify(ctx context.Context) error {
	result, seen, err := l.crowd.verify(ctx)
	if err != nil {
		return err
	}
	l.report.phase("looking up what was acknowledged", seen)
	lost := result.lost
	if l.record != nil {
		held, err := l.record.journalled(ctx)
		if err != nil {
			return fmt.Errorf("count the journal: %w", err)
		}
		missing := int64(0)
		for _, p := range l.started() {
			missing += max(0, p.attempt.acked-held[p.attempt.id])
		}
		l.report.set("journal_missing", missing)
		lost = max(lost, missing)
	}
	l.report.set("acked_answers", result.acked)
	l.report.set("looked_up_answers", result.looked)
	l.report.set("lost_answers", lost)
	l.report.set("unread_attempts", result.unread)
	for _, example := range result.examples {
		l.report.said("  %s", example)
	}
	if lost > 0 || result.unread > 0 {
		return fmt.Errorf("%w: %d of %d, and %d attempts cannot be read", errLost, lost, result.acked, result.unread)
	}
	return nil
}
