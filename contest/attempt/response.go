package attempt

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"mangxanh/scoring"
)

// Limits of a response as it is sent.
const (
	maxText   = 1000 // characters of a short text
	maxNumber = 40
)

// store turns a response in the ids of the attempt into the stored form: stable
// option indexes, so that it can be marked without the seed. ok is false when
// it is no answer to this question. null takes an answer back.
func (q *Question) store(d *ids, raw []byte) (stored string, ok bool) {
	raw = bytes.TrimSpace(raw)
	if string(raw) == "null" {
		return "null", true
	}
	switch t := q.Graded.Type; {
	case t.OneChoice():
		return q.storeChoice(d, raw)
	case t.HasOptions():
		return q.storeChoices(d, raw)
	case t.Placed():
		return q.storePlaces(d, raw)
	case t == scoring.ShortText:
		text, ok := jsonText(raw)
		if !ok || utf8.RuneCountInString(text) > maxText || strings.ContainsRune(text, 0) {
			return "", false
		}
		return string(quoted(text)), true
	}
	text, ok := jsonText(raw)
	if !ok {
		text = string(raw) // a number as such
	}
	text = strings.TrimSpace(text)
	r := scoring.Response{Text: text}
	if text == "" || len(text) > maxNumber || !r.Fits(q.Graded) {
		return "", ok && text == ""
	}
	return string(quoted(text)), true
}

func (q *Question) storeChoice(d *ids, raw []byte) (string, bool) {
	id, ok := jsonText(raw)
	if !ok {
		return "", false
	}
	i := d.indexOf(id, q.Graded.Options)
	return strconv.Itoa(i), i >= 0
}

func (q *Question) storeChoices(d *ids, raw []byte) (string, bool) {
	var chosen []string
	if err := json.Unmarshal(raw, &chosen); err != nil || len(chosen) > q.Graded.Options {
		return "", false
	}
	indexes := make([]int, len(chosen))
	for i, id := range chosen {
		if indexes[i] = d.indexOf(id, q.Graded.Options); indexes[i] < 0 || slices.Contains(indexes[:i], indexes[i]) {
			return "", false
		}
	}
	if q.Graded.Type == scoring.Ordering && len(indexes) != 0 && len(indexes) != q.Graded.Options {
		return "", false
	}
	if q.Graded.Type == scoring.Multiple {
		slices.Sort(indexes)
	}
	text, err := json.Marshal(indexes)
	return string(text), err == nil
}

// jsonText reads a JSON string; nearly all are plain and cost nothing.
func jsonText(raw []byte) (string, bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	inner := raw[1 : len(raw)-1]
	if raw[len(raw)-1] == '"' && !bytes.ContainsAny(inner, "\\\"") && utf8.Valid(inner) {
		return string(inner), true
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}

// shown turns a stored response back into the ids of the attempt.
func (q *Question) shown(d *ids, stored string) json.RawMessage {
	t := q.Graded.Type
	if stored == "" || stored == "null" || !t.HasOptions() && !t.Placed() {
		return json.RawMessage(orNull(stored))
	}
	r := q.response(stored)
	if t.Placed() {
		return q.placed(d, r.Choices)
	}
	if t.OneChoice() {
		return quoted(d.option(r.Choice))
	}
	ids := make([]string, len(r.Choices))
	for i, c := range r.Choices {
		ids[i] = d.option(c)
	}
	text, err := json.Marshal(ids)
	if err != nil {
		return json.RawMessage("null")
	}
	return text
}

func orNull(stored string) string {
	if stored == "" {
		return "null"
	}
	return stored
}

// response reads a stored response for marking; nil means nothing was answered.
func (q *Question) response(stored string) *scoring.Response {
	if stored == "" || stored == "null" {
		return nil
	}
	r := &scoring.Response{Choice: scoring.NoChoice}
	var err error
	switch t := q.Graded.Type; {
	case t.OneChoice():
		r.Choice, err = strconv.Atoi(stored)
	case t.HasOptions(), t.Placed():
		err = json.Unmarshal([]byte(stored), &r.Choices)
	default:
		err = json.Unmarshal([]byte(stored), &r.Text)
	}
	if err != nil {
		return nil
	}
	return r
}
