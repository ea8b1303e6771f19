package token_test

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"mangxanh/api/token"
	"mangxanh/contest"
)

var (
	secret = []byte(strings.Repeat("k", 32))
	start  = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
)

func tokens(t *testing.T, now *time.Time) *token.Tokens {
	t.Helper()
	made, err := token.New(secret, func() time.Time { return *now })
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestShortSecretIsRefused(t *testing.T) {
	for _, n := range []int{0, 31} {
		if _, err := token.New(make([]byte, n), time.Now); err == nil {
			t.Errorf("a secret of %d bytes was taken", n)
		}
	}
}

func TestTokensSayWhatTheyWereMadeWith(t *testing.T) {
	now := start
	tk := tokens(t, &now)
	raw, err := tk.Access("account", "session")
	if err != nil {
		t.Fatal(err)
	}
	until := start.Add(7 * time.Hour)
	save, err := tk.Save("attempt", "account", 3, until)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time from memory
		a, err := tk.ReadAccess(raw)
		if want := (token.Access{AccountID: "account", SessionID: "session", Expires: start.Add(token.AccessLife).Local()}); err != nil || !a.Expires.Equal(want.Expires) || a.AccountID != want.AccountID || a.SessionID != want.SessionID {
			t.Fatalf("ReadAccess = %+v, %v; want %+v", a, err, want)
		}
		s, err := tk.ReadSave(save)
		if err != nil || s.AttemptID != "attempt" || s.AccountID != "account" || s.Holder != 3 || !s.Expires.Equal(until) {
			t.Fatalf("ReadSave = %+v, %v", s, err)
		}
	}
	now = start.Add(token.AccessLife)
	if _, err := tk.ReadAccess(raw); contest.CodeOf(err) != "token_expired" {
		t.Errorf("from memory, at its last moment: %v, want token_expired", err)
	}
	if _, err := tokens(t, &now).ReadAccess(raw); contest.CodeOf(err) != "token_expired" {
		t.Errorf("read anew, at its last moment: %v, want token_expired", err)
	}
}

