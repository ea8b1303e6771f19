package qti_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/intake/item/itemtest"
	"mangxanh/contest/intake/qti"
	"mangxanh/scoring"
)

var png = []byte("\x89PNG\r\n\x1a\n rest of a picture")

// zipped makes an archive of pairs of names and contents.
func zipped(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i+1 < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err == nil {
			_, err = io.WriteString(w, pairs[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// input is a file of testdata; a folder is packed into an archive.
func input(t testing.TB, path string) []byte {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if !info.IsDir() {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var pairs []string
	err = filepath.Walk(path, func(at string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		data, err := os.ReadFile(at)
		name, _ := filepath.Rel(path, at)
		pairs = append(pairs, filepath.ToSlash(name), string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return zipped(t, append(pairs, "images/hình một.png", string(png))...)
}

func inputs(t testing.TB) []string {
	t.Helper()
	var paths []string
	for _, pattern := range []string{"testdata/*.xml", "testdata/package*[^n]"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatal("no test data", err)
		}
		paths = append(paths, found...)
	}
	return slices.DeleteFunc(paths, func(p string) bool { return strings.HasSuffix(p, ".golden") })
}

func TestGoldens(t *testing.T) {
	for _, path := range inputs(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			f, err := qti.Read(t.Context(), input(t, path))
			itemtest.Golden(t, filepath.Base(path), f, err)
		})
	}
}

var writers = map[string]func(io.Writer, []bank.Version, func(string) (item.Picture, bool)) ([]item.Loss, error){
	"2.1": qti.Write21, "3.0": qti.Write30,
}

// What is written is read again as the same questions, in both versions.
func TestRoundTrip(t *testing.T) {
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			m := itemtest.Maker{Rand: itemtest.Chance(t, 20261124), Marked: true, Types: []scoring.Type{
				scoring.Single, scoring.TrueFalse, scoring.Scenario, scoring.Multiple, scoring.Ordering, scoring.Matching, scoring.Cloze, scoring.ShortText, scoring.Number,
			}}
			for range 12 {
				again(t, m, write)
			}
		})
	}
}

func again(t *testing.T, m itemtest.Maker, write func(io.Writer, []bank.Version, func(string) (item.Picture, bool)) ([]item.Loss, error)) {
	t.Helper()
	want := make([]bank.Version, 50)
	for i := range want {
		want[i] = withPictures(m, m.Question(t))
	}
	var out bytes.Buffer
	lost, err := write(&out, want, func(string) (item.Picture, bool) { return item.Picture{Bytes: png}, true })
	if err != nil || len(lost) > 0 {
		t.Fatalf("%v %+v", err, lost)
	}
	f, err := qti.Read(t.Context(), out.Bytes())
	if err != nil || len(f.Items) != len(want) || len(f.Problems) > 0 {
		t.Fatalf("%v, %d items, %+v", err, len(f.Items), f.Problems)
	}
	for n, i := range f.Items {
		got := i.Version
		if i.Marked {
			got.Format = bank.Markdown
		}
		got = got.WithMedia(func(id string) string { return mediaID }).Clean()
		faults := got.Validate()
		if g, w := itemtest.Meaning(got), itemtest.Meaning(want[n].WithMedia(func(string) string { return mediaID })); g != w || len(i.Problems)+len(faults) > 0 {
			t.Fatalf("problems %+v %+v\n--- read\n%s--- written\n%s--- as\n%+v", i.Problems, faults, g, w, got)
		}
	}
}

const mediaID = "k3jq7v2mzpw6c4ya5rht-10x40"

// withPictures gives a question pictures, which the maker does not.
func withPictures(m itemtest.Maker, v bank.Version) bank.Version {
	id := func(n int) string { return fmt.Sprintf("k3jq7v2mzpw6c4ya5rht-%dx40", 10+n) }
	if v.Type == scoring.Single && m.IntN(3) == 0 {
		v.Type = scoring.HotOption
		for i := range v.Options {
			v.Options[i].MediaID, v.Options[i].Alt = id(i), fmt.Sprint("hình ", i)
		}
	}
	if v.Format == bank.Markdown && m.IntN(3) == 0 {
		v.Stem += "\n\n![sơ đồ \"số\" 1 & 2](media:" + id(9) + ")"
	}
	return v
}

func TestLosses(t *testing.T) {
	sound := bank.Version{Type: scoring.Single, Stem: "Câu", Options: []bank.Option{{Text: "a"}, {Text: "b"}}, Key: scoring.Key{Choices: []int{0}}}
	odd := sound
	odd.Audio = &bank.Audio{MediaID: "x", Transcript: "nghe"}
	odd.Citation = bank.Citation{Text: "Sách", Instrument: "Luật khác", InstrumentID: "1"}
	odd.Format, odd.Stem = bank.Markdown, "3. a\n4. b\n\n![x](media:"+mediaID+")"
	var out bytes.Buffer
	lost, err := qti.Write30(&out, []bank.Version{{Type: scoring.Prediction, Stem: "Mấy?"}, sound.WithoutKey(), odd}, func(string) (item.Picture, bool) { return item.Picture{}, false })
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range lost {
		got = append(got, fmt.Sprintf("%d %s %v", l.Number, l.Field, l.Whole()))
	}
	if want := []string{"1 type true", "2 key true", "3 audio false", "3 instrument false", "3 citation false", "3 stem false", "3 stem false"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Archives made to hurt are refused with a sentence, and nothing of them is
// written anywhere.
func TestHostileFiles(t *testing.T) {
	item1 := `<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="a" title="a"><itemBody><p>x</p></itemBody></assessmentItem>`
	manifest := `<manifest><resources><resource type="imsqti_item_xmlv2p1" href="a.xml"/></resources></manifest>`
	bomb := zipped(t, "imsmanifest.xml", manifest, "a.xml", strings.Repeat(" ", 40<<20))
	lying := bytes.Clone(zipped(t, "imsmanifest.xml", manifest, "a.xml", strings.Repeat("\x00", 30<<20)))
	for name, c := range map[string]struct {
		raw  []byte
		code string
	}{
		"path out":        {zipped(t, "imsmanifest.xml", manifest, "../../etc/x.xml", item1), "unsafe_name"},
		"rooted path":     {zipped(t, "imsmanifest.xml", manifest, "/etc/x.xml", item1), "unsafe_name"},
		"bomb":            {bomb, "unpacked_too_large"},
		"zeros":           {lying, "unpacked_too_large"},
		"cut off":         {zipped(t, "imsmanifest.xml", manifest, "a.xml", item1)[:90], "damaged_file"},
		"no manifest":     {zipped(t, "a.xml", item1), "no_manifest"},
		"entities":        {[]byte(`<!DOCTYPE a [<!ENTITY b "` + strings.Repeat("x", 100) + `"><!ENTITY c "&b;&b;&b;">]><assessmentItem><itemBody>&c;</itemBody></assessmentItem>`), "xml_doctype"},
		"outside entity":  {[]byte(`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><assessmentItem>&b;</assessmentItem>`), "xml_doctype"},
		"deep":            {[]byte(strings.Repeat("<assessmentItem>", 100_000)), "xml_too_deep"},
		"not xml":         {[]byte("A. một\nB. hai\n"), "damaged_file"},
		"other xml":       {[]byte("<quiz/>"), "wrong_file_type"},
		"old item":        {[]byte("<questestinterop/>"), "old_qti"},
		"old package":     {zipped(t, "imsmanifest.xml", `<manifest><resources><resource type="imsqti_xmlv1p2" href="a.xml"/></resources></manifest>`), "old_qti"},
		"no items":        {zipped(t, "imsmanifest.xml", `<manifest/>`), "no_questions"},
		"manifest is bad": {zipped(t, "imsmanifest.xml", `<manifest`), "damaged_file"},
	} {
		if _, err := qti.Read(t.Context(), c.raw); contest.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	// References that lead out find nothing.
	f, err := qti.Read(t.Context(), zipped(t, "imsmanifest.xml", `<manifest><resources><resource type="imsqti_item_xmlv2p1" href="../../a.xml"/><resource type="imsqti_item_xmlv2p1" href="a.xml"/></resources></manifest>`,
		"a.xml", strings.Replace(item1, "<p>x</p>", `<p>x <img src="../../../etc/passwd" alt="a"/><img src="http://a.example/b.png" alt="b"/></p>`, 1)))
	if err != nil || len(f.Items) != 1 || len(f.Items[0].Pictures) != 0 {
		t.Errorf("%+v %v", f, err)
	}
}

func FuzzRead(f *testing.F) {
	for _, path := range inputs(f) {
		f.Add(input(f, path))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := qti.Read(t.Context(), raw)
		if err != nil && contest.CodeOf(err) == "internal" {
			t.Fatalf("an accident: %v", err)
		}
		for _, i := range file.Items {
			i.Version.Clean().Validate()
		}
	})
}
