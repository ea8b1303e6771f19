package gift

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/quiz"
)

// Is reports whether a text looks like this format: what is left of it without
// comments has an answer between braces that begins as answers do.
func Is(text string) bool {
	return answerForm.MatchString(text) || categoryForm.MatchString(text)
}

var (
	answerForm   = regexp.MustCompile(`(?s)(^|[^\\])\{\s*([=~#>]|(?i:true|false|t|f)\s*[#}]|\})`)
	categoryForm = regexp.MustCompile(`(?m)^\$CATEGORY:`)
)

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
		if r.line(n, strings.TrimRight(l, " \t\n")); len(f.Items) > item.MaxItems {
			break
		}
	}
	if r.block.gap > 0 && !r.block.shut {
		r.part()
	}
	r.end()
	return f.Checked()
}

// reader is a file while it is being read.
type reader struct {
	file  *item.File
	topic string
	block block
}

// block are the lines of one question.
type block struct {
	line  int // where it begins
	lines []string
	size  int
	tags  []string
	open  bool // its answers have begun and not ended
	shut  bool // its answers have ended
	gap   int  // line of the first empty line among its answers, 0 = none
	kept  int  // lines before it
}

// maxBlock bounds what is kept of one question. More makes its texts too long
// by far, which is said.
const maxBlock = 128 << 10

var tagForm = regexp.MustCompile(`\[tag:((?:[^\]\\]|\\.)*)\]`)

func (r *reader) line(n int, l string) {
	trimmed := strings.TrimSpace(l)
	b := &r.block
	switch {
	case strings.HasPrefix(trimmed, "//"):
		if len(b.tags) < 32 {
			for _, m := range tagForm.FindAllStringSubmatch(trimmed[:min(len(trimmed), 4096)], 32) {
				b.tags = append(b.tags, strings.NewReplacer(`\]`, "]", `\\`, `\`).Replace(m[1]))
			}
		}
		return
	case trimmed == "" && b.open:
		if b.gap == 0 { // kept open: whether the answers go on shows in the next lines
			b.gap, b.kept = n, len(b.lines)
		}
		return
	case trimmed == "":
		r.end()
		return
	case len(b.lines) == 0 && strings.HasPrefix(trimmed, "$CATEGORY:"):
		r.topic = item.TopicOf(trimmed[len("$CATEGORY:"):])
		return
	}
	if b.shut && strings.HasPrefix(trimmed, "::") {
		r.end() // the empty line above was forgotten
	} else if b.gap > 0 && !b.shut && (firstBrace(trimmed) == '{' || strings.HasPrefix(trimmed, "::")) {
		r.part()
	}
	if b = &r.block; len(b.lines) == 0 {
		b.line = n
	}
	if b.size += len(l) + 1; b.size <= maxBlock {
		b.lines = append(b.lines, l)
	}
	b.braces(l)
}

// part ends a question whose braces were never closed at its first empty line;
// what stands below belongs to the next one.
func (r *reader) part() {
	b := r.block
	r.block.lines, r.block.gap, r.block.open = b.lines[:b.kept:b.kept], 0, false
	r.end()
	r.block.line, r.block.lines = b.gap+1, append(r.block.lines, b.lines[b.kept:]...)
	for _, l := range r.block.lines {
		r.block.size += len(l) + 1
	}
}

// braces follows where answers begin and end.
func (b *block) braces(l string) {
	for i := 0; i < len(l) && !b.shut; i++ {
		switch l[i] {
		case '\\':
			i++
		case '{':
			b.open = true
		case '}':
			if b.open {
				b.open, b.shut = false, true
			}
		}
	}
}

// firstBrace returns the first brace of a line that is not escaped, 0 for none.
func firstBrace(l string) byte {
	for i := 0; i < len(l); i++ {
		switch l[i] {
		case '\\':
			i++
		case '{', '}':
			return l[i]
		}
	}
	return 0
}

// end reads the question whose lines were collected.
func (r *reader) end() {
	b := r.block
	r.block = block{}
	if len(b.lines) == 0 {
		r.block.tags = b.tags // of a comment above the question, apart from it
		return
	}
	i := item.Item{Place: "Câu " + strconv.Itoa(len(r.file.Items)+1), Line: b.line}
	i.Version.Topic = r.topic
	q := question{Builder: quiz.Builder{Item: &i}}
	if !q.read(escaped(strings.Join(b.lines, "\n"))) {
		r.file.Warn("description_left_out", "a text without answers is no question; it was left out", map[string]string{
			"line": strconv.Itoa(b.line), "text": item.Clip(strings.TrimSpace(strings.Join(b.lines, " "))),
		})
		return
	}
	if b.size > maxBlock {
		i.Add(item.Error, "stem", "stem_too_long", "the question is far too long; a part of it was not read", nil)
	}
	if b.gap > 0 && b.shut {
		i.Add(item.Warning, "", "text_before_question", "an empty line stands inside the question; does all of it belong there?", nil)
	}
	for _, tag := range b.tags {
		item.Apply(&i.Version, tag)
	}
	r.file.Items = append(r.file.Items, i)
}

// escapable are the signs that a backslash takes the meaning from. Each is held
// as a letter of its own until the text is taken apart.
const escapable = `:#={}~\`

// escaped returns text in which escaped signs no longer stand for anything.
func escaped(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if n := strings.IndexByte(escapable, s[i+1]); n >= 0 {
				out.WriteRune(fragment.Sign(n))
				i++
				continue
			}
			if s[i+1] == 'n' {
				out.WriteRune(fragment.Sign(len(escapable)))
				i++
				continue
			}
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// unescaped returns the text as it is meant.
func unescaped(s string) string {
	return strings.Map(func(r rune) rune {
		switch n, ok := fragment.SignOf(r); {
		case !ok:
			return r
		case n < len(escapable):
			return rune(escapable[n])
		}
		return '\n'
	}, s)
}
