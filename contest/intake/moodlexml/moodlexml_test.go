package moodlexml_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/item/itemtest"
	"mangxanh/contest/intake/moodlexml"
	"mangxanh/contest/intake/tree"
	"mangxanh/scoring"
)

func TestFiles(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(paths) == 0 {
		t.Fatal("no test data", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f, err := moodlexml.Read(t.Context(), data)
			itemtest.Golden(t, strings.TrimSuffix(filepath.Base(path), ".xml"), f, err)
		})
	}
}

// What is written is read again as the same questions, with their pictures.
func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	m := itemtest.Maker{Rand: itemtest.Chance(t, 20261124), Marked: true, Types: []scoring.Type{
		scoring.Single, scoring.TrueFalse, scoring.Scenario, scoring.Multiple, scoring.Ordering, scoring.Matching, scoring.ShortText, scoring.Number, scoring.Cloze,
		scoring.HotOption,
	}}
	for range 3000 {
		several := []bank.Version{m.Question(t), m.Question(t)}
		var out bytes.Buffer
		lost, err := moodlexml.Write(&out, several, itemtest.Picture)
		if err != nil || len(lost) > 0 {
			t.Fatal(err, lost)
		}
		f, err := moodlexml.Read(t.Context(), out.Bytes())
		if err != nil || len(f.Items) != len(several) {
			t.Fatalf("%v %+v\n%s", err, f, out.String())
		}
		for n, i := range f.Items {
			got := i.Version.Clean()
			if i.Marked {
				got.Format = bank.Markdown
			}
			got = got.WithMedia(func(id string) string {
				at, err := strconv.Atoi(strings.TrimPrefix(id, "@"))
				if err != nil || at < 1 || at > len(i.Pictures) {
					t.Fatalf("no picture %q\n%s", id, out.String())
				}
				return string(i.Pictures[at-1].Bytes)
			})
			if faults := got.Validate(); len(faults) > 0 || len(i.Problems) > 0 {
				t.Fatalf("%+v %+v\n%s", faults, i.Problems, out.String())
			}
			if g, w := itemtest.Meaning(got), itemtest.Meaning(several[n]); g != w {
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
	}{
		"prediction": {bank.Version{Type: scoring.Prediction, Stem: "Bao nhiêu?"}, "type"},
		"withheld":   {choice(bank.Version{Type: scoring.Single, Withheld: true}), "key"},
		"recording":  {choice(bank.Version{Type: scoring.Single, Audio: &bank.Audio{MediaID: "x", Transcript: "y"}}), "audio"},
		"list":       {choice(bank.Version{Type: scoring.Single, Citation: bank.Citation{InstrumentID: "x"}}), "instrument"},
		"picture":    {picture, "stem"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			lost, err := moodlexml.Write(&out, []bank.Version{c.v}, func(string) (item.Picture, bool) { return item.Picture{}, false })
			if err != nil || len(lost) != 1 || lost[0].Field != c.field || lost[0].Number != 1 {
				t.Errorf("lost %+v, %v, wrote %q", lost, err, out.String())
			}
		})
	}
}

const head = `<?xml version="1.0" encoding="UTF-8"?>`

