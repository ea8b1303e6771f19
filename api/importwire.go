package api

import (
	"time"

	"mangxanh/contest/intake"
)

type importWire struct {
	ID         string              `json:"id"`
	Kind       string              `json:"kind" enum:"questions,roster"`
	Format     string              `json:"format"`
	FileName   string              `json:"file_name"`
	UnitID     string              `json:"unit_id"`
	BankID     string              `json:"bank_id,omitempty"`
	SchoolYear string              `json:"school_year,omitempty"`
	State      string              `json:"state" enum:"staged,committed,undone"`
	Columns    []string            `json:"columns" doc:"Columns found, by their keys"`
	Dropped    []string            `json:"dropped" doc:"Headers of columns that were not taken"`
	Counts     importCountsWire    `json:"counts"`
	Problems   []importProblemWire `json:"problems" doc:"Of the file, then of the first rows that have any"`
	Committed  committedWire       `json:"committed"`
	Version    int64               `json:"version"`
	CreatedAt  time.Time           `json:"created_at"`
}

// listedImportWire is a line of the list of imports; the import itself tells
// the problems.
type listedImportWire struct {
	ID         string           `json:"id"`
	Kind       string           `json:"kind" enum:"questions,roster"`
	FileName   string           `json:"file_name"`
	State      string           `json:"state" enum:"staged,committed,undone"`
	Unit       namedWire        `json:"unit"`
	Bank       *namedWire       `json:"bank,omitempty"`
	SchoolYear string           `json:"school_year,omitempty"`
	By         namedWire        `json:"by"`
	Counts     importCountsWire `json:"counts"`
	Committed  committedWire    `json:"committed"`
	CreatedAt  time.Time        `json:"created_at"`
	DoneAt     *time.Time       `json:"done_at,omitempty" doc:"When it was committed"`
	UndoneAt   *time.Time       `json:"undone_at,omitempty"`
}

func listedImportToWire(i intake.Listed) listedImportWire {
	return listedImportWire{
		ID: i.ID, Kind: string(i.Kind), FileName: i.FileName, State: string(i.State), Unit: namedWire{ID: i.UnitID, Name: i.Unit},
		Bank: named(i.BankID, i.Bank), SchoolYear: i.SchoolYear, By: namedWire{ID: i.ActorID, Name: i.Actor},
		Counts: importCountsWire(i.Counts), Committed: committedWire(i.Outcome), CreatedAt: i.Created, DoneAt: moment(i.Done), UndoneAt: moment(i.Undone),
	}
}

type importCountsWire struct {
	Rows       int `json:"rows"`
	Ready      int `json:"ready"`
	Warnings   int `json:"warnings"`
	Errors     int `json:"errors"`
	Duplicates int `json:"duplicates"`
	Committed  int `json:"committed"`
	Skipped    int `json:"skipped"`
}

type committedWire struct {
	Created int `json:"created"`
	Updated int `json:"updated"`
	Skipped int `json:"skipped"`
}

type importProblemWire struct {
	Row        int               `json:"row,omitempty"`
	Sheet      string            `json:"sheet,omitempty"`
	Line       int               `json:"line,omitempty" doc:"Row as the file's own program counts, in its sheet"`
	Column     string            `json:"column,omitempty"`
	Code       string            `json:"code"`
	Severity   string            `json:"severity" enum:"error,warning,note"`
	Message    string            `json:"message"`
	Vietnamese string            `json:"message_vi"`
	Params     map[string]string `json:"params,omitempty" doc:"suggestion holds a better value for the cell"`
}

type ImportRowWire struct {
	Row      int                 `json:"row" doc:"Names the row in this import; in a file with one sheet its place in the file"`
	Sheet    string              `json:"sheet,omitempty"`
	Line     int                 `json:"line" doc:"Row as the file's own program counts, in its sheet"`
	Cells    map[string]string   `json:"cells"`
	State    string              `json:"state" enum:"ready,warning,error,duplicate,committed,skipped"`
	Problems []importProblemWire `json:"problems"`
}

type fixedRowWire struct {
	ImportRowWire
	Counts importCountsWire `json:"counts" doc:"Of the import after this change"`
}

func importToWire(i intake.Import, rows []intake.Row) importWire {
	w := importWire{
		ID: i.ID, Kind: string(i.Kind), Format: string(i.Format), FileName: i.FileName, UnitID: i.UnitID, BankID: i.BankID,
		SchoolYear: i.SchoolYear, State: string(i.State), Columns: orEmpty(i.Columns), Dropped: orEmpty(i.Dropped),
		Counts: importCountsWire(i.Counts), Committed: committedWire(i.Outcome), Version: i.Version, CreatedAt: i.Created,
		Problems: importProblems(intake.Row{Problems: i.Problems}),
	}
	for _, r := range rows {
		w.Problems = append(w.Problems, importProblems(r)...)
	}
	return w
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func importRowToWire(r intake.Row) ImportRowWire {
	return ImportRowWire{Row: r.Number, Sheet: r.Sheet, Line: r.Line, Cells: r.Cells, State: string(r.State), Problems: importProblems(r)}
}

func importProblems(r intake.Row) []importProblemWire {
	out := make([]importProblemWire, len(r.Problems))
	for n, p := range r.Problems {
		out[n] = importProblemWire{
			Row: r.Number, Sheet: r.Sheet, Line: r.Line, Column: p.Column, Code: p.Code, Severity: string(p.Severity),
			Message: p.Message, Vietnamese: p.Vietnamese, Params: p.Params,
		}
	}
	return out
}
