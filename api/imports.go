package api

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"mangxanh/contest"
	"mangxanh/contest/intake"
)

func (s *Server) importRoutes() {
	const tag = "imports"
	route(s, op{Method: http.MethodPost, Path: "/imports", ID: "stage-import", Summary: "Stage a file of questions or of a roster", Tag: tag, Status: http.StatusCreated}, s.stageImport)
	route(s, op{Method: http.MethodPost, Path: "/banks/{bank_id}/recognise", ID: "recognise-questions", Summary: "Questions in a pasted text; nothing is kept", Tag: tag, Status: http.StatusOK}, s.recogniseQuestions)
	route(s, op{Method: http.MethodGet, Path: "/imports", ID: "list-imports", Summary: "Imports that one may go on with, newest first", Tag: tag}, s.listImports)
	route(s, op{Method: http.MethodGet, Path: "/imports/templates/{kind}.xlsx", ID: "get-import-template", Summary: "A workbook to fill in", Tag: tag}, s.importTemplate)
	route(s, op{Method: http.MethodGet, Path: "/imports/{import_id}", ID: "get-import", Summary: "An import with its counts and problems", Tag: tag}, s.getImport)
	route(s, op{Method: http.MethodDelete, Path: "/imports/{import_id}", ID: "discard-import", Summary: "Forget a staged file", Tag: tag}, s.discardImport)
	route(s, op{Method: http.MethodGet, Path: "/imports/{import_id}/rows", ID: "list-import-rows", Summary: "Rows with cells, states and problems", Tag: tag}, s.listImportRows)
	route(s, op{Method: http.MethodPatch, Path: "/imports/{import_id}/rows/{row}", ID: "fix-import-row", Summary: "Write cells of one row and check it again", Tag: tag}, s.fixImportRow)
	route(s, op{Method: http.MethodGet, Path: "/imports/{import_id}/rejected.csv", ID: "get-rejected-rows", Summary: "Rows that were not taken, with the reasons", Tag: tag}, s.rejectedRows)
	route(s, op{Method: http.MethodPost, Path: "/imports/{import_id}/commit", ID: "commit-import", Summary: "Take the sound rows in; pressing again changes nothing", Tag: tag}, s.commitImport)
	route(s, op{Method: http.MethodPost, Path: "/imports/{import_id}/undo", ID: "undo-import", Summary: "Take a commit back while nothing of it is in use", Tag: tag}, s.undoImport)
}

type stageForm struct {
	Kind       string        `form:"kind" enum:"questions,roster" doc:"What the file brings"`
	BankID     string        `form:"bank_id" required:"false" maxLength:"60" doc:"For questions"`
	UnitID     string        `form:"unit_id" required:"false" maxLength:"60" doc:"For a roster: the school"`
	SchoolYear string        `form:"school_year" required:"false" maxLength:"20" doc:"For a roster; otherwise as the file says, or the current one"`
	Format     string        `form:"format" required:"false" maxLength:"20" doc:"auto (by the content), csv, tsv, xlsx; for questions also docx, text and others"`
	File       huma.FormFile `form:"file" required:"true"`
}

type stageInput struct {
	RawBody huma.MultipartFormFiles[stageForm]
}

