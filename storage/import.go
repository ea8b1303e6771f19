package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake"
	"mangxanh/contest/intake/sheet"
	"mangxanh/contest/people"
)

var _ intake.Store = (*DB)(nil)

type importRow struct {
	ID          string `gorm:"primaryKey"`
	Kind        string
	Format      string
	FileName    string
	UnitID      string
	BankID      string
	SchoolYear  string
	State       string
	Columns     string
	Summary     string
	ActorID     string
	Version     int64
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	CommittedAt int64
	UndoneAt    int64
	Path        string `gorm:"->"` // of the unit, joined
}

func (importRow) TableName() string { return "imports" }

type importLineRow struct {
	ImportID    string `gorm:"primaryKey"`
	Row         int    `gorm:"primaryKey;autoIncrement:false"`
	Sheet       string
	Cells       string
	State       string
	Problems    string
	Fingerprint string
	Made        string
}

func (importLineRow) TableName() string { return "import_rows" }

// problemJSON and summaryJSON are how problems and sums stand in their columns.
type problemJSON struct {
	Column     string            `json:"column,omitempty"`
	Code       string            `json:"code"`
	Severity   string            `json:"severity"`
	Message    string            `json:"message"`
	Vietnamese string            `json:"vi"`
	Params     map[string]string `json:"params,omitempty"`
	Kept       bool              `json:"kept,omitempty"`
}

type summaryJSON struct {
	Dropped  []string      `json:"dropped,omitempty"`
	Problems []problemJSON `json:"problems,omitempty"`
	Created  int           `json:"created"`
	Updated  int           `json:"updated"`
	Skipped  int           `json:"skipped"`
}

func problemsToJSON(list []intake.Problem) []problemJSON {
	out := make([]problemJSON, len(list))
	for i, p := range list {
		out[i] = problemJSON{Column: p.Column, Code: p.Code, Severity: string(p.Severity), Message: p.Message, Vietnamese: p.Vietnamese, Params: p.Params, Kept: p.Kept}
	}
	return out
}

func problemsFromJSON(list []problemJSON) []intake.Problem {
	out := make([]intake.Problem, len(list))
	for i, p := range list {
		out[i] = intake.Problem{
			Column: p.Column, Code: p.Code, Severity: sheet.Severity(p.Severity), Message: p.Message, Vietnamese: p.Vietnamese, Params: p.Params, Kept: p.Kept,
		}
	}
	return out
}

func importToRow(i intake.Import) (importRow, error) {
	columns, err := json.Marshal(i.Columns)
	if err != nil {
		return importRow{}, fmt.Errorf("columns of an import: %w", err)
	}
	summary, err := json.Marshal(summaryJSON{
		Dropped: i.Dropped, Problems: problemsToJSON(i.Problems),
		Created: i.Outcome.Created, Updated: i.Outcome.Updated, Skipped: i.Outcome.Skipped,
	})
	if err != nil {
		return importRow{}, fmt.Errorf("sums of an import: %w", err)
	}
	return importRow{
		ID: i.ID, Kind: string(i.Kind), Format: string(i.Format), FileName: i.FileName, UnitID: i.UnitID, BankID: i.BankID,
		SchoolYear: i.SchoolYear, State: string(i.State), Columns: string(columns), Summary: string(summary), ActorID: i.ActorID,
		Version: i.Version, CreatedAt: micros(i.Created), CommittedAt: micros(i.Done), UndoneAt: micros(i.Undone),
	}, nil
}

