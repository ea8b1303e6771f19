package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const modulePath = "mangxanh"

// goPackage is what `go list -json` tells about one package of the module.
type goPackage struct {
	ImportPath   string
	Dir          string
	Name         string
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// short is the import path without the module: "" for the root.
func (p goPackage) short() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, modulePath), "/")
}

// sourceFile is one parsed Go file of the module.
type sourceFile struct {
	pkg  string // short package path
	path string // from the repository's root, with slashes
	test bool
	text []byte
	fset *token.FileSet
	tree *ast.File
}

func (f sourceFile) line(p token.Pos) int { return f.fset.Position(p).Line }

var root = sync.OnceValues(func() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the test's folder")
		}
		dir = parent
	}
})

// goCommand runs the go tool at the root; a failure carries what it printed.
func goCommand(args ...string) ([]byte, error) {
	dir, err := root()
	if err != nil {
		return nil, err
	}
	var out, said bytes.Buffer
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &said
	if err := cmd.Run(); err != nil {
		return nil, errors.Join(err, errors.New(said.String()))
	}
	return out.Bytes(), nil
}

var packages = sync.OnceValues(func() ([]goPackage, error) {
	out, err := goCommand("list", "-e", "-json=ImportPath,Dir,Name,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports", "./...")
	if err != nil {
		return nil, err
	}
	var all []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
})

var sources = sync.OnceValues(func() ([]sourceFile, error) {
	all, err := packages()
	if err != nil {
		return nil, err
	}
	top, err := root()
	if err != nil {
		return nil, err
	}
	var files []sourceFile
	for _, p := range all {
		for i, names := range [][]string{p.GoFiles, p.TestGoFiles, p.XTestGoFiles} {
			for _, name := range names {
				f, err := parseSource(top, filepath.Join(p.Dir, name))
				if err != nil {
					return nil, err
				}
				f.pkg, f.test = p.short(), i > 0
				files = append(files, f)
			}
		}
	}
	return files, nil
})

func parseSource(top, path string) (sourceFile, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return sourceFile{}, err
	}
	short, err := filepath.Rel(top, path)
	if err != nil {
		return sourceFile{}, err
	}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return sourceFile{}, err
	}
	return sourceFile{path: filepath.ToSlash(short), text: text, fset: fset, tree: tree}, nil
}

func mustPackages(t *testing.T) []goPackage {
	t.Helper()
	all, err := packages()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	if len(all) < 2 {
		t.Fatalf("listed %d packages: the check looks at nothing", len(all))
	}
	return all
}

func mustSources(t *testing.T) []sourceFile {
	t.Helper()
	files, err := sources()
	if err != nil {
		t.Fatalf("parse the module: %v", err)
	}
	if len(files) < 2 {
		t.Fatalf("parsed %d files: the check looks at nothing", len(files))
	}
	return files
}

// at gives a node's place as path:line.
func (f sourceFile) at(n ast.Node) string { return f.path + ":" + strconv.Itoa(f.line(n.Pos())) }

// within tells whether path is prefix itself or lies below it.
func within(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

// domain tells whether a package belongs to the pure middle of the house.
func domain(pkg string) bool { return within(pkg, "contest") || within(pkg, "scoring") }

// program tells whether a package is a program or serves the repository only.
func program(pkg string) bool { return within(pkg, "cmd") || within(pkg, "scripts") }

// support tells whether a package exists for tests alone: its name ends in
// "test", and nothing of it is ever linked into the product.
func support(pkg string) bool {
	return slices.ContainsFunc(strings.Split(pkg, "/"), func(part string) bool { return strings.HasSuffix(part, "test") && part != "loadtest" })
}

// imported maps the local name of each import of a file to its path.
func imported(f *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range f.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		name := path[strings.LastIndex(path, "/")+1:]
		if strings.HasPrefix(name, "v") && strings.Trim(name[1:], "0123456789") == "" {
			rest := strings.TrimSuffix(path, "/"+name)
			name = rest[strings.LastIndex(rest, "/")+1:]
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = path
	}
	return names
}
