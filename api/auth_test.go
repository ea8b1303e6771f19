package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func sorted(s []string) []string { s = slices.Clone(s); slices.Sort(s); return s }

type session struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
	Account     struct {
		ID, Kind, Name, Login, Language string
		Roles                           []struct {
			Role string
			Unit struct{ Name string }
		}
		Unit, Class *struct{ Name string }
	}
}

func (r answered) cookie(t *testing.T) *http.Cookie {
	t.Helper()
	for _, c := range (&http.Response{Header: r.header}).Cookies() {
		if c.Name == "mx_refresh" {
			return c
		}
	}
	t.Fatalf("no refresh cookie in %d %s", r.status, r.body)
	return nil
}

func TestConversationOfASession(t *testing.T) {
	h := newHouse(t)
	card := h.card["pupil"]
	in := h.call(t, "", "POST", "/auth/card", `{"card":" `+strings.ToLower(card.Code)+`","pin":"`+card.PIN+`"}`)
	var s session
	in.into(t, &s)
	if in.status != 200 || s.TokenType != "Bearer" || s.ExpiresIn != 900 || s.Account.Kind != "pupil" || s.Account.Name != "Nguyễn Thị Tuyết" || s.Account.Class.Name != "7A1" || s.Account.Unit.Name != "THCS Ánh Mai" {
		t.Fatalf("card: %d %s", in.status, in.body)
	}
	cookie := in.cookie(t)
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/api/v1/auth" || cookie.MaxAge < 24*3600 {
		t.Errorf("cookie %+v", cookie)
	}
	if in.header.Get("Cache-Control") != "no-store" {
		t.Error("a signed-in answered may be cached")
	}
	h.tokens["me"] = s.AccessToken
	if me := h.call(t, "me", "GET", "/me", ""); me.status != 200 || !strings.Contains(me.body, "Nguyễn Thị Tuyết") {
		t.Errorf("me: %d %s", me.status, me.body)
	}
	next := h.call(t, "", "POST", "/auth/refresh", "", "Cookie", "mx_refresh="+cookie.Value)
	if next.status != 200 || next.cookie(t).Value == cookie.Value {
		t.Fatalf("refresh: %d %s", next.status, next.body)
	}
	out := h.call(t, "me", "POST", "/auth/logout", "")
	if out.status != 204 || out.cookie(t).MaxAge >= 0 || !strings.Contains(out.header.Get("Clear-Site-Data"), "storage") {
		t.Errorf("logout: %d %v", out.status, out.header)
	}
	if me := h.call(t, "me", "GET", "/me", ""); me.status != 401 || me.code() != "sign_in" {
		t.Errorf("me after logout: %d %s", me.status, me.code())
	}
	if again := h.call(t, "", "POST", "/auth/refresh", "", "Cookie", "mx_refresh="+next.cookie(t).Value); again.status != 401 {
		t.Errorf("refresh after logout: %d", again.status)
	}
}

func TestRefusalsOfSigningIn(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		name, path, body string
		status           int
		code             string
	}{
		{"right password", "/auth/login", `{"login":"school","password":"` + staffPassword + `"}`, 200, ""},
		{"wrong password", "/auth/login", `{"login":"school","password":"wrong password"}`, 401, "bad_credentials"},
		{"unknown login", "/auth/login", `{"login":"nobody","password":"wrong password"}`, 401, "bad_credentials"},
		{"wrong PIN", "/auth/card", `{"card":"` + h.card["pupil"].Code + `","pin":"0"}`, 401, "bad_credentials"},
		{"unknown card", "/auth/card", `{"card":"AAAA-AAAA","pin":"0000"}`, 401, "bad_credentials"},
		{"no card", "/auth/card", `{"card":"","pin":""}`, 401, "bad_credentials"},
		{"unknown field", "/auth/login", `{"login":"school","password":"my secret word","role":"admin"}`, 422, "unknown_field"},
		{"missing field", "/auth/login", `{"login":"school"}`, 422, "invalid"},
		{"no cookie", "/auth/refresh", ``, 401, "sign_in"},
		{"a book", "/auth/login", `{"login":"` + strings.Repeat("x", 8<<10) + `","password":"y"}`, 413, "too_large"},
	} {
		got := h.call(t, "", "POST", c.path, c.body)
		if got.status != c.status || got.code() != c.code {
			t.Errorf("%s: %d %s, want %d %s: %.200s", c.name, got.status, got.code(), c.status, c.code, got.body)
		}
		if strings.Contains(got.body, "secret word") || strings.Contains(got.body, "wrong password") {
			t.Errorf("%s: the refusal repeats what was sent: %s", c.name, got.body)
		}
	}
	var locked answered
	for range 6 {
		locked = h.call(t, "", "POST", "/auth/card", `{"card":"`+h.card["neighbour"].Code+`","pin":"x"}`)
	}
	if locked.status != 429 || locked.code() != "too_many_tries" || locked.header.Get("Retry-After") != "900" {
		t.Errorf("sixth wrong PIN: %d %s, Retry-After %q", locked.status, locked.code(), locked.header.Get("Retry-After"))
	}
}

