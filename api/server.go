package api

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"reflect"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"

	"mangxanh/api/token"
	"mangxanh/contest"
	"mangxanh/contest/attempt"
	"mangxanh/contest/bank"
	"mangxanh/contest/export"
	"mangxanh/contest/intake"
	"mangxanh/contest/itemstat"
	"mangxanh/contest/people"
	"mangxanh/contest/standing"
)

// Config is what the server needs besides the services.
type Config struct {
	PublicURL      string   // the address people open, without a trailing slash
	TrustedProxies []string // addresses whose forwarding headers are believed
	Pages          fs.FS    // the built interface
	Version        string
	Log            *slog.Logger
	Now            func() time.Time
	NewRequestID   func() string
	// Observe hears of every answered request; nil = nobody does.
	Observe func(method, route string, status int, took time.Duration)
	// Ready says why the node should get no traffic; nil = always ready.
	Ready func(context.Context) error
}

// Auditor reads the record of acts.
type Auditor interface {
	Audit(ctx context.Context, f contest.AuditFilter, page contest.Page) ([]contest.AuditEntry, string, error)
}

// Authenticator knows who a bearer token belongs to.
type Authenticator interface {
	// Actor returns the signed-in actor, or an Unauthorized error.
	Actor(ctx context.Context, bearer string) (contest.Actor, error)
}

// Services are the concrete services that the routes call. Every route is
// registered whether its service is there or not, so that the document is whole;
// a test of one noun gives only what it needs.
type Services struct {
	Auth     Authenticator
	Audit    Auditor
	People   *people.Service
	Gate     *people.Gate
	Tokens   *token.Tokens
	Contests *contest.Service
	Live     *standing.Live
	Attempts *attempt.Service
	Signs    *attempt.Signs
	Results  *standing.Results
	Public   *standing.Public
	Help     *contest.HelpDesk
	Monitor  *attempt.Staff
	Bank     *bank.Service
	Imports  *intake.Service

	Gallery *bank.Gallery
	Exports *export.Service

	Statistics *itemstat.Reader
	Duplicates *bank.Duplicates
	Filters    *bank.Filters
	Drafts     *bank.Drafts
	Sharing    *bank.Sharing
	Talk       *bank.Talk
	Laws       *bank.Laws
}

// Server is the HTTP surface of one node.
type Server struct {
	cfg  Config
	svc  Services
	app  *fiber.App
	huma huma.API

	requests, saves deadlines

	hub    *hub
	boards boardBytes
	media  atHand
}

// Limits of a request. Imports have their own body limit.
const (
	readTimeout    = 10 * time.Second
	writeTimeout   = 20 * time.Second
	idleTimeout    = 2 * time.Minute
	requestTimeout = 10 * time.Second
	maxBody        = 12 << 20 // an import file of 10 MiB and its form
	maxJSON        = 1 << 20
)

// New builds the server and registers every route.
func New(cfg Config, svc Services) *Server {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{cfg: cfg, svc: svc, hub: newHub(cfg.Now)}
	s.requests.limit, s.saves.limit = requestTimeout, saveTime
	s.app = fiber.New(fiber.Config{
		AppName:                 "Mạng Xanh",
		Immutable:               true,
		DisableStartupMessage:   true,
		ErrorHandler:            s.handleError,
		ReadTimeout:             readTimeout,
		WriteTimeout:            writeTimeout,
		IdleTimeout:             idleTimeout,
		BodyLimit:               maxBody,
		ReadBufferSize:          8 << 10,
		CaseSensitive:           true,
		StrictRouting:           true,
		EnableTrustedProxyCheck: true,
		TrustedProxies:          cfg.TrustedProxies,
		EnableIPValidation:      true,
		ReduceMemoryUsage:       false,
	})
	s.app.Use(s.begin, recover.New(recover.Config{EnableStackTrace: true, StackTraceHandler: s.panicked}), s.guard)
	s.huma = humafiber.New(s.app, humaConfig(cfg.Version))
	s.routes()
	return s
}

// panicked records where a handler broke; the client gets the sentence for any
// accident, with the same request id.
func (s *Server) panicked(c *fiber.Ctx, cause any) {
	id, _ := c.Locals(requestIDKey{}).(string)
	s.cfg.Log.Error("a handler broke", "request_id", id, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
}

func humaConfig(version string) huma.Config {
	c := huma.DefaultConfig("Mạng Xanh", version)
	c.OpenAPIPath = "/openapi"
	c.DocsPath = ""    // its page loads a script from a public network
	c.SchemasPath = "" // schemas are in the document
	c.CreateHooks = nil
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", func(t reflect.Type, hint string) string {
		return strings.ReplaceAll(huma.DefaultSchemaNamer(t, hint), "Wire", "")
	})
	c.RejectUnknownQueryParameters = true
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
	}
	return c
}

