package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"mangxanh/api"
	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake"
	"mangxanh/contest/itemstat"
	schools "mangxanh/contest/people"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// lenders is a bank of a department with people around it, none of whom but
// org and checker may anything by their unit.
type lenders struct {
	*talk
	w        storagetest.World
	question string // approved
	draft    string // written by org
	said     string // a comment on the question
}

func lend(t *testing.T, db *storage.DB) *lenders {
	t.Helper()
	w := storagetest.NewWorld(t, db, 2, 1, 2)
	l := &lenders{talk: &talk{t: t, now: storagetest.Now()}, w: w}
	who := staffOf(w)
	at := func(role contest.Role, unit, path string) contest.Actor {
		return contest.Actor{AccountID: storagetest.NewID(), Kind: contest.Staff, Grants: []contest.Grant{{Role: role, UnitID: unit, UnitPath: path}}}
	}
	school, path := w.Schools[0], w.SchoolPaths[0]
	who["teacher"] = contest.Actor{AccountID: w.Teacher, Kind: contest.Staff, Grants: []contest.Grant{{Role: contest.RoleTeacher, UnitID: school, UnitPath: path}}}
	who["class teacher"] = at(contest.RoleTeacher, w.Class4[0], path+w.Class4[0]+"/")
	who["ward organizer"] = at(contest.RoleOrganizer, w.Ward, w.DepartmentPath+w.Ward+"/")
	who["school admin"] = at(contest.RoleAdmin, school, path)
	who["school office"] = at(contest.RoleSchool, school, path)
	who["judge"] = at(contest.RoleJudge, school, path)
	who["other school"] = at(contest.RoleTeacher, w.Schools[1], w.SchoolPaths[1])
	banks := &bank.Service{Store: db, Seats: db, Laws: db, Media: db, Now: storagetest.Now, NewID: storagetest.NewID}
	l.app = api.New(api.Config{Version: "test", Now: storagetest.Now, NewRequestID: storagetest.NewID}, api.Services{
		Auth: who, Bank: banks, Duplicates: bank.NewDuplicates(db, banks),
		Filters:    &bank.Filters{Store: db, Banks: banks, Now: storagetest.Now, NewID: storagetest.NewID},
		Drafts:     &bank.Drafts{Store: db, Banks: banks, Now: storagetest.Now},
		Sharing:    &bank.Sharing{Store: db, Banks: banks},
		Laws:       &bank.Laws{Store: db, Banks: banks, Now: storagetest.Now, NewID: storagetest.NewID},
		Talk:       &bank.Talk{Store: db, Banks: banks, Now: storagetest.Now, NewID: storagetest.NewID},
		Statistics: &itemstat.Reader{Store: db, Library: banks},
		Contests:   &contest.Service{Store: db, Now: storagetest.Now, NewID: storagetest.NewID},
		Imports: &intake.Service{
			Store: db, Banks: banks, Now: storagetest.Now, NewID: storagetest.NewID,
			Schools: &schools.Service{Store: db, Now: storagetest.Now, NewID: storagetest.NewID},
		},
	})
	list := l.want(200, "org", "GET", l.bank("/questions"), nil)
	l.question = list.json["items"].([]any)[0].(map[string]any)["id"].(string)
	l.draft = l.want(201, "org", "POST", l.bank("/questions"), plainQuestion("Câu của ban tổ chức")).json["id"].(string)
	l.said = l.want(201, "org", "POST", base+"/questions/"+l.question+"/comments", map[string]any{"text": "Xem lại đáp án."}).json["id"].(string)
	return l
}

func (l *lenders) bank(path string) string { return base + "/banks/" + l.w.Bank + path }

func plainQuestion(stem string) map[string]any {
	return map[string]any{"type": "single", "stem": stem, "options": []map[string]any{{"text": "đúng", "correct": true}, {"text": "sai"}}}
}

// grant shares the bank with these and nobody else.
func (l *lenders) grant(grants ...map[string]any) {
	l.t.Helper()
	version := l.want(200, "org", "GET", l.bank("/grants"), nil).json["version"]
	if grants == nil {
		grants = []map[string]any{}
	}
	l.want(200, "org", "PUT", l.bank("/grants"), map[string]any{"grants": grants}, "If-Match", fmt.Sprint(version))
}

// try is one thing to do with the bank and the rights of which any lets one do it.
type try struct {
	method, path string
	body         any
	needs        []string
	hidden       bool // without reading it is not known at all
}

