package docx

import (
	"encoding/xml"
	"io"
	"strings"
	"unicode/utf8"

	"mangxanh/contest"
	"mangxanh/contest/intake/archive"
	"mangxanh/contest/intake/prose"
	"mangxanh/contest/intake/rich"
	"mangxanh/contest/intake/tree"
)

// maxParagraphs bounds a document; two hundred questions have two thousand.
const maxParagraphs = 200_000

// body reads the paragraphs and tables of the document.
func (r *reader) body() ([]prose.Line, error) {
	for {
		t, err := r.xml.Next()
		if err == io.EOF {
			return nil, archive.Damaged()
		}
		if err != nil {
			return nil, err
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "body" {
			return r.blocks("body")
		}
	}
}

// next returns the next token inside an element, nil at its end.
func (r *reader) next() (xml.Token, error) {
	t, err := r.xml.Next()
	if err == io.EOF {
		return nil, archive.Damaged()
	}
	if err != nil {
		return nil, err
	}
	if _, end := t.(xml.EndElement); end {
		return nil, nil
	}
	return t, nil
}

// each calls read for every element inside the current one.
func (r *reader) each(read func(xml.StartElement) error) error {
	for {
		t, err := r.next()
		if t == nil || err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := read(e); err != nil {
				return err
			}
		}
	}
}

// blocks reads paragraphs and tables up to the end of an element. What wraps
// them, such as content controls and accepted insertions, is looked through.
func (r *reader) blocks(string) ([]prose.Line, error) {
	var out []prose.Line
	err := r.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "p":
			lines, err := r.paragraph()
			out = append(out, lines...)
			return err
		case "tbl":
			t, err := r.table()
			if t.Table != nil {
				out = append(out, t)
			}
			return err
		case "sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag":
			lines, err := r.blocks(e.Name.Local)
			out = append(out, lines...)
			return err
		case "AlternateContent":
			lines, err := r.choice()
			out = append(out, lines...)
			return err
		}
		return r.xml.Skip()
	})
	return out, err
}

// choice reads the first of several ways to say the same.
func (r *reader) choice() ([]prose.Line, error) {
	var out []prose.Line
	taken := false
	err := r.each(func(e xml.StartElement) error {
		if taken || e.Name.Local != "Choice" && e.Name.Local != "Fallback" {
			return r.xml.Skip()
		}
		taken = true
		lines, err := r.blocks("")
		out = lines
		return err
	})
	return out, err
}

// table reads rows and cells; a cell below one it is merged with stays empty.
func (r *reader) table() (prose.Line, error) {
	r.depth++
	defer func() { r.depth-- }()
	line := prose.Line{Place: r.place + 1, Table: [][]prose.Cell{}}
	err := r.each(func(e xml.StartElement) error { return r.row(e, &line) })
	return line, err
}

func (r *reader) row(e xml.StartElement, line *prose.Line) error {
	switch e.Name.Local {
	case "tr":
		var row []prose.Cell
		err := r.each(func(e xml.StartElement) error { return r.cell(e, &row) })
		line.Table = append(line.Table, row)
		return err
	case "sdt", "sdtContent", "ins", "customXml":
		return r.each(func(e xml.StartElement) error { return r.row(e, line) })
	}
	return r.xml.Skip()
}

func (r *reader) cell(e xml.StartElement, row *[]prose.Cell) error {
	switch e.Name.Local {
	case "tc":
		lines, err := r.blocks("tc")
		*row = append(*row, lines)
		return err
	case "sdt", "sdtContent", "customXml":
		return r.each(func(e xml.StartElement) error { return r.cell(e, row) })
	}
	return r.xml.Skip()
}

// paragraph is one being read.
type paragraph struct {
	line  prose.Line
	base  look // of the paragraph's style
	mark  look // of the paragraph mark, which numbers take on
	num   numRef
	boxes []prose.Line // text boxes anchored here
	field int          // depth of instructions of a field, which are not text
}

