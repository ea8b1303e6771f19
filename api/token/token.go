// Package token makes and reads the signed tokens that requests carry. An
// access token says which account asks, under which session, for a quarter of
// an hour; a save token lets one phone go on saving one attempt until that
// attempt is long over, whatever becomes of the session. Tokens hold ids only:
// no name, no role, no right. It refuses to know who may do what.
//
// Every token is read with all the checks there are: one algorithm, issuer,
// audience, type, expiry required, no issue date in the future. The key is
// derived from the server secret, one for each kind of token, so that neither
// can pass for the other even if a check were lost.
package token

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"mangxanh/contest"
)

const (
	issuer          = "mangxanh"
	accessAudience  = "mangxanh-api"
	accessType      = "at+jwt"
	attemptAudience = "mangxanh-attempt"
	attemptType     = "attempt+jwt"

	// AccessLife is how long an access token is good for.
	AccessLife = 15 * time.Minute
	// clockSkew is how far apart the clocks of two nodes may be: a token must
	// not look as if it came from the future.
	clockSkew = 5 * time.Second
	// maxLength is more than any token of ours needs.
	maxLength = 1024
)

// Access is what an access token says.
type Access struct {
	AccountID string
	SessionID string
	Expires   time.Time
}

// Save is what a save token says.
type Save struct {
	AttemptID string
	AccountID string
	Holder    int
	Expires   time.Time
}

// Tokens makes and reads tokens. It is safe for use by many goroutines.
type Tokens struct {
	now            func() time.Time
	accessKey      []byte
	attemptKey     []byte
	accessParser   *jwt.Parser
	attemptParser  *jwt.Parser
	accessVerified verified[Access]
	saveVerified   verified[Save]
}

// New derives the keys from the server secret, which must have at least 32
// bytes.
func New(secret []byte, now func() time.Time) (*Tokens, error) {
	if len(secret) < 32 {
		return nil, fmt.Errorf("the server secret has %d bytes, at least 32 are needed", len(secret))
	}
	t := &Tokens{now: now, accessParser: parser(accessAudience, now), attemptParser: parser(attemptAudience, now)}
	for _, k := range []struct {
		to   *[]byte
		info string
	}{{&t.accessKey, "mangxanh access token"}, {&t.attemptKey, "mangxanh attempt token"}} {
		key, err := hkdf.Key(sha256.New, secret, nil, k.info, 32)
		if err != nil {
			return nil, fmt.Errorf("derive the key of the %s: %w", k.info, err)
		}
		*k.to = key
	}
	return t, nil
}

func parser(audience string, now func() time.Time) *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithIssuer(issuer),
		jwt.WithAudience(audience),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(now),
	)
}

type accessClaims struct {
	jwt.RegisteredClaims
	SessionID string `json:"sid"`
}

type saveClaims struct {
	jwt.RegisteredClaims
	AttemptID string `json:"att"`
	Holder    int    `json:"hld"`
}

func sign(claims jwt.Claims, kind string, key []byte) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, claims)
	t.Header["typ"] = kind
	signed, err := t.SignedString(key)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return signed, nil
}

func (t *Tokens) registered(audience, account string, expires time.Time) jwt.RegisteredClaims {
	return jwt.RegisteredClaims{
		Issuer: issuer, Audience: jwt.ClaimStrings{audience}, Subject: account,
		IssuedAt: jwt.NewNumericDate(t.now().Add(-clockSkew)), ExpiresAt: jwt.NewNumericDate(expires),
	}
}

// Access makes an access token.
func (t *Tokens) Access(accountID, sessionID string) (string, error) {
	return sign(accessClaims{RegisteredClaims: t.registered(accessAudience, accountID, t.now().Add(AccessLife)), SessionID: sessionID}, accessType, t.accessKey)
}

// Save makes a save token that is good until a moment.
func (t *Tokens) Save(attemptID, accountID string, holder int, until time.Time) (string, error) {
	return sign(saveClaims{RegisteredClaims: t.registered(attemptAudience, accountID, until), AttemptID: attemptID, Holder: holder}, attemptType, t.attemptKey)
}

// ReadAccess reads an access token. What is not one is Unauthorized, with the
// code token_expired when only its time is over.
func (t *Tokens) ReadAccess(raw string) (Access, error) {
	return read(raw, &t.accessVerified, t.now(), func() (Access, time.Time, error) {
		var c accessClaims
		if err := parse(t.accessParser, raw, &c, accessType, t.accessKey); err != nil {
			return Access{}, time.Time{}, err
		}
		if c.Subject == "" || c.SessionID == "" {
			return Access{}, time.Time{}, bad()
		}
		return Access{AccountID: c.Subject, SessionID: c.SessionID, Expires: c.ExpiresAt.Time}, c.ExpiresAt.Time, nil
	})
}

// ReadSave reads a save token, with the same refusals as ReadAccess.
func (t *Tokens) ReadSave(raw string) (Save, error) {
	return read(raw, &t.saveVerified, t.now(), func() (Save, time.Time, error) {
		var c saveClaims
		if err := parse(t.attemptParser, raw, &c, attemptType, t.attemptKey); err != nil {
			return Save{}, time.Time{}, err
		}
		if c.Subject == "" || c.AttemptID == "" || c.Holder < 1 {
			return Save{}, time.Time{}, bad()
		}
		return Save{AttemptID: c.AttemptID, AccountID: c.Subject, Holder: c.Holder, Expires: c.ExpiresAt.Time}, c.ExpiresAt.Time, nil
	})
}

func parse(p *jwt.Parser, raw string, claims jwt.Claims, kind string, key []byte) error {
	parsed, err := p.ParseWithClaims(raw, claims, func(t *jwt.Token) (any, error) {
		if typ, _ := t.Header["typ"].(string); typ != kind {
			return nil, jwt.ErrTokenUnverifiable
		}
		return key, nil
	})
	switch {
	case err == nil && parsed.Valid:
		return nil
	case errors.Is(err, jwt.ErrTokenExpired) && onlyExpired(err):
		return contest.Refuse(contest.Unauthorized, "token_expired", "the token's time is over")
	}
	return bad()
}

// onlyExpired reports whether nothing but the time was wrong.
func onlyExpired(err error) bool {
	for _, other := range []error{
		jwt.ErrTokenMalformed, jwt.ErrTokenUnverifiable, jwt.ErrTokenSignatureInvalid, jwt.ErrTokenInvalidAudience,
		jwt.ErrTokenInvalidIssuer, jwt.ErrTokenUsedBeforeIssued, jwt.ErrTokenRequiredClaimMissing,
	} {
		if errors.Is(err, other) {
			return false
		}
	}
	return true
}

func bad() error { return contest.Refuse(contest.Unauthorized, "bad_token", "this token is not valid") }
