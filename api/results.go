package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/standing"
	"mangxanh/contest/standing/sheetout"
)

func (s *Server) resultRoutes() {
	const tag = "result"
	route(s, op{Method: http.MethodGet, Path: "/rounds/{round_id}/results", ID: "list-results", Summary: "Result versions of a round, newest first", Tag: tag}, s.listResults)
	route(s, op{Method: http.MethodPost, Path: "/rounds/{round_id}/results", ID: "make-result", Summary: "Count a provisional version from the record", Tag: tag, Status: 200}, s.makeResult)
	route(s, op{Method: http.MethodGet, Path: "/results/{result_id}", ID: "get-result", Summary: "One result version", Tag: tag}, s.getResult)
	route(s, op{Method: http.MethodPost, Path: "/results/{result_id}/check", ID: "check-result", Summary: "Note that a version was gone through", Tag: tag, Status: 200}, s.checkResult)
	route(s, op{Method: http.MethodPost, Path: "/results/{result_id}/removals", ID: "remove-from-result", Summary: "Take somebody out before it is official, and count anew", Tag: tag, Status: 200}, s.removeFromResult)
	route(s, op{Method: http.MethodDelete, Path: "/results/{result_id}/removals/{account_id}", ID: "restore-to-result", Summary: "Take a removal back, and count anew", Tag: tag, Status: 200}, s.restoreToResult)
	route(s, op{Method: http.MethodPost, Path: "/results/{result_id}/publish", ID: "publish-result", Summary: "Make a checked version official, by a second person", Tag: tag, Status: 200}, s.publishResult)
	route(s, op{Method: http.MethodGet, Path: "/results/{result_id}/lines", ID: "list-result-lines", Summary: "Lines of a version with full names", Tag: tag}, s.listResultLines)
	route(s, op{Method: http.MethodGet, Path: "/results/{result_id}/export.csv", ID: "export-result-csv", Summary: "The lines as a CSV file", Tag: tag}, s.exportCSV)
	route(s, op{Method: http.MethodGet, Path: "/results/{result_id}/export.xlsx", ID: "export-result-xlsx", Summary: "The lines as an XLSX file", Tag: tag}, s.exportXLSX)
	route(s, op{Method: http.MethodGet, Path: "/rounds/{round_id}/why/{account_id}", ID: "why-this-place", Summary: "What decided a place; account_id me for one's own", Tag: tag}, s.why)
}

type ResultInput struct {
	ResultID string `path:"result_id" maxLength:"64"`
}

type resultWire struct {
	ID           string        `json:"id"`
	RoundID      string        `json:"round_id"`
	Number       int           `json:"number"`
	State        string        `json:"state" enum:"provisional,checked,official"`
	Target       *int64        `json:"target,omitempty" doc:"True value of the prediction"`
	TargetGiven  bool          `json:"target_given,omitempty" doc:"Set by the organizer instead of counted"`
	Participants int           `json:"participants"`
	SHA256       string        `json:"sha256,omitempty" doc:"Seal of the lines, once official"`
	Note         string        `json:"note,omitempty"`
	MadeBy       *refWire      `json:"made_by,omitempty"`
	CheckedBy    *refWire      `json:"checked_by,omitempty"`
	PublishedBy  *refWire      `json:"published_by,omitempty"`
	CreatedAt    time.Time     `json:"created_at"`
	CheckedAt    *time.Time    `json:"checked_at,omitempty"`
	OfficialAt   *time.Time    `json:"official_at,omitempty"`
	Removals     []removalWire `json:"removals"`
}

type removalWire struct {
	AccountID string    `json:"account_id"`
	Name      string    `json:"name"`
	Reason    string    `json:"reason"`
	At        time.Time `json:"at"`
}

