package api

import (
	"context"
	"net/http"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/people"
)

type unitWire struct {
	ID          string     `json:"id"`
	ParentID    string     `json:"parent_id,omitempty"`
	Kind        string     `json:"kind" enum:"ministry,department,ward,school,grade,class"`
	Name        string     `json:"name"`
	Code        string     `json:"code,omitempty"`
	Levels      []string   `json:"levels,omitempty"`
	SchoolYear  string     `json:"school_year,omitempty"`
	Grade       int        `json:"grade,omitempty"`
	Headcount   int        `json:"headcount"`
	HeadcountAt *time.Time `json:"headcount_at,omitempty"`
	ValidFrom   *time.Time `json:"valid_from,omitempty"`
	ValidTo     *time.Time `json:"valid_to,omitempty"`
	Version     int64      `json:"version"`
}

type treeWire struct {
	ID         string      `json:"id"`
	Kind       string      `json:"kind" enum:"ministry,department,ward,school,grade,class"`
	Name       string      `json:"name"`
	SchoolYear string      `json:"school_year,omitempty"`
	Grade      int         `json:"grade,omitempty"`
	Children   []*treeWire `json:"children"`
}

type unitsInput struct {
	Paging
	ParentID string `query:"parent_id" maxLength:"64"`
	Query    string `query:"q" maxLength:"100"`
	Kind     string `query:"kind" enum:"ministry,department,ward,school,grade,class"`
}

type newUnitInput struct {
	Body struct {
		ParentID  string    `json:"parent_id" maxLength:"64"`
		Kind      string    `json:"kind" enum:"ministry,department,ward,school,grade,class"`
		Name      string    `json:"name" maxLength:"200"`
		Code      string    `json:"code,omitempty" maxLength:"64"`
		Levels    []string  `json:"levels,omitempty" maxItems:"4"`
		ValidFrom time.Time `json:"valid_from,omitempty"`
	}
}

type unitInput struct {
	UnitID string `path:"unit_id"`
}

type treeInput struct {
	UnitID string `path:"unit_id"`
	Depth  int    `query:"depth" minimum:"1" maximum:"3" default:"2"`
}

type changeUnitInput struct {
	UnitID string `path:"unit_id"`
	Matching
	Body struct {
		Name      *string    `json:"name,omitempty" maxLength:"200"`
		Code      *string    `json:"code,omitempty" maxLength:"64"`
		Levels    *[]string  `json:"levels,omitempty" maxItems:"4"`
		Headcount *int       `json:"headcount,omitempty"`
		ValidFrom *time.Time `json:"valid_from,omitempty"`
		ValidTo   *time.Time `json:"valid_to,omitempty"`
	}
}

type groupWire struct {
	ID      string   `json:"id"`
	UnitID  string   `json:"unit_id"`
	Name    string   `json:"name"`
	Members []string `json:"members"`
	Version int64    `json:"version"`
}

type groupInput struct {
	GroupID string `path:"group_id"`
}

type groupDocWire struct {
	ID      string            `json:"id"`
	UnitID  string            `json:"unit_id"`
	Name    string            `json:"name"`
	Version int64             `json:"version"`
	Members []groupMemberWire `json:"members" doc:"In the order of names"`
}

type groupMemberWire struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind" enum:"ministry,department,ward,school,grade,class"`
}

type newGroupInput struct {
	Body struct {
		UnitID  string   `json:"unit_id" maxLength:"64"`
		Name    string   `json:"name" maxLength:"200"`
		Members []string `json:"members,omitempty" maxItems:"5000"`
	}
}

type groupMembersInput struct {
	GroupID string `path:"group_id"`
	Matching
	Body struct {
		Members []string `json:"members" maxItems:"5000"`
	}
}

type renameGroupInput struct {
	GroupID string `path:"group_id"`
	Matching
	Body struct {
		Name string `json:"name" maxLength:"200"`
	}
}

