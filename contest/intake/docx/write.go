package docx

import (
	"archive/zip"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/text"
	"mangxanh/scoring"
)

// Write writes a paper for printing: numbered questions, options by letter. A
// question whose key is there shows it (the right option underlined, "Đáp án",
// "Lời giải" and the labels that the import reads); one without is as pupils
// get it. What is to be put in order or matched never stands as the key has it.
func Write(w io.Writer, versions []bank.Version, pictures func(id string) (item.Picture, bool)) ([]item.Loss, error) {
	p := &paper{zip: zip.NewWriter(w), pictures: pictures, files: map[string]placed{}}
	p.paragraph("Title", run("ĐỀ BÀI", 0))
	for n, v := range versions {
		p.question(n+1, v)
	}
	p.paragraph("Centre", run("HẾT", bold))
	return p.lost, p.finish()
}

// Looks of a run.
const (
	bold = 1 << iota
	italic
	underline
	sub
	sup
)

type paper struct {
	zip      *zip.Writer
	pictures func(id string) (item.Picture, bool)
	files    map[string]placed
	body     strings.Builder
	relation strings.Builder
	shown    int // pictures in the text, which are numbered
	lost     item.Losses
	failed   error
	number   int
}

// kinds are how the type stands in brackets after the number where the wording
// does not tell it.
var kinds = map[scoring.Type]string{
	scoring.Multiple: "Nhiều đáp án", scoring.Ordering: "Sắp xếp", scoring.Scenario: "Tình huống", scoring.ShortText: "Trả lời ngắn",
	scoring.Number: "Điền số", scoring.Single: "", scoring.TrueFalse: "Đúng sai",
}

func (p *paper) question(n int, v bank.Version) {
	p.number = n
	p.unheld(v)
	v = shuffled(v)
	r := v.Render()
	lead := run(fmt.Sprintf("Câu %d", n), bold)
	if kind := kinds[v.Type]; kind != "" && (!v.Withheld || v.Type != scoring.Scenario) {
		lead += run(" ["+kind+"]", 0)
	}
	lead += run(". ", bold)
	p.html("Question", lead, "stem", gapLines(r.Stem))
	switch v.Type {
	case scoring.Matching:
		p.matching(r)
	case scoring.Cloze:
		for i, g := range r.Gaps {
			p.paragraph("Option", run(fmt.Sprintf("(%d) ", i+1), bold)+p.inline("gaps", strings.Join(g, " / ")))
		}
	default:
		p.options(v, r)
	}
	if v.Type == scoring.ShortText || v.Type == scoring.Number || v.Type == scoring.Prediction {
		if v.Withheld {
			p.paragraph("Option", run(strings.Repeat("…", 40), 0))
		}
	}
	if !v.Withheld {
		p.key(v, r)
	}
}

// shuffled puts what the order of the text would give away into the order of
// the alphabet.
func shuffled(v bank.Version) bank.Version {
	sorted := func(n int, key func(int) string) []int {
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(key(a), key(b)) })
		return order
	}
	key := slices.Clone(v.Key.Choices)
	switch v.Type {
	case scoring.Ordering:
		order := sorted(len(v.Options), func(i int) string { return text.Fold(v.Options[i].Text) })
		options := make([]bank.Option, len(order))
		for to, from := range order {
			options[to] = v.Options[from]
		}
		for i, k := range key {
			key[i] = slices.Index(order, k)
		}
		v.Options = options
	case scoring.Matching:
		order := sorted(len(v.Matches), func(i int) string { return text.Fold(v.Matches[i]) })
		matches := make([]string, len(order))
		for to, from := range order {
			matches[to] = v.Matches[from]
		}
		for i, k := range key {
			key[i] = slices.Index(order, k)
		}
		v.Matches = matches
	}
	v.Key.Choices = key
	return v
}

