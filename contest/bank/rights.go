package bank

import (
	"context"
	"slices"
	"strings"

	"mangxanh/contest"
)

// Right is one thing that somebody may do with a bank.
type Right string

// The rights. Editing and approving include reading; drawing does not: whoever
// makes a paper need not see the keys.
const (
	MayUse     Right = "use" // draw from it; its name, counts and topics are seen
	MayRead    Right = "read"
	MayEdit    Right = "edit"
	MayApprove Right = "approve"
)

// AllRights lists every right in the order in which pages show them.
var AllRights = []Right{MayRead, MayUse, MayEdit, MayApprove}

// Rights is what somebody may do with a bank.
type Rights []Right

// Has reports whether one of the rights is among them.
func (r Rights) Has(any ...Right) bool {
	return slices.ContainsFunc(any, func(one Right) bool { return slices.Contains(r, one) })
}

// writers hold every right on the banks of their units.
var writers = []contest.Role{contest.RoleOrganizer, contest.RoleTeacher}

// Share gives one right on a bank to a person, or to those who hold a role in,
// below or over a unit.
type Share struct {
	UnitID, UnitName, UnitPath string
	Role                       contest.Role // "" = organizers and teachers
	AccountID, AccountName     string       // instead of unit and role
	Right                      Right
}

// reaches reports whether the share is the actor's.
func (s Share) reaches(actor contest.Actor) bool {
	if s.AccountID != "" {
		return s.AccountID == actor.AccountID
	}
	for _, g := range actor.Grants {
		if s.takes(g.Role) && s.UnitPath != "" && g.UnitPath != "" && (strings.HasPrefix(g.UnitPath, s.UnitPath) || strings.HasPrefix(s.UnitPath, g.UnitPath)) {
			return true
		}
	}
	return false
}

// takes reports whether the share is for those with a role; an admin is
// everything.
func (s Share) takes(role contest.Role) bool {
	return role == contest.RoleAdmin || role == s.Role || s.Role == "" && slices.Contains(writers, role)
}

// Rights returns what the actor may do with the bank.
func (b Bank) Rights(actor contest.Actor) Rights {
	if actor.Can(b.UnitPath, writers...) {
		return slices.Clone(AllRights)
	}
	held := map[Right]bool{}
	for _, s := range b.Shares {
		if s.reaches(actor) {
			held[s.Right] = true
			held[MayRead] = held[MayRead] || s.Right == MayEdit || s.Right == MayApprove
		}
	}
	return slices.DeleteFunc(slices.Clone(AllRights), func(r Right) bool { return !held[r] })
}

// Shareable reports whether the actor may decide who else works with the bank.
func (b Bank) Shareable(actor contest.Actor) bool {
	return actor.Can(b.UnitPath, contest.RoleOrganizer)
}

// Scope is which banks somebody may see: those of the subtrees under Paths, and
// those shared with the account or with its roles.
type Scope struct {
	Paths     []string
	AccountID string
	Grants    []contest.Grant
	Rights    []Right // a shared one counts with any of these only
}

// scope is what the actor sees with any of the rights.
func scope(actor contest.Actor, rights ...Right) Scope {
	return Scope{Paths: actor.Paths(writers...), AccountID: actor.AccountID, Grants: actor.Grants, Rights: rights}
}

// readable is what the actor may read.
func readable(actor contest.Actor) Scope { return scope(actor, MayRead, MayEdit, MayApprove) }

// Allow returns a bank on which the actor holds one of the rights. A bank on
// which the actor holds none looks missing.
func (s *Service) Allow(ctx context.Context, actor contest.Actor, id string, any ...Right) (Bank, error) {
	b, err := s.Store.Bank(ctx, id)
	if err != nil {
		return Bank{}, err
	}
	return b, permit(b.Rights(actor), "bank", any)
}

// permit refuses who does not hold one of the rights.
func permit(held Rights, what string, any []Right) error {
	switch {
	case len(held) == 0:
		return contest.Missing(what)
	case !held.Has(any...):
		return noRight()
	}
	return nil
}

func noRight() error {
	return contest.Refuse(contest.Forbidden, "no_right", "the bank is shared with you, but not for this")
}

// Bank returns a bank that the actor may read; somebody else's looks missing.
func (s *Service) Bank(ctx context.Context, actor contest.Actor, id string) (Bank, error) {
	return s.Allow(ctx, actor, id, MayRead)
}

// Look returns the name and counts of a bank with which the actor may do
// anything at all.
func (s *Service) Look(ctx context.Context, actor contest.Actor, id string) (Bank, error) {
	return s.Allow(ctx, actor, id, AllRights...)
}

// question returns a question on whose bank the actor holds one of the rights.
func (s *Service) question(ctx context.Context, actor contest.Actor, id string, any ...Right) (Question, error) {
	q, err := s.Store.Question(ctx, id)
	if err != nil {
		return Question{}, err
	}
	held := Bank{UnitPath: q.UnitPath}.Rights(actor)
	if len(held) == 0 { // not by the unit; perhaps it is shared
		b, err := s.Store.Bank(ctx, q.BankID)
		if err != nil {
			return Question{}, err
		}
		held = b.Rights(actor)
	}
	if !held.Has(MayRead) {
		return Question{}, contest.Missing("question")
	}
	return q, permit(held, "question", any)
}

// stepRights are those of which one lets somebody take a step.
func stepRights(action Action) []Right {
	switch action {
	case Submit:
		return []Right{MayEdit}
	case Retire:
		return []Right{MayEdit, MayApprove}
	}
	return []Right{MayApprove}
}
