package aiken

import (
	"bufio"
	"fmt"
	"io"

	"mangxanh/contest/bank"
	"mangxanh/contest/intake/fragment"
	"mangxanh/contest/intake/item"
	"mangxanh/scoring"
)

// Write writes the questions that have one right option, and says what else
// was lost. The format has no pictures.
func Write(w io.Writer, versions []bank.Version, _ func(id string) (item.Picture, bool)) ([]item.Loss, error) {
	out := bufio.NewWriter(w)
	var lost item.Losses
	written := 0
	for n, v := range versions {
		lines, ok := question(n+1, v, &lost)
		if !ok {
			continue
		}
		if written++; written > 1 {
			_, _ = out.WriteString("\n")
		}
		for _, l := range lines {
			_, _ = out.WriteString(l + "\n") // the first error comes with Flush
		}
	}
	return lost, out.Flush()
}

// question returns the lines of one question, false when it cannot be written.
func question(n int, v bank.Version, lost *item.Losses) ([]string, bool) {
	switch {
	case v.Withheld:
		lost.Without(n, "key", "the key may not be read")
		return nil, false
	case !v.Type.OneChoice() || len(v.Key.Choices) != 1:
		lost.Without(n, "type", "the format holds questions with one right option only")
		return nil, false
	case len(v.Options) < 2 || len(v.Options) > 26:
		lost.Without(n, "options", "the format has two to 26 options")
		return nil, false
	}
	r := v.Render()
	plain := func(field, rendered string) string {
		s, lossy := fragment.PlainOf(rendered)
		if lossy {
			lost.Add(n, field, "the format holds plain text; looks and pictures are left out")
		}
		line, broken := fragment.OneLine(s)
		if broken {
			lost.Add(n, field, "the format holds one line; line breaks are spaces")
		}
		return line
	}
	stem := plain("stem", r.Stem)
	if optionLine.MatchString(stem) || answerLine.MatchString(stem) {
		lost.Without(n, "stem", "the question begins like an option or answer line")
		return nil, false
	}
	lines := []string{stem}
	for i, o := range r.Options {
		lines = append(lines, bank.Letter(i)+". "+plain("option_"+string(rune('a'+i)), o))
	}
	rest(n, v, lost)
	return append(lines, fmt.Sprintf("ANSWER: %s", bank.Letter(v.Key.Choices[0]))), true
}

// rest says what of a question the format has no place for.
func rest(n int, v bank.Version, lost *item.Losses) {
	pinned := false
	for _, o := range v.Options {
		pinned = pinned || o.Pinned
	}
	ordinary := v.Type == scoring.Single || v.Type == scoring.TrueFalse && item.TrueFalse(v.Options[0].Text, v.Options[1].Text)
	for _, f := range []struct {
		field string
		there bool
	}{
		{"type", !ordinary}, {"explanation", v.Explanation != ""}, {"topic", v.Topic != ""}, {"difficulty", v.Difficulty != ""},
		{"age_band", v.AgeBand != ""}, {"source", v.Citation != bank.Citation{}}, {"pinned", pinned}, {"audio", v.Audio != nil},
	} {
		if f.there {
			lost.Add(n, f.field, "the format has no place for it")
		}
	}
}
