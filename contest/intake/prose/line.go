package prose

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"mangxanh/contest/intake/rich"
	"mangxanh/contest/text/legacy"
)

// line is one line of a document with what the program reads it by: key holds
// one byte for every letter, in lower case and without diacritics, so that a
// place in key is a place among the letters; at leads from there to the text.
type line struct {
	place int
	text  rich.Text
	key   string
	upper []bool
	at    []int
	table [][][]line
	blank bool // a blank line stood before
	notes []string
}

// foldRunes turns every letter that Vietnamese knows into its key.
var foldRunes = func() map[rune]byte {
	m := map[rune]byte{
		'đ': 'd', 'Đ': 'd', '–': '-', '—': '-', '−': '-', '‐': '-', '‑': '-', '\t': '\t', '\n': '\n', '…': '.',
		'’': '\'', '‘': '\'', '“': '"', '”': '"', '：': ':', '．': '.', '）': ')', '（': '(',
	}
	for r := rune(' '); r <= '~'; r++ {
		m[r] = byte(unicode.ToLower(r))
	}
	for r := rune(0xC0); r < 0x1F00; r++ {
		if r > 0x250 && r < 0x1E00 || m[r] != 0 || !unicode.IsLetter(r) {
			continue
		}
		if base := []rune(norm.NFD.String(string(r)))[0]; base < 0x80 {
			m[r] = byte(unicode.ToLower(base))
		}
	}
	return m
}()

// other stands in a key for letters without one.
const other = '\x7f'

// read prepares a line for matching. Text of an old font is matched by what it
// says and kept as it is.
func (l *line) read(e legacy.Encoding) {
	var key strings.Builder
	key.Grow(len(l.text.Runes))
	e.Map(l.text.Runes, func(r rune, from int) {
		c, known := foldRunes[r]
		if !known {
			c = other
		}
		key.WriteByte(c)
		l.at = append(l.at, from)
		l.upper = append(l.upper, unicode.IsUpper(r))
	})
	l.key = key.String()
	l.at = append(l.at, len(l.text.Runes))
}

// from returns the text from a place of the key on.
func (l *line) from(i int) rich.Text {
	return l.text.Slice(l.at[min(i, len(l.at)-1)], len(l.text.Runes))
}

// between returns the text between two places of the key.
func (l *line) between(i, j int) rich.Text { return l.text.Slice(l.at[i], l.at[j]) }

// rest returns the line from a place of the key on, as a line of its own.
func (l *line) rest(i int) line {
	for i < len(l.key) && (l.key[i] == ' ' || l.key[i] == '\t') {
		i++
	}
	r := line{place: l.place, text: l.from(i), key: l.key[i:], upper: l.upper[i:], notes: l.notes, blank: l.blank}
	for _, a := range l.at[i:] {
		r.at = append(r.at, a-l.at[i])
	}
	return r
}

func (l *line) empty() bool { return l.table == nil && strings.TrimSpace(l.key) == "" }

// capitals reports whether the letters from i to j are upper case.
func (l *line) capitals(i, j int) bool {
	seen := false
	for ; i < j && i < len(l.key); i++ {
		if c := l.key[i]; c >= 'a' && c <= 'z' {
			if !l.upper[i] {
				return false
			}
			seen = true
		}
	}
	return seen
}

var (
	wordStart   = regexp.MustCompile(`^[\s*#]*(?:cau(?: hoi)?|bai(?: tap)?|question)\s*(?:so\s*)?(\d{1,4})(?:[\s.:)/\-]+|$|[\[(])`)
	numberStart = regexp.MustCompile(`^\s*(\d{1,4})\s*[.):/]\s*`)
	partStart   = regexp.MustCompile(`^\s*(?:phan|part|section)\s+(?:thu\s+)?([ivx]{1,4}|\d{1,2}|[a-e]|nhat|hai|ba)\s*(?:[.:\-)(]|$|\s)`)
	romanStart  = regexp.MustCompile(`^\s*([ivx]{1,4})\s*[.\-:)/]\s*[a-z]`)
	essayPart   = regexp.MustCompile(`^\s*[a-e]\s*[.\-:)/]\s*(?:phan\s+)?(?:trac nghiem|tu luan|ly thuyet|bai tap|cau hoi|dap an)`)
	theEnd      = regexp.MustCompile(`^[^a-z0-9]*(?:het|the end|end)[^a-z0-9]*$`)
	answerStart = regexp.MustCompile(`^[\s*=>\-]*(?:(?:dap an|answer|ans|dap so)(?:\s+(?:dung|la|chinh xac|cua cau nay))*\s*([:.=\-]*)\s*|(?:da|key|tra loi|ket qua|lua chon|dap an dung)\s*(:)\s*)`)
	choose      = regexp.MustCompile(`^[\s*=>\-]*(?:chon|vay chon)\s+(?:dap an\s+|phuong an\s+|y\s+)?([a-j])\s*[.!]?\s*$`)
	explains    = regexp.MustCompile(`^[\s*]*(?:loi giai(?: chi tiet| tham khao)?|huong dan(?: giai| tra loi| chi tiet| cham)*|giai thich(?: chi tiet| them)?|giai chi tiet|hdg|explanation|solution|feedback)\s*(?:[:.]+|$)\s*`)
	labelled    = regexp.MustCompile(`^\s*(chu de|chuyen de|muc do|do tuoi|lua tuoi|nguon|can cu|can cu phap ly|hieu luc tu|hieu luc den|giu vi tri)\s*:\s*`)
	keyHeading  = regexp.MustCompile(`^[^a-z0-9]*(?:bang\s+)?(?:dap an|huong dan cham|answer key|answers|dap an va huong dan cham|dap an va loi giai|dap an - huong dan(?: giai| cham)?)(?:\s+(?:chi tiet|tham khao|trac nghiem|phan trac nghiem|de .*|mon .*|ma de .*))?[^a-z0-9]*$`)
	solutions   = regexp.MustCompile(`^[^a-z0-9]*(?:loi giai|huong dan giai|giai|loi giai va dap an)(?: chi tiet| tham khao)?[^a-z0-9]*$`)
)

// questionNumber reads a line that begins a question by a word ("Câu 5:") or by
// a bare number, and tells where its text begins.
func (l *line) questionNumber() (number, text int, byWord, ok bool) {
	if m := wordStart.FindStringSubmatchIndex(l.key); m != nil {
		end := m[1]
		if end > 0 && (l.key[end-1] == '[' || l.key[end-1] == '(') {
			end--
		}
		return atoi(l.key[m[2]:m[3]]), end, true, true
	}
	if m := numberStart.FindStringSubmatchIndex(l.key); m != nil {
		if next := m[1]; next < len(l.key) && l.key[next-1] == '.' && l.key[next] >= '0' && l.key[next] <= '9' {
			return 0, 0, false, false // 1.5
		}
		return atoi(l.key[m[2]:m[3]]), m[1], false, true
	}
	return 0, 0, false, false
}

func atoi(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

// part reads a heading such as "Phần II. ..." and returns its name.
func (l *line) part() (string, bool) {
	m := partStart.FindStringSubmatchIndex(l.key)
	if m == nil {
		return "", false
	}
	if end := m[1]; end < len(l.key) && end > 0 && (l.key[end-1] == ' ' || l.key[end-1] == '\t') && !l.upper[end] && l.key[end] >= 'a' && l.key[end] <= 'z' {
		return "", false // "Phần 1 của bài"
	}
	return strings.TrimSpace(l.between(0, m[3]).String()), true
}
