package people

import (
	"context"
	"crypto/hmac"
	"errors"
	"io"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// GateStore is what the gate needs kept.
type GateStore interface {
	SessionStore
	Account(ctx context.Context, id string) (StaffAccount, error)
	PupilPlace(ctx context.Context, accountID string) (PupilPlace, error)
	SetPassword(ctx context.Context, actor contest.Actor, id, hash, keepSession string) error
}

// Gate lets people in and says who they are on every later request.
type Gate struct {
	Store  GateStore
	Keys   Keys
	Hashes *Hasher
	Now    func() time.Time
	NewID  func() string
	Random io.Reader
	Memory *Memory
}

// SignedIn is a session that begins or goes on.
type SignedIn struct {
	AccountID string
	SessionID string
	Refresh   string // the token for the next refresh
	Expires   time.Time
	Profile   Profile
}

// Profile is what somebody sees of themself.
type Profile struct {
	Account   Account
	Roles     []RoleGrant
	UnitID    string // school or office
	UnitName  string
	ClassID   string // of a pupil
	ClassName string
}

// Tries. Five at once and five an hour are at most ten in any hour.
const (
	triesAtOnce   = 5
	triesInterval = 12 * time.Minute
	firstLock     = 15 * time.Minute
	laterLock     = time.Hour
	signInTimeout = 5 * time.Second
)

func badCredentials() error {
	return contest.Refuse(contest.Unauthorized, "bad_credentials", "this does not match")
}

func tooManyTries(wait time.Duration) error {
	e := contest.Refuse(contest.TooMany, "too_many_tries", "too many wrong tries; wait, or ask for a new card or password")
	e.RetryAfter = wait
	return e
}

// SignInWithPassword lets staff in. An unknown login costs and answers the
// same as a wrong password.
func (g *Gate) SignInWithPassword(ctx context.Context, login, password string) (SignedIn, error) {
	login = strings.ToLower(text.Line(login))
	if len(password) > maxPasswordBytes || len(login) > 200 {
		return SignedIn{}, badCredentials()
	}
	var cred Credentials
	var refusal error
	err := g.Hashes.do(ctx, func() {
		// Away from the request: what is begun here is finished even when the
		// client has gone, so that leaving early buys no free tries.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), signInTimeout)
		defer cancel()
		cred, refusal = g.checkPassword(ctx, login, password)
	})
	if err = errors.Join(err, refusal); err != nil {
		return SignedIn{}, err
	}
	s, token, first, err := g.begin(cred.AccountID, cred.Kind)
	if err != nil {
		return SignedIn{}, err
	}
	if err := g.Store.CreateSession(ctx, s, first); err != nil {
		return SignedIn{}, err
	}
	return g.signedIn(ctx, s, token)
}

func (g *Gate) checkPassword(ctx context.Context, login, password string) (Credentials, error) {
	key := digest("login:" + login)
	wait, err := g.Store.CountTry(ctx, key, triesAtOnce, triesInterval)
	if err != nil {
		return Credentials{}, err
	}
	if wait > 0 {
		return Credentials{}, tooManyTries(wait)
	}
	cred, err := g.Store.Credentials(ctx, login)
	if err != nil && !errors.Is(err, contest.NotFound) {
		return Credentials{}, err
	}
	if !matches(password, cred.Hash) || cred.State != Active {
		return Credentials{}, badCredentials()
	}
	return cred, g.Store.ForgetTries(ctx, key)
}

// ChangePassword lets somebody replace their own password; their other
// sessions end.
func (g *Gate) ChangePassword(ctx context.Context, actor contest.Actor, current, next string) error {
	a, err := g.Store.Account(ctx, actor.AccountID)
	if err != nil {
		return err
	}
	if a.Account.Login == "" {
		return contest.Refuse(contest.Conflict, "no_login", "this account signs in by card")
	}
	var refusal error
	err = g.Hashes.do(ctx, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), signInTimeout)
		defer cancel()
		_, refusal = g.checkPassword(ctx, a.Account.Login, current)
	})
	if err = errors.Join(err, refusal); err != nil {
		return err
	}
	hash, err := g.Hashes.Hash(ctx, next)
	if err != nil {
		return err
	}
	err = g.Store.SetPassword(ctx, actor, actor.AccountID, hash, actor.SessionID)
	g.Memory.Forget()
	return err
}

// SignInWithCard lets a pupil in by what the card shows, the typed code or the
// QR link's secret, and the PIN. Five wrong PINs lock the card for a quarter
// of an hour, five more for an hour at a time.
func (g *Gate) SignInWithCard(ctx context.Context, shown, pin string) (SignedIn, error) {
	shown = strings.TrimSpace(shown)
	code, secret := FoldCode(shown), digest(shown)
	if len(shown) >= 20 {
		code = ""
	} else {
		secret = ""
	}
	if code == "" && secret == "" || len(shown) > 100 || len(pin) > 6 {
		return SignedIn{}, badCredentials()
	}
	s, token, first, err := g.begin("", contest.Pupil)
	if err != nil {
		return SignedIn{}, err
	}
	decide := func(c Card, state State) (Card, error) { return g.tryPIN(c, state, pin) }
	s, err = g.Store.UseCard(ctx, code, secret, decide, s, first)
	if errors.Is(err, contest.NotFound) {
		return SignedIn{}, g.unknownCard(ctx, code+secret)
	}
	if err != nil {
		return SignedIn{}, err
	}
	return g.signedIn(ctx, s, token)
}