func resultDoc(r standing.Result) resultWire {
	who := func(id string) *refWire {
		if id == "" {
			return nil
		}
		return &refWire{ID: id, Name: r.Names[id]}
	}
	doc := resultWire{
		ID: r.ID, RoundID: r.RoundID, Number: r.Number, State: string(r.State), TargetGiven: r.TargetGiven, Participants: r.Participants,
		SHA256: r.SHA256, Note: r.Note, MadeBy: who(r.MadeBy), CheckedBy: who(r.CheckedBy), PublishedBy: who(r.PublishedBy),
		CreatedAt: r.CreatedAt, CheckedAt: someTime(r.CheckedAt), OfficialAt: someTime(r.OfficialAt), Removals: []removalWire{},
	}
	if r.Target.Known {
		doc.Target = &r.Target.Value
	}
	for _, x := range r.Removals {
		doc.Removals = append(doc.Removals, removalWire{AccountID: x.AccountID, Name: x.Name, Reason: x.Reason, At: x.At})
	}
	return doc
}

// resulted answers with a version that the actor has just changed.
func resulted(r standing.Result, err error) (*body[resultWire], error) {
	if err != nil {
		return nil, err
	}
	return answer(resultDoc(r)), nil
}

func (s *Server) listResults(ctx context.Context, actor contest.Actor, in *RoundInput) (*body[list[resultWire]], error) {
	versions, err := s.svc.Results.Versions(ctx, actor, in.RoundID)
	if err != nil {
		return nil, err
	}
	items := make([]resultWire, len(versions))
	for i, r := range versions {
		items[i] = resultDoc(r)
	}
	return listOf(items, ""), nil
}

