// Package prose recognises questions in running text, as Vietnamese teachers
// write them: in a word processor, or pasted from anywhere.
//
//	Câu 1 [TH]. Số điện thoại của Tổng đài bảo vệ trẻ em là số nào?
//	A. 113    B. 114    *C. 111    D. 115
//	Đáp án: C
//	Lời giải: 111 là Tổng đài điện thoại quốc gia bảo vệ trẻ em.
//
// A question begins with "Câu", "Bài", "Question" or a number; parts ("Phần
// II.") may number anew. Options are A to J, on lines of their own or several
// on one. The right one is told by a star, by "Đáp án: C", by a table or list
// of keys at the end ("1-A 2.B"), or by its looks: underlined, bold, italic,
// red or highlighted where the other options are not. Behind "HẾT" stand keys
// and solutions. In brackets after the number may stand the level ([NB], [TH],
// [VD], [VDC]) and the type; "Chủ đề:", "Độ tuổi:", "Nguồn:" and their like may
// follow the options.
//
// Which option is right is never guessed: two marks, marks that contradict one
// another and text that belongs nowhere are problems of the question. The
// package refuses to know files and storage.
package prose

import (
	"strconv"
	"strings"

	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/rich"
	"mangxanh/contest/text/legacy"
)

// Line is a paragraph of a document, or a table when Table is not nil.
type Line struct {
	Place int       // paragraph, from 1
	Label rich.Text // number that the word processor writes before it
	Text  rich.Text
	Table [][]Cell
	Notes []string // codes of what the reader of the file had to leave out here
}

// Cell is what stands in a cell of a table.
type Cell []Line

// Document is what was read.
type Document struct {
	Lines    []Line
	Pictures []item.Picture  // by the numbers that stand in the texts
	Encoding legacy.Encoding // of the document's fonts; None = find out
}

// Pasted makes a document of plain text.
func Pasted(s string) Document {
	var d Document
	for i, l := range strings.Split(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"), "\n") {
		d.Lines = append(d.Lines, Line{Place: i + 1, Text: rich.Of(l, 0)})
	}
	return d
}

// Recognise finds the questions of a document.
func Recognise(d Document) item.File {
	if d.Encoding == legacy.None {
		d.Encoding = suspect(d.Lines)
	}
	r := &reader{document: d, encoding: d.Encoding}
	r.prepare(d.Lines)
	r.words = r.countsByWord()
	for i := range r.lines {
		r.line(i)
	}
	return r.file()
}

// suspect looks for an old font in the whole text.
func suspect(lines []Line) legacy.Encoding {
	var sum legacy.Suspicion
	for _, l := range lines {
		sum.Add(legacy.Suspect(l.Text.String()))
		for _, row := range l.Table {
			for _, c := range row {
				for _, inner := range c {
					sum.Add(legacy.Suspect(inner.Text.String()))
				}
			}
		}
	}
	return sum.Encoding()
}

// section is where the reader is inside a question.
type section int

const (
	inStem section = iota
	inOption
	inAnswer
	inExplanation
)

type reader struct {
	document Document
	encoding legacy.Encoding
	lines    []line
	words    bool // questions begin with a word, so a bare number does not begin one

	drafts  []*draft
	current *draft
	section section
	part    string
	parts   int
	after   bool // behind the questions: keys and solutions
	partKey int  // part that keys behind the questions belong to, 0 = not said
	keys    []keyed
	at      int // index of the line being read
}

// prepare cuts paragraphs into lines and opens tables that only lay text out.
func (r *reader) prepare(lines []Line) {
	blank := false
	for _, p := range lines {
		if p.Table != nil {
			r.prepareTable(p)
			blank = false
			continue
		}
		whole := p.Label
		if whole.Len() > 0 {
			whole = rich.Text{}
			whole.Append(p.Label)
			whole.Add(" ", 0)
		}
		whole.Append(p.Text)
		for _, t := range whole.Normal(r.encoding == legacy.TCVN3).Lines() {
			l := line{place: p.Place, text: t.Trim(), notes: p.Notes, blank: blank}
			l.read(r.encoding)
			if blank = l.empty(); !blank || l.notes != nil {
				r.lines = append(r.lines, l)
			}
		}
	}
}

// countsByWord reports whether questions begin with a word like "Câu". Lists of
// keys do not count.
func (r *reader) countsByWord() bool {
	for i := range r.lines {
		l := &r.lines[i]
		if _, _, byWord, ok := l.questionNumber(); ok && byWord && l.keyList(true) == nil {
			return true
		}
	}
	return false
}

