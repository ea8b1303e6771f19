// Package docx reads questions from word-processor files (.docx), as Word and
// LibreOffice save them, and writes papers for printing.
//
// It follows the numbering that is not in the text, the looks that styles give,
// pictures, tables, text boxes and tracked changes (what was deleted is not
// read). What it cannot carry over, such as an old formula object, it reports
// at the question it stands in. A file may unpack to no more than its limits
// whatever it declares.
//
// It refuses to know what makes a question (prose).
package docx

import (
	"context"
	"path"
	"strings"

	"mangxanh/contest"
	"mangxanh/contest/intake/archive"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/prose"
	"mangxanh/contest/intake/tree"
)

// limits of a document: the text of a thousand questions is 2 MiB of XML,
// pictures are packed already.
var limits = archive.Limits{Files: 3000, Total: 96 << 20, Entry: 24 << 20}

const mainPart = "word/document.xml"

// Is reports whether an archive is a word-processor file.
func Is(a *archive.Archive) bool { return a.Has(mainPart) || a.Has("word/document2.xml") }

// Parse reads the questions of a file.
func Parse(ctx context.Context, data []byte) (item.File, error) {
	d, err := Read(ctx, data)
	if err != nil {
		return item.File{}, err
	}
	return prose.Recognise(d).Checked()
}

// Read returns the document as lines, with its pictures.
func Read(ctx context.Context, data []byte) (prose.Document, error) {
	a, err := archive.Open(data, limits)
	if err != nil {
		return prose.Document{}, err
	}
	r := &reader{ctx: ctx, archive: a, main: mainPart}
	if !a.Has(r.main) {
		if r.main = "word/document2.xml"; !a.Has(r.main) {
			return prose.Document{}, contest.Refuse(contest.Unsupported, "wrong_file_type", "this archive is not a word-processor file (.docx)")
		}
	}
	if err := r.parts(); err != nil {
		return prose.Document{}, err
	}
	xml, err := a.Read(r.main)
	if err != nil {
		return prose.Document{}, err
	}
	r.xml = tree.NewDecoder(xml)
	lines, err := r.body()
	if err != nil {
		return prose.Document{}, err
	}
	return prose.Document{Lines: lines, Pictures: r.pictures, Encoding: r.fonts.encoding()}, nil
}

// reader is a file while it is being read.
type reader struct {
	ctx       context.Context
	archive   *archive.Archive
	main      string
	xml       *tree.Decoder
	targets   map[string]string // of relations
	outside   map[string]bool   // relations that lead out of the file
	styles    styles
	numbering numbering
	pictures  []item.Picture
	known     map[string]int // pictures by name
	fonts     fonts
	place     int // paragraphs so far
	depth     int // of tables and text boxes
}

// parts reads what the body refers to.
func (r *reader) parts() error {
	rels, err := r.tree(path.Join(path.Dir(r.main), "_rels", path.Base(r.main)+".rels"))
	if err != nil {
		return err
	}
	r.targets, r.outside, r.known = map[string]string{}, map[string]bool{}, map[string]int{}
	for _, n := range rels.All("Relationship") {
		id := n.Attr("Id")
		if strings.EqualFold(n.Attr("TargetMode"), "External") {
			r.outside[id] = true
			continue
		}
		if name, ok := archive.Resolve(r.main, n.Attr("Target")); ok {
			r.targets[id] = name
		}
	}
	styleSheet, err := r.tree(path.Join(path.Dir(r.main), "styles.xml"))
	if err != nil {
		return err
	}
	r.styles = readStyles(styleSheet)
	numbers, err := r.tree(path.Join(path.Dir(r.main), "numbering.xml"))
	if err != nil {
		return err
	}
	r.numbering = readNumbering(numbers, r.styles)
	return nil
}

// tree parses a part that may be missing.
func (r *reader) tree(name string) (*tree.Node, error) {
	data, err := r.archive.Read(name)
	if data == nil || err != nil {
		return nil, err
	}
	return tree.Parse(data)
}

// picture returns the number of the picture that a relation names, or the code
// of what is wrong with it.
func (r *reader) picture(relation, alt string) (int, string) {
	name := r.targets[relation]
	if r.outside[relation] || name == "" {
		return 0, "picture_missing"
	}
	if n, ok := r.known[name+"\x00"+alt]; ok {
		return n, ""
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".jpe", ".gif", ".bmp", ".webp", ".tif", ".tiff":
	default:
		return 0, "picture_unsupported"
	}
	data, err := r.archive.Read(name)
	if err != nil || len(data) == 0 || len(data) > item.MaxPicture || len(r.pictures) >= item.MaxPictures {
		return 0, "picture_missing"
	}
	n := len(r.pictures)
	r.pictures = append(r.pictures, item.Picture{Name: path.Base(name), Bytes: data, Alt: alt})
	r.known[name+"\x00"+alt] = n
	return n, ""
}
