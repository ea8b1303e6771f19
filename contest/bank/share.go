package bank

import (
	"context"
	"fmt"
	"slices"

	"mangxanh/contest"
)

// ShareTargets is what the record knows of those with whom a bank shall be
// shared.
type ShareTargets struct {
	Units map[string]bool   // units that exist
	Homes map[string]string // path of the home unit of each account of the staff
}

// ShareStore keeps with whom banks are shared.
type ShareStore interface {
	ShareTargets(ctx context.Context, unitIDs, accountIDs []string) (ShareTargets, error)
	// SetShares replaces the shares of a bank of that version, or says Stale.
	SetShares(ctx context.Context, actor contest.Actor, bankID string, version int64, shares []Share) error
}

// Sharing lets those who run a unit share its banks with others.
type Sharing struct {
	Store ShareStore
	Banks *Service
}

// MaxShares is how many rights a bank gives away.
const MaxShares = 400

// Shares returns a bank with its shares, to those who may change them.
func (s *Sharing) Shares(ctx context.Context, actor contest.Actor, bankID string) (Bank, error) {
	b, err := s.Banks.Look(ctx, actor, bankID)
	if err == nil && !b.Shareable(actor) {
		err = noRight()
	}
	return b, err
}

// Grant is what one unit or person shall be allowed.
type Grant struct {
	UnitID    string
	Role      contest.Role
	AccountID string
	Rights    []Right
}

// Share replaces all shares of a bank of that version.
func (s *Sharing) Share(ctx context.Context, actor contest.Actor, bankID string, version int64, grants []Grant) (Bank, error) {
	b, err := s.Shares(ctx, actor, bankID)
	if err != nil {
		return Bank{}, err
	}
	if b.Version != version {
		return Bank{}, contest.Refuse(contest.Stale, "version_changed", "this bank was changed by somebody else")
	}
	shares, err := s.check(ctx, actor, grants)
	if err != nil {
		return Bank{}, err
	}
	if err := s.Store.SetShares(ctx, actor, bankID, version, shares); err != nil {
		return Bank{}, err
	}
	return s.Banks.Store.Bank(ctx, bankID)
}

// check takes grants apart into shares and says what is wrong with them.
func (s *Sharing) check(ctx context.Context, actor contest.Actor, grants []Grant) ([]Share, error) {
	var units, accounts []string
	for _, g := range grants {
		if g.AccountID != "" {
			accounts = append(accounts, g.AccountID)
		} else {
			units = append(units, g.UnitID)
		}
	}
	known, err := s.Store.ShareTargets(ctx, units, accounts)
	if err != nil {
		return nil, err
	}
	var c checker
	var shares []Share
	seen := map[Share]bool{}
	for i, g := range grants {
		at := fmt.Sprintf("grants[%d]", i)
		home, staff := known.Homes[g.AccountID]
		switch {
		case (g.UnitID == "") == (g.AccountID == ""):
			c.add(at, "unit_or_account", "a grant names a unit or an account")
		case g.UnitID != "" && !known.Units[g.UnitID]:
			c.add(at, "unknown_unit", "there is no such unit")
		case g.AccountID != "" && (!staff || !actor.Can(home, contest.Roles...)):
			c.add(at, "unknown_account", "there is no such account of the staff")
		case g.Role != "" && (g.AccountID != "" || !slices.Contains(contest.Roles, g.Role)):
			c.add(at, "unknown_role", "there is no such role")
		case len(g.Rights) == 0:
			c.add(at, "no_rights", "a grant names what it allows")
		}
		for _, r := range g.Rights {
			if !slices.Contains(AllRights, r) {
				c.add(at, "unknown_right", "a right is one of %v", AllRights)
			}
			share := Share{UnitID: g.UnitID, Role: g.Role, AccountID: g.AccountID, Right: r}
			if !seen[share] {
				seen[share], shares = true, append(shares, share)
			}
		}
	}
	if len(shares) > MaxShares {
		c.add("grants", "too_many_grants", "at most %d", MaxShares)
	}
	if c.found != nil {
		return nil, contest.Faulty(c.found...)
	}
	return shares, nil
}
