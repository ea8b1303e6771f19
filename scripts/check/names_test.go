package check

import (
	"go/ast"
	"os"
	"slices"
	"strings"
	"testing"
)

// bannedNames are package names that say of what kind the code is instead of
// what it provides.
var bannedNames = []string{
	"util", "utils", "common", "helper", "helpers", "base", "shared", "model", "models",
	"types", "entity", "dto", "manager", "core", "misc", "lib", "pkg", "internal",
}

func TestPackageNames(t *testing.T) {
	for _, p := range mustPackages(t) {
		for _, part := range strings.Split(p.short(), "/") {
			if slices.Contains(bannedNames, part) {
				t.Errorf("%s: %q says what kind of code it is, not what it provides", p.ImportPath, part)
			}
		}
	}
}

func TestEveryPackageHasOneComment(t *testing.T) {
	comments := map[string][]string{}
	seen := map[string]bool{}
	for _, f := range mustSources(t) {
		if f.test {
			continue
		}
		seen[f.pkg] = true
		if f.tree.Doc != nil {
			comments[f.pkg] = append(comments[f.pkg], f.path)
		}
	}
	for pkg := range seen {
		if got := comments[pkg]; len(got) != 1 {
			t.Errorf("%s has %d package comments %v, want exactly one that says what it provides and what it refuses to know", pkg, len(got), got)
		}
	}
}

// An interface belongs to the package that calls it and lists only what that
// package calls; past ten methods it has stopped doing so.
func TestInterfacesAreSmall(t *testing.T) {
	const limit = 10
	for _, f := range mustSources(t) {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if face, ok := spec.Type.(*ast.InterfaceType); ok {
				methods := 0
				for _, m := range face.Methods.List {
					methods += max(1, len(m.Names))
				}
				if methods > limit {
					t.Errorf("%s:%d: interface %s has %d methods, at most %d", f.path, f.line(spec.Pos()), spec.Name.Name, methods, limit)
				}
			}
			return true
		})
	}
}

// Tags belong to the rows of storage and the wire of api. A domain type with
// tags is a domain type that somebody is about to send or store as it is. The
// shapes of our own file format are such a wire, and nothing else is in there.
func TestDomainTypesCarryNoTags(t *testing.T) {
	for _, f := range mustSources(t) {
		if !domain(f.pkg) || f.test || f.pkg == "contest/intake/mxjson" {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok && field.Tag != nil {
				t.Errorf("%s:%d: struct tag %s in a domain package", f.path, f.line(field.Pos()), field.Tag.Value)
			}
			return true
		})
	}
}

// topLevel is everything that may lie at the root beside dotfiles.
var topLevel = []string{
	"cmd", "api", "contest", "scoring", "storage", "frontend", "scripts",
	"go.mod", "go.sum", "docker-compose.yml", "README.md", "LICENSE", "CHANGELOG.md",
}

// untracked are what a working copy may hold beside the sources: the default
// data folder and built programs.
var untracked = []string{"data", "bin", "mangxanh", "loadtest"}

func TestTopLevelIsAsTheLayoutSays(t *testing.T) {
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || slices.Contains(topLevel, e.Name()) || slices.Contains(untracked, e.Name()) {
			continue
		}
		t.Errorf("%s at the top level: the layout names only %s", e.Name(), strings.Join(topLevel, " "))
	}
}