func (r *reader) paragraph() ([]prose.Line, error) {
	if r.place++; r.place > maxParagraphs {
		return nil, contest.Refuse(contest.TooLarge, "too_many_rows", "the document has more than %d paragraphs", maxParagraphs)
	}
	if r.place%256 == 0 {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
	}
	p := &paragraph{line: prose.Line{Place: r.place}, base: r.styles.defaults.over(r.styles.byID[r.styles.paragraph].look)}
	p.num = r.styles.byID[r.styles.paragraph].num
	p.mark = p.base
	if err := r.inline(p); err != nil {
		return nil, err
	}
	if p.num.set {
		p.line.Label = r.label(p.num, p.mark)
	}
	return append([]prose.Line{p.line}, p.boxes...), nil
}

// inline reads what stands in a paragraph.
func (r *reader) inline(p *paragraph) error {
	return r.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pPr":
			return r.paragraphProps(p)
		case "r":
			return r.run(p)
		case "hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "dir", "bdo", "customXml":
			return r.inline(p)
		case "oMath", "oMathPara":
			return r.formula(p)
		case "AlternateContent":
			return r.alternative(p, r.inline)
		}
		return r.xml.Skip() // del, moveFrom, bookmarks, comments
	})
}

// alternative reads the first of several ways with read.
func (r *reader) alternative(p *paragraph, read func(*paragraph) error) error {
	taken := false
	return r.each(func(e xml.StartElement) error {
		if taken || e.Name.Local != "Choice" && e.Name.Local != "Fallback" {
			return r.xml.Skip()
		}
		taken = true
		return read(p)
	})
}

func (r *reader) paragraphProps(p *paragraph) error {
	direct := look{}
	err := r.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pStyle":
			if s, known := r.styles.byID[tree.Attr(e, "val")]; known {
				p.base = r.styles.defaults.over(s.look)
				if s.num.set {
					p.num = s.num
				}
			}
		case "numPr":
			num := p.num
			num.set = true
			err := r.each(func(e xml.StartElement) error {
				switch e.Name.Local {
				case "ilvl":
					num.level = levelOf(tree.Attr(e, "val"))
				case "numId":
					num.id = tree.Attr(e, "val")
				}
				return r.xml.Skip()
			})
			p.num = num
			return err
		case "rPr":
			l, err := r.runProps()
			direct = l
			return err
		}
		return r.xml.Skip()
	})
	p.mark = p.base.over(direct)
	return err
}

func (r *reader) runProps() (look, error) {
	var l, named look
	err := r.each(func(e xml.StartElement) error {
		if e.Name.Local == "rStyle" {
			named = r.styles.byID[tree.Attr(e, "val")].look
		} else {
			l.prop(e.Name.Local, func(name string) string { return tree.Attr(e, name) })
		}
		return r.xml.Skip()
	})
	return named.over(l), err
}

// run reads a stretch of text in one look.
func (r *reader) run(p *paragraph) error {
	l := p.base
	return r.each(func(e xml.StartElement) error { return r.piece(p, &l, e) })
}

func (r *reader) piece(p *paragraph, l *look, e xml.StartElement) error {
	add := func(s string) error {
		r.add(p, *l, s)
		return r.xml.Skip()
	}
	switch e.Name.Local {
	case "rPr":
		direct, err := r.runProps()
		*l = p.base.over(direct)
		return err
	case "t":
		return r.text(p, *l)
	case "tab", "ptab":
		return add("\t")
	case "br":
		if kind := tree.Attr(e, "type"); kind == "page" || kind == "column" {
			return r.xml.Skip()
		}
		return add("\n")
	case "cr":
		return add("\n")
	case "noBreakHyphen":
		return add("-")
	case "sym":
		return add(symbol(tree.Attr(e, "font"), tree.Attr(e, "char")))
	case "fldChar":
		switch tree.Attr(e, "fldCharType") {
		case "begin":
			p.field++
		case "separate", "end":
			p.field = max(0, p.field-1)
		}
		return r.xml.Skip()
	case "drawing", "pict", "object":
		return r.drawing(p, e.Name.Local == "object")
	case "AlternateContent":
		return r.alternative(p, func(p *paragraph) error {
			return r.each(func(e xml.StartElement) error { return r.piece(p, l, e) })
		})
	}
	return r.xml.Skip() // instrText, delText, notes, soft hyphens
}