// tryPIN decides one try of a PIN and returns the card as it is after it.
func (g *Gate) tryPIN(c Card, state State, pin string) (Card, error) {
	now := g.Now()
	if wait := c.LockedUntil.Sub(now); wait > 0 {
		return c, tooManyTries(wait)
	}
	if hmac.Equal([]byte(g.Keys.pinMAC(c.ID, pin)), []byte(c.PinMAC)) && state == Active {
		c.Failures, c.LockedUntil = 0, time.Time{}
		return c, nil
	}
	c.Failures++
	switch {
	case c.Failures == triesAtOnce:
		c.LockedUntil = now.Add(firstLock)
	case c.Failures%triesAtOnce == 0:
		c.LockedUntil = now.Add(laterLock)
	}
	return c, badCredentials()
}

// unknownCard answers for a card that does not exist as for one that does,
// tries counted and all.
func (g *Gate) unknownCard(ctx context.Context, shown string) error {
	wait, err := g.Store.CountTry(ctx, digest("card:"+shown), triesAtOnce, triesInterval)
	if err != nil {
		return err
	}
	if wait > 0 {
		return tooManyTries(max(wait, firstLock))
	}
	return badCredentials()
}

// begin makes a session and its first refresh token, not yet kept.
func (g *Gate) begin(accountID string, kind contest.AccountKind) (Session, string, RefreshToken, error) {
	now, lasts := g.Now(), staffSession
	if kind == contest.Pupil {
		lasts = pupilSession
	}
	s := Session{ID: g.NewID(), AccountID: accountID, CreatedAt: now, ExpiresAt: now.Add(lasts)}
	token, first, err := g.refreshToken(s.ID)
	return s, token, first, err
}

func (g *Gate) refreshToken(sessionID string) (string, RefreshToken, error) {
	token, err := drawToken(g.Random, 32)
	if err != nil {
		return "", RefreshToken{}, err
	}
	sealed, err := g.Keys.sealed(g.Random, "refresh token", token)
	return token, RefreshToken{SHA256: digest(token), SessionID: sessionID, Sealed: sealed, IssuedAt: g.Now()}, err
}

// Refresh takes a refresh token and gives the next one of its session.
func (g *Gate) Refresh(ctx context.Context, token string) (SignedIn, error) {
	if token == "" || len(token) > 200 {
		return SignedIn{}, contest.Refuse(contest.Unauthorized, "sign_in", "sign in first")
	}
	next, fresh, err := g.refreshToken("")
	if err != nil {
		return SignedIn{}, err
	}
	r, err := g.Store.Rotate(ctx, digest(token), fresh, g.Now().Add(-refreshGrace))
	if err != nil {
		return SignedIn{}, err
	}
	if r.Successor != "" {
		if next, err = g.Keys.open("refresh token", r.Successor); err != nil {
			return SignedIn{}, err
		}
	}
	return g.signedIn(ctx, r.Session, next)
}

// SignOut ends the actor's session.
func (g *Gate) SignOut(ctx context.Context, actor contest.Actor) error {
	err := g.Store.RevokeSession(ctx, actor.SessionID)
	g.Memory.forgetOne(actor.SessionID)
	return err
}

// Profile returns what an actor sees of themself.
func (g *Gate) Profile(ctx context.Context, accountID string) (Profile, error) {
	a, err := g.Store.Account(ctx, accountID)
	if err != nil {
		return Profile{}, err
	}
	place, err := g.Store.PupilPlace(ctx, accountID)
	if err != nil {
		return Profile{}, err
	}
	return Profile{
		Account: a.Account, Roles: a.Roles, UnitID: place.SchoolID, UnitName: place.SchoolName,
		ClassID: place.ClassID, ClassName: place.ClassName,
	}, nil
}

func (g *Gate) signedIn(ctx context.Context, s Session, token string) (SignedIn, error) {
	p, err := g.Profile(ctx, s.AccountID)
	return SignedIn{AccountID: s.AccountID, SessionID: s.ID, Refresh: token, Expires: s.ExpiresAt, Profile: p}, err
}

// Actor says who an account is under a session, with the rights they hold now.
// What it knows is at most a few seconds old, on every node.
func (g *Gate) Actor(ctx context.Context, accountID, sessionID string) (contest.Actor, error) {
	now := g.Now()
	if a, ok := g.Memory.recall(sessionID, now); ok && a.AccountID == accountID {
		return a, nil
	}
	st, err := g.Store.Standing(ctx, accountID, sessionID)
	if errors.Is(err, contest.NotFound) || err == nil && (st.State != Active || st.Revoked || !now.Before(st.Session.ExpiresAt)) {
		return contest.Actor{}, contest.Refuse(contest.Unauthorized, "sign_in", "this session has ended")
	}
	if err != nil {
		return contest.Actor{}, err
	}
	g.Memory.keep(sessionID, st.Actor, now)
	return st.Actor, nil
}
