package prose

import (
	"math/bits"
	"regexp"
	"slices"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/rich"
	"mangxanh/scoring"
)

// looks are the styles by which people mark the right option.
var looks = []rich.Style{rich.Underline, rich.Red, rich.Lit, rich.Bold, rich.Italic, rich.Coloured}

// file turns what was read into items.
func (r *reader) file() item.File {
	lost := r.handOut()
	usual := r.usualLook()
	f := item.File{Items: make([]item.Item, 0, len(r.drafts))}
	for _, d := range r.drafts {
		f.Items = append(f.Items, r.item(d, usual))
	}
	if len(lost) > 0 {
		f.Warn("keys_without_question", "the keys name questions that were not found", map[string]string{"numbers": clip(strings.Join(lost, ", "))})
	}
	return f
}

// usual is the look that marks the right option in most questions of the
// document, and whether it does so in more than half of them.
type usual struct {
	look  rich.Style
	ruled bool
}

func (r *reader) usualLook() usual {
	counts := map[rich.Style]int{}
	choice := 0
	for _, d := range r.drafts {
		if len(d.options) < 2 {
			continue
		}
		choice++
		for _, look := range looks {
			if bits.OnesCount32(d.marked(look)) == 1 {
				counts[look]++
			}
		}
	}
	var u usual
	for _, look := range looks {
		if counts[look] > counts[u.look] {
			u.look = look
		}
	}
	u.ruled = counts[u.look]*2 > choice
	return u
}

// marked returns the options, as bits by their place, that carry a look on the
// letter or throughout, when others do not.
func (d *draft) marked(look rich.Style) uint32 {
	var set uint32
	for i, o := range d.options {
		all, any := o.text.Has()
		if o.head&look != 0 || any && all&look != 0 {
			set |= 1 << i
		}
	}
	if bits.OnesCount32(set) == len(d.options) {
		return 0
	}
	return set
}

// byLooks returns the options that the looks mark, and whether it was not the
// document's usual look that did.
func (d *draft) byLooks(u usual) (set uint32, unusual bool) {
	if u.look == 0 {
		return 0, false
	}
	set = d.marked(u.look)
	for _, look := range looks {
		// Another look on a single other option contradicts; a few odd bold
		// letters beside a clear mark do not.
		if other := d.marked(look); look != u.look && other != 0 && (set == 0 || bits.OnesCount32(other) == 1 && other&set == 0 && look != rich.Coloured) {
			set |= other
			unusual = true
		}
	}
	return set, unusual
}

func (r *reader) item(d *draft, u usual) item.Item {
	i := item.Item{Place: d.where(), Line: d.place, Version: d.version}
	d.texts(&i, r.document.Pictures)
	d.key(&i, u)
	for _, s := range d.stray {
		if s != "" {
			i.Add(item.Warning, "", "stray_text", "this text after the options belongs to no question; it was left out", map[string]string{"text": clip(s)})
		}
	}
	for _, at := range d.repeated {
		i.Add(item.Error, column(at), "repeated_letter", "the letter of this option was used before", nil)
	}
	for _, code := range d.notes {
		i.Add(item.Warning, "", code, notes[code], nil)
	}
	if len(d.options) > 0 && d.options[len(d.options)-1].letter >= maxLetter {
		i.Add(item.Error, "option_a", "too_many_options", "more options than letters", nil)
	}
	return i
}

// notes are the sentences for what readers of files leave out.
var notes = map[string]string{
	"formula_flattened":   "a formula was taken as plain text; check it",
	"object_left_out":     "an embedded object, such as an old formula, could not be read",
	"picture_unsupported": "a picture in a format that no phone shows was left out",
	"picture_missing":     "a picture is named in the file but is not in it",
}

// where names the question as a person finds it.
func (d *draft) where() string {
	place := "Câu " + number(d.number)
	if d.part != "" {
		return clip(d.part) + ", " + place
	}
	return place
}

