package legacy_test

import (
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"mangxanh/contest/text/legacy"
)

func TestOldFontsAreRecognisedAndConverted(t *testing.T) {
	for given, want := range map[string]struct {
		encoding legacy.Encoding
		text     string
	}{
		"Sè ®iÖn tho¹i cña Tæng ®µi b¶o vÖ trÎ em":  {legacy.TCVN3, "Số điện thoại của Tổng đài bảo vệ trẻ em"},
		"Ng\u00adêi l¹ nh¾n tin":                    {legacy.TCVN3, "Người lạ nhắn tin"},
		"Soá ñieän thoaïi cuûa Toång ñaøi baûo veä": {legacy.VNI, "Số điện thoại của Tổng đài bảo vệ"},
		"Ngöôøi laï nhaén tin, em neân laøm gì?":    {legacy.VNI, "Người lạ nhắn tin, em nên làm gì?"},
		"ÑAÙP AÙN: CAÂU 1 – ÑÖÔÏC PHEÙP":            {legacy.VNI, "ĐÁP ÁN: CÂU 1 – ĐƯỢC PHÉP"},
		"Số điện thoại của em":                      {legacy.None, ""},
		"Microsoft® Word© là gì":                    {legacy.None, ""},
		"Cà phê và bánh mì":                         {legacy.None, ""},
		"giá 5 £ và 3 µm":                           {legacy.None, ""},
		"quán quà hoà hoá khoá thuê":                {legacy.None, ""},
		"naïve":                                     {legacy.None, ""},
	} {
		e := legacy.Suspect(given).Encoding()
		if e != want.encoding {
			t.Errorf("%q is taken for %q, want %q", given, e, want.encoding)
		}
		if got := e.Convert(given); e != legacy.None && got != want.text {
			t.Errorf("%q converts to %q, want %q", given, got, want.text)
		}
	}
}

// Every pair that a VNI font draws gives one letter of Vietnamese back, and no
// letter comes from two pairs.
func TestVNILettersAreComplete(t *testing.T) {
	const marks = "ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË"
	seen := map[string]string{}
	for _, base := range "aeouyôöAEOUYÔÖ" {
		for _, mark := range marks {
			pair := string(base) + string(mark)
			got := legacy.VNI.Convert(pair)
			if len([]rune(got)) != 1 {
				continue
			}
			if other, twice := seen[got]; twice {
				t.Errorf("%q and %q both read %q", other, pair, got)
			}
			seen[got] = pair
			if !norm.NFC.IsNormalString(got) {
				t.Errorf("%q reads %q, which is not composed", pair, got)
			}
		}
	}
	if len(seen) != 2*58 {
		t.Errorf("%d letters come from pairs, want %d", len(seen), 2*58)
	}
}

func TestTextFindsTheCharset(t *testing.T) {
	const vi = "Số điện thoại của Tổng đài bảo vệ trẻ em là số nào?\n"
	if raw := to1258(vi); legacy.From1258(raw) != vi {
		t.Fatalf("windows-1258 does not come back: %q", legacy.From1258(raw))
	}
	latin, err := charmap.Windows1252.NewEncoder().String("Sè ®iÖn tho¹i cña Tæng ®µi b¶o vÖ trÎ em\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		data string
		want legacy.Charset
		text string
	}{
		{vi, legacy.Unicode, vi},
		{"\xEF\xBB\xBF" + vi, legacy.Unicode, vi},
		{string(to1258(vi)), legacy.Windows1258, vi},
		{latin, legacy.Latin, "Sè ®iÖn tho¹i cña Tæng ®µi b¶o vÖ trÎ em\n"},
		{vi + "one \xFF bad\n", legacy.Mixed, vi + "one \uFFFD bad\n"},
		{"\xFF\xFEA\x00\x1E\x01\n\x00", legacy.Unicode, "AĞ\n"},
	} {
		text, charset := legacy.Text([]byte(c.data))
		if charset != c.want || norm.NFC.String(text) != c.text {
			t.Errorf("%q read as %s %q, want %s %q", c.data, charset, text, c.want, c.text)
		}
	}
}

// to1258 writes Vietnamese as an old Windows does: a letter with a combining
// tone mark.
func to1258(s string) []byte {
	var out []byte
	for _, r := range s {
		if b, ok := charmap.Windows1258.EncodeRune(r); ok {
			out = append(out, b)
			continue
		}
		parts := []rune(norm.NFD.String(string(r)))
		last := parts[len(parts)-1]
		base := norm.NFC.String(string(parts[:len(parts)-1]))
		if len([]rune(base)) == 2 { // ệ comes apart as e, dot, circumflex
			last = []rune(base)[1]
			base = norm.NFC.String(string([]rune{parts[0], parts[2]}))
		}
		if parts[1] == '\u0323' && len(parts) == 3 {
			base, last = norm.NFC.String(string([]rune{parts[0], parts[2]})), '\u0323'
		}
		for _, q := range base {
			b, _ := charmap.Windows1258.EncodeRune(q)
			out = append(out, b)
		}
		b, _ := charmap.Windows1258.EncodeRune(last)
		out = append(out, b)
	}
	return out
}
