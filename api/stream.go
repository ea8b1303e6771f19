package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"mangxanh/contest"
	"mangxanh/contest/standing"
)

// Streams are for screens that show a board or a monitor, never for a phone in
// an attempt. Each topic is looked up once for all who listen; every listener
// has room for the newest state only, so a slow one skips states and delays
// nobody. A stream ends after streamLife: whoever comes back is checked anew.
const (
	streamEvery   = 2 * time.Second
	streamBeat    = 20 * time.Second
	streamWrite   = 10 * time.Second
	streamLife    = 10 * time.Minute
	streamMost    = 5000
	streamLimit   = 20 // lines of a streamed board
	eventStream   = "text/event-stream"
	streamProduce = 5 * time.Second
)

func (s *Server) streamRoutes() {
	s.streamOp(op{Method: http.MethodGet, Path: "/rounds/{round_id}/leaderboard/stream", ID: "stream-leaderboard", Summary: "The newest leaderboard as server-sent events", Tag: "leaderboard"}, "division", s.streamLeaderboard)
	s.streamOp(op{Method: http.MethodGet, Path: "/rounds/{round_id}/monitor/stream", ID: "stream-monitor", Summary: "The newest counts as server-sent events", Tag: "monitor"}, "unit_id", s.streamMonitor)
}

