package people

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// GroupsFor lists the unit groups kept by units over which the actor is an
// organizer or an administrator.
func (s *Service) GroupsFor(ctx context.Context, actor contest.Actor, page contest.Page) ([]UnitGroup, string, error) {
	return s.Store.UnitGroups(ctx, actor.Paths(contest.RoleOrganizer), page)
}

// GroupFor returns a unit group with its members in the order of their names.
func (s *Service) GroupFor(ctx context.Context, actor contest.Actor, id string) (UnitGroup, []Unit, error) {
	g, err := s.Store.UnitGroup(ctx, id)
	if err != nil {
		return UnitGroup{}, nil, err
	}
	if _, err := s.unit(ctx, actor, g.UnitID, contest.RoleOrganizer); err != nil {
		return UnitGroup{}, nil, contest.Missing("unit group")
	}
	units, err := s.Store.UnitsByID(ctx, g.Members)
	slices.SortFunc(units, func(a, b Unit) int {
		return cmp.Or(strings.Compare(text.Fold(a.Name), text.Fold(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return g, slices.CompactFunc(units, func(a, b Unit) bool { return a.ID == b.ID }), err
}

// CreateGroup makes a set of units kept by one unit.
func (s *Service) CreateGroup(ctx context.Context, actor contest.Actor, g UnitGroup) (UnitGroup, error) {
	keeper, err := s.unit(ctx, actor, g.UnitID, contest.RoleOrganizer)
	if err != nil {
		return UnitGroup{}, err
	}
	if g.Name, err = groupName(g.Name); err != nil {
		return UnitGroup{}, err
	}
	if err := s.membersBelow(ctx, keeper, g.Members); err != nil {
		return UnitGroup{}, err
	}
	g.ID, g.Version, g.CreatedAt = s.NewID(), 1, s.Now()
	return g, s.Store.CreateUnitGroup(ctx, actor, g)
}

// SetGroupMembers replaces the members of a group that is still at a version.
func (s *Service) SetGroupMembers(ctx context.Context, actor contest.Actor, id string, version int64, members []string) (UnitGroup, error) {
	keeper, err := s.groupKeeper(ctx, actor, id)
	if err != nil {
		return UnitGroup{}, err
	}
	if err := s.membersBelow(ctx, keeper, members); err != nil {
		return UnitGroup{}, err
	}
	return s.Store.SetUnitGroupMembers(ctx, actor, id, version, members)
}

// RenameGroup gives a group that is still at a version another name.
func (s *Service) RenameGroup(ctx context.Context, actor contest.Actor, id string, version int64, name string) (UnitGroup, error) {
	if _, err := s.groupKeeper(ctx, actor, id); err != nil {
		return UnitGroup{}, err
	}
	name, err := groupName(name)
	if err != nil {
		return UnitGroup{}, err
	}
	return s.Store.RenameUnitGroup(ctx, actor, id, version, name)
}

// DropGroup deletes a group that is still at a version and that no contest
// addresses; otherwise the refusal is group_in_use.
func (s *Service) DropGroup(ctx context.Context, actor contest.Actor, id string, version int64) error {
	if _, err := s.groupKeeper(ctx, actor, id); err != nil {
		return err
	}
	return s.Store.DropUnitGroup(ctx, actor, id, version)
}

// groupKeeper returns the unit that keeps a group, to whoever may change it.
func (s *Service) groupKeeper(ctx context.Context, actor contest.Actor, id string) (Unit, error) {
	g, err := s.Store.UnitGroup(ctx, id)
	if err != nil {
		return Unit{}, err
	}
	keeper, err := s.unit(ctx, actor, g.UnitID, contest.RoleOrganizer)
	if err != nil {
		return Unit{}, contest.Missing("unit group")
	}
	return keeper, nil
}

func groupName(name string) (string, error) {
	name = text.Line(name)
	if name == "" || len([]rune(name)) > 200 {
		return "", contest.Faulty(contest.Problem{Location: "name", Code: "bad_name", Message: "a name has 1 to 200 characters"})
	}
	return name, nil
}

// membersBelow refuses members outside the keeper's subtree as if they did not
// exist.
func (s *Service) membersBelow(ctx context.Context, keeper Unit, members []string) error {
	if len(members) > 5000 {
		return contest.Refuse(contest.TooLarge, "too_many_members", "a group has at most 5000 members")
	}
	units, err := s.Store.UnitsByID(ctx, members)
	if err != nil {
		return err
	}
	below := map[string]bool{}
	for _, u := range units {
		below[u.ID] = len(u.Path) >= len(keeper.Path) && u.Path[:len(keeper.Path)] == keeper.Path
	}
	for _, id := range members {
		if !below[id] {
			return contest.Faulty(contest.Problem{Location: "members", Code: "unknown_unit", Message: "a member is not a unit below the keeper"})
		}
	}
	return nil
}
