package itemstat

import (
	"math"
	"slices"
	"time"

	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

const (
	// GroupShare is the part of the people that makes the upper and the lower
	// group. People of one level share the place at the edge of a group evenly.
	GroupShare = 0.27
	// MinCompared is from how many people on discrimination and point-biserial
	// are told; of fewer they say nothing.
	MinCompared = 20
)

// Figure is a number that may be unknown.
type Figure struct {
	Value float64
	Known bool
}

// Key says which options of a question are right, for questions whose options
// are chosen. The zero value is for all others.
type Key struct {
	Options int
	Right   []int
	One     bool // exactly one option is chosen
}

// Figures are what a tally says.
type Figures struct {
	Served, Answered, Right int
	Facility                Figure // mean share of the marks, 0 hard to 1 easy
	Discrimination          Figure // of the upper group the facility, less that of the lower
	PointBiserial           Figure // correlation of being wholly right with the rest of the paper
	Median                  time.Duration
	Timed                   int // answers that Median is about
	Options                 []OptionFigures
	Alarm                   *Alarm // nil when nothing speaks against the key
}

// OptionFigures is a line of the distractor table.
type OptionFigures struct {
	Right         bool
	Chosen        int
	Share         float64 // of those who were served
	Upper, Lower  float64 // people of the two groups; fractions come from the edge
	PointBiserial Figure
}

// Figures computes what the tally says about a question with this key.
func (t Tally) Figures(key Key) Figures {
	all, compared := t.total()
	f := Figures{Served: all.Served, Answered: all.Answered, Right: all.Right}
	if all.Served > 0 {
		f.Facility = Figure{float64(all.Earned) / float64(1000*all.Served), true}
	}
	for _, n := range t.Times {
		f.Timed += n
	}
	f.Median, _ = median(t.Times)
	g := t.groups(compared.Served)
	if compared.Served >= MinCompared {
		f.Discrimination = Figure{(g.upper.earned - g.lower.earned) / (1000 * g.size), true}
		f.PointBiserial = t.biserial(func(l Level) int { return l.Right })
	}
	for o := range key.Options {
		row := OptionFigures{Right: slices.Contains(key.Right, o), Chosen: all.chosen(o), Upper: g.upper.of(o), Lower: g.lower.of(o)}
		if all.Served > 0 {
			row.Share = float64(row.Chosen) / float64(all.Served)
		}
		if compared.Served >= MinCompared {
			row.PointBiserial = t.biserial(func(l Level) int { return l.chosen(o) })
		}
		f.Options = append(f.Options, row)
	}
	f.Alarm = alarm(key, f, compared)
	return f
}

func (l Level) chosen(o int) int {
	if o < len(l.Chosen) {
		return l.Chosen[o]
	}
	return 0
}

// group is what the people of an end of the order did.
type group struct {
	earned float64
	chosen []float64
}

func (g group) of(o int) float64 {
	if o < len(g.chosen) {
		return g.chosen[o]
	}
	return 0
}

func (g *group) add(l Level, weight float64) {
	g.earned += weight * float64(l.Earned)
	for o, n := range l.Chosen {
		for len(g.chosen) <= o {
			g.chosen = append(g.chosen, 0)
		}
		g.chosen[o] += weight * float64(n)
	}
}

type groups struct {
	size         float64
	upper, lower group
}

// groups takes the groups off both ends; of the level at an edge everybody
// belongs in part.
func (t Tally) groups(people int) groups {
	g := groups{size: GroupShare * float64(people)}
	take := func(to *group, rests []int) {
		left := g.size
		for _, rest := range rests {
			l := t.Levels[rest]
			weight := min(1, left/float64(l.Served))
			to.add(l, weight)
			if left -= weight * float64(l.Served); left <= 0 {
				return
			}
		}
	}
	rests := t.rests()
	take(&g.lower, rests)
	slices.Reverse(rests)
	take(&g.upper, rests)
	return g
}

// biserial correlates doing something with the rest of the paper. It is unknown
// when everybody did it, nobody did, or all had the same rest.
func (t Tally) biserial(did func(Level) int) Figure {
	var n, x, xx, xy, y float64
	for _, rest := range t.rests() {
		l := t.Levels[rest]
		r, people, yes := float64(rest), float64(l.Served), float64(did(l))
		n, y = n+people, y+yes
		x, xx, xy = x+r*people, xx+r*r*people, xy+r*yes
	}
	spread := (n*xx - x*x) * (n*y - y*y)
	if spread <= 0 {
		return Figure{}
	}
	return Figure{(n*xy - x*y) / math.Sqrt(spread), true}
}

// KeyOf is the key of a question version as figures need it.
func KeyOf(v bank.Version) Key {
	if !v.Type.OneChoice() && v.Type != scoring.Multiple {
		return Key{}
	}
	return Key{Options: len(v.Options), Right: v.Key.Choices, One: v.Type.OneChoice()}
}