func (s *Server) stageImport(ctx context.Context, actor contest.Actor, in *stageInput) (*body[importWire], error) {
	if err := onlyFields(in.RawBody.Form.Value, "kind", "bank_id", "unit_id", "school_year", "format"); err != nil {
		return nil, err
	}
	form := in.RawBody.Data()
	data, err := io.ReadAll(io.LimitReader(form.File, intake.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	i, err := s.svc.Imports.Stage(ctx, actor, intake.Request{
		Kind: intake.Kind(form.Kind), BankID: form.BankID, UnitID: form.UnitID, SchoolYear: form.SchoolYear,
		Format: intake.Format(form.Format), FileName: form.File.Filename, Data: data,
	})
	if err != nil {
		return nil, err
	}
	return s.importWithProblems(ctx, actor, i.ID)
}

// onlyFields refuses form fields that nobody asked for.
func onlyFields(form map[string][]string, known ...string) error {
	left := len(form)
	for _, k := range known {
		if _, sent := form[k]; sent {
			left--
		}
	}
	if left > 0 {
		return &contest.Error{Kind: contest.Invalid, Code: "unknown_field", Message: "the form has a field that is not known"}
	}
	return nil
}

type listImportsInput struct {
	Paging
	Kind  string `query:"kind" enum:"questions,roster"`
	State string `query:"state" enum:"staged,committed,undone"`
}

func (s *Server) listImports(ctx context.Context, actor contest.Actor, in *listImportsInput) (*body[list[listedImportWire]], error) {
	imports, next, err := s.svc.Imports.Imports(ctx, actor, intake.Kind(in.Kind), intake.State(in.State), in.page())
	if err != nil {
		return nil, err
	}
	items := make([]listedImportWire, len(imports))
	for n, i := range imports {
		items[n] = listedImportToWire(i)
	}
	return listOf(items, next), nil
}

type ImportInput struct {
	ImportID string `path:"import_id" maxLength:"60"`
}

func (s *Server) getImport(ctx context.Context, actor contest.Actor, in *ImportInput) (*body[importWire], error) {
	return s.importWithProblems(ctx, actor, in.ImportID)
}

// problemRows is how many rows the summary of an import tells the problems of;
// the list of rows has them all.
const problemRows = 300

func (s *Server) importWithProblems(ctx context.Context, actor contest.Actor, id string) (*body[importWire], error) {
	i, rows, err := s.svc.Imports.Problems(ctx, actor, id, problemRows)
	if err != nil {
		return nil, err
	}
	return answer(importToWire(i, rows)), nil
}

func (s *Server) discardImport(ctx context.Context, actor contest.Actor, in *ImportInput) (*nothing, error) {
	return nil, s.svc.Imports.Discard(ctx, actor, in.ImportID)
}

type listImportRowsInput struct {
	ImportInput
	Paging
	State string `query:"state" enum:"ready,warning,error,duplicate,committed,skipped"`
}

func (s *Server) listImportRows(ctx context.Context, actor contest.Actor, in *listImportRowsInput) (*body[list[ImportRowWire]], error) {
	page := in.page().Clamp(100, 500)
	f := intake.RowFilter{Limit: page.Limit + 1}
	if in.State != "" {
		f.States = []intake.RowState{intake.RowState(in.State)}
	}
	if in.Cursor != "" {
		var err error
		if f.After, err = strconv.Atoi(in.Cursor); err != nil || f.After < 0 {
			return nil, contest.Faulty(contest.Problem{Location: "cursor", Code: "bad_cursor", Message: "this cursor does not belong to this list"})
		}
	}
	rows, err := s.svc.Imports.Rows(ctx, actor, in.ImportID, f)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = strconv.Itoa(rows[page.Limit-1].Number)
	}
	items := make([]ImportRowWire, len(rows))
	for n, r := range rows {
		items[n] = importRowToWire(r)
	}
	return listOf(items, next), nil
}

type fixImportRowInput struct {
	ImportInput
	Row  int `path:"row" minimum:"1" doc:"From the row's own field row"`
	Body struct {
		Cells map[string]string `json:"cells" minProperties:"1" maxProperties:"40"`
	}
}

func (s *Server) fixImportRow(ctx context.Context, actor contest.Actor, in *fixImportRowInput) (*body[fixedRowWire], error) {
	i, row, err := s.svc.Imports.Fix(ctx, actor, in.ImportID, in.Row, in.Body.Cells)
	if err != nil {
		return nil, err
	}
	return answer(fixedRowWire{ImportRowWire: importRowToWire(row), Counts: importCountsWire(i.Counts)}), nil
}

type commitImportInput struct {
	ImportInput
	Body struct {
		Only string `json:"only" enum:"ready,all" doc:"all is refused while a row has an error"`
	}
}

func (s *Server) commitImport(ctx context.Context, actor contest.Actor, in *commitImportInput) (*body[importWire], error) {
	if _, err := s.svc.Imports.Commit(ctx, actor, in.ImportID, intake.Only(in.Body.Only)); err != nil {
		return nil, err
	}
	return s.importWithProblems(ctx, actor, in.ImportID)
}

func (s *Server) undoImport(ctx context.Context, actor contest.Actor, in *ImportInput) (*body[importWire], error) {
	if _, err := s.svc.Imports.Undo(ctx, actor, in.ImportID); err != nil {
		return nil, err
	}
	return s.importWithProblems(ctx, actor, in.ImportID)
}

// download is a file as an answer.
type download struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) rejectedRows(ctx context.Context, actor contest.Actor, in *ImportInput) (*download, error) {
	data, err := s.svc.Imports.Rejected(ctx, actor, in.ImportID)
	if err != nil {
		return nil, err
	}
	return &download{ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="rejected.csv"`, Body: data}, nil
}

type templateInput struct {
	Kind string `path:"kind" enum:"questions,roster"`
}

func (s *Server) importTemplate(_ context.Context, actor contest.Actor, in *templateInput) (*download, error) {
	if !actor.IsStaff() {
		return nil, contest.Missing("template")
	}
	data, err := intake.Template(intake.Kind(in.Kind))
	if err != nil {
		return nil, err
	}
	return &download{
		ContentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		Disposition: `attachment; filename="` + in.Kind + `.xlsx"`, Body: data,
	}, nil
}
