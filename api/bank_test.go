package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"

	"mangxanh/api"
	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake"
	schools "mangxanh/contest/people"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

func bankTalk(t *testing.T, db *storage.DB, w storagetest.World) *talk {
	k := &talk{t: t, now: storagetest.Now()}
	who := staffOf(w)
	school := []contest.Grant{{Role: contest.RoleAdmin, UnitID: w.Schools[0], UnitPath: w.SchoolPaths[0]}}
	who["school"] = contest.Actor{AccountID: storagetest.NewID(), Kind: contest.Staff, Grants: school}
	banks := &bank.Service{Store: db, Seats: db, Now: storagetest.Now, NewID: storagetest.NewID}
	k.app = api.New(api.Config{Version: "test", Now: storagetest.Now, NewRequestID: storagetest.NewID}, api.Services{
		Auth: who, Bank: banks,
		Imports: &intake.Service{
			Store: db, Banks: banks, Now: storagetest.Now, NewID: storagetest.NewID,
			Schools: &schools.Service{Store: db, Now: storagetest.Now, NewID: storagetest.NewID},
		},
	})
	return k
}

// upload sends a file as the staging form.
func (k *talk) upload(who string, file []byte, fields map[string]string) reply {
	k.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			k.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "tệp.csv")
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		k.t.Fatal(err)
	}
	req := httptest.NewRequest("POST", base+"/imports", &form)
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+who)
	resp, err := k.app.App().Test(req, -1)
	if err != nil {
		k.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		k.t.Fatal(err)
	}
	r := reply{status: resp.StatusCode, header: resp.Header, text: string(text)}
	if err := json.Unmarshal(text, &r.json); err != nil {
		k.t.Fatalf("import answered %q: %v", text, err)
	}
	return r
}

func TestBankConversation(t *testing.T) {
	db := storagetest.SQLite(t)
	w := storagetest.NewWorld(t, db, 2, 1, 4)
	k := bankTalk(t, db, w)
	k.want(404, "pupil", "GET", base+"/banks", nil)
	k.want(404, "teacher", "GET", base+"/banks/"+w.Bank, nil)
	k.want(404, "teacher", "POST", base+"/banks", map[string]any{"unit_id": w.Department, "name": "Của người khác"})
	made := k.want(201, "org", "POST", base+"/banks", map[string]any{"unit_id": w.Department, "name": " Ngân  hàng mới "})
	if made.json["name"] != "Ngân hàng mới" {
		t.Errorf("name %q", made.json["name"])
	}
	mine := base + "/banks/" + made.json["id"].(string)
	text := map[string]any{
		"type": "ordering", "stem": "Xếp <b>thứ tự</b>", "topic": "Bắt nạt", "difficulty": "van_dung", "source": "Luật Trẻ em 2016, Điều 51", "law_from": "2017-06-01",
		"options": []map[string]any{{"text": "ba", "position": 3}, {"text": "một", "position": 1}, {"text": "hai", "position": 2}},
	}
	q := k.want(201, "org", "POST", mine+"/questions", text)
	for _, want := range []string{`"state":"draft"`, `"instrument":"Luật Trẻ em 2016"`, `"article":"Điều 51"`, `"law_from":"2017-06-01"`, `{"id":"B","text":"một","correct":false,"position":1,"pinned":false}`} {
		if !strings.Contains(q.text, want) {
			t.Errorf("%s lacks %s", q.text, want)
		}
	}
	at := base + "/questions/" + q.json["id"].(string)
	k.want(404, "teacher", "GET", at, nil)
	k.want(200, "org", "POST", at+"/reviews", map[string]any{"action": "submit"})
	if r := k.want(409, "org", "POST", at+"/reviews", map[string]any{"action": "approve", "version": 1}); r.json["code"] != "same_person" {
		t.Errorf("own approval: %s", r.text)
	}
	k.want(200, "checker", "POST", at+"/reviews", map[string]any{"action": "approve", "version": 1, "comment": "Tốt"})
	text["stem"] = "Xếp lại"
	k.want(412, "org", "POST", at+"/versions", text, "If-Match", "7")
	if r := k.want(201, "org", "POST", at+"/versions", text, "If-Match", `"1"`); r.json["version"] != 2.0 || r.json["approved"] != 1.0 || r.json["state"] != "draft" {
		t.Errorf("new version: %s", r.text)
	}
	k.want(412, "checker", "POST", at+"/reviews", map[string]any{"action": "approve", "version": 1})
	if r := k.want(200, "org", "GET", at, nil); strings.Count(r.text, `"stem":"Xếp <b>thứ tự</b>"`) != 1 || !strings.Contains(r.text, `"comment":"Tốt"`) {
		t.Errorf("history: %s", r.text)
	}
	if r := k.want(200, "org", "GET", mine+"/topics", nil); !strings.Contains(r.text, `"topic":"Bắt nạt","type":"ordering","difficulty":"van_dung"`) {
		t.Errorf("topics: %s", r.text)
	}
	if r := k.want(200, "org", "GET", mine+"/questions?q=xep+LAI", nil); strings.Count(r.text, `"stem"`) != 1 {
		t.Errorf("search without diacritics: %s", r.text)
	}
	k.want(200, "org", "GET", mine+"/questions?q=100%25", nil)
	text["options"] = []map[string]any{{"text": "bí mật", "position": 1}, {"text": "bí mật", "position": 2}}
	if r := k.want(422, "org", "POST", mine+"/questions", text); strings.Contains(r.text, "bí mật") || !strings.Contains(r.text, "duplicate_options") {
		t.Errorf("refusal: %s", r.text)
	}
	text["secret"] = 1
	if r := k.want(422, "org", "POST", mine+"/questions", text); r.json["code"] != "unknown_field" {
		t.Errorf("unknown field: %s", r.text)
	}
}

