package aiken

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/scoring"
)

var (
	optionLine = regexp.MustCompile(`^([A-Z])[.)](?:[ \t]+(.*))?$`)
	answerLine = regexp.MustCompile(`^(?i:answer|đáp án)[ \t]*:[ \t]*(.*)$`)
	letterList = regexp.MustCompile(`^[A-Za-z](?:[ \t]*[,;|&]?[ \t]*[A-Za-z])*[.)]?$`)
)

// Is reports whether a text looks like this format: it has an option line and,
// below it, an answer line.
func Is(text string) bool {
	option := false
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		option = option || optionLine.MatchString(l)
		if option && strings.HasPrefix(strings.ToUpper(l), "ANSWER:") {
			return true
		}
	}
	return false
}

// Read reads the questions of a file.
func Read(ctx context.Context, raw []byte) (item.File, error) {
	var f item.File
	s, err := fragment.Decode(raw, &f)
	if err != nil {
		return item.File{}, err
	}
	r := reader{file: &f}
	n := 0
	for l := range strings.Lines(s) {
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return item.File{}, ctx.Err()
		}
		if r.line(n, strings.TrimSpace(l)); len(f.Items) > item.MaxItems {
			break
		}
	}
	r.end()
	return f.Checked()
}

// reader is a file while it is being read.
type reader struct {
	file  *item.File
	now   *draft // the question being read, nil between two
	blank bool   // an empty line was just read
}

// maxDraft bounds what is kept of one question. More makes its texts too long
// by far, which the check of the bank says.
const maxDraft = 64 << 10

// draft is a question of which some lines were read.
type draft struct {
	line    int
	stem    []string
	options map[int][]string // by letter
	last    int              // letter of the option read last, -1 before the first
	room    int              // bytes that are still kept
	problem []item.Problem
	answer  string
}

func (r *reader) line(n int, l string) {
	if l == "" {
		r.blank = true
		return
	}
	var option, answer []string
	if len(l) > 1 && l[0] >= 'A' && l[0] <= 'Z' && (l[1] == '.' || l[1] == ')') {
		option = optionLine.FindStringSubmatch(l)
	} else if strings.Contains(l[:min(len(l), 24)], ":") {
		answer = answerLine.FindStringSubmatch(l)
	}
	if r.now != nil && r.now.last >= 0 && r.blank && option == nil && answer == nil {
		r.end() // its answer line is missing
	}
	if r.now == nil {
		r.now = &draft{line: n, last: -1, room: maxDraft, options: map[int][]string{}}
	}
	d := r.now
	if d.room -= len(l) + 1; d.room < 0 {
		return
	}
	switch {
	case answer != nil:
		d.answer = strings.TrimSpace(answer[1])
		r.end()
	case option != nil:
		d.option(int(option[1][0]-'A'), option[2])
	case d.last >= 0:
		d.note(item.Warning, column(d.last), "option_continued", "a line after the option was taken as part of it")
		d.options[d.last] = append(d.options[d.last], l)
	default:
		if r.blank && len(d.stem) > 0 {
			d.note(item.Warning, "stem", "text_before_question", "an empty line stands inside the question; does all of it belong there?")
		}
		d.stem = append(d.stem, l)
	}
	r.blank = false
}

func (d *draft) option(letter int, text string) {
	if _, twice := d.options[letter]; twice {
		d.note(item.Error, column(letter), "repeated_letter", "the letter of this option was used before")
		return
	}
	d.options[letter], d.last = []string{text}, letter
}

func (d *draft) note(severity item.Severity, column, code, message string) {
	for _, p := range d.problem {
		if p.Column == column && p.Code == code {
			return
		}
	}
	d.problem = append(d.problem, item.Problem{Column: column, Code: code, Severity: severity, Message: message})
}

func column(letter int) string { return "option_" + strings.ToLower(bank.Letter(letter)) }

// end finishes the question being read.
func (r *reader) end() {
	d := r.now
	if r.now = nil; d == nil {
		return
	}
	i := item.Item{Place: "Câu " + strconv.Itoa(len(r.file.Items)+1), Line: d.line, Problems: d.problem}
	i.Version.Type = scoring.Single
	i.Version.Stem = strings.Join(d.stem, "\n")
	highest := -1
	for letter := range d.options {
		highest = max(highest, letter)
	}
	for letter := range highest + 1 {
		i.Version.Options = append(i.Version.Options, bank.Option{Text: strings.TrimSpace(strings.Join(d.options[letter], " "))})
	}
	if highest == 1 && item.TrueFalse(i.Version.Options[0].Text, i.Version.Options[1].Text) {
		i.Version.Type = scoring.TrueFalse
	}
	switch {
	case d.answer == "":
	case letterList.MatchString(d.answer):
		for _, c := range strings.ToUpper(d.answer) {
			if c >= 'A' && c <= 'Z' {
				i.Version.Key.Choices = append(i.Version.Key.Choices, int(c-'A'))
			}
		}
	default:
		i.Add(item.Error, "key", "bad_key", "the answer names none of the options", map[string]string{"text": item.Clip(d.answer)})
	}
	r.file.Items = append(r.file.Items, i)
}
