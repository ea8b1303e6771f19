package rich

import (
	"strconv"
	"strings"

	"mangxanh/contest/markup"
)

func itoa(n int) string { return strconv.Itoa(n) }

// escape returns plain text as marked text that shows the same. start says that
// the text begins a line, where a dash or a number would begin a list.
func escape(plain string, start bool) string {
	if start {
		return markup.Escape(plain)
	}
	return markup.Escape("x" + plain)[1:]
}

// Image returns the marked text of a picture.
func Image(alt, address string) string {
	alt = strings.NewReplacer("[", `\[`, "]", `\]`, "\n", " ", `\`, `\\`).Replace(alt)
	return "![" + strings.TrimSpace(alt) + "](" + address + ")"
}
