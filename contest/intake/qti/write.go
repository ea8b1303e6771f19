package qti

import (
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/scoring"
)

// dialect is one version of the format as it is written.
type dialect struct {
	items     string // name space of items
	manifest  string // and of the manifest
	resource  string // type of an item in the manifest
	schema    string
	edition   string
	templates string // of response processing
	kebab     bool   // elements are qti-simple-choice instead of simpleChoice
}

var (
	version21 = dialect{
		items: "http://www.imsglobal.org/xsd/imsqti_v2p1", manifest: "http://www.imsglobal.org/xsd/imscp_v1p1", resource: "imsqti_item_xmlv2p1",
		schema: "QTIv2.1 Package", edition: "1.0.0", templates: "http://www.imsglobal.org/question/qti_v2p1/rptemplates/",
	}
	version30 = dialect{
		items: "http://www.imsglobal.org/xsd/imsqtiasi_v3p0", manifest: "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", resource: "imsqti_item_xmlv3p0",
		schema: "QTI Package", edition: "3.0.0", templates: "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/", kebab: true,
	}
)

// Write21 writes a package of version 2.1, which programs for 2.2 read as well.
func Write21(w io.Writer, versions []bank.Version, pictures func(id string) (item.Picture, bool)) ([]item.Loss, error) {
	return write(w, version21, versions, pictures)
}

// Write30 writes a package of version 3.0.
func Write30(w io.Writer, versions []bank.Version, pictures func(id string) (item.Picture, bool)) ([]item.Loss, error) {
	return write(w, version30, versions, pictures)
}

// unwritable says why a question cannot be written at all.
func unwritable(v bank.Version) (field, why string) {
	switch {
	case v.Withheld:
		return "key", "the key may not be read"
	case v.Type == scoring.Prediction || !v.Type.Known():
		return "type", "the format has no questions of this type"
	case len(v.Validate()) > 0:
		return "key", "the question is not sound"
	}
	return "", ""
}

// page writes one item.
type page struct {
	dialect
	strings.Builder
	number  int
	v       bank.Version
	lost    *item.Losses
	address func(id string) string // of a picture, "" when it is kept no longer
	files   []string               // pictures that the item shows
}

// tag writes the begin of an element with pairs of attributes; its name is that
// of version 2.
func (p *page) tag(name string, attributes ...string) {
	p.WriteString("<" + p.named(name))
	for i := 0; i+1 < len(attributes); i += 2 {
		a := attributes[i]
		if p.kebab {
			a = kebab(a)
		}
		p.WriteString(" " + a + `="` + escaped(attributes[i+1]) + `"`)
	}
	p.WriteString(">")
}

func (p *page) end(name string) { p.WriteString("</" + p.named(name) + ">") }

// element is an element with content that is finished.
func (p *page) element(name, content string, attributes ...string) {
	p.tag(name, attributes...)
	p.WriteString(content)
	p.end(name)
}

func (p *page) named(name string) string {
	if p.kebab {
		return "qti-" + kebab(name)
	}
	return name
}

