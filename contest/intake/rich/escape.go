package rich

import (
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Escape returns plain text as marked text that shows the same. start says that
// the text begins a line.
func Escape(plain string, start bool) string {
	_ = start
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `<`, `\<`, `|`, `\|`, `![`, `\![`, `[[`, `\[[`).Replace(plain)
}

// Image returns the marked text of a picture.
func Image(alt, address string) string {
	alt = strings.NewReplacer("[", "(", "]", ")", "\n", " ", `\`, "/").Replace(alt)
	return "![" + strings.TrimSpace(alt) + "](" + address + ")"
}
