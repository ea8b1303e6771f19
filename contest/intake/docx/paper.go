package docx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"image"
	_ "image/gif" // the pictures that a question may have
	_ "image/jpeg"
	_ "image/png"
	"regexp"
	"strings"
)

// placed is a picture in the file.
type placed struct {
	relation      string
	width, height int
}

func escaped(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s))
}

// run is a piece of text in one look.
func run(s string, look int) string {
	if s == "" {
		return ""
	}
	var looks string
	for _, l := range []struct {
		bit int
		xml string
	}{{bold, "<w:b/>"}, {italic, "<w:i/>"}, {underline, `<w:u w:val="single"/>`}, {sub, `<w:vertAlign w:val="subscript"/>`}, {sup, `<w:vertAlign w:val="superscript"/>`}} {
		if look&l.bit != 0 {
			looks += l.xml
		}
	}
	if looks != "" {
		looks = "<w:rPr>" + looks + "</w:rPr>"
	}
	return "<w:r>" + looks + `<w:t xml:space="preserve">` + escaped(s) + "</w:t></w:r>"
}

func (p *paper) paragraph(style, runs string) {
	p.body.WriteString(`<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>` + runs + "</w:p>\n")
}

var (
	token   = regexp.MustCompile(`<[^>]*>|[^<]+`)
	picture = regexp.MustCompile(`^<img src="/media/([^"]*)" alt="([^"]*)"`)
	gap     = regexp.MustCompile(`<span class="gap" data-gap="(\d+)"></span>`)
	looks   = map[string]int{"b": bold, "i": italic, "u": underline, "sub": sub, "sup": sup}
)

// gapLines shows the gaps of a cloze as numbered dots.
func gapLines(rendered string) string { return gap.ReplaceAllString(rendered, "($1)………") }

// html writes a rendered text as paragraphs; lead begins the first.
func (p *paper) html(style, lead, field, rendered string) {
	w := &flow{paper: p, style: style, field: field}
	w.line.WriteString(lead)
	w.lead = w.line.Len()
	w.read(rendered)
	w.cut()
}

// inline writes a rendered text of one line.
func (p *paper) inline(field, rendered string) string {
	w := &flow{paper: p, field: field}
	w.read(rendered)
	return w.line.String()
}

// flow writes rendered text as runs and paragraphs.
type flow struct {
	*paper
	style, field string
	line         strings.Builder
	lead         int // length of what begins the first paragraph
	look         int
	ordered      []int // the open lists: 0 for dots, else the next number
	table        *strings.Builder
}

func (w *flow) read(rendered string) {
	for _, t := range token.FindAllString(rendered, -1) {
		if t[0] != '<' {
			w.line.WriteString(run(html.UnescapeString(t), w.look))
			continue
		}
		name := strings.Trim(strings.SplitN(strings.Trim(t, "<>"), " ", 2)[0], "/")
		if bit := looks[name]; bit != 0 {
			if w.look |= bit; t[1] == '/' {
				w.look &^= bit
			}
			continue
		}
		w.block(t, name)
	}
}

func (w *flow) block(t, name string) {
	end := t[1] == '/'
	switch name {
	case "br":
		if w.table != nil || w.style == "" {
			w.line.WriteString(run(" ", 0))
		} else {
			w.cut()
		}
	case "p":
		if end || w.line.Len() > w.lead {
			w.cut()
		}
	case "ul", "ol":
		w.cut()
		if end {
			w.ordered = w.ordered[:len(w.ordered)-1]
			return
		}
		w.ordered = append(w.ordered, len(name)-2+map[string]int{"ol": 1}[name])
		if len(w.ordered) == 1 {
			w.lost.Add(w.number, w.field, "a list is written with signs before its items and read back as text")
		}
	case "li":
		w.cut()
		if n := len(w.ordered) - 1; !end && n >= 0 {
			sign := "– "
			if w.ordered[n] > 0 {
				sign = fmt.Sprintf("(%d) ", w.ordered[n])
				w.ordered[n]++
			}
			w.line.WriteString(run(sign, 0))
		}
	case "img":
		m := picture.FindStringSubmatch(t)
		w.line.WriteString(w.image(w.field, m[1], html.UnescapeString(m[2])))
	default:
		w.grid(name, end)
	}
}

