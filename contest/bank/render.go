package bank

import (
	"strings"

	"mangxanh/contest/markup"
	"mangxanh/contest/text"
	"mangxanh/scoring"
)

// Rendered is a version as HTML that is safe to put on a page. It is made once
// per version; strings are immutable, so every paper shares these bytes.
type Rendered struct {
	Stem        string     // gaps are <span class="gap" data-gap="1"></span>, counted from 1
	Options     []string   // in the order of Version.Options
	Matches     []string   // in the order of Version.Matches
	Gaps        [][]string // the choices of each gap
	Transcript  string     // of the recording
	Explanation string
	Citation    string
}

// Render returns the version's texts as safe HTML.
func (v Version) Render() Rendered {
	r := Rendered{
		Stem: v.block(v.Stem, v.gapCount()), Explanation: v.block(v.Explanation, 0), Citation: HTML(v.Citation.Text),
		Options: make([]string, len(v.Options)),
	}
	for i, o := range v.Options {
		r.Options[i] = v.option(o)
	}
	for _, m := range v.Matches {
		r.Matches = append(r.Matches, v.line(m))
	}
	for _, g := range v.Gaps {
		choices := make([]string, len(g.Choices))
		for i, c := range g.Choices {
			choices[i] = HTML(c)
		}
		r.Gaps = append(r.Gaps, choices)
	}
	if v.Audio != nil {
		r.Transcript = HTML(v.Audio.Transcript)
	}
	return r
}

// HTML returns plain text as safe HTML: what looks like markup is shown as it
// was written.
func HTML(plain string) string { return markup.Literal(plain, 0) }

func (v Version) gapCount() int {
	if v.Type != scoring.Cloze {
		return 0
	}
	return len(v.Gaps)
}

func (v Version) block(s string, gaps int) string {
	if v.Format == Markdown {
		return markup.HTML(s, gaps)
	}
	return markup.Literal(s, gaps)
}

func (v Version) line(s string) string {
	if v.Format == Markdown {
		return markup.Inline(s)
	}
	return HTML(s)
}

func (v Version) option(o Option) string {
	if o.MediaID == "" {
		return v.line(o.Text)
	}
	shown := markup.Show(o.MediaID, o.Alt)
	if o.Text != "" {
		shown += " " + v.line(o.Text)
	}
	return shown
}

// PlainStem is the stem without markup: what is searched, compared and listed.
// Pictures are their descriptions and gaps three dots.
func (v Version) PlainStem() string { return markup.Plain(v.block(v.Stem, v.gapCount())) }

// plainLine is a text of one line without markup.
func (v Version) plainLine(s string) string {
	if v.Format == Markdown {
		return markup.Plain(markup.Inline(s))
	}
	return s
}

// Pictures lists the ids of the pictures that the version shows, each once.
func (v Version) Pictures() []string {
	var ids []string
	seen := map[string]bool{}
	add := func(id string) {
		if id != "" && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for _, s := range v.marked() {
		for _, p := range markup.Pictures(*s) {
			add(p.ID)
		}
	}
	for _, o := range v.Options {
		add(o.MediaID)
	}
	return ids
}

// Media lists the ids of everything that the version shows or plays.
func (v Version) Media() []string {
	ids := v.Pictures()
	if v.Audio != nil && v.Audio.MediaID != "" {
		ids = append(ids, v.Audio.MediaID)
	}
	return ids
}

// WithMedia returns the version with other media ids: what an importer does
// once it has stored the pictures that it named @1, @2 and so on.
func (v Version) WithMedia(id func(string) string) Version {
	v = v.clone()
	for _, s := range v.marked() {
		*s = markup.Rename(*s, id)
	}
	for i := range v.Options {
		if v.Options[i].MediaID != "" {
			v.Options[i].MediaID = id(v.Options[i].MediaID)
		}
	}
	if v.Audio != nil {
		v.Audio.MediaID = id(v.Audio.MediaID)
	}
	return v
}

// marked are the places of the texts in which markup counts.
func (v *Version) marked() []*string {
	if v.Format != Markdown {
		return nil
	}
	places := []*string{&v.Stem, &v.Explanation}
	for i := range v.Options {
		places = append(places, &v.Options[i].Text)
	}
	for i := range v.Matches {
		places = append(places, &v.Matches[i])
	}
	return places
}

// folded is the search key of one line.
func (v Version) folded(s string) string { return strings.TrimSpace(text.Fold(v.plainLine(s))) }
