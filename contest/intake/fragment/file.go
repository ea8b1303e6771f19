package fragment

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"mangxanh/contest"
	"mangxanh/contest/intake/item"
	"mangxanh/contest/text/legacy"
)

// Decode returns a text file as composed Unicode with one sign for a line end,
// whatever encoding it was saved in, and notes in f what was assumed. It
// refuses files that are too large and those that are no text.
func Decode(raw []byte, f *item.File) (string, error) {
	if len(raw) > item.MaxText {
		return "", contest.Refuse(contest.TooLarge, "file_too_large", "a text file has at most %d MiB", item.MaxText>>20)
	}
	s, charset := legacy.Text(raw)
	if strings.ContainsRune(s, 0) {
		return "", contest.Refuse(contest.Unsupported, "wrong_file_type", "this is not a text file")
	}
	if charset == legacy.Windows1258 {
		f.Warn("windows_1258", "the file was read as Windows-1258; check the letters with marks", nil)
	}
	return Composed(s), nil
}

// Composed returns a text in normal form C, with one sign for a line end, and
// without letters that stand for something in this package.
func Composed(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= signs && r < signs+maxSigns {
			return utf8.RuneError
		}
		return r
	}, tidy(s))
	return norm.NFC.String(s)
}

// Letters for private use stand for what a format escaped, or for gaps, until
// the text is taken apart. No text of a file holds them after Composed.
const (
	signs    = '\uE000'
	maxSigns = 0x100
)

// Sign returns the letter for number n, below 256.
func Sign(n int) rune { return signs + rune(n) }

// SignOf returns the number of such a letter.
func SignOf(r rune) (int, bool) { return int(r - signs), r >= signs && r < signs+maxSigns }
