package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// found is the outcome of looking acknowledged answers up again.
type found struct {
	acked    int64 // acknowledged saves in all
	looked   int64 // newest acknowledged answers that were looked up
	lost     int64 // missing, older than acknowledged, or different
	unread   int64 // attempts that could not be read at all
	examples []string
}

func (f *found) merge(o found) {
	f.acked += o.acked
	f.looked += o.looked
	f.lost += o.lost
	f.unread += o.unread
	f.examples = append(f.examples, o.examples[:min(len(o.examples), max(0, 10-len(f.examples)))]...)
}

// verify reads the attempt back and compares it with what was acknowledged.
func (p *pupil) verify(t target, c *conn, seen *tally) found {
	s := p.attempt
	result := found{acked: s.acked}
	began := time.Now()
	status, reply, err := c.do(request("GET", t.addr, apiPath+"/attempts/"+s.id, p.token, nil))
	if !seen.done(lookup, time.Since(began), status, reply, err) {
		result.unread++
		result.examples = append(result.examples, fmt.Sprintf("attempt %s of %s cannot be read: %d %s", s.id, p.card.code, status, clip(reply)))
		return result
	}
	var doc document
	if err := json.Unmarshal(reply, &doc); err != nil {
		result.unread++
		result.examples = append(result.examples, fmt.Sprintf("attempt %s: %v", s.id, err))
		return result
	}
	stored := map[string]sent{}
	for _, a := range doc.Answers {
		stored[a.QuestionID] = sent{a.Seq, string(a.Response)}
	}
	for _, q := range s.questions {
		if q.ackedSeq == 0 {
			continue
		}
		result.looked++
		if why := q.missing(stored[q.id]); why != "" {
			result.lost++
			result.examples = append(result.examples, fmt.Sprintf("attempt %s question %s: %s", s.id, q.id, why))
		}
	}
	return result
}

// missing says why what is stored is not what was acknowledged; "" is well.
func (q *asked) missing(got sent) string {
	switch {
	case got.seq == q.ackedSeq && q.same(got.response, q.ackedTo):
		return ""
	case got.seq < q.ackedSeq:
		return fmt.Sprintf("acknowledged number %d, stored %d", q.ackedSeq, got.seq)
	case got.seq == q.ackedSeq:
		return fmt.Sprintf("acknowledged %s, stored %s", q.ackedTo, got.response)
	}
	for _, u := range q.unknown {
		if u.seq == got.seq && q.same(u.response, got.response) {
			return "" // a save without reply that had been committed
		}
	}
	return fmt.Sprintf("stored number %d, which was never sent after %d", got.seq, q.ackedSeq)
}

// same compares two responses to the question. A number may come back as a
// text and a set in another order: both mean what was sent.
func (q *asked) same(a, b string) bool {
	var x, y bytes.Buffer
	if json.Compact(&x, []byte(a)) != nil || json.Compact(&y, []byte(b)) != nil {
		return false
	}
	if bytes.Equal(x.Bytes(), y.Bytes()) {
		return true
	}
	if q.set {
		return slices.Equal(members(x.Bytes()), members(y.Bytes()))
	}
	return bytes.Equal(bytes.Trim(x.Bytes(), `"`), bytes.Trim(y.Bytes(), `"`))
}

func members(list []byte) []string {
	var m []string
	if json.Unmarshal(list, &m) != nil {
		return []string{string(list)}
	}
	slices.Sort(m)
	return m
}
