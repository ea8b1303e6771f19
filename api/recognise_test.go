package api_test

import (
	"strings"
	"testing"

	"mangxanh/storage/storagetest"
)

// A pasted text fills a form: what was recognised comes back as a question is
// written, with what is open about it, and nothing is kept.
func TestRecogniseConversation(t *testing.T) {
	db := storagetest.SQLite(t)
	w := storagetest.NewWorld(t, db, 2, 1, 1)
	k := bankTalk(t, db, w)
	at := base + "/banks/" + w.Bank + "/recognise"
	paste := "Phần II\nCâu 3 [TH]. Số nào?\nA. 113   *B. 111\nCâu 4. Thiếu đáp án?\nA. một\nB. hai\n"
	k.want(404, "teacher", "POST", at, map[string]any{"text": paste})
	k.want(404, "pupil", "POST", at, map[string]any{"text": paste})
	r := k.want(200, "org", "POST", at, map[string]any{"text": paste})
	for _, want := range []string{
		`"format":"text"`, `"place":"Phần II, Câu 3"`, `{"text":"111","correct":true}`, `"difficulty":"thong_hieu"`,
		`"column":"key","code":"missing_key"`, `"message_vi":"Thiếu đáp án."`,
	} {
		if !strings.Contains(r.text, want) {
			t.Errorf("%s lacks %s", r.text, want)
		}
	}
	gift := k.want(200, "org", "POST", at, map[string]any{"text": "::Tên:: Thủ đô? {=Hà Nội ~Huế}"})
	if gift.json["format"] != "gift" || !strings.Contains(gift.text, `{"text":"Hà Nội","correct":true}`) {
		t.Error(gift.text)
	}
	if r := k.want(200, "org", "POST", at, map[string]any{"text": "Không có gì ở đây."}); len(r.json["items"].([]any)) != 0 {
		t.Error(r.text)
	}
	k.want(422, "org", "POST", at, map[string]any{"text": paste, "format": "tar"})
	k.want(422, "org", "POST", at, map[string]any{"text": strings.Repeat("a", 200_001)})
	if r := k.want(200, "org", "GET", base+"/banks/"+w.Bank+"/questions", nil); strings.Count(r.text, `"stem"`) != 1 {
		t.Errorf("what was recognised was kept: %s", r.text)
	}
}
