package mxjson

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"io"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake/item"
)

const (
	formatName    = "mangxanh.questions"
	formatVersion = 1
)

// Write writes questions whole. Only a question whose key the reader may not
// see, and media that are kept no longer, are left out.
func Write(w io.Writer, versions []bank.Version, pictures func(id string) (item.Picture, bool)) ([]item.Loss, error) {
	var lost item.Losses
	out := bufio.NewWriter(w)
	say := func(s string) { _, _ = out.WriteString(s) } // the first error comes with Flush
	say(`{"format": "` + formatName + `", "version": 1, "questions": [`)
	names := map[string]bool{}
	var media []string
	written := 0
	for n, v := range versions {
		if v.Withheld {
			lost.Without(n+1, "key", "the key may not be read")
			continue
		}
		for _, id := range v.Media() {
			if !names[id] {
				names[id] = true
				media = append(media, id)
			}
			if _, ok := pictures(id); !ok {
				lost.Add(n+1, "media", "a picture or recording is kept no longer")
			}
		}
		text, err := json.Marshal(questionOf(v))
		if err != nil {
			return lost, err
		}
		if written++; written > 1 {
			say(",")
		}
		say("\n")
		_, _ = out.Write(text)
	}
	say("\n], \"media\": {")
	if err := writeMedia(out, media, pictures); err != nil {
		return lost, err
	}
	say("\n}}\n")
	return lost, out.Flush()
}

// writeMedia writes one after the other, so that one at a time is in memory.
func writeMedia(out *bufio.Writer, ids []string, pictures func(id string) (item.Picture, bool)) error {
	first := true
	for _, id := range ids {
		p, ok := pictures(id)
		if !ok {
			continue
		}
		name, err := json.Marshal(id)
		if err != nil {
			return err
		}
		words, err := json.Marshal(p.Alt)
		if err != nil {
			return err
		}
		lead := ",\n"
		if first {
			lead, first = "\n", false
		}
		_, _ = out.WriteString(lead + string(name) + `: {"words": ` + string(words) + `, "body": "`)
		body := base64.NewEncoder(base64.StdEncoding, out)
		if _, err := body.Write(p.Bytes); err != nil {
			return err
		}
		if err := body.Close(); err != nil {
			return err
		}
		_, _ = out.WriteString(`"}`)
	}
	return nil
}

func questionOf(v bank.Version) question {
	q := question{
		Type: string(v.Type), Format: string(v.Format), Stem: v.Stem, Matches: v.Matches, Explanation: v.Explanation,
		Topic: v.Topic, AgeBand: v.AgeBand, Difficulty: v.Difficulty,
		Key: key{Choices: v.Key.Choices, Texts: v.Key.Texts, Value: v.Key.Value, Tolerance: v.Key.Tolerance},
	}
	for _, o := range v.Options {
		q.Options = append(q.Options, option{Text: o.Text, Pinned: o.Pinned, Media: o.MediaID, Alt: o.Alt})
	}
	for _, g := range v.Gaps {
		q.Gaps = append(q.Gaps, gap{Choices: g.Choices})
	}
	if v.Audio != nil {
		q.Audio = &audio{Media: v.Audio.MediaID, Transcript: v.Audio.Transcript}
	}
	if c := v.Citation; c != (bank.Citation{}) {
		q.Citation = &citation{
			Text: c.Text, Instrument: c.Instrument, InstrumentID: c.InstrumentID, Article: c.Article, From: moment(c.From), To: moment(c.To),
		}
	}
	return q
}

// moment writes midnight in Hanoi as the day and any other time whole.
func moment(t time.Time) string {
	switch local := t.In(contest.Hanoi); {
	case t.IsZero():
		return ""
	case local.Equal(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, contest.Hanoi)):
		return local.Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339Nano)
}
