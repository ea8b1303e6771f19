package rich

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// Builder makes blocks of the events of a page: elements that begin and end,
// and text between them. Elements it does not know are looked through; what
// would run or be loaded is left out with everything inside.
type Builder struct {
	// Picture returns the number of the picture at an address, false to leave
	// it out.
	Picture func(src, alt string) (int, bool)

	blocks []Block
	text   Text
	stack  []string
	silent int // height of the stack below the element whose inside is not text, from 1; 0 = none
	lists  []list
	item   string
	table  *[][]Text
}

type list struct {
	ordered bool
	number  int
}

// maxBlocks bounds what one fragment makes.
const maxBlocks = 5000

var looks = map[string]Style{
	"b": Bold, "strong": Bold, "i": Italic, "em": Italic, "cite": Italic, "u": Underline, "ins": Underline,
	"sub": Sub, "sup": Sup, "h1": Bold, "h2": Bold, "h3": Bold, "h4": Bold, "h5": Bold, "h6": Bold, "s": Strike, "del": Strike,
}

var breaks = map[string]bool{
	"p": true, "div": true, "h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "blockquote": true,
	"ul": true, "ol": true, "dl": true, "dt": true, "dd": true, "pre": true, "section": true, "article": true, "figure": true, "tr": true, "hr": true,
}

var mute = map[string]bool{
	"script": true, "style": true, "head": true, "title": true, "iframe": true, "object": true, "svg": true, "video": true, "audio": true,
	"noscript": true, "template": true, "textarea": true, "select": true, "annotation": true,
}

// Start tells that an element begins.
func (b *Builder) Start(name string, attr func(string) string) {
	if b.silent > 0 || mute[name] {
		if !void[name] {
			b.stack = append(b.stack, name)
			if b.silent == 0 {
				b.silent = len(b.stack)
			}
		}
		return
	}
	if breaks[name] {
		b.cut()
	}
	switch name {
	case "br":
		b.text.Add("\n", 0)
		return
	case "img":
		b.img(attr)
		return
	case "ul", "ol":
		b.lists = append(b.lists, list{ordered: name == "ol"})
	case "li":
		b.cut()
		b.item = b.bullet()
	case "table":
		b.cut()
		if b.table == nil {
			b.table = &[][]Text{}
		}
	case "tr":
		if b.table != nil {
			*b.table = append(*b.table, nil)
		}
	}
	if !void[name] {
		b.stack = append(b.stack, name)
	}
}

var void = map[string]bool{"br": true, "img": true, "hr": true, "input": true, "wbr": true, "col": true, "meta": true, "link": true, "source": true}

// maxDepth bounds how deep elements are remembered.
const maxDepth = 400

// End tells that an element ends. Ends that nothing began are ignored, and
// elements left open inside end with it.
func (b *Builder) End(name string) {
	at := len(b.stack) - 1
	for at >= max(0, len(b.stack)-maxDepth) && b.stack[at] != name {
		at--
	}
	if at < 0 || b.stack[at] != name {
		return
	}
	for len(b.stack) > at {
		if b.silent == 0 {
			b.ended(b.stack[len(b.stack)-1])
		}
		b.stack = b.stack[:len(b.stack)-1]
		if len(b.stack) < b.silent {
			b.silent = 0
		}
	}
}

func (b *Builder) ended(name string) {
	switch name {
	case "td", "th":
		if b.table != nil && len(*b.table) > 0 {
			row := &(*b.table)[len(*b.table)-1]
			*row = append(*row, b.text.Squeeze())
			b.text = Text{}
		}
		return
	case "table":
		b.endTable()
		return
	case "ul", "ol":
		if len(b.lists) > 0 {
			b.cut()
			b.lists = b.lists[:len(b.lists)-1]
		}
	}
	if breaks[name] || name == "li" {
		b.cut()
	}
}

func (b *Builder) endTable() {
	for _, open := range b.stack[:len(b.stack)-1] {
		if open == "table" {
			return // an inner table is part of a cell
		}
	}
	if b.table != nil && len(*b.table) > 0 && len(b.blocks) < maxBlocks {
		b.blocks = append(b.blocks, Block{Table: *b.table})
	}
	b.table, b.text = nil, Text{}
}

func (b *Builder) bullet() string {
	if len(b.lists) == 0 || !b.lists[len(b.lists)-1].ordered {
		return "-"
	}
	l := &b.lists[len(b.lists)-1]
	l.number++
	return itoa(l.number) + "."
}

func (b *Builder) img(attr func(string) string) {
	if b.Picture == nil {
		return
	}
	if n, ok := b.Picture(attr("src"), attr("alt")); ok {
		b.text.AddPicture(n)
	}
}

// Text tells of text between elements.
func (b *Builder) Text(s string) {
	if b.silent > 0 {
		return
	}
	style := Style(0)
	for _, name := range b.stack[max(0, len(b.stack)-maxDepth):] {
		style |= looks[name]
	}
	for _, r := range s {
		if unicode.IsSpace(r) {
			if n := len(b.text.Runes); n == 0 || unicode.IsSpace(b.text.Runes[n-1]) {
				continue
			}
			r = ' '
		}
		b.text.Add(string(r), style)
	}
}

// Add appends letters as they are, such as a sign for a gap.
func (b *Builder) Add(s string) { b.text.Add(s, 0) }

// cut ends the paragraph.
func (b *Builder) cut() {
	if b.table != nil {
		if n := len(b.text.Runes); n > 0 && b.text.Runes[n-1] != '\n' {
			b.text.Add("\n", 0)
		}
		return
	}
	lines := Cut(b.text)
	for _, l := range lines {
		if len(b.blocks) < maxBlocks {
			l.Item, b.item = b.item, ""
			b.blocks = append(b.blocks, l)
		}
	}
	b.text = Text{}
}

// Blocks returns everything told so far.
func (b *Builder) Blocks() []Block {
	for len(b.stack) > 0 {
		b.End(b.stack[len(b.stack)-1])
	}
	b.cut()
	return b.blocks
}

// FromHTML reads a fragment of a page. It keeps text, lists, tables, a few
// looks and the pictures that picture accepts.
func FromHTML(fragment string, picture func(src, alt string) (int, bool)) []Block {
	b := &Builder{Picture: picture}
	z := html.NewTokenizer(strings.NewReader(fragment))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.Blocks()
		case html.TextToken:
			b.Text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			b.Start(t.Data, func(name string) string {
				for _, a := range t.Attr {
					if a.Key == name {
						return a.Val
					}
				}
				return ""
			})
			if t.Type == html.SelfClosingTagToken && !void[t.Data] {
				b.End(t.Data)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			b.End(string(name))
		}
	}
}