type dropGroupInput struct {
	GroupID string `path:"group_id"`
	Matching
}

func (s *Server) unitRoutes() {
	route(s, op{Method: http.MethodGet, Path: "/units", ID: "list-units", Summary: "Units that one has a role over", Tag: "units"}, s.listUnits)
	route(s, op{Method: http.MethodPost, Path: "/units", ID: "create-unit", Summary: "Add a unit", Tag: "units", Status: http.StatusCreated}, s.createUnit)
	route(s, op{Method: http.MethodGet, Path: "/units/{unit_id}", ID: "get-unit", Summary: "One unit", Tag: "units"}, s.getUnit)
	route(s, op{Method: http.MethodPatch, Path: "/units/{unit_id}", ID: "change-unit", Summary: "Edit a unit", Tag: "units"}, s.changeUnit)
	route(s, op{Method: http.MethodGet, Path: "/units/{unit_id}/tree", ID: "get-unit-tree", Summary: "A unit and what lies below it", Tag: "units"}, s.getUnitTree)
	route(s, op{Method: http.MethodGet, Path: "/unit-groups", ID: "list-unit-groups", Summary: "Sets of units", Tag: "units"}, s.listUnitGroups)
	route(s, op{Method: http.MethodPost, Path: "/unit-groups", ID: "create-unit-group", Summary: "Make a set of units", Tag: "units", Status: http.StatusCreated}, s.createUnitGroup)
	route(s, op{Method: http.MethodGet, Path: "/unit-groups/{group_id}", ID: "get-unit-group", Summary: "A set of units with their names", Tag: "units"}, s.getUnitGroup)
	route(s, op{Method: http.MethodPatch, Path: "/unit-groups/{group_id}", ID: "rename-unit-group", Summary: "Rename a set of units", Tag: "units"}, s.renameUnitGroup)
	route(s, op{Method: http.MethodDelete, Path: "/unit-groups/{group_id}", ID: "drop-unit-group", Summary: "Delete a set of units that no contest addresses", Tag: "units"}, s.dropUnitGroup)
	route(s, op{Method: http.MethodPut, Path: "/unit-groups/{group_id}/members", ID: "set-unit-group-members", Summary: "Replace the members of a set", Tag: "units"}, s.setUnitGroupMembers)
}

func (s *Server) listUnits(ctx context.Context, actor contest.Actor, in *unitsInput) (*body[list[unitWire]], error) {
	units, next, err := s.svc.People.UnitsFor(ctx, actor, people.UnitFilter{ParentID: in.ParentID, Query: in.Query, Kind: people.UnitKind(in.Kind)}, in.page())
	return listEach(units, next, err, unitToWire)
}

func (s *Server) createUnit(ctx context.Context, actor contest.Actor, in *newUnitInput) (*body[unitWire], error) {
	b := in.Body
	u, err := s.svc.People.CreateUnit(ctx, actor, people.Unit{
		ParentID: b.ParentID, Kind: people.UnitKind(b.Kind), Name: b.Name, Code: b.Code, Levels: b.Levels, ValidFrom: contest.Moment(b.ValidFrom),
	})
	return answer(unitToWire(u)), err
}

func (s *Server) getUnit(ctx context.Context, actor contest.Actor, in *unitInput) (*body[unitWire], error) {
	u, err := s.svc.People.UnitFor(ctx, actor, in.UnitID)
	return answer(unitToWire(u)), err
}

func (s *Server) changeUnit(ctx context.Context, actor contest.Actor, in *changeUnitInput) (*body[unitWire], error) {
	b := in.Body
	u, err := s.svc.People.ChangeUnit(ctx, actor, in.UnitID, in.version(), people.UnitChange{
		Name: b.Name, Code: b.Code, Levels: b.Levels, Headcount: b.Headcount, ValidFrom: b.ValidFrom, ValidTo: b.ValidTo,
	})
	return answer(unitToWire(u)), err
}

