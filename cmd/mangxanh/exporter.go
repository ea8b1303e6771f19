package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake"
	"mangxanh/contest/standing"
	"mangxanh/contest/standing/sheetout"
)

type exportCommand struct {
	Results exportResults `cmd:"" help:"Write the ranking of a round as .csv or .xlsx."`
	Bank    exportBank    `cmd:"" help:"Write the questions of a bank as .xlsx, in the layout that an import reads."`
}

type exportResults struct {
	File    string `arg:"" help:"File to write, .csv or .xlsx; it must not exist."`
	Round   string `required:"" help:"Id of the round."`
	Version int    `help:"Number of the result's version; default: the newest."`
}

// Run writes one version of a result. That it left as a file is recorded.
func (c *exportResults) Run(ctx context.Context, settings *Settings, o *output) error {
	write, format := sheetout.CSV, "csv"
	switch strings.ToLower(filepath.Ext(c.File)) {
	case ".csv":
	case ".xlsx":
		write, format = sheetout.XLSX, "xlsx"
	default:
		return fmt.Errorf("%s: a result is written as .csv or .xlsx", c.File)
	}
	p, err := open(ctx, settings, o, c.File)
	if err != nil {
		return err
	}
	defer p.close()
	versions, err := p.services.results.Versions(ctx, shell("/"), c.Round)
	if err != nil {
		return fmt.Errorf("round %s: %w", c.Round, err)
	}
	id, err := c.choose(versions)
	if err != nil {
		return err
	}
	m, lines, err := p.services.results.Export(ctx, shell("/"), id, format)
	if err != nil {
		return fmt.Errorf("result: %w", err)
	}
	if err := o.file(c.File, func(w io.Writer) error { return write(w, m, lines) }); err != nil {
		return err
	}
	o.say("%d lines of %s, %s, version %d (%s).", len(lines), m.Contest.Title, m.Round.Name, m.Result.Number, m.Result.State)
	return nil
}

// choose finds the version that was asked for.
func (c *exportResults) choose(versions []standing.Result) (id string, err error) {
	if len(versions) == 0 {
		return "", errors.New("this round has no result yet; close it and make one in the staff pages")
	}
	for _, v := range versions {
		if c.Version == 0 || v.Number == c.Version {
			return v.ID, nil
		}
	}
	return "", fmt.Errorf("this round's result has no version %d; the newest is %d", c.Version, versions[0].Number)
}

type exportBank struct {
	File  string `arg:"" help:"File to write, .xlsx; it must not exist."`
	Bank  string `required:"" help:"Id of the bank."`
	State string `enum:",draft,in_review,approved,retired" default:"" help:"Only questions in this state."`
}

// Run writes the newest version of every question.
func (c *exportBank) Run(ctx context.Context, settings *Settings, o *output) error {
	if strings.ToLower(filepath.Ext(c.File)) != ".xlsx" {
		return fmt.Errorf("%s: a bank is written as .xlsx", c.File)
	}
	p, err := open(ctx, settings, o, c.File)
	if err != nil {
		return err
	}
	defer p.close()
	var versions []bank.Version
	page := contest.Page{Limit: 200}
	for more := true; more; more = page.Cursor != "" {
		questions, next, err := p.services.bank.Questions(ctx, shell("/"), c.Bank, bank.Filter{State: bank.State(c.State)}, page)
		if err != nil {
			return fmt.Errorf("bank %s: %w", c.Bank, err)
		}
		for _, q := range questions {
			versions = append(versions, q.Newest)
		}
		if page.Cursor = next; len(versions)%2000 == 0 && len(versions) > 0 {
			o.say("  %d questions read", len(versions))
		}
	}
	book, err := intake.Workbook(versions)
	if err != nil {
		return err
	}
	err = o.file(c.File, func(w io.Writer) error {
		_, err := w.Write(book)
		return err
	})
	if err == nil {
		o.say("%d questions.", len(versions))
	}
	return err
}

// open assembles the program for a command that writes a file which must not
// exist yet.
func open(ctx context.Context, settings *Settings, o *output, file string) (*program, error) {
	if _, err := os.Lstat(file); err == nil {
		return nil, fmt.Errorf("%s exists already; choose another name", file)
	}
	p, err := assemble(ctx, *settings, o.errs)
	if err != nil {
		return nil, err
	}
	if err := p.db.Migrate(ctx); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// file writes under another name first: a file that was cut short never looks
// like a whole one.
func (o *output) file(name string, write func(io.Writer) error) error {
	draft := name + ".part"
	f, err := os.OpenFile(draft, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer os.Remove(draft)
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Link(draft, name) // unlike a rename it never replaces a file
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	o.say("Written to %s.", name)
	return nil
}
