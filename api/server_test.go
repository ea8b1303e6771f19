package api_test

import (
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"mangxanh/api"
	"mangxanh/storage/storagetest"
)

func serve(t *testing.T) func(method, target, body string, headers ...string) (int, string, func(string) string) {
	t.Helper()
	s := api.New(api.Config{
		PublicURL: "http://localhost", Version: "test", Now: storagetest.Now, NewRequestID: storagetest.NewID,
		Pages: fstest.MapFS{
			"index.html":       {Data: []byte("<h1>student</h1>")},
			"index.html.br":    {Data: []byte("brotli")},
			"ql/index.html":    {Data: []byte("<h1>staff</h1>")},
			"assets/a-1234.js": {Data: []byte("1")},
			"csp.json":         {Data: []byte(`{"style":{"index.html":["sha256-abc"]}}`)},
		},
	}, api.Services{})
	return func(method, target, body string, headers ...string) (int, string, func(string) string) {
		t.Helper()
		req := httptest.NewRequest(method, target, strings.NewReader(body))
		for i := 0; i+1 < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		resp, err := s.App().Test(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(text), resp.Header.Get
	}
}

func TestEveryFaultIsAProblemDocument(t *testing.T) {
	call := serve(t)
	for _, c := range []struct {
		name, method, target, body string
		headers                    []string
		status                     int
		code                       string
	}{
		{"unknown address", "GET", "/api/v1/nowhere", "", nil, 404, "not_found"},
		{"packed body", "POST", "/api/v1/x", "abc", []string{"Content-Encoding", "gzip", "Content-Type", "application/json"}, 415, "encoded_body"},
		{"form of a foreign page", "POST", "/api/v1/x", "a=b", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "content_type"},
		{"missing script", "GET", "/assets/gone.js", "", nil, 404, "not_found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, text, header := call(c.method, c.target, c.body, c.headers...)
			var p struct{ Code, RequestID string }
			if err := json.Unmarshal([]byte(text), &p); err != nil {
				t.Fatalf("not a problem document: %v: %s", err, text)
			}
			if status != c.status || p.Code != c.code {
				t.Errorf("got %d %s, want %d %s", status, p.Code, c.status, c.code)
			}
			if got := header("Content-Type"); got != "application/problem+json" {
				t.Errorf("content type %q", got)
			}
			if header("X-Request-Id") == "" {
				t.Error("no request id")
			}
		})
	}
}

func TestPagesAreCachedAndGuarded(t *testing.T) {
	call := serve(t)
	status, text, header := call("GET", "/c", "")
	if status != 200 || text != "<h1>student</h1>" {
		t.Fatalf("GET /c: %d %q", status, text)
	}
	if csp := header("Content-Security-Policy"); !strings.Contains(csp, "'sha256-abc'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	if _, text, _ := call("GET", "/ql/anything", ""); text != "<h1>staff</h1>" {
		t.Errorf("staff shell: %q", text)
	}
	_, text, header = call("GET", "/", "", "Accept-Encoding", "gzip, br")
	if text != "brotli" || header("Content-Encoding") != "br" {
		t.Errorf("compressed sibling not used: %q", text)
	}
	if status, _, _ := call("GET", "/", "", "Accept-Encoding", "br", "If-None-Match", header("ETag")); status != 304 {
		t.Errorf("same ETag answered %d, want 304", status)
	}
	if _, _, header := call("GET", "/assets/a-1234.js", ""); !strings.Contains(header("Cache-Control"), "immutable") {
		t.Error("hashed asset is not immutable")
	}
}

func TestHealth(t *testing.T) {
	call := serve(t)
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, text, _ := call("GET", path, ""); status != 200 {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
}
