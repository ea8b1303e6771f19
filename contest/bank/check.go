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
	MaxMatches     = 12
	MaxGaps        = 10
	MaxPictures    = 12 // one for each option and some in the stem
)

// Clean returns the version as it is stored: every text in normal form without
// invisible characters, options and labels on one line.
func (v Version) Clean() Version {
	v = v.clone()
	if v.Format == "" {
		v.Format = Plain
	}
	v.Stem = text.Clean(v.Stem)
	v.Explanation = text.Clean(v.Explanation)
	for _, s := range []*string{&v.Topic, &v.Difficulty, &v.Citation.Text, &v.Citation.Instrument, &v.Citation.InstrumentID, &v.Citation.Article} {
		*s = text.Line(*s)
	}
	v.AgeBand = strings.ReplaceAll(text.Line(v.AgeBand), " ", "")
	for i := range v.Options {
		o := &v.Options[i]
		o.Text, o.Alt, o.MediaID = text.Line(o.Text), text.Line(o.Alt), text.Line(o.MediaID)
	}
	lines(v.Matches)
	for _, g := range v.Gaps {
		lines(g.Choices)
	}
	if v.Audio != nil {
		v.Audio.MediaID, v.Audio.Transcript = text.Line(v.Audio.MediaID), text.Clean(v.Audio.Transcript)
	}
	lines(v.Key.Texts)
	v.Key.Value = strings.Replace(text.Line(v.Key.Value), ",", ".", 1)
	v.Key.Tolerance = strings.Replace(text.Line(v.Key.Tolerance), ",", ".", 1)
	return v
}

func lines(list []string) {
	for i := range list {
		list[i] = text.Line(list[i])
	}
}

// clone is the version with lists of its own.
func (v Version) clone() Version {
	v.Options, v.Matches, v.Gaps = slices.Clone(v.Options), slices.Clone(v.Matches), slices.Clone(v.Gaps)
	for i := range v.Gaps {
		v.Gaps[i].Choices = slices.Clone(v.Gaps[i].Choices)
	}
	v.Key.Texts, v.Key.Choices = slices.Clone(v.Key.Texts), slices.Clone(v.Key.Choices)
	if v.Audio != nil {
		audio := *v.Audio
		v.Audio = &audio
	}
	return v
}

// Validate lists what keeps a cleaned version from being asked. Locations are
// "stem", "options", "options[2]" (from 0), "matches[1]", "gaps[0]", "key",
// "type" and so on.
func (v Version) Validate() []contest.Problem {
	var c checker
	if !v.Type.Known() {
		c.add("type", "unknown_type", "question type is not one of %v", scoring.Types)
	}
	if v.Format != "" && v.Format != Plain && v.Format != Markdown {
		c.add("format", "unknown_format", "a text is plain or markdown")
	}
	c.texts(v)
	switch {
	case v.Type.HasOptions():
		c.options(v)
		c.choices(v)
	case v.Type.Placed():
		c.places(v)
	case v.Type.Known():
		c.freeKey(v)
	}
	c.lists(v)
	c.media(v)
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
		if o.Text == "" && o.MediaID == "" {
			c.add(at, "empty_option", "option %s has no text", Letter(i))
			continue
		}
		c.within(at, "option_too_long", o.Text, MaxOption)
		if j, seen := first[o.Text+"\x00"+o.MediaID]; seen {
			c.add(at, "duplicate_options", "options %s and %s are the same", Letter(j), Letter(i))
			continue
		}
		first[o.Text+"\x00"+o.MediaID] = i
		if v.Type == scoring.HotOption && o.MediaID == "" {
			c.add(at, "picture_required", "option %s has no picture", Letter(i))
		}
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
// whatever the case, diacritics, markup, spacing or order of options.
func (v Version) Fingerprint() string {
	parts := make([]string, 0, len(v.Options))
	for _, o := range v.Options {
		parts = append(parts, v.folded(o.Text)+o.MediaID)
	}
	for _, m := range v.Matches {
		parts = append(parts, "=", v.folded(m))
	}
	slices.Sort(parts)
	for _, g := range v.Gaps {
		choices := make([]string, len(g.Choices))
		for i, c := range g.Choices {
			choices[i] = text.Fold(c)
		}
		slices.Sort(choices)
		parts = append(append(parts, "_"), choices...)
	}
	sum := sha256.Sum256([]byte(text.Fold(v.PlainStem()) + "\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
