package prose

import (
	"regexp"
	"slices"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/rich"
	"mangxanh/scoring"
)

// draft is a question while it is being read.
type draft struct {
	number, ordinal int
	part            string
	partNo          int
	place           int
	kind            scoring.Type // as its brackets say
	version         bank.Version // labels only
	pinned          string
	stem            []rich.Block
	options         []option
	answers         []answer
	explanation     []rich.Block
	stray           []string
	notes           []string
	repeated        []int        // options whose letter was used before
	held            []rich.Block // lines of what only looks like options
	solved          bool
}

// answer is a key that was told in words or letters.
type answer struct {
	choices []int
	text    string // what is not letters
	bad     bool   // it names no option
}

func (d *draft) answered() bool { return len(d.answers) > 0 }

func (d *draft) note(l *line) {
	for _, n := range l.notes {
		if !slices.Contains(d.notes, n) {
			d.notes = append(d.notes, n)
		}
	}
}

// takes reports whether the marks of a line are options of this question, not
// a list inside an explanation or a name ("C. Mác") at the start of a line.
func (d *draft) takes(marks []mark) bool {
	first := marks[0]
	if len(d.options) == 0 {
		return first.letter == 0
	}
	last := d.options[len(d.options)-1]
	return first.class == last.class || first.class > last.class && first.letter == 0
}

// addOptions adds options; what only looked like options before goes back to
// the stem.
func (d *draft) addOptions(list []option) {
	if len(d.options) > 0 && list[0].class > d.options[0].class {
		d.stem = append(d.stem, d.held...)
		d.options, d.repeated, d.held, d.stray = nil, nil, nil, nil
	}
	for _, o := range list {
		if n := len(d.options); n > 0 && o.letter <= d.options[n-1].letter {
			o.letter = d.options[n-1].letter + 1
			d.repeated = append(d.repeated, o.letter)
		}
		d.options = append(d.options, o)
	}
}

// hold keeps a line as it was while it is not sure that the options are some:
// what looked like them may turn out to be a list inside the stem.
func (d *draft) hold(l *line, c class) {
	if c < sure {
		d.held = append(d.held, rich.Block{Text: l.text})
	}
}

var (
	brackets = regexp.MustCompile(`^\s*(?:\[([^\[\]]{1,160})\]|\(([^()]{1,80})\))\s*`)
	tagGap   = regexp.MustCompile(`[;|]|, | - `)
	points   = regexp.MustCompile(`^\d+([.,]\d+)?\s*(?:d|diem|points?)$`)
	levels   = map[string]string{
		"nb": bank.NhanBiet, "th": bank.ThongHieu, "vd": bank.VanDung, "vdt": bank.VanDung, "vdc": bank.VanDungCao,
		"nhan biet": bank.NhanBiet, "thong hieu": bank.ThongHieu, "van dung": bank.VanDung, "van dung thap": bank.VanDung,
		"van dung cao": bank.VanDungCao,
	}
	kinds = map[string]scoring.Type{
		"nhieu dap an": scoring.Multiple, "chon nhieu dap an": scoring.Multiple, "nhieu lua chon dung": scoring.Multiple, "multiple": scoring.Multiple,
		"mot dap an": scoring.Single, "chon mot dap an": scoring.Single, "dung sai": scoring.TrueFalse, "dung/sai": scoring.TrueFalse,
		"sap xep": scoring.Ordering, "thu tu": scoring.Ordering, "tinh huong": scoring.Scenario, "tra loi ngan": scoring.ShortText,
		"dien so": scoring.Number, "so": scoring.Number, "du doan": scoring.Prediction,
	}
	askMany = regexp.MustCompile(`chon (?:nhieu|cac|nhung|tat ca cac|hai|ba|2|3) (?:dap an|phuong an|y|cau tra loi)|co the chon nhieu|select all|chon tat ca`)
	askSort = regexp.MustCompile(`sap xep|theo (?:dung )?thu tu|put .* in order`)
)

