package qti

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/tree"
	"mangxanh/contest/markup"
	"mangxanh/scoring"
)

// question is an item being read.
type question struct {
	*reader
	at      string // name of its file
	item    item.Item
	set     fragment.Set
	asked   []*tree.Node // interactions
	gaps    int
	notes   []fragment.Text // feedback
	letter  string          // of the option being read
	keys    map[string]declared
	numbers map[string]int // of pictures by address and description
}

// declared is what an item says of a response.
type declared struct {
	several bool
	base    string
	correct []string
	worth   []worth // from a mapping
}

type worth struct {
	key    string
	points float64
}

func (q *question) once(severity item.Severity, column, code, message string) {
	for _, p := range q.item.Problems {
		if p.Code == code {
			return
		}
	}
	q.item.Add(severity, column, code, message, nil)
}

func (q *question) read(root *tree.Node, labels []string) {
	for _, d := range root.All("responseDeclaration") {
		q.keys[d.Attr("identifier")] = declaration(d)
	}
	stem := q.text(root.Kid("itemBody"))
	v := &q.item.Version
	if q.gaps > 0 && strings.Contains(stem.Plain(), "[[") {
		q.set.Force() // or the author's own signs would be taken for gaps
	}
	q.set.Block(stem, &v.Stem)
	q.answers(root)
	for _, m := range root.All("modalFeedback") {
		q.feedback(m)
	}
	var why fragment.Text
	for _, n := range q.notes {
		why = why.Then(n)
	}
	q.set.Block(why, &v.Explanation)
	q.set.Settle(&q.item)
	v.Stem = placed(v.Stem)
	if v.Type == scoring.Single && len(v.Options) == 2 && item.TrueFalse(v.Options[0].Text, v.Options[1].Text) {
		v.Type = scoring.TrueFalse
	}
	q.label(labels)
	q.pictured()
}

func declaration(n *tree.Node) declared {
	d := declared{several: n.Attr("cardinality") == "multiple" || n.Attr("cardinality") == "ordered", base: n.Attr("baseType")}
	for _, c := range n.All("correctResponse") {
		for _, v := range c.All("value") {
			d.correct = append(d.correct, strings.Join(strings.Fields(fragment.Composed(v.Plain())), " "))
		}
	}
	for _, m := range n.All("mapping") {
		for _, e := range m.All("mapEntry") {
			if points, err := strconv.ParseFloat(e.Attr("mappedValue"), 64); err == nil {
				d.worth = append(d.worth, worth{key: strings.Join(strings.Fields(fragment.Composed(e.Attr("mapKey"))), " "), points: points})
			}
		}
	}
	return d
}

// best are the answers that a mapping gives most for, and those that earn less.
func (d declared) best() (full, part []string) {
	most := 0.0
	for _, w := range d.worth {
		most = max(most, w.points)
	}
	for _, w := range d.worth {
		switch {
		case w.points <= 0:
		case w.points == most:
			full = append(full, w.key)
		default:
			part = append(part, w.key)
		}
	}
	return full, part
}

// placed writes the gaps of a cloze as the bank does, and the field of a text
// entry as dots unless the text ends with it.
func placed(s string) string {
	s = strings.TrimSpace(s)
	for {
		cut := strings.TrimSpace(strings.TrimSuffix(s, string(fragment.Sign(blank))))
		if cut == s {
			break
		}
		s = cut
	}
	var out strings.Builder
	for _, r := range s {
		switch n, sign := fragment.SignOf(r); {
		case !sign:
			out.WriteRune(r)
		case n == blank:
			out.WriteString("……")
		default:
			out.WriteString("[[" + strconv.Itoa(n) + "]]")
		}
	}
	return out.String()
}

func (q *question) label(labels []string) {
	v := &q.item.Version
	for _, l := range labels {
		if topic, ok := strings.CutPrefix(l, "topic:"); ok {
			v.Topic = topic
			continue
		}
		item.Apply(v, l)
	}
}

var leadingPicture = regexp.MustCompile(`^!\[((?:[^\[\]\\]|\\.)*)\]\(media:(@\d+)\)\s*`)

