package markup

import (
	"html"
	"slices"
	"strconv"
	"strings"
)

// maxLists bounds how deep lists nest.
const maxLists = 4

// builder writes tags that are always closed in order. In block mode it opens
// the paragraph or item that text needs and ends what a new block cannot be in.
type builder struct {
	text  strings.Builder
	stack []string
	block bool
}

var inlineTags = []string{"b", "i", "u", "sub", "sup"}

func isInline(tag string) bool { return slices.Contains(inlineTags, tag) }
func isList(tag string) bool   { return tag == "ul" || tag == "ol" }

func (b *builder) top() string {
	if len(b.stack) == 0 {
		return ""
	}
	return b.stack[len(b.stack)-1]
}

func (b *builder) push(tag, attributes string) {
	b.text.WriteString("<" + tag + attributes + ">")
	b.stack = append(b.stack, tag)
}

// closeTo closes everything above a height of the stack.
func (b *builder) closeTo(height int) {
	for len(b.stack) > height {
		b.text.WriteString("</" + b.top() + ">")
		b.stack = b.stack[:len(b.stack)-1]
	}
}

// flow makes room for text: inside a paragraph or an item.
func (b *builder) flow() {
	switch {
	case !b.block:
	case isList(b.top()):
		b.push("li", "")
	case len(b.stack) == 0:
		b.push("p", "")
	}
}

// open begins a tag, ending first whatever it cannot stand in. start is the
// first number of an ordered list.
func (b *builder) open(tag string, start int) {
	if isInline(tag) {
		b.flow()
		if at := slices.Index(b.stack, tag); at < 0 {
			b.push(tag, "")
		}
		return
	}
	if !b.block {
		return
	}
	b.endText()
	switch {
	case tag == "p":
		if isList(b.top()) {
			b.push("li", "")
		}
		b.push("p", "")
	case isList(tag):
		b.openList(tag, start)
	case tag == "li":
		if b.top() == "li" {
			b.closeTo(len(b.stack) - 1)
		}
		if !isList(b.top()) {
			b.push("ul", "")
		}
		b.push("li", "")
	}
}

func (b *builder) openList(tag string, start int) {
	lists := 0
	for _, t := range b.stack {
		if isList(t) {
			lists++
		}
	}
	if lists >= maxLists {
		return
	}
	if isList(b.top()) {
		b.push("li", "")
	}
	attributes := ""
	if tag == "ol" && start != 1 {
		attributes = ` start="` + strconv.Itoa(start) + `"`
	}
	b.push(tag, attributes)
}

// endText closes inline tags and the paragraph, up to the item or the page.
func (b *builder) endText() {
	height := len(b.stack)
	for height > 0 && !isList(b.stack[height-1]) && b.stack[height-1] != "li" {
		height--
	}
	b.closeTo(height)
}

// close ends a tag that is open; inline tags end only inside their block.
func (b *builder) close(tag string) {
	for at := len(b.stack) - 1; at >= 0; at-- {
		if b.stack[at] == tag {
			b.closeTo(at)
			return
		}
		if isInline(tag) && !isInline(b.stack[at]) {
			return
		}
		// The end of an item or a paragraph does not end the list around it.
		if (tag == "li" || tag == "p") && isList(b.stack[at]) {
			return
		}
	}
}

func (b *builder) write(s string) {
	if b.block && strings.TrimSpace(s) == "" && (len(b.stack) == 0 || isList(b.top())) {
		return
	}
	b.flow()
	b.text.WriteString(html.EscapeString(s))
}

// raw writes something finished that stands in text.
func (b *builder) raw(s string) {
	b.flow()
	b.text.WriteString(s)
}

func writeGap(out *strings.Builder, n int) {
	out.WriteString(`<span class="gap" data-gap="` + strconv.Itoa(n) + `"></span>`)
}
