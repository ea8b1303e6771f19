package main

import (
	"context"
	"fmt"
	"os"
)

type backupCommand struct {
	File string `arg:"" help:"File to write; it must not exist."`
}

// Run writes the backup under another name first: a backup that was cut short
// never looks like a whole one.
func (c *backupCommand) Run(ctx context.Context, settings *Settings, o *output) error {
	if _, err := os.Lstat(c.File); err == nil {
		return fmt.Errorf("%s exists already; choose another name", c.File)
	}
	p, err := assemble(ctx, *settings, o.errs)
	if err != nil {
		return err
	}
	defer p.close()
	draft := c.File + ".part"
	f, err := os.OpenFile(draft, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("backup file: %w", err)
	}
	defer os.Remove(draft)
	err = p.db.Backup(ctx, f, o.table)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if err := os.Rename(draft, c.File); err != nil {
		return fmt.Errorf("backup file: %w", err)
	}
	o.say("Backed up to %s. Keep the secret file beside it: cards are checked with it.", c.File)
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