// streamOp registers a stream and puts it into the document.
func (s *Server) streamOp(o op, query string, handle fiber.Handler) {
	h := o.operation(true)
	h.Parameters = []*huma.Param{
		{Name: "round_id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}},
		{Name: query, In: "query", Schema: &huma.Schema{Type: huma.TypeString}},
	}
	h.Responses = map[string]*huma.Response{"200": {Description: "Each event's data is the JSON of the plain call", Content: map[string]*huma.MediaType{eventStream: {Schema: &huma.Schema{Type: huma.TypeString}}}}}
	s.huma.OpenAPI().AddOperation(&h)
	s.app.Get(prefix+fiberPath(o.Path), handle)
}

func (s *Server) streamLeaderboard(c *fiber.Ctx) error {
	actor, err := s.actorOf(c)
	if err != nil {
		return err
	}
	round, q := c.Params("round_id"), standing.Query{Division: c.Query("division"), Limit: streamLimit}
	// The board of all is the same for everybody; who manages may see it earlier.
	key := "board|" + round + "|" + q.Division
	if _, _, err := s.svc.Contests.ManagedRound(c.UserContext(), actor, round); err == nil {
		key += "|managed"
	}
	return s.stream(c, key, func(ctx context.Context) (string, []byte, error) {
		page, err := s.svc.Live.Page(ctx, actor, round, q)
		if err != nil {
			return "", nil, err
		}
		r := s.boards.rendered(page)
		return r.etag, r.body, nil
	})
}

func (s *Server) streamMonitor(c *fiber.Ctx) error {
	actor, err := s.actorOf(c)
	if err != nil {
		return err
	}
	round, unit := c.Params("round_id"), c.Query("unit_id")
	// What a person may count depends on the person: no sharing between accounts.
	return s.stream(c, "monitor|"+round+"|"+unit+"|"+actor.AccountID, func(ctx context.Context) (string, []byte, error) {
		m, err := s.svc.Monitor.Monitor(ctx, actor, round, unit)
		if err != nil {
			return "", nil, err
		}
		text, err := json.Marshal(toMonitor(m))
		return "", text, err
	})
}

// fiberPath is a path with {names} as the router writes it.
func fiberPath(path string) string { return strings.NewReplacer("{", ":", "}", "").Replace(path) }

// produce returns the newest state of a topic with a mark that changes with it
// ("" = compare the bytes).
type produce func(ctx context.Context) (mark string, data []byte, err error)

// stream takes the connection over and feeds it. The first state is made here,
// so that a refusal is an ordinary answer.
func (s *Server) stream(c *fiber.Ctx, key string, make produce) error {
	mark, data, err := make(c.UserContext())
	if err != nil {
		return err
	}
	l := s.hub.listen(key, make, mark, data)
	if l == nil {
		return contest.Refuse(contest.Busy, "too_many_streams", "this node serves no more streams now")
	}
	head := streamHead(c)
	c.Context().HijackSetNoResponse(true)
	c.Context().Hijack(func(conn net.Conn) {
		defer l.leave()
		defer func() { _ = recover() }() // a panic here would end the process
		feed(conn, head, l)
	})
	return nil
}

// streamHead is the head of the response, which is ours to write once the
// connection is taken over; what the middlewares set is kept.
func streamHead(c *fiber.Ctx) []byte {
	h := &c.Response().Header
	h.SetContentType(eventStream)
	h.Set(fiber.HeaderCacheControl, "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy in front must not collect events
	h.SetConnectionClose()
	h.SetStatusCode(http.StatusOK)
	h.SetContentLength(-2) // until the connection ends
	return bytes.Clone(h.Header())
}

// feed writes states until the other side leaves, the hub ends or the stream
// has lived long enough.
func feed(conn net.Conn, head []byte, l *listener) {
	_ = conn.SetReadDeadline(time.Time{})
	left := make(chan struct{})
	go func() { // nothing is ever sent to us: a read that returns means that they left
		defer close(left)
		defer func() { _ = recover() }()
		_, _ = conn.Read(make([]byte, 1))
	}()
	defer func() { // the server closes the connection once we return; until then only a deadline ends the read
		_ = conn.SetReadDeadline(time.Unix(1, 0))
		<-left
	}()
	write := func(parts ...[]byte) bool {
		_ = conn.SetWriteDeadline(l.hub.now().Add(streamWrite))
		_, err := conn.Write(bytes.Join(parts, nil))
		return err == nil
	}
	if !write(head) {
		return
	}
	beat, life := time.NewTicker(streamBeat), time.NewTimer(streamLife)
	defer beat.Stop()
	defer life.Stop()
	for {
		select {
		case data, open := <-l.newest:
			if !open || !write([]byte("data: "), data, []byte("\n\n")) {
				return
			}
		case <-beat.C:
			if !write([]byte(":\n\n")) {
				return
			}
		case <-left:
			return
		case <-life.C:
			return
		}
	}
}

// hub knows who listens to what.
type hub struct {
	now    func() time.Time
	mu     sync.Mutex
	topics map[string]*topic
	total  int
	closed bool
	idle   sync.WaitGroup // listeners that are still fed
}

type topic struct {
	listeners map[*listener]struct{}
	stop      context.CancelFunc
	mark      string
	data      []byte
}

// listener is one stream. newest holds at most the newest state; it is closed
// when there will be no more.
type listener struct {
	hub    *hub
	key    string
	newest chan []byte
	once   sync.Once
}

func newHub(now func() time.Time) *hub { return &hub{now: now, topics: map[string]*topic{}} }

// listen joins a topic, beginning it when nobody listened yet; nil when the hub
// is full or closed.
func (h *hub) listen(key string, make produce, mark string, data []byte) *listener {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.total >= streamMost {
		return nil
	}
	t := h.topics[key]
	if t == nil {
		ctx, stop := context.WithCancel(context.Background())
		t = &topic{listeners: map[*listener]struct{}{}, stop: stop, mark: mark, data: data}
		h.topics[key] = t
		go h.run(ctx, key, t, make)
	}
	l := newListener(h, key)
	l.newest <- t.data
	t.listeners[l] = struct{}{}
	h.total++
	h.idle.Add(1)
	return l
}

func newListener(h *hub, key string) *listener {
	return &listener{hub: h, key: key, newest: make(chan []byte, 1)}
}

// run looks the topic up for all its listeners until it is stopped or refused.
func (h *hub) run(ctx context.Context, key string, t *topic, make produce) {
	defer func() {
		if recover() != nil {
			h.end(key, t)
		}
	}()
	tick := time.NewTicker(streamEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		each, cancel := context.WithTimeout(ctx, streamProduce)
		mark, data, err := make(each)
		cancel()
		switch kind := contest.CodeOf(err); {
		case err == nil:
			h.publish(t, mark, data)
		case kind == "board_hidden" || kind == "not_found":
			h.end(key, t)
			return
		}
	}
}

// publish gives a new state to everybody, in place of one not yet fetched.
func (h *hub) publish(t *topic, mark string, data []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if mark == t.mark && (mark != "" || bytes.Equal(data, t.data)) {
		return
	}
	t.mark, t.data = mark, data
	for l := range t.listeners {
		select {
		case <-l.newest:
		default:
		}
		l.newest <- data
	}
}

// end closes every stream of a topic.
func (h *hub) end(key string, t *topic) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t.stop()
	if h.topics[key] == t {
		delete(h.topics, key)
	}
	for l := range t.listeners {
		delete(t.listeners, l)
		close(l.newest)
	}
}

// leave takes a listener out; the last one ends the topic.
func (l *listener) leave() {
	l.once.Do(func() {
		h := l.hub
		h.mu.Lock()
		defer h.mu.Unlock()
		h.total--
		h.idle.Done()
		if t := h.topics[l.key]; t != nil {
			delete(t.listeners, l)
			if len(t.listeners) == 0 {
				t.stop()
				delete(h.topics, l.key)
			}
		}
	})
}

// close ends all streams and waits until their connections are closed: the
// server does not know of them.
func (h *hub) close(ctx context.Context) {
	h.mu.Lock()
	h.closed = true
	open := map[string]*topic{}
	for key, t := range h.topics {
		open[key] = t
	}
	h.mu.Unlock()
	for key, t := range open {
		h.end(key, t)
	}
	gone := make(chan struct{})
	go func() { h.idle.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}