func (s *Server) getUnitTree(ctx context.Context, actor contest.Actor, in *treeInput) (*body[*treeWire], error) {
	units, err := s.svc.People.UnitTree(ctx, actor, in.UnitID, in.Depth)
	if err != nil {
		return nil, err
	}
	return answer(treeToWire(units)), nil
}

func (s *Server) listUnitGroups(ctx context.Context, actor contest.Actor, in *Paging) (*body[list[groupWire]], error) {
	groups, next, err := s.svc.People.GroupsFor(ctx, actor, in.page())
	return listEach(groups, next, err, groupToWire)
}

func (s *Server) getUnitGroup(ctx context.Context, actor contest.Actor, in *groupInput) (*body[groupDocWire], error) {
	g, units, err := s.svc.People.GroupFor(ctx, actor, in.GroupID)
	if err != nil {
		return nil, err
	}
	doc := groupDocWire{ID: g.ID, UnitID: g.UnitID, Name: g.Name, Version: g.Version, Members: make([]groupMemberWire, len(units))}
	for i, u := range units {
		doc.Members[i] = groupMemberWire{ID: u.ID, Name: u.Name, Kind: string(u.Kind)}
	}
	return answer(doc), nil
}

func (s *Server) createUnitGroup(ctx context.Context, actor contest.Actor, in *newGroupInput) (*body[groupWire], error) {
	g, err := s.svc.People.CreateGroup(ctx, actor, people.UnitGroup{UnitID: in.Body.UnitID, Name: in.Body.Name, Members: in.Body.Members})
	return answer(groupToWire(g)), err
}

func (s *Server) setUnitGroupMembers(ctx context.Context, actor contest.Actor, in *groupMembersInput) (*body[groupWire], error) {
	g, err := s.svc.People.SetGroupMembers(ctx, actor, in.GroupID, in.version(), in.Body.Members)
	return answer(groupToWire(g)), err
}

func (s *Server) renameUnitGroup(ctx context.Context, actor contest.Actor, in *renameGroupInput) (*body[groupWire], error) {
	g, err := s.svc.People.RenameGroup(ctx, actor, in.GroupID, in.version(), in.Body.Name)
	return answer(groupToWire(g)), err
}

func (s *Server) dropUnitGroup(ctx context.Context, actor contest.Actor, in *dropGroupInput) (*nothing, error) {
	return &nothing{}, s.svc.People.DropGroup(ctx, actor, in.GroupID, in.version())
}

func unitToWire(u people.Unit) unitWire {
	return unitWire{
		ID: u.ID, ParentID: u.ParentID, Kind: string(u.Kind), Name: u.Name, Code: u.Code, Levels: u.Levels, SchoolYear: u.SchoolYear,
		Grade: u.Grade, Headcount: u.Headcount, HeadcountAt: moment(u.HeadcountAt), ValidFrom: moment(u.ValidFrom), ValidTo: moment(u.ValidTo),
		Version: u.Version,
	}
}

// moment is a time that may be absent.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// treeToWire hangs units under their parents; they come parents first.
func treeToWire(units []people.Unit) *treeWire {
	nodes := map[string]*treeWire{}
	var root *treeWire
	for _, u := range units {
		node := &treeWire{ID: u.ID, Kind: string(u.Kind), Name: u.Name, SchoolYear: u.SchoolYear, Grade: u.Grade, Children: []*treeWire{}}
		nodes[u.ID] = node
		if parent := nodes[u.ParentID]; parent != nil {
			parent.Children = append(parent.Children, node)
		} else if root == nil {
			root = node
		}
	}
	return root
}

func groupToWire(g people.UnitGroup) groupWire {
	if g.Members == nil {
		g.Members = []string{}
	}
	return groupWire{ID: g.ID, UnitID: g.UnitID, Name: g.Name, Members: g.Members, Version: g.Version}
}