func (l *lenders) tries() []try {
	read, edit, approve, all := []string{"read"}, []string{"edit"}, []string{"approve"}, []string{"read", "use"}
	q, mine := "/questions/"+l.question, "/questions/"+l.draft
	b := "/banks/" + l.w.Bank
	return []try{
		{"GET", b, nil, all, false},
		{"GET", b + "/topics", nil, all, false},
		{"GET", b + "/questions", nil, read, false},
		{"GET", b + "/statistics", nil, read, false},
		{"POST", b + "/similar", map[string]any{"stem": "Câu hỏi số 1"}, read, false},
		{"POST", b + "/preview", plainQuestion("x"), read, false},
		{"GET", b + "/stale-law", nil, read, false},
		{"GET", b + "/filters", nil, read, false},
		{"POST", b + "/filters", map[string]any{"name": "n", "query": "q=1"}, read, false},
		{"GET", q, nil, read, true},
		{"GET", q + "/versions/1/preview", nil, read, true},
		{"GET", q + "/statistics", nil, read, true},
		{"GET", q + "/versions/1/diff", nil, read, true},
		{"GET", q + "/history", nil, read, true},
		{"GET", q + "/comments", nil, read, true},
		{"POST", q + "/comments", map[string]any{"text": "Nên ngắn hơn."}, read, true},
		{"PATCH", q + "/comments/" + l.said, map[string]any{"resolved": true}, []string{"edit", "approve"}, true},
		{"GET", q + "/uses", nil, read, true},
		{"POST", b + "/questions", plainQuestion("mới"), edit, false},
		{"GET", b + "/drafts", nil, edit, false},
		{"PUT", b + "/drafts/draft-0001", map[string]any{"seq": 1, "form": map[string]any{}}, edit, false},
		{"DELETE", b + "/drafts/draft-0001", nil, edit, false},
		{"POST", b + "/edits", map[string]any{"question_ids": []string{l.question}, "topic": "Chủ đề khác"}, edit, false},
		{"POST", b + "/moves", map[string]any{"question_ids": []string{l.question}, "to_bank_id": l.w.Bank}, edit, false},
		{"POST", mine + "/versions", plainQuestion("sửa"), edit, true},
		{"POST", mine + "/reviews", map[string]any{"action": "submit"}, edit, true},
		{"POST", mine + "/reviews", map[string]any{"action": "return"}, approve, true},
		{"POST", b + "/reviews", map[string]any{"action": "submit", "question_ids": []string{l.question}}, edit, false},
		{"POST", b + "/reviews", map[string]any{"action": "approve", "question_ids": []string{l.question}}, approve, false},
		{"POST", b + "/reviews", map[string]any{"action": "retire", "question_ids": []string{l.draft}}, []string{"edit", "approve"}, false},
		{"GET", b + "/grants", nil, []string{"nobody's"}, false},
		{"PUT", b + "/grants", map[string]any{"grants": []any{}}, []string{"nobody's"}, false},
	}
}

// Every way to a bank asks for the right it needs, whoever holds it and however:
// with none of them the bank looks missing, with another one the act is refused
// by name. Planted defects, each caught: Allow replaced by Bank in ReviewAll, in
// Topics and in EditAll; editing without reading; a share for a role taken for
// every role; a unit's share reaching the school next door.
func TestRightsByRoleRightAndWay(t *testing.T) {
	l := lend(t, storagetest.SQLite(t))
	unit := func(role string) map[string]any { return map[string]any{"unit_id": l.w.Schools[0], "role": role} }
	person := map[string]any{"account_id": l.w.Teacher}
	everyone := []string{"teacher", "class teacher", "ward organizer", "school admin", "school office", "judge", "other school", "pupil"}
	for _, c := range []struct {
		name    string
		grant   map[string]any
		reached []string
	}{
		{"unit", unit(""), []string{"teacher", "class teacher", "ward organizer", "school admin"}},
		{"unit and role", unit("judge"), []string{"judge", "school admin"}},
		{"office", unit("school"), []string{"school office", "school admin"}},
		{"person", person, []string{"teacher"}},
	} {
		for _, right := range []string{"", "use", "read", "edit", "approve"} {
			l.grant()
			held := map[string]bool{right: true, "read": right == "read" || right == "edit" || right == "approve"}
			if right != "" {
				c.grant["rights"] = []string{right}
				l.grant(c.grant)
			}
			for _, who := range everyone {
				reached := right != "" && slices.Contains(c.reached, who)
				for _, try := range l.tries() {
					allowed := false
					for _, need := range try.needs {
						allowed = allowed || reached && held[need]
					}
					l.rightly(c.name+"/"+right, who, try, reached, reached && held["read"], allowed)
				}
			}
		}
	}
	for _, try := range l.tries() { // as it was before there were shares
		for _, who := range []string{"org", "checker"} {
			l.rightly("own unit", who, try, true, true, true)
		}
	}
}