func (r importRow) file() (intake.Import, error) {
	i := intake.Import{
		ID: r.ID, Kind: intake.Kind(r.Kind), Format: intake.Format(r.Format), FileName: r.FileName, UnitID: r.UnitID, UnitPath: r.Path,
		BankID: r.BankID, SchoolYear: r.SchoolYear, State: intake.State(r.State), ActorID: r.ActorID, Version: r.Version,
		Created: fromMicros(r.CreatedAt), Done: fromMicros(r.CommittedAt), Undone: fromMicros(r.UndoneAt),
	}
	var sums summaryJSON
	if err := json.Unmarshal([]byte(r.Summary), &sums); err != nil {
		return i, fmt.Errorf("stored sums of import %s: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Columns), &i.Columns); err != nil {
		return i, fmt.Errorf("stored columns of import %s: %w", r.ID, err)
	}
	i.Dropped, i.Problems = sums.Dropped, problemsFromJSON(sums.Problems)
	i.Outcome = intake.Outcome{Created: sums.Created, Updated: sums.Updated, Skipped: sums.Skipped}
	return i, nil
}

func lineToRow(importID string, r intake.Row) (importLineRow, error) {
	cells, err := json.Marshal(r.Cells)
	if err != nil {
		return importLineRow{}, fmt.Errorf("cells of row %d: %w", r.Number, err)
	}
	problems, err := json.Marshal(problemsToJSON(r.Problems))
	if err != nil {
		return importLineRow{}, fmt.Errorf("problems of row %d: %w", r.Number, err)
	}
	return importLineRow{
		ImportID: importID, Row: r.Number, Sheet: r.Sheet, Cells: string(cells), State: string(r.State),
		Problems: string(problems), Fingerprint: r.Fingerprint, Made: r.Made,
	}, nil
}

func (r importLineRow) line() (intake.Row, error) {
	row := intake.Row{
		Number: r.Row, Sheet: r.Sheet, Line: intake.LineOf(r.Row), State: intake.RowState(r.State), Fingerprint: r.Fingerprint, Made: r.Made,
	}
	if err := json.Unmarshal([]byte(r.Cells), &row.Cells); err != nil {
		return row, fmt.Errorf("stored cells of row %d: %w", r.Row, err)
	}
	var problems []problemJSON
	if err := json.Unmarshal([]byte(r.Problems), &problems); err != nil {
		return row, fmt.Errorf("stored problems of row %d: %w", r.Row, err)
	}
	row.Problems = problemsFromJSON(problems)
	return row, nil
}

// CreateImport records a staged file.
func (db *DB) CreateImport(ctx context.Context, actor contest.Actor, i intake.Import, rows []intake.Row) error {
	head, err := importToRow(i)
	if err != nil {
		return err
	}
	lines, err := linesToRows(i.ID, rows)
	if err != nil {
		return err
	}
	return db.inTx(ctx, func(tx *gorm.DB) error {
		if err := tx.Create(&head).Error; err != nil {
			return failure(err, "import")
		}
		if err := putLines(tx, lines); err != nil {
			return err
		}
		return db.audit(tx, actor, "import.stage", "import:"+i.ID, map[string]any{"kind": i.Kind, "unit": i.UnitID, "bank": i.BankID, "rows": len(rows)})
	})
}

func linesToRows(importID string, rows []intake.Row) ([]importLineRow, error) {
	lines := make([]importLineRow, len(rows))
	for n, r := range rows {
		var err error
		if lines[n], err = lineToRow(importID, r); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// putLines writes rows, over what was there under their numbers.
func putLines(tx *gorm.DB, lines []importLineRow) error {
	if len(lines) == 0 {
		return nil
	}
	over := clause.OnConflict{
		Columns:   []clause.Column{{Name: "import_id"}, {Name: "row"}},
		DoUpdates: clause.AssignmentColumns([]string{"cells", "state", "problems", "fingerprint", "made"}),
	}
	return failure(tx.Clauses(over).CreateInBatches(lines, 200).Error, "import row")
}

// Import returns an import with the path of its unit and its counts.
func (db *DB) Import(ctx context.Context, id string) (intake.Import, error) {
	var row importRow
	err := db.read(ctx).Table("imports AS i").Select("i.*, u.path").Joins("JOIN units u ON u.id = i.unit_id").Where("i.id = ?", id).Take(&row).Error
	if err != nil {
		return intake.Import{}, failure(err, "import")
	}
	i, err := row.file()
	if err != nil {
		return i, err
	}
	var counts []struct {
		State string
		Count int
	}
	err = db.read(ctx).Table("import_rows").Select("state, COUNT(*) AS count").Where("import_id = ?", id).Group("state").Find(&counts).Error
	if err != nil {
		return i, failure(err, "import rows")
	}
	for _, c := range counts {
		i.Counts.Rows += c.Count
		i.Counts.Add(intake.RowState(c.State), c.Count)
	}
	return i, nil
}

// ImportRows lists rows of an import by number.
func (db *DB) ImportRows(ctx context.Context, id string, f intake.RowFilter) ([]intake.Row, error) {
	q := db.read(ctx).Where(clause.Eq{Column: "import_id", Value: id}).Order(clause.OrderByColumn{Column: clause.Column{Name: "row"}})
	if len(f.States) > 0 {
		q = q.Where("state IN ?", f.States)
	}
	if f.After > 0 {
		q = q.Where(clause.Gt{Column: clause.Column{Name: "row"}, Value: f.After})
	}
	if f.Limit > 0 {
		q = q.Limit(f.Limit)
	}
	var lines []importLineRow
	if err := q.Find(&lines).Error; err != nil {
		return nil, failure(err, "import rows")
	}
	rows := make([]intake.Row, len(lines))
	for n, l := range lines {
		var err error
		if rows[n], err = l.line(); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// claim moves an import on if nobody else did since it was read. It is the
// first statement of every change, so that two presses of a button wait for one
// another and the second finds that it is late.
func claim(tx *gorm.DB, i intake.Import) error {
	row, err := importToRow(i)
	if err != nil {
		return err
	}
	row.Version = i.Version + 1
	done := tx.Model(&importRow{}).Where("id = ? AND version = ?", i.ID, i.Version).
		Select("State", "Summary", "Version", "CommittedAt", "UndoneAt").Updates(&row)
	return changedOne(done, "import")
}

// SaveImportRows writes rows that were mended.
func (db *DB) SaveImportRows(ctx context.Context, i intake.Import, rows []intake.Row) error {
	lines, err := linesToRows(i.ID, rows)
	if err != nil {
		return err
	}
	return db.inTx(ctx, func(tx *gorm.DB) error {
		if err := claim(tx, i); err != nil {
			return err
		}
		return putLines(tx, lines)
	})
}

// CommitQuestions makes the questions and marks their rows, all or nothing.
func (db *DB) CommitQuestions(ctx context.Context, actor contest.Actor, i intake.Import, rows []intake.Row, questions []bank.Question) error {
	lines, err := linesToRows(i.ID, rows)
	if err != nil {
		return err
	}
	made, err := questionsToRows(questions)
	if err != nil {
		return err
	}
	return db.inTx(ctx, func(tx *gorm.DB) error {
		if err := claim(tx, i); err != nil {
			return err
		}
		if err := made.insert(tx); err != nil {
			return err
		}
		if err := putLines(tx, lines); err != nil {
			return err
		}
		return db.audit(tx, actor, "import.commit", "import:"+i.ID, map[string]any{"bank": i.BankID, "created": len(questions)})
	})
}

// CommitPupils changes the school's roster as plan decides and marks the rows,
// all or nothing.
func (db *DB) CommitPupils(ctx context.Context, actor contest.Actor, i intake.Import, plan func(people.Roster) (people.RosterChange, intake.Import, []intake.Row, error)) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		if err := claim(tx, i); err != nil {
			return err
		}
		var after intake.Import
		var rows []intake.Row
		err := db.changeRoster(tx, actor, i.UnitID, i.SchoolYear, "roster.commit", func(r people.Roster) (c people.RosterChange, err error) {
			c, after, rows, err = plan(r)
			return c, err
		})
		if err != nil {
			return err
		}
		after.Version = i.Version + 1 // what the claim above left
		if err := claim(tx, after); err != nil {
			return err
		}
		lines, err := linesToRows(i.ID, rows)
		if err != nil {
			return err
		}
		return putLines(tx, lines)
	})
}

// UndoQuestions removes every question that the import made. A question that a
// round may draw keeps all of them.
func (db *DB) UndoQuestions(ctx context.Context, actor contest.Actor, i intake.Import) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		if err := claim(tx, i); err != nil {
			return err
		}
		made := func() *gorm.DB { return tx.Table("questions").Select("id").Where("import_id = ?", i.ID) }
		var used int64
		err := tx.Table("round_pool AS p").Joins("JOIN question_versions v ON v.id = p.version_id").Where("v.question_id IN (?)", made()).Count(&used).Error
		if err != nil {
			return failure(err, "questions in use")
		}
		if used > 0 {
			return contest.Refuse(contest.Conflict, "in_use", "%d questions of this import are in use by a round", used)
		}
		for _, row := range []any{&commentRow{}, &reviewRow{}, &versionRow{}} {
			if err := tx.Where("question_id IN (?)", made()).Delete(row).Error; err != nil {
				return failure(err, "question")
			}
		}
		if err := tx.Where("import_id = ?", i.ID).Delete(&questionRow{}).Error; err != nil {
			return failure(err, "question")
		}
		return db.tookBack(tx, actor, i)
	})
}

