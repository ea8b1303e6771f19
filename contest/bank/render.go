package bank

import (
	"html"
	"strings"
)

// Rendered is a version as HTML that is safe to put on a page: every special
// character escaped, line breaks as <br>. It is made once per version; strings
// are immutable, so every paper shares these bytes.
type Rendered struct {
	Stem        string
	Options     []string // in the order of Version.Options
	Explanation string
	Citation    string
}

// Render returns the version's texts as safe HTML.
func (v Version) Render() Rendered {
	r := Rendered{Stem: HTML(v.Stem), Explanation: HTML(v.Explanation), Citation: HTML(v.Citation.Text)}
	r.Options = make([]string, len(v.Options))
	for i, o := range v.Options {
		r.Options[i] = HTML(o.Text)
	}
	return r
}

// HTML returns plain text as safe HTML: what looks like markup is shown as it
// was written.
func HTML(plain string) string {
	return strings.ReplaceAll(html.EscapeString(plain), "\n", "<br>")
}
