package contest

import "time"

// Sitting is everything about a published round that taking an attempt needs,
// as one value that never changes. It is shared by all goroutines: nobody
// writes into it.
type Sitting struct {
	Contest Contest
	Round   Round
	Rules   RuleSheet // the round's frozen rule sheet
	TieSeed []byte    // for scoring.TieKey
	Pool    []PoolLine
}

// PoolLine is a blueprint line with the question versions it may draw.
type PoolLine struct {
	LineID     string
	DivisionID string // empty = every division
	Count      int
	Points     int64 // hundredths of a point, each question
	Entries    []PoolEntry
}

// PoolEntry is one question version of a round. A stored paper refers to it by
// its position, which never changes once the first attempt has started.
type PoolEntry struct {
	Position  int
	VersionID string
}

// LinesFor returns the pool lines that make the paper of a division, in the
// order of the blueprint.
func (s *Sitting) LinesFor(divisionID string) []PoolLine {
	var lines []PoolLine
	for _, l := range s.Pool {
		if l.DivisionID == "" || l.DivisionID == divisionID {
			lines = append(lines, l)
		}
	}
	return lines
}

// Admit returns the division in which a person may start at a moment, or the
// refusal: not_found outside the audience, not_open before and after the
// window, no_division for someone whom no division takes.
func (s *Sitting) Admit(p Person, now time.Time) (Division, error) {
	if s.Contest.Stored != Published || !s.Contest.Addressed(p) {
		return Division{}, Missing("round")
	}
	d, ok := s.Contest.Place(p)
	if !ok {
		return Division{}, Refuse(Forbidden, "no_division", "no division of this contest takes this person")
	}
	switch s.Round.State(now) {
	case Scheduled:
		return Division{}, Refuse(Conflict, "not_open", "this round opens at %s", s.Round.OpensAt.Format(time.RFC3339))
	case Open:
		return d, nil
	}
	return Division{}, Refuse(Conflict, "round_closed", "this round is over")
}

// Deadline is when an attempt that starts at a moment ends, before extra time.
func (s *Sitting) Deadline(start time.Time) time.Time {
	end := start.Add(s.Round.Duration)
	if s.Rules.CutAtClose && s.Round.ClosesAt.Before(end) {
		return s.Round.ClosesAt
	}
	return end
}