func TestConversationAboutPeople(t *testing.T) {
	h := newHouse(t)
	var made struct {
		ID, Password string
	}
	h.call(t, "school", "POST", "/accounts", h.fill(`{"name":"Đỗ Thị Mới","login":"co.moi","unit_id":"{am}","roles":[{"role":"teacher","unit_id":"{7A1}"}]}`, nil, false)).into(t, &made)
	body, _ := json.Marshal(map[string]string{"login": "co.moi", "password": made.Password})
	in := h.call(t, "", "POST", "/auth/login", string(body))
	var s session
	in.into(t, &s)
	if in.status != 200 || len(s.Account.Roles) != 1 || s.Account.Roles[0].Unit.Name != "7A1" {
		t.Fatalf("the new teacher: %d %s", in.status, in.body)
	}
	h.tokens["new"] = s.AccessToken
	if got := h.call(t, "new", "GET", h.fill("/units/{7A1}/enrolments", nil, false), ""); got.status != 200 || !strings.Contains(got.body, "Nguyễn Thị Tuyết") {
		t.Errorf("pupils of the class: %d %s", got.status, got.body)
	}
	for name, body := range map[string]string{
		"a school gives the admin's role":   `{"role":"admin","unit_id":"{am}"}`,
		"a school gives the school's role":  `{"role":"school","unit_id":"{am}"}`,
		"a school gives a role in another":  `{"role":"teacher","unit_id":"{pm}"}`,
		"a school gives a role in the ward": `{"role":"teacher","unit_id":"{ward}"}`,
	} {
		if got := h.call(t, "school", "POST", "/accounts/"+made.ID+"/roles", h.fill(body, nil, false)); got.status != 403 && got.status != 404 {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if got := h.call(t, "school", "POST", "/accounts/"+h.account["school"]+"/password", `{"current_password":"`+staffPassword+`","new_password":"short"}`); got.status != 422 {
		t.Errorf("short password: %d", got.status)
	}
	change, _ := json.Marshal(map[string]string{"current_password": made.Password, "new_password": "một câu dài dễ nhớ"})
	if got := h.call(t, "new", "POST", "/accounts/"+made.ID+"/password", string(change)); got.status != 200 || strings.Contains(got.body, "password") {
		t.Errorf("own password: %d %s", got.status, got.body)
	}
	if got := h.call(t, "", "POST", "/auth/login", string(body)); got.status != 401 {
		t.Errorf("the old password: %d", got.status)
	}
	if got := h.call(t, "new", "GET", "/me", ""); got.status != 200 {
		t.Errorf("the session that changed the password: %d", got.status)
	}
}

// The staff of a school cannot take over an account that holds more than they
// may give, even when their school keeps it.
func TestNobodyTakesOverAHigherAccount(t *testing.T) {
	h := newHouse(t)
	made := h.call(t, "admin", "POST", "/accounts", h.fill(`{"name":"Lê Cao","login":"cao","unit_id":"{am}","roles":[{"role":"organizer","unit_id":"{ward}"}]}`, nil, false))
	var a struct{ ID string }
	made.into(t, &a)
	for _, c := range []struct{ method, path, body string }{
		{"POST", "/accounts/" + a.ID + "/password", `{}`},
		{"PATCH", "/accounts/" + a.ID, `{"state":"banned"}`},
		{"POST", "/accounts/" + a.ID + "/roles", h.fill(`{"role":"teacher","unit_id":"{am}"}`, nil, false)},
	} {
		if got := h.call(t, "school", c.method, c.path, c.body, "If-Match", "1"); got.status != 403 {
			t.Errorf("%s %s: %d, want 403", c.method, c.path, got.status)
		}
	}
}

func TestEditsOfUnitsAndPupils(t *testing.T) {
	h := newHouse(t)
	path := h.fill("/units/{am}", nil, false)
	if got := h.call(t, "school", "PATCH", path, `{"headcount":812,"name":"THCS Ánh Mai mới"}`, "If-Match", `"1"`); got.status != 200 || !strings.Contains(got.body, `"headcount":812`) || !strings.Contains(got.body, `"version":2`) {
		t.Errorf("edit: %d %s", got.status, got.body)
	}
	if got := h.call(t, "school", "PATCH", path, `{"headcount":1}`, "If-Match", "1"); got.status != 412 || got.code() != "version_changed" {
		t.Errorf("edit of an old version: %d %s", got.status, got.code())
	}
	if got := h.call(t, "school", "PATCH", path, `{"headcount":1}`); got.status != 412 {
		t.Errorf("edit without a version: %d", got.status)
	}
	pupil := h.fill("/accounts/{pupil}", nil, false)
	if got := h.call(t, "school", "PATCH", pupil, h.fill(`{"class_id":"{8B1}"}`, nil, false), "If-Match", "1"); got.status != 422 {
		t.Errorf("move into another school's class: %d %s", got.status, got.body)
	}
	if got := h.call(t, "school", "PATCH", pupil, h.fill(`{"class_id":"{7A2}","gender":"female"}`, nil, false), "If-Match", "1"); got.status != 200 {
		t.Errorf("move: %d %s", got.status, got.body)
	}
	if got := h.call(t, "other teacher", "GET", h.fill("/units/{7A2}/enrolments", nil, false), ""); strings.Count(got.body, `"account_id"`) != 2 {
		t.Errorf("class after the move: %s", got.body)
	}
	if got := h.call(t, "teacher", "POST", pupil+"/card", ""); got.status != 404 {
		t.Errorf("the former teacher reissues the card: %d, want 404", got.status)
	}
	add := h.fill(`{"class_id":"{7A1}","name":"Vũ An","birth_date":"2014-02-03"}`, nil, false)
	if got := h.call(t, "school", "POST", "/enrolments", add); got.status != 201 {
		t.Errorf("one pupil by hand: %d %s", got.status, got.body)
	}
	if got := h.call(t, "school", "POST", "/enrolments", add); got.status != 409 {
		t.Errorf("the same pupil again: %d", got.status)
	}
}

func TestConsentOfGuardianAndChild(t *testing.T) {
	h := newHouse(t)
	published := func() bool {
		return strings.Contains(h.call(t, "teacher", "GET", h.fill("/units/{7A1}/enrolments", nil, false), "").body, `"publication":true`)
	}
	var ids []string
	for _, giver := range []string{"guardian", "child"} {
		if published() {
			t.Fatalf("published before the %s agreed", giver)
		}
		var c struct{ ID string }
		h.call(t, "teacher", "POST", h.fill("/accounts/{pupil}/consents", nil, false), `{"kind":"publication","given_by":"`+giver+`","evidence":"Phiếu số 3"}`).into(t, &c)
		ids = append(ids, c.ID)
	}
	if !published() {
		t.Error("both agreed, and the name is still masked")
	}
	if got := h.call(t, "teacher", "DELETE", "/consents/"+ids[0], ""); got.status != 204 || published() {
		t.Errorf("withdrawn: %d, published %v", got.status, published())
	}
	got := h.call(t, "school", "GET", h.fill("/accounts/{pupil}/consents", nil, false), "").body
	if strings.Count(got, `"evidence":"Phiếu số 3"`) != 2 || strings.Count(got, `"withdrawn_at"`) != 1 || !strings.Contains(got, `"name":"Trần Văn Cán"`) {
		t.Errorf("the list of consents: %s", got)
	}
	// What the administrator reads of it names people and no PIN.
	log := h.call(t, "admin", "GET", h.fill("/audit?object=account:{pupil}", nil, false), "").body
	if strings.Count(log, `"consent.record"`) != 2 || !strings.Contains(log, `"consent.withdraw"`) || !strings.Contains(log, `"object_name":"Nguyễn Thị Tuyết"`) {
		t.Errorf("the log: %s", log)
	}
}

func TestCardsArePrintedForPagesAndPrinters(t *testing.T) {
	h := newHouse(t)
	var cards struct {
		Items []struct {
			Name, Class, School, Code, PIN, Link string
			QRSVG                                string `json:"qr_svg"`
		}
	}
	h.call(t, "school", "GET", h.fill("/units/{am}/cards", nil, false), "").into(t, &cards)
	if len(cards.Items) != 2 || cards.Items[0].Link != "http://localhost:8080/c#"+h.card["pupil"].Secret || !strings.HasPrefix(cards.Items[0].QRSVG, "<svg") {
		t.Errorf("cards: %+v", cards)
	}
	pdf := h.call(t, "school", "GET", h.fill("/units/{am}/cards.pdf", nil, false), "")
	if pdf.status != 200 || pdf.header.Get("Content-Type") != "application/pdf" || !bytes.HasPrefix([]byte(pdf.body), []byte("%PDF-")) {
		t.Errorf("PDF: %d %s %.20q", pdf.status, pdf.header.Get("Content-Type"), pdf.body)
	}
	var fresh struct{ Code, PIN, Secret_Link string }
	h.call(t, "teacher", "POST", h.fill("/accounts/{pupil}/card", nil, false), "").into(t, &fresh)
	if got := h.call(t, "", "POST", "/auth/card", `{"card":"`+fresh.Code+`","pin":"`+fresh.PIN+`"}`); got.status != 200 {
		t.Errorf("the new card: %d %s", got.status, got.body)
	}
	if got := h.call(t, "pupil", "GET", "/me", ""); got.status != 401 {
		t.Errorf("the session of the old card: %d, want 401", got.status)
	}
}

// Who asks learns nothing of who exists: a wrong password and an unknown login
// get the very same answer, try after try, and so do a wrong PIN and a card
// that never was.
func TestKnownAndUnknownAnswerAlike(t *testing.T) {
	h := newHouse(t)
	said := func(path, body string) string {
		got := h.call(t, "", "POST", path, body)
		return fmt.Sprint(got.status, got.header.Get("Retry-After") != "", requestID.ReplaceAllString(got.body, ""))
	}
	for try := range 7 {
		if known, unknown := said("/auth/login", `{"login":"judge","password":"wrong password"}`), said("/auth/login", `{"login":"nobody","password":"wrong password"}`); known != unknown {
			t.Errorf("try %d of a password: known %s, unknown %s", try+1, known, unknown)
		}
		if known, unknown := said("/auth/card", `{"card":"`+h.card["stranger"].Code+`","pin":"x"}`), said("/auth/card", `{"card":"AAAA-AAAA","pin":"x"}`); known != unknown {
			t.Errorf("try %d of a PIN: known %s, unknown %s", try+1, known, unknown)
		}
	}
}

// A school is one address: what one guesser does must not shut the others out.
func TestOneAddressIsManyPeople(t *testing.T) {
	h := newHouse(t)
	for range 30 {
		h.call(t, "", "POST", "/auth/card", `{"card":"`+h.card["stranger"].Code+`","pin":"x"}`)
	}
	for range 30 {
		if got := h.call(t, "", "POST", "/auth/card", `{"card":"`+h.card["pupil"].Code+`","pin":"`+h.card["pupil"].PIN+`"}`); got.status != 200 {
			t.Fatalf("a neighbour of the guesser: %d %s", got.status, got.code())
		}
	}
}
