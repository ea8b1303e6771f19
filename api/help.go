package api

import (
	"context"
	"net/http"

	"mangxanh/contest"
)

func (s *Server) helpRoutes() {
	publicRoute(s, op{Method: http.MethodGet, Path: "/public/help", ID: "list-help", Summary: "Where to find help; 111 comes first", Tag: "public"}, s.listHelp)
	route(s, op{Method: http.MethodPut, Path: "/help", ID: "set-help", Summary: "Replace the list of help lines", Tag: "help"}, s.setHelp)
}

type helpWire struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	NameEn    string `json:"name_en,omitempty"`
	Contact   string `json:"contact"`
	Kind      string `json:"kind" enum:"phone,web,person"`
	Phone     string `json:"phone,omitempty" doc:"The contact, where it is a number"`
	URL       string `json:"url,omitempty" doc:"The contact, where it is an address"`
	Note      string `json:"note,omitempty"`
	NoteEn    string `json:"note_en,omitempty"`
	CheckedOn string `json:"checked_on" doc:"yyyy-mm-dd: when somebody last saw that it works"`
}

func helpDoc(lines []contest.HelpLine) *body[list[helpWire]] {
	items := make([]helpWire, len(lines))
	for i, l := range lines {
		items[i] = helpWire{
			ID: l.ID, Name: l.Name, NameEn: l.NameEn, Contact: l.Contact, Kind: string(l.Kind), Note: l.Note, NoteEn: l.NoteEn, CheckedOn: l.CheckedOn,
		}
		switch l.Kind {
		case contest.HelpPhone:
			items[i].Phone = l.Contact
		case contest.HelpWeb:
			items[i].URL = l.Contact
		}
	}
	return listOf(items, "")
}

func (s *Server) listHelp(ctx context.Context, _ *nothing) (*body[list[helpWire]], error) {
	lines, err := s.svc.Help.Lines(ctx)
	if err != nil {
		return nil, err
	}
	return helpDoc(lines), nil
}

type helpLineWire struct {
	ID        string `json:"id,omitempty" maxLength:"64" doc:"Ignored: every line is new"`
	Name      string `json:"name" maxLength:"400"`
	NameEn    string `json:"name_en,omitempty" maxLength:"400"`
	Contact   string `json:"contact" maxLength:"400"`
	Kind      string `json:"kind" enum:"phone,web,person"`
	Note      string `json:"note,omitempty" maxLength:"1000"`
	NoteEn    string `json:"note_en,omitempty" maxLength:"1000"`
	CheckedOn string `json:"checked_on" maxLength:"20"`
}

type setHelpInput struct {
	Body struct {
		Items []helpLineWire `json:"items" maxItems:"100"`
	}
}

func (s *Server) setHelp(ctx context.Context, actor contest.Actor, in *setHelpInput) (*body[list[helpWire]], error) {
	lines := make([]contest.HelpLine, len(in.Body.Items))
	for i, l := range in.Body.Items {
		lines[i] = contest.HelpLine{
			Name: l.Name, NameEn: l.NameEn, Contact: l.Contact, Kind: contest.HelpKind(l.Kind), Note: l.Note, NoteEn: l.NoteEn, CheckedOn: l.CheckedOn,
		}
	}
	lines, err := s.svc.Help.Replace(ctx, actor, lines)
	if err != nil {
		return nil, err
	}
	return helpDoc(lines), nil
}
