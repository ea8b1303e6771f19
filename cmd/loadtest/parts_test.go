package main

import (
	"bufio"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestHistogram(t *testing.T) {
	var h histogram
	for ms := 1; ms <= 1000; ms++ {
		h.add(time.Duration(ms) * time.Millisecond)
	}
	for _, c := range []struct{ q, want float64 }{{.5, 500}, {.95, 950}, {.99, 990}, {1, 1000}} {
		got := h.quantile(c.q)
		if got < c.want || got > c.want*1.02 {
			t.Errorf("quantile(%v) = %v ms, want %v to 2%% more", c.q, got, c.want)
		}
	}
	for us := int64(0); us < 1<<20; us = us*9/8 + 1 {
		b := bucket(us)
		if upper(b) < us || b > 0 && upper(b-1) >= us {
			t.Fatalf("%d µs is in bucket %d, which holds %d to %d", us, b, upper(b-1)+1, upper(b))
		}
	}
	if got := new(histogram).quantile(.99); got != 0 {
		t.Errorf("empty quantile = %v, want 0", got)
	}
}

func TestMetrics(t *testing.T) {
	text := "# HELP x y\nhttp{route=\"a b\",code=\"2xx\"} 3\nhttp{route=\"c\"} 4\n" +
		"mangxanh_lane_batches_total{kind=\"save\"} 10\nmangxanh_lane_requests_total{kind=\"save\"} 40\n" +
		"mangxanh_lane_batches_total{kind=\"start\"} 1000\n"
	before, err := parseMetrics(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if before["http"] != 7 {
		t.Errorf("http = %v, want labels added up to 7", before["http"])
	}
	after := metrics{`mangxanh_lane_batches_total{kind="save"}`: 12, `mangxanh_lane_requests_total{kind="save"}`: 100}
	if got := meanBatch(before, after); got != 30 {
		t.Errorf("mean = %v, want 30", got)
	}
}

func TestCards(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cards.csv")
	if err := os.WriteFile(file, []byte("\ufeffname,code,pin\nAn,AB-1,000123\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := readCards(file)
	if err != nil || len(got) != 1 || got[0] != (card{"AB-1", "000123"}) {
		t.Errorf("readCards = %v, %v", got, err)
	}
	if got := demoCards(60, "1"); got[59].code != "DEMO-0060" {
		t.Errorf("the last demo card is %s", got[59].code)
	}
}

// The client reads lengths, chunks and closings, in any case of letters.
func TestConnReadsResponses(t *testing.T) {
	replies := []string{
		"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
		"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
		"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n",
		"HTTP/1.1 503 Busy\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{\"code\":\"b\"}\n",
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		r := bufio.NewReader(c)
		for _, reply := range replies {
			for line := ""; line != "\r\n"; line, _ = r.ReadString('\n') {
			}
			_, _ = c.Write([]byte(reply))
		}
	}()
	c := newConn(l.Addr().String())
	want := []struct {
		status int
		body   string
	}{{200, "hello"}, {201, "abcde"}, {204, ""}, {503, "{\"code\":\"b\"}\n"}}
	for _, w := range want {
		status, body, err := c.do(request("GET", "h", "/", "", nil))
		if err != nil || status != w.status || string(body) != w.body {
			t.Errorf("got %d %q %v, want %d %q", status, body, err, w.status, w.body)
		}
	}
	if c.c != nil {
		t.Error("the connection stands after the server said that it closes it")
	}
	if got := problemCode([]byte(`{"status":409,"code":"attempt_closed"}`)); got != "attempt_closed" {
		t.Errorf("problemCode = %q", got)
	}
}

func TestMissing(t *testing.T) {
	q := asked{ackedSeq: 3, ackedTo: `"x"`, unknown: []sent{{4, `"y"`}}}
	for _, c := range []struct {
		name string
		got  sent
		lost bool
	}{
		{"as acknowledged", sent{3, `"x"`}, false},
		{"never stored", sent{}, true},
		{"older than acknowledged", sent{2, `"x"`}, true},
		{"other response under the number", sent{3, `"z"`}, true},
		{"a save whose reply was cut", sent{4, `"y"`}, false},
		{"a number that was never sent", sent{9, `"y"`}, true},
	} {
		if why := q.missing(c.got); (why != "") != c.lost {
			t.Errorf("%s: %q, want lost %v", c.name, why, c.lost)
		}
	}
}

func TestSameResponse(t *testing.T) {
	for _, c := range []struct {
		set  bool
		a, b string
		want bool
	}{
		{false, `7`, `"7"`, true},
		{false, `["a", "b"]`, `["a","b"]`, true},
		{false, `["a","b"]`, `["b","a"]`, false},
		{true, `["a","b"]`, `["b","a"]`, true},
		{true, `["a","b"]`, `["a"]`, false},
		{false, `"a"`, `"b"`, false},
	} {
		q := asked{set: c.set}
		if got := q.same(c.a, c.b); got != c.want {
			t.Errorf("same(%s, %s) of a set %v = %v", c.a, c.b, c.set, got)
		}
	}
}

func TestOptionsRefuse(t *testing.T) {
	for _, args := range [][]string{nil, {"dance"}, {"saves", "--url", "https://example.vn"}, {"saves", "--url", "http://host"}} {
		if _, err := parse(args, environment, new(strings.Builder)); err == nil {
			t.Errorf("parse(%v) is accepted", args)
		}
	}
}