// pictured makes the picture that leads an option the option's own where every
// option has one.
func (q *question) pictured() {
	v := &q.item.Version
	if !v.Type.HasOptions() || len(v.Options) == 0 {
		return
	}
	bare := true
	for _, o := range v.Options {
		m := leadingPicture.FindString(o.Text)
		if m == "" {
			return
		}
		bare = bare && m == o.Text
	}
	for i, o := range v.Options {
		m := leadingPicture.FindString(o.Text)
		p := markup.Pictures(m)[0]
		v.Options[i].MediaID, v.Options[i].Alt, v.Options[i].Text = p.ID, p.Alt, o.Text[len(m):]
	}
	if v.Type == scoring.Single && bare {
		v.Type = scoring.HotOption
	}
}

// answers reads what is to be answered and the key.
func (q *question) answers(root *tree.Node) {
	v := &q.item.Version
	cloze := q.gaps > 0 && !slices.ContainsFunc(q.asked, func(n *tree.Node) bool { return n.Name != "inlineChoiceInteraction" })
	switch {
	case cloze:
		v.Type = scoring.Cloze
		q.cloze()
	case len(q.asked) == 0:
		q.item.Add(item.Error, "type", "no_interaction", "nothing is asked for in this item", nil)
	case len(q.asked) > 1:
		q.item.Add(item.Error, "type", "several_interactions", "the item asks for several answers at once; take it apart into questions", nil)
	default:
		q.one(root, q.asked[0])
	}
}

func (q *question) one(root, n *tree.Node) {
	switch d := q.keys[n.Attr("responseIdentifier")]; n.Name {
	case "choiceInteraction":
		q.choice(n, d)
	case "orderInteraction":
		q.order(n, d)
	case "matchInteraction":
		q.match(n, d)
	case "textEntryInteraction":
		q.entry(root, d)
	case "extendedTextInteraction":
		q.item.Version.Type = scoring.ShortText
		q.item.Add(item.Warning, "type", "essay_as_short_text", "this asks for a free text, which nobody marks here; give the accepted answers or another type", nil)
		q.entry(root, d)
	default:
		q.item.Add(item.Error, "type", "unsupported_interaction", "questions of this kind are not asked here", map[string]string{"kind": item.Clip(n.Name)})
	}
}

// maxChoices is far above what a question may have.
const maxChoices = 60

// options puts choices into the options and returns their indexes by name.
func (q *question) options(choices []*tree.Node) map[string]int {
	v := &q.item.Version
	choices = choices[:min(len(choices), maxChoices)]
	v.Options = make([]bank.Option, len(choices))
	index := map[string]int{}
	for i, c := range choices {
		q.letter = bank.Letter(i)
		q.set.Line(q.text(c), &v.Options[i].Text)
		v.Options[i].Pinned = c.Attr("fixed") == "true"
		if _, twice := index[c.Attr("identifier")]; twice {
			q.once(item.Error, "key", "repeated_identifier", "two choices have the same name in the file; check the key")
			continue
		}
		index[c.Attr("identifier")] = i
	}
	q.letter = ""
	return index
}

func (q *question) unknown(name string) {
	q.item.Add(item.Error, "key", "bad_key", "the answer names none of the options", map[string]string{"text": item.Clip(name)})
}

func (q *question) choice(n *tree.Node, d declared) {
	v := &q.item.Version
	v.Type = scoring.Single
	index := q.options(n.All("simpleChoice"))
	right := d.correct
	if full, part := d.best(); len(right) == 0 {
		if right = full; d.several {
			right = append(right, part...) // every part that earns something is right
		}
		if len(part) > 0 {
			q.once(item.Warning, "key", "weights_left_out", "the answers are worth different shares in the file; here the contest's rules say what a part is worth")
		}
	}
	if d.several && (n.Attr("maxChoices") != "1" || len(right) > 1) {
		v.Type = scoring.Multiple
	}
	for _, name := range right {
		i, ok := index[name]
		if !ok {
			q.unknown(name)
		} else if !slices.Contains(v.Key.Choices, i) {
			v.Key.Choices = append(v.Key.Choices, i)
		}
	}
	if v.Type == scoring.Multiple {
		slices.Sort(v.Key.Choices)
	}
}

func (q *question) order(n *tree.Node, d declared) {
	v := &q.item.Version
	v.Type = scoring.Ordering
	index := q.options(n.All("simpleChoice"))
	for _, name := range d.correct {
		i, ok := index[name]
		if !ok {
			q.unknown(name)
			continue
		}
		v.Key.Choices = append(v.Key.Choices, i)
	}
}
