package api

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
)

// readAnswers reads {"answers":[{"question_id","seq","response"}]}, strictly:
// unknown and repeated fields are refused, and so is anything after the end.
// Saves are most of all requests, and reading them so costs a fraction of what
// a decoder of everything would. The responses are left as they are written.
func readAnswers(body []byte, required bool) ([]attempt.Given, error) {
	r := &answerReader{text: body}
	answers, seen := r.document()
	if r.fault == nil {
		r.space()
		if r.at != len(r.text) {
			r.fail("invalid", "body", "one JSON object and nothing else")
		}
	}
	if r.fault == nil && required && !seen {
		r.fail("required", "answers", "answers are required")
	}
	if r.fault != nil {
		return nil, &contest.Error{Kind: contest.Invalid, Code: r.fault.Code, Message: "the body is not what this call takes", Problems: []contest.Problem{*r.fault}}
	}
	return answers, nil
}

// emptyBody refuses a body that says anything.
func emptyBody(body []byte) error {
	switch text := strings.TrimSpace(string(body)); text {
	case "", "{}":
		return nil
	}
	return &contest.Error{Kind: contest.Invalid, Code: "unknown_field", Message: "this call takes no fields"}
}

// maxItems bounds the answers of one request.
const maxItems = 500

type answerReader struct {
	text  []byte
	at    int
	fault *contest.Problem
}

func (r *answerReader) fail(code, location, message string) {
	if r.fault == nil {
		r.fault = &contest.Problem{Code: code, Location: location, Message: message}
	}
}

func (r *answerReader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return
		}
	}
}

// take consumes one punctuation mark if it is next.
func (r *answerReader) take(mark byte) bool {
	r.space()
	if r.fault == nil && r.at < len(r.text) && r.text[r.at] == mark {
		r.at++
		return true
	}
	return false
}

func (r *answerReader) need(mark byte) bool {
	if r.take(mark) {
		return true
	}
	r.fail("invalid", "body", "this is not the JSON that was expected")
	return false
}

// fields reads an object; field reads the value of a name.
func (r *answerReader) fields(location string, field func(name string)) {
	if !r.need('{') || r.take('}') {
		return
	}
	for r.fault == nil {
		name := r.word()
		r.need(':')
		if r.fault == nil {
			field(name)
		}
		if r.take(',') {
			continue
		}
		r.need('}')
		return
	}
}

func (r *answerReader) document() (answers []attempt.Given, seen bool) {
	r.fields("body", func(name string) {
		switch {
		case name != "answers":
			r.fail("unknown_field", "body", "there is a field that this call does not take")
		case seen:
			r.fail("repeated_field", "answers", "a field is there twice")
		default:
			seen = true
			answers = r.list()
		}
	})
	return answers, seen
}

func (r *answerReader) list() []attempt.Given {
	answers := make([]attempt.Given, 0, 1)
	if !r.need('[') || r.take(']') {
		return answers
	}
	for r.fault == nil {
		if len(answers) == maxItems {
			r.fail("range", "answers", "at most 500 answers")
			return answers
		}
		answers = append(answers, r.item("answers["+strconv.Itoa(len(answers))+"]"))
		if r.take(',') {
			continue
		}
		r.need(']')
		return answers
	}
	return answers
}

func (r *answerReader) item(location string) (g attempt.Given) {
	const id, seq, response = 1, 2, 4
	seen := 0
	once := func(bit int) bool {
		if seen&bit != 0 {
			r.fail("repeated_field", location, "a field is there twice")
		}
		seen |= bit
		return r.fault == nil
	}
	r.fields(location, func(name string) {
		switch name {
		case "question_id":
			if once(id) {
				g.QuestionID = r.word()
			}
		case "seq":
			if once(seq) {
				g.Seq = r.number(location + ".seq")
			}
		case "response":
			if once(response) {
				g.Response = r.value()
			}
		default:
			r.fail("unknown_field", location, "there is a field that an answer does not have")
		}
	})
	if r.fault == nil && seen != id|seq|response {
		r.fail("required", location, "question_id, seq and response are required")
	}
	return g
}

// word reads a string into memory of its own.
func (r *answerReader) word() string {
	raw := r.value()
	if r.fault != nil {
		return ""
	}
	if len(raw) < 2 || raw[0] != '"' {
		r.fail("invalid", "body", "a string was expected")
		return ""
	}
	if inner := raw[1 : len(raw)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return string(inner)
	}
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		r.fail("invalid", "body", "a string was expected")
	}
	return s
}

func (r *answerReader) number(location string) int64 {
	raw := r.value()
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil && r.fault == nil {
		r.fail("bad_seq", location, "seq is a whole number")
	}
	return n
}

// value returns the text of the next value, checked to be JSON.
func (r *answerReader) value() []byte {
	r.space()
	start := r.at
	if r.at >= len(r.text) {
		r.fail("invalid", "body", "the body ends too early")
		return nil
	}
	switch r.text[r.at] {
	case '"':
		r.skipString()
	case '[', '{':
		r.skipNested()
	default:
		for r.at < len(r.text) && strings.IndexByte(",]} \t\r\n", r.text[r.at]) < 0 {
			r.at++
		}
	}
	raw := r.text[start:r.at]
	if r.fault == nil && !plainString(raw) && !json.Valid(raw) {
		r.fail("invalid", "body", "this is not JSON")
	}
	return raw
}

// plainString reports whether raw is a string without escapes and controls.
func plainString(raw []byte) bool {
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
		return false
	}
	for _, c := range raw[1 : len(raw)-1] {
		if c < ' ' || c == '\\' || c == '"' {
			return false
		}
	}
	return true
}

func (r *answerReader) skipString() {
	for r.at++; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case '\\':
			r.at++
		case '"':
			r.at++
			return
		}
	}
	r.at = len(r.text)
	r.fail("invalid", "body", "the body ends inside a string")
}

// skipNested passes over a list or an object. No response nests deeper than a
// few levels.
func (r *answerReader) skipNested() {
	depth := 0
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case '"':
			r.skipString()
			continue
		case '[', '{':
			if depth++; depth > 4 {
				r.fail("invalid", "body", "values nest too deeply")
				return
			}
		case ']', '}':
			if depth--; depth == 0 {
				r.at++
				return
			}
		}
		r.at++
	}
	r.fail("invalid", "body", "the body ends too early")
}
