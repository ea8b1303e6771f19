package scoring

import (
	"math/big"
	"strings"
)

// maxDecimal bounds the length of a number, so that exact arithmetic on it stays cheap.
const maxDecimal = 40

// parseDecimal reads a decimal number exactly: an optional sign, digits, and at most one comma or dot as the decimal
// mark with digits on both sides. There is no grouping: "592.810" is 592 and 81 hundredths. Exponents, fractions and
// other notations are refused.
func parseDecimal(text string) (*big.Rat, bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxDecimal {
		return nil, false
	}
	text = strings.Replace(text, "\u2212", "-", 1)
	text = strings.Replace(text, ",", ".", 1)
	unsigned := text
	if text[0] == '-' || text[0] == '+' {
		unsigned = text[1:]
	}
	whole, frac, mark := strings.Cut(unsigned, ".")
	if !digits(whole) || mark && !digits(frac) {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// tolerance reads a tolerance, where saying nothing means none.
func tolerance(text string) (*big.Rat, bool) {
	if strings.TrimSpace(text) == "" {
		return new(big.Rat), true
	}
	return parseDecimal(text)
}

// within reports whether answer lies at most the key's tolerance away from its value. Anything that is not a number
// lies nowhere.
func within(answer string, key Key) bool {
	a, okA := parseDecimal(answer)
	v, okV := parseDecimal(key.Value)
	t, okT := tolerance(key.Tolerance)
	if !okA || !okV || !okT {
		return false
	}
	d := new(big.Rat).Sub(a, v)
	return d.Abs(d).Cmp(t) <= 0
}
