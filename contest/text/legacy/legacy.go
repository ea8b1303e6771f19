// Package legacy reads Vietnamese as it was written before Unicode, and bytes
// whose encoding nobody noted: UTF-16, Windows-1258, and text typed for the
// .VnTime (TCVN3) and VNI fonts, which looks like "Sè ®iÖn tho¹i" or "Soá ñieän
// thoaïi" without them.
//
// It recognises and converts; whether to convert is for people to say. It
// refuses to know where the text stands.
package legacy

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

var (
	bomUTF8 = []byte("\xEF\xBB\xBF")
	bomLE   = []byte("\xFF\xFE")
	bomBE   = []byte("\xFE\xFF")
)

// UTF16 recognises UTF-16 by its mark, or without one by the zero bytes that
// Latin letters leave in every second place; nil for anything else.
func UTF16(data []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(data, bomLE):
		return binary.LittleEndian
	case bytes.HasPrefix(data, bomBE):
		return binary.BigEndian
	}
	head := data[:min(len(data), 1024)&^1]
	var even, odd int
	for i := 0; i+1 < len(head); i += 2 {
		if head[i] == 0 {
			even++
		}
		if head[i+1] == 0 {
			odd++
		}
	}
	switch pairs := len(head) / 2; {
	case pairs < 8:
		return nil
	case odd*2 > pairs && even == 0:
		return binary.LittleEndian
	case even*2 > pairs && odd == 0:
		return binary.BigEndian
	}
	return nil
}

// UTF8 returns the bytes of a text without its mark, and UTF-16 as UTF-8.
func UTF8(data []byte) []byte {
	order := UTF16(data)
	if order == nil {
		return bytes.TrimPrefix(data, bomUTF8)
	}
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, order.Uint16(data))
	}
	return bytes.TrimPrefix([]byte(string(utf16.Decode(units))), bomUTF8)
}

// From1258 reads bytes as Windows-1258, in normal form C.
func From1258(raw []byte) string {
	s, err := charmap.Windows1258.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return norm.NFC.String(string(s))
}

// FromLatin reads bytes as Windows-1252, which is how files for the old fonts
// are stored.
func FromLatin(raw []byte) string {
	s, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return string(s)
}

// Charset says how Text read its bytes.
type Charset string

// The ways of reading.
const (
	Unicode     Charset = "utf-8"
	Windows1258 Charset = "windows-1258"
	Latin       Charset = "windows-1252" // for text in the old fonts
	Mixed       Charset = "mixed"        // UTF-8 with bytes that are none
)

// Text decodes a text file. Bytes that are not UTF-8 anywhere are Windows-1258,
// unless they make sense only in an old font; single bad lines stay visible as
// U+FFFD.
func Text(data []byte) (string, Charset) {
	data = UTF8(data)
	if utf8.Valid(data) {
		return string(data), Unicode
	}
	for l := range bytes.Lines(data) {
		if utf8.Valid(l) && strings.ContainsFunc(string(l), func(r rune) bool { return r >= utf8.RuneSelf }) {
			return strings.ToValidUTF8(string(data), "\uFFFD"), Mixed
		}
	}
	if latin := FromLatin(data); Suspect(latin).Encoding() != None && !reads1258(data) {
		return latin, Latin
	}
	return From1258(data), Windows1258
}

// reads1258 reports whether the bytes are Vietnamese in Windows-1258: its tone
// marks stand as bytes of their own after vowels.
func reads1258(data []byte) bool {
	marks, wrong := 0, 0
	for i, c := range data {
		if !bytes.ContainsRune([]byte{0xCC, 0xD2, 0xDE, 0xEC, 0xF2}, rune(c)) || c < 0x80 {
			continue
		}
		if i > 0 && strings.IndexByte("aeiouyAEIOUY\xE2\xEA\xF4\xE3\xF5\xFD\xC2\xCA\xD4\xC3\xD5\xDD", data[i-1]) >= 0 {
			marks++
		} else {
			wrong++
		}
	}
	return marks > wrong
}
