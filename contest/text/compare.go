package text

import (
	"strings"
	"unicode"
)

// Op says what became of a piece of text.
type Op string

// The ops.
const (
	Same    Op = "same"
	Added   Op = "added"
	Removed Op = "removed"
)

// Segment is a piece of one text, of the other, or of both.
type Segment struct {
	Op   Op
	Text string
}

// Compare tells word by word how a text became another. What is same and
// removed makes the first text, what is same and added the second. It needs
// memory in proportion to the texts; where they have too little in common to be
// worth its time, one is removed and the other added whole.
func Compare(before, after string) []Segment {
	var c comparison
	c.box(tokens(before), tokens(after))
	if end := c.flush(); end != "" {
		c.found = append(c.found, Segment{Same, end})
	}
	return c.found
}

// tokens takes a text apart into words, runs of white space and single signs.
func tokens(s string) []string {
	var list []string
	start, kind := 0, -1
	for i, r := range s {
		k := 2 // a sign stands alone
		switch {
		case unicode.IsSpace(r):
			k = 0
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			k = 1
		}
		if i > 0 && (k != kind || k == 2) {
			list = append(list, s[start:i])
			start = i
		}
		kind = k
	}
	if start < len(s) {
		list = append(list, s[start:])
	}
	return list
}

// comparison collects segments; removed and added text of one place is held
// back until something is the same again.
type comparison struct {
	found          []Segment
	removed, added strings.Builder
	gap            string // white space after a change, which joins it with the next
}

func (c *comparison) same(list []string) {
	if len(list) == 0 {
		return
	}
	s := strings.Join(list, "")
	if c.changed() && strings.TrimSpace(s) == "" {
		c.gap += s
		return
	}
	s = c.flush() + s
	if n := len(c.found); n > 0 && c.found[n-1].Op == Same {
		c.found[n-1].Text += s
		return
	}
	c.found = append(c.found, Segment{Same, s})
}

func (c *comparison) changed() bool { return c.removed.Len() > 0 || c.added.Len() > 0 }

func (c *comparison) change(removed, added []string) {
	if len(removed)+len(added) == 0 {
		return
	}
	c.removed.WriteString(c.gap)
	c.added.WriteString(c.gap)
	c.gap = ""
	c.removed.WriteString(strings.Join(removed, ""))
	c.added.WriteString(strings.Join(added, ""))
}

// flush writes what was held back and returns the white space after it.
func (c *comparison) flush() string {
	for _, s := range []Segment{{Removed, c.removed.String()}, {Added, c.added.String()}} {
		if s.Text != "" {
			c.found = append(c.found, s)
		}
	}
	c.removed.Reset()
	c.added.Reset()
	gap := c.gap
	c.gap = ""
	return gap
}

// box compares two lists of tokens: what they begin and end with alike is the
// same, and the rest is halved where a shortest way from one to the other has
// its middle.
func (c *comparison) box(a, b []string) {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	c.same(a[:n])
	a, b = a[n:], b[n:]
	n = 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	end := a[len(a)-n:]
	a, b = a[:len(a)-n], b[:len(b)-n]
	if x, y, ok := middle(a, b); ok {
		c.box(a[:x], b[:y])
		c.box(a[x:], b[y:])
	} else {
		c.change(a, b)
	}
	c.same(end)
}

// mostSteps is how many words a half of the way may remove or add before the
// texts count as different.
const mostSteps = 1500

// middle returns a point on a shortest way of removals and additions from a to
// b, after about half of them: both ends walk at once, each keeping how far it
// has come on every diagonal, until they meet. Without words on both sides, or
// when the way is too long, there is none.
func middle(a, b []string) (x, y int, ok bool) {
	if len(a) == 0 || len(b) == 0 {
		return 0, 0, false
	}
	steps := min((len(a)+len(b)+1)/2, mostSteps)
	forth := newWalk(a, b, steps, func(i, j int) bool { return a[i] == b[j] })
	back := newWalk(a, b, steps, func(i, j int) bool { return a[len(a)-1-i] == b[len(b)-1-j] })
	delta := len(a) - len(b)
	for d := 0; d <= steps; d++ {
		for k := -d; k <= d; k += 2 {
			if x := forth.step(d, k); x >= 0 && delta%2 != 0 && back.reached(d-1, delta-k)+x >= len(a) {
				return x, x - k, true
			}
		}
		for k := -d; k <= d; k += 2 {
			if x := back.step(d, k); x >= 0 && delta%2 == 0 && forth.reached(d, delta-k)+x >= len(a) {
				return len(a) - x, len(b) - (x - k), true
			}
		}
	}
	return 0, 0, false
}

// walk is how far one end has come on each diagonal.
type walk struct {
	n, m  int
	far   []int // by diagonal + offset; nowhere before it was reached
	off   int
	alike func(i, j int) bool
}

const nowhere = -1 << 40

func newWalk(a, b []string, steps int, alike func(i, j int) bool) *walk {
	w := &walk{n: len(a), m: len(b), far: make([]int, 2*steps+3), off: steps + 1, alike: alike}
	for i := range w.far {
		w.far[i] = nowhere
	}
	return w
}

// step takes the d-th step onto diagonal k and then all that is alike. It
// returns where that ends, or less than 0 when the diagonal cannot be reached.
func (w *walk) step(d, k int) int {
	x := nowhere
	if d == 0 {
		x = 0
	} else {
		if down := w.far[w.off+k+1]; down >= 0 && down-k <= w.m {
			x = down
		}
		if right := w.far[w.off+k-1] + 1; right > x && right <= w.n && right > 0 {
			x = right
		}
	}
	if x >= 0 {
		for x < w.n && x-k < w.m && w.alike(x, x-k) {
			x++
		}
	}
	w.far[w.off+k] = x
	return x
}

// reached is how far the walk came on diagonal k within d steps.
func (w *walk) reached(d, k int) int {
	if k < -d || k > d {
		return nowhere
	}
	return w.far[w.off+k]
}