func (r *reader) text(p *paragraph, l look) error {
	var b strings.Builder
	for {
		t, err := r.next()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case nil:
			r.add(p, l, b.String())
			return nil
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			if err := r.xml.Skip(); err != nil {
				return err
			}
		}
	}
}

func (r *reader) add(p *paragraph, l look, s string) {
	if l.hidden {
		return
	}
	r.fonts.count(l.font, utf8.RuneCountInString(s))
	p.line.Text.Add(s, l.on)
}

// symbol reads the few signs of symbol fonts that stand in tests.
func symbol(font, char string) string {
	switch strings.ToUpper(char) {
	case "F0B0":
		return "°"
	case "F0B4":
		return "×"
	case "F0B1":
		return "±"
	case "F0A3":
		return "≤"
	case "F0B3":
		return "≥"
	case "F0B9":
		return "≠"
	case "F0AE", "F0E0":
		return "→"
	case "F0DE":
		return "⇒"
	case "F070":
		return "π"
	case "F061":
		return "α"
	case "F062":
		return "β"
	case "F044":
		return "Δ"
	}
	return "?"
}

// formula takes the letters of a formula in a row and says so.
func (r *reader) formula(p *paragraph) error {
	p.note("formula_flattened")
	depth := 1
	for depth > 0 {
		t, err := r.xml.Next()
		if err == io.EOF {
			return archive.Damaged()
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			p.line.Text.Add(strings.TrimSpace(string(t)), 0)
		}
	}
	return nil
}

func (p *paragraph) note(code string) {
	for _, n := range p.line.Notes {
		if n == code {
			return
		}
	}
	p.line.Notes = append(p.line.Notes, code)
}

// drawing reads pictures and text boxes. An embedded object is only its
// picture, and mostly one that no browser shows.
func (r *reader) drawing(p *paragraph, object bool) error {
	d := &drawn{object: object}
	if err := r.drawn(p, d); err != nil {
		return err
	}
	switch {
	case d.relation == "" && object:
		p.note("object_left_out")
	case d.relation == "":
	default:
		n, problem := r.picture(d.relation, rich.Of(d.alt, 0).Normal(false).Squeeze().String())
		if problem != "" && object {
			problem = "object_left_out"
		}
		if problem != "" {
			p.note(problem)
			return nil
		}
		p.line.Text.AddPicture(n)
	}
	return nil
}

type drawn struct {
	relation, alt string
	object        bool
}

const maxNesting = 12

func (r *reader) drawn(p *paragraph, d *drawn) error {
	return r.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "docPr":
			if s := tree.Attr(e, "descr"); s != "" {
				d.alt = s
			}
		case "blip":
			if d.relation == "" {
				d.relation = tree.Attr(e, "embed")
			}
			if d.relation == "" && tree.Attr(e, "link") != "" {
				d.relation = tree.Attr(e, "link")
			}
		case "imagedata":
			if d.relation == "" {
				d.relation = tree.Attr(e, "id")
			}
		case "shape":
			if s := tree.Attr(e, "alt"); s != "" && d.alt == "" {
				d.alt = s
			}
		case "txbxContent":
			if r.depth >= maxNesting {
				return r.xml.Skip()
			}
			r.depth++
			lines, err := r.blocks("txbxContent")
			r.depth--
			p.boxes = append(p.boxes, lines...)
			return err
		}
		return r.drawn(p, d)
	})
}
