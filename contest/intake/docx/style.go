package docx

import (
	"strings"

	"mangxanh/contest/intake/rich"
	"mangxanh/contest/intake/tree"
	"mangxanh/contest/text/legacy"
)

// look is what properties say about text: which styles they set, which they
// take away, and the font.
type look struct {
	on, off rich.Style
	font    string
	hidden  bool
}

// over returns the look l with o laid over it.
func (l look) over(o look) look {
	l.on = l.on&^o.off | o.on
	l.off = l.off&^o.on | o.off
	if o.font != "" {
		l.font = o.font
	}
	l.hidden = l.hidden || o.hidden
	return l
}

func (l *look) set(style rich.Style, on bool) {
	if on {
		l.on, l.off = l.on|style, l.off&^style
	} else {
		l.on, l.off = l.on&^style, l.off|style
	}
}

// prop takes one property of a run: its element's name and an attribute getter.
func (l *look) prop(name string, attr func(string) string) {
	val := attr("val")
	on := val != "0" && val != "false" && val != "off" && val != "none"
	switch name {
	case "b":
		l.set(rich.Bold, on)
	case "i":
		l.set(rich.Italic, on)
	case "u":
		l.set(rich.Underline, on && val != "")
	case "strike", "dstrike":
		l.set(rich.Strike, on)
	case "vanish":
		l.hidden = on
	case "vertAlign":
		l.set(rich.Sub, val == "subscript")
		l.set(rich.Sup, val == "superscript")
	case "position": // how LibreOffice saves raised text that came from a page
		l.set(rich.Sub, strings.HasPrefix(val, "-"))
		l.set(rich.Sup, val != "" && val != "0" && !strings.HasPrefix(val, "-"))
	case "color":
		red, other := colour(val)
		l.set(rich.Red, red)
		l.set(rich.Coloured, other)
	case "highlight":
		l.set(rich.Lit, on && val != "white")
	case "shd":
		fill := attr("fill")
		red, other := colour(fill)
		l.set(rich.Lit, (red || other) && !pale(fill))
	case "rFonts":
		for _, a := range []string{"ascii", "hAnsi", "cs"} {
			if f := attr(a); f != "" {
				l.font = f
				return
			}
		}
	}
}

// colour tells reds from other colours; black and what is nearly black are
// neither.
func colour(hex string) (red, other bool) {
	r, g, b, ok := rgb(hex)
	switch {
	case !ok || r < 0x50 && g < 0x50 && b < 0x50 && max(r, g, b)-min(r, g, b) < 0x20:
		return false, false
	case r >= 0xB0 && g <= 0x60 && b <= 0x60:
		return true, false
	}
	return false, r != g || g != b
}

// pale reports whether a ground is white or grey.
func pale(hex string) bool {
	r, g, b, ok := rgb(hex)
	return !ok || max(r, g, b)-min(r, g, b) < 0x10
}

func rgb(hex string) (r, g, b int, ok bool) {
	if len(hex) != 6 {
		return 0, 0, 0, false
	}
	var n int
	for _, c := range strings.ToLower(hex) {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | int(c-'0')
		case c >= 'a' && c <= 'f':
			n = n<<4 | int(c-'a'+10)
		default:
			return 0, 0, 0, false
		}
	}
	return n >> 16, n >> 8 & 0xFF, n & 0xFF, true
}

// styles are the named styles of a document with what they inherit.
type styles struct {
	byID      map[string]style
	defaults  look
	paragraph string // id of the default paragraph style
}

type style struct {
	look    look
	num     numRef
	isRun   bool
	heading bool
}

// numRef points to a level of a numbering.
type numRef struct {
	id    string
	level int
	set   bool
}

func lookOf(n *tree.Node) look {
	var l look
	if n == nil {
		return l
	}
	for _, k := range n.Kids {
		if k.Name != "" {
			l.prop(k.Name, k.Attr)
		}
	}
	return l
}

func numOf(n *tree.Node) numRef {
	p := n.Kid("numPr")
	if p == nil {
		return numRef{}
	}
	return numRef{id: p.Kid("numId").Attr("val"), level: levelOf(p.Kid("ilvl").Attr("val")), set: true}
}

func levelOf(s string) int {
	if len(s) == 1 && s[0] >= '0' && s[0] <= '8' {
		return int(s[0] - '0')
	}
	return 0
}

// readStyles resolves what every style inherits.
func readStyles(sheet *tree.Node) styles {
	s := styles{byID: map[string]style{}}
	s.defaults = lookOf(sheet.Kid("docDefaults").Kid("rPrDefault").Kid("rPr"))
	nodes := map[string]*tree.Node{}
	for _, n := range sheet.All("style") {
		id := n.Attr("styleId")
		nodes[id] = n
		if n.Attr("type") == "paragraph" && (n.Attr("default") == "1" || n.Attr("default") == "true") {
			s.paragraph = id
		}
	}
	for id := range nodes {
		s.byID[id] = resolve(nodes, id)
	}
	return s
}

// resolve walks up from a style to what it is based on.
func resolve(nodes map[string]*tree.Node, id string) style {
	const maxChain = 20
	var chain []*tree.Node
	for n := nodes[id]; n != nil && len(chain) < maxChain; n = nodes[n.Kid("basedOn").Attr("val")] {
		chain = append(chain, n)
	}
	var out style
	for i := len(chain) - 1; i >= 0; i-- {
		n := chain[i]
		out.look = out.look.over(lookOf(n.Kid("rPr")))
		if num := numOf(n.Kid("pPr")); num.set {
			if num.id == "" {
				num.id = out.num.id
			}
			out.num = num
		}
		out.isRun = n.Attr("type") == "character"
	}
	name := strings.ToLower(id)
	if strings.Contains(name, "hyperlink") || strings.Contains(name, "internetlink") {
		out.look = look{}
	}
	return out
}

// fonts counts letters by the encoding that their font draws.
type fonts struct{ all, tcvn3, vni int }

func (f *fonts) count(font string, letters int) {
	f.all += letters
	switch legacy.OfFont(font) {
	case legacy.TCVN3:
		f.tcvn3 += letters
	case legacy.VNI:
		f.vni += letters
	}
}

// encoding returns what most of the text was written in.
func (f *fonts) encoding() legacy.Encoding {
	switch {
	case f.tcvn3*2 > f.all:
		return legacy.TCVN3
	case f.vni*2 > f.all:
		return legacy.VNI
	}
	return legacy.None
}
