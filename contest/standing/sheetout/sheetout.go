// Package sheetout writes the lines of a result version as tables that
// spreadsheet programs open: CSV (UTF-8 with a mark, lines ended by CRLF) and
// XLSX. No cell of either can run as a formula. It refuses to know who may read
// a result and how places come about.
package sheetout

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"mangxanh/contest"
	"mangxanh/contest/standing"
)

// decimal is a number in hundredths.
type decimal int64

// String writes the number as Vietnamese people do: 9,5 or 9,25 or 9.
func (d decimal) String() string {
	whole, part := d/100, d%100
	switch {
	case part == 0:
		return fmt.Sprint(int64(whole))
	case part%10 == 0:
		return fmt.Sprintf("%d,%d", whole, part/10)
	}
	return fmt.Sprintf("%d,%02d", whole, part)
}

// column is one column of the table.
type column struct {
	title string
	width float64
	cell  func(standing.ResultLine) any // string, int, int64 or decimal; nil = empty
}

// columns are those of a round: divisions and predictions only where there are any.
func columns(m standing.Managed) []column {
	list := []column{
		{"STT", 6, func(l standing.ResultLine) any { return l.Position }},
		{"Hạng", 7, func(l standing.ResultLine) any { return l.Rank }},
		{"Họ và tên", 28, func(l standing.ResultLine) any { return l.FullName }},
		{"Lớp", 9, func(l standing.ResultLine) any { return l.ClassName }},
		{"Trường", 34, func(l standing.ResultLine) any { return l.SchoolName }},
	}
	if len(m.Contest.Divisions) > 0 {
		list = append(list,
			column{"Bảng", 20, func(l standing.ResultLine) any { return m.Contest.Division(l.DivisionID).Name }},
			column{"Hạng trong bảng", 12, func(l standing.ResultLine) any { return l.DivisionRank }})
	}
	list = append(list,
		column{"Điểm", 9, func(l standing.ResultLine) any { return decimal(l.Line.Score) }},
		column{"Số câu đúng", 10, func(l standing.ResultLine) any { return l.Line.Correct }})
	if m.Round.RulesUnder(m.Contest).Prediction.On {
		list = append(list,
			column{"Số dự đoán", 11, func(l standing.ResultLine) any { return given(l.Line.HasPrediction, l.Line.Prediction) }},
			column{"Chênh lệch dự đoán", 11, func(l standing.ResultLine) any { return given(l.HasDistance, l.Distance) }})
	}
	return append(list,
		column{"Thời gian làm bài", 14, func(l standing.ResultLine) any { return span(l.Line.Duration) }},
		column{"Nộp bài lúc", 20, func(l standing.ResultLine) any { return moment(time.UnixMicro(l.Line.SubmittedAt)) }},
		column{"Giải", 18, func(l standing.ResultLine) any { return l.Prize }})
}

func given(known bool, n int64) any {
	if !known {
		return nil
	}
	return n
}

// span writes microseconds as minutes, seconds and milliseconds: 12:05,250.
func span(us int64) string {
	ms := us / 1000
	return fmt.Sprintf("%d:%02d,%03d", ms/60_000, ms/1000%60, ms%1000)
}

func moment(t time.Time) string { return t.In(contest.Hanoi).Format("02/01/2006 15:04:05") }

// harmless keeps a text from being read as a formula when a file is opened or
// saved again in another form: what begins like one gets an apostrophe.
func harmless(s string) string {
	if t := strings.TrimLeft(s, " \t\r\n\u00a0\u3000"); t != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(t)[0]) || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\r") {
		return "'" + s
	}
	return s
}

// CSV writes the lines of a version.
func CSV(w io.Writer, m standing.Managed, lines []standing.ResultLine) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	list := columns(m)
	row := make([]string, len(list))
	for i, c := range list {
		row[i] = c.title
	}
	if err := out.Write(row); err != nil {
		return err
	}
	for _, l := range lines {
		for i, c := range list {
			row[i] = written(c.cell(l))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func written(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return harmless(v)
	case int:
		return strconv.Itoa(v)
	}
	return fmt.Sprint(v)
}

// Names of the two sheets of an XLSX file.
const (
	linesSheet = "Kết quả"
	aboutSheet = "Thông tin"
)

// XLSX writes the lines of a version, and on a second sheet what version it is
// and who was removed for which reason.
func XLSX(w io.Writer, m standing.Managed, lines []standing.ResultLine) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", linesSheet); err != nil {
		return err
	}
	if _, err := f.NewSheet(aboutSheet); err != nil {
		return err
	}
	if err := writeLines(f, m, lines); err != nil {
		return fmt.Errorf("sheet of lines: %w", err)
	}
	if err := writeAbout(f, m); err != nil {
		return fmt.Errorf("sheet about the version: %w", err)
	}
	return f.Write(w)
}

func writeLines(f *excelize.File, m standing.Managed, lines []standing.ResultLine) error {
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return err
	}
	marks := "0.##"
	number, err := f.NewStyle(&excelize.Style{CustomNumFmt: &marks})
	if err != nil {
		return err
	}
	out, err := f.NewStreamWriter(linesSheet)
	if err != nil {
		return err
	}
	list := columns(m)
	row := make([]any, len(list))
	for i, c := range list {
		if err := out.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
		row[i] = excelize.Cell{StyleID: bold, Value: c.title}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := out.SetRow("A1", row); err != nil {
		return err
	}
	for n, l := range lines {
		for i, c := range list {
			row[i] = valued(c.cell(l), number)
		}
		if err := out.SetRow(fmt.Sprint("A", n+2), row); err != nil {
			return err
		}
	}
	return out.Flush()
}

func valued(v any, number int) any {
	switch v := v.(type) {
	case string:
		return harmless(v)
	case decimal:
		return excelize.Cell{StyleID: number, Value: float64(v) / 100} // for showing only: nothing is ordered by it
	}
	return v
}

func writeAbout(f *excelize.File, m standing.Managed) error {
	out, err := f.NewStreamWriter(aboutSheet)
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, 1, 26); err != nil {
		return err
	}
	if err := out.SetColWidth(2, 2, 70); err != nil {
		return err
	}
	for i, r := range about(m) {
		if err := out.SetRow(fmt.Sprint("A", i+1), []any{harmless(r[0]), harmless(r[1])}); err != nil {
			return err
		}
	}
	return out.Flush()
}

func about(m standing.Managed) [][2]string {
	r := m.Result
	rows := [][2]string{
		{"Cuộc thi", m.Contest.Title}, {"Vòng thi", m.Round.Name}, {"Bản kết quả số", strconv.Itoa(r.Number)},
		{"Tình trạng", map[standing.ResultState]string{
			standing.Provisional: "Tạm thời", standing.Checked: "Đã kiểm tra", standing.Official: "Chính thức",
		}[r.State]},
		{"Số người được xếp hạng", strconv.Itoa(r.Participants)},
	}
	if r.Target.Known {
		rows = append(rows, [2]string{"Đáp án câu dự đoán", fmt.Sprint(r.Target.Value)})
	}
	if !r.OfficialAt.IsZero() {
		rows = append(rows, [2]string{"Công bố lúc", moment(r.OfficialAt)}, [2]string{"Mã SHA-256", r.SHA256})
	}
	if r.Note != "" {
		rows = append(rows, [2]string{"Ghi chú", r.Note})
	}
	for _, x := range r.Removals {
		rows = append(rows, [2]string{"Không xếp hạng: " + x.Name, x.Reason})
	}
	return rows
}
