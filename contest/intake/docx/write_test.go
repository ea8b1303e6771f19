package docx_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/docx"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/item/itemtest"
	"mangxanh/scoring"
)

const pictureID = "k3jq7v2mzpw6c4ya5rht-10x40"

// drawnPicture is a real picture.
func drawnPicture(string) (item.Picture, bool) {
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 200, 90))); err != nil {
		return item.Picture{}, false
	}
	return item.Picture{Name: "a", Bytes: out.Bytes(), Alt: "xám"}, true
}

// plainWords are words that no reader of running text takes for anything else.
func plainWords(m *rand.Rand, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = []string{"trẻ em", "mật khẩu", "Internet", "gọi điện", "bạn bè", "an toàn", "đường phố", "Ứng xử", "100%", "nhà trường", "“lạ”", "số 111", "biển báo"}[m.IntN(13)]
	}
	return strings.Join(list, " ")
}

// written makes a question such as a paper holds.
func written(m *rand.Rand, n int) bank.Version {
	v := bank.Version{
		Stem: "Trong tình huống " + plainWords(m, 3+m.IntN(20)) + "?", Topic: plainWords(m, 2), Difficulty: bank.Difficulties[m.IntN(4)], AgeBand: "8-10",
		Citation: bank.ParseCitation("Nghị định 56/2017/NĐ-CP, Điều 23"),
	}
	v.Type = []scoring.Type{scoring.Single, scoring.TrueFalse, scoring.Multiple, scoring.Ordering, scoring.ShortText, scoring.Number, scoring.Scenario}[n%7]
	count := 3 + m.IntN(4)
	if v.Type == scoring.TrueFalse {
		v.Options, count = []bank.Option{{Text: "Đúng"}, {Text: "Sai"}}, 2
	} else if v.Type.HasOptions() {
		for i := range count {
			v.Options = append(v.Options, bank.Option{Text: fmt.Sprint(plainWords(m, 1+m.IntN(8)), " lần ", i)})
		}
	}
	switch v.Type {
	case scoring.Multiple:
		v.Key.Choices = m.Perm(count)[:2]
		slices.Sort(v.Key.Choices)
	case scoring.Ordering:
		v.Key.Choices = m.Perm(count)
	case scoring.ShortText:
		v.Key.Texts = []string{plainWords(m, 2), plainWords(m, 3)}
	case scoring.Number:
		v.Key.Value, v.Key.Tolerance = fmt.Sprint(m.IntN(500)), "0.5"
	default:
		v.Key.Choices = []int{m.IntN(count)}
	}
	if m.IntN(2) == 0 {
		v.Explanation = "Vì " + plainWords(m, 12) + "."
	}
	if m.IntN(3) == 0 {
		v.Format = bank.Markdown
		v.Stem += " H<sub>2</sub>O và **đậm**\n\n![hình xám](media:" + pictureID + ")"
	}
	return v.Clean()
}

// A paper with its key is read again as the same questions.
func TestPaperIsReadAgain(t *testing.T) {
	m := itemtest.Chance(t, 20261124)
	for range 30 {
		want := make([]bank.Version, 21)
		for n := range want {
			want[n] = written(m, n)
			if faults := want[n].Validate(); len(faults) > 0 {
				t.Fatalf("%+v %+v", faults, want[n])
			}
		}
		var out bytes.Buffer
		lost, err := docx.Write(&out, want, drawnPicture)
		if err != nil || len(lost) > 0 {
			t.Fatalf("%v %+v", err, lost)
		}
		f, err := docx.Parse(t.Context(), out.Bytes())
		if err != nil || len(f.Items) != len(want) {
			t.Fatalf("%v, %d items of %d", err, len(f.Items), len(want))
		}
		for n, i := range f.Items {
			got := i.Version
			if i.Marked {
				got.Format = bank.Markdown
			}
			got = got.WithMedia(func(string) string { return pictureID }).Clean()
			if g, w := itemtest.Meaning(got), itemtest.Meaning(want[n]); g != w || len(i.Problems) > 0 {
				t.Fatalf("%s: %+v\n--- read\n%s--- written\n%s", i.Place, i.Problems, g, w)
			}
		}
	}
}

// A paper for pupils tells no key: neither by letters and looks nor by the
// order in which things stand.
func TestPaperWithoutKeyTellsNone(t *testing.T) {
	order := bank.Version{
		Type: scoring.Ordering, Stem: "Sắp xếp", Options: []bank.Option{{Text: "c nhất"}, {Text: "b nhì"}, {Text: "a ba"}}, Key: scoring.Key{Choices: []int{0, 1, 2}}, Explanation: "bí mật",
	}
	one := bank.Version{Type: scoring.Single, Stem: "Chọn", Options: []bank.Option{{Text: "một"}, {Text: "hai"}}, Key: scoring.Key{Choices: []int{1}}, Explanation: "bí mật"}
	var first, second bytes.Buffer
	lost, err := docx.Write(&first, []bank.Version{order.WithoutKey(), one.WithoutKey()}, drawnPicture)
	if err != nil || len(lost) != 2 {
		t.Fatalf("%v %+v", err, lost)
	}
	other := order
	other.Options = []bank.Option{{Text: "b nhì"}, {Text: "a ba"}, {Text: "c nhất"}}
	if _, err := docx.Write(&second, []bank.Version{other.WithoutKey(), one.WithoutKey()}, drawnPicture); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the order of what is to be put in order shows on the paper")
	}
	f, err := docx.Parse(t.Context(), first.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range f.Items {
		if len(i.Version.Key.Choices) > 0 || i.Version.Explanation != "" {
			t.Errorf("the paper tells %+v", i.Version)
		}
	}
}
