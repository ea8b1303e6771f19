package intake

import (
	"bytes"
	"context"
	"strings"

	"mangxanh/contest"
	"mangxanh/contest/intake/aiken"
	"mangxanh/contest/intake/archive"
	"mangxanh/contest/intake/docx"
	"mangxanh/contest/intake/gift"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/moodlexml"
	"mangxanh/contest/intake/mxjson"
	"mangxanh/contest/intake/prose"
	"mangxanh/contest/intake/qti"
	"mangxanh/contest/intake/sheet"
	"mangxanh/contest/text/legacy"
)

// Format is the kind of file that questions or a roster stand in.
type Format string

// The formats that are tables, and those that hold questions in a form of their
// own. Auto finds out from the content.
const (
	Auto Format = Format(sheet.Auto)
	CSV  Format = Format(sheet.CSV)
	TSV  Format = Format(sheet.TSV)
	XLSX Format = Format(sheet.XLSX)
	Docx Format = "docx"
	GIFT Format = "gift"
	Text Format = "text" // questions in running text, pasted or in a file

	Aiken  Format = "aiken"
	Moodle Format = "moodle"
	QTI    Format = "qti"  // an item or a package
	JSON   Format = "json" // this program's own
)

// reader is one format of question files. is recognises a file by its content;
// it is asked only when nobody named the format and the file is no table.
type reader struct {
	format Format
	is     func(s *sample) bool
	read   func(ctx context.Context, raw []byte) (item.File, error)
}

// readers are asked in this order: what begins in a way of its own before what
// is known by signs anywhere in a text.
var readers = []reader{
	{Docx, func(s *sample) bool { return s.zip != nil && docx.Is(s.zip) }, docx.Parse},
	{Moodle, func(s *sample) bool { return moodlexml.Is(s.head) }, moodlexml.Read},
	{JSON, func(s *sample) bool { return mxjson.Is(s.head) }, mxjson.Read},
	{QTI, func(s *sample) bool { return s.zip != nil && qti.IsPackage(s.zip) || qti.Is(s.head) }, qti.Read},
	{GIFT, func(s *sample) bool { return gift.Is(s.head) }, gift.Read},
	{Aiken, func(s *sample) bool { return aiken.Is(s.head) }, aiken.Read},
	{Text, func(s *sample) bool { return len(prose.Recognise(prose.Pasted(s.head)).Items) > 0 }, running},
}

// Formats lists what Request.Format may say.
func Formats() []Format {
	list := []Format{Auto, CSV, TSV, XLSX}
	for _, r := range readers {
		list = append(list, r.format)
	}
	return list
}

// table reports whether rows of the format came from cells of a table.
func (f Format) table() bool { return f == CSV || f == TSV || f == XLSX }

// sample is a file as the recognisers see it.
type sample struct {
	name string           // in lower case
	head string           // the beginning of a text file as Unicode, "" of anything else
	zip  *archive.Archive // nil when it is none
}

const headOf = 64 << 10

// sampled opens a file for a look. An archive that cannot be opened is none
// here; the reader that it falls to says what is wrong with it.
func sampled(name string, data []byte) *sample {
	s := &sample{name: strings.ToLower(name)}
	if archive.Is(data) {
		s.zip, _ = archive.Open(data, archive.Limits{Files: 20_000, Total: 1 << 40, Entry: 1 << 40})
		return s
	}
	if head, _ := legacy.Text(data[:min(len(data), headOf)]); !strings.ContainsRune(head, 0) && !bytes.HasPrefix(data, []byte("%PDF")) {
		s.head = head
	}
	return s
}

// named returns the reader that a request names, and whether it leaves the
// format open. Tables have no reader here.
func (r Request) named() (known *reader, open bool, err error) {
	if r.Format == "" || r.Format == Auto {
		return nil, true, nil
	}
	for n := range readers {
		if readers[n].format == r.Format {
			return &readers[n], false, nil
		}
	}
	if !r.Format.table() {
		return nil, false, contest.Faulty(contest.Problem{Location: "format", Code: "choice", Message: "there is no such format"})
	}
	return nil, false, nil
}

// recognised returns the reader for a file by what stands in it, nil when none
// knows it.
func (r Request) recognised() *reader {
	s := sampled(r.FileName, r.Data)
	for n := range readers {
		if readers[n].is != nil && readers[n].is(s) {
			return &readers[n]
		}
	}
	return nil
}

// running reads questions in running text, in whatever encoding it is.
func running(_ context.Context, raw []byte) (item.File, error) {
	if len(raw) > item.MaxText {
		return item.File{}, contest.Refuse(contest.TooLarge, "file_too_large", "the text has more than %d MiB", item.MaxText>>20)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return item.File{}, contest.Refuse(contest.Invalid, "empty_file", "the text is empty")
	}
	s, _ := legacy.Text(raw)
	return prose.Recognise(prose.Pasted(s)).Checked()
}