func kebab(camel string) string {
	var b strings.Builder
	for _, r := range camel {
		if unicode.IsUpper(r) {
			b.WriteByte('-')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// escaped is text as XML; letters that XML cannot hold are left out.
func escaped(s string) string { return html.EscapeString(allowed(s)) }

func allowed(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
}

const (
	response = "RESPONSE"
	whyShown = "EXPLANATION"
)

func (p *page) write() string {
	r := p.v.Render()
	name := fmt.Sprintf("cau-%d", p.number)
	p.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	p.tag("assessmentItem", "xmlns", p.items, "identifier", name, "title", fmt.Sprintf("Câu %d", p.number), "adaptive", "false", "timeDependent", "false", "xml:lang", "vi")
	p.declare()
	p.WriteByte('\n')
	p.element("outcomeDeclaration", p.inner("defaultValue", p.inner("value", "0")), "identifier", "SCORE", "cardinality", "single", "baseType", "float")
	if r.Explanation != "" {
		p.element("outcomeDeclaration", p.inner("defaultValue", p.inner("value", whyShown)), "identifier", "FEEDBACK", "cardinality", "single", "baseType", "identifier")
	}
	p.WriteByte('\n')
	p.tag("itemBody")
	p.body(r)
	p.end("itemBody")
	p.WriteByte('\n')
	p.process()
	if r.Explanation != "" {
		content := p.shown("explanation", r.Explanation)
		if p.kebab {
			content = p.inner("contentBody", content)
		}
		p.WriteByte('\n')
		p.element("modalFeedback", content, "outcomeIdentifier", "FEEDBACK", "identifier", whyShown, "showHide", "show")
	}
	p.end("assessmentItem")
	return p.String()
}

// inner is an element without attributes as text.
func (p *page) inner(name, content string) string {
	return "<" + p.named(name) + ">" + content + "</" + p.named(name) + ">"
}

// choice names an option, a partner or a choice of a gap.
func choice(prefix string, i int) string { return prefix + strconv.Itoa(i+1) }

// declare writes what is right.
func (p *page) declare() {
	key := p.v.Key
	one := func(name, cardinality, base string, right []string, more string) {
		var values strings.Builder
		for _, s := range right {
			values.WriteString(p.inner("value", escaped(s)))
		}
		p.element("responseDeclaration", p.inner("correctResponse", values.String())+more, "identifier", name, "cardinality", cardinality, "baseType", base)
	}
	var picked []string
	for _, k := range key.Choices {
		picked = append(picked, choice("C", k))
	}
	switch p.v.Type {
	case scoring.Multiple:
		one(response, "multiple", "identifier", picked, "")
	case scoring.Ordering:
		one(response, "ordered", "identifier", picked, "")
	case scoring.Matching:
		for i, k := range key.Choices {
			picked[i] = choice("C", i) + " " + choice("M", k)
		}
		one(response, "multiple", "directedPair", picked, "")
	case scoring.Cloze:
		for i := range key.Choices {
			one(response+strconv.Itoa(i+1), "single", "identifier", picked[i:i+1], "")
		}
	case scoring.ShortText:
		one(response, "single", "string", key.Texts[:1], p.mapping(key.Texts))
	case scoring.Number:
		one(response, "single", "float", []string{key.Value}, "")
	default:
		one(response, "single", "identifier", picked, "")
	}
}

// mapping gives every accepted text the whole point.
func (p *page) mapping(texts []string) string {
	inside := page{dialect: p.dialect}
	inside.tag("mapping", "defaultValue", "0")
	for _, s := range texts {
		inside.element("mapEntry", "", "mapKey", s, "mappedValue", "1", "caseSensitive", "false")
	}
	inside.end("mapping")
	return inside.String()
}

func (p *page) body(r bank.Rendered) {
	stem := p.shown("stem", r.Stem)
	if p.v.Type == scoring.Cloze {
		stem = p.gapped(stem, r)
	}
	field := ""
	if p.v.Type == scoring.ShortText || p.v.Type == scoring.Number {
		inside := page{dialect: p.dialect}
		inside.element("textEntryInteraction", "", "responseIdentifier", response, "expectedLength", "30")
		field = "<div>" + inside.String() + "</div>"
	}
	p.WriteString("<div>" + stem + "</div>" + field)
	switch p.v.Type {
	case scoring.Matching:
		p.matching(r)
	case scoring.Ordering:
		p.choices("orderInteraction", r, "responseIdentifier", response, "shuffle", "true")
	case scoring.Multiple:
		p.choices("choiceInteraction", r, "responseIdentifier", response, "shuffle", "true", "maxChoices", "0")
	case scoring.Single, scoring.TrueFalse, scoring.Scenario, scoring.HotOption:
		p.choices("choiceInteraction", r, "responseIdentifier", response, "shuffle", strconv.FormatBool(p.v.Type != scoring.TrueFalse), "maxChoices", "1")
	}
}

func (p *page) choices(name string, r bank.Rendered, attributes ...string) {
	p.tag(name, attributes...)
	for i, o := range r.Options {
		a := []string{"identifier", choice("C", i)}
		if p.v.Options[i].Pinned {
			a = append(a, "fixed", "true")
		}
		p.element("simpleChoice", p.shown("options", o), a...)
	}
	p.end(name)
}

func (p *page) matching(r bank.Rendered) {
	p.tag("matchInteraction", "responseIdentifier", response, "shuffle", "true", "maxAssociations", strconv.Itoa(len(r.Options)))
	p.tag("simpleMatchSet")
	for i, o := range r.Options {
		p.element("simpleAssociableChoice", p.shown("options", o), "identifier", choice("C", i), "matchMax", "1")
	}
	p.end("simpleMatchSet")
	p.tag("simpleMatchSet")
	for i, m := range r.Matches {
		p.element("simpleAssociableChoice", p.shown("matches", m), "identifier", choice("M", i), "matchMax", "0")
	}
	p.end("simpleMatchSet")
	p.end("matchInteraction")
}

var gapForm = regexp.MustCompile(`<span class="gap" data-gap="(\d+)"></span>`)

// gapped puts the interactions of a cloze where its gaps are.
func (p *page) gapped(stem string, r bank.Rendered) string {
	return gapForm.ReplaceAllStringFunc(stem, func(span string) string {
		n, _ := strconv.Atoi(gapForm.FindStringSubmatch(span)[1])
		inside := page{dialect: p.dialect}
		inside.tag("inlineChoiceInteraction", "responseIdentifier", response+strconv.Itoa(n), "shuffle", "true")
		for i, c := range r.Gaps[n-1] {
			inside.element("inlineChoice", allowed(c), "identifier", choice("C", i))
		}
		inside.end("inlineChoiceInteraction")
		return inside.String()
	})
}

// process writes how the answer is marked.
func (p *page) process() {
	switch {
	case p.v.Type == scoring.Cloze:
		p.compared(func() {
			p.tag("and")
			for i := range p.v.Gaps {
				p.operands("match", response+strconv.Itoa(i+1))
			}
			p.end("and")
		})
	case p.v.Type == scoring.Number:
		mode := []string{"toleranceMode", "exact"}
		if t := p.v.Key.Tolerance; t != "" {
			mode = []string{"toleranceMode", "absolute", "tolerance", t + " " + t}
		}
		p.compared(func() { p.operands("equal", response, mode...) })
	case p.v.Type == scoring.ShortText:
		p.element("responseProcessing", "", "template", p.templates+p.template("map_response"))
	default:
		p.element("responseProcessing", "", "template", p.templates+p.template("match_correct"))
	}
}

func (p *page) template(name string) string {
	if p.kebab {
		return name + ".xml"
	}
	return name
}

// compared gives the point when a condition holds.
func (p *page) compared(condition func()) {
	for _, name := range []string{"responseProcessing", "responseCondition", "responseIf"} {
		p.tag(name)
	}
	condition()
	p.tag("setOutcomeValue", "identifier", "SCORE")
	p.element("baseValue", "1", "baseType", "float")
	for _, name := range []string{"setOutcomeValue", "responseIf", "responseCondition", "responseProcessing"} {
		p.end(name)
	}
}

func (p *page) operands(name, of string, attributes ...string) {
	p.tag(name, attributes...)
	p.element("variable", "", "identifier", of)
	p.element("correct", "", "identifier", of)
	p.end(name)
}

var listStart = regexp.MustCompile(`<ol start="\d+">`)

// shown is a rendered text as the format has it.
func (p *page) shown(field, rendered string) string {
	if listStart.MatchString(rendered) {
		p.lost.Add(p.number, field, "a list begins with 1 in the format")
		rendered = listStart.ReplaceAllString(rendered, "<ol>")
	}
	rendered = fragment.Pictures(rendered, func(id, alt string) string {
		file := p.address(id)
		if file == "" {
			p.lost.Add(p.number, field, "a picture is kept no longer; its description stands in its place")
			return html.EscapeString("[" + alt + "]")
		}
		if !slices.Contains(p.files, file) {
			p.files = append(p.files, file)
		}
		return `<img src="../` + escaped(file) + `" alt="` + escaped(alt) + `"/>`
	})
	return allowed(strings.NewReplacer("<br>", "<br/>", "<u>", `<span class="qti-underline">`, "</u>", "</span>").Replace(rendered))
}
