package legacy

import (
	"strings"
	"unicode"
)

// Encoding is a way of writing Vietnamese with the letters of Latin-1 and a
// font that draws them as something else.
type Encoding string

// The encodings. None is text that reads as it stands.
const (
	None  Encoding = ""
	TCVN3 Encoding = "tcvn3" // .VnTime and its family
	VNI   Encoding = "vni"   // VNI-Times and its family
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

// vniMarks maps the signs that a VNI font draws over or under the letter before
// them to that letter with its marks. vniBase are the letters they may follow,
// in the order of the values.
var (
	vniMarks = map[rune]string{
		'ù': "áéóúýớứ", 'ø': "àèòùỳờừ", 'û': "ảẻỏủỷởử", 'õ': "ãẽõũỹỡữ", 'ï': "ạẹọụ\x00ợự",
		'â': "âêô", 'á': "ấếố", 'à': "ầềồ", 'å': "ẩểổ", 'ã': "ẫễỗ", 'ä': "ậệộ",
		'ê': "ă", 'é': "ắ", 'è': "ằ", 'ú': "ẳ", 'ü': "ẵ", 'ë': "ặ",
	}
	vniAlone = map[rune]rune{
		'ñ': 'đ', 'Ñ': 'Đ', 'ö': 'ư', 'Ö': 'Ư', 'ô': 'ơ', 'Ô': 'Ơ', 'æ': 'ỉ', 'Æ': 'Ỉ', 'ó': 'ĩ', 'Ó': 'Ĩ',
		'ò': 'ị', 'Ò': 'Ị', 'î': 'ỵ', 'Î': 'Ỵ',
	}
)

const vniBase = "aeouyôö"

// vniPair returns what a letter and the sign after it mean in VNI, 0 when they
// are no pair.
func vniPair(letter, mark rune) rune {
	upper := unicode.IsUpper(letter)
	if upper != unicode.IsUpper(mark) {
		return 0
	}
	letter, mark = unicode.ToLower(letter), unicode.ToLower(mark)
	list, known := vniMarks[mark]
	if !known {
		return 0
	}
	at := strings.IndexRune(vniBase, letter)
	if at < 0 {
		return 0
	}
	switch n := len([]rune(vniBase[:at])); {
	case len([]rune(list)) == 7:
		at = n
	case letter == 'o' && len([]rune(list)) == 3:
		at = 2
	case n < len([]rune(list)):
		at = n
	default:
		return 0
	}
	r := []rune(list)[at]
	if r == 0 {
		return 0
	}
	if upper {
		r = unicode.ToUpper(r)
	}
	return r
}

// Map tells emit, letter by letter, what the text says; from is the place in
// runes where the letter began.
func (e Encoding) Map(runes []rune, emit func(r rune, from int)) {
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch e {
		case TCVN3:
			if to, ok := tcvn3[r]; ok {
				r = to
			}
		case VNI:
			if i+1 < len(runes) {
				if both := vniPair(r, runes[i+1]); both != 0 {
					emit(both, i)
					i++
					continue
				}
			}
			if to, ok := vniAlone[r]; ok {
				r = to
			}
		}
		emit(r, i)
	}
}

// Convert returns what the text says, in Unicode.
func (e Encoding) Convert(s string) string {
	if e == None {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	e.Map([]rune(s), func(r rune, _ int) { b.WriteRune(r) })
	return b.String()
}

// OfFont names the encoding that a font draws, by the font's name.
func OfFont(name string) Encoding {
	name = strings.ToLower(strings.TrimSpace(name))
	switch {
	case strings.HasPrefix(name, ".vn"):
		return TCVN3
	case strings.HasPrefix(name, "vni-") || strings.HasPrefix(name, "vni "):
		return VNI
	}
	return None
}

// Suspicion counts the words of a text that no Vietnamese in Unicode holds and
// that an old font would explain.
type Suspicion struct{ TCVN3, VNI int }

// Add sums suspicions.
func (s *Suspicion) Add(o Suspicion) { s.TCVN3, s.VNI = s.TCVN3+o.TCVN3, s.VNI+o.VNI }

// enough is how many suspicious words it takes: one alone may be a sign after a
// brand or a foreign name.
const enough = 2

// Encoding returns the better explanation, None when there is not enough to
// explain.
func (s Suspicion) Encoding() Encoding {
	switch {
	case s.TCVN3 < enough && s.VNI < enough:
		return None
	case s.VNI >= s.TCVN3: // it is the harder one to look like
		return VNI
	}
	return TCVN3
}

// Suspect looks at the words of a text. Text with letters that only Unicode has
// is beyond suspicion.
func Suspect(s string) Suspicion {
	var found Suspicion
	for word := range strings.FieldsSeq(s) {
		w := []rune(word)
		if strings.ContainsFunc(word, func(r rune) bool { return r >= 0x100 && unicode.IsLetter(r) }) {
			return Suspicion{}
		}
		if oddTCVN3(w) {
			found.TCVN3++
		}
		if oddVNI(w) {
			found.VNI++
		}
	}
	return found
}

// oddTCVN3 reports whether a word mixes plain letters with signs of the table
// that are no Vietnamese letters; a sign after a brand name is a sign.
func oddTCVN3(w []rune) bool {
	plain, odd := false, false
	for i, r := range w {
		_, known := tcvn3[r]
		switch {
		case r < unicode.MaxASCII && unicode.IsLetter(r):
			plain = true
		case known && !strings.ContainsRune(latin1Vietnamese, r) && !(i > 0 && i == len(w)-1 && (r == '®' || r == '©')):
			odd = true
		}
	}
	return plain && odd
}

// oddVNI reports whether a word has a VNI pair or letter that no Vietnamese
// word in Unicode has, and no sign that VNI lacks.
func oddVNI(w []rune) bool {
	plain, odd := false, false
	for i, r := range w {
		switch {
		case r >= 0xA1 && r <= 0xBF || strings.ContainsRune("×÷ÐÞßçþÇ", r):
			return false
		case r < unicode.MaxASCII && unicode.IsLetter(r):
			plain = true
		}
		if i > 0 && vniPair(w[i-1], r) != 0 && (strings.ContainsRune("aeAE", w[i-1]) || !strings.ContainsRune(latin1Vietnamese, r)) {
			odd = true
		}
		if i == 0 && (r == 'ñ' || r == 'Ñ') || (r == 'ö' || r == 'Ö') && i > 0 && strings.ContainsRune("bcdghklmnrstvxBCDGHKLMNRSTVX", w[i-1]) {
			odd = true
		}
	}
	return plain && odd
}
