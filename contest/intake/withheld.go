package intake

import (
	"context"
	"maps"

	"mangxanh/contest"
)

// keyColumns tell which answer is right.
var keyColumns = []string{"key", "explanation"}

// rows reads rows of an import as the actor may see them.
func (s *Service) rows(ctx context.Context, actor contest.Actor, i Import, f RowFilter) ([]Row, error) {
	rows, err := s.Store.ImportRows(ctx, i.ID, f)
	if err != nil {
		return nil, err
	}
	return rows, s.hideKeys(ctx, actor, i, rows)
}

// hideKeys takes from rows what the actor may not know. Whoever takes part in a
// contest that draws from the bank sees no key of what is in the bank, or may
// be: what was committed, what repeats it, and what somebody else brought.
func (s *Service) hideKeys(ctx context.Context, actor contest.Actor, i Import, rows []Row) error {
	if i.Kind != Questions {
		return nil
	}
	contesting, err := s.Banks.Contesting(ctx, actor, i.BankID)
	if err != nil || !contesting {
		return err
	}
	for n, r := range rows {
		if i.ActorID == actor.AccountID && r.State != Taken && r.State != Duplicate {
			continue
		}
		rows[n].Cells = maps.Clone(r.Cells)
		for _, column := range keyColumns {
			delete(rows[n].Cells, column)
		}
	}
	return nil
}
