package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
)

type (
	attemptWire struct {
		ID            string              `json:"id"`
		RoundID       string              `json:"round_id"`
		Number        int                 `json:"number"`
		State         string              `json:"state" enum:"open,submitted,expired,annulled"`
		StartedAt     time.Time           `json:"started_at"`
		Deadline      time.Time           `json:"deadline"`
		ServerTime    time.Time           `json:"server_time"`
		GraceMS       int64               `json:"grace_ms"`
		DurationS     int64               `json:"duration_s" doc:"From the start to the deadline"`
		Round         attemptRoundWire    `json:"round"`
		Questions     []paperQuestionWire `json:"questions"`
		Answers       []givenWire         `json:"answers"`
		SaveToken     string              `json:"save_token" doc:"Empty when finished or held by another device"`
		HeldElsewhere bool                `json:"held_elsewhere"`
		Review        string              `json:"review" enum:"not_yet,open"`
		Result        *outcomeWire        `json:"result,omitempty" doc:"Once marks may be seen"`
		Receipt       *receiptWire        `json:"receipt,omitempty" doc:"Of a finished attempt"`
	}
	attemptRoundWire struct {
		ID           string `json:"id"`
		Name         string `json:"name"`
		ContestID    string `json:"contest_id"`
		ContestTitle string `json:"contest_title"`
	}
	paperQuestionWire struct {
		ID       string            `json:"id" doc:"Random, of this attempt"`
		Number   int               `json:"number"`
		Type     string            `json:"type"`
		StemHTML rawString         `json:"stem_html"`
		Options  []paperOptionWire `json:"options,omitempty"`
		Matches  []paperOptionWire `json:"matches,omitempty" doc:"Of a matching: what its options are matched with"`
		Gaps     []paperGapWire    `json:"gaps,omitempty" doc:"Of a cloze; stem_html has <span class=gap data-gap=ID> for each"`
		Audio    *paperAudioWire   `json:"audio,omitempty" doc:"A recording played with the question"`
		Points   int64             `json:"points" doc:"Hundredths of a point"`
	}
	paperGapWire struct {
		ID      string            `json:"id" doc:"Random, of this attempt"`
		Choices []paperOptionWire `json:"choices"`
	}
	paperAudioWire struct {
		URL            string    `json:"url"`
		TranscriptHTML rawString `json:"transcript_html"`
	}
	paperOptionWire struct {
		ID   string    `json:"id" doc:"Random, of this attempt"`
		HTML rawString `json:"html"`
	}
	givenWire struct {
		QuestionID string   `json:"question_id"`
		Seq        int64    `json:"seq" minimum:"1"`
		Response   rawValue `json:"response" doc:"By type: option id, list of option ids, object from option or gap id to match or choice id, text, number; null takes an answer back"`
	}
	answersWire struct {
		Answers []givenWire `json:"answers" minItems:"1" maxItems:"500"`
	}
	submitWire struct {
		Answers []givenWire `json:"answers,omitempty" maxItems:"500"`
	}
	savedWire struct {
		Saved      []savedOneWire `json:"saved"`
		ServerTime time.Time      `json:"server_time"`
		Deadline   time.Time      `json:"deadline"`
	}
	savedOneWire struct {
		QuestionID string `json:"question_id"`
		Seq        int64  `json:"seq"`
		Late       bool   `json:"late,omitempty" doc:"Received between the deadline and the end of grace"`
	}
	submittedWire struct {
		State   string      `json:"state" enum:"submitted,expired"`
		Receipt receiptWire `json:"receipt"`
		Score   *int64      `json:"score,omitempty" doc:"Hundredths of a point, once marks may be seen"`
	}
	receiptWire struct {
		Code        string    `json:"code"`
		Answered    int       `json:"answered"`
		SubmittedAt time.Time `json:"submitted_at"`
		SheetSHA256 string    `json:"sheet_sha256"`
	}
	outcomeWire struct {
		Score   int64 `json:"score" doc:"Hundredths of a point"`
		Max     int64 `json:"max"`
		Correct int   `json:"correct"`
		Total   int   `json:"total"`
	}
	reviewWire struct {
		Questions []reviewedWire `json:"questions"`
		Score     int64          `json:"score" doc:"Hundredths of a point"`
		Max       int64          `json:"max"`
		Correct   int            `json:"correct"`
		Total     int            `json:"total"`
	}
	reviewedWire struct {
		ID              string            `json:"id"`
		Number          int               `json:"number"`
		Type            string            `json:"type"`
		StemHTML        rawString         `json:"stem_html"`
		Options         []paperOptionWire `json:"options,omitempty"`
		Matches         []paperOptionWire `json:"matches,omitempty"`
		Gaps            []paperGapWire    `json:"gaps,omitempty"`
		Audio           *paperAudioWire   `json:"audio,omitempty"`
		Points          int64             `json:"points" doc:"What it is worth, in hundredths of a point"`
		Response        rawValue          `json:"response"`
		CorrectResponse rawValue          `json:"correct_response"`
		Correct         bool              `json:"correct"`
		Earned          int64             `json:"earned" doc:"Hundredths of a point"`
		Max             int64             `json:"max"`
		ExplanationHTML rawString         `json:"explanation_html"`
		Citation        rawString         `json:"citation"`
	}
	closedWire struct {
		State   string       `json:"state"`
		Receipt *receiptWire `json:"receipt,omitempty"`
	}
)