// rightly makes one try and checks what it was answered with.
func (l *lenders) rightly(under, who string, try try, reached, reads, allowed bool) {
	l.t.Helper()
	r := l.say(who, try.method, base+try.path, try.body, "If-Match", "9999")
	code, _ := r.json["code"].(string)
	switch {
	case allowed:
		if r.status == http.StatusNotFound || code == "no_right" || r.status == http.StatusInternalServerError {
			l.t.Errorf("%s: %s may not %s %s: %d %s", under, who, try.method, try.path, r.status, r.text)
		}
	case !reached || try.hidden && !reads:
		if r.status != http.StatusNotFound {
			l.t.Errorf("%s: %s sees %s %s: %d %s", under, who, try.method, try.path, r.status, r.text)
		}
	default:
		if r.status != http.StatusForbidden || code != "no_right" {
			l.t.Errorf("%s: %s does %s %s: %d %s", under, who, try.method, try.path, r.status, r.text)
		}
	}
}

// A shared bank is in the list of those it is shared with, with what they may,
// and in nobody else's; its questions are found as twins by those who read.
func TestSharedBanksAreFound(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		l := lend(t, db)
		mine := l.want(201, "teacher", "POST", base+"/banks", map[string]any{"unit_id": l.w.Schools[0], "name": "Của trường"}).json["id"].(string)
		listed := func(who string) string {
			r := l.want(200, who, "GET", base+"/banks", nil)
			for _, item := range r.json["items"].([]any) {
				if b := item.(map[string]any); b["id"] == l.w.Bank {
					return fmt.Sprint(b["rights"], b["can_share"], b["unit"].(map[string]any)["name"])
				}
			}
			return ""
		}
		twins := func() int {
			r := l.want(200, "teacher", "POST", base+"/banks/"+mine+"/similar", map[string]any{"stem": "Câu hỏi số 1", "options": []string{"Đúng nhất", "Sai một", "Sai hai"}})
			return strings.Count(r.text, l.w.Bank)
		}
		if listed("teacher") != "" || twins() != 0 {
			t.Error("a bank that is not shared is found")
		}
		l.grant(map[string]any{"unit_id": l.w.Schools[0], "rights": []string{"use"}})
		if got := listed("teacher"); got != "[use] falsePhòng Giáo dục Sông Xanh" || twins() != 0 {
			t.Errorf("with use: %s, %d twins", got, twins())
		}
		l.grant(map[string]any{"unit_id": l.w.Schools[0], "rights": []string{"approve"}})
		if got := listed("teacher"); got != "[read approve] falsePhòng Giáo dục Sông Xanh" || twins() == 0 {
			t.Errorf("with approve: %s, %d twins", got, twins())
		}
		if listed("other school") != "" || listed("org") != "[read use edit approve] truePhòng Giáo dục Sông Xanh" {
			t.Errorf("the school next door: %s, the department: %s", listed("other school"), listed("org"))
		}
		l.want(404, "judge", "GET", base+"/banks", nil)
		l.grant(map[string]any{"account_id": l.w.Teacher, "rights": []string{"read"}})
		if listed("teacher") == "" || listed("class teacher") != "" {
			t.Error("a person's share")
		}
	})
}

// What is shared is checked whole, and an old look at it is refused.
func TestGrantsConversation(t *testing.T) {
	l := lend(t, storagetest.SQLite(t))
	at := l.bank("/grants")
	put := func(status int, grant map[string]any) reply {
		return l.want(status, "org", "PUT", at, map[string]any{"grants": []map[string]any{grant}}, "If-Match", fmt.Sprint(l.want(200, "org", "GET", at, nil).json["version"]))
	}
	read := []string{"read"}
	for code, grant := range map[string]map[string]any{
		"unit_or_account": {"rights": read},
		"unknown_unit":    {"unit_id": "x", "rights": read},
		"unknown_account": {"account_id": l.w.Pupils4[0][0], "rights": read},
		"unknown_role":    {"account_id": l.w.Teacher, "role": "judge", "rights": read},
		"no_rights":       {"unit_id": l.w.Schools[0], "rights": []string{}},
	} {
		if r := put(422, grant); !strings.Contains(r.text, `"grants[0]","code":"`+code) {
			t.Errorf("%s: %s", code, r.text)
		}
	}
	put(422, map[string]any{"unit_id": l.w.Schools[0], "rights": []string{"own"}})
	r := put(200, map[string]any{"unit_id": l.w.Schools[0], "role": "teacher", "rights": []string{"read", "use", "read"}})
	if !strings.Contains(r.text, `"items":[{"unit":{"id":"`+l.w.Schools[0]+`","name":"Trường TH-THCS Cánh Diều 1"},"role":"teacher","rights":["read","use"]}]`) {
		t.Errorf("grants: %s", r.text)
	}
	l.want(412, "org", "PUT", at, map[string]any{"grants": []any{}}, "If-Match", "1")
	l.want(412, "org", "PUT", at, map[string]any{"grants": []any{}})
	l.want(403, "teacher", "GET", at, nil)
	l.want(404, "judge", "GET", at, nil)
}

