package print

import (
	_ "embed"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"mangxanh/contest/text"
)

//go:embed font/NotoSans-Regular.ttf
var notoSans []byte

// Card is what stands on one login card.
type Card struct {
	Name, Class, School string
	Code, PIN           string
	Link                string // what the QR code holds
}

// Sheet is a document of cards.
type Sheet struct {
	Title string // for the reader of the document, not printed
	Site  string // the address for who types, printed on each card
	Made  time.Time
	Cards []Card
}

// Layout of a page: A4 upright, two columns of five cards, never split. All in
// millimetres.
const (
	pageWidth, pageHeight = 210.0, 297.0
	cardWidth, cardHeight = 90.0, 54.0
	columns, rows         = 2, 5
	left                  = (pageWidth - columns*cardWidth) / 2
	top                   = (pageHeight - rows*cardHeight) / 2
	pad                   = 4.0
	qrSide                = 35.0
	fontName              = "noto"
)

// CardsPDF writes a sheet as PDF. A sheet without cards is one empty page.
func CardsPDF(w io.Writer, s Sheet) error {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetTitle(text.NFC(s.Title), true)
	pdf.SetCreationDate(s.Made)
	pdf.SetModificationDate(s.Made)
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.AddUTF8FontFromBytes(fontName, "", notoSans)
	pdf.AddPage()
	for i, c := range s.Cards {
		place := i % (columns * rows)
		if place == 0 && i > 0 {
			pdf.AddPage()
		}
		if place == 0 {
			cutLines(pdf)
		}
		x := left + float64(place%columns)*cardWidth
		y := top + float64(place/columns)*cardHeight
		if err := drawCard(pdf, s.Site, c, x, y); err != nil {
			return err
		}
	}
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("write the cards: %w", err)
	}
	return nil
}

// cutLines draws where to cut, over the whole page.
func cutLines(pdf *fpdf.Fpdf) {
	pdf.SetDrawColor(150, 150, 150)
	pdf.SetLineWidth(0.1)
	pdf.SetDashPattern([]float64{1.5, 1.5}, 0)
	for c := range columns + 1 {
		x := left + float64(c)*cardWidth
		pdf.Line(x, 0, x, pageHeight)
	}
	for r := range rows + 1 {
		y := top + float64(r)*cardHeight
		pdf.Line(0, y, pageWidth, y)
	}
	pdf.SetDashPattern([]float64{}, 0)
}

func drawCard(pdf *fpdf.Fpdf, site string, c Card, x, y float64) error {
	words := cardWidth - qrSide - 2*pad
	line := func(dy, size float64, grey int, s string) {
		pdf.SetTextColor(grey, grey, grey)
		fit(pdf, s, size, words)
		pdf.Text(x+pad, y+dy, text.NFC(s))
	}
	wide := func(dy, size float64, grey int, s string) {
		pdf.SetTextColor(grey, grey, grey)
		fit(pdf, s, size, cardWidth-2*pad)
		pdf.Text(x+pad, y+dy, text.NFC(s))
	}
	wide(8, 13, 0, c.Name)
	wide(14, 9.5, 60, "Lớp "+c.Class+" · "+c.School)
	line(23, 7.5, 90, "Mã thẻ / Card code")
	line(29.5, 16, 0, c.Code)
	line(36.5, 7.5, 90, "Mã PIN")
	line(43, 16, 0, c.PIN)
	line(50, 7.5, 90, site)
	return drawCode(pdf, c.Link, x+cardWidth-qrSide-pad/2, y+cardHeight-qrSide-pad/2)
}

// fit sets the largest size up to the wished one at which the text is no wider
// than there is room.
func fit(pdf *fpdf.Fpdf, s string, size, room float64) {
	pdf.SetFont(fontName, "", size)
	if width := pdf.GetStringWidth(text.NFC(s)); width > room {
		pdf.SetFont(fontName, "", size*room/width)
	}
}

func drawCode(pdf *fpdf.Fpdf, content string, x, y float64) error {
	size, runs, err := code(content)
	if err != nil {
		return err
	}
	square := qrSide / float64(size+2*quiet)
	pdf.SetFillColor(0, 0, 0)
	for _, r := range runs {
		// A hair taller than a square, so that no white line shows between rows.
		pdf.Rect(x+float64(r.x+quiet)*square, y+float64(r.y+quiet)*square, float64(r.n)*square, square*1.02, "F")
	}
	return nil
}