// rawString is a JSON string that was rendered before.
type rawString json.RawMessage

// Schema says that it is a string to whoever reads it.
func (rawString) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeString} }

// MarshalJSON returns the string as it is.
func (r rawString) MarshalJSON() ([]byte, error) { return json.RawMessage(r).MarshalJSON() }

// rawValue is any JSON value.
type rawValue json.RawMessage

// Schema says that it may be anything.
func (rawValue) Schema(huma.Registry) *huma.Schema { return &huma.Schema{} }

// MarshalJSON returns the value as it is.
func (r rawValue) MarshalJSON() ([]byte, error) { return json.RawMessage(r).MarshalJSON() }

func (c closedWire) wire() any { return c }

// attemptError puts the receipt that a refusal carries into its wire form.
func attemptError(err error) error {
	var refusal *contest.Error
	if !errors.As(err, &refusal) {
		return err
	}
	closed, ok := refusal.Detail.(attempt.Refused)
	if !ok {
		return err
	}
	w, out := closedWire{State: string(closed.State)}, *refusal
	if closed.Receipt != nil {
		receipt := toReceipt(*closed.Receipt)
		w.Receipt = &receipt
	}
	out.Detail = w
	return &out
}

// sendAttempt writes the document of an attempt with a token for its holder.
func (s *Server) sendAttempt(c *fiber.Ctx, status int, d attempt.Document) error {
	w := toAttempt(d)
	if d.State == attempt.Open && !d.HeldElsewhere && !d.Over {
		var err error
		if w.SaveToken, err = s.svc.Tokens.Save(d.ID, d.AccountID, d.Holder, d.Deadline.Add(saveTokenLife)); err != nil {
			return err
		}
	}
	return sendAttemptJSON(c, status, &w)
}

// sendJSON writes a body without escaping the HTML that is in it.
func sendJSON(c *fiber.Ctx, status int, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	c.Status(status).Response().Header.SetContentType(fiber.MIMEApplicationJSON)
	c.Response().SetBodyRaw(b.Bytes())
	return nil
}

func toAttempt(d attempt.Document) attemptWire {
	w := attemptWire{
		ID: d.ID, RoundID: d.RoundID, Number: d.Number, State: string(d.State), StartedAt: d.StartedAt, Deadline: d.Deadline,
		ServerTime: d.ServerTime, GraceMS: d.Sheet.Rules.GraceFor().Milliseconds(), DurationS: int64(d.Deadline.Sub(d.StartedAt).Seconds()),
		Round:     attemptRoundWire{ID: d.RoundID, Name: d.Sheet.Round.Name, ContestID: d.ContestID, ContestTitle: d.Sheet.Contest.Title},
		Questions: make([]paperQuestionWire, len(d.Questions)), Answers: make([]givenWire, len(d.Answers)),
		HeldElsewhere: d.HeldElsewhere, Review: "not_yet",
	}
	if d.State == attempt.Open && d.Over {
		w.State = string(attempt.Expired) // nothing can be saved any more; the receipt follows
	}
	for i, q := range d.Questions {
		w.Questions[i] = toQuestion(q, i)
	}
	for i, g := range d.Answers {
		w.Answers[i] = givenWire{QuestionID: g.QuestionID, Seq: g.Seq, Response: rawValue(g.Response)}
	}
	if d.State.Finished() {
		receipt := toReceipt(d.Attempt)
		w.Receipt = &receipt
	}
	if d.ReviewOpen {
		w.Review = "open"
	}
	if d.ScoreOpen {
		o := d.Outcome
		w.Result = &outcomeWire{Score: o.Score, Max: o.Max, Correct: o.Correct, Total: d.Graded()}
	}
	return w
}

