package api

import (
	"bytes"
	"context"
	"net/http"

	"mangxanh/contest"
	"mangxanh/contest/people"
	"mangxanh/contest/print"
)

type issueCardsInput struct {
	UnitID string `path:"unit_id"`
	Body   struct {
		Mode string `json:"mode" enum:"missing,reissue_all"`
	}
}

type issuedWire struct {
	Issued int `json:"issued"`
	Kept   int `json:"kept"`
}

type accountInput struct {
	AccountID string `path:"account_id"`
}

type secretsWire struct {
	Code       string `json:"code"`
	PIN        string `json:"pin"`
	SecretLink string `json:"secret_link" doc:"What the QR code holds"`
}

type printedWire struct {
	AccountID string `json:"account_id"`
	Name      string `json:"name"`
	Class     string `json:"class"`
	School    string `json:"school"`
	Code      string `json:"code"`
	PIN       string `json:"pin"`
	QRSVG     string `json:"qr_svg"`
	Link      string `json:"link"`
}

type unitCardsInput struct {
	UnitID string `path:"unit_id"`
	Paging
}

type fileOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) cardRoutes() {
	route(s, op{Method: http.MethodPost, Path: "/units/{unit_id}/cards", ID: "issue-cards", Summary: "Give cards to the pupils of a unit", Tag: "cards"}, s.issueCards)
	route(s, op{Method: http.MethodGet, Path: "/units/{unit_id}/cards", ID: "list-cards", Summary: "Cards of a unit, to print from a page", Tag: "cards"}, s.listCards)
	route(s, op{Method: http.MethodGet, Path: "/units/{unit_id}/cards.pdf", ID: "print-cards", Summary: "Cards of a unit as PDF", Tag: "cards"}, s.printCards)
	route(s, op{Method: http.MethodPost, Path: "/accounts/{account_id}/card", ID: "reissue-card", Summary: "Replace one pupil's card", Tag: "cards"}, s.reissueCard)
}

func (s *Server) issueCards(ctx context.Context, actor contest.Actor, in *issueCardsInput) (*body[issuedWire], error) {
	issued, kept, err := s.svc.People.IssueCards(ctx, actor, in.UnitID, people.CardMode(in.Body.Mode))
	return answer(issuedWire{Issued: issued, Kept: kept}), err
}

func (s *Server) reissueCard(ctx context.Context, actor contest.Actor, in *accountInput) (*body[secretsWire], error) {
	c, err := s.svc.People.ReissueCard(ctx, actor, in.AccountID)
	return answer(secretsWire{Code: c.Code, PIN: c.PIN, SecretLink: s.cardLink(c)}), err
}

// cardLink is what a card's code holds: the secret stands behind the hash sign,
// so that no server and no proxy ever logs it.
func (s *Server) cardLink(c people.PrintedCard) string { return s.cfg.PublicURL + "/c#" + c.Secret }

func (s *Server) listCards(ctx context.Context, actor contest.Actor, in *unitCardsInput) (*body[list[printedWire]], error) {
	cards, next, err := s.svc.People.PrintCards(ctx, actor, in.UnitID, in.page())
	if err != nil {
		return nil, err
	}
	items := make([]printedWire, len(cards))
	for i, c := range cards {
		svg, err := print.QRSVG(s.cardLink(c))
		if err != nil {
			return nil, err
		}
		items[i] = printedWire{
			AccountID: c.AccountID, Name: c.FullName, Class: c.ClassName, School: c.SchoolName, Code: c.Code, PIN: c.PIN,
			QRSVG: svg, Link: s.cardLink(c),
		}
	}
	return listOf(items, next), nil
}

func (s *Server) printCards(ctx context.Context, actor contest.Actor, in *unitInput) (*fileOutput, error) {
	unit, cards, err := s.svc.People.PrintAllCards(ctx, actor, in.UnitID)
	if err != nil {
		return nil, err
	}
	sheet := print.Sheet{Title: unit.Name, Site: s.cfg.PublicURL, Made: s.cfg.Now()}
	for _, c := range cards {
		sheet.Cards = append(sheet.Cards, print.Card{
			Name: c.FullName, Class: c.ClassName, School: c.SchoolName, Code: c.Code, PIN: c.PIN, Link: s.cardLink(c),
		})
	}
	var file bytes.Buffer
	if err := print.CardsPDF(&file, sheet); err != nil {
		return nil, err
	}
	return &fileOutput{ContentType: "application/pdf", Disposition: `attachment; filename="cards.pdf"`, Body: file.Bytes()}, nil
}
