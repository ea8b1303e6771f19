package check

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// codes are the stable codes that one file can answer with: those of whole
// refusals, those of faults at a place, and those of rows of an import.
type codes struct {
	refusals, faults, rows map[string]bool
}

// noPage lists where codes arise that only the command line shows.
var noPage = []string{"storage/backup.go", "cmd/", "api/health.go"}

// onlyPupils lists where codes arise that only somebody who takes part can meet.
var onlyPupils = []string{
	"contest/attempt/service.go", "contest/attempt/save.go", "contest/attempt/review.go", "contest/attempt/clock.go", "contest/attempt/paper.go",
	"contest/sitting.go",
}

// alsoPupils lists where codes arise that pupils meet as staff do.
var alsoPupils = []string{
	"contest/people/gate.go", "contest/standing/view.go", "contest/standing/viewer.go", "api/errors.go", "api/route.go", "storage/lane.go",
}

// put together at run time; the sources name only their beginning.
var madeCodes = map[string][]string{"account_": {"account_banned", "account_closed"}, "empty_": {"empty_match", "empty_choice"}}

// Every code that a page can be answered with has a sentence in Vietnamese and
// in English: err.CODE for a refusal, fault.CODE or fault.PLACE.CODE for a
// fault of a form, imp.problem.CODE for a row of an import or for a question. Planted defect: a code renamed in
// the Go sources alone.
func TestEveryCodeHasItsSentences(t *testing.T) {
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	staff := map[string]map[string]bool{"vi": texts(t, dir, "vi", "common", "staff*"), "en": texts(t, dir, "en", "common", "staff*")}
	pupil := map[string]map[string]bool{"vi": texts(t, dir, "vi", "common", "student", "errors"), "en": texts(t, dir, "en", "common", "student", "errors")}
	seen := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != dir && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "scripts") {
			return fs.SkipDir
		}
		rel, _ := filepath.Rel(dir, path)
		rel = filepath.ToSlash(rel)
		if !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") || slices.ContainsFunc(noPage, func(p string) bool { return strings.HasPrefix(rel, p) }) {
			return nil
		}
		c := codesOf(t, path)
		seen += len(c.refusals) + len(c.faults) + len(c.rows)
		for lang, known := range staff {
			if slices.Contains(onlyPupils, rel) {
				break
			}
			demand(t, rel, lang+" staff", known, c.refusals, "err.")
			demand(t, rel, lang+" staff", known, c.faults, "fault.")
			demand(t, rel, lang+" staff", known, c.rows, "imp.problem.")
		}
		for lang, known := range pupil {
			if slices.Contains(onlyPupils, rel) || slices.Contains(alsoPupils, rel) {
				demand(t, rel, lang+" student", known, c.refusals, "err.")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 120 {
		t.Errorf("only %d codes were found: the sources are written in a way that this test does not read", seen)
	}
}

func demand(t *testing.T, file, who string, known, codes map[string]bool, prefix string) {
	t.Helper()
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if known[prefix+code] || prefix == "fault." && known["imp.problem."+code] || prefix == "fault." && slices.ContainsFunc(slices.Collect(maps.Keys(known)), func(key string) bool {
			return strings.HasPrefix(key, prefix) && strings.HasSuffix(key, "."+code)
		}) {
			continue
		}
		t.Errorf("%s: %s%s has no sentence for %s", file, prefix, code, who)
	}
}

// texts are the keys of the named files of texts; a plural counts by its stem.
func texts(t *testing.T, dir, lang string, names ...string) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	for _, name := range names {
		files, err := filepath.Glob(filepath.Join(dir, "frontend", "src", "i18n", lang, name+".json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no texts %s/%s: %v", lang, name, err)
		}
		for _, file := range files {
			var all map[string]string
			text, err := os.ReadFile(file)
			if err == nil {
				err = json.Unmarshal(text, &all)
			}
			if err != nil {
				t.Fatal(err)
			}
			for key := range all {
				keys[strings.TrimSuffix(strings.TrimSuffix(key, "_other"), "_one")] = true
			}
		}
	}
	return keys
}

// codesOf reads the codes that a file writes down: Refuse(kind, code, …), the
// Code of an Error or a Problem, and the codes given to the collectors of
// problems add, when and long.
func codesOf(t *testing.T, path string) codes {
	t.Helper()
	c := codes{refusals: map[string]bool{}, faults: map[string]bool{}, rows: map[string]bool{}}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	put := func(into map[string]bool, e ast.Expr) {
		for _, code := range literal(e) {
			into[code] = true
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			switch name := calledName(n); {
			case name == "Refuse" && len(n.Args) > 1:
				put(c.refusals, n.Args[1])
			case name == "newProblem" && len(n.Args) == 3:
				put(c.refusals, n.Args[1])
			case name == "add" && len(n.Args) >= 3:
				put(c.faults, n.Args[1])
			case name == "Add" && len(n.Args) == 5: // a problem of an item that a reader of files found
				put(c.rows, n.Args[2])
			case name == "once" && len(n.Args) == 4:
				put(c.rows, n.Args[2])
			case name == "Warn" && len(n.Args) == 3 && strings.Contains(filepath.ToSlash(path), "contest/intake/"):
				put(c.rows, n.Args[0])
			case name == "when" && len(n.Args) == 4:
				put(c.faults, n.Args[2])
			}
		case *ast.CompositeLit:
			switch typeName(n.Type) {
			case "Error":
				put(c.refusals, field(n, "Code"))
			case "Problem", "placed":
				put(c.faults, field(n, "Code"))
			}
		case *ast.ValueSpec:
			if n.Names[0].Name == "vietnamese" && len(n.Values) == 1 {
				for _, e := range n.Values[0].(*ast.CompositeLit).Elts {
					put(c.rows, e.(*ast.KeyValueExpr).Key)
				}
			}
		}
		return true
	})
	return c
}

// literal is the text of an expression, or all that can become of it.
func literal(e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return []string{text}
		}
	case *ast.BinaryExpr:
		if begin := literal(e.X); len(begin) == 1 {
			return madeCodes[begin[0]]
		}
	case *ast.Ident:
		if e.Obj != nil {
			if spec, ok := e.Obj.Decl.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
				return literal(spec.Values[0])
			}
		}
	}
	return nil
}

func calledName(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func field(c *ast.CompositeLit, name string) ast.Expr {
	for _, e := range c.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && key.Name == name {
				return kv.Value
			}
		}
	}
	return nil
}