func TestBadFilesAreRefused(t *testing.T) {
	question := `<question type="truefalse"><questiontext><text>q</text></questiontext><answer fraction="100"><text>true</text></answer></question>`
	for name, c := range map[string]struct{ text, code string }{
		"empty":            {"", "wrong_file_type"},
		"not xml":          {"Câu {T}", "wrong_file_type"},
		"other xml":        {head + "<html></html>", "wrong_file_type"},
		"no questions":     {head + "<quiz></quiz>", "no_questions"},
		"cut off":          {head + "<quiz>" + question + "<question type=\"", "damaged_file"},
		"not closed":       {head + "<quiz>" + question, "damaged_file"},
		"wrongly nested":   {head + "<quiz>" + question + "<question><a></question></a></quiz>", "damaged_file"},
		"entity":           {head + `<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><quiz>&b;</quiz>`, "xml_doctype"},
		"external entity":  {head + `<!DOCTYPE q [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>`, "xml_doctype"},
		"external type":    {head + `<!DOCTYPE q SYSTEM "http://127.0.0.1/x.dtd"><quiz/>`, "xml_doctype"},
		"unknown entity":   {head + `<quiz>&nbsp;</quiz>`, "damaged_file"},
		"unknown encoding": {`<?xml version="1.0" encoding="EBCDIC-37"?><quiz/>`, "damaged_file"},
		"too many":         {head + "<quiz>" + strings.Repeat(question, item.MaxItems+1) + "</quiz>", "too_many_rows"},
		"large":            {head + "<quiz>" + strings.Repeat(" ", tree.MaxBytes) + "</quiz>", "xml_too_large"},
		"one large":        {head + `<quiz><question type="essay">` + strings.Repeat("<a/>", 100_000) + "</question></quiz>", "xml_too_large"},
		"deep":             {head + "<quiz>" + strings.Repeat("<a>", 1<<20), "xml_too_deep"},
	} {
		t.Run(name, func(t *testing.T) {
			if f, err := moodlexml.Read(t.Context(), []byte(c.text)); contest.CodeOf(err) != c.code || len(f.Items) > 0 {
				t.Errorf("answered %v, want %s", err, c.code)
			}
		})
	}
}

func TestHostileTextIsReadWithinBounds(t *testing.T) {
	body := func(s string) string {
		return head + `<quiz><question type="cloze"><questiontext format="html"><text><![CDATA[` + s + `]]></text></questiontext></question></quiz>`
	}
	question := func(s string) string { return head + `<quiz><question type="multichoice">` + s + "</question></quiz>" }
	many := func(unit string) string { return strings.Repeat(unit, item.MaxText/len(unit)) }
	for name, c := range map[string]string{
		"gaps": body(many("{1:MC:=a~b}")), "open gaps": body(many("{1:MC:")), "one gap": body("{1:MC:" + many("~a") + "}"), "nested": body(many("<b>")), "lists": body(many("<ul><li>")),
		"tables": body(many("<table><tr><td>")), "mixed": body(many("<i></b>")), "inline pictures": body(many(`<img src="data:image/png;base64,AAAA">`)),
		"same picture": body(many(`<img src="@@PLUGINFILE@@/a.png">`)), "entities": body(many("&amp;")), "comments": body(many("<!--")), "attributes": body("<p " + many("a=b ") + ">"),
		"escapes": body("{1:MC:" + many(`\\`) + "}"), "elements": head + "<quiz>" + many("<a/>") + "</quiz>", "picture": question(`<file name="a" encoding="base64">` + many("A") + "</file>"),
		"answers": question(strings.Repeat(`<answer fraction="100"><text>a</text></answer>`, 4000)), "attribute": head + `<quiz a="` + many("a") + `"/>`, "name": head + "<quiz><" + many("a") + "/></quiz>",
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, err := moodlexml.Read(t.Context(), []byte(c))
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
	if _, err := moodlexml.Read(ctx, []byte(head+"<quiz>"+strings.Repeat("<question/>", 5000)+"</quiz>")); !errors.Is(err, context.Canceled) {
		t.Errorf("answered %v", err)
	}
}

func TestIsKnownByItsContent(t *testing.T) {
	for text, want := range map[string]bool{
		head + "<quiz>": true, "<quiz>": true, "\uFEFF<?xml version='1.0'?>\n<!-- a -->\n<quiz >": true, "<quizz>": false, "Câu {=a}": false, head + "<assessmentItem>": false, "": false,
	} {
		if moodlexml.Is(text) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.xml")
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := moodlexml.Read(t.Context(), data)
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
		if _, err := moodlexml.Write(&out, versions, nil); err != nil {
			t.Fatal(err)
		}
	})
}
