package standing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/text"
	"mangxanh/scoring"
)

// ResultState is how far a result version has come.
type ResultState string

// The states of a result version.
const (
	Provisional ResultState = "provisional"
	Checked     ResultState = "checked"
	Official    ResultState = "official"
)

// Result is one version of the results of a round.
type Result struct {
	ID           string
	RoundID      string
	Number       int
	State        ResultState
	Target       scoring.Target
	TargetGiven  bool // set by the organizer instead of counted
	Participants int
	SHA256       string // of the lines, once official
	Note         string
	MadeBy       string
	CheckedBy    string
	PublishedBy  string
	CreatedAt    time.Time
	CheckedAt    time.Time
	OfficialAt   time.Time
	Removals     []Removal
	Names        map[string]string // of the accounts that made, checked and published it
}

// Removal takes somebody out of a result, with the reason, which is published
// without the name.
type Removal struct {
	AccountID string
	Name      string // for those who handle results
	Reason    string
	ActorID   string
	At        time.Time
}

// ResultLine is one person's line of a result version.
type ResultLine struct {
	Position     int
	Rank         int
	AccountID    string
	AttemptID    string
	PublicName   string
	FullName     string
	DivisionID   string
	DivisionRank int
	ClassID      string
	ClassName    string
	SchoolID     string
	SchoolName   string
	Prize        string
	Line         scoring.Line
	Distance     int64 // from the target, when both are known
	HasDistance  bool
}

// Person is who stands behind the lines of a result.
type Person struct {
	Identity
	ClassName  string
	SchoolName string
}

// Draft is what a result is made from.
type Draft struct {
	Contest  contest.Contest
	Round    contest.Round
	Result   Result     // the version being made, with its removals
	Finished []Finished // of the whole round, a person's one after the other
	Open     int        // attempts still open
	People   map[string]Identity
	Units    map[string]UnitName
}

// Make computes the lines of a result version: the attempt of each person that
// counts, without looking at predictions; removals; the target; places over all
// and by division; prizes. It sets the target and the number of participants.
func (d *Draft) Make() []ResultLine {
	rules := d.Round.RulesUnder(d.Contest)
	removed := map[string]bool{}
	for _, r := range d.Result.Removals {
		removed[r.AccountID] = true
	}
	tallies := map[string]Tally{}
	var lines []scoring.Line
	for _, person := range byPerson(d.Finished) {
		t := Count(rules.AttemptPolicy, person)
		if !t.Any || removed[t.Counted.AccountID] {
			continue
		}
		tallies[t.Counted.AccountID] = t
		lines = append(lines, t.Line)
	}
	d.Result.Participants = len(lines)
	d.Result.Target = d.target(rules, tallies)
	ranked := scoring.Rank(rules.RankChain, d.Result.Target, []byte(d.Contest.TieSeed), lines)
	result := make([]ResultLine, len(ranked))
	for i, s := range ranked {
		result[i] = d.line(rules, i, s, tallies[s.Line.Person].Counted)
	}
	placeInDivisions(result, rules.RankChain, d.Result.Target)
	award(result, d.Contest, rules.Prizes)
	return result
}

