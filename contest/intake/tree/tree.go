// Package tree reads the XML of strangers within limits: no
// entities of their own, no document types, no endless nesting, no more
// elements than any file of questions has.
// A document is read element by element or as a whole tree.
//
// It refuses to know what the elements mean.
package tree

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"mangxanh/contest"
	"mangxanh/contest/text/legacy"
)

// Limits of one document.
const (
	maxDepth  = 200
	maxTokens = 4_000_000
	MaxBytes  = 24 << 20
)

// Decoder reads elements and text one by one and stops at the limits.
type Decoder struct {
	x     *xml.Decoder
	depth int
	seen  int
}

// NewDecoder reads a document of any encoding that legacy knows.
func NewDecoder(data []byte) *Decoder {
	x := xml.NewDecoder(bytes.NewReader(legacy.UTF8(data)))
	x.CharsetReader = charset
	return &Decoder{x: x}
}

// charset accepts the names that programs write for UTF-8 and for text that
// was turned into it already.
func charset(name string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(name) {
	case "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii":
		return in, nil
	case "windows-1258", "cp1258":
		data, err := io.ReadAll(in)
		return strings.NewReader(legacy.From1258(data)), err
	case "iso-8859-1", "windows-1252", "latin1":
		data, err := io.ReadAll(in)
		return strings.NewReader(legacy.FromLatin(data)), err
	}
	return nil, errors.New("unknown encoding")
}

// Next returns the next start, end or text; io.EOF after the last. The bytes of
// a text are only good until the next call.
func (d *Decoder) Next() (xml.Token, error) {
	for {
		t, err := d.x.Token()
		if err == io.EOF {
			return nil, err
		}
		if err != nil {
			return nil, notXML()
		}
		if d.seen++; d.seen > maxTokens {
			return nil, contest.Refuse(contest.TooLarge, "xml_too_large", "the document has too many elements")
		}
		switch t := t.(type) {
		case xml.StartElement:
			if d.depth++; d.depth > maxDepth {
				return nil, contest.Refuse(contest.Unsupported, "xml_too_deep", "the elements of the document are nested too deeply")
			}
			return t, nil
		case xml.EndElement:
			d.depth--
			return t, nil
		case xml.CharData:
			return t, nil
		case xml.Directive:
			return nil, contest.Refuse(contest.Unsupported, "xml_doctype", "documents that declare types or entities of their own are not read")
		}
	}
}

func notXML() error {
	return contest.Refuse(contest.Unsupported, "damaged_file", "the file could not be opened: its XML is damaged")
}

// Skip passes over the element whose start was just read.
func (d *Decoder) Skip() error {
	for depth := 1; depth > 0; {
		t, err := d.Next()
		if err == io.EOF {
			return notXML()
		}
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// Line returns the line, from 1, to which the document has been read.
func (d *Decoder) Line() int {
	line, _ := d.x.InputPos()
	return line
}

// Tree reads the rest of the element whose start was just read as a tree of at
// most nodes elements and texts.
func (d *Decoder) Tree(start xml.StartElement, nodes int) (*Node, error) {
	top := &Node{Name: start.Name.Local, Attrs: start.Attr}
	stack := []*Node{top}
	for len(stack) > 0 {
		t, err := d.Next()
		if err == io.EOF {
			return nil, notXML()
		}
		if err != nil {
			return nil, err
		}
		if nodes--; nodes < 0 {
			return nil, contest.Refuse(contest.TooLarge, "xml_too_large", "the document has too many elements")
		}
		at := stack[len(stack)-1]
		switch t := t.(type) {
		case xml.StartElement:
			n := &Node{Name: t.Name.Local, Attrs: t.Attr}
			at.Kids = append(at.Kids, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			at.Kids = append(at.Kids, &Node{Text: string(t)})
		}
	}
	return top, nil
}

// Attr returns an attribute by its local name, "" when there is none.
func Attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// Node is an element with everything inside, or a piece of text when Name is
// empty.
type Node struct {
	Name  string // local
	Attrs []xml.Attr
	Kids  []*Node
	Text  string
}

// Parse reads a whole document as a tree and returns its root element.
func Parse(data []byte) (*Node, error) {
	if len(data) > MaxBytes {
		return nil, contest.Refuse(contest.TooLarge, "xml_too_large", "the document has more than %d MiB", MaxBytes>>20)
	}
	d := NewDecoder(data)
	top := &Node{}
	stack := []*Node{top}
	for {
		t, err := d.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		at := stack[len(stack)-1]
		switch t := t.(type) {
		case xml.StartElement:
			n := &Node{Name: t.Name.Local, Attrs: t.Attr}
			at.Kids = append(at.Kids, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 1 {
				at.Kids = append(at.Kids, &Node{Text: string(t)})
			}
		}
	}
	for _, n := range top.Kids {
		if n.Name != "" {
			return n, nil
		}
	}
	return nil, notXML()
}

// Attr returns an attribute by its local name, "" when there is none.
func (n *Node) Attr(name string) string {
	if n != nil {
		for _, a := range n.Attrs {
			if a.Name.Local == name {
				return a.Value
			}
		}
	}
	return ""
}

// Kid returns the first child element of one of the names, or nil.
func (n *Node) Kid(names ...string) *Node {
	for k := range n.each(names) {
		return k
	}
	return nil
}

// All returns the child elements of the names.
func (n *Node) All(names ...string) []*Node {
	var out []*Node
	for k := range n.each(names) {
		out = append(out, k)
	}
	return out
}

func (n *Node) each(names []string) func(func(*Node) bool) {
	return func(yield func(*Node) bool) {
		if n == nil {
			return
		}
		for _, k := range n.Kids {
			for _, name := range names {
				if k.Name == name && k.Name != "" {
					if !yield(k) {
						return
					}
					break
				}
			}
		}
	}
}

// Find returns the descendants of the names, in document order, not looking
// inside those found.
func (n *Node) Find(names ...string) []*Node {
	var out []*Node
	if n == nil {
		return nil
	}
	for _, k := range n.Kids {
		found := false
		for _, name := range names {
			found = found || k.Name == name && k.Name != ""
		}
		if found {
			out = append(out, k)
		} else {
			out = append(out, k.Find(names...)...)
		}
	}
	return out
}

// Plain returns all text inside.
func (n *Node) Plain() string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	n.plain(&b)
	return b.String()
}

func (n *Node) plain(b *strings.Builder) {
	b.WriteString(n.Text)
	for _, k := range n.Kids {
		k.plain(b)
	}
}
