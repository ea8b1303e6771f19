package api

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

// The document written by hand is, byte for byte, the one that encoding/json
// writes of the described type: so the API document stays true, and a field
// added to one alone shows here. Planted defect: the comma before points left out.
func TestAttemptIsWrittenAsDescribed(t *testing.T) {
	at := time.Date(2026, 11, 24, 8, 0, 0, 123456000, time.UTC)
	odd := "Vòng \"một\" \\ \u2028 \x01 \xff <b>&</b> 😀"
	options := []paperOptionWire{{"a1", rawString(`"<b>Có</b>"`)}, {odd, rawString(`"\"Không\""`)}}
	full := attemptWire{
		ID: "id", RoundID: "round", Number: 2, State: "open", StartedAt: at, Deadline: at.Add(time.Hour), ServerTime: at.Truncate(time.Second),
		GraceMS: 20000, DurationS: 3600, Round: attemptRoundWire{"round", odd, "contest", odd},
		Questions: []paperQuestionWire{
			{ID: "q1", Number: 1, Type: "single", StemHTML: rawString(`"<p>x</p>"`), Options: options, Points: 100},
			{ID: "q2", Number: 2, Type: "matching", StemHTML: rawString(`""`), Options: options, Matches: options, Points: 0},
			{ID: "q3", Number: 3, Type: "cloze", Gaps: []paperGapWire{{"g", options}, {"h", nil}, {"i", []paperOptionWire{}}}},
			{ID: "q4", Number: 4, Type: "number", StemHTML: rawString(`"<"`), Options: []paperOptionWire{}, Audio: &paperAudioWire{"/m/1?a=b&c", rawString(`"&"`)}},
		},
		Answers:   []givenWire{{"q1", 7, rawValue(`"a1"`)}, {"q2", 1 << 40, rawValue(`{"a":"b"}`)}, {"q3", 1, nil}},
		SaveToken: "x.y.z", HeldElsewhere: true, Review: "open",
		Result:  &outcomeWire{Score: 950, Max: 1000, Correct: 9, Total: 10},
		Receipt: &receiptWire{"AB-12", 9, at, "00ff"},
	}
	plain := full
	plain.Questions, plain.Answers, plain.Result, plain.Receipt, plain.HeldElsewhere = []paperQuestionWire{}, []givenWire{}, nil, nil, false
	for _, w := range []attemptWire{full, plain, {}} {
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(w); err != nil {
			t.Fatal(err)
		}
		if got := string(appendAttempt(nil, &w)) + "\n"; got != want.String() {
			t.Errorf("written by hand:\n%s\nby encoding/json:\n%s", got, want.String())
		}
	}
}
