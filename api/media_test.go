package api_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"mangxanh/api"
	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/storage/storagetest"
)

func mediaForm(t *testing.T, fields map[string]string, file []byte) (string, *bytes.Buffer) {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "ảnh.png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(file) // a buffer takes everything
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &form
}

// gallery is a bank that takes pictures and recordings.
type gallery struct {
	*talk
	bank string
}

func (g *gallery) ask(method, path, as, kind string, body io.Reader, header ...string) reply {
	g.t.Helper()
	req := httptest.NewRequest(method, path, body)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if as != "" {
		req.Header.Set("Authorization", "Bearer "+as)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := g.app.App().Test(req, -1)
	if err != nil {
		g.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	r := reply{status: resp.StatusCode, header: resp.Header, text: string(text)}
	if strings.Contains(resp.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(text, &r.json); err != nil {
			g.t.Fatalf("%q: %v", text, err)
		}
	}
	return r
}

func (g *gallery) send(as string, file []byte, alt string) reply {
	g.t.Helper()
	kind, form := mediaForm(g.t, map[string]string{"alt": alt}, file)
	return g.ask("POST", base+"/banks/"+g.bank+"/media", as, kind, form)
}

func (g *gallery) look(id string, header ...string) reply {
	g.t.Helper()
	return g.ask("GET", "/media/"+id, "", "", nil, header...)
}

func newGallery(t *testing.T) *gallery {
	t.Helper()
	db := storagetest.SQLite(t)
	w := storagetest.NewWorld(t, db, 2, 1, 1)
	who := staffOf(w)
	who["stranger"] = contest.Actor{AccountID: storagetest.NewID(), Kind: contest.Staff, Grants: []contest.Grant{{Role: contest.RoleOrganizer, UnitID: w.Schools[1], UnitPath: w.SchoolPaths[1]}}}
	banks := &bank.Service{Store: db, Seats: db, Now: storagetest.Now, NewID: storagetest.NewID}
	ids := 0
	newID := func() string { ids++; return strings.Repeat("a", 20+ids) }
	app := api.New(api.Config{Version: "test", Now: storagetest.Now, NewRequestID: storagetest.NewID}, api.Services{
		Auth: who, Bank: banks, Gallery: bank.NewGallery(db, banks, storagetest.Now, newID),
	})
	return &gallery{talk: &talk{t: t, now: storagetest.Now(), app: app}, bank: w.Bank}
}

func banner(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewNRGBA(image.Rect(0, 0, 1440, 720))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func frame() []byte {
	b := make([]byte, 417)
	copy(b, "\xff\xfb\x90\x00")
	return b
}

func TestPicturesAndRecordings(t *testing.T) {
	g := newGallery(t)
	made := g.send("org", banner(t), " Một lá\tcờ ")
	id, _ := made.json["id"].(string)
	if made.status != 201 || !regexp.MustCompile(`^a+-720x360$`).MatchString(id) || made.json["alt"] != "Một lá cờ" || made.json["url"] != "/media/"+id || made.json["width"] != 720.0 {
		t.Fatalf("%d %s", made.status, made.text)
	}
	if again := g.send("org", banner(t), "Cờ"); again.json["id"] != id {
		t.Errorf("the same picture became %s", again.text)
	}
	sound := g.send("org", bytes.Repeat(frame(), 3), "Xin chào các bạn")
	if sound.status != 201 || sound.json["kind"] != "audio" || sound.json["mime"] != "audio/mpeg" {
		t.Fatalf("%d %s", sound.status, sound.text)
	}
	for name, c := range map[string]struct {
		as     string
		file   string
		alt    string
		status int
		code   string
	}{
		"no words":       {"org", string(banner(t)), " ", 422, "missing_alt"},
		"silent words":   {"org", string(frame()) + string(frame()), "", 422, "missing_transcript"},
		"svg":            {"org", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "x", 415, "not_a_picture"},
		"not a sound":    {"org", "ID3 but text", "x", 415, "not_a_recording"},
		"a foreign bank": {"stranger", string(banner(t)), "x", 404, "not_found"},
	} {
		if r := g.send(c.as, []byte(c.file), c.alt); r.status != c.status || !strings.Contains(r.text, `"`+c.code+`"`) {
			t.Errorf("%s: %d %s", name, r.status, r.text)
		}
	}
}

func TestMediaAreServedToKeep(t *testing.T) {
	g := newGallery(t)
	id, _ := g.send("org", banner(t), "Một lá cờ").json["id"].(string)
	soundID, _ := g.send("org", bytes.Repeat(frame(), 3), "Xin chào").json["id"].(string)
	shown := g.look(id)
	for name, want := range map[string]string{
		"Content-Type": "image/png", "Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox",
	} {
		if got := shown.header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if m, err := png.Decode(strings.NewReader(shown.text)); err != nil || m.Bounds().Dx() != 720 {
		t.Errorf("served %d bytes: %v", len(shown.text), err)
	}
	if r := g.look(id, "If-None-Match", shown.header.Get("ETag")); r.status != 304 {
		t.Errorf("seen before: %d", r.status)
	}
	for asked, want := range map[string]string{"bytes=0-1": "bytes 0-1/1251", "bytes=1000-": "bytes 1000-1250/1251", "bytes=-51": "bytes 1200-1250/1251", "bytes=9-3": "", "pages=1-2": "", "bytes=9999-": "", "bytes=0-1,5-6": ""} {
		r := g.look(soundID, "Range", asked)
		if got := r.header.Get("Content-Range"); got != want || (want == "") != (r.status == 200) {
			t.Errorf("%s: %d %q", asked, r.status, got)
		}
	}
	for _, unknown := range []string{"aaaaaaaaaaaaaaaaaaaaaaaaa-1x1", "..%2f..%2fetc", strings.Repeat("a", 80)} {
		if r := g.look(unknown); r.status != 404 {
			t.Errorf("%s: %d", unknown, r.status)
		}
	}
}
