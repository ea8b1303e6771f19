package qti

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"mangxanh/contest"
	"mangxanh/contest/intake/archive"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/tree"
)

// limits of a package.
var limits = archive.Limits{Files: 20_000, Total: 96 << 20, Entry: item.MaxPicture}

const manifestName = "imsmanifest.xml"

// Is reports whether a text looks like an item.
func Is(head string) bool {
	return strings.Contains(head, "<assessmentItem") || strings.Contains(head, "<qti-assessment-item") || strings.Contains(head, ":assessmentItem")
}

// IsPackage reports whether an archive is a package.
func IsPackage(a *archive.Archive) bool { return manifestOf(a) != "" }

// manifestOf finds the manifest, at the top or in the one folder that some
// programs pack.
func manifestOf(a *archive.Archive) string {
	found := ""
	for _, name := range a.Names() {
		if path.Base(name) == manifestName && (found == "" || strings.Count(name, "/") < strings.Count(found, "/")) {
			found = name
		}
	}
	return found
}

// Read reads a package or a single item.
func Read(ctx context.Context, raw []byte) (item.File, error) {
	r := &reader{ctx: ctx}
	var err error
	if archive.Is(raw) {
		err = r.pack(raw)
	} else {
		err = r.single(raw)
	}
	if err != nil {
		return item.File{}, err
	}
	return r.file.Checked()
}

type reader struct {
	ctx      context.Context
	archive  *archive.Archive // nil for a single item
	file     item.File
	pictures int // of all items
}

func (r *reader) single(raw []byte) error {
	if len(raw) > item.MaxText {
		return contest.Refuse(contest.TooLarge, "file_too_large", "a text file has at most %d MiB", item.MaxText>>20)
	}
	root, err := tree.Parse(raw)
	if err != nil {
		return err
	}
	normal(root)
	switch root.Name {
	case "assessmentItem":
		r.take(root, "", nil)
	case "questestinterop":
		return contest.Refuse(contest.Unsupported, "old_qti", "QTI 1.2 is not read; export as QTI 2.1 or later")
	default:
		return contest.Refuse(contest.Unsupported, "wrong_file_type", "this is no QTI item")
	}
	return nil
}

func (r *reader) pack(raw []byte) error {
	a, err := archive.Open(raw, limits)
	if err != nil {
		return err
	}
	r.archive = a
	name := manifestOf(a)
	if name == "" {
		return contest.Refuse(contest.Unsupported, "no_manifest", "the archive has no %s and so is no package of questions", manifestName)
	}
	data, err := a.Read(name)
	if err != nil {
		return err
	}
	manifest, err := tree.Parse(data)
	if err != nil {
		return err
	}
	old, seen := false, map[string]bool{}
	for _, res := range manifest.Find("resource") {
		kind := strings.ToLower(res.Attr("type"))
		old = old || strings.HasPrefix(kind, "imsqti_xmlv1")
		if !strings.HasPrefix(kind, "imsqti_item") && !strings.HasPrefix(kind, "imsqti_apipitem") {
			continue
		}
		at, ok := archive.Resolve(name, unescaped(res.Attr("href")))
		if !ok || seen[at] {
			continue
		}
		seen[at] = true
		if err := r.packed(at, keywords(res)); err != nil {
			return err
		}
	}
	if old && len(r.file.Items) == 0 {
		return contest.Refuse(contest.Unsupported, "old_qti", "QTI 1.2 is not read; export as QTI 2.1 or later")
	}
	return nil
}

// packed reads one item of a package. One that is missing or damaged does not
// keep the others.
func (r *reader) packed(at string, labels []string) error {
	if err := r.ctx.Err(); err != nil {
		return contest.Refuse(contest.Busy, "overloaded", "reading took too long")
	}
	if len(r.file.Items) > item.MaxItems {
		return nil // Checked refuses it
	}
	data, err := r.archive.Read(at)
	if err != nil {
		return err
	}
	if data == nil {
		r.broken(at).Add(item.Error, "stem", "item_missing", "the package names a question whose file is not in it", map[string]string{"name": item.Clip(at)})
		return nil
	}
	root, err := tree.Parse(data)
	if err != nil {
		r.damaged(at)
		return nil
	}
	normal(root)
	if root.Name != "assessmentItem" {
		r.damaged(at)
		return nil
	}
	r.take(root, at, labels)
	return nil
}

// broken begins a question that cannot be read.
func (r *reader) broken(at string) *item.Item {
	r.file.Items = append(r.file.Items, item.Item{Place: item.Clip(at), Line: len(r.file.Items) + 1})
	return &r.file.Items[len(r.file.Items)-1]
}

func (r *reader) damaged(at string) {
	r.broken(at).Add(item.Error, "stem", "item_damaged", "the file holds no question that can be read", map[string]string{"name": item.Clip(at)})
}

func (r *reader) take(root *tree.Node, at string, labels []string) {
	q := &question{reader: r, at: at, numbers: map[string]int{}, keys: map[string]declared{}}
	n := len(r.file.Items) + 1
	q.item.Place, q.item.Line = fmt.Sprintf("Câu %d", n), n
	q.read(root, labels)
	r.file.Items = append(r.file.Items, q.item)
}

// keywords are what the manifest says of an item in single words.
func keywords(resource *tree.Node) []string {
	var out []string
	for _, k := range resource.Find("keyword") {
		words := k.Find("string", "langstring")
		if len(words) == 0 {
			words = []*tree.Node{k}
		}
		for _, w := range words {
			out = append(out, strings.TrimSpace(w.Plain()))
		}
	}
	return out
}

// unescaped is a reference as the name of a file.
func unescaped(href string) string {
	href, _, _ = strings.Cut(href, "#")
	if plain, err := url.PathUnescape(href); err == nil {
		return plain
	}
	return href
}

// normal gives the elements and attributes of version 3 the names that they
// had before: qti-simple-choice is simpleChoice.
func normal(n *tree.Node) {
	if rest, ok := strings.CutPrefix(n.Name, "qti-"); ok {
		n.Name = camel(rest)
		n.Attrs = slices.Clone(n.Attrs)
		for i := range n.Attrs {
			n.Attrs[i].Name.Local = camel(n.Attrs[i].Name.Local)
		}
	}
	for _, k := range n.Kids {
		normal(k)
	}
}

func camel(kebab string) string {
	parts := strings.Split(kebab, "-")
	for i, p := range parts[1:] {
		if p != "" {
			parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "")
}