// A draft is its author's alone, the latest writing of it wins, and what is too
// large or too much is refused.
func TestDraftsConversation(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		l := lend(t, db)
		at := l.bank("/drafts/draft-0001")
		form := map[string]any{"stem": "Câu <b>đang</b> viết", "options": []any{"a", map[string]any{"x": 1.5}}}
		put := func(seq int, stem string) string {
			form["stem"] = stem
			r := l.want(200, "org", "PUT", at, map[string]any{"seq": seq, "question_id": l.question, "based_on": 1, "form": form})
			return fmt.Sprint(r.json["seq"], r.json["kept"])
		}
		for _, step := range []struct {
			seq  int
			stem string
			want string
		}{{2, "Câu <b>đang</b> viết", "2 true"}, {1, "cũ", "2 false"}, {2, "Câu <b>đang</b> viết", "2 true"}, {5, "Câu <b>xong</b>", "5 true"}, {4, "trễ", "5 false"}} {
			if got := put(step.seq, step.stem); got != step.want {
				t.Errorf("writing %d: %s, want %s", step.seq, got, step.want)
			}
		}
		if r := l.want(200, "org", "GET", at, nil); !strings.Contains(r.text, `"form":{"options":["a",{"x":1.5}],"stem":"Câu <b>xong</b>"}`) || r.json["based_on"] != 1.0 {
			t.Errorf("draft: %s", r.text)
		}
		if r := l.want(200, "org", "GET", l.bank("/drafts"), nil); !strings.Contains(r.text, `"title":"Câu <b>xong</b>"`) || strings.Contains(r.text, `"form"`) {
			t.Errorf("drafts: %s", r.text)
		}
		l.want(404, "checker", "GET", at, nil)
		if r := l.want(200, "checker", "GET", l.bank("/drafts"), nil); len(r.json["items"].([]any)) != 0 {
			t.Errorf("somebody else's drafts: %s", r.text)
		}
		form["stem"] = strings.Repeat("chữ ", 20_000)
		if r := l.want(413, "org", "PUT", at, map[string]any{"seq": 9, "form": form}); r.json["code"] != "draft_too_large" {
			t.Errorf("large: %s", r.text)
		}
		l.want(422, "org", "PUT", l.bank("/drafts/short"), map[string]any{"seq": 9, "form": map[string]any{}})
		l.want(422, "org", "PUT", at, map[string]any{"seq": 9, "form": []any{}})
		for n := range 49 {
			l.want(200, "org", "PUT", l.bank(fmt.Sprintf("/drafts/draft-1%03d", n)), map[string]any{"seq": 1, "form": map[string]any{}})
		}
		if r := l.want(409, "org", "PUT", l.bank("/drafts/draft-2000"), map[string]any{"seq": 1, "form": map[string]any{}}); r.json["code"] != "too_many_drafts" {
			t.Errorf("many: %s", r.text)
		}
		for range 2 {
			l.want(204, "org", "DELETE", at, nil)
		}
		l.want(404, "org", "GET", at, nil)
		later := storagetest.Now().Add(61 * 24 * time.Hour)
		dropped, err := db.DropDrafts(t.Context(), later.Add(-62*24*time.Hour), 500)
		if err != nil || dropped != 0 {
			t.Errorf("%d fresh drafts dropped, %v", dropped, err)
		}
		if dropped, err = db.DropDrafts(t.Context(), later.Add(-60*24*time.Hour), 500); err != nil || dropped != 49 {
			t.Errorf("%d old drafts dropped, %v; want 49", dropped, err)
		}
	})
}
