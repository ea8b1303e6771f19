package text_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"mangxanh/contest/text"
)

func TestFoldFindsEveryWayOfWriting(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{"Hoà", "Hòa"},
		{"Đặng Thị Hường", "dang thi huong"},
		{norm.NFD.String("Nguyễn Ánh"), "nguyen anh"},
		{" Lê \u00a0Văn\u200b  Út ", "le van ut"},
	} {
		if got, want := text.Fold(c.a), text.Fold(c.b); got != want {
			t.Errorf("Fold(%q) = %q, Fold(%q) = %q; want equal", c.a, got, c.b, want)
		}
	}
}

func TestCleanRemovesWhatNobodySees(t *testing.T) {
	got := text.Clean("\ufeff" + norm.NFD.String("Nguyễn") + "\u202e A\u00a0\r\n\x00")
	if want := "Nguyễn A"; got != want {
		t.Errorf("Clean = %q, want %q", got, want)
	}
}

func TestMaskShowsGivenNameAndInitial(t *testing.T) {
	for full, want := range map[string]string{
		"Nguyễn Thị Ánh Tuyết": "Tuyết N.",
		"Đỗ An":                "An Đ.",
		"Y":                    "Y",
	} {
		if got := text.Mask(full); got != want {
			t.Errorf("Mask(%q) = %q, want %q", full, got, want)
		}
	}
}

// A concatenated key would put An Trần after Án Bùi: given names must be
// compared on their own first.
func TestNameKeySortsAsVietnameseListsDo(t *testing.T) {
	want := []string{
		"Trần An", "Bùi Án", "Lê Ăn", "Phạm Ân", "Đỗ Dũng", "Nguyễn Dũng", "Hoàng Đức", "Lê Oanh", "Lê Ông", "Lê Ơn",
	}
	got := slices.Clone(want)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
	slices.SortFunc(got, func(a, b string) int { return strings.Compare(text.NameKey(a), text.NameKey(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("sorted\n got %v\nwant %v", got, want)
	}
}

func TestValidNameRefusesLookAlikes(t *testing.T) {
	for name, want := range map[string]bool{
		"Nguyễn Văn A": true, "H'Hen Niê": true, "А Cyrillic": false, "": false, "=1+1": false, "An <b>": false,
	} {
		if got := text.ValidName(name); got != want {
			t.Errorf("ValidName(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestNameIDKnowsOneNameInTwoSpellings(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Lê Thị Hoà", "lê  thị HÒA", true},
		{norm.NFD.String("Nguyễn Thuỷ"), "Nguyễn Thủy", true},
		{"Nguyễn Văn Hùng", "Nguyễn Văn Hưng", false},
		{"Trần An", "Trần Án", false},
	} {
		if got := text.NameID(c.a) == text.NameID(c.b); got != c.same {
			t.Errorf("%q and %q: same = %v, want %v", c.a, c.b, got, c.same)
		}
	}
}