func column(letter int) string {
	if letter > 25 {
		return ""
	}
	return "option_" + strings.ToLower(bank.Letter(letter))
}

// texts fills in stem, options and explanation: plain where that loses nothing,
// marked text otherwise. Looks that cover a whole stem say nothing and go.
func (d *draft) texts(i *item.Item, pictures []item.Picture) {
	keep := rich.Bold | rich.Italic | rich.Underline | rich.Sub | rich.Sup
	var whole rich.Text
	for _, b := range d.stem {
		whole.Append(b.Text)
	}
	if all, any := whole.Has(); any {
		keep &^= all
	}
	const inOptions = rich.Sub | rich.Sup
	i.Marked = rich.Need(d.stem, keep) || rich.Need(d.explanation, rich.Sub|rich.Sup)
	for _, o := range d.options {
		i.Marked = i.Marked || o.text.Needs(inOptions)
	}
	w := writer{item: i, pictures: pictures}
	i.Version.Stem = w.blocks(d.stem, keep)
	i.Version.Explanation = w.blocks(d.explanation, rich.Sub|rich.Sup)
	for _, o := range d.options {
		for len(i.Version.Options) < min(o.letter, maxLetter) {
			i.Version.Options = append(i.Version.Options, bank.Option{}) // a letter that was left out
		}
		i.Version.Options = append(i.Version.Options, bank.Option{Text: w.line(o.text, inOptions)})
	}
	for _, c := range lettersOf(folded(d.pinned)) {
		if c < len(i.Version.Options) {
			i.Version.Options[c].Pinned = true
		}
	}
}

// writer writes texts and collects the pictures that stand in them.
type writer struct {
	item     *item.Item
	pictures []item.Picture
	known    map[int]int
}

func (w *writer) blocks(b []rich.Block, keep rich.Style) string {
	if !w.item.Marked {
		return rich.Plain(b)
	}
	return rich.Marked(b, keep, w.picture)
}

func (w *writer) line(t rich.Text, keep rich.Style) string {
	if !w.item.Marked {
		return t.Squeeze().String()
	}
	return t.Squeeze().Marked(keep, w.picture)
}

func (w *writer) picture(n int) string {
	if n < 0 || n >= len(w.pictures) {
		return ""
	}
	if w.known == nil {
		w.known = map[int]int{}
	}
	if w.known[n] == 0 {
		w.item.Pictures = append(w.item.Pictures, w.pictures[n])
		w.known[n] = len(w.item.Pictures)
	}
	return rich.Image(w.pictures[n].Alt, item.Marker(w.known[n]))
}

var decimal = regexp.MustCompile(`^[-−]?\d{1,15}([.,]\d{1,9})?$`)

// key settles type and key, and says what contradicts.
func (d *draft) key(i *item.Item, u usual) {
	v := &i.Version
	if len(d.options) == 0 {
		d.freeKey(i)
		return
	}
	choices, told := d.explicit(i)
	looked, unusual := d.byLooks(u)
	byLook := d.placesOf(looked)
	switch {
	case !told:
		choices = byLook
		if unusual && len(choices) == 1 {
			i.Add(item.Warning, "key", "key_mark_unusual", "the right option is marked in another way than in the other questions", nil)
		}
	case u.ruled && d.marked(u.look) != 0 && !sameSet(choices, d.placesOf(d.marked(u.look))):
		d.contradiction(i, choices, d.placesOf(d.marked(u.look)))
	}
	v.Key.Choices = choices
	v.Type = d.typeFor(i, choices)
}

func (d *draft) contradiction(i *item.Item, a, b []int) {
	i.Add(item.Error, "key", "key_conflict", "the file names two different keys", map[string]string{"first": letterString(a), "second": letterString(b)})
}

func letterString(choices []int) string {
	out := make([]string, len(choices))
	for i, c := range choices {
		out[i] = bank.Letter(c)
	}
	return strings.Join(out, "|")
}

