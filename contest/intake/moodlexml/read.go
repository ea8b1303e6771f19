package moodlexml

import (
	"context"
	"encoding/xml"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"mangxanh/contest"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/quiz"
	"mangxanh/contest/intake/tree"
	"mangxanh/contest/text/legacy"
)

var root = regexp.MustCompile(`^\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--(?s:.*?)-->\s*)*<quiz[\s>/]`)

// Is reports whether a text begins like this format.
func Is(text string) bool {
	return root.MatchString(strings.TrimPrefix(text, "\uFEFF"))
}

// Bounds of one question, and of what stands between questions.
const (
	maxNodes  = 20_000
	maxOthers = 200_000
)

// Read reads the questions of a file.
func Read(ctx context.Context, raw []byte) (item.File, error) {
	if len(raw) > tree.MaxBytes {
		return item.File{}, contest.Refuse(contest.TooLarge, "xml_too_large", "the document has more than %d MiB", tree.MaxBytes>>20)
	}
	r := reader{ctx: ctx}
	r.xml = tree.NewDecoder(r.decoded(raw))
	if err := r.document(); err != nil {
		return item.File{}, err
	}
	return r.file.Checked()
}

var declared = regexp.MustCompile(`^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)

// decoded mends what says to be UTF-8 and is not.
func (r *reader) decoded(raw []byte) []byte {
	if utf8.Valid(raw) || legacy.UTF16(raw) != nil {
		return raw
	}
	if m := declared.FindSubmatch(raw[:min(len(raw), 512)]); m != nil && !strings.EqualFold(string(m[1]), "utf-8") {
		return raw
	}
	s, charset := legacy.Text(raw)
	if charset == legacy.Windows1258 {
		r.file.Warn("windows_1258", "the file was read as Windows-1258; check the letters with marks", nil)
	}
	return []byte(s)
}

// reader is a file while it is being read.
type reader struct {
	ctx      context.Context
	xml      *tree.Decoder
	file     item.File
	topic    string
	pictures int // of all items so far
}

func (r *reader) document() error {
	inside := false
	for seen := 0; ; seen++ {
		if seen%512 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		t, err := r.xml.Next()
		if err == io.EOF && inside {
			return nil
		}
		if err == io.EOF {
			return notQuiz()
		}
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case !inside && start.Name.Local != "quiz":
			return notQuiz()
		case !inside:
			inside = true
		case seen > maxOthers:
			err = contest.Refuse(contest.TooLarge, "xml_too_large", "the document has too many elements")
		case start.Name.Local != "question":
			err = r.xml.Skip()
		default:
			line := r.xml.Line()
			var n *tree.Node
			if n, err = r.xml.Tree(start, maxNodes); err == nil {
				r.question(n, line)
			}
		}
		if err != nil {
			return err
		}
		if len(r.file.Items) > item.MaxItems {
			return nil // refused by the check of the file
		}
	}
}

func notQuiz() error {
	return contest.Refuse(contest.Unsupported, "wrong_file_type", "this is not a file of questions in Moodle's XML format")
}

// question reads one element of the list.
func (r *reader) question(n *tree.Node, line int) {
	kind := n.Attr("type")
	if kind == "category" {
		r.topic = item.TopicOf(fragment.Composed(n.Kid("category").Kid("text").Plain()))
		return
	}
	i := item.Item{Place: "Câu " + strconv.Itoa(len(r.file.Items)+1), Line: line}
	i.Version.Topic = r.topic
	q := question{Builder: quiz.Builder{Item: &i}, file: r, node: n}
	stem := n.Kid("questiontext")
	if kind == "description" {
		r.file.Warn("description_left_out", "a text without answers is no question; it was left out", map[string]string{
			"line": strconv.Itoa(line), "text": item.Clip(strings.Join(strings.Fields(q.text(stem).Plain()), " ")),
		})
		return
	}
	q.Why = q.text(n.Kid("generalfeedback"))
	if !q.gapped(kind, stem) {
		q.Set.Block(q.text(stem), &i.Version.Stem)
		q.answers(kind)
	}
	for _, tag := range n.Kid("tags").All("tag") {
		item.Apply(&i.Version, fragment.Composed(tag.Kid("text").Plain()))
	}
	q.Finish()
	q.hot()
	r.pictures += len(i.Pictures)
	r.file.Items = append(r.file.Items, i)
}
