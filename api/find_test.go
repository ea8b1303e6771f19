package api_test

import (
	"strings"
	"testing"

	"mangxanh/api"
	"mangxanh/contest/bank"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// Finding, comparing, labelling and moving questions, and keeping filters, on
// both databases; a bank of others is missing everywhere.
func TestFindConversation(t *testing.T) {
	storagetest.Each(t, findConversation)
}

func findConversation(t *testing.T, db *storage.DB) {
	w := storagetest.NewWorld(t, db, 2, 1, 2)
	k := &talk{t: t, now: storagetest.Now()}
	banks := &bank.Service{Store: db, Seats: db, Now: storagetest.Now, NewID: storagetest.NewID}
	k.app = api.New(api.Config{Version: "test", Now: storagetest.Now, NewRequestID: storagetest.NewID}, api.Services{
		Auth: staffOf(w), Bank: banks, Duplicates: bank.NewDuplicates(db, banks),
		Filters: &bank.Filters{Store: db, Banks: banks, Now: storagetest.Now, NewID: storagetest.NewID},
	})
	at := base + "/banks/" + w.Bank
	text := map[string]any{
		"type": "single", "stem": "Trẻ em bị bắt nạt trên mạng thì gọi số nào?", "topic": "Bắt nạt", "source": "Luật Trẻ em 2016, Điều 51",
		"options": []map[string]any{{"text": "Tổng đài 111", "correct": true}, {"text": "Số 113"}, {"text": "Số 114"}},
	}
	q := k.want(201, "org", "POST", at+"/questions", text)
	id := q.json["id"].(string)
	other := k.want(201, "org", "POST", base+"/banks", map[string]any{"unit_id": w.Department, "name": "Kho khác"}).json["id"].(string)
	for _, c := range []struct {
		method, path string
		body         any
	}{
		{"GET", "/statistics", nil}, {"GET", "/filters", nil}, {"DELETE", "/filters/x", nil},
		{"POST", "/similar", map[string]any{"stem": "Trẻ em bị bắt nạt"}},
		{"POST", "/filters", map[string]any{"name": "a", "query": "q=a"}},
		{"POST", "/edits", map[string]any{"question_ids": []string{id}, "topic": "x"}},
		{"POST", "/moves", map[string]any{"question_ids": []string{id}, "to_bank_id": other}},
	} {
		k.want(404, "teacher", c.method, at+c.path, c.body)
		k.want(404, "pupil", c.method, at+c.path, c.body)
	}
	for query, found := range map[string]int{
		"q=so+nao+goi+bat": 1, "q=tong+dai": 1, "instrument=luat+tre+em+2016": 1, "author_id=" + w.Organizer: 3, "asked=true": 0,
		"topic=B%E1%BA%AFt+n%E1%BA%A1t&state=draft": 1, "facility_from=0.5": 0, "sort=newest": 3, "q=khong+co": 0,
	} {
		if r := k.want(200, "org", "GET", at+"/questions?"+query, nil); len(r.json["items"].([]any)) != found {
			t.Errorf("%s: %s, want %d", query, r.text, found)
		}
	}
	k.want(422, "org", "GET", at+"/questions?facility_to=2", nil)
	alike := map[string]any{"stem": "TRE EM bị bắt nạt trên mạng gọi số nào", "options": []string{"tong dai 111", "so 113", "so 115"}}
	if r := k.want(200, "org", "POST", base+"/banks/"+other+"/similar", alike); !strings.Contains(r.text, id) || !strings.Contains(r.text, `"name":"Luật Trẻ em"`) {
		t.Errorf("near duplicate in another bank: %s", r.text)
	}
	alike["question_id"] = id
	if r := k.want(200, "org", "POST", at+"/similar", alike); strings.Contains(r.text, id) {
		t.Errorf("a question is its own duplicate: %s", r.text)
	}
	edit := map[string]any{"question_ids": []string{id, "missing"}, "topic": "An toàn mạng", "difficulty": "van_dung"}
	if r := k.want(200, "org", "POST", at+"/edits", edit); r.json["done"] != 1.0 || !strings.Contains(r.text, `"code":"not_found"`) {
		t.Errorf("bulk edit: %s", r.text)
	}
	if r := k.want(200, "org", "POST", at+"/edits", edit); r.json["done"] != 0.0 || !strings.Contains(r.text, `"code":"unchanged"`) {
		t.Errorf("the same again: %s", r.text)
	}
	if r := k.want(200, "org", "GET", base+"/questions/"+id, nil); r.json["version"] != 2.0 || r.json["topic"] != "An toàn mạng" || r.json["state"] != "draft" {
		t.Errorf("after the edit: %s", r.text)
	}
	if r := k.want(200, "org", "POST", at+"/moves", map[string]any{"question_ids": []string{id}, "to_bank_id": other}); r.json["done"] != 1.0 {
		t.Errorf("move: %s", r.text)
	}
	if r := k.want(200, "org", "GET", base+"/banks/"+other+"/questions?q=bat+nat", nil); len(r.json["items"].([]any)) != 1 {
		t.Errorf("found where it went: %s", r.text)
	}
	kept := k.want(200, "org", "POST", at+"/filters", map[string]any{"name": " Khó ", "query": "difficulty=van_dung"})
	again := k.want(200, "org", "POST", at+"/filters", map[string]any{"name": "Khó", "query": "sort=facility"})
	if kept.json["id"] != again.json["id"] || again.json["query"] != "sort=facility" {
		t.Errorf("a filter of the same name: %s, %s", kept.text, again.text)
	}
	if r := k.want(200, "checker", "GET", at+"/filters", nil); len(r.json["items"].([]any)) != 0 {
		t.Errorf("somebody else's filters: %s", r.text)
	}
	k.want(404, "checker", "DELETE", at+"/filters/"+kept.json["id"].(string), nil)
	k.want(204, "org", "DELETE", at+"/filters/"+kept.json["id"].(string), nil)
}
