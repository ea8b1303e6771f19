package contest

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// SplitPool deals the question versions that match blueprint lines out to the
// lines, so that no paper can draw one twice: lines that can meet in one paper
// (the same division, or one of them for everybody) share no version. matches
// holds what each line could take. short says how many questions each line
// still lacks; a blueprint is satisfiable when all are 0.
func SplitPool(lines []BlueprintLine, matches [][]string) (pools [][]string, short []int) {
	d := dealer{lines: lines, pools: make([][]string, len(lines)), takers: map[string][]int{}, taken: map[string][]int{}}
	for i := range lines {
		for _, v := range matches[i] {
			if d.takers[v] == nil {
				d.order = append(d.order, v)
			}
			d.takers[v] = append(d.takers[v], i)
		}
	}
	// Those that fewest lines want go first: they are least missed elsewhere.
	slices.SortStableFunc(d.order, func(a, b string) int { return cmp.Compare(len(d.takers[a]), len(d.takers[b])) })
	d.serve("")
	for _, l := range lines {
		if l.DivisionID != "" {
			d.serve(l.DivisionID)
		}
	}
	d.dealRest()
	short = make([]int, len(lines))
	for i, l := range lines {
		slices.Sort(d.pools[i])
		short[i] = max(0, l.Count-len(d.pools[i]))
	}
	return d.pools, short
}

type dealer struct {
	lines  []BlueprintLine
	order  []string
	takers map[string][]int // lines that could take a version
	taken  map[string][]int // lines that hold it
	pools  [][]string
	served []string
}

// meets reports whether two lines can be in one paper.
func (d *dealer) meets(a, b int) bool {
	x, y := d.lines[a].DivisionID, d.lines[b].DivisionID
	return x == "" || y == "" || x == y
}

func (d *dealer) free(version string, line int) bool {
	return !slices.ContainsFunc(d.taken[version], func(held int) bool { return d.meets(held, line) })
}

func (d *dealer) give(version string, line int) {
	d.taken[version] = append(d.taken[version], line)
	d.pools[line] = append(d.pools[line], version)
}

// serve fills the lines of one division to their counts, moving versions
// between them where that lets another line be filled.
func (d *dealer) serve(division string) {
	if slices.Contains(d.served, division) {
		return
	}
	d.served = append(d.served, division)
	for i, l := range d.lines {
		if l.DivisionID != division {
			continue
		}
		for len(d.pools[i]) < l.Count && d.fill(i, map[string]bool{}) {
		}
	}
}

// fill gives the line one more version: a free one, or one of a line of the
// same division that can be served otherwise (an augmenting path).
func (d *dealer) fill(line int, tried map[string]bool) bool {
	for _, v := range d.order {
		if tried[v] || !slices.Contains(d.takers[v], line) {
			continue
		}
		if d.free(v, line) {
			d.give(v, line)
			return true
		}
	}
	for _, v := range d.order {
		if tried[v] || !slices.Contains(d.takers[v], line) {
			continue
		}
		holder := slices.IndexFunc(d.taken[v], func(h int) bool { return d.lines[h].DivisionID == d.lines[line].DivisionID })
		if holder < 0 {
			continue
		}
		tried[v] = true
		from := d.taken[v][holder]
		if from != line && d.fill(from, tried) {
			d.taken[v] = slices.Delete(d.taken[v], holder, holder+1)
			d.pools[from] = slices.DeleteFunc(d.pools[from], func(x string) bool { return x == v })
			d.give(v, line)
			return true
		}
	}
	return false
}

// dealRest gives every version that is left to the line with the fewest to
// choose from for each question.
func (d *dealer) dealRest() {
	for _, v := range d.order {
		for {
			best := -1
			for _, i := range d.takers[v] {
				if d.free(v, i) && !slices.Contains(d.taken[v], i) && (best < 0 || d.choice(i) < d.choice(best)) {
					best = i
				}
			}
			if best < 0 {
				break
			}
			d.give(v, best)
		}
	}
}

func (d *dealer) choice(line int) float64 {
	return float64(len(d.pools[line])) / float64(max(1, d.lines[line].Count))
}

// Found is what a blueprint line could take from the bank.
type Found struct {
	Versions []string
	Outdated int // that match and are kept out, as their law is not in force
}

// versions are those that each line could take.
func versions(found []Found) [][]string {
	lists := make([][]string, len(found))
	for i, f := range found {
		lists[i] = f.Versions
	}
	return lists
}

// Edit is what an edit of a contest works on while its row is locked.
type Edit struct {
	Contest
	// Drawable returns the approved question versions of the round's bank that
	// each blueprint line could take under the law of that day.
	Drawable func(r Round, lawAsOf time.Time) ([]Found, error)
	// Pools are stored with the contest: version ids by round and line.
	Pools map[string][][]string
	// Deadlines are moved with the contest: a round whose close moved.
	Deadlines []DeadlineMove
}

// DeadlineMove tells the record to move the deadlines of open attempts with
// the close of their round.
type DeadlineMove struct {
	RoundID  string
	Duration time.Duration
	ClosesAt time.Time
	Cut      bool // end those that run past the close, instead of extending
}

// freeze fixes the rule sheet and the pool of every round, as publishing does,
// and returns what stands against it.
func (e *Edit) freeze(newID func() string) ([]Problem, error) {
	var p problems
	p.append(e.Contest.problems())
	for i := range e.Rounds {
		r := &e.Rounds[i]
		rules := e.Rules
		r.Frozen, r.BoardEpoch = &rules, newID()
		p.append(r.problems(e.Contest))
		if r.Kind != Quiz {
			continue
		}
		found, err := e.Drawable(*r, e.LawFor(*r))
		if err != nil {
			return nil, err
		}
		pools, short := SplitPool(r.Blueprint, versions(found))
		for line, missing := range short {
			if missing > 0 {
				p.add(fmt.Sprintf("rounds[%d].blueprint[%d]", i, line), "too_few_questions",
					fmt.Sprintf("%d approved questions are missing; %d are kept out by the law of the day", missing, found[line].Outdated))
			}
		}
		if e.Pools == nil {
			e.Pools = map[string][][]string{}
		}
		e.Pools[r.ID] = pools
	}
	return p, nil
}

// LawFor is the day whose law counts for a round: the contest's, or that of the
// round's opening.
func (c Contest) LawFor(r Round) time.Time {
	if c.LawAsOf.IsZero() {
		return r.OpensAt
	}
	return c.LawAsOf
}