// tags reads the brackets after the number, "[TH; Nhiều đáp án]". Brackets with
// anything else in them stay in the stem.
func (d *draft) tags(l line) line {
	for {
		m := brackets.FindStringSubmatchIndex(l.key)
		if m == nil {
			return l
		}
		from, to := m[2], m[3]
		if from < 0 {
			from, to = m[4], m[5]
		}
		level, kind := d.version.Difficulty, d.kind
		for _, tag := range tagGap.Split(l.key[from:to], -1) {
			tag = strings.TrimSpace(tag)
			switch {
			case levels[tag] != "":
				level = levels[tag]
			case kinds[tag] != "":
				kind = kinds[tag]
			case points.MatchString(tag):
			default:
				return l
			}
		}
		d.version.Difficulty, d.kind = level, kind
		l = l.rest(m[1])
	}
}

// label takes a line such as "Chủ đề: Mật khẩu".
func (d *draft) label(name, value string) {
	v := &d.version
	switch name {
	case "chu de", "chuyen de":
		v.Topic = value
	case "muc do":
		v.Difficulty = value
		if known, ok := levels[strings.ReplaceAll(folded(value), "_", " ")]; ok {
			v.Difficulty = known
		}
	case "do tuoi", "lua tuoi":
		v.AgeBand = value
	case "nguon", "can cu", "can cu phap ly":
		from, to := v.Citation.From, v.Citation.To
		v.Citation = bank.ParseCitation(value)
		v.Citation.From, v.Citation.To = from, to
	case "hieu luc tu":
		v.Citation.From = day(value)
	case "hieu luc den":
		v.Citation.To = day(value)
	case "giu vi tri":
		d.pinned = value
	}
}

func folded(s string) string {
	l := line{text: rich.Of(s, 0)}
	l.read("")
	return l.key
}

var (
	letterList = regexp.MustCompile(`^\(?([a-j](?:\s*[,;|/&+\->]+\s*[a-j]|\s+va\s+[a-j]|\s+[a-j])*)\)?(?:\s*[.)\]:,\-]+\s*|\s+|$)`)
	letterRun  = regexp.MustCompile(`^([a-j]{2,10})\s*[.]?\s*$`)
)

// letterOnly reports whether a line is nothing but letters of options.
func (l *line) letterOnly() bool {
	m := letterList.FindStringIndex(l.key)
	return m != nil && m[1] == len(l.key) && (l.capitals(0, len(l.key)) || len(l.key) <= 2) ||
		letterRun.MatchString(l.key) && l.capitals(0, len(l.key))
}

// letterFirst reports whether a line begins with the letter of an option and a
// stop, "B. Because".
func (l *line) letterFirst() bool {
	return len(l.key) > 1 && l.upper[0] && l.key[0] >= 'a' && l.key[0] < 'a'+maxLetter && strings.IndexByte(".,:)", l.key[1]) >= 0
}

// answer notes a key. What follows the letters explains them.
func (d *draft) answer(l line) {
	if l.empty() {
		return
	}
	if letterRun.MatchString(l.key) && l.capitals(0, len(l.key)) && len(d.options) > 0 {
		d.answers = append(d.answers, answer{choices: lettersOf(l.key)})
		return
	}
	m := letterList.FindStringSubmatchIndex(l.key)
	if m == nil || len(d.options) == 0 || !l.upper[m[2]] && m[1] < len(l.key) {
		d.answers = append(d.answers, d.spelled(l))
		return
	}
	d.answers = append(d.answers, answer{choices: lettersOf(l.key[m[2]:m[3]])})
	rest := l.rest(m[1])
	if !rest.empty() && !d.isOption(rest.text) {
		d.explanation = append(d.explanation, rich.Block{Text: rest.text})
	}
}

func lettersOf(key string) []int {
	key = strings.ReplaceAll(key, "va", "")
	var out []int
	for i := range len(key) {
		if key[i] >= 'a' && key[i] < 'a'+maxLetter {
			out = append(out, int(key[i]-'a'))
		}
	}
	return out
}

// spelled reads an answer that spells the option out, or that is itself the
// right text of a question without options.
func (d *draft) spelled(l line) answer {
	s := l.text.Squeeze().String()
	if len(d.options) == 0 {
		return answer{text: s}
	}
	for i, o := range d.options {
		if same(o.text, l.text) {
			return answer{choices: []int{d.options[i].letter}}
		}
	}
	return answer{text: s, bad: true}
}

func same(a, b rich.Text) bool {
	return strings.EqualFold(strings.TrimRight(a.Squeeze().String(), ". "), strings.TrimRight(b.Squeeze().String(), ". "))
}

func (d *draft) isOption(t rich.Text) bool {
	return slices.ContainsFunc(d.options, func(o option) bool { return same(o.text, t) })
}
