package bank

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"mangxanh/contest"
	"mangxanh/contest/text"
	"mangxanh/scoring"
)

// Limits in characters and items. They are far above what a phone can show
// well, and far below what could hurt anybody.
const (
	MaxStem        = 4000
	MaxOption      = 1000
	MaxExplanation = 4000
	MaxOptions     = 10
	MaxTopic       = 120
	MaxCitation    = 500
	MaxTexts       = 20
)

// Clean returns the version as it is stored: every text in normal form without
// invisible characters, options and labels on one line.
func (v Version) Clean() Version {
	v.Stem = text.Clean(v.Stem)
	v.Explanation = text.Clean(v.Explanation)
	v.Topic = text.Line(v.Topic)
	v.AgeBand = strings.ReplaceAll(text.Line(v.AgeBand), " ", "")
	v.Difficulty = text.Line(v.Difficulty)
	v.Citation.Text = text.Line(v.Citation.Text)
	v.Citation.Instrument = text.Line(v.Citation.Instrument)
	v.Citation.Article = text.Line(v.Citation.Article)
	v.Options = slices.Clone(v.Options)
	for i := range v.Options {
		v.Options[i].Text = text.Line(v.Options[i].Text)
	}
	v.Key.Texts = slices.Clone(v.Key.Texts)
	for i := range v.Key.Texts {
		v.Key.Texts[i] = text.Line(v.Key.Texts[i])
	}
	v.Key.Value = strings.Replace(text.Line(v.Key.Value), ",", ".", 1)
	v.Key.Tolerance = strings.Replace(text.Line(v.Key.Tolerance), ",", ".", 1)
	return v
}

// Validate lists what keeps a cleaned version from being asked. Locations are
// "stem", "options", "options[2]" (from 0), "key", "type" and so on.
func (v Version) Validate() []contest.Problem {
	var c checker
	if !v.Type.Known() {
		c.add("type", "unknown_type", "question type is not one of %v", scoring.Types)
	}
	c.texts(v)
	if v.Type.HasOptions() {
		c.options(v)
		c.choices(v)
	} else if v.Type.Known() {
		c.freeKey(v)
	}
	c.labels(v)
	return c.found
}

type checker struct{ found []contest.Problem }

func (c *checker) add(location, code, format string, args ...any) {
	c.found = append(c.found, contest.Problem{Location: location, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (c *checker) within(location, code, s string, limit int) {
	if n := utf8.RuneCountInString(s); n > limit {
		c.add(location, code, "%d characters, at most %d", n, limit)
	}
}

func (c *checker) texts(v Version) {
	if v.Stem == "" {
		c.add("stem", "empty_stem", "the question has no text")
	}
	c.within("stem", "stem_too_long", v.Stem, MaxStem)
	c.within("explanation", "explanation_too_long", v.Explanation, MaxExplanation)
	c.within("topic", "topic_too_long", v.Topic, MaxTopic)
	c.within("source", "source_too_long", v.Citation.Text, MaxCitation)
	c.within("source", "source_too_long", v.Citation.Instrument, MaxCitation)
	c.within("source", "source_too_long", v.Citation.Article, MaxCitation)
}

func (c *checker) options(v Version) {
	switch n := len(v.Options); {
	case v.Type == scoring.TrueFalse && n != 2:
		c.add("options", "not_two_options", "a true_false question has exactly two options")
	case n < 2:
		c.add("options", "too_few_options", "%d options, at least 2", n)
	case n > MaxOptions:
		c.add("options", "too_many_options", "%d options, at most %d", n, MaxOptions)
	}
	first := map[string]int{}
	for i, o := range v.Options {
		at := fmt.Sprintf("options[%d]", i)
		if o.Text == "" {
			c.add(at, "empty_option", "option %s has no text", Letter(i))
			continue
		}
		c.within(at, "option_too_long", o.Text, MaxOption)
		if j, seen := first[o.Text]; seen {
			c.add(at, "duplicate_options", "options %s and %s are the same", Letter(j), Letter(i))
			continue
		}
		first[o.Text] = i
	}
}

func (c *checker) choices(v Version) {
	key := v.Key.Choices
	for _, k := range key {
		if k < 0 || k >= len(v.Options) {
			c.add("key", "key_out_of_range", "the key names an option that is not there")
			return
		}
	}
	sorted := slices.Clone(key)
	slices.Sort(sorted)
	switch {
	case len(key) == 0:
		c.add("key", "missing_key", "no option is marked as right")
	case len(slices.Compact(sorted)) != len(key):
		c.add("key", "repeated_key", "the key names an option twice")
	case v.Type.OneChoice() && len(key) > 1:
		c.add("key", "two_keys", "a %s question has one right option; with several it is of type multiple", v.Type)
	case v.Type == scoring.Ordering && len(key) != len(v.Options):
		c.add("key", "incomplete_order", "the key orders %d of %d options", len(key), len(v.Options))
	}
}

func (c *checker) freeKey(v Version) {
	if len(v.Options) > 0 {
		c.add("options", "options_not_allowed", "a %s question has no options", v.Type)
	}
	switch v.Type {
	case scoring.ShortText:
		if len(v.Key.Texts) == 0 || slices.Contains(v.Key.Texts, "") {
			c.add("key", "missing_key", "no accepted text")
		}
		if len(v.Key.Texts) > MaxTexts {
			c.add("key", "too_many_texts", "%d accepted texts, at most %d", len(v.Key.Texts), MaxTexts)
		}
		for _, t := range v.Key.Texts {
			c.within("key", "key_too_long", t, MaxOption)
		}
	case scoring.Number:
		if v.Key.Value == "" {
			c.add("key", "missing_key", "no right number")
		} else if err := v.Graded(0).Validate(); err != nil {
			c.add("key", "bad_number", "%s", err)
		}
	}
}

var ageBand = regexp.MustCompile(`^(\d{1,2})(-\d{1,2}|\+)$`)

func (c *checker) labels(v Version) {
	if v.Difficulty != "" && !slices.Contains(Difficulties, v.Difficulty) {
		c.add("difficulty", "unknown_difficulty", "difficulty is not one of %v", Difficulties)
	}
	if v.AgeBand != "" && !ageBand.MatchString(v.AgeBand) {
		c.add("age_band", "bad_age_band", "an age band is written 8-10 or 18+")
	}
	if from, to := v.Citation.From, v.Citation.To; !from.IsZero() && !to.IsZero() && !from.Before(to) {
		c.add("law_to", "bad_dates", "the law ends before it begins")
	}
}

// Letter names an option as people do: A for 0.
func Letter(i int) string {
	if i < 0 || i > 25 {
		return fmt.Sprint(i + 1)
	}
	return string(rune('A' + i))
}

// Fingerprint is equal for two versions whose stem and options read the same,
// whatever the case, diacritics, spacing or order of options.
func (v Version) Fingerprint() string {
	parts := make([]string, 0, len(v.Options))
	for _, o := range v.Options {
		parts = append(parts, text.Fold(o.Text))
	}
	slices.Sort(parts)
	sum := sha256.Sum256([]byte(text.Fold(v.Stem) + "\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

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
