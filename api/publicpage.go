package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"mangxanh/contest"
	"mangxanh/contest/standing"
)

//go:embed public/page.html public/style.css
var publicFiles embed.FS

// publicPages draws the pages that everybody can read without a script: results
// and help, in two languages.
type publicPages struct {
	templates [2]*template.Template // Vietnamese, English
	style     []byte
	stylePath string // holds a hash of the content
}

// rowsAPage is how many lines a page of results has.
const rowsAPage = 200

func newPublicPages() *publicPages {
	style, err := publicFiles.ReadFile("public/style.css")
	if err != nil {
		panic(err) // embedded: it is there or the build is broken
	}
	sum := sha256.Sum256(style)
	p := &publicPages{style: style, stylePath: "/assets/public-" + hex.EncodeToString(sum[:6]) + ".css"}
	for i := range p.templates {
		p.templates[i] = template.Must(template.New("").Funcs(template.FuncMap{
			"t":      func(key string) string { return publicTexts[key][i] },
			"date":   func(t time.Time) string { return t.In(contest.Hanoi).Format("02/01/2006") },
			"moment": func(t time.Time) string { return t.In(contest.Hanoi).Format("15:04 02/01/2006") },
			"count":  func(n any) string { return grouped(fmt.Sprint(n), i == 1) },
		}).ParseFS(publicFiles, "public/page.html"))
	}
	return p
}

// grouped writes a whole number with its thousands apart: 592.810, 592,810.
func grouped(digits string, en bool) string {
	mark := "."
	if en {
		mark = ","
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + mark + digits[i:]
	}
	return digits
}

// Policy of the public pages: a stylesheet and the icon, nothing else.
const publicPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (s *Server) publicPageRoutes() {
	p := newPublicPages()
	s.app.Get(p.stylePath, func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
		c.Set(fiber.HeaderContentType, "text/css; charset=utf-8")
		return sendPacked(c, p.style)
	})
	s.app.Get("/ket-qua", s.drawn(p, s.resultsPage))
	s.app.Get("/ket-qua/:slug", s.drawn(p, s.resultPage))
	s.app.Get("/tro-giup", s.drawn(p, s.helpPage))
}

// frame is what every public page has.
type frame struct {
	Title string
	Style string
	Other string // this page in the other language
	en    bool
}

// To is a path in the language of the page.
func (f frame) To(path string) string { return address(path, f.en) }

// address makes a link; pairs are query names and values, empty ones left out.
func address(path string, en bool, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if en {
		q.Set("lang", "en")
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// asked is what a reader asked for.
type asked struct {
	path     string
	slug     string
	version  string
	division string
	page     string
	cursor   string
	en       bool
}

func (a asked) to(en bool, pairs ...string) string { return address(a.path, en, pairs...) }

// drawing is one page: a template and its view.
type drawing struct {
	name string
	view any
}

// drawn answers with the page that draw makes, or with one that says why not.
func (s *Server) drawn(p *publicPages, draw func(context.Context, asked, frame) (drawing, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		a := asked{
			path: c.Path(), slug: c.Params("slug"), version: c.Query("v"), division: c.Query("division"),
			page: c.Query("trang"), cursor: c.Query("cursor"), en: c.Query("lang") == "en",
		}
		f := frame{Style: p.stylePath, en: a.en, Other: a.to(!a.en, "v", a.version, "division", a.division, "trang", a.page, "cursor", a.cursor)}
		d, err := draw(c.UserContext(), a, f)
		status := http.StatusOK
		if err != nil {
			status, d = s.undrawn(c, err, f)
		}
		var page bytes.Buffer
		if err := p.templates[pick(a.en)].ExecuteTemplate(&page, d.name, d.view); err != nil {
			return fmt.Errorf("draw page %s: %w", d.name, err)
		}
		return sendPublic(c, status, page.Bytes())
	}
}

func pick(en bool) int {
	if en {
		return 1
	}
	return 0
}

type missingView struct {
	frame
	Text string
}

// undrawn is the page in place of one that cannot be shown.
func (s *Server) undrawn(c *fiber.Ctx, err error, f frame) (int, drawing) {
	status, key := http.StatusServiceUnavailable, "broken"
	if errors.Is(err, contest.NotFound) || errors.Is(err, contest.Invalid) {
		status, key = http.StatusNotFound, "missing"
	} else {
		s.cfg.Log.Error("public page failed", "request_id", c.Locals(requestIDKey{}), "error", err)
		c.Set(fiber.HeaderRetryAfter, "30")
	}
	f.Title = publicTexts[key][pick(f.en)]
	return status, drawing{"missing", missingView{frame: f, Text: publicTexts[key+".text"][pick(f.en)]}}
}

// sendPublic sends a page with what protects it and lets proxies keep it for
// half a minute: a consent that is withdrawn shows soon.
func sendPublic(c *fiber.Ctx, status int, page []byte) error {
	c.Set(fiber.HeaderContentSecurityPolicy, publicPolicy)
	c.Set("X-Robots-Tag", "noindex, nofollow")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Status(status)
	if status != http.StatusOK {
		c.Set(fiber.HeaderCacheControl, "no-store")
		return c.Send(page)
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=30")
	return sendPacked(c, page)
}

// sendPacked sends a text with its ETag, packed where the reader takes gzip.
func sendPacked(c *fiber.Ctx, text []byte) error {
	sum := sha256.Sum256(text)
	etag := `"` + hex.EncodeToString(sum[:10]) + `"`
	packed := strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip")
	if packed {
		etag = strings.TrimSuffix(etag, `"`) + `-gzip"`
	}
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if c.Get(fiber.HeaderIfNoneMatch) == etag {
		return c.SendStatus(http.StatusNotModified)
	}
	if !packed {
		return c.Send(text)
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(text) // into memory: it cannot fail
	w.Close()
	c.Set(fiber.HeaderContentEncoding, "gzip")
	return c.Send(out.Bytes())
}

type listView struct {
	frame
	Rounds []standing.PublishedRound
	Next   string
}

func (s *Server) resultsPage(ctx context.Context, a asked, f frame) (drawing, error) {
	rounds, next, err := s.svc.Public.Rounds(ctx, contest.Page{Limit: 50, Cursor: a.cursor})
	if err != nil {
		return drawing{}, err
	}
	f.Title = publicTexts["results"][pick(a.en)]
	v := listView{frame: f, Rounds: rounds}
	if next != "" {
		v.Next = a.to(a.en, "cursor", next)
	}
	return drawing{"list", v}, nil
}

type helpView struct {
	Name, Note, Phone, URL, Contact, CheckedOn string
}

type helpPageView struct {
	frame
	Lines []helpView
}

func (s *Server) helpPage(ctx context.Context, a asked, f frame) (drawing, error) {
	lines, err := s.svc.Help.Lines(ctx)
	if err != nil { // whoever needs help is not sent away by a database
		s.cfg.Log.Error("help lines are unreadable; the default is shown", "error", err)
		lines = contest.DefaultHelp()
	}
	f.Title = publicTexts["help.title"][pick(a.en)]
	return drawing{"help", helpPageView{frame: f, Lines: helpIn(lines, a.en)}}, nil
}

// whole reads a number of an address; an empty one is none.
func whole(s string, none int) (int, error) {
	if s == "" {
		return none, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 1_000_000 {
		return 0, contest.Missing("page")
	}
	return n, nil
}
