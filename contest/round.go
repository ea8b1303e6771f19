package contest

import "time"

// RoundKind says what is done in a round.
type RoundKind string

// The kinds of round.
const (
	Quiz    RoundKind = "quiz"
	Writing RoundKind = "writing"
)

// Round is a vòng or đợt: one window in which attempts may be taken.
type Round struct {
	ID              string
	ContestID       string
	Position        int
	Name            string
	Slug            string // address of its published results
	Kind            RoundKind
	OpensAt         time.Time
	ClosesAt        time.Time // the first moment at which it is over
	Duration        time.Duration
	BankID          string
	Frozen          *RuleSheet // as published; nil before
	Prompt          string     // of a writing round
	BoardEpoch      string     // changes when the keys of the live board do
	OfficialVersion int        // number of the newest official result, 0 = none
	LockedAt        time.Time  // first start
	Version         int64
	CreatedAt       time.Time
	Blueprint       []BlueprintLine
}

// State is scheduled, open, closed or official at a moment.
func (r Round) State(now time.Time) State {
	switch {
	case r.OfficialVersion > 0:
		return Official
	case !now.Before(r.ClosesAt):
		return Closed
	case !now.Before(r.OpensAt):
		return Open
	}
	return Scheduled
}

// RulesUnder returns the rule sheet of the round: the one frozen when it was
// published, else the contest's of today.
func (r Round) RulesUnder(c Contest) RuleSheet {
	if r.Frozen != nil {
		return *r.Frozen
	}
	return c.Rules
}

// BlueprintLine is a line of the ma trận đề: how many questions of what sort.
// Empty fields take anything.
type BlueprintLine struct {
	ID         string
	DivisionID string // empty = every division
	Topic      string
	Type       string
	Difficulty string
	AgeBand    string
	Count      int
	Points     int64 // hundredths of a point, each question
}

// LinesFor returns the lines that make the paper of a division.
func (r Round) LinesFor(divisionID string) []BlueprintLine {
	var lines []BlueprintLine
	for _, l := range r.Blueprint {
		if l.DivisionID == "" || l.DivisionID == divisionID {
			lines = append(lines, l)
		}
	}
	return lines
}

// Questions is how many questions the paper of a division has, without the
// prediction.
func (r Round) Questions(divisionID string) int {
	n := 0
	for _, l := range r.LinesFor(divisionID) {
		n += l.Count
	}
	return n
}