// explicit returns the key that stars, answer lines and lists tell.
func (d *draft) explicit(i *item.Item) (choices []int, told bool) {
	for _, o := range d.options {
		if o.star {
			choices, told = append(choices, o.letter), true
		}
	}
	for _, a := range d.answers {
		switch {
		case a.bad:
			i.Add(item.Error, "key", "bad_key", "the answer names none of the options", map[string]string{"text": clip(a.text)})
			told = true
		case !told:
			choices, told = a.choices, true
		case !sameSet(choices, a.choices):
			d.contradiction(i, choices, a.choices)
		}
	}
	return choices, told
}

func (d *draft) placesOf(set uint32) []int {
	var out []int
	for i, o := range d.options {
		if set&(1<<i) != 0 {
			out = append(out, o.letter)
		}
	}
	return out
}

func sameSet(a, b []int) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// typeFor names the type of a question with options: as the brackets or the
// stem say, otherwise with one right option.
func (d *draft) typeFor(i *item.Item, choices []int) scoring.Type {
	if d.kind != "" {
		return d.kind
	}
	stem := folded(rich.Plain(d.stem))
	assumed := func(t scoring.Type) scoring.Type {
		i.Add(item.Warning, "type", "type_assumed", "the type was taken from the wording", map[string]string{"type": string(t)})
		return t
	}
	switch {
	case askMany.MatchString(stem):
		return assumed(scoring.Multiple)
	case askSort.MatchString(stem) && len(choices) == len(d.options) && len(choices) > 2:
		return assumed(scoring.Ordering)
	case len(d.options) == 2 && trueFalse(d.options):
		return scoring.TrueFalse
	}
	return scoring.Single
}

func trueFalse(options []option) bool {
	a, b := folded(options[0].text.Squeeze().String()), folded(options[1].text.Squeeze().String())
	a, b = strings.Trim(a, " ."), strings.Trim(b, " .")
	return a == "dung" && b == "sai" || a == "sai" && b == "dung" || a == "true" && b == "false"
}

// freeKey settles a question without options.
func (d *draft) freeKey(i *item.Item) {
	v := &i.Version
	v.Type = d.kind
	if len(d.answers) > 1 {
		i.Add(item.Error, "key", "key_conflict", "the file names two different keys", map[string]string{"first": d.answers[0].text, "second": d.answers[1].text})
	}
	if len(d.answers) == 0 {
		if v.Type == "" {
			v.Type = scoring.Single // and has no options: said by the check
		}
		return
	}
	text := d.answers[0].text
	if text == "" {
		text = letterString(d.answers[0].choices)
	}
	switch {
	case v.Type == scoring.Number || v.Type == "" && decimal.MatchString(text):
		d.assume(i, scoring.Number)
		value, tolerance, _ := strings.Cut(strings.ReplaceAll(text, "±", "|"), "|")
		v.Key.Value, v.Key.Tolerance = strings.TrimSpace(strings.ReplaceAll(value, "−", "-")), strings.TrimSpace(tolerance)
	case v.Type == "" && (folded(text) == "dung" || folded(text) == "sai"):
		d.assume(i, scoring.TrueFalse)
		v.Options = []bank.Option{{Text: "Đúng"}, {Text: "Sai"}}
		v.Key.Choices = []int{0}
		if folded(text) == "sai" {
			v.Key.Choices = []int{1}
		}
	default:
		if v.Type == "" {
			d.assume(i, scoring.ShortText)
		}
		for t := range strings.SplitSeq(text, "|") {
			v.Key.Texts = append(v.Key.Texts, strings.TrimSpace(t))
		}
	}
}

func (d *draft) assume(i *item.Item, t scoring.Type) {
	if d.kind == "" {
		i.Add(item.Warning, "type", "type_assumed", "the type was taken from the wording", map[string]string{"type": string(t)})
	}
	i.Version.Type = t
}

// day reads dd/mm/yyyy; a zero time for anything else.
func day(s string) time.Time {
	t, err := time.ParseInLocation("2/1/2006", strings.TrimSpace(s), contest.Hanoi)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
