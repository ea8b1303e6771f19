package api

import (
	"bytes"
	lru "container/list"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/media"
)

// mediaPath is where a picture or recording is served.
func mediaPath(id string) string { return "/media/" + id }

func (s *Server) mediaRoutes() {
	route(s, op{Method: http.MethodPost, Path: "/banks/{bank_id}/media", ID: "add-media", Summary: "Take in a picture or a recording, made fit to be served", Tag: "bank", Status: http.StatusCreated}, s.addMedium)
	s.app.Get("/media/:id", s.serveMedium)
}

type mediaForm struct {
	Alt  string        `form:"alt" required:"false" maxLength:"20000" doc:"What the picture shows, or what the recording says"`
	File huma.FormFile `form:"file" required:"true"`
}

type addMediumInput struct {
	BankInput
	RawBody huma.MultipartFormFiles[mediaForm]
}

type mediumWire struct {
	ID     string `json:"id" doc:"As it stands in ![…](media:ID)"`
	Kind   string `json:"kind" enum:"image,audio"`
	URL    string `json:"url"`
	MIME   string `json:"mime"`
	Alt    string `json:"alt"`
	Width  int    `json:"width,omitempty" doc:"Of a picture"`
	Height int    `json:"height,omitempty" doc:"Of a picture"`
	Size   int    `json:"size" doc:"Bytes as served"`
}

func (s *Server) addMedium(ctx context.Context, actor contest.Actor, in *addMediumInput) (*body[mediumWire], error) {
	if err := onlyFields(in.RawBody.Form.Value, "alt"); err != nil {
		return nil, err
	}
	form := in.RawBody.Data()
	raw, err := io.ReadAll(io.LimitReader(form.File, media.MaxPictureBytes+1))
	if err != nil {
		return nil, err
	}
	m, err := s.svc.Gallery.Add(ctx, actor, in.BankID, raw, form.Alt)
	if err != nil {
		return nil, err
	}
	kind := "image"
	if m.Sound {
		kind = "audio"
	}
	return answer(mediumWire{
		ID: m.ID, Kind: kind, URL: mediaPath(m.ID), MIME: m.MIME, Alt: m.Words, Width: m.Width, Height: m.Height, Size: len(m.Body),
	}), nil
}

// mediaPolicy lets a picture that is opened by itself do nothing.
const mediaPolicy = "default-src 'none'; sandbox"

// serveMedium serves to whoever knows the id: what is behind an id never
// changes, so browsers keep it. A player asks for parts of a recording.
func (s *Server) serveMedium(c *fiber.Ctx) error {
	id := c.Params("id")
	if len(id) > 60 || s.svc.Gallery == nil {
		return fiber.ErrNotFound
	}
	m, err := s.medium(c.UserContext(), id)
	if err != nil {
		return err
	}
	etag := `"` + m.Hash[:20] + `"`
	for _, h := range [][2]string{
		{fiber.HeaderETag, etag}, {fiber.HeaderCacheControl, "public, max-age=31536000, immutable"}, {fiber.HeaderContentType, m.MIME},
		{fiber.HeaderContentSecurityPolicy, mediaPolicy}, {"Cross-Origin-Resource-Policy", "same-origin"}, {fiber.HeaderAcceptRanges, "bytes"},
	} {
		c.Set(h[0], h[1])
	}
	if c.Get(fiber.HeaderIfNoneMatch) == etag {
		return c.SendStatus(http.StatusNotModified)
	}
	return sendPart(c, m.Body)
}

// sendPart sends the part that is asked for, or all. It streams, since the
// server would otherwise copy the body for every reader.
func sendPart(c *fiber.Ctx, body []byte) error {
	from, to, partly := byteRange(c.Get(fiber.HeaderRange), len(body))
	if partly {
		c.Set(fiber.HeaderContentRange, "bytes "+strconv.Itoa(from)+"-"+strconv.Itoa(to-1)+"/"+strconv.Itoa(len(body)))
		c.Status(http.StatusPartialContent)
	}
	return c.SendStream(bytes.NewReader(body[from:to]), to-from)
}

// byteRange reads the header for one range of n bytes; whatever else it asks
// for gets everything, as the standard allows.
func byteRange(header string, n int) (from, to int, partly bool) {
	first, last, ok := strings.Cut(strings.TrimPrefix(header, "bytes="), "-")
	if !ok || !strings.HasPrefix(header, "bytes=") {
		return 0, n, false
	}
	a, errA := strconv.Atoi(first)
	b, errB := strconv.Atoi(last)
	switch {
	case errA == nil && last == "":
		from, to = a, n
	case errA == nil && errB == nil:
		from, to = a, min(b, n-1)+1
	case first == "" && errB == nil:
		from, to = max(0, n-b), n
	}
	if from < 0 || from >= to {
		return 0, n, false
	}
	return from, to, true
}

// mediaKept bounds the pictures that a node keeps at hand: those of the papers
// under way, so that a hall of pupils opening one does not read it from the
// record a thousand times.
const mediaKept = 8 << 20

// atHand keeps what was served last.
type atHand struct {
	mu    sync.Mutex
	byID  map[string]*lru.Element
	order lru.List // of bank.Medium, the latest in front
	bytes int
}

func (s *Server) medium(ctx context.Context, id string) (bank.Medium, error) {
	if m, ok := s.media.get(id); ok {
		return m, nil
	}
	m, err := s.svc.Gallery.Medium(ctx, id)
	if err == nil {
		s.media.put(m)
	}
	return m, err
}

func (a *atHand) get(id string) (bank.Medium, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	e, ok := a.byID[id]
	if !ok {
		return bank.Medium{}, false
	}
	a.order.MoveToFront(e)
	return e.Value.(bank.Medium), true
}

func (a *atHand) put(m bank.Medium) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, there := a.byID[m.ID]; there {
		return
	}
	if a.byID == nil {
		a.byID = map[string]*lru.Element{}
	}
	a.byID[m.ID] = a.order.PushFront(m)
	for a.bytes += len(m.Body); a.bytes > mediaKept; {
		last := a.order.Back()
		old := a.order.Remove(last).(bank.Medium)
		a.bytes -= len(old.Body)
		delete(a.byID, old.ID)
	}
}
