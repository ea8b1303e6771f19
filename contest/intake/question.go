package intake

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/sheet"
	"mangxanh/contest/text"
	"mangxanh/scoring"
)

// optionColumns are the columns of the options, A first.
var optionColumns = []string{"option_a", "option_b", "option_c", "option_d", "option_e", "option_f", "option_g", "option_h", "option_i", "option_j"}

// questionColumns is the layout of a question file, in template order.
var questionColumns = append(append([]sheet.Column{
	{Key: "type", Names: []string{"Loại", "Loại câu hỏi", "Loại câu", "Dạng", "Dạng câu hỏi"}},
	{Key: "topic", Names: []string{"Chủ đề", "Chuyên đề", "Nội dung kiến thức"}},
	{Key: "age_band", Names: []string{"Độ tuổi", "Lứa tuổi", "Nhóm tuổi", "Age band"}},
	{Key: "difficulty", Names: []string{"Mức độ", "Độ khó", "Mức độ nhận thức", "Level"}},
	{Key: "stem", Names: []string{"Câu hỏi", "Nội dung câu hỏi", "Nội dung", "Đề bài", "Question", "Question text"}},
}, optionHeaders()...),
	sheet.Column{Key: "key", Names: []string{"Đáp án", "Đáp án đúng", "Trả lời đúng", "Answer", "Correct answer"}},
	sheet.Column{Key: "explanation", Names: []string{"Giải thích", "Lời giải", "Hướng dẫn", "Lời giải thích"}},
	sheet.Column{Key: "source", Names: []string{"Nguồn", "Căn cứ", "Căn cứ pháp lý", "Viện dẫn", "Citation"}},
	sheet.Column{Key: "law_from", Names: []string{"Hiệu lực từ", "Có hiệu lực từ", "Valid from"}},
	sheet.Column{Key: "law_to", Names: []string{"Hiệu lực đến", "Hết hiệu lực", "Valid to"}},
	sheet.Column{Key: "pinned", Names: []string{"Giữ vị trí", "Không đảo", "Pinned options"}},
	sheet.Column{Key: "matches", Names: []string{"Vế phải", "Ghép với", "Nối với", "Matches"}},
	sheet.Column{Key: "gaps", Names: []string{"Chỗ trống", "Lựa chọn của chỗ trống", "Gaps"}},
	sheet.Column{Key: "audio", Names: []string{"Âm thanh", "Audio"}},
	sheet.Column{Key: "format", Names: []string{"Cách viết", "Định dạng", "Format"}},
)

func optionHeaders() []sheet.Column {
	columns := make([]sheet.Column, len(optionColumns))
	for i, key := range optionColumns {
		l := bank.Letter(i)
		columns[i] = sheet.Column{Key: key, Names: []string{l, "Phương án " + l, "Đáp án " + l, "Lựa chọn " + l, "Answer " + l, "Choice " + l}}
	}
	return columns
}

// types maps the ways people name a type.
var types = map[string]scoring.Type{
	"mot dap an": scoring.Single, "mot lua chon": scoring.Single, "chon mot": scoring.Single, "trac nghiem": scoring.Single,
	"dung sai": scoring.TrueFalse, "dung/sai": scoring.TrueFalse, "nhieu dap an": scoring.Multiple, "nhieu lua chon": scoring.Multiple,
	"chon nhieu": scoring.Multiple, "sap xep": scoring.Ordering, "thu tu": scoring.Ordering, "tinh huong": scoring.Scenario,
	"tra loi ngan": scoring.ShortText, "dien tu": scoring.ShortText, "so": scoring.Number, "dien so": scoring.Number, "du doan": scoring.Prediction,
	"ghep doi": scoring.Matching, "ghep noi": scoring.Matching, "noi": scoring.Matching, "noi cot": scoring.Matching,
	"dien cho trong": scoring.Cloze, "dien khuyet": scoring.Cloze, "chon hinh": scoring.HotOption, "chon tranh": scoring.HotOption,
}

var difficulties = map[string]string{
	"nhan biet": bank.NhanBiet, "biet": bank.NhanBiet, "thong hieu": bank.ThongHieu, "hieu": bank.ThongHieu,
	"van dung": bank.VanDung, "van dung thap": bank.VanDung, "van dung cao": bank.VanDungCao,
}

// questionRow is a row read as a question.
type questionRow struct {
	cells    map[string]string
	version  bank.Version
	problems []Problem
}

