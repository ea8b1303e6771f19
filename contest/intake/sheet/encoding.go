package sheet

import (
	"bytes"
	"encoding/binary"
	"strconv"
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

// utf16Order recognises UTF-16 by its mark, or without one by the zero bytes
// that Latin letters leave in every second place.
func utf16Order(data []byte) binary.ByteOrder {
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

// plainBytes returns the text without its mark, and UTF-16 as UTF-8.
func plainBytes(data []byte) []byte {
	order := utf16Order(data)
	if order == nil {
		return bytes.TrimPrefix(data, bomUTF8)
	}
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, order.Uint16(data))
	}
	return bytes.TrimPrefix([]byte(string(utf16.Decode(units))), bomUTF8)
}

// decoder turns the bytes of one cell into text.
type decoder struct {
	legacy bool // the whole file is Windows-1258
}

// decoderFor looks at the file as a whole: when no line with letters beyond
// ASCII is UTF-8, it was written in Windows-1258 throughout. One such line among
// good ones is a fault of that line instead.
func decoderFor(data []byte) decoder {
	good, bad := 0, 0
	for l := range bytes.Lines(data) {
		switch {
		case !utf8.Valid(l):
			bad++
		case !ascii(l):
			good++
		}
	}
	return decoder{legacy: bad > 0 && good == 0}
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (d decoder) cell(raw []byte) cell {
	if utf8.Valid(raw) {
		s, cut := clip(string(raw))
		return cell{text: s, cut: cut}
	}
	old := from1258(raw)
	if d.legacy {
		s, cut := clip(old)
		return cell{text: s, cut: cut}
	}
	s, cut := clip(strings.ToValidUTF8(string(raw), "\uFFFD"))
	suggestion, _ := clip(old)
	return cell{text: s, suggestion: suggestion, cut: cut}
}

func from1258(raw []byte) string {
	s, err := charmap.Windows1258.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return norm.NFC.String(string(s))
}

func itoa(n int) string { return strconv.Itoa(n) }
