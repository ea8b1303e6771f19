package attempt

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

// This file is about questions that are answered place by place: the options of
// a matching, each with a match, and the gaps of a cloze, each with a choice.
//
// Public ids of one question come in this order: the question's own, those of
// the options or gaps, those of the matches or of the choices gap by gap. What
// there is to choose from is ordered by the seed too; nothing of it is stored.

// places is how many places the question has.
func (q *Question) places() int { return len(q.Graded.Sizes) }

// base is the place among the option ids at which the choices of a place begin.
func (q *Question) base(place int) int {
	n := q.places()
	if q.Graded.Type == scoring.Cloze {
		for _, size := range q.Graded.Sizes[:place] {
			n += size
		}
	}
	return n
}

// storePlaces reads {"place id": "choice id"}; places may be missing or null.
func (q *Question) storePlaces(d *ids, raw []byte) (string, bool) {
	var given map[string]*string
	if len(raw) == 0 || raw[0] != '{' || json.Unmarshal(raw, &given) != nil || len(given) > q.places() {
		return "", false
	}
	chosen, known := make([]int, q.places()), 0
	for i, size := range q.Graded.Sizes {
		chosen[i] = scoring.NoChoice
		id, there := given[d.option(i)]
		if there {
			known++
		}
		if !there || id == nil {
			continue
		}
		base := q.base(i)
		for c := 0; c < size && chosen[i] < 0; c++ {
			if d.option(base+c) == *id {
				chosen[i] = c
			}
		}
		if chosen[i] < 0 {
			return "", false
		}
	}
	switch {
	case known != len(given):
		return "", false
	case !slices.ContainsFunc(chosen, func(c int) bool { return c >= 0 }):
		return "null", true
	}
	return string(appendInts(nil, chosen)), true
}

func appendInts(b []byte, list []int) []byte {
	b = append(b, '[')
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return append(b, ']')
}

// placed writes choices in the ids of the attempt, leaving out places without.
func (q *Question) placed(d *ids, choices []int) json.RawMessage {
	b := []byte{'{'}
	for i, c := range choices {
		if i >= q.places() || c < 0 || c >= q.Graded.Sizes[i] {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), d.option(i)...), `":"`...)
		b = append(append(b, d.option(q.base(i)+c)...), '"')
	}
	return append(b, '}')
}

// showPlaces adds what there is to choose from. Matches are never shown in the
// order in which the author wrote them, which is nearly always the key.
func (q *Question) showPlaces(v *Shown, d *ids, shuffle bool) {
	c := newChance(d.seed, 'm')
	c.counter = uint64(d.question) << 32
	list := func(html []json.RawMessage, base int, shuffle bool) []ShownOption {
		order := make([]int, len(html))
		for i := range order {
			order[i] = i
		}
		if shuffle {
			c.shuffle(order)
		}
		shown := make([]ShownOption, len(html))
		for i, o := range order {
			shown[i] = ShownOption{ID: d.option(base + o), HTML: html[o]}
		}
		return shown
	}
	if q.Graded.Type == scoring.Matching {
		v.Matches = list(q.Matches, q.base(0), true)
		return
	}
	v.Gaps = make([]ShownGap, len(q.Gaps))
	for i, choices := range q.Gaps {
		v.Gaps[i] = ShownGap{ID: d.option(i), Choices: list(choices, q.base(i), shuffle)}
	}
	v.Stem = q.stemWith(d)
}

// around is the stem of a cloze between its gaps, as insides of JSON strings.
type around struct {
	text string
	gap  int // that follows the text, -1 after the last
}

const gapMark = `<span class="gap" data-gap="`

// splitStem takes a rendered stem apart at its gaps.
func splitStem(stem string) []around {
	var parts []around
	for {
		text, rest, more := strings.Cut(stem, gapMark)
		inner := quoted(text)
		part := around{text: string(inner[1 : len(inner)-1]), gap: -1}
		if !more {
			return append(parts, part)
		}
		number, rest, _ := strings.Cut(rest, `"`)
		if n, err := strconv.Atoi(number); err == nil {
			part.gap = n - 1
		}
		parts = append(parts, part)
		_, stem, _ = strings.Cut(rest, "</span>")
	}
}

// stemWith is the stem with the gaps under their ids.
func (q *Question) stemWith(d *ids) json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('"')
	for _, part := range q.around {
		b.WriteString(part.text)
		if part.gap >= 0 {
			b.WriteString(`<span class=\"gap\" data-gap=\"` + d.option(part.gap) + `\"></span>`)
		}
	}
	b.WriteByte('"')
	return b.Bytes()
}

// addPlaces keeps of a version what only these types have.
func (q *Question) addPlaces(r bank.Rendered) {
	for _, m := range r.Matches {
		q.Matches = append(q.Matches, quoted(m))
	}
	if q.Graded.Type != scoring.Cloze {
		return
	}
	for _, g := range r.Gaps {
		choices := make([]json.RawMessage, len(g))
		for i, c := range g {
			choices[i] = quoted(c)
		}
		q.Gaps = append(q.Gaps, choices)
	}
	q.around = splitStem(r.Stem)
}
