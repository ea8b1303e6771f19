package print_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"mangxanh/contest/print"
)

func sheet(n int) print.Sheet {
	s := print.Sheet{Title: "Thẻ lớp 7A1", Site: "http://localhost:8080", Made: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
	for i := range n {
		s.Cards = append(s.Cards, print.Card{
			Name: norm.NFD.String("Nguyễn Thị Ánh Tuyết"), Class: "7A1", School: "Trường THCS Nguyễn Thị Minh Khai phường Hoàng Mai",
			Code: fmt.Sprintf("ABCD-%04d", i), PIN: "135790", Link: fmt.Sprintf("http://localhost:8080/c#AAAAAAAAAAAAAAAAAAAA%02d", i),
		})
	}
	return s
}

func pdf(t *testing.T, s print.Sheet) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := print.CardsPDF(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Ten cards on a page, each whole: 24 cards are three pages.
func TestCardsFillPages(t *testing.T) {
	for cards, pages := range map[int]int{0: 1, 1: 1, 10: 1, 11: 2, 24: 3} {
		got := bytes.Count(pdf(t, sheet(cards)), []byte("/Type /Page\n"))
		if got != pages {
			t.Errorf("%d cards on %d pages, want %d", cards, got, pages)
		}
	}
}

func TestSameCardsSameBytes(t *testing.T) {
	if !bytes.Equal(pdf(t, sheet(3)), pdf(t, sheet(3))) {
		t.Error("two documents of the same cards differ")
	}
}

// Where a reader of PDF is installed, the text must come out as it went in,
// every accent composed and in its place.
func TestTextOfCardsIsVietnamese(t *testing.T) {
	reader, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Log("pdftotext is not installed: the text of the document is not read back")
		return
	}
	file := filepath.Join(t.TempDir(), "cards.pdf")
	if err := os.WriteFile(file, pdf(t, sheet(1)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(reader, "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Nguyễn Thị Ánh Tuyết", "Lớp 7A1", "ABCD-0000", "135790"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the document does not say %q:\n%s", want, out)
		}
	}
}

func TestQRSVGIsOnePathWithAMargin(t *testing.T) {
	svg, err := print.QRSVG("http://localhost:8080/c#AAAAAAAAAAAAAAAAAAAAAA")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(svg, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 41 41"`) || strings.Count(svg, "<path") != 2 {
		t.Errorf("unexpected drawing: %.120s", svg)
	}
	if strings.Contains(svg, "style=") || strings.Contains(svg, "<script") {
		t.Error("the drawing holds what the page's policy refuses")
	}
	if _, err := print.QRSVG(strings.Repeat("x", 5000)); err == nil {
		t.Error("a content that fits no code was taken")
	}
}
