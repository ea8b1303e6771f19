package intake

import (
	"reflect"
	"testing"

	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

// Every type comes back from its cells as it was.
func TestCellsHoldEveryType(t *testing.T) {
	options := func(texts ...string) (list []bank.Option) {
		for _, s := range texts {
			list = append(list, bank.Option{Text: s})
		}
		return list
	}
	day := bank.ParseCitation("Nghị định 56/2017/NĐ-CP, Điều 23")
	for _, v := range []bank.Version{
		{Type: scoring.Single, Stem: "Một?", Options: options("a", "-b", "c"), Key: scoring.Key{Choices: []int{2}}, Citation: day},
		{Type: scoring.Ordering, Format: bank.Markdown, Stem: "**Hai**?", Options: options("a", "b"), Key: scoring.Key{Choices: []int{1, 0}}},
		{Type: scoring.ShortText, Stem: "Ba?", Key: scoring.Key{Texts: []string{`a|b`, `c\d`}}},
		{Type: scoring.Number, Stem: "Bốn?", Key: scoring.Key{Value: "-3.5", Tolerance: "0.1"}},
		{Type: scoring.Matching, Stem: "Năm?", Options: options("x", "y"), Matches: []string{"1", "2|3", "4"}, Key: scoring.Key{Choices: []int{2, 2}}},
		{
			Type: scoring.Cloze, Stem: "Sáu [[1]] và [[2]]", Key: scoring.Key{Choices: []int{0, 1}},
			Gaps: []bank.Gap{{Choices: []string{"a|b", "c"}}, {Choices: []string{"d", "e", "f"}}},
		},
		{
			Type: scoring.HotOption, Stem: "Bảy?", Key: scoring.Key{Choices: []int{0}},
			Options: []bank.Option{{MediaID: "abcdefgh12345678-10x20", Alt: "chó [nhỏ]"}, {MediaID: "abcdefgh12345679-10x20", Alt: "mèo", Text: "mèo", Pinned: true}},
		},
	} {
		v = v.Clean()
		if p := v.Validate(); p != nil {
			t.Fatalf("%s: %v", v.Type, p)
		}
		q := readQuestion(Cells(v), nil)
		if !reflect.DeepEqual(q.version, v) || broken(q.problems) {
			t.Errorf("got %+v %v\nwant %+v", q.version, q.problems, v)
		}
	}
}
