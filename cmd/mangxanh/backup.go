package main

import (
	"context"
	"fmt"
	"io"
	"os"
)

type backupCommand struct {
	File string `arg:"" help:"File to write; it must not exist."`
}

// Run writes the backup.
func (c *backupCommand) Run(ctx context.Context, settings *Settings, o *output) error {
	p, err := open(ctx, settings, o, c.File)
	if err != nil {
		return err
	}
	defer p.close()
	if err := o.file(c.File, func(w io.Writer) error { return p.db.Backup(ctx, w, o.table) }); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	o.say("Keep the secret file beside it: cards are checked with it.")
	return nil
}

type restoreCommand struct {
	File string `arg:"" type:"existingfile" help:"Backup to read into an empty database."`
}

// Run migrates an empty database and fills it.
func (c *restoreCommand) Run(ctx context.Context, settings *Settings, o *output) error {
	p, err := assemble(ctx, *settings, o.errs)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.db.Migrate(ctx); err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("backup file: %w", err)
	}
	defer f.Close()
	if err := p.db.Restore(ctx, f, o.table); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	o.say("Restored. Everybody signs in again; boards are rebuilt at the next start.")
	return nil
}

// table tells how far a backup or restore has come.
func (o *output) table(name string, rows int64) { o.say("  %-20s %d", name, rows) }
