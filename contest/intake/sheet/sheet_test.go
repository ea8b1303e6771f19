package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"mangxanh/contest"
	"mangxanh/contest/intake/sheet"
)

var update = flag.Bool("update", false, "write the golden files anew")

var roster = []sheet.Column{
	{Key: "no", Names: []string{"STT"}},
	{Key: "name", Names: []string{"Họ và tên"}},
	{Key: "family", Names: []string{"Họ đệm", "Họ và đệm"}},
	{Key: "given", Names: []string{"Tên"}},
	{Key: "birth", Names: []string{"Ngày sinh"}},
	{Key: "gender", Names: []string{"Giới tính"}},
	{Key: "female", Names: []string{"Nữ"}},
	{Key: "male", Names: []string{"Nam"}},
	{Key: "class", Names: []string{"Lớp"}},
	{Key: "code", Names: []string{"Mã học sinh"}, Code: true},
}

const plain = "STT,Họ và tên,Ngày sinh,Lớp,Mã học sinh,Số CCCD\r\n" +
	"1,Nguyễn Thị Ánh,01/02/2014,7A1,00123,001214000001\r\n" +
	"\r\n" +
	"2,\"Đỗ, An\",3/4/2014,7A1,00124,001214000002\r\n"

func utf16le(s string) []byte {
	out := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// cases are the files of the golden test by name.
func cases(t *testing.T) map[string][]byte {
	windows := []byte("STT,Ho\xf2 v\xe0 t\xean,L\xf5\xecp\n1,Nguy\xea\xden V\xe3n A,7A1\n")
	return map[string][]byte{
		"plain":         []byte(plain),
		"bom":           []byte("\uFEFF" + plain),
		"utf16le":       utf16le(plain),
		"semicolon":     []byte("STT;Họ và tên;Lớp\n1;Lê Văn Út, con;7A2\n"),
		"tab":           []byte("stt\tHO VA TEN\tlop\n1\tLê Văn Út\t7A2\n"),
		"nfd":           []byte(norm.NFD.String("STT,Họ và tên,Lớp\n1,Nguyễn Ánh,7A1\n")),
		"title-rows":    []byte("TRƯỜNG THCS HOA SEN,,\nDanh sách lớp 7A1 năm học 2025–2026,,\n,,\nSTT,Họ đệm,Tên\n1,Nguyễn Thị,Ánh\n"),
		"unclosed":      []byte("STT,Họ và tên,Lớp\n1,\"Nguyễn An,7A1\n2,Lê Bình,7A1\n3,\"Trần \"\"Tí\"\" Cường\",7A1\n4,Đỗ \"Dũng\",7A1\n5,\"Vũ\nEm\",7A1\n"),
		"unclosed-pair": []byte("STT,Họ và tên,Lớp\n1,\"Nguyễn An,7A1\n2,Lê Bình,7A1\n3,\"Trần Cường\",7A1\n"),
		"ragged":        []byte("STT,Họ và tên,Lớp\n1,Nguyễn An\n2,Lê,Bình,7A1\n3,Trần Cường,7A1,,\n"),
		"one-bad-line":  []byte("STT,Họ và tên,Lớp\n1,Nguyễn An,7A1\n2,Tr\xe2\xccn Bi\xccnh,7A1\n"),
		"windows-1258":  windows,
		"old-mac":       []byte("STT,Họ và tên,Lớp\r1,Nguyễn An,7A1\r"),
		"long-cell":     []byte("STT,Họ và tên,Lớp\n1," + strings.Repeat("ộ", 12000) + ",7A1\n2,An,7A1\n"),
		"short-codes":   []byte("Họ và tên,Mã học sinh\nAn,00123\nBình,124\n"),
		"workbook":      workbook(t),
	}
}

// workbook has what school offices make: merged titles, a header of two rows,
// a class merged over its pupils, split names, dates as text, as serial and as
// formatted dates, a code as a number, a code whose zeros come from a format,
// a hidden sheet, one sheet per class and one without a table.
func workbook(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	style := func(format string) int {
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		must(err)
		return id
	}
	day, zeros := style("mm-dd-yy"), style("0000000")
	must(f.SetSheetName("Sheet1", "7A1"))
	for axis, v := range map[string]any{
		"A1": "TRƯỜNG THCS HOA SEN", "A2": "DANH SÁCH HỌC SINH",
		"A4": "STT", "B4": "Họ đệm", "C4": "Tên", "D4": "Ngày sinh", "E4": "Giới tính", "G4": "Lớp", "H4": "Mã học sinh", "I4": "Điện thoại",
		"E5": "Nam", "F5": "Nữ",
		"A6": 1, "B6": "Nguyễn\u00a0Thị", "C6": "Ánh", "D6": 41640, "F6": "x", "G6": "7A1", "H6": "0012345", "I6": "0912345678",
		"A7": 2, "B7": "Đỗ", "C7": "An", "D7": "05/09/2014", "E7": "x", "H7": 12346,
		"A8": 3, "B8": "Lê Văn", "C8": "Bình", "D8": 41650, "E8": "x", "H8": 12347,
	} {
		must(f.SetCellValue("7A1", axis, v))
	}
	must(f.MergeCell("7A1", "A1", "I1"))
	must(f.MergeCell("7A1", "E4", "F4"))
	must(f.MergeCell("7A1", "G6", "G8"))
	must(f.SetCellStyle("7A1", "D8", "D8", day))
	must(f.SetCellStyle("7A1", "H8", "H8", zeros))
	for name, header := range map[string]string{"7A2": "Họ và tên", "Ẩn": "Họ và tên", "Ghi chú": "Ghi chú"} {
		_, err := f.NewSheet(name)
		must(err)
		must(f.SetSheetRow(name, "A1", &[]any{"TT", header, "Lớp"}))
		must(f.SetSheetRow(name, "A2", &[]any{1, "Vũ Em", "7A2"}))
	}
	must(f.SetCellValue("Ghi chú", "C1", "gì đó"))
	must(f.SetSheetVisible("Ẩn", false))
	var out bytes.Buffer
	must(f.Write(&out))
	return out.Bytes()
}

func dump(table sheet.Table) string {
	var b strings.Builder
	fmt.Fprintf(&b, "format %s\n", table.Format)
	problems := func(indent string, list []sheet.Problem) {
		for _, p := range list {
			fmt.Fprintf(&b, "%s! %s %s %s %s\n", indent, p.Severity, p.Code, p.Column, fmt.Sprint(p.Params))
		}
	}
	problems("", table.Problems)
	sections := slices.Clone(table.Sections)
	slices.SortFunc(sections, func(x, y sheet.Section) int { return strings.Compare(x.Sheet, y.Sheet) })
	for _, s := range sections {
		fmt.Fprintf(&b, "section %q titles %q columns %v dropped %q\n", s.Sheet, s.Titles, s.Columns, s.Dropped)
		for _, r := range s.Rows {
			fmt.Fprintf(&b, "  %d/%d", r.Number, r.Line)
			for _, c := range s.Columns {
				v := r.Cells[c]
				if len(v) > 60 {
					v = fmt.Sprintf("%d bytes", len(v))
				}
				fmt.Fprintf(&b, " %s=%q", c, v)
			}
			b.WriteByte('\n')
			problems("    ", r.Problems)
		}
	}
	return b.String()
}

func TestReadGolden(t *testing.T) {
	for name, data := range cases(t) {
		t.Run(name, func(t *testing.T) {
			table, err := sheet.Read(data, sheet.Auto, roster)
			if err != nil {
				t.Fatal(err)
			}
			got := dump(table)
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// bomb is a workbook of a few KiB that unpacks to 200 MiB.
func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range []string{"xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		zero := make([]byte, 1<<20)
		for range 100 {
			if _, err := w.Write(zero); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func archive(t *testing.T, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	if _, err := z.Create(name); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReadRefusesWhatIsNoTable(t *testing.T) {
	many := "Họ và tên,Lớp\n" + strings.Repeat("An,7A1\n", sheet.MaxRows+1)
	for name, c := range map[string]struct {
		data []byte
		kind contest.Kind
		code string
	}{
		"bomb":           {bomb(t), contest.TooLarge, "unpacked_too_large"},
		"document":       {archive(t, "word/document.xml"), contest.Unsupported, "wrong_file_type"},
		"broken archive": {[]byte("PK\x03\x04 and nothing more"), contest.Unsupported, "damaged_file"},
		"empty workbook": {archive(t, "xl/workbook.xml"), contest.Unsupported, "damaged_file"},
		"pdf":            {[]byte("%PDF-1.7\n..."), contest.Unsupported, "wrong_file_type"},
		"picture":        {[]byte("\x89PNG\r\n\x1a\n\x00\x00"), contest.Unsupported, "wrong_file_type"},
		"old excel":      {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), contest.Unsupported, "old_excel_file"},
		"web page":       {[]byte("\n <!DOCTYPE html><table>"), contest.Unsupported, "wrong_file_type"},
		"binary":         {[]byte("abc\x00\x01\x02\x00\x00\x00 and more of that"), contest.Unsupported, "wrong_file_type"},
		"too big":        {make([]byte, sheet.MaxBytes+1), contest.TooLarge, "file_too_large"},
		"too many rows":  {[]byte(many), contest.TooLarge, "too_many_rows"},
		"nothing":        {[]byte(" \n"), contest.Invalid, "empty_file"},
		"no header":      {[]byte("a,b\n1,2\n"), contest.Invalid, "no_header"},
	} {
		_, err := sheet.Read(c.data, sheet.Auto, roster)
		if !errors.Is(err, c.kind) || contest.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s %s", name, err, c.kind, c.code)
		}
	}
	if _, err := sheet.Read([]byte(plain), sheet.XLSX, roster); contest.CodeOf(err) != "wrong_file_type" {
		t.Errorf("text sent as a workbook: %v", err)
	}
}

// A file made of unclosed quotes must not cost more than one look at each line.
func TestUnclosedQuotesAreReadOnce(t *testing.T) {
	data := "Họ và tên,Lớp\n" + strings.Repeat("\"An,7A1"+strings.Repeat(" ", 400)+"\n", sheet.MaxRows)
	table, err := sheet.Read([]byte(data), sheet.Auto, roster)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(table.Sections[0].Rows); got != sheet.MaxRows {
		t.Errorf("%d rows, want %d", got, sheet.MaxRows)
	}
}

func TestWriteIsReadBack(t *testing.T) {
	data, err := sheet.Write(sheet.Sheet{Name: "Mẫu", Rows: [][]string{{"Họ và tên", "Mã học sinh"}, {"=1+1", "00012"}}})
	if err != nil {
		t.Fatal(err)
	}
	table, err := sheet.Read(data, sheet.XLSX, roster)
	if err != nil {
		t.Fatal(err)
	}
	row := table.Sections[0].Rows[0]
	if row.Cells["name"] != "=1+1" || row.Cells["code"] != "00012" || len(row.Problems) > 0 {
		t.Errorf("read back %+v", row)
	}
}

func TestSerialDate(t *testing.T) {
	got, ok := sheet.SerialDate("41640")
	if want := time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC); !ok || !got.Equal(want) {
		t.Errorf("SerialDate = %v, %v; want %v", got, ok, want)
	}
	if _, ok := sheet.SerialDate("01/02/2014"); ok {
		t.Error("a written date is taken for a serial one")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(plain))
	f.Add(utf16le(plain))
	f.Add([]byte("STT;Họ và tên\n1;\"a\n2;b\"\"c\"x\n"))
	f.Add([]byte("\"\"\"\n,\r\r\n\"Tên\""))
	f.Add([]byte("T\xeen,L\xfep\n\xff\xfe,\x80\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := sheet.Read(data, sheet.Auto, roster)
		if err != nil {
			var refusal *contest.Error
			if !errors.As(err, &refusal) {
				t.Fatalf("an accident instead of a refusal: %v", err)
			}
			return
		}
		for _, s := range table.Sections {
			last := 0
			for _, r := range s.Rows {
				if r.Number <= last {
					t.Fatalf("row %d after row %d", r.Number, last)
				}
				last = r.Number
				for key, v := range r.Cells {
					if !utf8.ValidString(v) || len(v) > sheet.MaxCell {
						t.Fatalf("row %d column %s: %d bytes, valid %v", r.Number, key, len(v), utf8.ValidString(v))
					}
				}
			}
		}
	})
}
