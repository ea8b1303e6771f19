package fragment

import (
	"html"
	"regexp"
	"strings"

	"mangxanh/contest/markup"
)

// PlainOf returns a rendered text without markup, and whether looks or pictures
// were lost by that.
func PlainOf(rendered string) (plain string, lost bool) {
	plain = markup.Plain(rendered)
	return plain, markup.Literal(plain, 0) != rendered
}

var image = regexp.MustCompile(`<img src="/media/([^"]*)" alt="([^"]*)" width="\d+" height="\d+">`)

// Pictures replaces every picture of a rendered text by what show returns for
// its id and description.
func Pictures(rendered string, show func(id, alt string) string) string {
	return image.ReplaceAllStringFunc(rendered, func(tag string) string {
		m := image.FindStringSubmatch(tag)
		return show(m[1], html.UnescapeString(m[2]))
	})
}

// OneLine returns a text with its line breaks as spaces, and whether there were
// any.
func OneLine(s string) (string, bool) {
	line := strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
	return line, line != s
}
