package text_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"mangxanh/contest/text"
)

func TestComparisonIsByWords(t *testing.T) {
	for _, c := range []struct {
		before, after string
		want          []text.Segment
	}{
		{"", "", nil},
		{"Trẻ em là người dưới 16 tuổi.", "Trẻ em là người dưới 16 tuổi.", []text.Segment{{text.Same, "Trẻ em là người dưới 16 tuổi."}}},
		{"", "mới", []text.Segment{{text.Added, "mới"}}},
		{"cũ", "", []text.Segment{{text.Removed, "cũ"}}},
		{"dưới 18 tuổi", "dưới 16 tuổi", []text.Segment{{text.Same, "dưới "}, {text.Removed, "18"}, {text.Added, "16"}, {text.Same, " tuổi"}}},
		{"một hai ba", "một bốn năm ba", []text.Segment{{text.Same, "một "}, {text.Removed, "hai"}, {text.Added, "bốn năm"}, {text.Same, " ba"}}},
		{"a b c d", "a x y d", []text.Segment{{text.Same, "a "}, {text.Removed, "b c"}, {text.Added, "x y"}, {text.Same, " d"}}},
		{"<b>a</b>", "<i>a</i>", []text.Segment{{text.Same, "<"}, {text.Removed, "b"}, {text.Added, "i"}, {text.Same, ">a</"}, {text.Removed, "b"}, {text.Added, "i"}, {text.Same, ">"}}},
	} {
		if got := text.Compare(c.before, c.after); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q to %q: got %q, want %q", c.before, c.after, got, c.want)
		}
	}
}

// sides puts both texts together again.
func sides(list []text.Segment) (before, after string) {
	var a, b strings.Builder
	for _, s := range list {
		if s.Op != text.Added {
			a.WriteString(s.Text)
		}
		if s.Op != text.Removed {
			b.WriteString(s.Text)
		}
	}
	return a.String(), b.String()
}

// Both texts can be read out of a comparison, whatever they are, and no two
// neighbours say the same. Planted defect: white space between two changes
// given to the removed text alone.
func TestComparisonHoldsBothTexts(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	words := []string{"a", "b", "à", "luật", " ", "  ", "\n", ".", ",", "16", "😀", "\xff"}
	random := func() string {
		var b strings.Builder
		for range r.IntN(40) {
			b.WriteString(words[r.IntN(len(words))])
		}
		return b.String()
	}
	for range 20_000 {
		before, after := random(), random()
		list := text.Compare(before, after)
		a, b := sides(list)
		if a != before || b != after {
			t.Fatalf("%q to %q: %q", before, after, list)
		}
		for i := 1; i < len(list); i++ {
			if list[i].Op == list[i-1].Op || list[i-1].Op == text.Added && list[i].Op == text.Removed {
				t.Fatalf("%q to %q: %q", before, after, list)
			}
		}
	}
}

// A long text that changed a little is compared word by word; two long texts
// that have nothing in common end as one removed and one added, after bounded
// work and in memory that grows with them alone.
func TestComparisonOfLongTexts(t *testing.T) {
	long := strings.Repeat("điều khoản này nói về trẻ em ", 700) // 20,000 characters
	list := text.Compare(long+"cũ", "mới "+long)
	if len(list) != 3 || list[0] != (text.Segment{Op: text.Added, Text: "mới "}) {
		t.Errorf("%d segments, first %.40q", len(list), list[0].Text)
	}
	other := strings.Repeat("x y ", 5_000)
	allocated := testing.AllocsPerRun(1, func() { list = text.Compare(strings.Repeat("a b ", 5_000), other) })
	if a, b := sides(list); a != strings.Repeat("a b ", 5_000) || b != other {
		t.Error("the texts cannot be read out of their comparison")
	}
	if allocated > 200_000 {
		t.Errorf("%.0f allocations", allocated)
	}
}
