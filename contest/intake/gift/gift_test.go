package gift_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/gift"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/item/itemtest"
	"mangxanh/scoring"
)

func TestFiles(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal("no test data", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f, err := gift.Read(t.Context(), data)
			itemtest.Golden(t, strings.TrimSuffix(filepath.Base(path), ".txt"), f, err)
		})
	}
}

// What is written is read again as the same questions.
func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	m := itemtest.Maker{Rand: itemtest.Chance(t, 20261124), Marked: true, Types: []scoring.Type{
		scoring.Single, scoring.TrueFalse, scoring.Scenario, scoring.Multiple, scoring.Ordering, scoring.Matching, scoring.ShortText, scoring.Number,
	}}
	for range 3000 {
		several := []bank.Version{m.Question(t), m.Question(t)}
		var out bytes.Buffer
		lost, err := gift.Write(&out, several, nil)
		if err != nil {
			t.Fatal(err)
		}
		written := map[int]bank.Version{1: several[0], 2: several[1]}
		for _, l := range lost {
			if !strings.Contains(l.Detail, "arrow") {
				t.Fatalf("%+v\n%+v", l, several[l.Number-1])
			}
			delete(written, l.Number)
		}
		f, err := gift.Read(t.Context(), out.Bytes())
		if len(written) == 0 {
			continue
		}
		if err != nil || len(f.Items) != len(written) {
			t.Fatalf("%v %+v\n%s", err, f, out.String())
		}
		at := 0
		for n := 1; n <= 2; n++ {
			w, ok := written[n]
			if !ok {
				continue
			}
			i := f.Items[at]
			at++
			got := i.Version.Clean()
			if i.Marked {
				got.Format = bank.Markdown
			}
			if faults := got.Validate(); len(faults) > 0 || len(i.Problems) > 0 {
				t.Fatalf("%+v %+v\n%s", faults, i.Problems, out.String())
			}
			if g, w := itemtest.Meaning(got), itemtest.Meaning(w); g != w {
				t.Fatalf("--- read\n%s--- written\n%s--- file\n%s", g, w, out.String())
			}
		}
	}
}

func TestLossesAreSaid(t *testing.T) {
	choice := func(v bank.Version) bank.Version {
		v.Stem, v.Options, v.Key = "Câu", []bank.Option{{Text: "a"}, {Text: "b"}}, scoring.Key{Choices: []int{0}}
		return v
	}
	picture := choice(bank.Version{Type: scoring.Single, Format: bank.Markdown})
	picture.Stem = "Hình ![một con mèo](media:abcdefghijklmnop-10x10)"
	for name, c := range map[string]struct {
		v     bank.Version
		field string
		empty bool
	}{
		"gaps":      {bank.Version{Type: scoring.Cloze, Stem: "a [[1]]", Gaps: []bank.Gap{{Choices: []string{"a", "b"}}}, Key: scoring.Key{Choices: []int{0}}}, "type", true},
		"withheld":  {choice(bank.Version{Type: scoring.Single, Withheld: true}), "key", true},
		"recording": {choice(bank.Version{Type: scoring.Single, Audio: &bank.Audio{MediaID: "x", Transcript: "y"}}), "audio", false},
		"list":      {choice(bank.Version{Type: scoring.Single, Citation: bank.Citation{InstrumentID: "x"}}), "instrument", false},
		"picture":   {picture, "stem", false},
		"arrow":     {bank.Version{Type: scoring.ShortText, Stem: "a", Key: scoring.Key{Texts: []string{"a -> b"}}}, "key", true},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			lost, err := gift.Write(&out, []bank.Version{c.v}, nil)
			if err != nil || len(lost) != 1 || lost[0].Field != c.field || lost[0].Number != 1 || (out.Len() == 0) != c.empty {
				t.Errorf("lost %+v, %v, wrote %q", lost, err, out.String())
			}
		})
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, code string }{
		"empty":     {"", "no_questions"},
		"blank":     {"\n \n\t\n", "no_questions"},
		"no braces": {"một\n\nhai\n", "no_questions"},
		"binary":    {"Question\x00\x01{T}\n", "wrong_file_type"},
		"large":     {strings.Repeat("x", item.MaxText+1), "file_too_large"},
		"too many":  {strings.Repeat("q{T}\n\n", item.MaxItems+1), "too_many_rows"},
	} {
		t.Run(name, func(t *testing.T) {
			if f, err := gift.Read(t.Context(), []byte(c.text)); contest.CodeOf(err) != c.code || len(f.Items) > 0 {
				t.Errorf("answered %v, want %s", err, c.code)
			}
		})
	}
}

func TestHostileTextIsReadWithinBounds(t *testing.T) {
	for name, unit := range map[string]string{
		"open": "{", "answers": "{~", "pairs": "{=a->b", "escapes": `\`, "gaps": "{\n\n", "tags": "// [tag:a][tag:b]\n", "names": "::", "feedback": "#", "html": "[html]<b>",
		"tables": "<table><tr><td>", "percent": "{~%1", "letters": "a\n", "unclosed": "a{=b\n\n", "categories": "$CATEGORY: a/b/c/", "ranges": "{#1..2",
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, err := gift.Read(t.Context(), []byte("q "+strings.Repeat(unit, item.MaxText/len(unit)-1)))
			if err != nil && contest.CodeOf(err) == "internal" {
				t.Error(err)
			}
			t.Logf("%s: %v after %v", name, err, time.Since(began))
		})
	}
}

func TestStopsWhenNobodyWaits(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := gift.Read(ctx, []byte(strings.Repeat("q{T}\n\n", 5000))); !errors.Is(err, context.Canceled) {
		t.Errorf("answered %v", err)
	}
}

func TestIsKnownByItsContent(t *testing.T) {
	for text, want := range map[string]bool{
		"Câu hỏi {=a ~b}": true, "Câu {T}": true, "Câu {\n  #3:2 }": true, "$CATEGORY: a\n": true, "Câu {}": true,
		"Câu hỏi\nA. a\nB. b\nANSWER: A": false, "a {b} c": false, `\{=a}`: false, "": false,
	} {
		if gift.Is(text) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.txt")
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := gift.Read(t.Context(), data)
		if err != nil && contest.CodeOf(err) == "internal" {
			t.Fatal(err)
		}
		var versions []bank.Version
		for _, i := range file.Items {
			v := i.Version.Clean()
			if i.Marked {
				v.Format = bank.Markdown
			}
			if len(v.Validate()) == 0 {
				versions = append(versions, v)
			}
		}
		var out bytes.Buffer
		if _, err := gift.Write(&out, versions, nil); err != nil {
			t.Fatal(err)
		}
	})
}
