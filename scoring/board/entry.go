package board

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Board names one board: what it is about and the epoch of the settings under which its keys were made. A change that
// alters keys (another rank chain, a regrade, a known prediction target) needs another epoch; what was stored under a
// foreign epoch is never read.
type Board struct {
	ID    string
	Epoch string
}

// Entry is one person's absolute state on a board.
type Entry struct {
	Person  string
	Version int64    // of the person's record, at least 0; a lower or equal version never overwrites a higher one
	Key     []byte   // rank key; all entries of a board have keys of the same length
	Tie     []byte   // orders the lines inside one rank
	Groups  []string // the groups the person is listed in, replacing those of the version before
	Data    []byte   // small opaque payload shown with the place
}

// Place is one line of a board.
type Place struct {
	Rank   int // 1 + number of people in the group with a smaller rank key: 1, 2, 2, 4
	Person string
	Data   []byte
}

// Snapshot describes an immutable state of one group. Total places can be read under its Version. The same version may
// be handed out again later with a newer AsOf: nothing has changed since.
type Snapshot struct {
	Version string
	AsOf    time.Time
	Total   int
}

// Keep is how long a snapshot can be read after it was handed out.
const Keep = 60 * time.Second

// The answers of a board that are not accidents.
var (
	// ErrIncomplete says that this epoch of the board does not hold everyone: rebuild it from the record.
	ErrIncomplete = errors.New("board is not complete")
	// ErrGone says that a snapshot is no longer kept: take a new one.
	ErrGone = errors.New("board snapshot is gone")
	// ErrAbsent says that the person is not in the group.
	ErrAbsent = errors.New("person is not on the board")
	// ErrInvalid says that an argument cannot be stored. It is wrapped with the reason.
	ErrInvalid = errors.New("board entry is not valid")
)

// Limits of an entry. They bound what one person can cost and let the parts be found again in a member.
const (
	maxPart   = 255
	maxData   = 1024
	maxGroups = 32
)

// Validate returns an error wrapping ErrInvalid that says which part cannot be stored, or nil.
func (e Entry) Validate() error {
	switch {
	case e.Person == "" || len(e.Person) > maxPart:
		return fmt.Errorf("%w: person of %d bytes", ErrInvalid, len(e.Person))
	case e.Version < 0:
		return fmt.Errorf("%w: version %d", ErrInvalid, e.Version)
	case len(e.Key) == 0 || len(e.Key) > maxPart:
		return fmt.Errorf("%w: key of %d bytes", ErrInvalid, len(e.Key))
	case len(e.Tie) > maxPart:
		return fmt.Errorf("%w: tie of %d bytes", ErrInvalid, len(e.Tie))
	case len(e.Data) > maxData:
		return fmt.Errorf("%w: data of %d bytes", ErrInvalid, len(e.Data))
	case len(e.Groups) > maxGroups:
		return fmt.Errorf("%w: %d groups", ErrInvalid, len(e.Groups))
	}
	for _, g := range e.Groups {
		if g == "" || len(g) > maxPart || strings.ContainsFunc(g, unicode.IsControl) {
			return fmt.Errorf("%w: group %q", ErrInvalid, g)
		}
	}
	return nil
}