// readQuestion reads the cells of a row. kept are problems of the file that
// still stand.
func readQuestion(cells map[string]string, kept []Problem) questionRow {
	q := questionRow{problems: kept}
	legacy := legacyColumns(cells)
	q.cells = normal(cells, legacy)
	q.version = bank.Version{
		Stem: q.cells["stem"], Explanation: q.cells["explanation"], Topic: q.cells["topic"], AgeBand: ageBand(q.cells["age_band"]),
		Difficulty: q.cells["difficulty"], Citation: bank.ParseCitation(q.cells["source"]),
	}
	if known, ok := difficulties[strings.ReplaceAll(text.Fold(q.cells["difficulty"]), "_", " ")]; ok {
		q.version.Difficulty = known
	}
	if strings.EqualFold(q.cells["format"], string(bank.Markdown)) {
		q.version.Format = bank.Markdown
	}
	q.law()
	q.options()
	q.kind()
	q.places()
	q.key()
	q.version = q.version.Clean()
	if !broken(q.problems) {
		q.problems = append(q.problems, fromDomain(q.missing(q.version.Validate()), q.column)...)
	}
	q.suspicions(legacy)
	return q
}

// broken reports whether the row's cells cannot be trusted to stand in their
// columns: checking them would only invent faults.
func broken(kept []Problem) bool {
	for _, p := range kept {
		if p.Code == "unclosed_quote" || p.Code == "too_many_cells" {
			return true
		}
	}
	return false
}

// normal brings cells to the form in which they are kept. Unconverted legacy
// text stays as it is, because one of its letters is an invisible character.
func normal(cells, legacy map[string]string) map[string]string {
	out := make(map[string]string, len(cells))
	for column, v := range cells {
		v = strings.ReplaceAll(strings.ReplaceAll(v, "\r\n", "\n"), "\r", "\n")
		if _, odd := legacy[column]; odd {
			out[column] = strings.ReplaceAll(strings.TrimSpace(v), "\x00", "")
			continue
		}
		out[column] = text.Clean(v)
	}
	return out
}

// ageBand undoes what a spreadsheet makes of "8-10", which it takes for a day.
func ageBand(s string) string {
	if t, err := time.Parse("02/01/2006", s); err == nil {
		return fmt.Sprintf("%d-%d", min(t.Day(), int(t.Month())), max(t.Day(), int(t.Month())))
	}
	return strings.NewReplacer("–", "-", "—", "-", "tuổi", "").Replace(s)
}

func (q *questionRow) law() {
	for column, to := range map[string]*time.Time{"law_from": &q.version.Citation.From, "law_to": &q.version.Citation.To} {
		v := q.cells[column]
		if v == "" {
			continue
		}
		day, code := readDay(v)
		if code != "" {
			q.problems = append(q.problems, wrong(column, "bad_date", "a date is written dd/mm/yyyy"))
			continue
		}
		t, _ := time.ParseInLocation(time.DateOnly, day, contest.Hanoi)
		*to = t.UTC()
	}
}

// options takes the cells up to the last filled one, so that letters keep their
// meaning when one in between is empty.
func (q *questionRow) options() {
	last := -1
	for i, column := range optionColumns {
		if q.cells[column] != "" {
			last = i
		}
	}
	pinned, _ := letters(q.cells["pinned"])
	for i := 0; i <= last; i++ {
		q.version.Options = append(q.version.Options, optionFrom(q.cells[optionColumns[i]]))
	}
	for _, i := range pinned {
		if i < len(q.version.Options) {
			q.version.Options[i].Pinned = true
		}
	}
}

// places takes what is matched, chosen in gaps or played.
func (q *questionRow) places() {
	q.version.Matches = linesOf(q.cells["matches"])
	for _, line := range linesOf(q.cells["gaps"]) {
		q.version.Gaps = append(q.version.Gaps, bank.Gap{Choices: unbarred(line)})
	}
	if audio := q.cells["audio"]; audio != "" {
		id, transcript, _ := strings.Cut(audio, "\n")
		q.version.Audio = &bank.Audio{MediaID: id, Transcript: transcript}
	}
}

func (q *questionRow) kind() {
	given := q.cells["type"]
	q.version.Type = scoring.Type(strings.ToLower(given))
	if known, ok := types[strings.ReplaceAll(text.Fold(given), "_", " ")]; ok {
		q.version.Type = known
	}
	if given != "" || len(q.version.Options) == 0 {
		return
	}
	q.version.Type = scoring.Single
	if key, ok := letters(q.cells["key"]); ok && len(key) > 1 {
		q.version.Type = scoring.Multiple
	}
	q.problems = append(q.problems, warning("type", "type_assumed", "no type is given; it is taken for "+string(q.version.Type), map[string]string{
		"type": string(q.version.Type), "suggestion": string(q.version.Type),
	}))
}

