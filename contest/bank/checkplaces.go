package bank

import (
	"fmt"
	"strings"

	"mangxanh/contest/markup"
	"mangxanh/contest/text"
	"mangxanh/scoring"
)

// places checks what is answered place by place.
func (c *checker) places(v Version) {
	sizes := v.sizes()
	if v.Type == scoring.Matching {
		c.options(v)
		c.words("matches", "match", v.Matches, MaxMatches)
	} else {
		c.gaps(v)
	}
	switch key := v.Key.Choices; {
	case len(key) == 0:
		c.add("key", "missing_key", "nothing is marked as right")
	case len(key) != len(sizes):
		c.add("key", "incomplete_key", "the key answers %d of %d places", len(key), len(sizes))
	default:
		for i, k := range key {
			if k < 0 || k >= sizes[i] {
				c.add("key", "key_out_of_range", "the key of place %d names a choice that is not there", i+1)
				return
			}
		}
	}
}

// gaps checks that every gap stands in the stem once and has choices.
func (c *checker) gaps(v Version) {
	switch n := len(v.Gaps); {
	case n == 0:
		c.add("gaps", "too_few_gaps", "the text has no gap")
	case n > MaxGaps:
		c.add("gaps", "too_many_gaps", "%d gaps, at most %d", n, MaxGaps)
	}
	if len(v.Options) > 0 {
		c.add("options", "options_not_allowed", "a %s question has no options", v.Type)
	}
	shown := v.block(v.Stem, len(v.Gaps))
	for i, g := range v.Gaps {
		at := fmt.Sprintf("gaps[%d]", i)
		switch strings.Count(shown, fmt.Sprintf(`<span class="gap" data-gap="%d"></span>`, i+1)) {
		case 0:
			c.add(at, "gap_not_in_stem", "the question has no [[%d]]", i+1)
		case 1:
		default:
			c.add(at, "repeated_gap", "the question has [[%d]] more than once", i+1)
		}
		c.words(at, "choice", g.Choices, MaxOptions)
	}
	if extra := fmt.Sprintf("[[%d]]", len(v.Gaps)+1); len(v.Gaps) > 0 && strings.Contains(shown, extra) {
		c.add("stem", "gap_without_choices", "%s stands in the question and has no choices", extra)
	}
}

// words checks a list of short texts to choose from.
func (c *checker) words(at, one string, list []string, most int) {
	switch n := len(list); {
	case n < 2:
		c.add(at, "too_few_choices", "%d to choose from, at least 2", n)
	case n > most:
		c.add(at, "too_many_choices", "%d to choose from, at most %d", n, most)
	}
	first := map[string]int{}
	for i, w := range list {
		here := at
		if one == "match" {
			here = fmt.Sprintf("%s[%d]", at, i)
		}
		if w == "" {
			c.add(here, "empty_"+one, "number %d has no text", i+1)
			continue
		}
		c.within(here, one+"_too_long", w, MaxOption)
		if j, seen := first[w]; seen {
			c.add(here, "duplicate_choices", "numbers %d and %d are the same", j+1, i+1)
			continue
		}
		first[w] = i
	}
}

// lists refuses what another type has.
func (c *checker) lists(v Version) {
	if v.Type != scoring.Matching && len(v.Matches) > 0 {
		c.add("matches", "matches_not_allowed", "a %s question has nothing to match", v.Type)
	}
	if v.Type != scoring.Cloze && len(v.Gaps) > 0 {
		c.add("gaps", "gaps_not_allowed", "a %s question has no gaps", v.Type)
	}
}

// media checks that pictures are described and recordings written out. Whether
// they exist is asked of the store.
func (c *checker) media(v Version) {
	for _, f := range []struct{ at, text string }{{"stem", v.Stem}, {"explanation", v.Explanation}} {
		if v.Format == Markdown {
			c.pictures(f.at, markup.Pictures(f.text))
		}
	}
	for i, o := range v.Options {
		at := fmt.Sprintf("options[%d]", i)
		if v.Format == Markdown {
			c.pictures(at, markup.Pictures(o.Text))
		}
		if o.MediaID != "" {
			c.pictures(at, []markup.Picture{{ID: o.MediaID, Alt: o.Alt}})
		}
		c.within(at, "alt_too_long", o.Alt, MaxAlt)
	}
	for i, m := range v.Matches {
		if v.Format == Markdown {
			c.pictures(fmt.Sprintf("matches[%d]", i), markup.Pictures(m))
		}
	}
	if n := len(v.Pictures()); n > MaxPictures {
		c.add("stem", "too_many_pictures", "%d pictures, at most %d", n, MaxPictures)
	}
	if v.Audio == nil {
		return
	}
	if v.Audio.Transcript == "" {
		c.add("audio", "missing_transcript", "what is said is not written out")
	}
	c.within("audio", "transcript_too_long", v.Audio.Transcript, MaxStem)
	if v.Audio.MediaID == "" {
		c.add("audio", "unknown_media", "no recording is named")
	}
}

// MaxAlt bounds the description of a picture.
const MaxAlt = 300

func (c *checker) pictures(at string, list []markup.Picture) {
	for _, p := range list {
		if text.Line(p.Alt) == "" {
			c.add(at, "missing_alt", "a picture is not described")
		}
		c.within(at, "alt_too_long", p.Alt, MaxAlt)
		if !markup.ValidPicture(p.ID) && !pending(p.ID) {
			c.add(at, "unknown_media", "no picture is called %q", p.ID)
		}
	}
}

// pending reports whether a picture is one that an importer has yet to store.
func pending(id string) bool { return strings.HasPrefix(id, "@") }
