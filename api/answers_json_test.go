package api

import (
	"bytes"
	"encoding/json"
	"testing"
)

// Whatever the small reader takes, the standard one takes too and reads alike.
func FuzzReadAnswers(f *testing.F) {
	for _, seed := range []string{
		`{"answers":[{"question_id":"abc","seq":1,"response":"x"}]}`, `{"answers":[]}`, `{}`, ` { "answers" : [ ] } `,
		`{"answers":[{"seq":-1,"response":[1,{"a":"]"}],"question_id":"\u00e1\"\\"}]}`, `{"answers":[{"question_id":"a","seq":9223372036854775808,"response":tru}]}`,
		`{"answers":[{"question_id":"a","seq":1,"response":"\`, `{"answers":[{"question_id":"a","seq":01,"response":1e5}]}`, "{\"answers\":[{\"question_id\":\"\x01\",\"seq\":1,\"response\":null}]}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		answers, err := readAnswers(body, false)
		if err != nil {
			return
		}
		var want struct {
			Answers []struct {
				QuestionID string          `json:"question_id"`
				Seq        int64           `json:"seq"`
				Response   json.RawMessage `json:"response"`
			} `json:"answers"`
		}
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("%q is taken, but it is not JSON: %v", body, err)
		}
		if len(answers) != len(want.Answers) {
			t.Fatalf("%q: %d answers, want %d", body, len(answers), len(want.Answers))
		}
		for i, a := range answers {
			w := want.Answers[i]
			if a.QuestionID != w.QuestionID || a.Seq != w.Seq || !bytes.Equal(bytes.TrimSpace(a.Response), bytes.TrimSpace(w.Response)) {
				t.Fatalf("%q: %+v, want %+v", body, a, w)
			}
		}
	})
}
