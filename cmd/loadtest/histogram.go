package main

import (
	"math/bits"
	"time"
)

// histogram counts durations in microseconds, in buckets about 1.5% wide.
type histogram struct {
	counts [64 * 32]int64
	total  int64
	worst  int64
}

func (h *histogram) add(d time.Duration) {
	us := max(d.Microseconds(), 0)
	h.counts[bucket(us)]++
	h.total++
	h.worst = max(h.worst, us)
}

func (h *histogram) merge(o *histogram) {
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.total += o.total
	h.worst = max(h.worst, o.worst)
}

// bucket: values under 64 have one each; above, each power of two has 64.
func bucket(us int64) int {
	if us < 64 {
		return int(us)
	}
	shift := bits.Len64(uint64(us)) - 7
	return min((shift+1)*64+int(us>>shift)-64, 64*32-1)
}

// upper is the largest value that falls into a bucket.
func upper(i int) int64 {
	if i < 64 {
		return int64(i)
	}
	shift := i/64 - 1
	return int64(i%64+64+1)<<shift - 1
}

// quantile in milliseconds: the smallest bound under which a share q of the
// durations lies, never above the worst one seen. No durations: 0.
func (h *histogram) quantile(q float64) float64 {
	if h.total == 0 {
		return 0
	}
	need := int64(q * float64(h.total))
	if float64(need) < q*float64(h.total) || need == 0 {
		need++
	}
	seen := int64(0)
	for i, n := range h.counts {
		if seen += n; seen >= need {
			return float64(min(upper(i), h.worst)) / 1000
		}
	}
	return float64(h.worst) / 1000
}
