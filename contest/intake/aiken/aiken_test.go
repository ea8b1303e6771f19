package aiken_test

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
	"mangxanh/contest/intake/aiken"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/item/itemtest"
	"mangxanh/contest/markup"
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
			f, err := aiken.Read(t.Context(), data)
			itemtest.Golden(t, strings.TrimSuffix(filepath.Base(path), ".txt"), f, err)
		})
	}
}

// What is written is read again as the same question, apart from what the
// export said was lost.
func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	m := itemtest.Maker{Rand: itemtest.Chance(t, 20261124), Types: []scoring.Type{scoring.Single, scoring.TrueFalse, scoring.Scenario, scoring.Multiple, scoring.Number}, Marked: true}
	for range 2000 {
		v := m.Question(t)
		var out bytes.Buffer
		lost, err := aiken.Write(&out, []bank.Version{v}, nil)
		if err != nil {
			t.Fatal(err)
		}
		fields := map[string]bool{}
		for _, l := range lost {
			fields[l.Field] = true
		}
		f, err := aiken.Read(t.Context(), out.Bytes())
		if fields["type"] && out.Len() == 0 || fields["stem"] && out.Len() == 0 {
			continue
		}
		if err != nil || len(f.Items) != 1 || len(f.Items[0].Problems) > 0 {
			t.Fatalf("%v %+v\n%s", err, f, out.String())
		}
		got := f.Items[0].Version.Clean()
		if faults := got.Validate(); len(faults) > 0 {
			t.Fatalf("%+v\n%s", faults, out.String())
		}
		if g, w := itemtest.Meaning(got), itemtest.Meaning(forget(v, fields)); g != w {
			t.Fatalf("--- read\n%s--- written\n%s--- file\n%s", g, w, out.String())
		}
	}
}

// forget is the question without what an export may have said it lost.
func forget(v bank.Version, lost map[string]bool) bank.Version {
	r := v.Render()
	one := func(field, rendered, as string) string {
		if !lost[field] {
			return as
		}
		return strings.Join(strings.Fields(markup.Plain(rendered)), " ")
	}
	w := bank.Version{Type: scoring.Single, Key: v.Key, Format: v.Format}
	marked := v.Format == bank.Markdown
	w.Stem = one("stem", r.Stem, v.Stem)
	for i, o := range v.Options {
		w.Options = append(w.Options, bank.Option{Text: one("option_"+string(rune('a'+i)), r.Options[i], o.Text)})
	}
	if marked { // whatever was not lost has no looks
		w.Format, w.Stem = "", markup.Plain(r.Stem)
		w.Stem = strings.Join(strings.Fields(w.Stem), " ")
		for i := range w.Options {
			w.Options[i].Text = markup.Plain(r.Options[i])
		}
	}
	if v.Type == scoring.TrueFalse {
		w.Type = v.Type
	}
	return w.Clean()
}

func TestBadFilesAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, code string }{
		"empty":    {"", "no_questions"},
		"blank":    {"\n \n\t\n", "no_questions"},
		"binary":   {"Question\x00\x01\nA. a\nB. b\nANSWER: A\n", "wrong_file_type"},
		"large":    {strings.Repeat("x", item.MaxText+1), "file_too_large"},
		"too many": {strings.Repeat("q\nA. a\nB. b\nANSWER: A\n", item.MaxItems+1), "too_many_rows"},
	} {
		t.Run(name, func(t *testing.T) {
			if f, err := aiken.Read(t.Context(), []byte(c.text)); contest.CodeOf(err) != c.code || len(f.Items) > 0 {
				t.Errorf("answered %v, want %s", err, c.code)
			}
		})
	}
}

func TestHostileTextIsReadWithinBounds(t *testing.T) {
	for name, unit := range map[string]string{
		"stem lines": "a\n", "option lines": "A. a\n", "continued": "A. a\nb\n", "answers": "ANSWER: A\n", "letters": "ANSWER: A B C D E F G\n", "one line": "A. ",
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, err := aiken.Read(t.Context(), []byte(strings.Repeat(unit, item.MaxText/len(unit))))
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
	if _, err := aiken.Read(ctx, []byte(strings.Repeat("q\nA. a\nB. b\nANSWER: A\n", 5000))); !errors.Is(err, context.Canceled) {
		t.Errorf("answered %v", err)
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
		file, err := aiken.Read(t.Context(), data)
		if err != nil && contest.CodeOf(err) == "internal" {
			t.Fatal(err)
		}
		var versions []bank.Version
		for _, i := range file.Items {
			if v := i.Version.Clean(); len(v.Validate()) == 0 {
				v.Render()
				versions = append(versions, v)
			}
		}
		var out bytes.Buffer
		if _, err := aiken.Write(&out, versions, nil); err != nil {
			t.Fatal(err)
		}
	})
}
