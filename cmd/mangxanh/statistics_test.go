package main

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"testing"

	"github.com/google/uuid"

	"mangxanh/contest"
	"mangxanh/contest/itemstat"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// stopAt ends a command as soon as it has printed something that matches.
type stopAt struct {
	words *regexp.Regexp
	stop  func()
}

func (s *stopAt) Write(text []byte) (int, error) {
	if s.words.Match(text) {
		s.stop()
	}
	return len(text), nil
}

// record says where the office keeps its record.
func (o *office) record() storage.Config {
	cfg := storage.Config{DataDir: o.dir}
	if at := slices.Index(o.flags, "--database-url"); at >= 0 {
		cfg.DatabaseURL = o.flags[at+1]
	}
	return cfg
}

// program is the office's own, beside the commands that it runs.
func (o *office) program() *program {
	o.t.Helper()
	settings := Settings{Addr: "127.0.0.1:1", DataDir: o.dir, DatabaseURL: o.record().DatabaseURL, LogLevel: "error"}
	p, err := assemble(o.t.Context(), settings, o.t.Output())
	o.check(err)
	return p
}

// figures is what staff read of the round, and how many attempts stand behind it.
func (o *office) figures() (lines []itemstat.Line, attempts int) {
	o.t.Helper()
	p := o.program()
	defer p.close()
	lines, counted, _, err := p.services.figures.Round(o.t.Context(), shell("/"), o.round, itemstat.LineFilter{}, contest.Page{Limit: 200})
	o.check(err)
	return lines, counted.Attempts
}

// A recount that is interrupted leaves nothing half counted; one that ends has
// told how far it was, and counted once more it says the same.
func TestRecountStatisticsFromTheShell(t *testing.T) {
	eachOffice(t, func(o *office) {
		o.refused("statistics of", "statistics", "recount", "--round", uuid.NewString())
		stopped, cancel := context.WithCancel(o.t.Context())
		defer cancel()
		out := &stopAt{words: regexp.MustCompile(`attempts read`), stop: cancel}
		err := run(stopped, append([]string{"statistics", "recount", "--round", o.round}, o.flags...), out, o.t.Output())
		if lines, attempts := o.figures(); !errors.Is(err, context.Canceled) || len(lines) > 0 || attempts > 0 {
			o.t.Fatalf("an interrupted recount: %v, left %d questions of %d attempts", err, len(lines), attempts)
		}
		// The claim of the interrupted one holds for a minute, which is let pass.
		storagetest.ExecAt(o.t, o.record(), `UPDATE item_counts SET claimed_until = 0`)
		said := o.must("statistics", "recount", "--round", o.round)
		o.has(said, "Counting the questions of "+o.round, "attempts read", "attempts counted. Done in")
		lines, attempts := o.figures()
		if len(lines) == 0 || attempts == 0 {
			o.t.Fatalf("%d questions of %d attempts counted\n%s", len(lines), attempts, said)
		}
		o.must("statistics", "recount", "--round", o.round)
		again, same := o.figures()
		if same != attempts || len(again) != len(lines) || again[0].Figures.Served != lines[0].Figures.Served {
			o.t.Errorf("counted again: %d questions of %d attempts, were %d of %d", len(again), same, len(lines), attempts)
		}
	})
}