// line reads one line in the state that the lines before left.
func (r *reader) line(i int) {
	l := &r.lines[i]
	r.at = i
	switch {
	case l.table != nil:
		r.tableLine(l)
	case theEnd.MatchString(l.key):
		r.after, r.current, r.partKey = true, nil, 0
	case r.heading(l):
	case r.keyLine(i):
	case r.questionLine(i):
	case r.current != nil:
		r.inside(l)
	}
}

// heading reads the heading of a part.
func (r *reader) heading(l *line) bool {
	name, ok := l.part()
	if !ok && (r.current == nil || len(r.current.options) >= 2) {
		if m := romanStart.FindStringSubmatchIndex(l.key); m != nil && l.capitals(m[2], m[3]) {
			name, ok = strings.ToUpper(l.key[m[2]:m[3]]), true
		}
		ok = ok || essayPart.MatchString(l.key)
	}
	if !ok {
		return false
	}
	if r.after && !r.optionsAhead() {
		r.partKey++
		r.current = nil
		return true
	}
	r.after, r.current, r.part = false, nil, name
	r.parts++
	return true
}

// optionsAhead reports whether a question with options follows within the next
// lines: then the document goes on, with a second part or paper.
func (r *reader) optionsAhead() bool {
	starts := 0
	for i := r.at + 1; i < min(len(r.lines), r.at+12); i++ {
		n := &r.lines[i]
		if n.table != nil {
			return false
		}
		if _, _, byWord, ok := n.questionNumber(); ok && (byWord || !r.words) && n.keyList(true) == nil {
			if starts++; starts > 1 {
				return false
			}
		}
		if m := n.marks(); len(m) > 0 && m[0].letter == 0 && starts > 0 || starts > 0 && len(n.inline()) > 0 {
			return true
		}
	}
	return false
}

// questionLine begins a question, or the solution of one behind the questions.
func (r *reader) questionLine(i int) bool {
	l := &r.lines[i]
	number, text, byWord, ok := l.questionNumber()
	if !ok || !byWord && !r.numberBegins(number) {
		return false
	}
	if known := r.known(number); known != nil && (r.after || len(known.options) > 0 && !r.optionsIn(i)) {
		r.current, r.section = known, inExplanation
		known.solved = true
		rest := l.rest(text)
		r.solution(&rest)
		return true
	}
	if r.after && !r.optionsIn(i) {
		r.current = nil
		return true // a solution to nothing
	}
	r.after = false
	r.begin(l, number, text)
	return true
}

// numberBegins reports whether a bare number begins a question: the next one in
// order, or the first of a new part.
func (r *reader) numberBegins(number int) bool {
	if r.words {
		return false
	}
	if r.after {
		return true
	}
	last := 0
	if n := len(r.drafts); n > 0 && r.drafts[n-1].partNo == r.parts {
		last = r.drafts[n-1].number
	}
	done := r.current == nil || len(r.current.options) >= 2 || r.current.answered()
	return number == last+1 && (done || last == 0 || r.optionsIn(r.at)) || done && number > last && number <= last+20 ||
		done && number == 1 && r.optionsIn(r.at)
}

// optionsIn reports whether line i or the lines up to the next question hold
// options.
func (r *reader) optionsIn(i int) bool {
	for n := i; n < len(r.lines) && n < i+40; n++ {
		l := &r.lines[n]
		if l.table != nil {
			continue
		}
		_, text, byWord, ok := l.questionNumber()
		if n > i && ok && (byWord || !r.words) {
			return false
		}
		if n == i {
			rest := l.rest(text)
			if len(rest.inline()) > 0 {
				return true
			}
			continue
		}
		if m := l.marks(); len(m) > 0 && m[0].letter == 0 || len(l.inline()) > 0 {
			return true
		}
	}
	return false
}

// known returns the last question of that number in this part.
func (r *reader) known(number int) *draft {
	for i := len(r.drafts) - 1; i >= 0; i-- {
		d := r.drafts[i]
		if d.number == number && !d.solved && (r.partKey == 0 && (r.after || d.partNo == r.parts) || d.partNo == r.partKey) {
			if r.after && r.partKey == 0 { // the first of that number that has no solution yet
				for _, e := range r.drafts[:i] {
					if e.number == number && !e.solved {
						return e
					}
				}
			}
			return d
		}
	}
	return nil
}

