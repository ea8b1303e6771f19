package api_test

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mangxanh/api"
	"mangxanh/api/token"
	"mangxanh/contest"
	persons "mangxanh/contest/people"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// house is a server over a record of its own, with a ward of two schools and
// somebody signed in for every role.
type house struct {
	*api.Server
	db      *storage.DB
	people  *persons.Service
	tokens  map[string]string // who → access token
	unit    map[string]persons.Unit
	account map[string]string // who → account id
	card    map[string]persons.PrintedCard
}

const staffPassword = "mật khẩu dài 12"

func newHouse(t *testing.T) *house {
	t.Helper()
	db := storagetest.SQLite(t)
	secret := []byte(strings.Repeat("s", 32))
	keys, err := persons.NewKeys(secret)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := token.New(secret, storagetest.Now)
	if err != nil {
		t.Fatal(err)
	}
	hashes := persons.NewHasher(2, rand.Reader)
	gate := &persons.Gate{
		Store: db, Keys: keys, Hashes: hashes, Now: storagetest.Now, NewID: storagetest.NewID, Random: rand.Reader, Memory: &persons.Memory{},
	}
	h := &house{
		db:     db,
		people: &persons.Service{Store: db, Keys: keys, Hashes: hashes, Now: storagetest.Now, NewID: storagetest.NewID, Random: rand.Reader, Changed: gate.Memory.Forget},
		tokens: map[string]string{}, unit: map[string]persons.Unit{}, account: map[string]string{}, card: map[string]persons.PrintedCard{},
	}
	h.Server = api.New(api.Config{
		PublicURL: "http://localhost:8080", Version: "test", Now: storagetest.Now, NewRequestID: storagetest.NewID,
	}, api.Services{Auth: api.Bearer{Tokens: tokens, Gate: gate}, Audit: db, People: h.people, Gate: gate, Tokens: tokens})
	h.build(t)
	for who, role := range map[string]struct {
		role contest.Role
		unit string
	}{
		"admin": {contest.RoleAdmin, "ward"}, "organizer": {contest.RoleOrganizer, "ward"}, "school": {contest.RoleSchool, "am"},
		"teacher": {contest.RoleTeacher, "7A1"}, "judge": {contest.RoleJudge, "ward"},
		"other school": {contest.RoleSchool, "pm"}, "other teacher": {contest.RoleTeacher, "7A2"},
	} {
		h.staff(t, gate, tokens, who, role.role, h.unit[role.unit])
	}
	in, err := gate.SignInWithCard(t.Context(), h.card["pupil"].Secret, h.card["pupil"].PIN)
	if err != nil {
		t.Fatal(err)
	}
	if h.tokens["pupil"], err = tokens.Access(in.AccountID, in.SessionID); err != nil {
		t.Fatal(err)
	}
	return h
}

// build makes the ward, the schools am and pm, the classes 7A1 and 7A2 at am,
// and a pupil with a card in 7A1, 7A2 and at pm.
func (h *house) build(t *testing.T) {
	t.Helper()
	for _, u := range []struct{ key, parent, name string }{{"ward", "", "Phường Hoàng Mai"}, {"am", "ward", "THCS Ánh Mai"}, {"pm", "ward", "THCS Phúc Minh"}} {
		kind := persons.School
		if u.parent == "" {
			kind = persons.Ward
		}
		made, err := h.people.CreateUnit(t.Context(), contest.System, persons.Unit{ParentID: h.unit[u.parent].ID, Kind: kind, Name: u.name})
		if err != nil {
			t.Fatal(err)
		}
		h.unit[u.key] = made
	}
	for _, p := range []struct{ who, school, class string }{{"pupil", "am", "7A1"}, {"neighbour", "am", "7A2"}, {"stranger", "pm", "8B1"}} {
		out, err := h.people.CommitRoster(t.Context(), contest.System, h.unit[p.school].ID, "", "", []persons.RosterRow{
			{FullName: "Nguyễn Thị Tuyết", BirthDate: "2014-05-03", ClassName: p.class},
		})
		if err != nil {
			t.Fatal(err)
		}
		h.account[p.who] = out[0].AccountID
		if h.unit[p.class], err = h.db.Unit(t.Context(), out[0].ClassID); err != nil {
			t.Fatal(err)
		}
		if h.card[p.who], err = h.people.GiveCard(t.Context(), contest.System, out[0].AccountID, "", ""); err != nil {
			t.Fatal(err)
		}
	}
}

func (h *house) staff(t *testing.T, gate *persons.Gate, tokens *token.Tokens, who string, role contest.Role, u persons.Unit) {
	t.Helper()
	home := u.ID
	if u.Kind == persons.Class {
		home = u.ParentID
	}
	login := strings.ReplaceAll(who, " ", ".")
	a, _, err := h.people.CreateStaff(t.Context(), contest.System, persons.NewStaff{
		FullName: "Trần Văn Cán", Login: login, UnitID: home, Password: staffPassword, Roles: []persons.RoleGrant{{Role: role, UnitID: u.ID}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := persons.Session{ID: storagetest.NewID(), AccountID: a.ID, CreatedAt: storagetest.Now(), ExpiresAt: storagetest.Now().Add(time.Hour)}
	if err := h.db.CreateSession(t.Context(), s, persons.RefreshToken{SHA256: s.ID}); err != nil {
		t.Fatal(err)
	}
	h.account[who] = a.ID
	if h.tokens[who], err = tokens.Access(a.ID, s.ID); err != nil {
		t.Fatal(err)
	}
}

// answered is what came back.
type answered struct {
	status int
	body   string
	header http.Header
}

// code is the stable code of a problem document, or empty.
func (r answered) code() string {
	var p struct{ Code string }
	_ = json.Unmarshal([]byte(r.body), &p)
	return p.Code
}

func (r answered) into(t *testing.T, target any) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), target); err != nil {
		t.Fatalf("%d: not JSON: %v: %.300s", r.status, err, r.body)
	}
}

// call sends a request as somebody; "" is nobody.
func (h *house) call(t *testing.T, who, method, path, body string, headers ...string) answered {
	t.Helper()
	req := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+h.tokens[who])
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := h.App().Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answered{status: resp.StatusCode, body: string(text), header: resp.Header}
}