// grid writes a table.
func (w *flow) grid(name string, end bool) {
	switch {
	case name == "table" && !end:
		w.cut()
		w.table = &strings.Builder{}
		w.table.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="0" w:type="auto"/><w:tblBorders>`)
		for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
			w.table.WriteString("<w:" + side + ` w:val="single" w:sz="4"/>`)
		}
		w.table.WriteString("</w:tblBorders></w:tblPr>")
	case name == "table":
		w.body.WriteString(w.table.String() + "</w:tbl>\n")
		w.table = nil
	case w.table == nil:
	case name == "tr" && !end:
		w.table.WriteString("<w:tr>")
	case name == "tr":
		w.table.WriteString("</w:tr>")
	case (name == "td" || name == "th") && end:
		w.table.WriteString(`<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr><w:p>` + w.line.String() + "</w:p></w:tc>")
		w.line.Reset()
	}
}

func (w *flow) cut() {
	if w.line.Len() > 0 && w.table == nil && w.style != "" {
		w.paragraph(w.style, w.line.String())
		w.line.Reset()
		w.style, w.lead = "Note", 0
	}
}

// Measures of pictures: one point of a screen is 9525 units, a column is about
// 600 points wide.
const (
	unit   = 9525
	widest = 600
)

// image places a picture with its description.
func (p *paper) image(field, id, alt string) string {
	f, known := p.files[id]
	if !known {
		f = p.place(id)
		p.files[id] = f
	}
	if f.relation == "" {
		p.lost.Add(p.number, field, "a picture is kept no longer; its description stands in its place")
		return run("["+alt+"]", italic)
	}
	p.shown++
	width, height := f.width, f.height
	if width > widest {
		width, height = widest, max(1, height*widest/width)
	}
	size := fmt.Sprintf(`cx="%d" cy="%d"`, width*unit, height*unit)
	about := fmt.Sprintf(`id="%d" name="Hình %d" descr="%s"`, p.shown, p.shown, escaped(alt))
	return `<w:r><w:drawing><wp:inline><wp:extent ` + size + `/><wp:docPr ` + about + `/><a:graphic><a:graphicData uri="` + pictureSpace + `"><pic:pic><pic:nvPicPr><pic:cNvPr ` + about +
		`/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="` + f.relation + `"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext ` +
		size + `/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`
}

// place puts a picture into the file.
func (p *paper) place(id string) placed {
	pic, ok := p.pictures(id)
	if !ok {
		return placed{}
	}
	about, kind, err := image.DecodeConfig(bytes.NewReader(pic.Bytes))
	if err != nil {
		return placed{}
	}
	n := len(p.files) + 1
	name := fmt.Sprintf("media/hinh%d.%s", n, kind)
	p.entry("word/"+name, pic.Bytes, zip.Store)
	relation := fmt.Sprintf("rIdHinh%d", n)
	p.relation.WriteString(`<Relationship Id="` + relation + `" Type="` + officeSpace + `/image" Target="` + name + `"/>`)
	return placed{relation: relation, width: about.Width, height: about.Height}
}

const (
	mainSpace    = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	officeSpace  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	pictureSpace = "http://schemas.openxmlformats.org/drawingml/2006/picture"
	packageSpace = "http://schemas.openxmlformats.org/package/2006/"
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wordType     = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// entry writes a part; the first failure ends the file.
func (p *paper) entry(name string, data []byte, method uint16) {
	if p.failed != nil {
		return
	}
	w, err := p.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method})
	if err == nil {
		_, err = w.Write(data)
	}
	p.failed = err
}

func (p *paper) finish() error {
	part := func(name, xml string) { p.entry(name, []byte(xmlHead+xml), zip.Deflate) }
	part("word/document.xml", `<w:document xmlns:w="`+mainSpace+`" xmlns:r="`+officeSpace+`" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="`+
		pictureSpace+`"><w:body>`+p.body.String()+`<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	part("word/styles.xml", styleSheet())
	part("word/_rels/document.xml.rels", `<Relationships xmlns="`+packageSpace+`relationships"><Relationship Id="rIdStyles" Type="`+officeSpace+`/styles" Target="styles.xml"/>`+p.relation.String()+`</Relationships>`)
	part("_rels/.rels", `<Relationships xmlns="`+packageSpace+`relationships"><Relationship Id="rId1" Type="`+officeSpace+`/officeDocument" Target="word/document.xml"/></Relationships>`)
	part("[Content_Types].xml", `<Types xmlns="`+packageSpace+`content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="jpeg" ContentType="image/jpeg"/><Default Extension="gif" ContentType="image/gif"/><Override PartName="/word/document.xml" ContentType="`+
		wordType+`document.main+xml"/><Override PartName="/word/styles.xml" ContentType="`+wordType+`styles+xml"/></Types>`)
	if p.failed != nil {
		return p.failed
	}
	return p.zip.Close()
}

// styleSheet says how the paragraphs look; tabs part the options of a line.
func styleSheet() string {
	var out strings.Builder
	out.WriteString(`<w:styles xmlns:w="` + mainSpace + `"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="Times New Roman"/><w:sz w:val="26"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults>`)
	style := func(id, paragraph, text string) {
		out.WriteString(`<w:style w:type="paragraph" w:styleId="` + id + `"><w:name w:val="` + id + `"/><w:pPr>` + paragraph + `</w:pPr><w:rPr>` + text + `</w:rPr></w:style>`)
	}
	const indent = `<w:ind w:left="284"/>`
	style("Title", `<w:spacing w:after="240"/><w:jc w:val="center"/>`, `<w:b/><w:sz w:val="32"/>`)
	style("Centre", `<w:spacing w:before="240"/><w:jc w:val="center"/>`, "")
	style("Question", `<w:keepNext/><w:spacing w:before="160" w:after="40"/>`, "")
	style("Note", `<w:spacing w:after="40"/>`, "")
	style("Option", indent, "")
	style("Option1", indent, "")
	style("Option2", `<w:tabs><w:tab w:val="left" w:pos="4962"/></w:tabs>`+indent, "")
	style("Option4", `<w:tabs><w:tab w:val="left" w:pos="2623"/><w:tab w:val="left" w:pos="4962"/><w:tab w:val="left" w:pos="7301"/></w:tabs>`+indent, "")
	out.WriteString(`<w:style w:type="table" w:styleId="Grid"><w:name w:val="Grid"/></w:style></w:styles>`)
	return out.String()
}
