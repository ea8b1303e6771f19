package itemtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/markup"
	"mangxanh/scoring"
)

// Chance returns a source of random choices and prints its seed.
func Chance(t *testing.T, seed uint64) *rand.Rand {
	t.Helper()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// letters are all of Vietnamese, in both cases.
var letters = []rune("aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ" +
	"AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ")

// signs are what one format or another gives a meaning.
var signs = []string{
	"~", "=", "#", "{", "}", ":", `\`, "->", "%50%", "%", "[html]", "[", "]", "//", "::", "$CATEGORY:", "####", "<b>", "</p>", "<", ">", "&", "&amp;",
	"&lt;", `"`, "'", "|", "*", "**", "_", "`", "1.", "A.", "B)", "-", "+", "[[1", "]]", "ANSWER:", `\n`, `\\`, "]]>", "<![CDATA[", "{1:MC:=a~b}", "@@PLUGINFILE@@", "..", "(", ")", ";", ",", "\t", "×", "≥", "“", "€", "😀", "^", "$x$", "!", "![x](media:y)",
}

// Maker makes sound questions of every kind out of all that could go wrong.
type Maker struct {
	*rand.Rand
	Types  []scoring.Type
	Marked bool // some questions are marked text
}

// Question returns a question that the bank would take.
func (m Maker) Question(t *testing.T) bank.Version {
	t.Helper()
	v := bank.Version{Type: m.Types[m.IntN(len(m.Types))]}
	if m.Marked && m.IntN(3) == 0 {
		v.Format = bank.Markdown
	}
	v.Stem = m.stem(v.Format)
	m.fill(&v)
	if m.IntN(2) == 0 {
		v.Explanation = m.stem(v.Format)
	}
	m.label(&v)
	v = v.Clean()
	if faults := v.Validate(); len(faults) > 0 {
		t.Fatalf("the maker made an unsound question: %+v\n%+v", faults, v)
	}
	return v
}

func (m Maker) fill(v *bank.Version) {
	options := func(n int) {
		for i := range n {
			v.Options = append(v.Options, bank.Option{Text: m.line(v.Format, i)})
		}
	}
	n := 2 + m.IntN(5)
	switch v.Type {
	case scoring.TrueFalse:
		v.Options, v.Key.Choices = []bank.Option{{Text: "Đúng"}, {Text: "Sai"}}, []int{m.IntN(2)}
	case scoring.HotOption:
		options(n)
		for i := range v.Options {
			v.Options[i].MediaID, v.Options[i].Alt = picture(i), m.line(bank.Plain, i)
		}
		v.Key.Choices = []int{m.IntN(n)}
	case scoring.Multiple:
		options(n)
		v.Key.Choices = m.Perm(n)[:1+m.IntN(n)]
		slices.Sort(v.Key.Choices)
	case scoring.Ordering:
		options(n)
		v.Key.Choices = m.Perm(n)
	case scoring.Matching:
		options(n)
		for i := range n + m.IntN(3) {
			match := m.line(bank.Plain, i)
			if v.Format == bank.Markdown {
				match = markup.Escape(match)
			}
			v.Matches = append(v.Matches, match)
		}
		for range n {
			v.Key.Choices = append(v.Key.Choices, m.IntN(len(v.Matches)))
		}
	case scoring.Cloze:
		for g := range 1 + m.IntN(4) {
			gap := bank.Gap{}
			for i := range n {
				gap.Choices = append(gap.Choices, m.line(bank.Plain, i))
			}
			v.Gaps, v.Key.Choices = append(v.Gaps, gap), append(v.Key.Choices, m.IntN(n))
			v.Stem += fmt.Sprintf(" [[%d]] %s", g+1, strings.ReplaceAll(m.line(v.Format, g), "[[", "[ ["))
		}
	case scoring.ShortText:
		for i := range 1 + m.IntN(4) {
			v.Key.Texts = append(v.Key.Texts, m.line(bank.Plain, i))
		}
	case scoring.Number:
		v.Key.Value = []string{"0", "-12", "3.14159", "111", "-0.5", "1000000007"}[m.IntN(6)]
		v.Key.Tolerance = []string{"", "0.01", "5"}[m.IntN(3)]
	default:
		options(n)
		v.Key.Choices = []int{m.IntN(n)}
	}
	if v.Type.HasOptions() && v.Type != scoring.TrueFalse && v.Type != scoring.Ordering && m.IntN(4) == 0 {
		v.Options[len(v.Options)-1].Pinned = true
	}
}

// picture is the id of a picture that Picture knows.
func picture(n int) string { return fmt.Sprintf("abcdefghijklmnop%d-10x20", n) }

// Picture returns a picture for every id; its bytes are the id.
func Picture(id string) (item.Picture, bool) {
	return item.Picture{Name: "ảnh số 1.png", Bytes: []byte(id), Alt: "x"}, true
}

func (m Maker) label(v *bank.Version) {
	if m.IntN(3) > 0 {
		v.Topic = []string{"Quyền trẻ em", "Phòng, chống đuối nước", "Mạng / an toàn: $1", "100% {đúng} = #1"}[m.IntN(4)]
	}
	if m.IntN(3) > 0 {
		v.Difficulty = bank.Difficulties[m.IntN(len(bank.Difficulties))]
	}
	if m.IntN(3) == 0 {
		v.AgeBand = []string{"8-10", "18+"}[m.IntN(2)]
	}
	if m.IntN(2) == 0 {
		v.Citation = bank.ParseCitation([]string{"Luật Trẻ em 102/2016/QH13, Điều 51", "Sách [giáo] khoa: trang 3; \\ <b>", "Nghị định 56/2017/NĐ-CP, Điều 23; trang 4"}[m.IntN(3)])
		v.Citation.From = time.Date(2017, 6, 1, 0, 0, 0, 0, contest.Hanoi).UTC()
		if m.IntN(2) == 0 {
			v.Citation.To = time.Date(2030, 1, 1, 0, 0, 0, 0, contest.Hanoi).UTC()
		}
	}
}

// words are a few words of letters and signs; never nothing but white space.
func (m Maker) words(n int) string {
	var b strings.Builder
	for range n {
		switch m.IntN(4) {
		case 0:
			b.WriteString(signs[m.IntN(len(signs))])
		default:
			for range 1 + m.IntN(7) {
				b.WriteRune(letters[m.IntN(len(letters))])
			}
		}
		if m.IntN(4) > 0 {
			b.WriteByte(' ')
		}
	}
	b.WriteRune(letters[m.IntN(len(letters))])
	return strings.TrimSpace(b.String())
}

// line is a text of one line that no other with another number equals.
func (m Maker) line(format bank.Format, number int) string {
	s := strings.Join(strings.Fields(m.words(1+m.IntN(6))), " ") + fmt.Sprint(number)
	if m.IntN(5) == 0 {
		s = strings.TrimSpace(signs[m.IntN(len(signs))] + s)
	}
	if format != bank.Markdown {
		return s
	}
	s = markup.Escape(s)
	switch m.IntN(4) {
	case 0:
		return "**" + s + "**"
	case 1:
		return s + " m<sup>2</sup>"
	}
	return s
}

// stem is a text of several lines, sometimes a long one.
func (m Maker) stem(format bank.Format) string {
	lines := 1 + m.IntN(3)
	if format == bank.Markdown {
		return m.marked(lines)
	}
	var out []string
	for range lines {
		out = append(out, m.words(2+m.IntN(12)))
	}
	if m.IntN(10) == 0 {
		out = append(out, m.words(300))
	}
	s := strings.Join(out, "\n")
	if r := []rune(s); len(r) > 3000 {
		s = string(r[:3000])
	}
	return strings.TrimSpace(strings.ReplaceAll(s, "[[", "[ ["))
}

func (m Maker) marked(paragraphs int) string {
	text := func() string { return markup.Escape(strings.Join(strings.Fields(m.words(3)), " ")) }
	out := []string{text()}
	for range paragraphs {
		switch m.IntN(6) {
		case 0:
			out = append(out, "\n\n- "+text()+"\n- **"+text()+"**\n\n"+text())
		case 1:
			out = append(out, "\n\n| "+text()+" | "+text()+" |\n| --- | --- |\n| "+text()+" | x<sub>1</sub> |\n\n"+text())
		case 2:
			out = append(out, "\n"+text())
		case 3:
			out = append(out, " <u>"+text()+"</u> ")
		case 4:
			out = append(out, " *"+text()+"* ")
		default:
			out = append(out, " H<sub>2</sub>O ")
		}
	}
	return strings.TrimSpace(strings.Join(out, ""))
}

// Meaning writes a question as what it means to those who are asked it: two
// questions with the same meaning differ in nothing but the way they are
// written down.
func Meaning(v bank.Version) string {
	r := v.Render()
	var b strings.Builder
	line := func(name string, values ...string) { fmt.Fprintf(&b, "%s: %q\n", name, values) }
	line("type", string(v.Type))
	line("stem", flat(r.Stem))
	option := func(i int) string {
		s := flat(r.Options[i])
		if v.Options[i].Pinned {
			s += " (pinned)"
		}
		return s
	}
	switch key := v.Key.Choices; v.Type {
	case scoring.Ordering:
		for _, i := range key {
			line("next", option(i))
		}
	case scoring.Matching:
		unused := map[string]bool{}
		for _, m := range r.Matches {
			unused[flat(m)] = true
		}
		for i, k := range key {
			line("pair", option(i), flat(r.Matches[k]))
			delete(unused, flat(r.Matches[k]))
		}
		var rest []string
		for m := range unused {
			rest = append(rest, m)
		}
		slices.Sort(rest)
		line("no partner", rest...)
	default:
		for i := range v.Options {
			line("option", option(i), fmt.Sprint(slices.Contains(key, i)))
		}
		for i, g := range r.Gaps {
			line("gap", append(slices.Clone(g), fmt.Sprint(key[i]))...)
		}
	}
	line("texts", v.Key.Texts...)
	line("number", v.Key.Value, strings.TrimPrefix(v.Key.Tolerance, "0"))
	line("explanation", flat(r.Explanation))
	c := v.Citation
	line("labels", v.Topic, v.Difficulty, v.AgeBand, c.Text, c.Instrument, c.Article, c.From.String(), c.To.String())
	return b.String()
}

// flat takes away differences of a rendering that no page shows.
func flat(rendered string) string {
	for _, tag := range []string{"</p>", "</ul>", "</ol>", "</table>"} {
		rendered = strings.ReplaceAll(rendered, tag+"<p>", "<br>")
		rendered = strings.ReplaceAll(rendered, tag+"<br>", "<br>")
	}
	rendered = strings.NewReplacer("<p>", "<br>", "</p>", "<br>", "\n", " ", "</ul>", "<br>", "</ol>", "<br>", "</table>", "<br>").Replace(rendered)
	rendered = strings.Join(strings.Fields(rendered), " ")
	for _, look := range []string{"b", "i", "u", "sub", "sup"} {
		rendered = strings.ReplaceAll(rendered, "</"+look+"> <"+look+">", " ")
	}
	for _, gap := range []string{" <br>", "<br> ", "<br><br>"} {
		for strings.Contains(rendered, gap) {
			rendered = strings.ReplaceAll(rendered, gap, "<br>")
		}
	}
	for _, block := range []string{"<ul>", "<ol>", "<table>", "<thead>", "<tbody>"} {
		rendered = strings.ReplaceAll(rendered, "<br>"+block, block)
	}
	return strings.TrimSuffix(strings.TrimPrefix(rendered, "<br>"), "<br>")
}
