package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"mangxanh/contest"
	"mangxanh/contest/intake"
	"mangxanh/contest/intake/sheet"
)

type importCommand struct {
	File      string `arg:"" type:"existingfile" help:"Questions or pupils: .xlsx, .csv, or any format the import page takes."`
	Bank      string `xor:"into" required:"" help:"Id of the bank that takes the questions."`
	Unit      string `xor:"into" required:"" help:"Id of the school whose roster this is."`
	Year      string `help:"School year of a roster, as 2026-2027; default: as the file says, or the current one."`
	Commit    bool   `help:"Bring the rows in when none has an error; without it they are only staged."`
	OnlyValid bool   `help:"With --commit: bring the sound rows in and leave the others staged."`
	Problems  int    `default:"100" help:"Rows with problems that are printed at most."`
	Rejected  string `help:"File for the rows that were not taken, in the layout of the template, with the reasons."`
}

// Run stages the file, prints what is wrong with it and, when asked to, brings
// its rows in. What was staged waits in the staff pages as well.
func (c *importCommand) Run(ctx context.Context, settings *Settings, o *output) error {
	if c.OnlyValid && !c.Commit {
		return errors.New("--only-valid belongs to --commit")
	}
	data, err := readFile(c.File)
	if err != nil {
		return err
	}
	p, err := assemble(ctx, *settings, o.errs)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.db.Migrate(ctx); err != nil {
		return err
	}
	request := intake.Request{Kind: intake.Questions, BankID: c.Bank, Format: intake.Auto, FileName: filepath.Base(c.File), Data: data}
	if c.Unit != "" {
		request.Kind, request.UnitID, request.SchoolYear = intake.Roster, c.Unit, c.Year
	}
	o.say("Reading %s …", c.File)
	staged, err := p.services.intake.Stage(ctx, shell("/"), request)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.File, err)
	}
	if err := c.report(ctx, p, o, staged.ID); err != nil {
		return err
	}
	if c.Commit {
		err = c.commit(ctx, p, o, staged)
	} else {
		o.say("Staged as %s. Mend and commit it in the staff pages at %s/ql/, or run this again with --commit.", staged.ID, p.settings.PublicURL)
	}
	if c.Rejected != "" {
		err = errors.Join(err, c.reject(ctx, p, o, staged.ID))
	}
	return err
}

// readFile reads at most what an import may hold.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, intake.MaxBytes+1))
	if err == nil && len(data) > intake.MaxBytes {
		err = fmt.Errorf("%s is larger than %d MiB; split it", name, intake.MaxBytes>>20)
	}
	return data, err
}

// report prints the problems, those of the file first.
func (c *importCommand) report(ctx context.Context, p *program, o *output, id string) error {
	i, rows, err := p.services.intake.Problems(ctx, shell("/"), id, c.Problems)
	if err != nil {
		return fmt.Errorf("problems of the file: %w", err)
	}
	for _, problem := range i.Problems {
		o.say("  file: %s", said(problem))
	}
	for _, row := range rows {
		for _, problem := range row.Problems {
			o.say("  %s: %s", place(row), said(problem))
		}
	}
	n := i.Counts
	if bad := n.Errors + n.Warnings + n.Duplicates; bad > len(rows) {
		o.say("  … and %d more rows", bad-len(rows))
	}
	o.say("%d rows: %d ready, %d with warnings, %d with errors, %d that repeat something.", n.Rows, n.Ready, n.Warnings, n.Errors, n.Duplicates)
	return nil
}

func place(row intake.Row) string {
	if row.Sheet != "" {
		return fmt.Sprintf("%s, row %d", row.Sheet, row.Line)
	}
	return fmt.Sprintf("row %d", row.Line)
}

func said(p intake.Problem) string {
	text := p.Message
	if p.Column != "" {
		text = "column " + p.Column + ": " + text
	}
	if p.Severity == sheet.Error {
		return text
	}
	return text + " (" + string(p.Severity) + ")"
}

func (c *importCommand) commit(ctx context.Context, p *program, o *output, staged intake.Import) error {
	only := intake.OnlyAll
	if c.OnlyValid {
		only = intake.OnlyReady
	}
	o.say("Committing …")
	done, err := p.services.intake.Commit(ctx, shell("/"), staged.ID, only)
	switch {
	case err != nil && contest.CodeOf(err) == "has_errors":
		return fmt.Errorf("nothing was brought in: %d rows have errors; mend the file, or add --only-valid to leave them out", staged.Counts.Errors)
	case err != nil:
		return fmt.Errorf("nothing was brought in: %w", err)
	}
	o.say("%d created, %d updated, %d left out. The import %s can be undone in the staff pages.", done.Outcome.Created, done.Outcome.Updated, done.Outcome.Skipped, done.ID)
	return nil
}

func (c *importCommand) reject(ctx context.Context, p *program, o *output, id string) error {
	rows, err := p.services.intake.Rejected(ctx, shell("/"), id)
	if err != nil {
		return fmt.Errorf("rejected rows: %w", err)
	}
	return o.file(c.Rejected, func(w io.Writer) error {
		_, err := w.Write(rows)
		return err
	})
}
