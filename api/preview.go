package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

func (s *Server) previewRoutes() {
	const tag = "bank"
	route(s, op{Method: http.MethodPost, Path: "/banks/{bank_id}/preview", ID: "preview-question", Summary: "How a phone will show what is being written; nothing is kept", Tag: tag, Status: http.StatusOK}, s.previewQuestion)
	route(s, op{Method: http.MethodGet, Path: "/questions/{question_id}/versions/{version}/preview", ID: "preview-version", Summary: "How a phone shows a stored version", Tag: tag}, s.previewVersion)
}

// previewWire is a question as the attempt document has it, with what only
// staff see.
type previewWire struct {
	ID              string            `json:"id"`
	Number          int               `json:"number"`
	Type            string            `json:"type"`
	StemHTML        string            `json:"stem_html"`
	Options         []shownWire       `json:"options"`
	Matches         []shownWire       `json:"matches"`
	Gaps            []shownGapWire    `json:"gaps"`
	Audio           *previewAudioWire `json:"audio,omitempty"`
	Points          int64             `json:"points"`
	ExplanationHTML string            `json:"explanation_html"`
	CitationHTML    string            `json:"citation_html"`
	Problems        []placed          `json:"problems" doc:"What keeps it from being asked"`
}

type shownWire struct {
	ID   string `json:"id"`
	HTML string `json:"html"`
}

type shownGapWire struct {
	ID      string      `json:"id" doc:"As stem_html has it: <span class=gap data-gap=ID>"`
	Choices []shownWire `json:"choices"`
}

type previewAudioWire struct {
	URL            string `json:"url"`
	TranscriptHTML string `json:"transcript_html"`
}

func toPreview(p bank.Preview) previewWire {
	v, r := p.Version, p.Rendered
	w := previewWire{
		ID: "preview", Number: 1, Type: string(v.Type), StemHTML: r.Stem, Options: shown(r.Options, bank.Letter), Matches: shown(r.Matches, counted),
		Gaps: make([]shownGapWire, len(r.Gaps)), ExplanationHTML: r.Explanation, CitationHTML: r.Citation, Problems: []placed{},
	}
	for i, choices := range r.Gaps {
		w.Gaps[i] = shownGapWire{ID: counted(i), Choices: shown(choices, counted)}
	}
	if v.Audio != nil {
		w.Audio = &previewAudioWire{URL: mediaPath(v.Audio.MediaID), TranscriptHTML: r.Transcript}
	}
	for _, f := range p.Problems {
		w.Problems = append(w.Problems, placed{Location: f.Location, Code: f.Code, Message: f.Message})
	}
	return w
}

// counted names things as the stem names its gaps: from 1.
func counted(i int) string { return strconv.Itoa(i + 1) }

func shown(html []string, name func(int) string) []shownWire {
	list := make([]shownWire, len(html))
	for i, h := range html {
		list[i] = shownWire{ID: name(i), HTML: h}
	}
	return list
}

type previewInput struct {
	BankInput
	Body questionText
}

func (s *Server) previewQuestion(ctx context.Context, actor contest.Actor, in *previewInput) (*body[previewWire], error) {
	v, unread := in.Body.version()
	p, err := s.svc.Bank.Preview(ctx, actor, in.BankID, v)
	if err != nil {
		return nil, err
	}
	var refusal *contest.Error
	if errors.As(unread, &refusal) {
		p.Problems = append(p.Problems, refusal.Problems...)
	}
	return answer(toPreview(p)), nil
}

type VersionInput struct {
	QuestionInput
	Version int `path:"version" minimum:"1" maximum:"1000000"`
}

func (s *Server) previewVersion(ctx context.Context, actor contest.Actor, in *VersionInput) (*body[previewWire], error) {
	p, err := s.svc.Bank.PreviewVersion(ctx, actor, in.QuestionID, in.Version)
	if err != nil {
		return nil, err
	}
	return answer(toPreview(p)), nil
}