// begin starts a question with the rest of its first line.
func (r *reader) begin(l *line, number, text int) {
	d := &draft{number: number, part: r.part, partNo: r.parts, place: l.place, ordinal: len(r.drafts) + 1}
	r.drafts = append(r.drafts, d)
	r.current, r.section = d, inStem
	rest := l.rest(text)
	rest = d.tags(rest)
	for len(rest.key) > 0 && strings.IndexByte(".:)-/ \t", rest.key[0]) >= 0 {
		rest = rest.rest(1)
	}
	d.note(l)
	r.stemLine(&rest)
}

// stemLine adds a line to the stem, with the options that may follow on it.
func (r *reader) stemLine(l *line) {
	if l.empty() {
		return
	}
	if marks := l.inline(); marks != nil {
		r.current.stem = append(r.current.stem, rich.Block{Text: l.between(0, marks[0].from).Trim()})
		r.current.addOptions(l.options(marks))
		r.section = inOption
		return
	}
	r.current.stem = append(r.current.stem, rich.Block{Text: l.text})
}

// inside reads a line of the current question.
func (r *reader) inside(l *line) {
	d := r.current
	d.note(l)
	if r.answerLine(l) {
		return
	}
	if at := explains.FindStringIndex(l.key); at != nil && !(r.section == inStem && at[1] == len(l.key) && len(d.options) == 0 && d.number == 0) {
		r.section = inExplanation
		rest := l.rest(at[1])
		r.solution(&rest)
		return
	}
	if m := labelled.FindStringSubmatchIndex(l.key); m != nil && (len(d.options) > 0 || d.answered()) {
		d.label(l.key[m[2]:m[3]], l.from(m[1]).Squeeze().String())
		return
	}
	if marks := l.marks(); marks != nil && r.section != inExplanation && d.takes(marks) {
		d.hold(l, marks[0].class)
		d.addOptions(l.options(marks))
		r.section = inOption
		return
	}
	if r.section == inOption {
		d.hold(l, d.options[0].class)
	}
	r.more(l)
}

// more adds a line to what the question was last told.
func (r *reader) more(l *line) {
	d := r.current
	switch r.section {
	case inStem:
		r.stemLine(l)
	case inOption:
		last := &d.options[len(d.options)-1]
		if l.blank || l.text.Len() == 0 || ends(last.text) && !continues(l) {
			d.stray = append(d.stray, l.text.Squeeze().String())
			return
		}
		last.text.Append(rich.Of(" ", 0))
		last.text.Append(l.text)
	default:
		r.section = inExplanation
		d.explanation = append(d.explanation, rich.Block{Text: l.text})
	}
}

// ends reports whether a text ends with a full stop or the like.
func ends(t rich.Text) bool {
	n := len(t.Runes)
	return n > 0 && strings.ContainsRune(".?!;:", t.Runes[n-1])
}

// continues reports whether a line begins in the middle of a sentence, or is a
// picture.
func continues(l *line) bool {
	if _, picture := rich.PictureOf(l.text.Runes[0]); picture {
		return true
	}
	return len(l.key) > 0 && l.key[0] >= 'a' && l.key[0] <= 'z' && !l.upper[0]
}

// solution takes the first line of an explanation, which may name the key.
func (r *reader) solution(l *line) {
	if l.empty() || r.answerLine(l) {
		return
	}
	r.section = inExplanation
	r.current.explanation = append(r.current.explanation, rich.Block{Text: l.text})
}

// answerLine reads "Đáp án: B" and its like.
func (r *reader) answerLine(l *line) bool {
	d := r.current
	if m := choose.FindStringSubmatchIndex(l.key); m != nil && len(d.options) > 0 {
		d.answer(l.rest(m[2]))
		return true
	}
	m := answerStart.FindStringSubmatchIndex(l.key)
	if m == nil {
		return false
	}
	rest := l.rest(m[1])
	separated := m[4] >= 0 || m[2] >= 0 && m[3] > m[2]
	if !separated && !rest.letterOnly() && (r.section == inStem || !rest.letterFirst()) {
		return false // "Đáp án nào sau đây đúng?"
	}
	if r.section != inExplanation {
		r.section = inAnswer
	}
	d.answer(rest)
	return true
}

func number(n int) string { return strconv.Itoa(n) }
