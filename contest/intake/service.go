package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/sheet"
	"mangxanh/contest/people"
	"mangxanh/contest/text"
)

// RowFilter chooses rows of an import; zero fields choose all.
type RowFilter struct {
	States []RowState
	After  int // row numbers above this one
	Limit  int
}

// Store keeps imports. Methods that take an Import change it only if its
// Version is still the stored one, and answer contest.Stale otherwise.
type Store interface {
	ListStore
	CreateImport(ctx context.Context, actor contest.Actor, i Import, rows []Row) error
	SaveImportRows(ctx context.Context, i Import, rows []Row) error
	CommitQuestions(ctx context.Context, actor contest.Actor, i Import, rows []Row, questions []bank.Question) error
	// CommitPupils lets plan decide on the school's roster under its lock and
	// saves the rows it returns in the same transaction.
	CommitPupils(ctx context.Context, actor contest.Actor, i Import, plan func(people.Roster) (people.RosterChange, Import, []Row, error)) error
	// UndoQuestions removes the import's questions; contest.Conflict when one
	// is in use.
	UndoQuestions(ctx context.Context, actor contest.Actor, i Import) error
	UndoPupils(ctx context.Context, actor contest.Actor, i Import, plan func(people.Roster) (people.RosterChange, error)) error
	DropImport(ctx context.Context, actor contest.Actor, i Import) error
	KnownQuestions(ctx context.Context, bankID string, fingerprints, stems []string) (Known, error)
}

// Banks tells whether the actor may write into a bank, whether they take part in
// a contest that draws from it, and which laws it knows.
type Banks interface {
	Allow(ctx context.Context, actor contest.Actor, id string, any ...bank.Right) (bank.Bank, error)
	Contesting(ctx context.Context, actor contest.Actor, bankID string) (bool, error)
	// Cite points citations at the instruments that they name.
	Cite(ctx context.Context, unitPath string, citations []*bank.Citation) error
}

// Schools knows units and plans what rows do to a school's roster.
type Schools interface {
	UnitFor(ctx context.Context, actor contest.Actor, id string) (people.Unit, error)
	PlanRoster(r people.Roster, importID string, rows []people.RosterRow) (people.RosterChange, []people.RosterOutcome)
}

// Service takes files in for one node.
type Service struct {
	Store   Store
	Banks   Banks
	Schools Schools
	Gallery Gallery // nil leaves pictures of files unnamed
	Now     func() time.Time
	NewID   func() string
}

// Request is a file to stage.
type Request struct {
	Kind       Kind
	BankID     string // for questions
	UnitID     string // for a roster: the school
	SchoolYear string // for a roster; "" = as the file says, or the current one
	Format     Format
	FileName   string
	Data       []byte
}

// Stage reads and checks a file. Nothing of it enters a bank or a roster.
func (s *Service) Stage(ctx context.Context, actor contest.Actor, r Request) (Import, error) {
	i := Import{
		ID: s.NewID(), Kind: r.Kind, FileName: clipped(text.Line(r.FileName)), BankID: r.BankID, SchoolYear: r.SchoolYear,
		State: Staged, ActorID: actor.AccountID, Version: 1, Created: contest.Moment(s.Now()),
	}
	if err := s.address(ctx, actor, &i, r.UnitID); err != nil {
		return Import{}, err
	}
	rows, err := s.read(ctx, actor, &i, r)
	if err != nil {
		return Import{}, err
	}
	known, err := s.known(ctx, i, rows)
	if err != nil {
		return Import{}, err
	}
	i.repetitions(rows, known)
	i.Counts = count(rows)
	return i, s.Store.CreateImport(ctx, actor, i, rows)
}

// address settles whose import it is and that the actor may make it.
func (s *Service) address(ctx context.Context, actor contest.Actor, i *Import, unitID string) error {
	switch i.Kind {
	case Questions:
		b, err := s.Banks.Allow(ctx, actor, i.BankID, bank.MayEdit)
		if err != nil {
			return err
		}
		i.UnitID, i.UnitPath = b.UnitID, b.UnitPath
		return nil
	case Roster:
		i.BankID = ""
		u, err := s.Schools.UnitFor(ctx, actor, unitID)
		if err != nil {
			return err
		}
		if !actor.Can(u.Path, contest.RoleSchool) {
			return contest.Missing("unit")
		}
		if u.Kind != people.School {
			return contest.Faulty(contest.Problem{Location: "unit_id", Code: "not_a_school", Message: "a roster belongs to a school"})
		}
		i.UnitID, i.UnitPath = u.ID, u.Path
		return nil
	}
	return contest.Faulty(contest.Problem{Location: "kind", Code: "choice", Message: "an import brings questions or a roster"})
}

