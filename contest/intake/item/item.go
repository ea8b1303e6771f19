// Package item is the one form in which every reader of question files hands
// over what it found: a question version as the bank knows it, where it stood
// in the file, the pictures that belong to it and what is doubtful about it.
//
// A reader never guesses silently. What it cannot tell it leaves out and says
// so as a Problem of the item; a file that it cannot read at all it refuses
// with a stable code. What an exporter cannot write it reports as a Loss.
//
// The package refuses to know formats, rows of an import and storage.
package item

import (
	"strconv"
	"strings"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

// Limits of one file, whatever its format. They bound memory and time.
const (
	MaxItems    = 20_000
	MaxText     = 8 << 20  // bytes of a text format
	MaxPictures = 400      // of one file
	MaxPicture  = 10 << 20 // bytes of one picture as it stands in the file
)

// Severity tells what keeps an item out apart from what needs a look.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is one fault of an item, or of the whole file when it stands there.
type Problem struct {
	Column   string // "stem", "option_a", "key" and so on; "" for the whole item
	Code     string
	Severity Severity
	Message  string // English
	Params   map[string]string
}

// Picture is an image that stands in an item's texts as its Marker.
type Picture struct {
	Name  string // in the file, for people
	Bytes []byte
	Alt   string
}

// Marker stands in a text, as ![alt](media:@2), for the item's picture number n
// (from 1) until the picture is stored and has a name of its own.
func Marker(n int) string { return "media:@" + strconv.Itoa(n) }

// Item is one question as read.
type Item struct {
	Place    string // as a person finds it: "Phần II, Câu 3"
	Line     int    // paragraph, line or position in the file, from 1
	Version  bank.Version
	Marked   bool // texts are marked text, not literal
	Pictures []Picture
	Problems []Problem
}

// Add notes a problem of the item.
func (i *Item) Add(severity Severity, column, code, message string, params map[string]string) {
	i.Problems = append(i.Problems, Problem{Column: column, Code: code, Severity: severity, Message: message, Params: params})
}

// File is everything that a file brought.
type File struct {
	Items    []Item
	Problems []Problem // of the whole file, all warnings
}

// Warn notes something about the whole file.
func (f *File) Warn(code, message string, params map[string]string) {
	f.Problems = append(f.Problems, Problem{Code: code, Severity: Warning, Message: message, Params: params})
}

// Checked returns the file, or the refusal for one without questions or with
// too many.
func (f File) Checked() (File, error) {
	switch {
	case len(f.Items) == 0:
		return File{}, contest.Refuse(contest.Invalid, "no_questions", "no question was recognised in the file")
	case len(f.Items) > MaxItems:
		return File{}, contest.Refuse(contest.TooLarge, "too_many_rows", "the file has more than %d questions; split it", MaxItems)
	}
	return f, nil
}

// Loss is something of a question that a format cannot hold.
type Loss struct {
	Number int    // of the question in the export, from 1
	Field  string // "topic", "citation", "type" and so on
	Detail string // English
}

// notWritten ends the detail of a loss that is the whole question.
const notWritten = "the question is not written"

// Whole reports whether the question is left out altogether.
func (l Loss) Whole() bool { return strings.HasSuffix(l.Detail, notWritten) }

// Without notes that question number n is left out, and why.
func (l *Losses) Without(n int, field, why string) { l.Add(n, field, why+"; "+notWritten) }

// Losses collects what an export could not write.
type Losses []Loss

// Add notes a loss of question number n.
func (l *Losses) Add(n int, field, detail string) {
	*l = append(*l, Loss{Number: n, Field: field, Detail: detail})
}

// Clip shortens a text for a problem's params.
func Clip(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

// TrueFalse reports whether two options are nothing but true and false, the
// true one first.
func TrueFalse(a, b string) bool {
	a, b = strings.ToLower(strings.Trim(a, " .")), strings.ToLower(strings.Trim(b, " ."))
	return a == "đúng" && b == "sai" || a == "true" && b == "false"
}
