// Command loadtest drives whole contests over HTTP as many simulated pupils
// and looks every acknowledged answer up again afterwards: an answer that was
// acknowledged and is not found makes it fail.
//
// It speaks the public contract only and shares no code with the product, so
// that a mistake on one side cannot hide on the other. It runs beside the
// server on the same few cores and is therefore built to be cheap: prepared
// request bytes, one connection a pupil, counting without locks.
//
//	loadtest contest   whole attempts: start, saves, submit, board, own place
//	loadtest saves     steady saves, as fast as they are answered or at --rate
//	loadtest start     starts only
//	loadtest burst     one answer of every pupil in the same instant
//	loadtest board     reads of the leaderboard
//	loadtest open      leaves attempts open and reads the server's memory
//	loadtest bench     all of these in turn, with the floors of HTTP and database
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "loadtest:", err)
		os.Exit(1)
	}
}

// errLost makes the program fail after it has printed what it measured.
var errLost = errors.New("acknowledged answers are lost")

func run(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	o, err := parse(args, getenv, out)
	if err != nil {
		return err
	}
	if o.mode == "floor-server" {
		return serveFloor(ctx, o.addr)
	}
	cards, err := o.cards()
	if err != nil {
		return err
	}
	l := &load{options: o, crowd: newCrowd(o.addr, cards), report: newReport(out)}
	l.crowd.target.round = o.round
	if o.storage != "" {
		l.report.set("storage", o.storage)
	}
	err = l.run(ctx)
	l.report.table()
	return errors.Join(err, l.report.save(o.json))
}

// load is one run of the program.
type load struct {
	options
	crowd  *crowd
	report *report
	record *record
}

func (l *load) run(ctx context.Context) (err error) {
	if l.database != "" {
		if l.record, err = openRecord(l.database); err != nil {
			return err
		}
		defer l.record.db.Close()
	}
	seen, err := l.crowd.signIn(ctx)
	l.report.phase(fmt.Sprintf("sign in: %d pupils", len(l.crowd.pupils)), seen)
	if err != nil {
		return err
	}
	l.report.times("login", &seen.times[login])
	phases := map[string]func(context.Context) error{
		"contest": l.contest, "saves": l.saves, "start": l.start, "burst": l.burst,
		"board": l.boards, "open": l.open, "bench": l.bench,
	}
	if err := phases[l.mode](ctx); err != nil {
		return err
	}
	if err := l.verify(ctx); err != nil {
		return err
	}
	l.serverUse()
	if l.mode == "bench" {
		return l.largeBoard(ctx)
	}
	return nil
}