// routes is the table of everything served, a line per noun.
func (s *Server) routes() {
	s.healthRoutes()
	s.authRoutes()
	s.unitRoutes()
	s.peopleRoutes()
	s.cardRoutes()
	s.auditRoutes()
	s.contestRoutes()
	s.leaderboardRoutes()
	s.streamRoutes()
	s.attemptRoutes()
	s.monitorRoutes()
	s.bankRoutes()
	s.mediaRoutes()
	s.exportRoutes()
	s.importRoutes()
	s.statisticRoutes()
	s.findRoutes()
	s.previewRoutes()
	s.draftRoutes()
	s.grantRoutes()
	s.talkRoutes()
	s.lawRoutes()
	s.resultRoutes()
	s.helpRoutes()
	s.publicRoutes()
	s.pageRoutes() // last: it answers what nothing else did
}

// App is the Fiber application, for tests that call it without a socket.
func (s *Server) App() *fiber.App { return s.app }

// Serve answers requests on the listener until Shutdown.
func (s *Server) Serve(l net.Listener) error { return s.app.Listener(l) }

// Shutdown stops taking requests and waits for those under way.
func (s *Server) Shutdown(ctx context.Context) error {
	s.hub.close(ctx) // first: the server would wait for streams that never end by themselves
	return s.app.ShutdownWithContext(ctx)
}

// Keys of what a request carries with it.
type (
	requestIDKey struct{}
	bearerKey    struct{}
	receivedKey  struct{}
)

// begin stamps the request: when it was completely received (all deadline
// decisions use this moment), its id, its deadline.
func (s *Server) begin(c *fiber.Ctx) error {
	received := contest.Moment(s.cfg.Now())
	id := s.cfg.NewRequestID()
	c.Locals(receivedKey{}, received)
	c.Locals(requestIDKey{}, id)
	if token, ok := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer "); ok {
		c.Locals(bearerKey{}, token)
	}
	c.SetUserContext(s.requests.context())
	s.securityHeaders(c, id)

	err := c.Next()
	if err != nil { // here, not later, so that the status below is the one sent
		if err := s.handleError(c, err); err != nil {
			return err
		}
	}
	if s.cfg.Observe != nil {
		s.cfg.Observe(c.Method(), c.Route().Path, c.Response().StatusCode(), s.cfg.Now().Sub(received))
	}
	return nil
}

// securityHeaders are on every answer. They are set by their canonical names in
// bytes, since writing and checking names anew is felt at ten thousand a second.
func (s *Server) securityHeaders(c *fiber.Ctx, id string) {
	h := &c.Response().Header
	for _, fixed := range fixedHeaders {
		h.SetCanonical(fixed[0], fixed[1])
	}
	h.SetCanonical(requestIDHeader, []byte(id))
	if strings.HasPrefix(c.Path(), "/api/") {
		h.SetCanonical(cacheHeader, noStore)
	}
	if strings.HasPrefix(s.cfg.PublicURL, "https://") {
		c.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

var (
	fixedHeaders = [][2][]byte{
		{[]byte("X-Content-Type-Options"), []byte("nosniff")},
		{[]byte("Referrer-Policy"), []byte("no-referrer")},
		{[]byte("X-Frame-Options"), []byte("DENY")},
		{[]byte("Cross-Origin-Opener-Policy"), []byte("same-origin")},
		{[]byte("Permissions-Policy"), []byte("camera=(), microphone=(), geolocation=(), payment=(), usb=()")},
	}
	requestIDHeader, cacheHeader, noStore = []byte("X-Request-Id"), []byte(fiber.HeaderCacheControl), []byte("no-store")
)

// guard refuses what no handler should see: encoded bodies, which unpack
// without a limit, and bodies that a foreign page's form could have sent.
func (s *Server) guard(c *fiber.Ctx) error {
	if enc := c.Get(fiber.HeaderContentEncoding); enc != "" && enc != "identity" {
		return contest.Refuse(contest.Unsupported, "encoded_body", "request bodies must not be compressed")
	}
	if len(c.Request().Body()) == 0 {
		return c.Next()
	}
	kind, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";")
	switch strings.TrimSpace(kind) {
	case fiber.MIMEApplicationJSON:
		if len(c.Request().Body()) > maxJSON {
			return contest.Refuse(contest.TooLarge, "too_large", "the request is larger than %d bytes", maxJSON)
		}
	case fiber.MIMEMultipartForm:
	default:
		return contest.Refuse(contest.Unsupported, "content_type", "send application/json or multipart/form-data")
	}
	return c.Next()
}

// receivedAt is when the request that c answers was completely received.
func receivedAt(c *fiber.Ctx) time.Time {
	t, _ := c.Locals(receivedKey{}).(time.Time)
	return t
}

// received is receivedAt for handlers that see only the context.
func received(ctx context.Context) time.Time {
	t, _ := ctx.Value(receivedKey{}).(time.Time)
	return t
}
