package itemstat

import (
	"math/bits"
	"slices"
	"time"
)

// NoRest stands for the rest of a paper that has only this question.
const NoRest = -1

// Answer is what one person did with one question.
type Answer struct {
	Rest     int // share of the marks of the rest of the paper, in thousandths, or NoRest
	Answered bool
	Right    bool  // wholly
	Earned   int   // share of the question's marks, in thousandths
	Chosen   []int // options chosen, where options are chosen
	Spent    time.Duration
	Timed    bool // Spent is known
}

// Tally is what was counted of one question version. The zero value is empty.
type Tally struct {
	Levels map[int]Level // by Answer.Rest
	Times  map[int]int   // answers by bucket of time
}

// Level counts the people whose rest of the paper was worth the same.
type Level struct {
	Served, Answered, Right int
	Earned                  int   // thousandths, summed
	Chosen                  []int // by option
}

// Add counts one answer.
func (t *Tally) Add(a Answer) {
	if t.Levels == nil {
		t.Levels, t.Times = map[int]Level{}, map[int]int{}
	}
	l := t.Levels[a.Rest]
	l.Served++
	l.Answered += one(a.Answered)
	l.Right += one(a.Right)
	l.Earned += a.Earned
	for _, o := range a.Chosen {
		for len(l.Chosen) <= o {
			l.Chosen = append(l.Chosen, 0)
		}
		l.Chosen[o]++
	}
	t.Levels[a.Rest] = l
	if a.Timed {
		t.Times[bucket(a.Spent)]++
	}
}

// Merge counts everything that another tally has counted.
func (t *Tally) Merge(o Tally) {
	if t.Levels == nil {
		t.Levels, t.Times = map[int]Level{}, map[int]int{}
	}
	for rest, b := range o.Levels {
		t.Levels[rest] = t.Levels[rest].plus(b)
	}
	for at, n := range o.Times {
		t.Times[at] += n
	}
}

func (l Level) plus(b Level) Level {
	l.Served, l.Answered, l.Right, l.Earned = l.Served+b.Served, l.Answered+b.Answered, l.Right+b.Right, l.Earned+b.Earned
	l.Chosen = slices.Clone(l.Chosen)
	for o, n := range b.Chosen {
		for len(l.Chosen) <= o {
			l.Chosen = append(l.Chosen, 0)
		}
		l.Chosen[o] += n
	}
	return l
}

// total is all levels together; compared leaves out papers without a rest.
func (t Tally) total() (all, compared Level) {
	for rest, l := range t.Levels {
		all = all.plus(l)
		if rest != NoRest {
			compared = compared.plus(l)
		}
	}
	return all, compared
}

// rests lists the levels that can be compared, the weakest first.
func (t Tally) rests() []int {
	list := make([]int, 0, len(t.Levels))
	for rest := range t.Levels {
		if rest != NoRest {
			list = append(list, rest)
		}
	}
	slices.Sort(list)
	return list
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Times are kept in buckets of a tenth of a second up to 3.2 s and then of at
// most 3 % of their value, up to six hours.
const (
	tick    = 100 * time.Millisecond
	fine    = 5 // bits of a time that are kept
	longest = 6 * time.Hour
)

func bucket(d time.Duration) int {
	v := uint(max(0, min(d, longest)) / tick)
	shift := max(0, bits.Len(v)-fine-1)
	return shift<<fine + int(v>>shift)
}

// middle is the time in the middle of a bucket.
func middle(at int) time.Duration {
	shift := max(0, at>>fine-1)
	v := time.Duration(at-shift<<fine) << shift
	return v*tick + (tick<<shift)/2
}

// median is the middle of the bucket that holds the lower median.
func median(times map[int]int) (time.Duration, bool) {
	list, n := make([]int, 0, len(times)), 0
	for at, count := range times {
		list, n = append(list, at), n+count
	}
	slices.Sort(list)
	seen := 0
	for _, at := range list {
		if seen += times[at]; 2*seen >= n {
			return middle(at), true
		}
	}
	return 0, false
}
