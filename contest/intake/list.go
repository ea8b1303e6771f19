package intake

import (
	"context"

	"mangxanh/contest"
)

// ListFilter chooses imports. Under says for each kind in which subtrees; a
// kind without a subtree finds nothing.
type ListFilter struct {
	Under map[Kind][]string
	State State // empty = every state
}

// Listed is an import as the list of imports shows it.
type Listed struct {
	Import
	Actor string // name of who staged it
	Unit  string // name of the unit whose import it is
	Bank  string // name of the bank, for questions
}

// ListStore finds imports. Imports come newest first, with their counts.
type ListStore interface {
	Imports(ctx context.Context, f ListFilter, page contest.Page) ([]Listed, string, error)
	// Import returns the import with its counts, or NotFound.
	Import(ctx context.Context, id string) (Import, error)
	ImportRows(ctx context.Context, id string, f RowFilter) ([]Row, error)
}

// Imports lists the imports that the actor may go on with or take back, of one
// kind or, with none, of both.
func (s *Service) Imports(ctx context.Context, actor contest.Actor, kind Kind, state State, page contest.Page) ([]Listed, string, error) {
	f := ListFilter{Under: map[Kind][]string{}, State: state}
	for _, k := range []Kind{Questions, Roster} {
		if kind == "" || kind == k {
			f.Under[k] = actor.Paths(keepers(k)...)
		}
	}
	return s.Store.Imports(ctx, f, page)
}

// keepers are the roles that may handle imports of a kind.
func keepers(k Kind) []contest.Role {
	if k == Questions {
		return []contest.Role{contest.RoleOrganizer, contest.RoleTeacher}
	}
	return []contest.Role{contest.RoleSchool}
}
