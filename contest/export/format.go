package export

import (
	"io"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake"
	"mangxanh/contest/intake/aiken"
	"mangxanh/contest/intake/docx"
	"mangxanh/contest/intake/gift"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/moodlexml"
	"mangxanh/contest/intake/mxjson"
	"mangxanh/contest/intake/qti"
)

// Writer writes questions in one form and says what of them was lost. pictures
// returns what is kept under a media id, recordings as well, and false when
// there is nothing. It is called with one question after the other and may be
// called more than once with the same ones.
type Writer func(w io.Writer, versions []bank.Version, pictures func(id string) (item.Picture, bool)) ([]item.Loss, error)

// Format is one form in which questions leave a bank.
type Format struct {
	Name      string // as a request says it
	Extension string // of the file, with its dot
	MIME      string
	Keyless   bool // can be written without keys
	write     Writer
}

const (
	plainText = "text/plain; charset=utf-8"
	zipped    = "application/zip"
)

// formats is the registry: one line is one more form.
var formats = []Format{
	{Name: "docx", Extension: ".docx", MIME: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Keyless: true, write: docx.Write},
	{Name: "xlsx", Extension: ".xlsx", MIME: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Keyless: true, write: intake.WriteXLSX},
	{Name: "json", Extension: ".mangxanh.json", MIME: "application/json", write: mxjson.Write},
	{Name: "qti30", Extension: ".qti30.zip", MIME: zipped, write: qti.Write30},
	{Name: "qti21", Extension: ".qti21.zip", MIME: zipped, write: qti.Write21},
	{Name: "gift", Extension: ".gift.txt", MIME: plainText, write: gift.Write},
	{Name: "moodle", Extension: ".moodle.xml", MIME: "application/xml", write: moodlexml.Write},
	{Name: "aiken", Extension: ".aiken.txt", MIME: plainText, write: aiken.Write},
}

// Formats lists the forms in the order in which they are offered.
func Formats() []Format { return formats }

// Lookup finds a form by its name.
func Lookup(name string) (Format, bool) {
	for _, f := range formats {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}
