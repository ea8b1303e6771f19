package redisboard

import (
	"fmt"
	"net/url"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Patience is how long one call to Redis may take. Redis is a cache: who waits longer is better served without it.
const Patience = 50 * time.Millisecond

// Open returns a client for a URL: redis://, rediss:// or unix:// for one server; with the parameter cluster=true, or
// with further nodes as addr=host:port, for a cluster. Calls end after Patience and are not repeated, the deadline of the
// context holds, and no handshake is tried that plain Redis does not know. It does not connect: a Redis that is away is
// no reason not to start.
func Open(address string) (redis.UniversalClient, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("read Redis URL: %w", withoutURL(err))
	}
	q := u.Query()
	if q.Get("cluster") == "true" || q.Has("addr") {
		q.Del("cluster")
		u.RawQuery = q.Encode()
		o, err := redis.ParseClusterURL(u.String())
		if err != nil {
			return nil, fmt.Errorf("read Redis URL: %w", withoutURL(err))
		}
		o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = Patience, Patience, Patience, Patience
		o.MaxRetries, o.DialerRetries = -1, 1
		o.ContextTimeoutEnabled, o.DisableIdentity = true, true
		o.MaintNotificationsConfig = quiet()
		return redis.NewClusterClient(o), nil
	}
	o, err := redis.ParseURL(address)
	if err != nil {
		return nil, fmt.Errorf("read Redis URL: %w", withoutURL(err))
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = Patience, Patience, Patience, Patience
	o.MaxRetries, o.DialerRetries = -1, 1
	o.ContextTimeoutEnabled, o.DisableIdentity = true, true
	o.MaintNotificationsConfig = quiet()
	return redis.NewClient(o), nil
}

func quiet() *maintnotifications.Config {
	return &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// withoutURL strips the address from an error: it may hold a password.
func withoutURL(err error) error {
	if e, ok := err.(*url.Error); ok {
		return e.Err
	}
	return err
}
