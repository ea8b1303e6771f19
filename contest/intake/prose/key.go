package prose

import (
	"regexp"
	"slices"
	"strings"
)

// keyed is one entry of a list or table of keys.
type keyed struct {
	number  int
	part    int // 0 = not said
	choices []int
}

var (
	keyToken = regexp.MustCompile(`^(?:cau\s*)?(\d{1,4})\s*[-.:)=>]{0,2}\s*\(?([a-j](?:[,/][a-j])*|[a-j]{2,5})\)?(?:[\s,;|.]+|$)`)
	letters  = regexp.MustCompile(`^\(?([a-j](?:[,/][a-j])*|[a-j]{2,5})\)?\.?$`)
	numeral  = regexp.MustCompile(`^(?:cau\s*)?(\d{1,4})\s*[.:)]?$`)
	keyLabel = regexp.MustCompile(`^(?:cau(?: hoi)?|stt|so|dap an|da|ma de.*|question|answer|key|phan .*|d/a|[^a-z0-9]*)$`)
)

// keyList reads a line that is nothing but keys, "1-A 2.B 3C"; nil when it is
// not. Behind the questions one is enough, among them it takes three.
func (l *line) keyList(after bool) []keyed {
	var out []keyed
	for i := 0; i < len(l.key); {
		if c := l.key[i]; c == ' ' || c == '\t' || c == '|' {
			i++
			continue
		}
		m := keyToken.FindStringSubmatchIndex(l.key[i:])
		if m == nil {
			return nil
		}
		if m[5]-m[4] > 1 && !l.capitals(i+m[4], i+m[5]) {
			return nil // a word
		}
		out = append(out, keyed{number: atoi(l.key[i+m[2] : i+m[3]]), choices: lettersOf(l.key[i+m[4] : i+m[5]])})
		i += m[1]
	}
	if len(out) == 0 || !after && len(out) < 3 {
		return nil
	}
	return out
}

// keyLine reads headings and lines of keys.
func (r *reader) keyLine(i int) bool {
	l := &r.lines[i]
	if r.after || r.current == nil || len(r.current.options) > 0 {
		if list := l.keyList(r.after); list != nil {
			r.keyed(list)
			return true
		}
	}
	if keyHeading.MatchString(l.key) && len(r.drafts) > 0 && (l.capitals(0, len(l.key)) || r.after || r.keysAt(i+1)) {
		r.after, r.current, r.partKey = true, nil, 0
		return true
	}
	if solutions.MatchString(l.key) && len(r.drafts) > 0 && (r.after || l.capitals(0, len(l.key)) && r.restarts(i+1)) {
		r.after, r.current, r.partKey = true, nil, 0
		return true
	}
	return false
}

// keysAt reports whether a list or table of keys stands at line i.
func (r *reader) keysAt(i int) bool {
	if i >= len(r.lines) {
		return false
	}
	l := &r.lines[i]
	return l.table != nil && tableKeys(l.table) != nil || l.table == nil && l.keyList(true) != nil
}

// restarts reports whether questions are numbered from 1 again behind line i,
// without options: solutions then.
func (r *reader) restarts(i int) bool {
	for ; i < len(r.lines); i++ {
		if n, _, byWord, ok := r.lines[i].questionNumber(); ok && (byWord || !r.words) {
			return n == 1 && !r.optionsIn(i)
		}
	}
	return false
}

func (r *reader) keyed(list []keyed) {
	if !r.after {
		r.after, r.current = true, nil
	}
	for _, k := range list {
		k.part = r.partKey
		r.keys = append(r.keys, k)
	}
}

// tableLine reads a table: of keys, or a part of the question it stands in.
func (r *reader) tableLine(l *line) {
	if list := tableKeys(l.table); list != nil && len(r.drafts) > 0 {
		r.keyed(list)
		return
	}
	if r.current == nil {
		return
	}
	b := tableBlock(l.table)
	switch r.section {
	case inStem:
		r.current.stem = append(r.current.stem, b)
	case inExplanation:
		r.current.explanation = append(r.current.explanation, b)
	default:
		r.current.stray = append(r.current.stray, clip(plainTable(l.table)))
	}
}

// tableKeys reads a table in which nothing stands but numbers and letters: in
// one cell, side by side, or one under the other.
func tableKeys(table [][][]line) []keyed {
	cells := make([][]string, len(table))
	filled := 0
	for i, row := range table {
		for _, cell := range row {
			s := cellKey(cell)
			if keyLabel.MatchString(s) {
				s = ""
			}
			if s != "" {
				filled++
			}
			cells[i] = append(cells[i], s)
		}
	}
	if filled < 2 {
		return nil
	}
	if out := pairedInCells(cells); out != nil {
		return out
	}
	if out := paired(cells); len(out)*2 == filled {
		return out
	}
	if out := paired(transposed(cells)); len(out)*2 == filled {
		return out
	}
	return nil
}

func cellKey(cell []line) string {
	var parts []string
	for _, l := range cell {
		parts = append(parts, strings.TrimSpace(l.key))
	}
	return strings.Join(parts, " ")
}

// pairedInCells reads cells that hold "1.A" each; nil when one does not.
func pairedInCells(cells [][]string) []keyed {
	var out []keyed
	for _, row := range cells {
		for _, s := range row {
			if s == "" {
				continue
			}
			l := line{key: s, upper: make([]bool, len(s))}
			for i := range l.upper {
				l.upper[i] = true
			}
			list := l.keyList(true)
			if list == nil {
				return nil
			}
			out = append(out, list...)
		}
	}
	return out
}

// paired reads rows of numbers with the letters in the row below.
func paired(cells [][]string) []keyed {
	var out []keyed
	for i := 0; i+1 < len(cells); i++ {
		found := 0
		for j, s := range cells[i] {
			if j >= len(cells[i+1]) {
				break
			}
			n, k := numeral.FindStringSubmatch(s), letters.FindStringSubmatch(cells[i+1][j])
			if n != nil && k != nil {
				out = append(out, keyed{number: atoi(n[1]), choices: lettersOf(k[1])})
				found++
			}
		}
		if found > 0 {
			i++
		}
	}
	return out
}

func transposed(cells [][]string) [][]string {
	width := 0
	for _, row := range cells {
		width = max(width, len(row))
	}
	out := make([][]string, width)
	for j := range out {
		for _, row := range cells {
			s := ""
			if j < len(row) {
				s = row[j]
			}
			out[j] = append(out[j], s)
		}
	}
	return out
}

// handOut gives the keys of lists to the questions of their numbers. Where
// parts number anew and the list does not name them, the first key of a number
// is for the first question of that number. It returns the numbers to which
// there is no question.
func (r *reader) handOut() []string {
	byNumber := map[int][]*draft{}
	for _, d := range r.drafts {
		byNumber[d.number] = append(byNumber[d.number], d)
	}
	var lost []string
	used := map[int]int{}
	for _, k := range r.keys {
		candidates := byNumber[k.number]
		if k.part > 0 && slices.ContainsFunc(candidates, func(d *draft) bool { return d.partNo == k.part }) {
			candidates = slices.DeleteFunc(slices.Clone(candidates), func(d *draft) bool { return d.partNo != k.part })
			candidates[0].answers = append(candidates[0].answers, answer{choices: k.choices})
			continue
		}
		if len(candidates) == 0 {
			lost = append(lost, number(k.number))
			continue
		}
		d := candidates[min(used[k.number], len(candidates)-1)]
		used[k.number]++
		d.answers = append(d.answers, answer{choices: k.choices})
	}
	return lost
}
