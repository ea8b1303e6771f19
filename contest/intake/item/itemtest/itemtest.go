// Package itemtest compares what readers of question files found with golden
// files beside the tests. Run them with -update to write the files anew.
package itemtest

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Golden compares what a reader answered with testdata/NAME.golden.
func Golden(t *testing.T, name string, f item.File, err error) {
	t.Helper()
	got := Dump(f)
	if err != nil {
		got = "refused: " + err.Error() + "\n"
		if contest.CodeOf(err) == "internal" {
			t.Errorf("an accident instead of a refusal: %v", err)
		}
	}
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs\n--- got\n%s\n--- want\n%s", path, got, want)
	}
}

// Dump writes a file's items for reading.
func Dump(f item.File) string {
	var b strings.Builder
	say := func(list []item.Problem) {
		for _, p := range list {
			fmt.Fprintf(&b, "  ! %s %s", p.Severity, p.Code)
			if p.Column != "" {
				fmt.Fprintf(&b, " at %s", p.Column)
			}
			for _, name := range slices.Sorted(maps.Keys(p.Params)) {
				fmt.Fprintf(&b, " %s=%q", name, p.Params[name])
			}
			b.WriteByte('\n')
		}
	}
	say(f.Problems)
	for _, i := range f.Items {
		marked := ""
		if i.Marked {
			marked = " (marked)"
		}
		fmt.Fprintf(&b, "%s · line %d · %s%s\n", i.Place, i.Line, i.Version.Type, marked)
		b.WriteString(Version(i.Version))
		for n, p := range i.Pictures {
			fmt.Fprintf(&b, "  picture %d: %s %q, %d bytes\n", n+1, p.Name, p.Alt, len(p.Bytes))
		}
		say(i.Problems)
	}
	return b.String()
}

// Version writes a question's content for reading and comparing.
func Version(v bank.Version) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s: %s\n", name, strings.ReplaceAll(value, "\n", "\n      "))
		}
	}
	line("stem", v.Stem)
	for i, o := range v.Options {
		name := bank.Letter(i)
		if slices.Contains(v.Key.Choices, i) {
			name = "*" + name
		}
		if o.Pinned {
			name += " pinned"
		}
		if o.MediaID != "" {
			name += " (" + o.MediaID + " " + o.Alt + ")"
		}
		line(name, o.Text+" ")
	}
	line("matches", strings.Join(v.Matches, " | "))
	for i, g := range v.Gaps {
		line(fmt.Sprintf("gap %d", i+1), strings.Join(g.Choices, " | "))
	}
	if len(v.Key.Choices) > 0 {
		letters := make([]string, len(v.Key.Choices))
		for i, c := range v.Key.Choices {
			letters[i] = bank.Letter(c)
		}
		line("key", strings.Join(letters, "|"))
	}
	line("key", strings.Join(v.Key.Texts, "|"))
	line("key", v.Key.Value)
	line("tolerance", v.Key.Tolerance)
	line("explanation", v.Explanation)
	line("topic", v.Topic)
	line("difficulty", v.Difficulty)
	line("age", v.AgeBand)
	line("source", v.Citation.Text)
	if !v.Citation.From.IsZero() || !v.Citation.To.IsZero() {
		line("law", v.Citation.From.Format("2006-01-02")+"…"+v.Citation.To.Format("2006-01-02"))
	}
	return b.String()
}
