package prose_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mangxanh/contest/intake/item/itemtest"
	"mangxanh/contest/intake/prose"
)

func TestPastedText(t *testing.T) {
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
			f, err := prose.Recognise(prose.Pasted(string(data))).Checked()
			itemtest.Golden(t, strings.TrimSuffix(filepath.Base(path), ".txt"), f, err)
		})
	}
}