// byPerson cuts a list of attempts into those of each person.
func byPerson(finished []Finished) [][]Finished {
	people := map[string]int{}
	var groups [][]Finished
	for _, f := range finished {
		i, known := people[f.AccountID]
		if !known {
			i = len(groups)
			people[f.AccountID] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

// target is what was to be predicted: people are counted, after removals.
func (d *Draft) target(rules contest.RuleSheet, tallies map[string]Tally) scoring.Target {
	switch {
	case !rules.Prediction.On:
		return scoring.Target{}
	case d.Result.TargetGiven:
		return scoring.Target{Value: d.Result.Target.Value, Known: true}
	case rules.Prediction.Target == contest.TargetParticipants:
		return scoring.Target{Value: int64(len(tallies)), Known: true}
	}
	n := int64(0)
	for _, t := range tallies {
		if t.Counted.Perfect {
			n++
		}
	}
	return scoring.Target{Value: n, Known: true}
}

func (d *Draft) line(rules contest.RuleSheet, i int, s scoring.Standing, a Finished) ResultLine {
	who := d.People[s.Line.Person]
	line := ResultLine{
		Position: i + 1, Rank: s.Rank, AccountID: s.Line.Person, AttemptID: a.AttemptID, FullName: who.FullName,
		PublicName: PublicName(rules.Names, who, []byte(d.Contest.TieSeed), s.Line.Person),
		DivisionID: a.DivisionID, ClassID: a.ClassID, ClassName: d.Units[a.ClassID].Name,
		SchoolID: a.SchoolID, SchoolName: d.Units[a.SchoolID].Name, Line: s.Line,
	}
	if d.Result.Target.Known && s.Line.HasPrediction {
		line.Distance, line.HasDistance = distance(s.Line.Prediction, d.Result.Target.Value), true
	}
	return line
}

// distance is |a-b|, at most the largest number that can be stored.
func distance(a, b int64) int64 {
	if a < b {
		a, b = b, a
	}
	if d := a - b; d >= 0 {
		return d
	}
	return 1<<63 - 1
}

// placeInDivisions numbers each division by itself. The lines stand in the
// order of the whole, which is that of every division too.
func placeInDivisions(lines []ResultLine, chain scoring.Chain, t scoring.Target) {
	last := map[string]int{}
	count := map[string]int{}
	for i := range lines {
		d := lines[i].DivisionID
		count[d]++
		lines[i].DivisionRank = count[d]
		if p, ok := last[d]; ok && chain.Compare(lines[p].Line, lines[i].Line, t) == 0 {
			lines[i].DivisionRank = lines[p].DivisionRank
		}
		last[d] = i
	}
}

// award gives out prizes by place in the division: the seats of the prizes are
// counted from the top, and those who share a place share its prize.
func award(lines []ResultLine, c contest.Contest, prizes []contest.Prize) {
	for i := range lines {
		code := c.Division(lines[i].DivisionID).Code
		seats := 0
		for _, p := range prizes {
			if p.Division != "" && p.Division != code {
				continue
			}
			if seats += p.Count; lines[i].DivisionRank <= seats {
				lines[i].Prize = p.Name
				break
			}
		}
	}
}

// Seal is the SHA-256 of the lines of a version as they are published: one
// text line for each, fields separated by tabs.
func Seal(lines []ResultLine) string {
	h := sha256.New()
	for _, l := range lines {
		l.sealPlace(h)
		fmt.Fprintf(h, "%s\t%s\t%s\t%s\n", l.PublicName, l.FullName, l.ClassName, l.SchoolName)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// SamePlaces reports whether two versions of the lines agree in everything that
// follows from attempts and rules. Names and consents may change between the
// making of a version and its publication; places may not.
func SamePlaces(a, b []ResultLine) bool {
	ha, hb := sha256.New(), sha256.New()
	for _, l := range a {
		l.sealPlace(ha)
	}
	for _, l := range b {
		l.sealPlace(hb)
	}
	return len(a) == len(b) && bytes.Equal(ha.Sum(nil), hb.Sum(nil))
}

func (l ResultLine) sealPlace(w io.Writer) {
	fmt.Fprintf(w, "%d\t%d\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%v\t%d\t%d\t%d\t%s\n",
		l.Position, l.Rank, l.AccountID, l.AttemptID, l.DivisionID, l.DivisionRank, l.Line.Score, l.Line.Correct,
		l.Line.Prediction, l.Line.HasPrediction, l.Line.Duration, l.Line.SubmittedAt, l.Line.Perfect, l.Prize)
}

// makeable refuses a result while somebody can still answer.
func (d *Draft) makeable(now time.Time) error {
	if now.Before(d.Round.ClosesAt) {
		return contest.Refuse(contest.Conflict, "round_open", "the round has not closed yet")
	}
	if d.Open > 0 {
		return contest.Refuse(contest.Conflict, "attempts_open", "%d attempts are still under way", d.Open)
	}
	return nil
}

// changeable refuses what would change an official version.
func (r Result) changeable() error {
	if r.State == Official {
		return contest.Refuse(contest.Conflict, "result_official", "an official version never changes; make a new one")
	}
	return nil
}

// remove adds a removal; a repeated one replaces the reason.
func (r *Result) remove(x Removal) {
	r.Removals = slices.DeleteFunc(r.Removals, func(old Removal) bool { return old.AccountID == x.AccountID })
	x.Reason = text.Line(x.Reason)
	r.Removals = append(r.Removals, x)
}
