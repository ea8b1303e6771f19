package qti

import (
	"slices"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/tree"
	"mangxanh/scoring"
)

// match reads two sets whose members find partners in each other.
func (q *question) match(n *tree.Node, d declared) {
	v := &q.item.Version
	v.Type = scoring.Matching
	sets := n.All("simpleMatchSet")
	if len(sets) != 2 {
		q.item.Add(item.Error, "type", "unsupported_interaction", "questions of this kind are not asked here", map[string]string{"kind": n.Name})
		return
	}
	left := q.options(sets[0].All("simpleAssociableChoice"))
	partners := sets[1].All("simpleAssociableChoice")
	partners = partners[:min(len(partners), maxChoices)]
	v.Matches = make([]string, len(partners))
	right := map[string]int{}
	for i, p := range partners {
		q.set.Line(q.text(p), &v.Matches[i])
		right[p.Attr("identifier")] = i
	}
	pairs := d.correct
	if len(pairs) == 0 {
		pairs, _ = d.best()
	}
	q.pairs(pairs, left, right)
}

// pairs makes the key of a matching; one in which a member has no partner, or
// two, is no key.
func (q *question) pairs(pairs []string, left, right map[string]int) {
	v := &q.item.Version
	key := slices.Repeat([]int{-1}, len(v.Options))
	for _, p := range pairs {
		a, b, _ := strings.Cut(p, " ")
		i, okA := left[a]
		k, okB := right[b]
		if !okA || !okB { // some programs write the pair the other way round
			i, okA = left[b]
			k, okB = right[a]
		}
		switch {
		case !okA || !okB:
			q.unknown(p)
			return
		case key[i] >= 0 && key[i] != k:
			q.item.Add(item.Error, "key", "several_partners", "one on the left has several partners in the file; here it has one", map[string]string{"option": bank.Letter(i)})
			return
		}
		key[i] = k
	}
	if !slices.Contains(key, -1) {
		v.Key.Choices = key
	}
}

// cloze reads the gaps, each with choices of its own.
func (q *question) cloze() {
	v := &q.item.Version
	var key []int
	for _, n := range q.asked {
		var g bank.Gap
		index := map[string]int{}
		for i, c := range n.All("inlineChoice") {
			if i < maxChoices {
				index[c.Attr("identifier")] = i
				g.Choices = append(g.Choices, strings.Join(strings.Fields(q.text(c).Plain()), " "))
			}
		}
		v.Gaps = append(v.Gaps, g)
		d := q.keys[n.Attr("responseIdentifier")]
		right := d.correct
		if len(right) == 0 {
			right, _ = d.best()
		}
		if len(right) == 0 {
			continue
		}
		i, ok := index[right[0]]
		if !ok {
			q.unknown(right[0])
			continue
		}
		key = append(key, i)
	}
	if len(key) == len(v.Gaps) {
		v.Key.Choices = key
	}
}

// entry reads a text or a number that is typed in.
func (q *question) entry(root *tree.Node, d declared) {
	v := &q.item.Version
	full, part := d.best()
	accepted := slices.Clone(d.correct)
	for _, f := range full {
		if !slices.Contains(accepted, f) {
			accepted = append(accepted, f)
		}
	}
	for _, p := range part {
		if !slices.Contains(accepted, p) {
			q.item.Add(item.Warning, "key", "partial_answer_left_out", "an answer that earns only a part was left out", map[string]string{"text": item.Clip(p)})
		}
	}
	if d.base != "float" && d.base != "integer" {
		v.Type, v.Key.Texts = scoring.ShortText, accepted
		return
	}
	v.Type = scoring.Number
	if len(accepted) == 0 {
		return
	}
	v.Key.Value = accepted[0]
	for _, other := range accepted[1:] {
		q.item.Add(item.Error, "key", "several_numbers", "the file accepts several numbers; only the first was taken", map[string]string{"text": item.Clip(other)})
	}
	for _, e := range root.Find("equal") {
		if near := strings.Fields(e.Attr("tolerance")); e.Attr("toleranceMode") == "absolute" && len(near) > 0 {
			v.Key.Tolerance = fragment.Composed(near[0])
		}
	}
}
