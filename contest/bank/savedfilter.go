package bank

import (
	"context"
	"time"
	"unicode/utf8"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// SavedFilter is a filter of a bank's list that an account keeps for itself.
type SavedFilter struct {
	ID, AccountID, BankID string
	Name                  string
	Query                 string // the list's own parameters, as an address has them
	Created               time.Time
}

// FilterStore keeps saved filters.
type FilterStore interface {
	SavedFilters(ctx context.Context, accountID, bankID string) ([]SavedFilter, error)
	// SaveFilter puts a filter in the place of one with its name.
	SaveFilter(ctx context.Context, f SavedFilter) (SavedFilter, error)
	// DropFilter removes an account's filter, or says NotFound.
	DropFilter(ctx context.Context, accountID, bankID, id string) error
}

// Filters keeps the saved filters of accounts.
type Filters struct {
	Store FilterStore
	Banks *Service
	Now   func() time.Time
	NewID func() string
}

// MaxFilters is how many filters an account keeps of a bank.
const MaxFilters = 50

// List returns the actor's filters of a bank by name.
func (s *Filters) List(ctx context.Context, actor contest.Actor, bankID string) ([]SavedFilter, error) {
	if _, err := s.Banks.Bank(ctx, actor, bankID); err != nil {
		return nil, err
	}
	return s.Store.SavedFilters(ctx, actor.AccountID, bankID)
}

// Save keeps a filter; one with the same name is replaced.
func (s *Filters) Save(ctx context.Context, actor contest.Actor, bankID, name, query string) (SavedFilter, error) {
	list, err := s.List(ctx, actor, bankID)
	if err != nil {
		return SavedFilter{}, err
	}
	f := SavedFilter{ID: s.NewID(), AccountID: actor.AccountID, BankID: bankID, Name: text.Line(name), Query: query, Created: contest.Moment(s.Now())}
	switch n := utf8.RuneCountInString(f.Name); {
	case n == 0:
		return f, contest.Faulty(contest.Problem{Location: "name", Code: "required", Message: "a filter has a name"})
	case n > MaxTopic:
		return f, contest.Faulty(contest.Problem{Location: "name", Code: "length", Message: "the name is too long"})
	}
	if len(list) >= MaxFilters {
		return f, contest.Refuse(contest.Conflict, "too_many_filters", "at most %d filters", MaxFilters)
	}
	return s.Store.SaveFilter(ctx, f)
}

// Drop forgets a filter of the actor's.
func (s *Filters) Drop(ctx context.Context, actor contest.Actor, bankID, id string) error {
	if _, err := s.Banks.Bank(ctx, actor, bankID); err != nil {
		return err
	}
	return s.Store.DropFilter(ctx, actor.AccountID, bankID, id)
}
