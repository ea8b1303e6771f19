package mxjson

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
	"mangxanh/scoring"
)

var head = regexp.MustCompile(`^\x{FEFF}?\s*\{\s*"format"\s*:\s*"` + regexp.QuoteMeta(formatName) + `"`)

// Is reports whether a text begins like a document of ours.
func Is(head64 string) bool { return head.MatchString(head64) }

// Read reads a document. Unknown fields, later versions and anything after the
// document are refused; what is wrong with one question is told with it.
func Read(_ context.Context, raw []byte) (item.File, error) {
	doc, err := decode(raw)
	if err != nil {
		return item.File{}, err
	}
	var f item.File
	for n, q := range doc.Questions {
		if n > item.MaxItems {
			break // Checked refuses it
		}
		f.Items = append(f.Items, q.item(n+1, doc.Media))
	}
	return f.Checked()
}

// maxDepth is far above what a document of ours nests.
const maxDepth = 16

func decode(raw []byte) (document, error) {
	raw = bytes.TrimPrefix(raw, []byte("\uFEFF"))
	var doc document
	if !utf8.Valid(raw) || deep(raw) {
		return doc, damaged()
	}
	// The version is looked at first: a later one may have fields we do not know.
	var about struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(raw, &about); err != nil || about.Format != formatName {
		return doc, damaged()
	}
	if about.Version != formatVersion {
		return doc, contest.Refuse(contest.Unsupported, "newer_file", "version %d of the format is not read here", about.Version)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&doc); err != nil {
		return doc, damaged()
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return doc, damaged()
	}
	return doc, nil
}

// deep reports whether brackets nest deeper than in any document of ours.
func deep(raw []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

func damaged() error {
	return contest.Refuse(contest.Unsupported, "damaged_file", "this is not a whole file of questions in this program's own form")
}

func (q question) item(number int, media map[string]medium) item.Item {
	v := bank.Version{
		Type: scoring.Type(q.Type), Format: bank.Format(q.Format), Stem: q.Stem, Matches: q.Matches, Explanation: q.Explanation,
		Topic: q.Topic, AgeBand: q.AgeBand, Difficulty: q.Difficulty,
		Key: scoring.Key{Choices: q.Key.Choices, Texts: q.Key.Texts, Value: q.Key.Value, Tolerance: q.Key.Tolerance},
	}
	for _, o := range q.Options {
		v.Options = append(v.Options, bank.Option{Text: o.Text, Pinned: o.Pinned, MediaID: o.Media, Alt: o.Alt})
	}
	for _, g := range q.Gaps {
		v.Gaps = append(v.Gaps, bank.Gap{Choices: g.Choices})
	}
	if q.Audio != nil {
		v.Audio = &bank.Audio{MediaID: q.Audio.Media, Transcript: q.Audio.Transcript}
	}
	i := item.Item{Place: fmt.Sprintf("Câu %d", number), Line: number, Marked: v.Format == bank.Markdown}
	if q.Citation != nil {
		v.Citation = bank.Citation{
			Text: q.Citation.Text, Instrument: q.Citation.Instrument, InstrumentID: q.Citation.InstrumentID, Article: q.Citation.Article,
			From: day(&i, "law_from", q.Citation.From), To: day(&i, "law_to", q.Citation.To),
		}
	}
	i.Version = named(&i, v, media)
	return i
}

// named gives the media of a question the names under which an import finds
// them among the item's pictures.
func named(i *item.Item, v bank.Version, media map[string]medium) bank.Version {
	names := map[string]string{}
	for _, id := range v.Media() {
		if names[id] != "" {
			continue
		}
		m, ok := media[id]
		if !ok {
			i.Add(item.Warning, "stem", "picture_missing", "a picture or recording is not in the file", map[string]string{"name": item.Clip(id)})
			continue
		}
		if len(m.Body) > item.MaxPicture {
			i.Add(item.Error, "stem", "picture_damaged", "a picture is too large", map[string]string{"name": item.Clip(id)})
			continue
		}
		i.Pictures = append(i.Pictures, item.Picture{Name: id, Bytes: m.Body, Alt: m.Words})
		names[id] = strings.TrimPrefix(item.Marker(len(i.Pictures)), "media:")
	}
	return v.WithMedia(func(id string) string {
		if names[id] == "" {
			return id
		}
		return names[id]
	})
}

func day(i *item.Item, column, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.DateOnly, s, contest.Hanoi)
	if err != nil {
		if t, err = time.Parse(time.RFC3339Nano, s); err != nil {
			i.Add(item.Error, column, "bad_date", "a date could not be read", map[string]string{"text": item.Clip(s)})
			return time.Time{}
		}
	}
	return contest.Moment(t)
}
