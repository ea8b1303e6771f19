package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sqlArgument says which argument of a *gorm.DB method GORM pastes into the
// statement as it is. A text there must be a constant: First(&row, input)
// with a text from outside puts that text into WHERE.
var sqlArgument = map[string]int{
	"Where": 0, "Or": 0, "Not": 0, "Having": 0, "Order": 0, "Select": 0, "Omit": 0, "Joins": 0,
	"InnerJoins": 0, "Group": 0, "Table": 0, "Raw": 0, "Exec": 0, "Distinct": 0, "Pluck": 0,
	"Update": 0, "UpdateColumn": 0, "Preload": 0,
	"First": 1, "Find": 1, "Take": 1, "Last": 1, "Delete": 1, "FirstOrInit": 1, "FirstOrCreate": 1,
}

// pastedArguments of these methods are all texts that reach the statement.
var pastedArguments = []string{"Select", "Omit", "Distinct"}

// TestSQLTextsAreConstant reads the types of package storage, so that neither
// a variable, nor a concatenation, nor a text hidden in an `any` slips by.
func TestSQLTextsAreConstant(t *testing.T) {
	top, err := root()
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, p := range mustPackages(t) {
		if p.short() == "storage" {
			for _, name := range p.GoFiles {
				files = append(files, filepath.Join(p.Dir, name))
			}
		}
	}
	if len(files) == 0 {
		return // storage is not written yet
	}
	fset, trees, info := typed(t, "./storage", files)
	for _, tree := range trees {
		for _, found := range variableSQL(fset, tree, info) {
			t.Error(strings.TrimPrefix(found, top+"/"))
		}
	}
}

// The analyser must see what it is there to see: every line of the fixture
// that is marked "refused" is found, and no other.
func TestSQLAnalyserSeesPlantedDefects(t *testing.T) {
	file := filepath.Join("testdata", "gormstring", "planted.go")
	fset, trees, info := typed(t, "gorm.io/gorm", []string{file})
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasSuffix(line, "// refused") {
			want = append(want, file+":"+strconv.Itoa(i+1))
		}
	}
	var got []string
	for _, found := range variableSQL(fset, trees[0], info) {
		place, _, _ := strings.Cut(found, ": ")
		got = append(got, place)
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func variableSQL(fset *token.FileSet, tree *ast.File, info *types.Info) []string {
	var found []string
	ast.Inspect(tree, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !isGormDB(info.TypeOf(sel.X)) {
			return true
		}
		first, pastes := sqlArgument[sel.Sel.Name]
		if !pastes || len(call.Args) <= first {
			return true
		}
		args := call.Args[first : first+1]
		if slices.Contains(pastedArguments, sel.Sel.Name) {
			args = call.Args[first:]
		}
		for _, arg := range args {
			if !safeSQL(info, arg) {
				at := fset.Position(arg.Pos())
				found = append(found, at.Filename+":"+strconv.Itoa(at.Line)+": "+sel.Sel.Name+" is given a text that is not a constant: a value from outside could become SQL")
			}
		}
		return true
	})
	return found
}

// safeSQL allows constants, and values whose type cannot be a text: rows,
// maps of columns, clause expressions, sub-queries.
func safeSQL(info *types.Info, arg ast.Expr) bool {
	tv := info.Types[arg]
	if tv.Value != nil {
		return true
	}
	if tv.Type == nil {
		return false
	}
	switch under := tv.Type.Underlying().(type) {
	case *types.Basic:
		return false
	case *types.Interface:
		named, ok := tv.Type.(*types.Named)
		return ok && named.Obj().Pkg() != nil && strings.HasSuffix(named.Obj().Pkg().Path(), "gorm/clause")
	case *types.Slice:
		basic, ok := under.Elem().Underlying().(*types.Basic)
		return !ok || basic.Info()&types.IsString == 0 || constantList(info, arg)
	default:
		return true
	}
}

func constantList(info *types.Info, arg ast.Expr) bool {
	lit, ok := arg.(*ast.CompositeLit)
	return ok && !slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool { return info.Types[e].Value == nil })
}

func isGormDB(t types.Type) bool {
	ptr, ok := t.(*types.Pointer)
	if !ok {
		return false
	}
	named, ok := ptr.Elem().(*types.Named)
	return ok && named.Obj().Name() == "DB" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == gormCore
}

// typed parses and type-checks files with the compiled export data of what
// pkg depends on.
func typed(t *testing.T, pkg string, files []string) (*token.FileSet, []*ast.File, *types.Info) {
	t.Helper()
	exports := exportData(t, pkg)
	lookup := func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, errors.New("no export data for " + path)
		}
		return os.Open(exports[path])
	}
	fset := token.NewFileSet()
	var trees []*ast.File
	for _, file := range files {
		tree, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		trees = append(trees, tree)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", lookup)}
	if _, err := conf.Check(pkg, fset, trees, info); err != nil {
		t.Fatalf("type-check %s: %v", pkg, err)
	}
	return fset, trees, info
}

func exportData(t *testing.T, pkg string) map[string]string {
	t.Helper()
	out, err := goCommand("list", "-export", "-deps", "-json=ImportPath,Export", pkg)
	if err != nil {
		t.Fatalf("list the export data of %s: %v", pkg, err)
	}
	exports := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return exports
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
	}
}
