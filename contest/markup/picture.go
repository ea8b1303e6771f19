package markup

import (
	"html"
	"regexp"
	"strings"
)

// Picture is a picture inside a text.
type Picture struct {
	ID  string // of the media
	Alt string // what it shows, for those who cannot see it
}

var (
	pictureForm = regexp.MustCompile(`^!\[((?:[^\[\]\\]|\\.)*)\]\(media:([a-zA-Z0-9@_-]{1,64})\)`)
	// A media id ends with the picture's size, so that a page keeps its place
	// free before it has come.
	mediaForm = regexp.MustCompile(`^[a-z0-9]{16,40}-([1-9][0-9]{0,3})x([1-9][0-9]{0,3})$`)
)

func pictureAt(s string, at int) (Picture, int) {
	m := pictureForm.FindStringSubmatch(s[at:])
	if m == nil {
		return Picture{}, at
	}
	return Picture{ID: m[2], Alt: unescape(m[1])}, at + len(m[0])
}

// Leading returns the picture with which a marked text begins, and the text
// behind it.
func Leading(source string) (p Picture, rest string, ok bool) {
	p, end := pictureAt(source, 0)
	return p, source[end:], end > 0
}

func unescape(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(special, s[i+1]) >= 0 {
			i++
		}
		out.WriteByte(s[i])
	}
	return strings.TrimSpace(out.String())
}

// ValidPicture reports whether an id has the form of a picture's.
func ValidPicture(id string) bool { return mediaForm.MatchString(id) }

// html shows the picture; an id that is none leaves its description.
func (p Picture) html() string {
	m := mediaForm.FindStringSubmatch(p.ID)
	if m == nil {
		return html.EscapeString("[" + p.Alt + "]")
	}
	return `<img src="/media/` + p.ID + `" alt="` + html.EscapeString(strings.ReplaceAll(p.Alt, "\n", " ")) + `" width="` + m[1] + `" height="` + m[2] + `">`
}

// Show renders a picture that stands by itself, such as an option's.
func Show(id, alt string) string { return Picture{ID: id, Alt: alt}.html() }

// Pictures lists the pictures that a marked text names, in order.
func Pictures(source string) []Picture {
	var list []Picture
	for i := 0; i < len(source); i++ {
		switch source[i] {
		case '\\':
			i++
		case '!':
			if p, end := pictureAt(source, i); end > i {
				list = append(list, p)
				i = end - 1
			}
		}
	}
	return list
}

// Rename gives the pictures of a marked text other ids: what an importer does
// once it has stored them. What is written like a picture and escaped is text.
func Rename(source string, id func(string) string) string {
	var out strings.Builder
	from := 0
	for i := 0; i < len(source); i++ {
		switch source[i] {
		case '\\':
			i++
		case '!':
			if m := pictureForm.FindStringSubmatch(source[i:]); m != nil {
				out.WriteString(source[from:i] + "![" + m[1] + "](media:" + id(m[2]) + ")")
				from = i + len(m[0])
				i = from - 1
			}
		}
	}
	return out.String() + source[from:]
}
