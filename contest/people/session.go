package people

import (
	"context"
	"time"

	"mangxanh/contest"
)

// How long a session lasts. A pupil's is made days ahead, so that a contest
// does not begin with everybody signing in at once; staff hold more power and
// sign in more often.
const (
	pupilSession = 60 * 24 * time.Hour
	staffSession = 7 * 24 * time.Hour

	// refreshGrace is how long a used refresh token still answers with the
	// same successor: two tabs wake up together, or a reply was lost.
	refreshGrace = 30 * time.Second
)

// Session is one sign-in on one device: a family of refresh tokens.
type Session struct {
	ID        string
	AccountID string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// RefreshToken is one link of a session's chain, kept by digest. Sealed holds
// the token itself for its predecessor's grace.
type RefreshToken struct {
	SHA256    string
	SessionID string
	Sealed    string
	IssuedAt  time.Time
}

// Rotation is what became of a refresh token that was shown.
type Rotation struct {
	Session   Session
	Successor string // sealed, when the token was used a moment ago; empty when the new one stands
}

// Credentials are what signing in with a password needs.
type Credentials struct {
	AccountID string
	Kind      contest.AccountKind
	Hash      string
	State     State
}

// Standing says what an account may do at this moment under one session.
type Standing struct {
	Actor   contest.Actor
	State   State
	Session Session
	Revoked bool
}

// SessionStore keeps what signing in needs.
//
// UseCard finds the live card by code or by secret, holds it still while
// decide looks at it, and keeps what decide made of it even when decide
// refuses; only without a refusal does the session begin. A card that is not
// there answers contest.NotFound.
//
// CountTry counts one try of a login over all nodes and says how long to wait
// when its allowance of burst tries, one more each interval, is used up.
//
// Rotate replaces an unused token by next in one atomic step. A token that was
// used after grace answers with its successor; an older one revokes the whole
// session and is refused, as everything unknown, expired or revoked is.
type SessionStore interface {
	UseCard(ctx context.Context, code, secretSHA256 string, decide func(Card, State) (Card, error), s Session, first RefreshToken) (Session, error)
	CountTry(ctx context.Context, loginSHA256 string, burst int, interval time.Duration) (wait time.Duration, err error)
	ForgetTries(ctx context.Context, loginSHA256 string) error
	Credentials(ctx context.Context, login string) (Credentials, error)
	CreateSession(ctx context.Context, s Session, first RefreshToken) error
	Rotate(ctx context.Context, sha256 string, next RefreshToken, grace time.Time) (Rotation, error)
	RevokeSession(ctx context.Context, sessionID string) error
	Standing(ctx context.Context, accountID, sessionID string) (Standing, error)
}
