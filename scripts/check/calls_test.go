package check

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// outward lists, by import path, the names that reach for the world: the wall
// clock, chance, the environment. Only programs and tests may; everybody else
// is handed Now, NewID or a seeded source. "*" means every name.
var outward = map[string][]string{
	"time":                   {"Now", "Since", "Until"},
	"os":                     {"Getenv", "LookupEnv", "Environ", "ExpandEnv"},
	"crypto/rand":            {"*"},
	"github.com/google/uuid": {"*"},
}

// seeded are the names of math/rand that draw only from a seed one gives.
var seeded = []string{"New", "NewPCG", "NewChaCha8", "NewSource", "NewZipf", "Rand", "Source", "PCG", "ChaCha8"}

// mayReachOut lists the exceptions: "package: import.Name" and the reason.
var mayReachOut = map[string]string{}

func TestOnlyProgramsReachForClockChanceAndEnvironment(t *testing.T) {
	for _, f := range mustSources(t) {
		if f.test || program(f.pkg) || support(f.pkg) {
			continue
		}
		for _, found := range reaching(f) {
			t.Errorf("%s (take it as a field: Now, NewID, a seeded source)", found)
		}
	}
}

func reaching(f sourceFile) []string {
	names := imported(f.tree)
	var found []string
	ast.Inspect(f.tree, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		id, ok := sel.X.(*ast.Ident)
		if !ok {
			return true
		}
		path := names[id.Name]
		bad := slices.Contains(outward[path], sel.Sel.Name) || slices.Contains(outward[path], "*") ||
			(path == "math/rand" || path == "math/rand/v2") && !slices.Contains(seeded, sel.Sel.Name)
		if bad && !excused(f.pkg, path, sel.Sel.Name) {
			found = append(found, f.at(sel)+": "+path+"."+sel.Sel.Name)
		}
		return true
	})
	return found
}

func excused(pkg, path, name string) bool {
	_, one := mayReachOut[pkg+": "+path+"."+name]
	_, all := mayReachOut[pkg+": "+path+".*"]
	return one || all
}

// gormNames are what GORM offers and this house refuses, with the reason.
var gormNames = map[string]string{
	"AutoMigrate": "migrations are numbered SQL files; a struct of today must not rewrite yesterday's schema",
	"Save":        "it writes every column, also those nobody meant to change",
	"Migrator":    "the schema belongs to the migrations",
}

// gormHooks hide work in a row type where nobody looks for it.
var gormHooks = []string{
	"BeforeSave", "AfterSave", "BeforeCreate", "AfterCreate", "BeforeUpdate",
	"AfterUpdate", "BeforeDelete", "AfterDelete", "AfterFind",
}

func TestGormIsUsedPlainly(t *testing.T) {
	for _, f := range mustSources(t) {
		if f.test || !within(f.pkg, "storage") {
			continue
		}
		names := imported(f.tree)
		ast.Inspect(f.tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && usesGorm(names) {
					if why, refused := gormNames[sel.Sel.Name]; refused {
						t.Errorf("%s: %s: %s", f.at(n), sel.Sel.Name, why)
					}
				}
			case *ast.SelectorExpr:
				if id, ok := n.X.(*ast.Ident); ok && names[id.Name] == gormCore && n.Sel.Name == "Model" {
					t.Errorf("%s: gorm.Model brings integer keys and soft deletion that this schema does not have", f.at(n))
				}
			case *ast.FuncDecl:
				if n.Recv != nil && slices.Contains(gormHooks, n.Name.Name) {
					t.Errorf("%s: %s is a GORM hook: say it where the row is written", f.at(n), n.Name.Name)
				}
			}
			return true
		})
	}
}

func usesGorm(names map[string]string) bool {
	for _, path := range names {
		if path == gormCore {
			return true
		}
	}
	return false
}

// wording is what a line of ours must not say, with what to do instead.
var wording = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`"failed\b`), "say what was attempted, not that it failed"},
	{regexp.MustCompile(`(?i)(errorf|errors\.New)\("[^"]*failed to`), "say what was attempted, not that it failed"},
	{regexp.MustCompile(`fmt\.Errorf\(.*%v", (\w+, )*err\)`), "wrap with %w so that the cause survives"},
	{regexp.MustCompile(`\bfiber\.NewError\(`), "return a contest.Error; one table turns kinds into statuses"},
}

func TestWordingOfErrors(t *testing.T) {
	for _, f := range mustSources(t) {
		if within(f.pkg, "scripts/check") || f.test || support(f.pkg) {
			continue // what a test says of an error is not wrapping
		}
		for i, text := range strings.Split(string(f.text), "\n") {
			for _, w := range wording {
				if w.pattern.MatchString(text) {
					t.Errorf("%s:%d: %s: %s", f.path, i+1, strings.TrimSpace(text), w.instead)
				}
			}
		}
	}
}

// marks are promises in comments that nobody keeps; written in two halves so
// that this line is not one.
var marks = regexp.MustCompile(`//.*\b(` + `TO` + `DO|FIX` + `ME|X` + `XX|HA` + `CK)\b`)

func TestNothingIsLeftUnfinished(t *testing.T) {
	for _, f := range mustSources(t) {
		for i, text := range strings.Split(string(f.text), "\n") {
			if marks.MatchString(text) {
				t.Errorf("%s:%d: %s: finish it, or file it", f.path, i+1, strings.TrimSpace(text))
			}
		}
	}
}