type makeResultInput struct {
	RoundInput
	Body *struct {
		TargetValue *int64 `json:"target_value,omitempty" minimum:"0" doc:"True value of the prediction where the organizer counts it; absent = counted from the record"`
		Note        string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (s *Server) makeResult(ctx context.Context, actor contest.Actor, in *makeResultInput) (*body[resultWire], error) {
	var target *int64
	note := ""
	if in.Body != nil {
		target, note = in.Body.TargetValue, in.Body.Note
	}
	return resulted(s.svc.Results.Make(ctx, actor, in.RoundID, target, note))
}

func (s *Server) getResult(ctx context.Context, actor contest.Actor, in *ResultInput) (*body[resultWire], error) {
	m, err := s.svc.Results.Get(ctx, actor, in.ResultID)
	return resulted(m.Result, err)
}

func (s *Server) checkResult(ctx context.Context, actor contest.Actor, in *ResultInput) (*body[resultWire], error) {
	return resulted(s.svc.Results.Check(ctx, actor, in.ResultID))
}

type removeInput struct {
	ResultInput
	Body struct {
		AccountID string `json:"account_id" maxLength:"64"`
		Reason    string `json:"reason" maxLength:"1000" doc:"Published without the name"`
	}
}

func (s *Server) removeFromResult(ctx context.Context, actor contest.Actor, in *removeInput) (*body[resultWire], error) {
	return resulted(s.svc.Results.Remove(ctx, actor, in.ResultID, in.Body.AccountID, in.Body.Reason))
}

type restoreInput struct {
	ResultInput
	AccountID string `path:"account_id" maxLength:"64"`
}

func (s *Server) restoreToResult(ctx context.Context, actor contest.Actor, in *restoreInput) (*body[resultWire], error) {
	return resulted(s.svc.Results.Restore(ctx, actor, in.ResultID, in.AccountID))
}

type publishResultInput struct {
	ResultInput
	Body *struct {
		Note string `json:"note,omitempty" maxLength:"2000" doc:"What a correction changes; needed from the second version on"`
	}
}

func (s *Server) publishResult(ctx context.Context, actor contest.Actor, in *publishResultInput) (*body[resultWire], error) {
	note := ""
	if in.Body != nil {
		note = in.Body.Note
	}
	return resulted(s.svc.Results.Publish(ctx, actor, in.ResultID, note))
}

type resultLineWire struct {
	Position     int       `json:"position"`
	Rank         int       `json:"rank"`
	AccountID    string    `json:"account_id"`
	PublicName   string    `json:"public_name"`
	FullName     string    `json:"full_name"`
	Division     string    `json:"division,omitempty"`
	DivisionRank int       `json:"division_rank"`
	ClassName    string    `json:"class_name"`
	SchoolName   string    `json:"school_name"`
	Score        int64     `json:"score" doc:"Hundredths of a point"`
	Correct      int       `json:"correct"`
	Prediction   *int64    `json:"prediction,omitempty"`
	Distance     *int64    `json:"distance,omitempty" doc:"From the target, over and under alike"`
	DurationMS   int64     `json:"duration_ms"`
	SubmittedAt  time.Time `json:"submitted_at"`
	Prize        string    `json:"prize,omitempty"`
}

func resultLineDoc(c contest.Contest, l standing.ResultLine) resultLineWire {
	doc := resultLineWire{
		Position: l.Position, Rank: l.Rank, AccountID: l.AccountID, PublicName: l.PublicName, FullName: l.FullName,
		Division: c.Division(l.DivisionID).Name, DivisionRank: l.DivisionRank, ClassName: l.ClassName, SchoolName: l.SchoolName,
		Score: l.Line.Score, Correct: l.Line.Correct, DurationMS: l.Line.Duration / 1000,
		SubmittedAt: time.UnixMicro(l.Line.SubmittedAt).UTC(), Prize: l.Prize,
	}
	if l.Line.HasPrediction {
		doc.Prediction = &l.Line.Prediction
	}
	if l.HasDistance {
		doc.Distance = &l.Distance
	}
	return doc
}

type resultLinesInput struct {
	ResultInput
	Paging
	Division string `query:"division" maxLength:"64" doc:"Id of a division; empty = all"`
}

func (s *Server) listResultLines(ctx context.Context, actor contest.Actor, in *resultLinesInput) (*body[list[resultLineWire]], error) {
	after, err := positionOf(in.Cursor)
	if err != nil {
		return nil, err
	}
	limit := in.page().Clamp(100, 500).Limit
	m, lines, err := s.svc.Results.Lines(ctx, actor, in.ResultID, standing.LineFilter{Division: in.Division, After: after, Limit: limit + 1})
	if err != nil {
		return nil, err
	}
	lines, next := cut(lines, limit, func(l standing.ResultLine) int { return l.Position })
	items := make([]resultLineWire, len(lines))
	for i, l := range lines {
		items[i] = resultLineDoc(m.Contest, l)
	}
	return listOf(items, next), nil
}

// positionOf reads a cursor over lines: the position of the last one shown.
func positionOf(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(cursor)
	if err != nil || n < 0 {
		return 0, contest.Faulty(contest.Problem{Location: "cursor", Code: "bad_cursor", Message: "this cursor does not belong to this list"})
	}
	return n, nil
}

// cut takes the one line too many off a page and makes the cursor after it.
func cut[T any](lines []T, limit int, position func(T) int) ([]T, string) {
	if len(lines) <= limit {
		return lines, ""
	}
	return lines[:limit], strconv.Itoa(position(lines[limit-1]))
}

func (s *Server) exportCSV(ctx context.Context, actor contest.Actor, in *ResultInput) (*download, error) {
	return s.export(ctx, actor, in.ResultID, "csv", "text/csv; charset=utf-8", sheetout.CSV)
}

func (s *Server) exportXLSX(ctx context.Context, actor contest.Actor, in *ResultInput) (*download, error) {
	return s.export(ctx, actor, in.ResultID, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheetout.XLSX)
}

func (s *Server) export(ctx context.Context, actor contest.Actor, id, format, kind string, write func(io.Writer, standing.Managed, []standing.ResultLine) error) (*download, error) {
	m, lines, err := s.svc.Results.Export(ctx, actor, id, format)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if err := write(&file, m, lines); err != nil {
		return nil, fmt.Errorf("write the %s of a result: %w", format, err)
	}
	name := fmt.Sprintf("%s-v%d.%s", m.Round.Slug, m.Result.Number, format)
	return &download{ContentType: kind, Disposition: `attachment; filename="` + name + `"`, Body: file.Bytes()}, nil
}
