package standing

import (
	"encoding/binary"
	"fmt"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/text"
	"mangxanh/scoring"
)

// Finished is a finished attempt as rankings see it.
type Finished struct {
	RoundID       string
	AccountID     string
	AttemptID     string
	Number        int
	Annulled      bool
	Score         int64
	Correct       int
	Perfect       bool
	Duration      time.Duration
	SubmittedAt   time.Time
	Prediction    int64
	HasPrediction bool
	ClassID       string // as at the start of the attempt
	SchoolID      string
	DivisionID    string
}

// Tally is what one person's attempts come to.
type Tally struct {
	Line    scoring.Line
	Counted Finished // the attempt that counts
	Any     bool     // false when no attempt counts
	Version int64    // grows with every attempt that is finished or annulled
}

// Count chooses the attempt of one person that counts, before any prediction is
// looked at, and makes the line that is ranked. Annulled attempts do not count.
func Count(policy scoring.AttemptPolicy, attempts []Finished) Tally {
	var t Tally
	var valid []Finished
	perfect := 0
	for _, a := range attempts {
		t.Version++
		if a.Annulled {
			t.Version++
			continue
		}
		valid = append(valid, a)
		if a.Perfect {
			perfect++
		}
	}
	results := make([]scoring.Result, len(valid))
	for i, a := range valid {
		results[i] = scoring.Result{Number: a.Number, Score: a.Score, Correct: a.Correct, Duration: a.Duration.Microseconds(), SubmittedAt: a.SubmittedAt.UnixMicro()}
	}
	i := scoring.Counted(policy, results)
	if i < 0 {
		return t
	}
	a := valid[i]
	t.Any, t.Counted = true, a
	t.Line = scoring.Line{
		Person: a.AccountID, Score: a.Score, Correct: a.Correct, Duration: a.Duration.Microseconds(), SubmittedAt: a.SubmittedAt.UnixMicro(),
		Perfect: perfect, Prediction: a.Prediction, HasPrediction: a.HasPrediction,
	}
	return t
}

// Identity is who stands behind an account on a board or a list.
type Identity struct {
	FullName string
	MayName  bool // consent to publish the full name is recorded and stands
}

// PublicName is what the public may read in place of a name.
func PublicName(policy contest.NamePolicy, id Identity, tieSeed []byte, accountID string) string {
	switch {
	case id.MayName:
		return id.FullName
	case policy == contest.NamesNone || id.FullName == "":
		return fmt.Sprintf("Thí sinh #%05d", Number(tieSeed, accountID))
	}
	return text.Mask(id.FullName)
}

// Number stands for a person where names are not shown. It tells nothing about
// the person and is the same throughout one contest.
func Number(tieSeed []byte, accountID string) int {
	return int(binary.BigEndian.Uint32(scoring.TieKey(tieSeed, "#"+accountID)) % 100_000)
}

// fewPeople is the size below which a school would tell who somebody is: then
// the unit above it is shown with a hidden name.
const fewPeople = 10

// UnitName is a unit with the one above it.
type UnitName struct {
	Name   string
	Parent string
}

// Shown is the unit that may stand beside a name: a named person's own, and a
// hidden person's only where enough others are from there.
func (u UnitName) Shown(named bool, people int) string {
	if named || people >= fewPeople {
		return u.Name
	}
	return u.Parent
}
