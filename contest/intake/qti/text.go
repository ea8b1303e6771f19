package qti

import (
	"bytes"
	"html"
	"strings"

	"mangxanh/contest/intake/archive"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/tree"
)

// blank stands in the text for the field of a text entry; the gaps of a cloze
// have the signs from 1.
const blank = 0

// maxGaps is far above what a question may have, so that the check says so.
const maxGaps = 100

var passed = names("p div br hr b strong i em u sub sup ul ol li table thead tbody tfoot tr td th h1 h2 h3 h4 h5 h6 blockquote pre cite code dl dt dd caption s del ins")

var muted = names("script style head title template noscript stylesheet annotation")

var embedded = names("audio video embed iframe svg canvas templateBlock templateInline printedVariable customInteraction portableCustomInteraction")

func names(list string) map[string]bool {
	set := map[string]bool{}
	for _, n := range strings.Fields(list) {
		set[n] = true
	}
	return set
}

// text is what stands inside an element.
func (q *question) text(n *tree.Node) fragment.Text {
	var out strings.Builder
	q.inside(&out, n)
	return fragment.HTML(out.String(), q.picture)
}

func (q *question) inside(out *strings.Builder, n *tree.Node) {
	if n == nil {
		return
	}
	for _, k := range n.Kids {
		q.page(out, k)
	}
}

// page writes an element as markup of a page, and notes the interactions and
// the feedback that stand in it.
func (q *question) page(out *strings.Builder, n *tree.Node) {
	switch {
	case n.Name == "":
		out.WriteString(html.EscapeString(fragment.Composed(n.Text)))
	case strings.HasSuffix(n.Name, "Interaction"):
		q.interaction(out, n)
	case n.Name == "feedbackInline" || n.Name == "feedbackBlock":
		q.feedback(n)
	case n.Name == "rubricBlock" && !strings.Contains(n.Attr("view"), "candidate") && n.Attr("view") != "":
	case n.Name == "math":
		q.once(item.Warning, "stem", "formula_flattened", "a formula was made plain text")
		out.WriteString(html.EscapeString(fragment.Composed(n.Plain())))
	case n.Name == "img":
		out.WriteString(`<img src="` + html.EscapeString(n.Attr("src")) + `" alt="` + html.EscapeString(n.Attr("alt")) + `">`)
	case n.Name == "object":
		q.object(out, n)
	case n.Name == "span" && underlined(n):
		out.WriteString("<u>")
		q.inside(out, n)
		out.WriteString("</u>")
	case muted[n.Name]:
	case embedded[n.Name]:
		q.once(item.Warning, "stem", "object_left_out", "something in the question cannot be shown here")
	case passed[n.Name]:
		out.WriteString("<" + n.Name + ">")
		q.inside(out, n)
		if n.Name != "br" && n.Name != "hr" {
			out.WriteString("</" + n.Name + ">")
		}
	default:
		q.inside(out, n)
	}
}

func underlined(n *tree.Node) bool {
	return strings.Contains(n.Attr("class"), "underline") || strings.Contains(strings.ReplaceAll(n.Attr("style"), " ", ""), "text-decoration:underline")
}

// object is how older items show pictures.
func (q *question) object(out *strings.Builder, n *tree.Node) {
	if strings.HasPrefix(n.Attr("type"), "image/") {
		alt := strings.TrimSpace(n.Plain())
		out.WriteString(`<img src="` + html.EscapeString(n.Attr("data")) + `" alt="` + html.EscapeString(alt) + `">`)
		return
	}
	q.once(item.Warning, "stem", "object_left_out", "something in the question cannot be shown here")
}

// interaction notes one and leaves its prompt, or its place, in the text.
func (q *question) interaction(out *strings.Builder, n *tree.Node) {
	q.asked = append(q.asked, n)
	switch n.Name {
	case "inlineChoiceInteraction":
		if q.gaps < maxGaps {
			q.gaps++
			out.WriteRune(fragment.Sign(q.gaps))
		}
	case "textEntryInteraction":
		out.WriteRune(fragment.Sign(blank))
	default:
		if p := n.Kid("prompt"); p != nil {
			out.WriteString("<div>")
			q.inside(out, p)
			out.WriteString("</div>")
		}
	}
}

// feedback becomes part of the explanation, once.
func (q *question) feedback(n *tree.Node) {
	t := q.text(n)
	if t.Empty() {
		return
	}
	for _, known := range q.notes {
		if known.Plain() == t.Plain() {
			return
		}
	}
	if q.letter != "" {
		t = fragment.Labelled(q.letter+":", t)
	}
	q.notes = append(q.notes, t)
}

// picture takes in one that the package holds.
func (q *question) picture(src, alt string) (int, bool) {
	if n, known := q.numbers[src+"\x00"+alt]; known {
		return n, true
	}
	if q.archive == nil {
		return q.noPicture("picture_missing", src)
	}
	at, ok := archive.Resolve(q.at, unescaped(src))
	if !ok {
		return q.noPicture("picture_missing", src)
	}
	if q.pictures >= item.MaxPictures {
		return q.noPicture("picture_damaged", src)
	}
	data, err := q.archive.Read(at)
	switch {
	case err != nil:
		return q.noPicture("picture_damaged", src)
	case data == nil:
		return q.noPicture("picture_missing", src)
	}
	if extension(data) == "" {
		return q.noPicture("picture_unsupported", src)
	}
	q.pictures++
	q.item.Pictures = append(q.item.Pictures, item.Picture{Name: at, Bytes: data, Alt: alt})
	q.numbers[src+"\x00"+alt] = len(q.item.Pictures) - 1
	return len(q.item.Pictures) - 1, true
}

func (q *question) noPicture(code, src string) (int, bool) {
	message := map[string]string{
		"picture_missing": "a picture is named in the file but is not in it", "picture_damaged": "a picture is damaged or there are too many",
		"picture_unsupported": "a picture is of a kind that phones do not show",
	}[code]
	q.item.Add(item.Warning, "stem", code, message, map[string]string{"text": item.Clip(src), "name": item.Clip(src)})
	return 0, false
}

// extension is how a picture's file is called by what it begins with, "" for
// kinds that are not taken.
func extension(data []byte) string {
	for begin, ext := range map[string]string{"\x89PNG": ".png", "\xff\xd8\xff": ".jpg", "GIF8": ".gif"} {
		if bytes.HasPrefix(data, []byte(begin)) {
			return ext
		}
	}
	return ""
}