func TestQuestionPagesAreWhole(t *testing.T) {
	db := storagetest.SQLite(t)
	w := storagetest.NewWorld(t, db, 2, 1, 23)
	k := bankTalk(t, db, w)
	seen, cursor := map[string]bool{}, ""
	for range 10 {
		r := k.want(200, "org", "GET", base+"/banks/"+w.Bank+"/questions?limit=5&cursor="+cursor, nil)
		for _, item := range r.json["items"].([]any) {
			seen[item.(map[string]any)["id"].(string)] = true
		}
		if cursor = r.json["next_cursor"].(string); cursor == "" {
			break
		}
	}
	if len(seen) != 23 {
		t.Errorf("%d questions over all pages, want 23", len(seen))
	}
}

func TestImportConversation(t *testing.T) {
	db := storagetest.SQLite(t)
	w := storagetest.NewWorld(t, db, 2, 1, 1)
	k := bankTalk(t, db, w)
	file := "type,stem,option_a,option_b,key,topic,difficulty\nsingle,Một?,x,y,A,T,nhan_biet\nsingle,Hai?,x,X ,C,T,nhan_biet\nsingle,Ba?,x,y,B,T,nhan_biet\n"
	form := map[string]string{"kind": "questions", "bank_id": w.Bank, "format": "auto"}
	staged := k.upload("org", []byte(file), form)
	if staged.status != 201 || !strings.Contains(staged.text, `"counts":{"rows":3,"ready":2,"warnings":0,"errors":1,"duplicates":0,"committed":0,"skipped":0}`) ||
		!strings.Contains(staged.text, `"row":3,"line":3,"column":"key","code":"key_out_of_range"`) || !strings.Contains(staged.text, "Đáp án ngoài phương án.") {
		t.Fatalf("%d %s", staged.status, staged.text)
	}
	at := base + "/imports/" + staged.json["id"].(string)
	if r := k.want(200, "org", "GET", base+"/imports?kind=questions&state=staged", nil); strings.Count(r.text, `"file_name"`) != 1 ||
		!strings.Contains(r.text, `"counts":{"rows":3,"ready":2,`) || !strings.Contains(r.text, `"name":"Trần Ban Tổ Chức"`) {
		t.Error(r.text)
	}
	for _, who := range []string{"teacher", "pupil", "school"} { // somebody else's are not in their lists
		if r := k.want(200, who, "GET", base+"/imports", nil); strings.Contains(r.text, `"file_name"`) {
			t.Errorf("%s lists %s", who, r.text)
		}
	}
	for _, who := range []string{"teacher", "pupil"} {
		k.want(404, who, "GET", at, nil)
		k.want(404, who, "GET", at+"/rows", nil)
		k.want(404, who, "PATCH", at+"/rows/3", map[string]any{"cells": map[string]string{"key": "A"}})
		k.want(404, who, "POST", at+"/commit", map[string]any{"only": "ready"})
		k.want(404, who, "POST", at+"/undo", nil)
		k.want(404, who, "DELETE", at, nil)
		k.want(404, who, "GET", at+"/rejected.csv", nil)
	}
	if r := k.want(409, "org", "POST", at+"/commit", map[string]any{"only": "all"}); r.json["code"] != "has_errors" {
		t.Error(r.text)
	}
	if r := k.want(200, "org", "GET", at+"/rejected.csv", nil); !strings.Contains(r.text, "key: Đáp án ngoài phương án.") || !strings.HasPrefix(r.header.Get("Content-Type"), "text/csv") {
		t.Errorf("%s %s", r.header, r.text)
	}
	for range 2 {
		if r := k.want(200, "org", "POST", at+"/commit", map[string]any{"only": "ready"}); !strings.Contains(r.text, `"committed":{"created":2,"updated":0,"skipped":0}`) {
			t.Error(r.text)
		}
	}
	if r := k.want(200, "org", "PATCH", at+"/rows/3", map[string]any{"cells": map[string]string{"key": "B"}}); r.json["state"] != "ready" || !strings.Contains(r.text, `"errors":0`) {
		t.Error(r.text)
	}
	if r := k.want(200, "org", "GET", at+"/rows?state=ready&limit=1", nil); !strings.Contains(r.text, `"key":"B"`) {
		t.Error(r.text)
	}
	if r := k.want(200, "org", "POST", at+"/undo", nil); r.json["state"] != "undone" {
		t.Error(r.text)
	}
	k.want(204, "org", "DELETE", at, nil)
	k.want(404, "org", "GET", at, nil)

	for name, c := range map[string]struct {
		file   string
		field  [2]string
		status int
		code   string
	}{
		"pdf":           {"%PDF-1.4 bí mật", [2]string{"kind", "questions"}, 415, "wrong_file_type"},
		"wrong format":  {file, [2]string{"format", "xlsx"}, 415, "wrong_file_type"},
		"no header":     {"bí mật,b\n1,2\n", [2]string{"kind", "questions"}, 422, "no_header"},
		"unknown kind":  {file, [2]string{"kind", "bí mật"}, 422, "invalid"},
		"unknown field": {file, [2]string{"state", "bí mật"}, 422, "unknown_field"},
		"foreign bank":  {file, [2]string{"bank_id", "bí mật"}, 404, "not_found"},
		"too large":     {strings.Repeat("a,b\n", 2_800_000), [2]string{"kind", "questions"}, 413, "file_too_large"},
	} {
		fields := map[string]string{"kind": "questions", "bank_id": w.Bank, c.field[0]: c.field[1]}
		if r := k.upload("org", []byte(c.file), fields); r.status != c.status || r.json["code"] != c.code || strings.Contains(r.text, "bí mật") {
			t.Errorf("%s: %d %s, want %d %s", name, r.status, r.text, c.status, c.code)
		}
	}
}

