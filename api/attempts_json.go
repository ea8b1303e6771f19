package api

import (
	"bytes"
	"encoding/json"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

// bodies are buffers for documents of attempts: a paper is some 20 KB, and in
// the minute in which a round opens everybody asks for one.
var bodies = sync.Pool{New: func() any { b := make([]byte, 0, 32<<10); return &b }}

// sendAttemptJSON writes the document of an attempt. Its questions are rendered
// JSON already, which encoding/json would read through once more for everybody.
func sendAttemptJSON(c *fiber.Ctx, status int, w *attemptWire) error {
	b := bodies.Get().(*[]byte)
	defer bodies.Put(b)
	*b = appendAttempt((*b)[:0], w)
	c.Status(status).Response().Header.SetContentType(fiber.MIMEApplicationJSON)
	c.Response().SetBody(*b) // copies
	return nil
}

// appendAttempt writes what encoding/json writes of the same document, HTML left
// as it is.
func appendAttempt(b []byte, w *attemptWire) []byte {
	b = appendQuoted(append(b, `{"id":`...), w.ID)
	b = appendQuoted(append(b, `,"round_id":`...), w.RoundID)
	b = strconv.AppendInt(append(b, `,"number":`...), int64(w.Number), 10)
	b = appendQuoted(append(b, `,"state":`...), w.State)
	b = appendTime(append(b, `,"started_at":`...), w.StartedAt)
	b = appendTime(append(b, `,"deadline":`...), w.Deadline)
	b = appendTime(append(b, `,"server_time":`...), w.ServerTime)
	b = strconv.AppendInt(append(b, `,"grace_ms":`...), w.GraceMS, 10)
	b = strconv.AppendInt(append(b, `,"duration_s":`...), w.DurationS, 10)
	b = appendQuoted(append(b, `,"round":{"id":`...), w.Round.ID)
	b = appendQuoted(append(b, `,"name":`...), w.Round.Name)
	b = appendQuoted(append(b, `,"contest_id":`...), w.Round.ContestID)
	b = appendQuoted(append(b, `,"contest_title":`...), w.Round.ContestTitle)
	b = appendList(append(b, `},"questions":`...), w.Questions, appendPaperQuestion)
	b = appendList(append(b, `,"answers":`...), w.Answers, appendGiven)
	b = appendQuoted(append(b, `,"save_token":`...), w.SaveToken)
	b = strconv.AppendBool(append(b, `,"held_elsewhere":`...), w.HeldElsewhere)
	b = appendQuoted(append(b, `,"review":`...), w.Review)
	if r := w.Result; r != nil {
		b = strconv.AppendInt(append(b, `,"result":{"score":`...), r.Score, 10)
		b = strconv.AppendInt(append(b, `,"max":`...), r.Max, 10)
		b = strconv.AppendInt(append(b, `,"correct":`...), int64(r.Correct), 10)
		b = append(strconv.AppendInt(append(b, `,"total":`...), int64(r.Total), 10), '}')
	}
	if r := w.Receipt; r != nil {
		b = appendQuoted(append(b, `,"receipt":{"code":`...), r.Code)
		b = strconv.AppendInt(append(b, `,"answered":`...), int64(r.Answered), 10)
		b = appendTime(append(b, `,"submitted_at":`...), r.SubmittedAt)
		b = append(appendQuoted(append(b, `,"sheet_sha256":`...), r.SheetSHA256), '}')
	}
	return append(b, '}')
}

func appendPaperQuestion(b []byte, q *paperQuestionWire) []byte {
	b = appendQuoted(append(b, `{"id":`...), q.ID)
	b = strconv.AppendInt(append(b, `,"number":`...), int64(q.Number), 10)
	b = appendQuoted(append(b, `,"type":`...), q.Type)
	b = appendRaw(append(b, `,"stem_html":`...), q.StemHTML)
	if len(q.Options) > 0 {
		b = appendList(append(b, `,"options":`...), q.Options, appendPaperOption)
	}
	if len(q.Matches) > 0 {
		b = appendList(append(b, `,"matches":`...), q.Matches, appendPaperOption)
	}
	if len(q.Gaps) > 0 {
		b = appendList(append(b, `,"gaps":`...), q.Gaps, appendPaperGap)
	}
	if q.Audio != nil {
		b = appendQuoted(append(b, `,"audio":{"url":`...), q.Audio.URL)
		b = append(appendRaw(append(b, `,"transcript_html":`...), q.Audio.TranscriptHTML), '}')
	}
	return append(strconv.AppendInt(append(b, `,"points":`...), q.Points, 10), '}')
}

func appendPaperGap(b []byte, g *paperGapWire) []byte {
	b = appendQuoted(append(b, `{"id":`...), g.ID)
	return append(appendList(append(b, `,"choices":`...), g.Choices, appendPaperOption), '}')
}

func appendPaperOption(b []byte, o *paperOptionWire) []byte {
	b = appendQuoted(append(b, `{"id":`...), o.ID)
	return append(appendRaw(append(b, `,"html":`...), o.HTML), '}')
}

func appendGiven(b []byte, g *givenWire) []byte {
	b = appendQuoted(append(b, `{"question_id":`...), g.QuestionID)
	b = strconv.AppendInt(append(b, `,"seq":`...), g.Seq, 10)
	return append(appendRaw(append(b, `,"response":`...), g.Response), '}')
}

func appendList[T any](b []byte, list []T, one func([]byte, *T) []byte) []byte {
	if list == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, &list[i])
	}
	return append(b, ']')
}

// appendRaw writes a value that is JSON already.
func appendRaw[T ~[]byte](b []byte, raw T) []byte {
	if raw == nil {
		return append(b, "null"...)
	}
	return append(b, raw...)
}

func appendTime(b []byte, t time.Time) []byte {
	return append(t.AppendFormat(append(b, '"'), time.RFC3339Nano), '"')
}

// appendQuoted writes a string: what needs no escape as it is, the rest as
// encoding/json writes it.
func appendQuoted(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return appendEscaped(b, s)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

func appendEscaped(b []byte, s string) []byte {
	buf := bytes.NewBuffer(b)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil { // no string fails
		return append(b, `""`...)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}
