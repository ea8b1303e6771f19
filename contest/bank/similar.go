package bank

import (
	"cmp"
	"encoding/hex"
	"hash/fnv"
	"slices"
	"strings"
	"sync"

	"mangxanh/contest/text"
)

// sketchSize is how many features stand for a question in its sketch. Of two
// questions that share three features in five, sketches of 16 share about ten.
const sketchSize = 16

// features are what a question reads like: its words and pairs of neighbouring
// words without case and diacritics, as numbers, sorted; those of the stem and
// of the options are kept apart.
type features struct{ stem, options []uint32 }

func (v Version) features() features {
	f := features{stem: shingles(nil, 's', v.PlainStem())}
	for _, o := range v.Options {
		f.options = shingles(f.options, 'o', o.Text)
	}
	for _, m := range v.Matches {
		f.options = shingles(f.options, 'o', m)
	}
	f.stem, f.options = set(f.stem), set(f.options)
	return f
}

func set(list []uint32) []uint32 {
	slices.Sort(list)
	return slices.Compact(list)
}

// shingles appends the features of a text.
func shingles(to []uint32, kind byte, s string) []uint32 {
	h, before := fnv.New64a(), ""
	add := func(a, b string) {
		h.Reset()
		_, _ = h.Write([]byte{kind})
		_, _ = h.Write([]byte(a))
		_, _ = h.Write([]byte{' '})
		_, _ = h.Write([]byte(b))
		x := h.Sum64() * 0x9e3779b97f4a7c15 // spreads what FNV leaves in the low bits
		to = append(to, uint32(x>>32))
	}
	for _, w := range strings.FieldsFunc(text.Fold(s), func(r rune) bool { return strings.ContainsRune(" .,;:?!()[]\"'“”‘’…-–/", r) }) {
		add("", w)
		if before != "" {
			add(before, w)
		}
		before = w
	}
	return to
}

// Sketch is a small part of a question's features, the same part for questions
// that read alike: the smallest of their numbers, in hexadecimal digits.
func (v Version) Sketch() string {
	f := v.features()
	all := set(append(f.stem, f.options...))
	raw := make([]byte, 0, 4*sketchSize)
	for _, n := range all[:min(sketchSize, len(all))] {
		raw = append(raw, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return hex.EncodeToString(raw)
}

// Similarity is how alike two questions read, from 0 to 1: the share of
// features they have in common (Jaccard), of the stems and of the options in
// equal parts. While one of them has no options yet, the stems alone speak.
func Similarity(a, b Version) float64 { return a.features().like(b.features()) }

func (f features) like(g features) float64 {
	stems := jaccard(f.stem, g.stem)
	if len(f.options) == 0 || len(g.options) == 0 {
		return stems
	}
	return (stems + jaccard(f.options, g.options)) / 2
}

func jaccard(a, b []uint32) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			common, i, j = common+1, i+1, j+1
		}
	}
	return float64(common) / float64(len(a)+len(b)-common)
}

// Sketched is a question as the index of sketches knows it.
type Sketched struct {
	QuestionID, BankID string
	Sketch             string
}

// sketchIndex finds questions by the features in their sketches. It is a copy
// of what the record holds; what it finds is looked at in the record.
type sketchIndex struct {
	mu     sync.RWMutex
	docs   []sketchDoc
	newest map[string]uint32 // question → place in docs
	sorted []uint64          // feature and place, sorted
	fresh  []uint64          // the same, not sorted in yet
	banks  map[string]string // one string for each bank
}

type sketchDoc struct {
	question, bank, sketch string
	gone                   bool // replaced by a newer one
}

// mostFresh is how much may wait before it is sorted in.
const mostFresh = 1 << 14

// put adds questions or replaces what was known of them.
func (x *sketchIndex) put(list []Sketched) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.newest == nil {
		x.newest, x.banks = map[string]uint32{}, map[string]string{}
	}
	for _, s := range list {
		if at, known := x.newest[s.QuestionID]; known {
			if d := x.docs[at]; d.sketch == s.Sketch && d.bank == s.BankID {
				continue
			}
			x.docs[at].gone = true
		}
		if x.banks[s.BankID] == "" {
			x.banks[s.BankID] = s.BankID
		}
		at := uint32(len(x.docs))
		x.docs = append(x.docs, sketchDoc{question: s.QuestionID, bank: x.banks[s.BankID], sketch: s.Sketch})
		x.newest[s.QuestionID] = at
		for _, n := range numbers(s.Sketch) {
			x.fresh = append(x.fresh, uint64(n)<<32|uint64(at))
		}
	}
	if len(x.fresh) > mostFresh {
		x.sorted = append(x.sorted, x.fresh...)
		slices.Sort(x.sorted)
		x.fresh = nil
	}
}

func numbers(sketch string) []uint32 {
	raw, err := hex.DecodeString(sketch)
	if err != nil {
		return nil
	}
	list := make([]uint32, 0, len(raw)/4)
	for ; len(raw) >= 4; raw = raw[4:] {
		list = append(list, uint32(raw[0])<<24|uint32(raw[1])<<16|uint32(raw[2])<<8|uint32(raw[3]))
	}
	return list
}

// near returns the questions of the banks that share most of the sketch, at
// most limit, those that share more first.
func (x *sketchIndex) near(sketch string, banks map[string]string, limit int) []string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	shared := make([]uint8, len(x.docs)) // counting in place is ten times as quick as in a map
	list := numbers(sketch)
	for _, n := range list {
		from, _ := slices.BinarySearch(x.sorted, uint64(n)<<32)
		for _, e := range x.sorted[from:] {
			if uint32(e>>32) != n {
				break
			}
			shared[uint32(e)]++
		}
	}
	for _, e := range x.fresh {
		if slices.Contains(list, uint32(e>>32)) {
			shared[uint32(e)]++
		}
	}
	type hit struct {
		at int
		n  uint8
	}
	var hits []hit
	for at, n := range shared {
		if int(n) < max(1, (len(list)+3)/4) || x.docs[at].gone {
			continue
		}
		if _, mine := banks[x.docs[at].bank]; mine {
			hits = append(hits, hit{at, n})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.at, b.at)) })
	ids := make([]string, 0, min(limit, len(hits)))
	for _, h := range hits[:min(limit, len(hits))] {
		ids = append(ids, x.docs[h.at].question)
	}
	return ids
}
