// Command mangxanh is the whole product: one binary that serves contests,
// migrates its record, makes the demo and does the operator's work.
//
// Two settings choose the size and nothing else does: without them a school
// runs on a SQLite file and boards in this process; MANGXANH_DATABASE_URL puts
// the record into Postgres and MANGXANH_REDIS_URL the live boards into Redis,
// for any number of identical nodes. Every setting is a flag and a MANGXANH_*
// variable; `mangxanh --help` lists them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "mangxanh:", err)
		os.Exit(1)
	}
}

// errHelp ends a run that only printed help.
var errHelp = errors.New("help was asked for")

// run parses the arguments and does the chosen command until ctx ends.
func run(ctx context.Context, args []string, out, errs io.Writer) (err error) {
	var cli commands
	parser, err := kong.New(&cli,
		kong.Name("mangxanh"),
		kong.Description("Mạng Xanh: contests of law awareness and good conduct online, from one school to a country."),
		kong.DefaultEnvars("MANGXANH"),
		kong.Writers(out, errs),
		kong.Exit(func(int) { panic(errHelp) }),
		kong.Vars{"version": version()},
	)
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	defer func() {
		if caught := recover(); caught != nil && caught != any(errHelp) {
			panic(caught)
		}
	}()
	chosen, err := parser.Parse(args)
	if err != nil {
		return err
	}
	chosen.BindTo(ctx, (*context.Context)(nil))
	return chosen.Run(&cli.Settings, &output{out: out, errs: errs})
}

// output is where a command writes.
type output struct{ out, errs io.Writer }

func (o *output) say(format string, args ...any) { fmt.Fprintf(o.out, format+"\n", args...) }