func toQuestion(q attempt.Shown, i int) paperQuestionWire {
	w := paperQuestionWire{ID: q.ID, Number: i + 1, Type: string(q.Type), StemHTML: rawString(q.Stem), Points: q.Points}
	w.Options, w.Matches = toOptions(q.Options), toOptions(q.Matches)
	for _, g := range q.Gaps {
		w.Gaps = append(w.Gaps, paperGapWire{ID: g.ID, Choices: toOptions(g.Choices)})
	}
	if q.Audio != nil {
		w.Audio = &paperAudioWire{URL: mediaPath(q.Audio.MediaID), TranscriptHTML: rawString(q.Audio.Transcript)}
	}
	return w
}

func toOptions(shown []attempt.ShownOption) []paperOptionWire {
	if len(shown) == 0 {
		return nil
	}
	options := make([]paperOptionWire, len(shown))
	for i, o := range shown {
		options[i] = paperOptionWire{ID: o.ID, HTML: rawString(o.HTML)}
	}
	return options
}

func toReceipt(a attempt.Attempt) receiptWire {
	return receiptWire{Code: a.Outcome.Receipt, Answered: a.Outcome.Answered, SubmittedAt: a.SubmittedAt, SheetSHA256: a.Outcome.SheetSHA256}
}

func toReview(r attempt.Review) reviewWire {
	w := reviewWire{Score: r.Outcome.Score, Max: r.Outcome.Max, Correct: r.Outcome.Correct, Total: r.Graded(), Questions: make([]reviewedWire, len(r.Reviewed))}
	for i, q := range r.Reviewed {
		shown := toQuestion(q.Shown, i)
		w.Questions[i] = reviewedWire{
			ID: shown.ID, Number: shown.Number, Type: shown.Type, StemHTML: shown.StemHTML, Points: shown.Points,
			Options: shown.Options, Matches: shown.Matches, Gaps: shown.Gaps, Audio: shown.Audio,
			Response: rawValue(q.Response), CorrectResponse: rawValue(q.CorrectResponse),
			Correct: q.Mark.Correct, Earned: q.Mark.Points, Max: q.Mark.Max, ExplanationHTML: rawString(q.Explanation), Citation: rawString(q.Citation),
		}
	}
	return w
}

// appendSaved writes the answer to a save, the commonest body of all, by hand.
func appendSaved(b []byte, r attempt.Request, o attempt.SaveOutcome, now time.Time) []byte {
	b = append(b, `{"saved":[`...)
	for i, g := range r.Answers {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, `{"question_id":"`...), g.QuestionID...) // a known id: letters and digits
		b = strconv.AppendInt(append(b, `","seq":`...), g.Seq, 10)
		if r.Received.After(o.Deadline) {
			b = append(b, `,"late":true`...)
		}
		b = append(b, '}')
	}
	b = now.UTC().AppendFormat(append(b, `],"server_time":"`...), time.RFC3339Nano)
	b = o.Deadline.AppendFormat(append(b, `","deadline":"`...), time.RFC3339Nano)
	return append(b, `"}`...)
}

// hot registers a plain Fiber handler and puts its operation into the document.
func (s *Server) hot(o op, in, out any, handle fiber.Handler) {
	h := o.operation(true)
	status := o.Status
	if status == 0 {
		status = http.StatusOK
	}
	schemas := s.huma.OpenAPI().Components.Schemas
	media := func(v any) map[string]*huma.MediaType {
		t := reflect.TypeOf(v)
		if t == nil {
			return nil // an answer without a body
		}
		return map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(t, true, "")}}
	}
	if in != nil {
		h.RequestBody = &huma.RequestBody{Required: o.ID != "submit-attempt", Content: media(in)}
	}
	for _, name := range parameters(o.Path) {
		h.Parameters = append(h.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	h.Parameters = append(h.Parameters, &huma.Param{Name: "X-Device", In: "header", Description: "Random id of this browser", Schema: &huma.Schema{Type: huma.TypeString}})
	h.Responses = map[string]*huma.Response{strconv.Itoa(status): {Description: http.StatusText(status), Content: media(out)}}
	if o.ID == "start-attempt" {
		h.Responses["200"] = &huma.Response{Description: "The attempt already open", Content: media(out)}
	}
	fault := map[string]*huma.MediaType{"application/problem+json": {Schema: schemas.Schema(reflect.TypeOf(problem{}), true, "")}}
	for _, code := range append(h.Errors, http.StatusConflict) {
		h.Responses[strconv.Itoa(code)] = &huma.Response{Description: http.StatusText(code), Content: fault}
	}
	s.huma.OpenAPI().AddOperation(&h)
	s.app.Add(o.Method, prefix+strings.NewReplacer("{", ":", "}", "").Replace(o.Path), handle)
}

// parameters are the names in braces of a path.
func parameters(path string) []string {
	var names []string
	for _, part := range strings.Split(path, "/") {
		if strings.HasPrefix(part, "{") {
			names = append(names, strings.Trim(part, "{}"))
		}
	}
	return names
}
