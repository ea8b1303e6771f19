package scoring

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Line is what one person brings to a ranking.
type Line struct {
	Person        string // opaque; never decides a place
	Score         int64  // hundredths of a point
	Correct       int    // wholly right answers
	Duration      int64  // microseconds
	SubmittedAt   int64  // Unix time in microseconds
	Perfect       int    // perfect attempts among all attempts of the person
	Prediction    int64
	HasPrediction bool
}

// RankKey is one criterion of a rank chain.
type RankKey string

// The rank keys with their direction.
const (
	ByScore       RankKey = "score"        // more first
	ByCorrect     RankKey = "correct"      // more first
	ByPrediction  RankKey = "prediction"   // nearer to the target first, over and under alike; without a prediction last
	ByDuration    RankKey = "duration"     // shorter first
	BySubmittedAt RankKey = "submitted_at" // earlier first
	ByPerfect     RankKey = "perfect"      // more first
)

// RankKeys lists every rank key.
var RankKeys = []RankKey{ByScore, ByCorrect, ByPrediction, ByDuration, BySubmittedAt, ByPerfect}

// Chain is the ordered list of criteria of a contest: the first that tells two people apart decides.
type Chain []RankKey

// DefaultChain is score, prediction (if the contest asks for one), duration, submitted at.
func DefaultChain(prediction bool) Chain {
	if prediction {
		return Chain{ByScore, ByPrediction, ByDuration, BySubmittedAt}
	}
	return Chain{ByScore, ByDuration, BySubmittedAt}
}

// Validate says what is wrong with a chain: it is empty, or names a key twice or one that does not exist.
func (c Chain) Validate() error {
	if len(c) == 0 {
		return errors.New("rank chain is empty")
	}
	for i, k := range c {
		if !slices.Contains(RankKeys, k) {
			return fmt.Errorf("unknown rank key %q", k)
		}
		if slices.Contains(c[:i], k) {
			return fmt.Errorf("rank key %q twice", k)
		}
	}
	return nil
}

// Target is the true value of the prediction question. It is unknown until the round is closed and checked; until then
// predictions do not count.
type Target struct {
	Value int64
	Known bool
}

// Key returns the rank key of a line: bytes of a width that depends on the chain alone, whose lexicographic order is
// the order of places. Equal keys share a place. It is exact over the whole range of every field.
func (c Chain) Key(l Line, t Target) []byte {
	b := make([]byte, 0, c.Width())
	for _, k := range c {
		b = k.append(b, l, t)
	}
	return b
}

// Width is the length of the keys of this chain.
func (c Chain) Width() int {
	n := 8 * len(c)
	if slices.Contains(c, ByPrediction) {
		n++
	}
	return n
}

// Compare is negative when a is placed before b, positive when after, and 0 when they share a place. It compares their
// keys, so there is one order only.
func (c Chain) Compare(a, b Line, t Target) int { return bytes.Compare(c.Key(a, t), c.Key(b, t)) }

// append writes the criterion of one line: 8 bytes, and 9 for a prediction.
func (k RankKey) append(b []byte, l Line, t Target) []byte {
	switch k {
	case ByScore:
		return descending(b, l.Score)
	case ByCorrect:
		return descending(b, int64(l.Correct))
	case ByPrediction:
		return predicted(b, l, t)
	case ByDuration:
		return ascending(b, l.Duration)
	case BySubmittedAt:
		return ascending(b, l.SubmittedAt)
	case ByPerfect:
		return descending(b, int64(l.Perfect))
	}
	return append(b, make([]byte, 8)...)
}

// ascending flips the sign bit, so that the bytes of negative numbers come before those of positive ones.
func ascending(b []byte, v int64) []byte { return binary.BigEndian.AppendUint64(b, uint64(v)^(1<<63)) }

func descending(b []byte, v int64) []byte {
	return binary.BigEndian.AppendUint64(b, ^(uint64(v) ^ (1 << 63)))
}

// predicted writes whether a prediction is missing and then the distance. While the target is unknown all are alike; the
// width stays, so that a board need not be rebuilt for another width.
func predicted(b []byte, l Line, t Target) []byte {
	switch {
	case !t.Known:
		return append(b, make([]byte, 9)...)
	case !l.HasPrediction:
		return append(append(b, 1), make([]byte, 8)...)
	}
	return binary.BigEndian.AppendUint64(append(b, 0), distance(l.Prediction, t.Value))
}

// distance is |a-b| without overflow: the difference of any two int64 fits a uint64.
func distance(a, b int64) uint64 {
	if a < b {
		a, b = b, a
	}
	return uint64(a) - uint64(b)
}
