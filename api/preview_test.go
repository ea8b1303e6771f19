package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mangxanh/storage/storagetest"
)

// What is being written is shown as a phone will show it, whatever is in it,
// and nothing of it is kept. Planted defects: the explanation copied as it was
// written, and a preview that goes through CreateQuestion.
func TestPreviewConversation(t *testing.T) {
	db := storagetest.SQLite(t)
	w := storagetest.NewWorld(t, db, 2, 1, 1)
	k := bankTalk(t, db, w)
	at := base + "/banks/" + w.Bank + "/preview"
	evil := `<script>alert(1)</script><img src=x onerror=alert(2)> **đậm** [x](javascript:alert(3))`
	text := map[string]any{
		"type": "single", "format": "markdown", "stem": evil, "explanation": evil, "source": evil,
		"options": []map[string]any{{"text": evil, "correct": true}, {"text": "`b` <u>gạch</u>"}},
	}
	k.want(404, "teacher", "POST", at, text)
	k.want(404, "pupil", "POST", at, text)
	r := k.want(200, "org", "POST", at, text)
	for _, field := range []string{"stem_html", "explanation_html", "citation_html"} {
		html := r.json[field].(string)
		if strings.Contains(html, "<script") || strings.Contains(html, "<img") || strings.Contains(html, "href") || !strings.Contains(html, "&lt;script&gt;") {
			t.Errorf("%s: %s", field, html)
		}
	}
	if html := r.json["stem_html"].(string); !strings.Contains(html, "<b>đậm</b>") && !strings.Contains(html, "<strong>đậm</strong>") {
		t.Errorf("stem: %s", html)
	}
	if options := r.json["options"].([]any); options[1].(map[string]any)["html"] != "`b` <u>gạch</u>" || strings.Contains(r.text, "<script") {
		t.Errorf("options: %v", options)
	}
	if len(r.json["problems"].([]any)) != 0 {
		t.Errorf("problems: %v", r.json["problems"])
	}
	half := k.want(200, "org", "POST", at, map[string]any{"type": "multiple", "stem": "", "law_to": "31/12", "options": []map[string]any{{"text": ""}}})
	for _, want := range []string{`"location":"stem","code":"empty_stem"`, `"code":"too_few_options"`, `"location":"law_to","code":"bad_date"`, `"code":"missing_key"`} {
		if !strings.Contains(half.text, want) {
			t.Errorf("half-written: %s lacks %s", half.text, want)
		}
	}
	if r := k.want(200, "org", "GET", base+"/banks/"+w.Bank+"/questions", nil); strings.Count(r.text, `"stem"`) != 1 {
		t.Errorf("the preview was kept: %s", r.text)
	}
	text["secret"] = 1
	k.want(422, "org", "POST", at, text)
}

// Every type goes in, comes out as written, and is shown by its stored version
// too.
func TestEveryTypeIsWrittenAndShown(t *testing.T) {
	db := storagetest.SQLite(t)
	w := storagetest.NewWorld(t, db, 2, 1, 1)
	k := bankTalk(t, db, w)
	picture := "abcdefgh12345678-720x405"
	for kind, text := range map[string]map[string]any{
		"matching": {
			"stem": "Nối", "options": []map[string]any{{"text": "111", "match": 2}, {"text": "113", "match": 1}}, "matches": []string{"Công an", "Bảo vệ trẻ em", "Cứu hoả"},
		},
		"cloze": {
			"stem": "Gọi [[1]] rồi [[2]].", "gaps": []map[string]any{{"choices": []string{"111", "112"}, "correct": 1}, {"choices": []string{"kể", "im lặng"}, "correct": 1}},
		},
		"hot_option": {
			"stem": "Chọn hình", "options": []map[string]any{{"text": "", "media_id": picture, "alt": "Biển báo"}, {"text": "", "media_id": "x" + picture, "alt": "Đèn", "correct": true}},
		},
		"ordering": {"stem": "Xếp", "format": "markdown", "options": []map[string]any{{"text": "hai", "position": 2}, {"text": "một", "position": 1}}},
		"single": {
			"stem": "Nghe", "options": []map[string]any{{"text": "a", "correct": true}, {"text": "Tất cả", "pinned": true}},
			"audio": map[string]any{"media_id": "abcdefgh12345678", "transcript": "Xin chào"},
		},
	} {
		text["type"] = kind
		shown := k.want(200, "org", "POST", base+"/banks/"+w.Bank+"/preview", text)
		if len(shown.json["problems"].([]any)) != 0 {
			t.Errorf("%s: %v", kind, shown.json["problems"])
		}
		q := k.want(201, "org", "POST", base+"/banks/"+w.Bank+"/questions", text)
		for field, put := range text {
			want, _ := json.Marshal(put)
			got, _ := json.Marshal(q.json[field])
			if field == "options" {
				continue // letters are added
			}
			if string(want) != string(got) {
				t.Errorf("%s: %s is %s, want %s", kind, field, got, want)
			}
		}
		for i, o := range q.json["options"].([]any) {
			for field, put := range text["options"].([]map[string]any)[i] {
				want, _ := json.Marshal(put)
				got, _ := json.Marshal(o.(map[string]any)[field])
				if string(want) != string(got) && string(want) != `""` {
					t.Errorf("%s: option %s is %s, want %s", kind, field, got, want)
				}
			}
		}
		stored := k.want(200, "org", "GET", base+"/questions/"+q.json["id"].(string)+"/versions/1/preview", nil)
		if stored.json["stem_html"] != shown.json["stem_html"] || stored.text != shown.text {
			t.Errorf("%s: stored %s, written %s", kind, stored.text, shown.text)
		}
		k.want(404, "org", "GET", base+"/questions/"+q.json["id"].(string)+"/versions/2/preview", nil)
		k.want(404, "teacher", "GET", base+"/questions/"+q.json["id"].(string)+"/versions/1/preview", nil)
	}
}

// A question may show and play only what is kept. Planted defect: judge without
// its look for media.
func TestQuestionsShowOnlyWhatIsKept(t *testing.T) {
	l := lend(t, storagetest.SQLite(t))
	text := plainQuestion("![hình](media:abcdefgh12345678-720x405)")
	text["format"] = "markdown"
	text["audio"] = map[string]any{"media_id": "abcdefgh12345678", "transcript": "Xin chào"}
	for path, status := range map[string]int{"/preview": 200, "/questions": 422} {
		r := l.want(status, "org", "POST", l.bank(path), text)
		for _, want := range []string{`"location":"stem","code":"unknown_media"`, `"location":"audio","code":"unknown_media"`} {
			if !strings.Contains(r.text, want) {
				t.Errorf("%s: %s lacks %s", path, r.text, want)
			}
		}
	}
	l.want(422, "org", "POST", base+"/questions/"+l.draft+"/versions", text, "If-Match", "1")
}
