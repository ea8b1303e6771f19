package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"mangxanh/contest"
	"mangxanh/contest/export"
)

func (s *Server) exportRoutes() {
	const tag = "bank"
	route(s, op{Method: http.MethodGet, Path: "/banks/{bank_id}/export", ID: "export-questions", Summary: "The questions of the list as a file", Tag: tag}, s.exportQuestions)
	route(s, op{Method: http.MethodGet, Path: "/banks/{bank_id}/export/losses", ID: "list-export-losses", Summary: "What a format cannot hold of the questions of the list", Tag: tag}, s.listExportLosses)
	route(s, op{Method: http.MethodGet, Path: "/export-formats", ID: "list-export-formats", Summary: "Formats in which questions can be taken along", Tag: tag}, s.listExportFormats)
}

// ExportInput is which questions are wanted and in which form. Its name is
// exported because huma does not look into embedded structs whose names are not.
type ExportInput struct {
	BankInput
	Format string `query:"format" required:"true" maxLength:"20" doc:"One of /export-formats"`
	Key    string `query:"key" enum:"yes,no" default:"yes" doc:"no leaves keys and explanations out, where the format allows"`
	FindInput
}

func (in ExportInput) request() export.Request {
	return export.Request{BankID: in.BankID, Format: in.Format, Keys: in.Key != "no", Filter: in.filter()}
}

type exportFormatWire struct {
	Format    string `json:"format"`
	Extension string `json:"extension"`
	Keyless   bool   `json:"keyless" doc:"Can be written without keys"`
}

func (s *Server) listExportFormats(_ context.Context, actor contest.Actor, _ *nothing) (*body[list[exportFormatWire]], error) {
	if !actor.IsStaff() {
		return nil, contest.Missing("format")
	}
	items := []exportFormatWire{}
	for _, f := range export.Formats() {
		items = append(items, exportFormatWire{Format: f.Name, Extension: f.Extension, Keyless: f.Keyless})
	}
	return listOf(items, ""), nil
}

type lossWire struct {
	Number     int    `json:"number" doc:"Of the question in the file, from 1"`
	QuestionID string `json:"question_id"`
	Field      string `json:"field"`
	Detail     string `json:"detail"`
	LeftOut    bool   `json:"left_out" doc:"The whole question is not in the file"`
}

type lossesWire struct {
	Questions int        `json:"questions" doc:"In the file"`
	Total     int        `json:"total" doc:"Losses altogether"`
	Losses    []lossWire `json:"losses"`
}

type exportLossesInput struct {
	ExportInput
	Limit int `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"Losses that are listed"`
}

func (s *Server) listExportLosses(ctx context.Context, actor contest.Actor, in *exportLossesInput) (*body[lossesWire], error) {
	questions, losses, err := s.svc.Exports.Losses(ctx, actor, in.request())
	if err != nil {
		return nil, err
	}
	out := lossesWire{Questions: questions, Total: len(losses), Losses: []lossWire{}}
	for _, l := range losses[:min(len(losses), in.Limit)] {
		out.Losses = append(out.Losses, lossWire{Number: l.Number, QuestionID: l.QuestionID, Field: l.Field, Detail: l.Detail, LeftOut: l.Whole()})
	}
	return answer(out), nil
}

// exportTime bounds how long a slow reader may take to get a file.
const exportTime = 5 * time.Minute

func (s *Server) exportQuestions(ctx context.Context, actor contest.Actor, in *ExportInput) (*huma.StreamResponse, error) {
	f, err := s.svc.Exports.Export(ctx, actor, in.request())
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", f.Format.MIME)
		h.SetHeader("Content-Disposition", `attachment; filename="`+f.Name+`"`)
		h.SetHeader("Cache-Control", "no-store")
		c := humafiber.Unwrap(h).Context()
		if conn := c.Conn(); conn != nil {
			c.SetBodyStream(s.piped(context.WithoutCancel(ctx), f, func() {
				_ = conn.SetWriteDeadline(s.cfg.Now().Add(exportTime)) // the server's own is for answers, not for files
			}), -1)
		}
	}}, nil
}

// piped writes a file while it is read. What goes wrong on the way breaks the
// transfer off, so that nobody takes half a file for a whole one.
func (s *Server) piped(ctx context.Context, f *export.File, begin func()) io.Reader {
	r, w := io.Pipe()
	go func() {
		ctx, cancel := context.WithTimeout(ctx, exportTime)
		defer cancel()
		err := fmt.Errorf("write an export: it came to a sudden end")
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("write an export: %v", p)
			}
			if err != nil {
				s.cfg.Log.Warn("a file did not leave whole", "format", f.Format.Name, "error", err)
			}
			_ = w.CloseWithError(err)
		}()
		begin()
		err = f.WriteTo(ctx, w)
	}()
	return r
}
