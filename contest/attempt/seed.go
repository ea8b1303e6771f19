package attempt

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
)

// Seed is the secret of an attempt: it draws the paper and makes the ids that
// the phone sees. Whoever does not know it can tell nothing from an id or an
// order.
type Seed [16]byte

// String is how a seed is stored.
func (s Seed) String() string { return hex.EncodeToString(s[:]) }

// ParseSeed reads a stored seed.
func ParseSeed(text string) (Seed, error) {
	var s Seed
	if len(text) != 2*len(s) {
		return s, errors.New("seed has the wrong length")
	}
	if _, err := hex.Decode(s[:], []byte(text)); err != nil {
		return s, errors.New("seed is not hexadecimal")
	}
	return s, nil
}

// publicID is the length of the ids shown to the phone: 50 bits.
const publicID = 10

var idText = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// namer makes the public ids of an attempt. The key is set up once for all of
// them, which is half the work. It is for one goroutine.
type namer struct {
	seed Seed
	mac  hash.Hash
}

func newNamer(seed Seed) namer { return namer{seed: seed, mac: hmac.New(sha256.New, seed[:])} }

// of derives the ids of the question at a place of the paper. One HMAC gives the
// question's id and those of its first options.
func (n namer) of(question int) *ids { return &ids{namer: n, question: question} }

// ids are the public ids that belong to one question of an attempt.
type ids struct {
	namer
	question int
	blocks   [2][sha256.Size]byte // the two looked at last: a question rarely has more
	have     [2]int               // which block is in each, from 1; 0 = none
}

// idsOf derives the ids of one question.
func idsOf(seed Seed, question int) *ids { return newNamer(seed).of(question) }

// perBlock is how many ids one HMAC yields.
const perBlock = sha256.Size / 7

func (d *ids) at(i int) string {
	n := i/perBlock + 1
	block := &d.blocks[n%len(d.blocks)]
	if have := &d.have[n%len(d.have)]; *have != n {
		d.mac.Reset()
		var msg [9]byte
		msg[0] = 'i'
		binary.BigEndian.PutUint32(msg[1:], uint32(d.question))
		binary.BigEndian.PutUint32(msg[5:], uint32(n))
		d.mac.Write(msg[:])
		d.mac.Sum(block[:0])
		*have = n
	}
	at := i % perBlock * 7
	var text [12]byte
	idText.Encode(text[:], block[at:at+7])
	return string(text[:publicID])
}

// id is the question's public id.
func (d *ids) id() string { return d.at(0) }

// option is the public id of the option with a stable index.
func (d *ids) option(index int) string { return d.at(1 + index) }

// indexOf finds the stable index of a public option id among n, or -1.
func (d *ids) indexOf(id string, n int) int {
	for i := range n {
		if d.option(i) == id {
			return i
		}
	}
	return -1
}

// hint is a short mark of the question's id, to find it without deriving all.
func hint(id string) uint32 {
	h := uint32(2166136261)
	for i := range len(id) {
		h = (h ^ uint32(id[i])) * 16777619
	}
	return h
}

// chance is a stream of numbers drawn from a seed: SHA-256 over a counter, so
// that a paper drawn today is drawn alike by any later version of Go.
type chance struct {
	seed    Seed
	purpose byte
	counter uint64
	block   [sha256.Size]byte
	used    int
}

func newChance(seed Seed, purpose byte) *chance {
	return &chance{seed: seed, purpose: purpose, used: sha256.Size}
}

func (c *chance) next() uint64 {
	if c.used == sha256.Size {
		var msg [len(c.seed) + 9]byte
		copy(msg[:], c.seed[:])
		msg[len(c.seed)] = c.purpose
		binary.BigEndian.PutUint64(msg[len(c.seed)+1:], c.counter)
		c.block, c.used = sha256.Sum256(msg[:]), 0
		c.counter++
	}
	n := binary.BigEndian.Uint64(c.block[c.used:])
	c.used += 8
	return n
}

// below returns a number in 0..n-1, every one equally likely.
func (c *chance) below(n int) int {
	limit := ^uint64(0) - ^uint64(0)%uint64(n)
	for {
		if v := c.next(); v < limit {
			return int(v % uint64(n))
		}
	}
}

// shuffle puts indexes in a random order, in place.
func (c *chance) shuffle(indexes []int) {
	for i := len(indexes) - 1; i > 0; i-- {
		j := c.below(i + 1)
		indexes[i], indexes[j] = indexes[j], indexes[i]
	}
}

// receiptCode is the code on the receipt: 10 letters and digits that nobody can
// guess and that follow from the seed.
func receiptCode(seed Seed) string {
	mac := hmac.New(sha256.New, seed[:])
	mac.Write([]byte("receipt"))
	var text [12]byte
	idText.Encode(text[:], mac.Sum(nil)[:7])
	return string(text[:publicID])
}
