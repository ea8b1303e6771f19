package main

import (
	"context"
	"errors"
	"fmt"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

type accountCommand struct {
	Create   accountCreate   `cmd:"" help:"Make a staff account; on an empty database with the organization it belongs to."`
	Password accountPassword `cmd:"" help:"Draw a new password for a staff account."`
}

type accountCreate struct {
	Login string `arg:"" help:"Name to sign in with."`
	Name  string `required:"" help:"Full name of the person."`
	Role  string `default:"admin" enum:"admin,organizer,school,teacher,judge" help:"What the account may do."`
	Unit  string `help:"Id of the unit; empty = the organization at the top."`
	Org   string `default:"Đơn vị tổ chức" help:"Name of the organization, when the database is empty."`
	Kind  string `default:"department" enum:"ministry,department,ward,school" help:"Kind of the organization."`
}

// Run makes the account and prints its password once.
func (c *accountCreate) Run(ctx context.Context, settings *Settings, o *output) error {
	p, err := assemble(ctx, *settings, o.errs)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.db.Migrate(ctx); err != nil {
		return err
	}
	unit, err := p.topUnit(ctx, c)
	if err != nil {
		return err
	}
	account, password, err := p.services.people.CreateStaff(ctx, shell(unit.Path), people.NewStaff{
		FullName: c.Name, Login: c.Login, UnitID: unit.ID, Kind: contest.Staff,
		Roles: []people.RoleGrant{{Role: contest.Role(c.Role), UnitID: unit.ID}},
	})
	if err != nil {
		return fmt.Errorf("make the account: %w", err)
	}
	o.say("%s may now sign in at %s/ql/ as %s of %s.", account.FullName, p.settings.PublicURL, c.Role, unit.Name)
	o.say("  login     %s", account.Login)
	o.say("  password  %s   (shown only now)", password)
	return nil
}

// topUnit is the unit that was named, else the one root of the tree, which is
// made when there is none.
func (p *program) topUnit(ctx context.Context, c *accountCreate) (people.Unit, error) {
	if c.Unit != "" {
		return p.db.Unit(ctx, c.Unit)
	}
	empty, err := p.db.Empty(ctx)
	if err != nil {
		return people.Unit{}, err
	}
	if empty {
		return p.services.people.CreateUnit(ctx, contest.System, people.Unit{Kind: people.UnitKind(c.Kind), Name: c.Org})
	}
	root, err := p.db.RootUnit(ctx)
	if errors.Is(err, contest.NotFound) {
		return root, errors.New("there are several organizations; name one with --unit")
	}
	return root, err
}

// shell is who works at the operator's command line: whoever may read the
// database's address may do everything below a path.
func shell(path string) contest.Actor {
	actor := contest.System
	actor.Grants = []contest.Grant{{Role: contest.RoleAdmin, UnitPath: path}}
	return actor
}

type accountPassword struct {
	Login string `arg:"" help:"Login of the account."`
}

// Run draws a password and prints it once; the account's sessions end.
func (c *accountPassword) Run(ctx context.Context, settings *Settings, o *output) error {
	p, err := assemble(ctx, *settings, o.errs)
	if err != nil {
		return err
	}
	defer p.close()
	who, err := p.db.Credentials(ctx, c.Login)
	if err != nil {
		return fmt.Errorf("login %s: %w", c.Login, err)
	}
	password, err := p.services.people.ResetPassword(ctx, shell("/"), who.AccountID)
	if err != nil {
		return fmt.Errorf("new password: %w", err)
	}
	o.say("  login     %s\n  password  %s   (shown only now)", c.Login, password)
	return nil
}
