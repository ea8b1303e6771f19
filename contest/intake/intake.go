package intake

import (
	"time"

	"mangxanh/contest/intake/sheet"
)

// Kind is what a file brings.
type Kind string

// The kinds of import.
const (
	Questions Kind = "questions"
	Roster    Kind = "roster"
)

// State is where an import stands.
type State string

// The states of an import.
const (
	Staged    State = "staged"
	Committed State = "committed"
	Undone    State = "undone"
)

// RowState is where a row stands.
type RowState string

// The states of a row.
const (
	Ready     RowState = "ready"
	Warned    RowState = "warning"
	Wrong     RowState = "error"
	Duplicate RowState = "duplicate"
	Taken     RowState = "committed"
	Skipped   RowState = "skipped" // committed without effect, or taken back
)

// RowStates lists every state of a row.
var RowStates = []RowState{Ready, Warned, Wrong, Duplicate, Taken, Skipped}

// Problem is one fault of a row or of the file.
type Problem struct {
	Column     string // as in the template, "" for the whole row
	Code       string
	Severity   sheet.Severity
	Message    string // English
	Vietnamese string
	Params     map[string]string // "suggestion" is a better value for the cell
	Kept       bool              // found by the reader of the file: stands until a person writes the cell anew
}

// Row is one row of an import.
type Row struct {
	Number      int    // names the row inside the import; for a text file its place in the file
	Sheet       string // of a workbook
	Line        int    // row as the file's own program counts, in its sheet
	Cells       map[string]string
	State       RowState
	Problems    []Problem
	Fingerprint string // equal for rows that repeat one another
	Made        string // what the commit made of it
}

// sheetStride keeps the rows of a workbook's sheets apart: row 5 of the second
// sheet is 100005.
const sheetStride = 100_000

// Counts sums up the rows of an import.
type Counts struct {
	Rows, Ready, Warnings, Errors, Duplicates, Committed, Skipped int
}

// Outcome says what commits did so far.
type Outcome struct{ Created, Updated, Skipped int }

// Import is a file on its way in.
type Import struct {
	ID         string
	Kind       Kind
	Format     Format
	FileName   string
	UnitID     string
	UnitPath   string // for rights
	BankID     string
	SchoolYear string
	State      State
	Columns    []string // keys found in the file, and those that every row needs
	Dropped    []string // headers that were not taken
	Problems   []Problem
	Outcome    Outcome
	Counts     Counts
	ActorID    string
	Version    int64
	Created    time.Time
	Done       time.Time // first commit
	Undone     time.Time
}

// Only says which rows a commit wants.
type Only string

// The two ways to commit.
const (
	OnlyReady Only = "ready" // what is sound, the rest stays
	OnlyAll   Only = "all"   // everything or nothing
)

// LineOf returns the row of the sheet that a row number of an import names.
func LineOf(number int) int { return number % sheetStride }