func TestRosterImportAndTemplates(t *testing.T) {
	db := storagetest.SQLite(t)
	w := storagetest.NewWorld(t, db, 2, 1, 1)
	k := bankTalk(t, db, w)
	for _, kind := range []string{"questions", "roster"} {
		if r := k.want(200, "school", "GET", base+"/imports/templates/"+kind+".xlsx", nil); !strings.HasPrefix(r.text, "PK") {
			t.Errorf("%s template begins %q", kind, r.text[:4])
		}
		k.want(404, "pupil", "GET", base+"/imports/templates/"+kind+".xlsx", nil)
	}
	k.want(422, "school", "GET", base+"/imports/templates/other.xlsx", nil)
	file := fmt.Sprintf("STT;Họ và tên;Ngày sinh;Lớp;CCCD\n1;Vũ Thị Mới;05/09/2014;7B;%s\n", "001314000001")
	r := k.upload("school", []byte(file), map[string]string{"kind": "roster", "unit_id": w.Schools[0], "school_year": storagetest.SchoolYear})
	if r.status != 201 || strings.Contains(r.text, "001314000001") || !strings.Contains(r.text, `"dropped":["CCCD"]`) {
		t.Fatalf("%d %s", r.status, r.text)
	}
	done := k.want(200, "school", "POST", base+"/imports/"+r.json["id"].(string)+"/commit", map[string]any{"only": "all"})
	if !strings.Contains(done.text, `"committed":{"created":1,`) {
		t.Error(done.text)
	}
	if r := k.upload("org", []byte(file), map[string]string{"kind": "roster", "unit_id": w.Schools[0]}); r.status != 404 {
		t.Errorf("an organizer imports a roster: %d", r.status)
	}
}
