package prose

import "mangxanh/contest/intake/rich"

// mark is the letter that begins an option inside a line.
type mark struct {
	from, letterAt, text int // places in the key: of the mark, its letter and the text after it
	letter               int // 0 for A
	class                class
	star                 bool
}

// class says how sure a mark is one: "A." and "A)" are, "A:" may be a speaker
// and "a)" a list inside the question.
type class int

const (
	lower class = iota + 1
	speaker
	sure
)

const maxLetter = 10 // A to J

// markAt reads a mark at a place of the key.
func (l *line) markAt(i int) (mark, bool) {
	m := mark{from: i}
	k := l.key
	for i < len(k) && (k[i] == ' ' || k[i] == '\t') {
		i++
	}
	if i < len(k) && (k[i] == '*' || k[i] == '#') {
		m.star = true
		for i++; i < len(k) && k[i] == ' '; i++ {
		}
	}
	round := i < len(k) && k[i] == '('
	if round {
		i++
	}
	if i >= len(k) || k[i] < 'a' || k[i] >= 'a'+maxLetter {
		return m, false
	}
	m.letter, m.letterAt = int(k[i]-'a'), i
	m.class = lower
	if l.upper[i] {
		m.class = sure
	}
	i++
	if i < len(k) && k[i] == ' ' && i+1 < len(k) && (k[i+1] == '.' || k[i+1] == ')') {
		i++
	}
	switch {
	case i >= len(k):
		return m, false
	case round && k[i] == ')', !round && (k[i] == '.' || k[i] == ')'):
	case !round && k[i] == '/' && m.class == sure:
	case !round && k[i] == ':' && m.class == sure:
		m.class = speaker
	default:
		return m, false
	}
	for i++; i < len(k) && (k[i] == ' ' || k[i] == '\t'); i++ {
	}
	if i < len(k) && k[i] == '*' {
		m.star = true
		for i++; i < len(k) && k[i] == ' '; i++ {
		}
	}
	m.text = i
	return m, true
}

// marks finds the options of a line that begins with one, each next letter
// after the one before.
func (l *line) marks() []mark {
	first, ok := l.markAt(0)
	if !ok {
		return nil
	}
	return l.following([]mark{first})
}

// following adds the marks that continue a list.
func (l *line) following(found []mark) []mark {
	for {
		last := found[len(found)-1]
		next, ok := l.next(last.text, last.letter+1, last.class, false)
		if !ok {
			return found
		}
		found = append(found, next)
	}
}

// next looks for the mark of one letter. wide asks for a tab or two spaces
// before it.
func (l *line) next(from, letter int, c class, wide bool) (mark, bool) {
	for i := from; i < len(l.key); i++ {
		if l.key[i] != byte('a'+letter) {
			continue
		}
		start := i
		for start > from && (l.key[start-1] == '*' || l.key[start-1] == '#' || l.key[start-1] == '(') {
			start--
		}
		if start == 0 || !space(l.key[start-1]) && start != from {
			continue
		}
		if wide && l.key[start-1] != '\t' && (start < 2 || !space(l.key[start-2])) {
			continue
		}
		if m, ok := l.markAt(start); ok && m.letter == letter && m.class == c {
			return m, true
		}
	}
	return mark{}, false
}

func space(c byte) bool { return c == ' ' || c == '\t' }

// inline finds options that follow the stem on its own line: "… là? A. 1 B. 2
// C. 3". Two of them count when they stand apart, three when they do not.
func (l *line) inline() []mark {
	for from := 0; ; {
		first, ok := l.next(from, 0, sure, false)
		if !ok {
			return nil
		}
		found := l.following([]mark{first})
		_, wide := l.next(max(first.from-2, 0), 0, sure, true)
		if first.from > 0 && (len(found) >= 3 || wide && len(found) >= 2) {
			return found
		}
		from = first.text
	}
}

// option is one answer as it stands in the document.
type option struct {
	letter int
	class  class
	head   rich.Style // of the letter
	text   rich.Text
	star   bool
	auto   bool // the word processor wrote the letter
}

// options takes the marked pieces of a line apart.
func (l *line) options(marks []mark) []option {
	out := make([]option, len(marks))
	for i, m := range marks {
		end := len(l.key)
		if i+1 < len(marks) {
			end = marks[i+1].from
		}
		out[i] = option{letter: m.letter, class: m.class, star: m.star, text: l.between(m.text, end).Trim()}
		if at := l.at[m.letterAt]; at < len(l.text.Styles) {
			out[i].head = l.text.Styles[at]
		}
	}
	return out
}