func (q *questionRow) key() {
	given := q.cells["key"]
	switch {
	case given == "":
	case q.version.Type.HasOptions():
		choices, ok := letters(given)
		if spelled, found := q.byText(given); found && len(given) > 1 {
			choices, ok = spelled, true // "Sai" is an option and not S, A and I
		}
		if !ok {
			q.problems = append(q.problems, wrong("key", "bad_key", "the key is not made of option letters"))
		}
		q.version.Key.Choices = choices
	case q.version.Type.Placed():
		choices, ok := letters(given)
		if !ok {
			q.problems = append(q.problems, wrong("key", "bad_key", "the key is not made of letters, one for each place"))
		}
		q.version.Key.Choices = choices
	case q.version.Type == scoring.ShortText:
		q.version.Key.Texts = unbarred(given)
	case q.version.Type == scoring.Number:
		value, tolerance, _ := strings.Cut(strings.ReplaceAll(given, "±", "|"), "|")
		q.version.Key.Value, q.version.Key.Tolerance = strings.TrimSpace(value), strings.TrimSpace(tolerance)
	}
}

// byText finds the option that the key spells out, as "Đúng".
func (q *questionRow) byText(given string) ([]int, bool) {
	for i, o := range q.version.Options {
		if text.Line(o.Text) == text.Line(given) {
			return []int{i}, true
		}
	}
	return nil, false
}

var keyForm = regexp.MustCompile(`^(?i)[a-z]([\s|,;.]*[a-z])*[.)]?$`)

// letters reads "A", "A|C|D", "A, C" and "BDAC" as indexes.
func letters(s string) ([]int, bool) {
	if s == "" {
		return nil, true
	}
	if len(s) > 60 || !keyForm.MatchString(s) {
		return nil, false
	}
	var indexes []int
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' {
			indexes = append(indexes, int(r-'a'))
		}
	}
	return indexes, true
}

// missing drops the complaint about a missing key when the key was there but
// could not be read, which has been said.
func (q *questionRow) missing(list []contest.Problem) []contest.Problem {
	unread := false
	for _, p := range q.problems {
		unread = unread || p.Code == "bad_key" || p.Code == "key_conflict"
	}
	out := list[:0]
	for _, p := range list {
		if !unread || p.Code != "missing_key" {
			out = append(out, p)
		}
	}
	return out
}

// column turns a location of the bank into a column of the file.
func (q *questionRow) column(location string) string {
	if inside, ok := strings.CutPrefix(location, "options["); ok {
		if i, err := strconv.Atoi(strings.TrimSuffix(inside, "]")); err == nil && i < len(optionColumns) {
			return optionColumns[i]
		}
	}
	list, _, _ := strings.Cut(location, "[")
	if list == "options" {
		return "option_a"
	}
	return list
}

var markupLike = regexp.MustCompile(`<[a-zA-Z/!][^<]*>|<(script|img|svg|iframe)\b|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});`)

// formulaLike reports whether a spreadsheet would take the text for a formula.
func formulaLike(s string) bool { return s != "" && strings.ContainsRune("=+-@\t\x00", rune(s[0])) }

// suspicions warns of what will be shown as written, and offers conversions.
func (q *questionRow) suspicions(legacy map[string]string) {
	for i := range q.problems {
		if p := &q.problems[i]; p.Code == "two_keys" {
			p.Params = map[string]string{"suggestion_type": string(scoring.Multiple)}
		}
	}
	for _, c := range questionColumns {
		v := q.cells[c.Key]
		if strings.ContainsRune(v, '\uFFFD') && !has(q.problems, c.Key, "not_utf8") {
			q.problems = append(q.problems, wrong(c.Key, "not_utf8", "the cell holds a character that could not be read"))
		}
		if formulaLike(v) && c.Key != "key" {
			q.problems = append(q.problems, warning(c.Key, "formula_like", "this begins like a formula; it is kept as text", nil))
		}
		if q.version.Format != bank.Markdown && markupLike.MatchString(v) {
			q.problems = append(q.problems, warning(c.Key, "markup_as_text", "this looks like HTML; it is shown as written", nil))
		}
		if better, ok := legacy[c.Key]; ok {
			q.problems = append(q.problems, warning(c.Key, "legacy_font", "this may be text in a .VnTime font (TCVN3) that was never converted", map[string]string{"suggestion": better}))
		}
	}
}

func has(list []Problem, column, code string) bool {
	for _, p := range list {
		if p.Column == column && p.Code == code {
			return true
		}
	}
	return false
}