func (s *Service) known(ctx context.Context, i Import, rows []Row) (Known, error) {
	if i.Kind != Questions {
		return Known{Fingerprints: map[string]bool{}, Stems: map[string]bool{}}, nil
	}
	var fingerprints, stems []string
	for _, r := range rows {
		if r.Fingerprint != "" {
			fingerprints, stems = append(fingerprints, r.Fingerprint), append(stems, stemKey(r))
		}
	}
	return s.Store.KnownQuestions(ctx, i.BankID, fingerprints, stems)
}

func count(rows []Row) Counts {
	c := Counts{Rows: len(rows)}
	for _, r := range rows {
		c.Add(r.State, 1)
	}
	return c
}

// Add counts n rows of a state; the total is left alone.
func (c *Counts) Add(state RowState, n int) {
	switch state {
	case Ready:
		c.Ready += n
	case Warned:
		c.Warnings += n
	case Wrong:
		c.Errors += n
	case Duplicate:
		c.Duplicates += n
	case Taken:
		c.Committed += n
	case Skipped:
		c.Skipped += n
	}
}

// Import returns an import of the actor's; somebody else's looks missing.
func (s *Service) Import(ctx context.Context, actor contest.Actor, id string) (Import, error) {
	i, err := s.Store.Import(ctx, id)
	if err != nil {
		return Import{}, err
	}
	if i.Kind == Questions { // whoever may write into the bank, by a share as well
		_, err = s.Banks.Allow(ctx, actor, i.BankID, bank.MayEdit)
	} else if !actor.Can(i.UnitPath, keepers(i.Kind)...) {
		err = contest.Missing("import")
	}
	if err != nil {
		return Import{}, contest.Missing("import")
	}
	return i, nil
}

