package standing

import (
	"encoding/binary"
	"errors"
	"time"

	"mangxanh/contest"
	"mangxanh/scoring"
	"mangxanh/scoring/board"
)

// Groups of a board: everybody, a division, a school, a division of a school,
// a class.
const groupAll = "all"

func groupDivision(id string) string { return "d:" + id }
func groupSchool(id string) string   { return "s:" + id }
func groupClass(id string) string    { return "c:" + id }
func groupSchoolDivision(school, division string) string {
	return "s:" + school + "|" + division
}

// boardOf names the live board of a round. Its epoch changes with everything
// that changes keys.
func boardOf(r contest.Round) board.Board { return board.Board{ID: r.ID, Epoch: r.BoardEpoch} }

// entryOf is what a board holds of a person whose attempt counts.
func entryOf(s *contest.Sitting, t Tally, target scoring.Target) board.Entry {
	a := t.Counted
	groups := []string{groupAll}
	if a.DivisionID != "" {
		groups = append(groups, groupDivision(a.DivisionID))
	}
	if a.SchoolID != "" {
		groups = append(groups, groupSchool(a.SchoolID))
		if a.DivisionID != "" {
			groups = append(groups, groupSchoolDivision(a.SchoolID, a.DivisionID))
		}
	}
	if a.ClassID != "" {
		groups = append(groups, groupClass(a.ClassID))
	}
	return board.Entry{
		Person: a.AccountID, Version: t.Version, Key: s.Rules.RankChain.Key(t.Line, target), Tie: scoring.TieKey(s.TieSeed, a.AccountID),
		Groups: groups, Data: payload{score: a.Score, correct: a.Correct, duration: a.Duration, school: a.SchoolID, class: a.ClassID}.bytes(),
	}
}

// payload is what a board carries beside the key: figures and units, never a
// name, so that a cache holds nothing that tells who somebody is.
type payload struct {
	score    int64
	correct  int
	duration time.Duration
	school   string
	class    string
}

var errPayload = errors.New("board holds an unreadable line")

func (p payload) bytes() []byte {
	b := binary.AppendVarint(nil, p.score)
	b = binary.AppendVarint(b, int64(p.correct))
	b = binary.AppendVarint(b, p.duration.Microseconds())
	b = binary.AppendUvarint(b, uint64(len(p.school)))
	b = append(b, p.school...)
	return append(b, p.class...)
}

func readPayload(b []byte) (payload, error) {
	var p payload
	var n int
	numbers := [3]int64{}
	for i := range numbers {
		if numbers[i], n = binary.Varint(b); n <= 0 {
			return p, errPayload
		}
		b = b[n:]
	}
	length, n := binary.Uvarint(b)
	if n <= 0 || length > uint64(len(b)-n) {
		return p, errPayload
	}
	b = b[n:]
	p.score, p.correct, p.duration = numbers[0], int(numbers[1]), time.Duration(numbers[2])*time.Microsecond
	p.school, p.class = string(b[:length]), string(b[length:])
	return p, nil
}