// forge signs any claims with a key derived as the server derives it, so that
// each case differs from a good token in one thing only.
func forge(t *testing.T, method jwt.SigningMethod, info string, header map[string]any, claims jwt.MapClaims) string {
	t.Helper()
	var key any
	derived, err := hkdf.Key(sha256.New, secret, nil, info, 32)
	if err != nil {
		t.Fatal(err)
	}
	key = derived
	if method == jwt.SigningMethodNone {
		key = jwt.UnsafeAllowNoneSignatureType
	}
	tk := jwt.NewWithClaims(method, claims)
	for k, v := range header {
		tk.Header[k] = v
	}
	raw, err := tk.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Planted defects that this table was seen to catch: each option of parser()
// taken out in turn, and the check of the type in parse().
func TestForgedAccessTokensAreRefused(t *testing.T) {
	now := start
	const info = "mangxanh access token"
	good := func(change func(h map[string]any, c jwt.MapClaims)) (map[string]any, jwt.MapClaims) {
		h := map[string]any{"typ": "at+jwt"}
		c := jwt.MapClaims{
			"iss": "mangxanh", "aud": "mangxanh-api", "sub": "account", "sid": "session",
			"iat": start.Unix(), "exp": start.Add(time.Minute).Unix(),
		}
		if change != nil {
			change(h, c)
		}
		return h, c
	}
	h, c := good(nil)
	if _, err := tokens(t, &now).ReadAccess(forge(t, jwt.SigningMethodHS256, info, h, c)); err != nil {
		t.Fatalf("the good token that the others are made from: %v", err)
	}
	for name, tc := range map[string]struct {
		method jwt.SigningMethod
		info   string
		change func(h map[string]any, c jwt.MapClaims)
	}{
		"no expiry":                      {jwt.SigningMethodHS256, info, func(_ map[string]any, c jwt.MapClaims) { delete(c, "exp") }},
		"another HMAC size":              {jwt.SigningMethodHS512, info, nil},
		"no algorithm":                   {jwt.SigningMethodNone, info, nil},
		"another issuer":                 {jwt.SigningMethodHS256, info, func(_ map[string]any, c jwt.MapClaims) { c["iss"] = "other" }},
		"no issuer":                      {jwt.SigningMethodHS256, info, func(_ map[string]any, c jwt.MapClaims) { delete(c, "iss") }},
		"audience of save tokens":        {jwt.SigningMethodHS256, info, func(_ map[string]any, c jwt.MapClaims) { c["aud"] = "mangxanh-attempt" }},
		"no audience":                    {jwt.SigningMethodHS256, info, func(_ map[string]any, c jwt.MapClaims) { delete(c, "aud") }},
		"issued tomorrow":                {jwt.SigningMethodHS256, info, func(_ map[string]any, c jwt.MapClaims) { c["iat"] = start.Add(24 * time.Hour).Unix() }},
		"type of save tokens":            {jwt.SigningMethodHS256, info, func(h map[string]any, _ jwt.MapClaims) { h["typ"] = "attempt+jwt" }},
		"plain type":                     {jwt.SigningMethodHS256, info, func(h map[string]any, _ jwt.MapClaims) { h["typ"] = "JWT" }},
		"key of save tokens":             {jwt.SigningMethodHS256, "mangxanh attempt token", nil},
		"key named by the token":         {jwt.SigningMethodHS256, "another key", func(h map[string]any, _ jwt.MapClaims) { h["kid"] = "../../dev/null" }},
		"no session":                     {jwt.SigningMethodHS256, info, func(_ map[string]any, c jwt.MapClaims) { delete(c, "sid") }},
		"expired, and of another issuer": {jwt.SigningMethodHS256, info, func(_ map[string]any, c jwt.MapClaims) { c["exp"], c["iss"] = start.Unix()-1, "other" }},
	} {
		h, c := good(tc.change)
		if _, err := tokens(t, &now).ReadAccess(forge(t, tc.method, tc.info, h, c)); contest.CodeOf(err) != "bad_token" {
			t.Errorf("%s: %v, want bad_token", name, err)
		}
	}
}

func TestWhatIsNoTokenIsRefused(t *testing.T) {
	now := start
	tk := tokens(t, &now)
	access, _ := tk.Access("account", "session")
	save, _ := tk.Save("attempt", "account", 1, start.Add(time.Hour))
	cut := access[:len(access)-2]
	for name, read := range map[string]func() error{
		"empty":              func() error { _, err := tk.ReadAccess(""); return err },
		"a megabyte of dots": func() error { _, err := tk.ReadAccess(strings.Repeat(".", 1<<20)); return err },
		"two dots":           func() error { _, err := tk.ReadAccess(".."); return err },
		"cut short":          func() error { _, err := tk.ReadAccess(cut); return err },
		"save as access":     func() error { _, err := tk.ReadAccess(save); return err },
		"access as save":     func() error { _, err := tk.ReadSave(access); return err },
	} {
		if err := read(); !errors.Is(err, contest.Unauthorized) || contest.CodeOf(err) != "bad_token" {
			t.Errorf("%s: %v, want bad_token", name, err)
		}
	}
}

// A server that started with another secret knows none of our tokens.
func TestTokensOfAnotherSecretAreRefused(t *testing.T) {
	other, err := token.New([]byte(strings.Repeat("o", 32)), func() time.Time { return start })
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := other.Access("account", "session")
	now := start
	if _, err := tokens(t, &now).ReadAccess(raw); contest.CodeOf(err) != "bad_token" {
		t.Errorf("got %v, want bad_token", err)
	}
}

func BenchmarkReadAccess(b *testing.B) {
	tk, err := token.New(secret, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	raw, _ := tk.Access("0190a1b2-0000-7000-8000-000000000001", "0190a1b2-0000-7000-8000-000000000002")
	for b.Loop() {
		if _, err := tk.ReadAccess(raw); err != nil {
			b.Fatal(err)
		}
	}
}