// Rows lists rows of an import in the order of the file.
func (s *Service) Rows(ctx context.Context, actor contest.Actor, id string, f RowFilter) ([]Row, error) {
	i, err := s.Import(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return s.rows(ctx, actor, i, f)
}

// Problems returns the import's problems with their rows, those of the file
// first; at most limit rows are looked at.
func (s *Service) Problems(ctx context.Context, actor contest.Actor, id string, limit int) (Import, []Row, error) {
	i, err := s.Import(ctx, actor, id)
	if err != nil {
		return Import{}, nil, err
	}
	rows, err := s.rows(ctx, actor, i, RowFilter{States: []RowState{Wrong, Warned, Duplicate}, Limit: limit})
	return i, rows, err
}

// tries is how often a change is made again when somebody else changed the same
// import meanwhile.
const tries = 5

// again runs change until it is not stale.
func again(change func() error) error {
	var err error
	for range tries {
		if err = change(); !errors.Is(err, contest.Stale) {
			return err
		}
	}
	return err
}

// Fix writes cells of one row and checks that row again, and what repeats it.
func (s *Service) Fix(ctx context.Context, actor contest.Actor, id string, number int, cells map[string]string) (i Import, fixed Row, err error) {
	err = again(func() error {
		if i, err = s.Import(ctx, actor, id); err != nil {
			return err
		}
		fixed, err = s.fix(ctx, i, number, cells)
		return err
	})
	if err != nil {
		return Import{}, Row{}, err
	}
	if i, err = s.Store.Import(ctx, id); err != nil {
		return Import{}, Row{}, err
	}
	shown := []Row{fixed}
	err = s.hideKeys(ctx, actor, i, shown)
	return i, shown[0], err
}

func (s *Service) fix(ctx context.Context, i Import, number int, cells map[string]string) (Row, error) {
	if i.State == Undone {
		return Row{}, undone()
	}
	rows, err := s.Store.ImportRows(ctx, i.ID, RowFilter{})
	if err != nil {
		return Row{}, err
	}
	n := slices.IndexFunc(rows, func(r Row) bool { return r.Number == number })
	if n < 0 {
		return Row{}, contest.Missing("row")
	}
	before := slices.Clone(rows)
	if rows[n], err = s.rewrite(i, rows[n], cells); err != nil {
		return Row{}, err
	}
	known, err := s.known(ctx, i, []Row{before[n], rows[n]})
	if err != nil {
		return Row{}, err
	}
	known.remember(before)
	i.repetitions(rows, known)
	var changed []Row
	for k, r := range rows {
		if k == n || r.State != before[k].State || !slices.EqualFunc(r.Problems, before[k].Problems, sameProblem) {
			changed = append(changed, r)
		}
	}
	return rows[n], s.Store.SaveImportRows(ctx, i, changed)
}

// remember adds what the rows were told before, so that mending one row does
// not ask the bank about all of them.
func (k Known) remember(rows []Row) {
	for _, r := range rows {
		for _, p := range r.Problems {
			switch p.Code {
			case "already_in_bank":
				k.Fingerprints[r.Fingerprint] = true
			case "same_stem_in_bank":
				k.Stems[stemKey(r)] = true
			}
		}
	}
}

func sameProblem(a, b Problem) bool {
	return a.Code == b.Code && a.Column == b.Column && a.Params["row"] == b.Params["row"]
}

// rewrite puts new cells into a row and checks it.
func (s *Service) rewrite(i Import, row Row, cells map[string]string) (Row, error) {
	if row.State == Taken || row.State == Skipped {
		return row, contest.Refuse(contest.Conflict, "row_committed", "this row was committed; change what it made instead")
	}
	merged := make(map[string]string, len(row.Cells))
	for column, v := range row.Cells {
		merged[column] = v
	}
	for column, v := range cells {
		if !slices.ContainsFunc(columnsOf(i.Kind), func(c sheet.Column) bool { return c.Key == column }) {
			return row, contest.Faulty(contest.Problem{Location: "cells", Code: "unknown_column", Message: "there is no such column", Row: row.Number})
		}
		if len(v) > sheet.MaxCell {
			return row, contest.Refuse(contest.TooLarge, "cell_too_long", "a cell has at most %d bytes", sheet.MaxCell)
		}
		merged[column] = v
	}
	var kept []Problem
	for _, p := range row.Problems {
		// What the file did wrong stands until its cell is written anew; a row
		// whose cells were out of place is whole once any cell was written.
		if _, rewritten := cells[p.Column]; (p.Kept || ofFile[p.Code]) && p.Column != "" && !rewritten {
			kept = append(kept, p)
		}
	}
	row.Cells = merged
	i.check(&row, kept, "", s.Now())
	return row, nil
}

// ofFile are the problems that the reading of the file found; checking a row
// again does not find them.
var ofFile = map[string]bool{"not_utf8": true, "cell_too_long": true, "leading_zero_lost": true, "class_from_sheet": true}

func undone() error {
	return contest.Refuse(contest.Conflict, "import_undone", "this import was taken back; stage the file again")
}

// Commit brings the sound rows in: those that are ready or only have warnings.
// Rows that repeat something are left out. Committing again brings in only what
// was mended since, so a second press changes nothing.
func (s *Service) Commit(ctx context.Context, actor contest.Actor, id string, only Only) (i Import, err error) {
	err = again(func() error {
		if i, err = s.Import(ctx, actor, id); err != nil {
			return err
		}
		if i.State == Undone {
			return undone()
		}
		if only == OnlyAll && i.Counts.Errors > 0 {
			return contest.Refuse(contest.Conflict, "has_errors", "%d rows have errors; mend them or commit only the ready ones", i.Counts.Errors)
		}
		rows, err := s.Store.ImportRows(ctx, id, RowFilter{States: []RowState{Ready, Warned}})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return nothingReady(i)
		}
		i.State = Committed
		if i.Done.IsZero() {
			i.Done = contest.Moment(s.Now())
		}
		if i.Kind == Roster {
			return s.commitPupils(ctx, actor, i, rows)
		}
		return s.commitQuestions(ctx, actor, i, rows)
	})
	if err != nil {
		return Import{}, err
	}
	return s.Store.Import(ctx, id)
}

// nothingReady is fine after a commit, and worth a word before.
func nothingReady(i Import) error {
	if i.State == Committed {
		return nil
	}
	return contest.Refuse(contest.Conflict, "nothing_ready", "no row can be committed; mend the errors first")
}

