package intake

import (
	"strings"
	"unicode"

	"mangxanh/contest/text"
)

// tcvn3 maps the letters that text written in a .VnTime font shows when it was
// never converted (TCVN 5712:1993, code VN3) to what it says.
var tcvn3 = map[rune]rune{
	'¡': 'Ă', '¢': 'Â', '£': 'Ê', '¤': 'Ô', '¥': 'Ơ', '¦': 'Ư', '§': 'Đ',
	'¨': 'ă', '©': 'â', 'ª': 'ê', '«': 'ô', '¬': 'ơ', '\u00ad': 'ư', '®': 'đ',
	'µ': 'à', '¶': 'ả', '·': 'ã', '¸': 'á', '¹': 'ạ',
	'»': 'ằ', '¼': 'ẳ', '½': 'ẵ', '¾': 'ắ', 'Æ': 'ặ',
	'Ç': 'ầ', 'È': 'ẩ', 'É': 'ẫ', 'Ê': 'ấ', 'Ë': 'ậ',
	'Ì': 'è', 'Î': 'ẻ', 'Ï': 'ẽ', 'Ð': 'é', 'Ñ': 'ẹ',
	'Ò': 'ề', 'Ó': 'ể', 'Ô': 'ễ', 'Õ': 'ế', 'Ö': 'ệ',
	'×': 'ì', 'Ø': 'ỉ', 'Ü': 'ĩ', 'Ý': 'í', 'Þ': 'ị',
	'ß': 'ò', 'á': 'ỏ', 'â': 'õ', 'ã': 'ó', 'ä': 'ọ',
	'å': 'ồ', 'æ': 'ổ', 'ç': 'ỗ', 'è': 'ố', 'é': 'ộ',
	'ê': 'ờ', 'ë': 'ở', 'ì': 'ỡ', 'í': 'ớ', 'î': 'ợ',
	'ï': 'ù', 'ñ': 'ủ', 'ò': 'ũ', 'ó': 'ú', 'ô': 'ụ',
	'õ': 'ừ', 'ö': 'ử', '÷': 'ữ', 'ø': 'ứ', 'ù': 'ự',
	'ú': 'ỳ', 'û': 'ỷ', 'ü': 'ỹ', 'ý': 'ý', 'þ': 'ỵ',
}

// latin1Vietnamese are the letters of the table that Vietnamese in Unicode uses
// too; the others give unconverted text away.
const latin1Vietnamese = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý"

// betraying reports whether r stands in the table and in no Vietnamese text.
func betraying(r rune) bool {
	_, known := tcvn3[r]
	return known && !strings.ContainsRune(latin1Vietnamese, r)
}

// legacyWords counts the words that mix plain letters with such signs, which
// real text does not; it is 0 when the text has letters that only Unicode has.
func legacyWords(s string) int {
	words := 0
	for _, word := range strings.Fields(s) {
		plain, odd := false, false
		for i, r := range []rune(word) {
			switch {
			case r >= 0x100 && unicode.IsLetter(r):
				return 0
			case r < unicode.MaxASCII && unicode.IsLetter(r):
				plain = true
			case betraying(r) && !(i > 0 && strings.ContainsRune("®©", r) && i == len([]rune(word))-1):
				odd = true // a sign after a brand name is a sign
			}
		}
		if plain && odd {
			words++
		}
	}
	return words
}

// fromTCVN3 converts unconverted text.
func fromTCVN3(s string) string {
	return strings.Map(func(r rune) rune {
		if to, ok := tcvn3[r]; ok {
			return to
		}
		return r
	}, s)
}

// legacyColumns returns the conversions of a row's cells when the row reads
// like TCVN3: two suspicious words together, and then every cell with one.
func legacyColumns(cells map[string]string) map[string]string {
	total := 0
	for _, v := range cells {
		total += legacyWords(v)
	}
	if total < 2 {
		return nil
	}
	found := map[string]string{}
	for column, v := range cells {
		if legacyWords(v) > 0 {
			found[column] = text.Clean(fromTCVN3(v))
		}
	}
	return found
}
