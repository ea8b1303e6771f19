package check

import (
	"bytes"
	"go/ast"
	"testing"
)

const (
	functionLimit = 80
	fileLimit     = 500
)

// longFunctions may pass the limit; each says why it reads better whole.
var longFunctions = map[string]string{}

func TestFunctionsAndFilesAreShort(t *testing.T) {
	for _, f := range mustSources(t) {
		if lines := bytes.Count(f.text, []byte("\n")); lines > fileLimit {
			t.Errorf("%s has %d lines, at most %d", f.path, lines, fileLimit)
		}
		for _, d := range f.tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			lines := f.line(fn.End()) - f.line(fn.Pos()) + 1
			if f.test {
				lines -= dataLines(f, fn.Body)
			}
			if _, excused := longFunctions[f.pkg+"."+fn.Name.Name]; lines > functionLimit && !excused {
				t.Errorf("%s:%d: %s has %d lines, at most %d", f.path, f.line(fn.Pos()), fn.Name.Name, lines, functionLimit)
			}
		}
	}
}

// A handler reads, calls and writes; rules live further in.
func TestHandlersAreThin(t *testing.T) {
	const limit = 25
	for _, f := range mustSources(t) {
		if f.pkg != "api" || f.test {
			continue
		}
		for _, d := range f.tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil || !handler(fn.Type) {
				continue
			}
			if lines := f.line(fn.End()) - f.line(fn.Pos()) + 1; lines > limit {
				t.Errorf("%s:%d: handler %s has %d lines, at most %d", f.path, f.line(fn.Pos()), fn.Name.Name, lines, limit)
			}
		}
	}
}

// handler recognises func(*fiber.Ctx) error and huma's
// func(context.Context, *in) (*out, error).
func handler(fn *ast.FuncType) bool {
	params := fn.Params.List
	switch {
	case len(params) == 1:
		return pointsTo(params[0].Type, "Ctx") && fn.Results != nil && len(fn.Results.List) == 1
	case len(params) == 2 && fn.Results != nil && len(fn.Results.List) == 2:
		sel, ok := params[0].Type.(*ast.SelectorExpr)
		_, in := params[1].Type.(*ast.StarExpr)
		_, out := fn.Results.List[0].Type.(*ast.StarExpr)
		return ok && sel.Sel.Name == "Context" && in && out
	}
	return false
}

func pointsTo(t ast.Expr, name string) bool {
	star, ok := t.(*ast.StarExpr)
	if !ok {
		return false
	}
	sel, ok := star.X.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == name
}

// dataLines counts the lines that a test's tables take: rows of data are read
// as a table, not as code.
func dataLines(f sourceFile, body ast.Node) int {
	lines := 0
	ast.Inspect(body, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		lines += f.line(lit.End()) - f.line(lit.Pos())
		return false
	})
	return lines
}
