package bank

import (
	"regexp"
	"strings"

	"mangxanh/contest/text"
)

var (
	articleWords = regexp.MustCompile(`(?i)(khoản \d+ )?điều \d+[a-zđ]?`)
	numberWords  = regexp.MustCompile(`\d+/\d{4}(/[\p{L}\d-]+)?|(?i)(luật|hiến pháp|bộ luật)\s`)
)

// ParseCitation takes a source as teachers write it, "Nghị định
// 56/2017/NĐ-CP, Điều 23; trang …", apart into instrument and article. What
// names no law stays text alone.
func ParseCitation(source string) Citation {
	c := Citation{Text: text.Line(source)}
	first, _, _ := strings.Cut(c.Text, ";")
	if at := articleWords.FindStringIndex(first); at != nil {
		c.Article = first[at[0]:at[1]]
		first = first[:at[0]]
	}
	if numberWords.MatchString(first) {
		c.Instrument = strings.Trim(first, " ,.")
	}
	if c.Instrument == "" {
		c.Article = ""
	}
	return c
}
