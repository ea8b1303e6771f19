package api_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"mangxanh/contest"
	"mangxanh/storage/storagetest"
)

// right is one route with the status that each role must get. Roles that are
// not named must get 404, exactly as for an id that never was.
type right struct {
	method, path, body string
	want               map[string]int
	noTwin             bool // nothing in it that could be missing: no twin to compare with
}

func everybody(status int, except ...string) map[string]int {
	want := map[string]int{}
	for _, who := range []string{"pupil", "teacher", "other teacher", "school", "other school", "organizer", "judge", "admin"} {
		want[who] = status
	}
	for _, who := range except {
		delete(want, who)
	}
	return want
}

// The bodies are wrong on purpose where a right answer would change something:
// who may act is told 422, who may not is told 404 before the body is looked at
// by any rule.
var peopleRights = []right{
	{"GET", "/units/{am}", "", map[string]int{"school": 200, "organizer": 200, "judge": 200, "admin": 200}, false},
	{"GET", "/units/{7A1}", "", map[string]int{"teacher": 200, "school": 200, "organizer": 200, "judge": 200, "admin": 200}, false},
	{"GET", "/units/{am}/tree", "", map[string]int{"school": 200, "organizer": 200, "judge": 200, "admin": 200}, false},
	{"PATCH", "/units/{am}", `{"headcount":-1}`, map[string]int{"school": 422, "organizer": 403, "judge": 403, "admin": 422}, false},
	{"PATCH", "/units/{7A1}", `{"headcount":-1}`, map[string]int{"teacher": 403, "school": 422, "organizer": 403, "judge": 403, "admin": 422}, false},
	{"POST", "/units", `{"parent_id":"{am}","kind":"class","name":""}`, map[string]int{"school": 422, "organizer": 403, "judge": 403, "admin": 422}, false},
	{"POST", "/units", `{"parent_id":"{ward}","kind":"school","name":""}`, map[string]int{"organizer": 403, "judge": 403, "admin": 422}, false},
	{"POST", "/unit-groups", `{"unit_id":"{ward}","name":""}`, map[string]int{"organizer": 422, "admin": 422}, false},
	{"GET", "/unit-groups/{group}", "", map[string]int{"organizer": 200, "admin": 200}, false},
	{"PATCH", "/unit-groups/{group}", `{"name":""}`, map[string]int{"organizer": 422, "admin": 422}, false},
	{"DELETE", "/unit-groups/{group}", "", map[string]int{"organizer": 409, "admin": 409}, false},
	{"PUT", "/unit-groups/{group}/members", `{"members":["nobody"]}`, map[string]int{"organizer": 422, "admin": 422}, false},
	{"GET", "/units/{am}/enrolments", "", map[string]int{"school": 200, "admin": 200}, false},
	{"GET", "/units/{7A1}/enrolments", "", map[string]int{"teacher": 200, "school": 200, "admin": 200}, false},
	{"POST", "/enrolments", `{"class_id":"{7A1}","name":"1"}`, map[string]int{"school": 422, "admin": 422}, false},
	{"PATCH", "/accounts/{pupil}", `{"name":"1"}`, map[string]int{"school": 422, "admin": 422}, false},
	{"PATCH", "/accounts/{teacher}", `{"name":"1"}`, map[string]int{"school": 422, "admin": 422}, false},
	{"POST", "/accounts", `{"name":"","login":"x","unit_id":"{am}"}`, map[string]int{"school": 422, "admin": 422}, false},
	{"POST", "/accounts/{teacher}/roles", `{"role":"teacher","unit_id":"nobody"}`, map[string]int{}, true},
	{"POST", "/accounts/{neighbour}/password", `{}`, map[string]int{}, false},
	{"GET", "/accounts/{pupil}/consents", "", map[string]int{"teacher": 200, "school": 200, "admin": 200}, false},
	{"POST", "/accounts/{pupil}/consents", `{"kind":"publication","given_by":"self","evidence":"x"}`, map[string]int{"teacher": 422, "school": 422, "admin": 422}, false},
	{"DELETE", "/consents/{consent}", "", map[string]int{"teacher": 204, "school": 204, "admin": 204}, false},
	{"POST", "/units/{7A1}/cards", `{"mode":"missing"}`, map[string]int{"teacher": 200, "school": 200, "admin": 200}, false},
	{"POST", "/units/{am}/cards", `{"mode":"missing"}`, map[string]int{"school": 200, "admin": 200}, false},
	{"GET", "/units/{7A1}/cards", "", map[string]int{"teacher": 200, "school": 200, "admin": 200}, false},
	{"GET", "/units/{7A1}/cards.pdf", "", map[string]int{"teacher": 200, "school": 200, "admin": 200}, false},
	{"POST", "/accounts/{neighbour}/card", "", map[string]int{"other teacher": 200, "school": 200, "admin": 200}, false},
	{"DELETE", "/accounts/{teacher}/roles/{role}", "", map[string]int{}, true},
	{"GET", "/units", "", everybody(200), true},
	{"GET", "/unit-groups", "", everybody(200), true},
	{"GET", "/accounts", "", everybody(200), true},
	{"GET", "/me", "", everybody(200), true},
	{"GET", "/audit", "", map[string]int{"admin": 200}, true},
	{"GET", "/audit?object=unit:{am}", "", map[string]int{"admin": 200}, true},
}

