package sheetout_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"mangxanh/contest"
	"mangxanh/contest/standing"
	"mangxanh/contest/standing/sheetout"
	"mangxanh/scoring"
)

// version is a version with names that a spreadsheet would run.
func version() (standing.Managed, []standing.ResultLine) {
	rules := contest.DefaultRules()
	rules.Prediction.On = true
	m := standing.Managed{
		Contest: contest.Contest{Title: "=cmd|' /C calc'!A0", Rules: rules, Divisions: []contest.Division{{ID: "d", Name: "-Tiểu học"}}},
		Round:   contest.Round{Name: "Vòng 1"},
		Result: standing.Result{
			Number: 1, State: standing.Official, OfficialAt: time.Date(2026, 11, 23, 17, 30, 0, 0, time.UTC),
			Removals: []standing.Removal{{Name: "Lê Văn A", Reason: "+84"}},
		},
	}
	line := func(n int, name, class string) standing.ResultLine {
		return standing.ResultLine{
			Position: n, Rank: n, FullName: name, ClassName: class, SchoolName: "Trường, \"Sao Mai\"", DivisionID: "d", DivisionRank: n,
			Prize: "Nhất", HasDistance: true, Distance: 3,
			Line: scoring.Line{Score: 950, Correct: 9, HasPrediction: true, Prediction: 12, Duration: 125_250_000, SubmittedAt: time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC).UnixMicro()},
		}
	}
	return m, []standing.ResultLine{
		line(1, "=HYPERLINK(\"http://x\")", "4A"), line(2, "@SUM(A1)", "+7B"), line(3, " \t-2+3", "7B"), line(4, "＝1+1", "7B"), line(5, "Nguyễn Thị Hoà", "7B"),
	}
}

// Headers as people know them, decimal commas, Vietnamese dates, and nothing
// that begins like a formula.
func TestCSV(t *testing.T) {
	m, lines := version()
	var buf bytes.Buffer
	if err := sheetout.CSV(&buf, m, lines); err != nil {
		t.Fatal(err)
	}
	text := buf.String()
	if !strings.HasPrefix(text, "\ufeffSTT,") || strings.Count(text, "\r\n") != 6 || strings.Count(text, "\n") != 6 {
		t.Errorf("form of the file: %q", text)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, title := range []string{"STT", "Họ và tên", "Lớp", "Trường", "Số câu đúng", "Số dự đoán", "Thời gian làm bài", "Giải"} {
		if !slices.Contains(rows[0], title) {
			t.Errorf("no column %q in %v", title, rows[0])
		}
	}
	last := rows[5]
	for _, want := range []string{"5", "Nguyễn Thị Hoà", "9,5", "2:05,250", "23/11/2026 01:00:00", "12", "3", "Nhất"} {
		if !slices.Contains(last, want) {
			t.Errorf("no %q in %v", want, last)
		}
	}
	for _, row := range rows {
		for _, cell := range row {
			refuseFormula(t, cell)
		}
	}
}

// refuseFormula fails on a cell that a spreadsheet would run.
func refuseFormula(t *testing.T, cell string) {
	t.Helper()
	if trimmed := strings.TrimSpace(cell); trimmed != "" && strings.ContainsRune("=+-@＝", []rune(trimmed)[0]) {
		t.Errorf("cell %q would run as a formula", cell)
	}
}

func TestXLSX(t *testing.T) {
	m, lines := version()
	var buf bytes.Buffer
	if err := sheetout.XLSX(&buf, m, lines); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&buf)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !slices.Equal(f.GetSheetList(), []string{"Kết quả", "Thông tin"}) {
		t.Errorf("sheets %v", f.GetSheetList())
	}
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				refuseFormula(t, cell)
			}
		}
	}
	if score, _ := f.GetCellValue("Kết quả", "H6", excelize.Options{RawCellValue: true}); score != "9.5" {
		t.Errorf("score cell holds %q, want the number 9.5", score)
	}
	if formula, _ := f.GetCellFormula("Kết quả", "C2"); formula != "" {
		t.Errorf("formula %q", formula)
	}
}
