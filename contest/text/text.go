// Package text does to Vietnamese text what the whole product agrees on: one
// normal form, one search key, one sort order, one way to mask a child's name.
// It knows nothing of questions, people or contests.
package text

import (
	"encoding/hex"
	"strings"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Clean returns s as it is stored: NFC, without control, zero-width and
// direction characters, non-breaking spaces as spaces, and trimmed. Line breaks
// and tabs inside stay.
func Clean(s string) string {
	if !plain(s) {
		s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
		s = strings.Map(func(r rune) rune {
			switch {
			case r == '\n' || r == '\t':
				return r
			case r == '\u00A0' || r == '\u202F' || r == '\u2007':
				return ' '
			case unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r):
				return -1
			}
			return r
		}, s)
	}
	return strings.TrimSpace(s)
}

// plain reports whether s is printable ASCII, which needs no cleaning.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// Line is Clean with every run of white space made one space: names, titles,
// options.
func Line(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

// Fold returns the search key of s: lower case, without diacritics, đ as d,
// one space between words. "Hoà", "Hòa" and "hoa" have the same key.
func Fold(s string) string {
	s = norm.NFD.String(strings.ToLower(Line(s)))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}, s)
}

// NFC returns s in normal form C and otherwise untouched: what a password
// needs, since keyboards differ in how they compose a letter.
func NFC(s string) string { return norm.NFC.String(s) }

// NameID is equal for two spellings of one name: letter case, white space and
// the place of a tone mark make no difference ("Hoà", "HÒA"), but the letters
// and the tones themselves do (Hùng is not Hưng).
func NameID(name string) string {
	words := strings.Fields(norm.NFD.String(strings.ToLower(Line(name))))
	for i, w := range words {
		var letters, tones strings.Builder
		for _, r := range w {
			if strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", r) {
				tones.WriteRune(r)
			} else {
				letters.WriteRune(r)
			}
		}
		words[i] = letters.String() + tones.String()
	}
	return strings.Join(words, " ")
}

// SplitName takes a full name apart at its last word, which is the given name
// by which Vietnamese lists are sorted.
func SplitName(full string) (family, given string) {
	full = Line(full)
	if i := strings.LastIndexByte(full, ' '); i >= 0 {
		return full[:i], full[i+1:]
	}
	return "", full
}

// Mask is the public form of a child's name: the given name and the initial of
// the family name, "Nguyễn Thị Ánh Tuyết" as "Tuyết N.".
func Mask(full string) string {
	family, given := SplitName(full)
	for _, r := range family {
		return given + " " + string(unicode.ToUpper(r)) + "."
	}
	return given
}

// ValidName reports whether s can be a person's name: letters of the Latin
// script as Vietnamese and its neighbours use them, space, apostrophe, hyphen
// and full stop. Look-alike letters of other scripts are refused.
func ValidName(s string) bool {
	letters := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Latin, r):
			letters++
		case unicode.Is(unicode.Mn, r) || strings.ContainsRune(" '’-.", r):
		default:
			return false
		}
	}
	return letters > 0
}

// NameKey is a sort key for people in Vietnamese order: given name, then family
// name, then full name, compared as separate keys. Keys compare bytewise, so a
// database needs no collation of its own.
func NameKey(full string) string {
	family, given := SplitName(full)
	return Key(given) + "!" + Key(family) + "!" + Key(full)
}

// Key is the sort key of one text in Vietnamese order, as hexadecimal digits.
// Every digit sorts after the separator that NameKey uses.
func Key(s string) string {
	var buf collate.Buffer
	return hex.EncodeToString(collate.New(language.Vietnamese).KeyFromString(&buf, s))
}