var placeholder = regexp.MustCompile(`\{([a-zA-Z0-9]+)\}`)

// fill puts real ids, or with missing ids that never were, into a path or body.
func (h *house) fill(s string, extra map[string]string, missing bool) string {
	return placeholder.ReplaceAllStringFunc(s, func(m string) string {
		key := m[1 : len(m)-1]
		id := extra[key]
		if u, ok := h.unit[key]; ok {
			id = u.ID
		} else if a, ok := h.account[key]; ok {
			id = a
		}
		if id != "" && missing {
			return "0190a1b2-0000-7000-8000-000000000000"
		}
		if id == "" {
			return m
		}
		return id
	})
}

var requestID = regexp.MustCompile(`"request_id":"[^"]*"`)

// Planted defects that this catches: a handler that asks the store instead of
// the service, a role too many in a check, another text for foreign than for
// missing.
func TestWhoMayDoWhatToPeople(t *testing.T) {
	h := newHouse(t)
	ids := h.groupAndConsent(t)
	for _, r := range peopleRights {
		name := r.method + " " + r.path + " " + r.body
		if got := h.call(t, "", r.method, h.fill(r.path, ids, false), h.fill(r.body, ids, false), "If-Match", "1"); got.status != 401 {
			t.Errorf("%s as nobody: %d, want 401", name, got.status)
		}
		for who := range everybody(0) {
			want, ok := r.want[who]
			if !ok {
				want = 404
			}
			got := h.call(t, who, r.method, h.fill(r.path, ids, false), h.fill(r.body, ids, false), "If-Match", "1")
			if got.status != want {
				t.Errorf("%s as %s: %d %s, want %d", name, who, got.status, got.code(), want)
			}
			if want != 404 || r.noTwin {
				continue
			}
			missing := h.call(t, who, r.method, h.fill(r.path, ids, true), h.fill(r.body, ids, true), "If-Match", "1")
			if foreign, gone := requestID.ReplaceAllString(got.body, ""), requestID.ReplaceAllString(missing.body, ""); foreign != gone || missing.status != got.status {
				t.Errorf("%s as %s: somebody else's answers\n%s\nand missing answers\n%s", name, who, foreign, gone)
			}
		}
	}
}

