package intake

import (
	"bytes"
	"context"
	_ "embed" // the sample questions
	"encoding/csv"
	"fmt"
	"strings"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/sheet"
)

//go:embed testdata/questions-vi.csv
var demoQuestions []byte

// DemoQuestions is a sound file of 40 questions, for demonstrations and as an
// example of the layout.
func DemoQuestions() []byte { return bytes.Clone(demoQuestions) }

// Rejected returns the rows that were not taken as a CSV file in the layout of
// the template with a column that says why. Mended, it can be staged again.
func (s *Service) Rejected(ctx context.Context, actor contest.Actor, id string) ([]byte, error) {
	i, err := s.Import(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, actor, i, RowFilter{States: []RowState{Wrong, Duplicate, Skipped}})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("\uFEFF") // or Excel reads it in the code page of the machine
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	header := []string{"row"}
	for _, c := range columnsOf(i.Kind) {
		header = append(header, c.Key)
	}
	if err := w.Write(append(header, "error")); err != nil {
		return nil, fmt.Errorf("write rejected rows: %w", err)
	}
	for _, r := range rows {
		line := []string{fmt.Sprint(r.Line)}
		for _, c := range columnsOf(i.Kind) {
			line = append(line, Neutral(r.Cells[c.Key]))
		}
		if err := w.Write(append(line, Neutral(reasons(r)))); err != nil {
			return nil, fmt.Errorf("write rejected rows: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return nil, fmt.Errorf("write rejected rows: %w", err)
	}
	return out.Bytes(), nil
}

func reasons(r Row) string {
	var parts []string
	for _, p := range r.Problems {
		if p.Severity == note {
			continue
		}
		part := p.Vietnamese
		if p.Column != "" {
			part = p.Column + ": " + part
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

// Workbook writes questions as a table that a later import reads back as the
// same questions. Columns that no question fills are left out.
func Workbook(versions []bank.Version) ([]byte, error) {
	lines, used := make([]map[string]string, len(versions)), map[string]bool{"type": true, "stem": true, "key": true}
	for n, v := range versions {
		lines[n] = Cells(v)
		for column := range lines[n] {
			used[column] = true
		}
	}
	var header []string
	for _, c := range columnsOf(Questions) {
		if used[c.Key] {
			header = append(header, c.Key)
		}
	}
	rows := [][]string{header}
	for _, cells := range lines {
		row := make([]string, len(header))
		for n, column := range header {
			row[n] = cells[column]
		}
		rows = append(rows, row)
	}
	return sheet.Write(sheet.Sheet{Name: "Câu hỏi", Rows: rows})
}

// Neutral makes text safe in a cell of a CSV file: a spreadsheet would run what
// begins like a formula.
func Neutral(s string) string {
	if formulaLike(s) {
		return "'" + s
	}
	return s
}

// Template returns the workbook that people fill in for a kind of import.
func Template(kind Kind) ([]byte, error) {
	switch kind {
	case Roster:
		return sheet.Write(sheet.Sheet{Name: "Danh sách", Widths: []float64{6, 28, 14, 11, 10, 16}, Rows: [][]string{
			{"STT", "Họ và tên", "Ngày sinh", "Giới tính", "Lớp", "Mã học sinh"},
		}})
	case Questions:
		return questionTemplate()
	}
	return nil, contest.Missing("template")
}

// questionTemplate shows one example of every type.
func questionTemplate() ([]byte, error) {
	header := []string{"type", "topic", "age_band", "difficulty", "stem", "option_a", "option_b", "option_c", "option_d", "option_e", "option_f", "key", "explanation", "source"}
	rows := [][]string{
		header,
		{"single", "Tìm trợ giúp", "8-10", "nhan_biet", "Số điện thoại của Tổng đài quốc gia bảo vệ trẻ em là số nào?", "113", "114", "111", "115", "", "", "C", "111 là Tổng đài điện thoại quốc gia bảo vệ trẻ em.", "Nghị định 56/2017/NĐ-CP, Điều 23"},
		{"true_false", "Tìm trợ giúp", "8-10", "nhan_biet", "Gọi 111 phải trả tiền.", "Đúng", "Sai", "", "", "", "", "B", "", ""},
		{"multiple", "Thông tin cá nhân", "8-10", "thong_hieu", "Những điều nào không nên đăng lên mạng?", "Địa chỉ nhà", "Loài hoa em thích", "Số điện thoại của bố mẹ", "", "", "", "A|C", "", ""},
		{"ordering", "Bắt nạt trên mạng", "11-15", "van_dung", "Xếp các việc sau theo thứ tự hợp lý.", "Lưu bằng chứng", "Bình tĩnh, không đáp trả", "Báo người lớn", "", "", "", "B|A|C", "", ""},
		{"scenario", "Mật khẩu và tài khoản", "8-10", "van_dung", "Bạn thân rủ em đổi mật khẩu cho nhau. Em nên làm gì?", "Đổi ngay", "Từ chối nhẹ nhàng", "", "", "", "", "B", "", ""},
		{"short_text", "Tìm trợ giúp", "11-15", "nhan_biet", "Viết tắt của “trí tuệ nhân tạo” trong tiếng Anh là gì?", "", "", "", "", "", "", "AI", "", ""},
		{"number", "Tìm trợ giúp", "11-15", "nhan_biet", "Trẻ em là người dưới bao nhiêu tuổi?", "", "", "", "", "", "", "16", "", "Luật Trẻ em 2016, Điều 1"},
	}
	guide := [][]string{
		{"Cột", "Cách ghi"},
		{"type", "single, true_false, multiple, ordering, scenario, short_text, number hoặc prediction"},
		{"difficulty", "nhan_biet, thong_hieu, van_dung hoặc van_dung_cao"},
		{"key", "chữ cái của phương án đúng; nhiều đáp án: A|C; thứ tự: B|A|C; trả lời ngắn: các cách viết cách nhau bằng |; số: 3,14 hoặc 3,14±0,01"},
		{"source", "văn bản và điều, ví dụ: Nghị định 56/2017/NĐ-CP, Điều 23"},
	}
	return sheet.Write(
		sheet.Sheet{Name: "Câu hỏi", Rows: rows, Widths: []float64{12, 22, 9, 12, 48, 20, 20, 20, 20, 12, 12, 9, 36, 32}},
		sheet.Sheet{Name: "Hướng dẫn", Rows: guide, Widths: []float64{14, 110}},
	)
}
