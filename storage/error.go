package storage

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"mangxanh/contest"
)

// failure turns what a database said into a refusal where it is one, and
// otherwise says what was attempted.
func failure(err error, what string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gorm.ErrRecordNotFound):
		return contest.Missing(what)
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return contest.Refuse(contest.Conflict, "already_exists", "this %s is there already", what)
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return contest.Refuse(contest.Conflict, "in_use", "%s refers to what is missing or is still in use", what)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// changedOne turns the result of an update that must change one row into an
// error: a missing row is no error to SQL, and a version that moved on is a
// stale edit.
func changedOne(tx *gorm.DB, what string) error {
	if tx.Error != nil {
		return failure(tx.Error, what)
	}
	if tx.RowsAffected != 1 {
		return contest.Refuse(contest.Stale, "version_changed", "this %s was changed by somebody else", what)
	}
	return nil
}
