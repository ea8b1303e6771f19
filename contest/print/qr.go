package print

import (
	"fmt"
	"strconv"
	"strings"

	"rsc.io/qr"
)

// run is a row of dark squares: n of them from column x of line y.
type run struct{ x, y, n int }

// code reads a QR code as runs of dark squares, fewer to draw than squares.
func code(content string) (size int, runs []run, err error) {
	c, err := qr.Encode(content, qr.M)
	if err != nil {
		return 0, nil, fmt.Errorf("make a QR code: %w", err)
	}
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			if !c.Black(x, y) {
				continue
			}
			r := run{x: x, y: y}
			for ; x < c.Size && c.Black(x, y); x++ {
				r.n++
			}
			runs = append(runs, r)
		}
	}
	return c.Size, runs, nil
}

// quiet is the white margin, in squares, that a code needs around it.
const quiet = 4

// QRSVG draws a code of the content as one SVG path. Its size is set by the
// page that shows it.
func QRSVG(content string) (string, error) {
	size, runs, err := code(content)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	side := strconv.Itoa(size + 2*quiet)
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + side + " " + side + `" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h` + side + "v" + side + `H0z"/><path d="`)
	for _, r := range runs {
		fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", r.x+quiet, r.y+quiet, r.n, r.n)
	}
	b.WriteString(`"/></svg>`)
	return b.String(), nil
}
