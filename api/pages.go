package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// page is one file of the interface, held in memory in every encoding.
type page struct {
	kind    string
	etag    string
	plain   []byte
	br, gz  []byte
	forever bool // its name holds a hash of its content
	csp     string
}

// The two shells. Every address that is not a file is one of them.
const (
	studentShell = "index.html"
	staffShell   = "ql/index.html"
)

// pageRoutes serve the built interface; they answer last.
func (s *Server) pageRoutes() {
	pages := s.loadPages()
	s.app.Get("/openapi*", notHere)
	s.app.All("/api/*", notHere)
	s.app.Get("/*", func(c *fiber.Ctx) error { return servePage(c, pages) })
	s.app.Use(notHere)
}

func notHere(*fiber.Ctx) error { return fiber.ErrNotFound }

func servePage(c *fiber.Ctx, pages map[string]*page) error {
	name := strings.TrimPrefix(path.Clean("/"+c.Params("*")), "/")
	p := pages[name]
	switch {
	case p != nil:
	case strings.HasPrefix(name, "assets/") || path.Ext(name) != "":
		return fiber.ErrNotFound // never a page in place of a script
	case name == "ql" || strings.HasPrefix(name, "ql/"):
		p = pages[staffShell]
	default:
		p = pages[studentShell]
	}
	if p == nil {
		return serveWithoutInterface(c)
	}
	return p.serve(c)
}

// variant picks the form of the page that the browser accepts; each has an
// ETag of its own.
func (p *page) variant(accepted string) (body []byte, etag, encoding string) {
	switch {
	case p.br != nil && strings.Contains(accepted, "br"):
		body, encoding = p.br, "br"
	case p.gz != nil && strings.Contains(accepted, "gzip"):
		body, encoding = p.gz, "gzip"
	default:
		return p.plain, p.etag, ""
	}
	return body, strings.TrimSuffix(p.etag, `"`) + "-" + encoding + `"`, encoding
}

func (p *page) serve(c *fiber.Ctx) error {
	body, etag, encoding := p.variant(c.Get(fiber.HeaderAcceptEncoding))
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if p.forever {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	if p.csp != "" {
		c.Set(fiber.HeaderContentSecurityPolicy, p.csp)
	}
	if c.Get(fiber.HeaderIfNoneMatch) == etag {
		return c.SendStatus(http.StatusNotModified)
	}
	if encoding != "" {
		c.Set(fiber.HeaderContentEncoding, encoding)
	}
	c.Set(fiber.HeaderContentType, p.kind)
	return c.Send(body)
}

// loadPages reads every file of the interface with its compressed siblings.
func (s *Server) loadPages() map[string]*page {
	pages := map[string]*page{}
	if s.cfg.Pages == nil {
		return pages
	}
	styles := readStyleHashes(s.cfg.Pages)
	err := fs.WalkDir(s.cfg.Pages, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") ||
			name == "placeholder.txt" || name == "csp.json" {
			return err
		}
		plain, err := fs.ReadFile(s.cfg.Pages, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(plain)
		p := &page{kind: kindOf(name), etag: `"` + hex.EncodeToString(sum[:10]) + `"`, plain: plain}
		p.br, _ = fs.ReadFile(s.cfg.Pages, name+".br") // small files have no sibling
		p.gz, _ = fs.ReadFile(s.cfg.Pages, name+".gz")
		p.forever = strings.HasPrefix(name, "assets/") || strings.Contains(name, "/assets/")
		if strings.HasSuffix(name, ".html") {
			p.csp = policy(styles[name])
		}
		pages[name] = p
		return nil
	})
	if err != nil {
		s.cfg.Log.Error("the interface could not be read", "error", err)
	}
	return pages
}

func kindOf(name string) string {
	switch path.Ext(name) {
	case ".webmanifest":
		return "application/manifest+json"
	case ".js":
		return "text/javascript; charset=utf-8"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return fiber.MIMEOctetStream
}

// readStyleHashes reads what the build wrote about each page's inlined styles,
// so that page and header cannot disagree.
func readStyleHashes(pages fs.FS) map[string][]string {
	var csp struct{ Style map[string][]string }
	if data, err := fs.ReadFile(pages, "csp.json"); err == nil {
		_ = json.Unmarshal(data, &csp) // a broken file means a page without styles, seen at once
	}
	return csp.Style
}

// policy is the content security policy of a page: nothing from elsewhere, no
// inline script, and no text becomes markup except through three named policies.
func policy(styles []string) string {
	style := "'self'"
	for _, hash := range styles {
		style += " '" + hash + "'"
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src " + style, "img-src 'self' data: blob:", "media-src 'self'",
		"font-src 'self'", "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'",
		"form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
		"require-trusted-types-for 'script'", "trusted-types svelte-trusted-html sw content",
	}, "; ")
}

// serveWithoutInterface explains a binary that was built without the pages.
func serveWithoutInterface(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(http.StatusOK).SendString(`<!doctype html><html lang="vi"><meta charset="utf-8"><title>Mạng Xanh</title>
<h1>Mạng Xanh</h1><p>Máy chủ đang chạy, nhưng bản này chưa có giao diện. Cài Node 20 rồi chạy <code>scripts/run.sh</code>, hoặc dùng bản phát hành có sẵn giao diện và chỉ thư mục bằng <code>--ui-dir</code>.</p>
<p lang="en">The server is running, but this build holds no interface. Install Node 20 and run <code>scripts/run.sh</code>, or unpack a release and point <code>--ui-dir</code> at it.</p>
<p><a href="/ket-qua">Kết quả đã công bố</a> · <a href="/tro-giup">Trợ giúp: 111</a></p></html>`)
}
