package people

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// What one hash costs. Parameters stand in every stored hash, so raising them
// later leaves old passwords valid.
const (
	hashTime    = 2
	hashMemory  = 19 * 1024 // KiB
	hashThreads = 1
	hashBytes   = 32
	saltBytes   = 16

	maxPasswordBytes = 128
	minPasswordRunes = 10

	// hashWait is how long somebody waits for a turn before they are asked
	// to come back, and waitersPerSlot about what one slot does in that time.
	hashWait       = 2 * time.Second
	waitersPerSlot = 64
)

// Hasher hashes passwords, a few at a time: each takes 19 MiB and 25 ms of a
// core, and more at once only makes all of them slower.
type Hasher struct {
	random  io.Reader
	slots   chan struct{}
	waiting atomic.Int64
	maxWait int64
}

// NewHasher makes a pool of the given number of slots, at least one.
func NewHasher(slots int, random io.Reader) *Hasher {
	slots = max(slots, 1)
	return &Hasher{random: random, slots: make(chan struct{}, slots), maxWait: int64(slots * waitersPerSlot)}
}

// do runs work in a slot. The slot is held by the work, not by the one who
// waits for it: a caller who goes away does not make room for the next hash
// while theirs still burns.
func (h *Hasher) do(ctx context.Context, work func()) error {
	defer h.waiting.Add(-1)
	if h.waiting.Add(1) > h.maxWait {
		return busyHashing()
	}
	turn := time.NewTimer(hashWait)
	defer turn.Stop()
	select {
	case h.slots <- struct{}{}:
	case <-turn.C:
		return busyHashing()
	case <-ctx.Done():
		return ctx.Err()
	}
	done := make(chan struct{})
	go func() {
		defer func() { <-h.slots; close(done) }()
		work()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func busyHashing() error {
	e := contest.Refuse(contest.Busy, "busy", "too many people sign in with a password just now")
	e.RetryAfter = 5 * time.Second
	return e
}

// Hash returns the stored form of a password that is long enough.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	password = text.NFC(password)
	if len([]rune(password)) < minPasswordRunes || len(password) > maxPasswordBytes {
		return "", contest.Faulty(contest.Problem{Location: "password", Code: "bad_password", Message: "a password has 10 characters or more, and at most 128 bytes"})
	}
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	var stored string
	err := h.do(ctx, func() {
		key := argon2.IDKey([]byte(password), salt, hashTime, hashMemory, hashThreads, hashBytes)
		stored = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashThreads,
			base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
	})
	if err != nil {
		return "", err
	}
	return stored, nil
}

// matches compares a password with its stored form. It costs the same when
// nothing is stored: who asks cannot tell an unknown login from a wrong
// password. Call it inside do.
func matches(password, stored string) bool {
	salt, want, params, ok := parseHash(stored)
	if !ok {
		salt, want, params = make([]byte, saltBytes), make([]byte, hashBytes), hashParams{hashMemory, hashTime, hashThreads}
	}
	got := argon2.IDKey([]byte(text.NFC(password)), salt, params.time, params.memory, params.threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && ok
}

type hashParams struct {
	memory, time uint32
	threads      uint8
}

func parseHash(stored string) (salt, key []byte, p hashParams, ok bool) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return nil, nil, p, false
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); n != 3 || err != nil {
		return nil, nil, p, false
	}
	if p.memory > 64*1024 || p.time < 1 || p.time > 10 || p.threads < 1 {
		return nil, nil, p, false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return nil, nil, p, false
	}
	key, err = base64.RawStdEncoding.DecodeString(parts[5])
	return salt, key, p, err == nil && len(key) >= 16
}
