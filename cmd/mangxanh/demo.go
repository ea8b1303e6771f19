package main

import (
	"context"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/people"
	"mangxanh/storage"
)

type demoCommand struct {
	Pupils   int    `default:"60" help:"How many pupils with cards."`
	CardsOut string `help:"File for all cards as CSV (code, pin, name, class, school)."`
}

// Run fills an empty database with the demo and prints the logins. On a database
// that holds the demo already it prints what is there.
func (c *demoCommand) Run(ctx context.Context, settings *Settings, o *output) error {
	p, err := assemble(ctx, *settings, o.errs)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.db.Migrate(ctx); err != nil {
		return err
	}
	return p.demo(ctx, o, *c)
}

// demo builds the demo world through the services that people use, so that what
// it shows is what they do.
type demo struct {
	p      *services
	clock  func() time.Time
	root   contest.Actor
	tree   demoTree
	actors map[string]contest.Actor
	cards  []demoPupil
	bankID string
}

// The fact that tells a demo database from any other: the id of its root unit, or
// that making it was begun and not finished.
const (
	demoFact  = "demo"
	demoBegun = "begun"
)

// demo makes the demo when the database is empty and then prints the logins.
// A database that holds anything else is refused untouched.
func (p *program) demo(ctx context.Context, o *output, c demoCommand) error {
	made, err := p.db.Fact(ctx, demoFact)
	if err != nil {
		return err
	}
	switch made {
	case demoBegun:
		return errors.New("an earlier demo was cut short; begin with an empty MANGXANH_DATA_DIR or database")
	case "":
		if empty, err := p.db.Empty(ctx); err != nil {
			return err
		} else if !empty {
			return errors.New("this database holds other data; the demo needs an empty one (choose another MANGXANH_DATA_DIR or database)")
		}
		if err := p.makeDemo(ctx, o, c); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return p.printDemo(ctx, o, c)
}

// makeDemo plays the demo on a clock of its own, because one of its contests is
// over already.
func (p *program) makeDemo(ctx context.Context, o *output, c demoCommand) error {
	clock := now().Add(-demoPast)
	past := func() time.Time { return clock }
	db, err := storage.Open(ctx, storage.Config{
		DatabaseURL: p.settings.DatabaseURL, DataDir: p.settings.DataDir, Now: past, NewID: newID,
	})
	if err != nil {
		return err
	}
	defer db.Close()
	secret, err := p.settings.secret()
	if err != nil {
		return err
	}
	if err := p.db.SetFact(ctx, demoFact, demoBegun); err != nil {
		return err
	}
	d := &demo{clock: past}
	if d.p, err = newServices(db, secret, past); err != nil {
		return err
	}
	o.say("Making the demo: a department, a ward, 3 schools, %d pupils, 46 questions, 4 contests …", c.Pupils)
	progress := func(done int) {
		if done%500 == 0 {
			o.say("  %d of %d pupils", done, c.Pupils)
		}
	}
	for _, step := range []func(context.Context) error{
		d.units,
		d.staff,
		func(ctx context.Context) error {
			return d.pupils(ctx, c.Pupils, os.Getenv("MANGXANH_DEMO_PIN"), progress)
		},
		d.bank,
		func(ctx context.Context) error { return d.closedContest(ctx, &clock) },
		func(ctx context.Context) error { clock = now(); return d.openContests(ctx) },
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return p.db.SetFact(ctx, demoFact, d.tree.root.ID)
}

// demoPast is how long ago the closed contest of the demo began.
const demoPast = 10 * 24 * time.Hour

// The password of a demo is kept in the clear, beside accounts of people who do
// not exist, so that every start can print it.
const demoPasswordFact = "demo_password"

// settleDemoPassword returns the one password of the staff logins: the one that
// was set, else the one of earlier starts, else one drawn now.
func (p *program) settleDemoPassword(ctx context.Context) (string, error) {
	kept, err := p.db.Fact(ctx, demoPasswordFact)
	if err != nil {
		return "", err
	}
	wanted := os.Getenv("MANGXANH_DEMO_PASSWORD")
	if wanted == "" {
		wanted = kept
	}
	if wanted == "" {
		wanted = "demo-" + strings.ToLower(rand.Text()[:10])
	}
	if wanted == kept {
		return kept, nil
	}
	hash, err := p.services.people.Hashes.Hash(ctx, wanted)
	if err != nil {
		return "", fmt.Errorf("demo password: %w", err)
	}
	for _, s := range demoStaff {
		who, err := p.db.Credentials(ctx, s.login)
		if err != nil {
			return "", fmt.Errorf("login %s: %w", s.login, err)
		}
		if err := p.db.SetPassword(ctx, contest.System, who.AccountID, hash, ""); err != nil {
			return "", fmt.Errorf("password of %s: %w", s.login, err)
		}
	}
	return wanted, p.db.SetFact(ctx, demoPasswordFact, wanted)
}

// printDemo prints the staff logins and the first cards. Passwords are kept only
// as hashes, so those of a demo made earlier are set anew and printed again.
func (p *program) printDemo(ctx context.Context, o *output, c demoCommand) error {
	rootID, err := p.db.Fact(ctx, demoFact)
	if err != nil {
		return err
	}
	root, err := p.db.Unit(ctx, rootID)
	if err != nil {
		return err
	}
	actor := shell(root.Path)
	password, err := p.settleDemoPassword(ctx)
	if err != nil {
		return err
	}
	cards, err := p.demoCards(ctx, actor, rootID)
	if err != nil {
		return fmt.Errorf("cards: %w", err)
	}
	if c.CardsOut != "" {
		if err := writeCards(c.CardsOut, cards); err != nil {
			return err
		}
	}
	o.say("")
	o.say("Staff, at %s/ql/   (password of all: %s)", p.settings.PublicURL, password)
	for _, s := range demoStaff {
		o.say("  %-10s %s", s.login, s.name)
	}
	o.say("Pupils, at %s/   (code and PIN)", p.settings.PublicURL)
	shown := 0
	for _, card := range cards {
		if strings.HasSuffix(card.Code, "0001") || strings.HasSuffix(card.Code, "0021") || strings.HasSuffix(card.Code, "0055") {
			o.say("  %s  %s   %s, %s", card.Code, card.PIN, card.FullName, card.ClassName)
			shown++
		}
	}
	o.say("  the other %d: staff pages → Cards, or mangxanh demo --cards-out FILE", len(cards)-shown)
	o.say("")
	return nil
}

// demoCards opens all cards page by page: a demo for a load test has more pupils
// than one document of cards may.
func (p *program) demoCards(ctx context.Context, actor contest.Actor, rootID string) ([]people.PrintedCard, error) {
	var all []people.PrintedCard
	for page := (contest.Page{Limit: 200}); ; {
		cards, next, err := p.services.people.PrintCards(ctx, actor, rootID, page)
		if err != nil {
			return nil, err
		}
		all = append(all, cards...)
		if page.Cursor = next; next == "" {
			return all, nil
		}
	}
}

// writeCards writes every card for printing elsewhere or for a load test.
func writeCards(file string, cards []people.PrintedCard) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("cards file: %w", err)
	}
	defer f.Close()
	return writeCardRows(f, cards)
}

func writeCardRows(w io.Writer, cards []people.PrintedCard) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"code", "pin", "name", "class", "school"}); err != nil {
		return fmt.Errorf("cards file: %w", err)
	}
	for _, c := range cards {
		if err := out.Write([]string{c.Code, c.PIN, c.FullName, c.ClassName, c.SchoolName}); err != nil {
			return fmt.Errorf("cards file: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}