// unheld says what the import will not read back.
func (p *paper) unheld(v bank.Version) {
	n := p.number
	if v.Type == scoring.Matching || v.Type == scoring.Cloze || v.Type == scoring.HotOption {
		p.lost.Add(n, "type", "the paper shows the question; the import cannot read its kind back")
	}
	if v.Withheld && v.Type != scoring.Prediction {
		p.lost.Add(n, "key", "key and explanation are left out")
	}
	if v.Audio != nil {
		p.lost.Add(n, "audio", "a recording cannot be printed")
	}
	if v.Citation.InstrumentID != "" {
		p.lost.Add(n, "instrument", "the entry in the list of instruments is left out; the source is written")
	}
	if again := bank.ParseCitation(item.Source(v.Citation)); !v.Withheld && (again.Instrument != v.Citation.Instrument || again.Article != v.Citation.Article) {
		p.lost.Add(n, "citation", "instrument and article are written in one line and may be read differently")
	}
	if len(v.Key.Texts) > 0 && strings.Contains(strings.Join(v.Key.Texts, ""), "|") {
		p.lost.Add(n, "key", "an accepted text has a bar in it, which parts texts")
	}
}

// Options stand two or four on a line when they are short.
const (
	lineOfFour = 16 // letters of the longest
	lineOfTwo  = 38
)

func (p *paper) options(v bank.Version, r bank.Rendered) {
	longest, picture := 0, false
	for i, o := range v.Options {
		longest = max(longest, utf8.RuneCountInString(o.Text))
		picture = picture || strings.Contains(r.Options[i], "<img")
	}
	each := 1
	switch {
	case picture:
	case longest <= lineOfFour:
		each = 4
	case longest <= lineOfTwo:
		each = 2
	}
	for from := 0; from < len(v.Options); from += each {
		var line strings.Builder
		for i := from; i < min(from+each, len(v.Options)); i++ {
			if i > from {
				line.WriteString("<w:r><w:tab/></w:r>")
			}
			look := bold
			if slices.Contains(v.Key.Choices, i) && v.Type != scoring.Ordering {
				look |= underline
			}
			line.WriteString(run(bank.Letter(i)+".", look) + run(" ", 0) + p.inline("options", r.Options[i]))
		}
		p.paragraph(fmt.Sprintf("Option%d", each), line.String())
	}
}

func (p *paper) matching(r bank.Rendered) {
	for i, o := range r.Options {
		p.paragraph("Option", run(fmt.Sprintf("(%d) ", i+1), bold)+p.inline("options", o))
	}
	for i, m := range r.Matches {
		p.paragraph("Option", run("("+strings.ToLower(bank.Letter(i))+") ", bold)+p.inline("matches", m))
	}
}

// key writes what the import reads as key, explanation and labels.
func (p *paper) key(v bank.Version, r bank.Rendered) {
	label := func(name, value string) {
		if value != "" {
			p.paragraph("Note", run(name+": ", bold)+run(value, 0))
		}
	}
	label("Đáp án", keyOf(v))
	if r.Explanation != "" {
		p.html("Note", run("Lời giải: ", bold), "explanation", r.Explanation)
	}
	label("Chủ đề", v.Topic)
	label("Mức độ", map[string]string{bank.NhanBiet: "Nhận biết", bank.ThongHieu: "Thông hiểu", bank.VanDung: "Vận dụng", bank.VanDungCao: "Vận dụng cao"}[v.Difficulty])
	label("Độ tuổi", v.AgeBand)
	label("Nguồn", item.Source(v.Citation))
	label("Hiệu lực từ", day(v.Citation.From))
	label("Hiệu lực đến", day(v.Citation.To))
	var pinned []string
	for i, o := range v.Options {
		if o.Pinned {
			pinned = append(pinned, bank.Letter(i))
		}
	}
	label("Giữ vị trí", strings.Join(pinned, ", "))
}

func keyOf(v bank.Version) string {
	var parts []string
	for i, k := range v.Key.Choices {
		switch v.Type {
		case scoring.Matching:
			parts = append(parts, fmt.Sprintf("(%d)–(%s)", i+1, strings.ToLower(bank.Letter(k))))
		case scoring.Cloze:
			parts = append(parts, fmt.Sprintf("(%d) %s", i+1, v.Gaps[i].Choices[k]))
		default:
			parts = append(parts, bank.Letter(k))
		}
	}
	switch {
	case v.Type == scoring.Number && v.Key.Tolerance != "":
		return v.Key.Value + "±" + v.Key.Tolerance
	case v.Type == scoring.Number:
		return v.Key.Value
	case v.Type == scoring.ShortText:
		return strings.Join(v.Key.Texts, " | ")
	}
	return strings.Join(parts, ", ")
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(contest.Hanoi).Format("02/01/2006")
}
