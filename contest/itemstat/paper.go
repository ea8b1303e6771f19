package itemstat

import (
	"cmp"
	"slices"
	"time"
)

// Item is one question of a finished paper, marked.
type Item struct {
	VersionID string // empty for a question that is not counted, such as a prediction
	Answered  bool
	Right     bool
	Points    int64
	Max       int64
	Chosen    []int
	Spent     time.Duration
	Timed     bool
}

// Tallies are tallies by question version.
type Tallies map[string]*Tally

// Add counts a paper.
func (t Tallies) Add(paper []Item) {
	var points, whole int64
	for _, i := range paper {
		points, whole = points+i.Points, whole+i.Max
	}
	for _, i := range paper {
		if i.VersionID == "" {
			continue
		}
		a := Answer{Rest: NoRest, Answered: i.Answered, Right: i.Right, Chosen: i.Chosen, Spent: i.Spent, Timed: i.Timed}
		if rest := whole - i.Max; rest > 0 {
			a.Rest = int((points - i.Points) * 1000 / rest)
		}
		if i.Max > 0 {
			a.Earned = int(i.Points * 1000 / i.Max)
		} else if i.Right {
			a.Earned = 1000
		}
		if t[i.VersionID] == nil {
			t[i.VersionID] = &Tally{}
		}
		t[i.VersionID].Add(a)
	}
}

// Change is one accepted change of an answer, as the journal has it.
type Change struct {
	Question int // place in the paper
	At       time.Time
}

// Spent derives how long each question of a paper took: the time from the start
// or from the arrival of the change before, to whichever question, until a
// change of this question arrived; several stretches of one question add up.
//
// That is as near as the record comes. It holds reading the question, thinking,
// leafing through others without answering them and the way over the network.
// What arrived in one request, as after a lost connection, cannot be told apart:
// questions answered in such a request have no time, nor have those never
// answered.
func Spent(start time.Time, changes []Change) map[int]time.Duration {
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Question, b.Question)) })
	spent, blurred := map[int]time.Duration{}, map[int]bool{}
	last := start
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].At.Equal(changes[0].At) {
			n++
		}
		together := changes[:n]
		if together[0].Question == together[n-1].Question {
			spent[together[0].Question] += together[0].At.Sub(last)
		} else {
			for _, c := range together {
				blurred[c.Question] = true
			}
		}
		last, changes = together[0].At, changes[n:]
	}
	for q := range blurred {
		delete(spent, q)
	}
	return spent
}