func (s *Service) commitQuestions(ctx context.Context, actor contest.Actor, i Import, rows []Row) error {
	now := contest.Moment(s.Now())
	questions, citations := make([]bank.Question, len(rows)), make([]*bank.Citation, len(rows))
	for n := range rows {
		q := readQuestion(rows[n].Cells, nil)
		if problems := q.version.Validate(); problems != nil {
			return fmt.Errorf("row %d is %s but does not pass: %s", rows[n].Number, rows[n].State, problems[0].Code)
		}
		questions[n] = bank.NewDraft(s.NewID(), s.NewID(), i.BankID, q.version, actor.AccountID, now)
		questions[n].ImportID, citations[n] = i.ID, &questions[n].Newest.Citation
		rows[n].State, rows[n].Made = Taken, questions[n].ID
	}
	if err := s.Banks.Cite(ctx, i.UnitPath, citations); err != nil {
		return err
	}
	i.Outcome.Created += len(rows)
	return s.Store.CommitQuestions(ctx, actor, i, rows, questions)
}

func (s *Service) commitPupils(ctx context.Context, actor contest.Actor, i Import, rows []Row) error {
	pupils := make([]people.RosterRow, len(rows))
	for n, r := range rows {
		pupils[n] = i.pupil(r, s.Now())
	}
	return s.Store.CommitPupils(ctx, actor, i, func(r people.Roster) (people.RosterChange, Import, []Row, error) {
		change, outcomes := s.Schools.PlanRoster(r, i.ID, pupils)
		done, changed := i, slices.Clone(rows)
		for n, o := range outcomes {
			if err := done.took(&changed[n], o); err != nil {
				return change, done, nil, err
			}
		}
		return change, done, changed, nil
	})
}

// took notes what became of a row of a roster.
func (i *Import) took(row *Row, o people.RosterOutcome) error {
	row.State = Taken
	switch o.Result {
	case people.RosterCreated:
		i.Outcome.Created++
	case people.RosterUpdated:
		i.Outcome.Updated++
	default:
		i.Outcome.Skipped++
		row.State = Skipped
		code, severity := o.Code, sheet.Warning
		if code == "unchanged" {
			code, severity = "no_effect", note
		}
		row.Problems = append(slices.Clone(row.Problems), problem("", code, severity, "the row was left out: "+o.Code, nil))
	}
	var err error
	row.Made, err = packUndo(o.Undo)
	return err
}

// Undo takes a commit back while nothing of it is in use. It may be repeated.
func (s *Service) Undo(ctx context.Context, actor contest.Actor, id string) (i Import, err error) {
	err = again(func() error {
		if i, err = s.Import(ctx, actor, id); err != nil {
			return err
		}
		switch i.State {
		case Undone:
			return nil
		case Staged:
			return contest.Refuse(contest.Conflict, "not_committed", "nothing was committed yet")
		}
		i.State, i.Undone = Undone, contest.Moment(s.Now())
		if i.Kind == Questions {
			return s.Store.UndoQuestions(ctx, actor, i)
		}
		return s.undoPupils(ctx, actor, i)
	})
	if err != nil {
		return Import{}, err
	}
	return s.Store.Import(ctx, id)
}

func (s *Service) undoPupils(ctx context.Context, actor contest.Actor, i Import) error {
	rows, err := s.Store.ImportRows(ctx, i.ID, RowFilter{States: []RowState{Taken}})
	if err != nil {
		return err
	}
	var undo []people.RosterUndo
	for _, r := range rows {
		u, err := unpackUndo(r.Made)
		if err != nil {
			return fmt.Errorf("row %d: %w", r.Number, err)
		}
		undo = append(undo, u)
	}
	return s.Store.UndoPupils(ctx, actor, i, func(r people.Roster) (people.RosterChange, error) {
		change, _, kept := people.PlanUndo(r, undo)
		if kept > 0 {
			return change, contest.Refuse(contest.Conflict, "in_use", "%d pupils of this import have signed in or moved on since", kept)
		}
		return change, nil
	})
}

// Discard forgets a file that nothing was committed from, or whose commit was
// taken back.
func (s *Service) Discard(ctx context.Context, actor contest.Actor, id string) error {
	return again(func() error {
		i, err := s.Import(ctx, actor, id)
		if err != nil {
			return err
		}
		if i.State == Committed {
			return contest.Refuse(contest.Conflict, "import_committed", "this import was committed; undo it first")
		}
		return s.Store.DropImport(ctx, actor, i)
	})
}
