package redisboard

import (
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"mangxanh/scoring/board"
)

func TestOpenSettings(t *testing.T) {
	one, err := Open("redis://user:secret@cache.example:6380/2")
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	o := one.(*redis.Client).Options()
	if o.ReadTimeout != Patience || o.WriteTimeout != Patience || o.DialTimeout != Patience || o.PoolTimeout != Patience {
		t.Errorf("timeouts: read %v, write %v, dial %v, pool %v", o.ReadTimeout, o.WriteTimeout, o.DialTimeout, o.PoolTimeout)
	}
	if o.MaxRetries > 0 || !o.ContextTimeoutEnabled || o.MaintNotificationsConfig.Mode != maintnotifications.ModeDisabled {
		t.Errorf("retries %d, context %v, notifications %v", o.MaxRetries, o.ContextTimeoutEnabled, o.MaintNotificationsConfig.Mode)
	}
	if o.Addr != "cache.example:6380" || o.DB != 2 || o.Password != "secret" {
		t.Errorf("opened %s/%d", o.Addr, o.DB)
	}
}

func TestOpenCluster(t *testing.T) {
	for _, url := range []string{"redis://a.example:7000?addr=b.example:7001", "redis://a.example:7000?cluster=true"} {
		many, err := Open(url)
		if err != nil {
			t.Fatal(err)
		}
		defer many.Close()
		o := many.(*redis.ClusterClient).Options()
		if o.ReadTimeout != Patience || o.MaxRetries > 0 || !o.ContextTimeoutEnabled ||
			o.MaintNotificationsConfig.Mode != maintnotifications.ModeDisabled || o.Addrs[0] != "a.example:7000" {
			t.Errorf("%s: %+v", url, o)
		}
	}
}

func TestOpenKeepsPasswordsToItself(t *testing.T) {
	for _, url := range []string{"redis://:secret@host:port", "http://:secret@host", "redis://:secret@[::1", "redis://:secret@h/x"} {
		_, err := Open(url)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// TestHungServer: a Redis that answers a greeting but no script is asked once, not several times. With MaxRetries left
// at the client's default this test sees four calls.
func TestHungServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var scripts atomic.Int32
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go hang(conn, &scripts)
		}
	}()
	client, err := Open("redis://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	err = New(client).Put(t.Context(), board.Board{ID: "round", Epoch: "1"}, line(1, 1, 1, "all"))
	if err == nil || !timedOut(err) {
		t.Errorf("got %v, want a timeout", err)
	}
	if n := scripts.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// hang refuses every command but scripts, which it counts and leaves without an answer.
func hang(conn net.Conn, scripts *atomic.Int32) {
	defer conn.Close()
	request := make([]byte, 1<<16)
	for {
		n, err := conn.Read(request)
		if err != nil {
			return
		}
		if strings.Contains(strings.ToLower(string(request[:n])), "evalsha") {
			scripts.Add(1)
			continue
		}
		for range strings.Count("\n"+string(request[:n]), "\n*") {
			if _, err := conn.Write([]byte("-ERR unknown command\r\n")); err != nil {
				return
			}
		}
	}
}
