package prose_test

import (
	"os"
	"path/filepath"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/prose"
)

// No text makes the recogniser stumble, and what it recognises can be shown.
func FuzzRecognise(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.txt")
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := prose.Recognise(prose.Pasted(text)).Checked()
		if err != nil && contest.CodeOf(err) == "internal" {
			t.Fatal(err)
		}
		for _, i := range file.Items {
			v := i.Version.Clean()
			if i.Marked {
				v.Format = bank.Markdown
			}
			if len(v.Validate()) == 0 {
				v.Render()
			}
		}
	})
}
