package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// actWord is how a recorded act is written: the kind of the object, then what was done to it.
var actWord = regexp.MustCompile(`^[a-z_]+\.[a-z_]+$`)

// Every act that the audit log can hold has its name in Vietnamese and in
// English. Planted defect: the name of bank.export taken out of one language.
func TestEveryActHasItsName(t *testing.T) {
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]map[string]bool{"vi": texts(t, dir, "vi", "staff*"), "en": texts(t, dir, "en", "staff*")}
	acts := map[string]bool{}
	for _, pkg := range []string{"storage", "contest"} {
		err := filepath.WalkDir(filepath.Join(dir, pkg), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			collectActs(file, acts)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(acts) < 40 {
		t.Fatalf("found only %d acts, so the search itself is broken", len(acts))
	}
	for _, act := range slices.Sorted(maps.Keys(acts)) {
		for lang, have := range names {
			if !have["act."+act] {
				t.Errorf("act.%s has no text in %s", act, lang)
			}
		}
	}
}

// collectActs adds the acts that file records: what is handed to a function as
// its own argument behind the one who acts, or put into a variable named action.
func collectActs(file *ast.File, acts map[string]bool) {
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil && actWord.MatchString(s) {
				acts[s] = true
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if slices.ContainsFunc(n.Args, isActor) {
				for _, arg := range n.Args {
					add(arg)
				}
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if id, ok := left.(*ast.Ident); ok && id.Name == "action" && i < len(n.Rhs) {
					add(n.Rhs[i])
				}
			}
		}
		return true
	})
}

func isActor(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "actor" || e.Name == "by"
	case *ast.SelectorExpr:
		return e.Sel.Name == "Actor" || e.Sel.Name == "actor"
	case *ast.CompositeLit:
		sel, ok := e.Type.(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Actor"
	}
	return false
}