// UndoPupils changes the school's roster back as plan decides.
func (db *DB) UndoPupils(ctx context.Context, actor contest.Actor, i intake.Import, plan func(people.Roster) (people.RosterChange, error)) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		if err := claim(tx, i); err != nil {
			return err
		}
		if err := db.changeRoster(tx, actor, i.UnitID, i.SchoolYear, "roster.undo", plan); err != nil {
			return err
		}
		return db.tookBack(tx, actor, i)
	})
}

func (db *DB) tookBack(tx *gorm.DB, actor contest.Actor, i intake.Import) error {
	err := tx.Model(&importLineRow{}).Where("import_id = ? AND state = ?", i.ID, string(intake.Taken)).Update("state", string(intake.Skipped)).Error
	if err != nil {
		return failure(err, "import rows")
	}
	return db.audit(tx, actor, "import.undo", "import:"+i.ID, map[string]any{"kind": i.Kind})
}

// DropImport forgets a file and its rows.
func (db *DB) DropImport(ctx context.Context, actor contest.Actor, i intake.Import) error {
	return db.inTx(ctx, func(tx *gorm.DB) error {
		if err := claim(tx, i); err != nil {
			return err
		}
		if err := tx.Where("import_id = ?", i.ID).Delete(&importLineRow{}).Error; err != nil {
			return failure(err, "import rows")
		}
		if err := tx.Where("id = ?", i.ID).Delete(&importRow{}).Error; err != nil {
			return failure(err, "import")
		}
		return db.audit(tx, actor, "import.discard", "import:"+i.ID, map[string]any{"kind": i.Kind})
	})
}

// KnownQuestions says which fingerprints and folded stems the bank holds among
// questions that are not retired.
func (db *DB) KnownQuestions(ctx context.Context, bankID string, fingerprints, stems []string) (intake.Known, error) {
	known := intake.Known{Fingerprints: map[string]bool{}, Stems: map[string]bool{}}
	for column, q := range map[string]struct {
		ask  []string
		into map[string]bool
	}{"fingerprint": {fingerprints, known.Fingerprints}, "stem_fold": {stems, known.Stems}} {
		for start := 0; start < len(q.ask); start += batchOf {
			var found []string
			err := db.read(ctx).Table("questions").
				Where("bank_id = ? AND state <> ?", bankID, string(bank.Retired)).
				Where(clause.IN{Column: clause.Column{Name: column}, Values: anys(q.ask[start:min(start+batchOf, len(q.ask))])}).
				Select("?", clause.Column{Name: column}).Scan(&found).Error
			if err != nil {
				return known, failure(err, "questions")
			}
			for _, f := range found {
				q.into[f] = true
			}
		}
	}
	return known, nil
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}
