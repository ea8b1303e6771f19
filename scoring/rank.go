package scoring

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"slices"
)

// TieWidth is the length of a tie key.
const TieWidth = 8

// TieKey returns a key that orders a person among those who share the place. It looks random, depends on nothing but
// the seed of the contest and the person, and so is the same for ever and on every node. It must never be part of a
// rank key.
func TieKey(seed []byte, person string) []byte {
	h := hmac.New(sha256.New, seed)
	h.Write([]byte(person))
	return h.Sum(nil)[:TieWidth]
}

// Standing is a line with its place.
type Standing struct {
	Line Line
	Rank int // 1, 2, 2, 4
}

// Rank orders lines and gives them shared places. Inside a place they stand in the order of their tie keys. The
// argument is left as it is.
func Rank(c Chain, t Target, seed []byte, lines []Line) []Standing {
	type row struct {
		line     Line
		key, tie []byte
	}
	rows := make([]row, len(lines))
	for i, l := range lines {
		rows[i] = row{line: l, key: c.Key(l, t), tie: TieKey(seed, l.Person)}
	}
	// The person comes last only to make the order total should two tie keys be equal.
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(bytes.Compare(a.key, b.key), bytes.Compare(a.tie, b.tie), cmp.Compare(a.line.Person, b.line.Person))
	})
	standings := make([]Standing, len(rows))
	for i, r := range rows {
		rank := i + 1
		if i > 0 && bytes.Equal(r.key, rows[i-1].key) {
			rank = standings[i-1].Rank
		}
		standings[i] = Standing{Line: r.line, Rank: rank}
	}
	return standings
}

// Why returns the criterion that decided between a and b, and who is ahead: negative for a, positive for b. When they
// share a place it returns "" and 0.
func Why(c Chain, a, b Line, t Target) (decided RankKey, ahead int) {
	for _, k := range c {
		if d := bytes.Compare(k.append(nil, a, t), k.append(nil, b, t)); d != 0 {
			return k, d
		}
	}
	return "", 0
}
