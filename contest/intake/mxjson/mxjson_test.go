package mxjson_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/item/itemtest"
	"mangxanh/contest/intake/mxjson"
	"mangxanh/scoring"
)

// shelf keeps pictures and recordings for a test.
type shelf map[string]item.Picture

func (s shelf) picture(id string) (item.Picture, bool) {
	p, ok := s[id]
	return p, ok
}

// decorated gives a question what the maker does not: pictures, a recording, an
// entry in the list of instruments and times that are no midnights.
func decorated(m itemtest.Maker, v bank.Version, keep shelf) bank.Version {
	add := func(kind string) string {
		id := fmt.Sprintf("k3jq7v2mzpw6c4ya5rht%04d-%dx40", len(keep), 10+len(keep)%900)
		keep[id] = item.Picture{Name: id, Bytes: []byte{byte(len(keep)), 0, 0xFF, byte(m.IntN(256))}, Alt: kind + " \"số\" " + fmt.Sprint(len(keep))}
		return id
	}
	if v.Type == scoring.Single && m.IntN(2) == 0 {
		v.Type = scoring.HotOption
		for i := range v.Options {
			v.Options[i].MediaID, v.Options[i].Alt = add("hình"), "hình "+fmt.Sprint(i)
		}
	}
	if v.Type == scoring.Number && m.IntN(2) == 0 {
		v.Type, v.Key = scoring.Prediction, scoring.Key{}
	}
	if v.Format == bank.Markdown && m.IntN(2) == 0 {
		v.Stem += "\n\n![sơ đồ](media:" + add("sơ đồ") + ")"
	}
	if m.IntN(4) == 0 {
		v.Audio = &bank.Audio{MediaID: add("lời"), Transcript: "Lời \"đọc\"\n<b> & …"}
	}
	if m.IntN(4) == 0 {
		v.Citation.Instrument, v.Citation.InstrumentID = "Luật Trẻ em", "01HX"
		v.Citation.From = time.Date(2020, 2, 3, 4, 5, 6, 7000, time.UTC)
	}
	return v
}

// made are the types that the maker knows how to make.
func made() []scoring.Type {
	return slices.DeleteFunc(slices.Clone(scoring.Types), func(t scoring.Type) bool { return t == scoring.HotOption || t == scoring.Prediction })
}

func TestRoundTrip(t *testing.T) {
	m := itemtest.Maker{Rand: itemtest.Chance(t, 20261124), Types: made(), Marked: true}
	keep := shelf{}
	want := make([]bank.Version, 1500)
	for i := range want {
		want[i] = decorated(m, m.Question(t), keep)
	}
	var file bytes.Buffer
	lost, err := mxjson.Write(&file, want, keep.picture)
	if err != nil || len(lost) > 0 {
		t.Fatalf("lost %v, %v", lost, err)
	}
	f, err := mxjson.Read(t.Context(), file.Bytes())
	if err != nil || len(f.Items) != len(want) {
		t.Fatalf("%d items, %v", len(f.Items), err)
	}
	for n, i := range f.Items {
		if len(i.Problems) > 0 || i.Marked != (want[n].Format == bank.Markdown) {
			t.Fatalf("question %d: %+v", n+1, i.Problems)
		}
		got := i.Version.WithMedia(func(id string) string {
			for k, p := range i.Pictures {
				if "media:"+id == item.Marker(k+1) {
					if diff := cmp.Diff(keep[p.Name], p); diff != "" {
						t.Fatal(diff)
					}
					return p.Name
				}
			}
			return id
		})
		if diff := cmp.Diff(want[n], got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("question %d (want -, got +): %s", n+1, diff)
		}
	}
}

func TestWithheldQuestionStaysBehind(t *testing.T) {
	v := bank.Version{Type: scoring.Single, Stem: "Câu", Options: []bank.Option{{Text: "bí mật"}, {Text: "b"}}}
	var file bytes.Buffer
	lost, err := mxjson.Write(&file, []bank.Version{v.WithoutKey()}, shelf{}.picture)
	if err != nil || len(lost) != 1 || lost[0].Number != 1 || lost[0].Field != "key" || strings.Contains(file.String(), "bí mật") {
		t.Errorf("%v %v %s", lost, err, file.String())
	}
}

var goldens = []string{"sound.json", "faults.json"}

func TestGoldens(t *testing.T) {
	for _, name := range goldens {
		raw, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := mxjson.Read(t.Context(), raw)
		itemtest.Golden(t, name, f, err)
	}
}

func TestRefusals(t *testing.T) {
	const begin = `{"format": "mangxanh.questions", "version": `
	for name, c := range map[string]struct{ raw, code string }{
		"later version":   {begin + `2, "pages": []}`, "newer_file"},
		"unknown field":   {begin + `1, "questions": [{"type": "single", "stem": "a", "key": {}, "secret": 1}]}`, "damaged_file"},
		"half a file":     {begin + `1, "questions": [{"type": "sin`, "damaged_file"},
		"two documents":   {begin + `1, "questions": []} {}`, "damaged_file"},
		"other json":      {`{"questions": []}`, "damaged_file"},
		"no question":     {begin + `1, "questions": []}`, "no_questions"},
		"deep":            {begin + `1, "questions": ` + strings.Repeat("[", 1<<20), "damaged_file"},
		"not Unicode":     {begin + "1, \"questions\": [\"\xff\"]}", "damaged_file"},
		"base64 is wrong": {begin + `1, "questions": [], "media": {"a": {"words": "", "body": "***"}}}`, "damaged_file"},
		"many questions":  {begin + `1, "questions": [` + strings.Repeat(`{"type":"single","stem":"","key":{}},`, item.MaxItems) + `{"type":"single","stem":"","key":{}}]}`, "too_many_rows"},
	} {
		if _, err := mxjson.Read(t.Context(), []byte(c.raw)); contest.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if !mxjson.Is("\uFEFF {\n \"format\": \"mangxanh.questions\",") || mxjson.Is(`{"format": "other"}`) {
		t.Error("a document is not told from another")
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range goldens {
		raw, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := mxjson.Read(t.Context(), raw)
		if err != nil && contest.CodeOf(err) == "internal" {
			t.Fatalf("an accident: %v", err)
		}
		for _, i := range file.Items {
			i.Version.Clean().Validate()
		}
	})
}