func (h *house) groupAndConsent(t *testing.T) map[string]string {
	t.Helper()
	var group, consent struct{ ID string }
	h.call(t, "organizer", "POST", "/unit-groups", h.fill(`{"unit_id":"{ward}","name":"Trường cũ","members":["{am}","{pm}"]}`, nil, false)).into(t, &group)
	h.call(t, "teacher", "POST", h.fill("/accounts/{pupil}/consents", nil, false), `{"kind":"publication","given_by":"child","evidence":"Sổ 12, trang 3"}`).into(t, &consent)
	const kept = "contest-of-the-group" // which therefore stays, whoever may delete it
	_, err := h.db.CreateContest(t.Context(), contest.Actor{AccountID: h.account["organizer"]}, contest.Contest{
		ID: kept, UnitID: h.unit["ward"].ID, Slug: kept, Title: kept, Stored: contest.Draft, Audience: []string{group.ID}, TieSeed: "s", Version: 1,
		ActorID: h.account["organizer"], CreatedAt: storagetest.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if group.ID == "" || consent.ID == "" {
		t.Fatal("no group or consent to ask about")
	}
	return map[string]string{"group": group.ID, "consent": consent.ID, "role": "nobody"}
}

// Lists hold only what lies below one's roles, however they are asked.
func TestListsOfPeopleAreScoped(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		who, path string
		want      []string
	}{
		{"pupil", "/units", nil},
		{"pupil", "/units?q=a", nil},
		{"pupil", "/units?parent_id={am}", nil},
		{"school", "/units", []string{"THCS Ánh Mai"}},
		{"school", "/units?kind=class", []string{"7A1", "7A2"}},
		{"school", "/units?q=7a", []string{"7A1", "7A2"}},
		{"school", "/units?parent_id={pm}", nil},
		{"school", "/units?parent_id={ward}", []string{"THCS Ánh Mai"}},
		{"teacher", "/units?kind=class", []string{"7A1"}},
		{"admin", "/units?q=anh", []string{"THCS Ánh Mai"}},
		{"admin", "/units?q=%25", nil},
		{"teacher", "/accounts", nil},
		{"organizer", "/accounts", nil},
		{"school", "/accounts?q=teacher", []string{"teacher", "other.teacher"}},
		{"other school", "/accounts", []string{"other.school"}},
		{"school", "/unit-groups", nil},
	} {
		var got struct {
			Items []struct{ Name, Login string }
		}
		h.call(t, c.who, "GET", h.fill(c.path, nil, false), "").into(t, &got)
		var names []string
		for _, i := range got.Items {
			name := i.Name
			if i.Login != "" {
				name = i.Login
			}
			names = append(names, name)
		}
		if len(names) != len(c.want) || strings.Join(sorted(names), ",") != strings.Join(sorted(c.want), ",") {
			t.Errorf("%s as %s lists %v, want %v", c.path, c.who, names, c.want)
		}
	}
}

// A route about people without a row in the table of rights is a route whose
// rights nobody has thought of.
func TestEveryRouteAboutPeopleHasItsRights(t *testing.T) {
	known := map[string]bool{}
	for _, r := range peopleRights {
		known[r.method+" "+placeholder.ReplaceAllString(r.path, "{}")] = true
	}
	var doc struct {
		Paths map[string]map[string]struct{ Tags []string }
	}
	text, err := os.ReadFile("openapi.json") // what the server serves, by its own test
	if err != nil {
		t.Fatal(err)
	}
	answered{body: string(text)}.into(t, &doc)
	seen := 0
	for path, methods := range doc.Paths {
		for method, o := range methods {
			if len(o.Tags) == 0 || !strings.Contains(" units people cards ", " "+o.Tags[0]+" ") {
				continue
			}
			seen++
			name := strings.ToUpper(method) + " " + bracket.ReplaceAllString(strings.TrimPrefix(path, "/api/v1"), "{}")
			if !known[name] {
				t.Errorf("%s has no row", name)
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d routes found in the document", seen)
	}
}

var bracket = regexp.MustCompile(`\{[^}]*\}`)
