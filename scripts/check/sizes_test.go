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
