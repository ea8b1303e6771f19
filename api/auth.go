package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"mangxanh/api/token"
	"mangxanh/contest"
	"mangxanh/contest/people"
)

// Bearer answers who an access token belongs to: the token says which account
// and session, the gate says whether they still stand and what they may do.
type Bearer struct {
	Tokens *token.Tokens
	Gate   *people.Gate
}

var _ Authenticator = Bearer{}

// Actor returns the signed-in actor, or an Unauthorized error.
func (b Bearer) Actor(ctx context.Context, bearer string) (contest.Actor, error) {
	a, err := b.Tokens.ReadAccess(bearer)
	if err != nil {
		return contest.Actor{}, err
	}
	return b.Gate.Actor(ctx, a.AccountID, a.SessionID)
}

// refreshCookie is sent only to the paths that need it, never by a foreign page
// and never to a script.
const (
	refreshCookie = "mx_refresh"
	refreshPath   = prefix + "/auth"
	maxSignIn     = 4 << 10
)

type roleWire struct {
	ID   string    `json:"id"`
	Role string    `json:"role" enum:"admin,organizer,school,teacher,judge"`
	Unit namedWire `json:"unit"`
}

type accountWire struct {
	ID       string     `json:"id"`
	Kind     string     `json:"kind" enum:"pupil,staff,parent"`
	Name     string     `json:"name"`
	Login    string     `json:"login,omitempty"`
	Roles    []roleWire `json:"roles"`
	Unit     *namedWire `json:"unit,omitempty" doc:"School or office"`
	Class    *namedWire `json:"class,omitempty"`
	Language string     `json:"language" enum:"vi,en"`
}

type signedInWire struct {
	AccessToken string      `json:"access_token"`
	TokenType   string      `json:"token_type"`
	ExpiresIn   int         `json:"expires_in" doc:"Seconds"`
	Account     accountWire `json:"account"`
}

type signedInOutput struct {
	Cookie http.Cookie `header:"Set-Cookie"`
	Body   signedInWire
}

type loginInput struct {
	Body struct {
		Login    string `json:"login" maxLength:"200"`
		Password string `json:"password" maxLength:"512"`
	}
}

type cardInput struct {
	Body struct {
		Card string `json:"card" maxLength:"100" doc:"The typed code or the QR link's secret"`
		PIN  string `json:"pin" maxLength:"20"`
	}
}

type refreshInput struct {
	Token string `cookie:"mx_refresh"`
}

type signedOutOutput struct {
	Cookie http.Cookie `header:"Set-Cookie"`
	Clear  string      `header:"Clear-Site-Data"`
}

type passwordInput struct {
	AccountID string `path:"account_id"`
	Body      struct {
		Current string `json:"current_password,omitempty" maxLength:"512" doc:"To change one's own"`
		New     string `json:"new_password,omitempty" maxLength:"512"`
	}
}

type passwordWire struct {
	Password string `json:"password,omitempty" doc:"Drawn by the server and shown once; absent when one changed one's own"`
}

func (s *Server) authRoutes() {
	publicRoute(s, op{Method: http.MethodPost, Path: "/auth/login", ID: "sign-in", Summary: "Sign in with a password", Tag: "auth", MaxBody: maxSignIn}, s.signIn)
	publicRoute(s, op{Method: http.MethodPost, Path: "/auth/card", ID: "sign-in-by-card", Summary: "Sign in with a card and its PIN", Tag: "auth", MaxBody: maxSignIn}, s.signInByCard)
	publicRoute(s, op{Method: http.MethodPost, Path: "/auth/refresh", ID: "refresh-session", Summary: "Go on with a session", Tag: "auth"}, s.refreshSession)
	route(s, op{Method: http.MethodPost, Path: "/auth/logout", ID: "sign-out", Summary: "End the session", Tag: "auth", Status: http.StatusNoContent}, s.signOut)
	route(s, op{Method: http.MethodGet, Path: "/me", ID: "get-me", Summary: "Who am I", Tag: "auth"}, s.getMe)
	route(s, op{Method: http.MethodPost, Path: "/accounts/{account_id}/password", ID: "set-password", Summary: "Change one's own password, or draw a new one for somebody", Tag: "auth", MaxBody: maxSignIn}, s.setPassword)
}

func (s *Server) signIn(ctx context.Context, in *loginInput) (*signedInOutput, error) {
	who, err := s.svc.Gate.SignInWithPassword(ctx, in.Body.Login, in.Body.Password)
	return s.signedIn(who, err)
}

func (s *Server) signInByCard(ctx context.Context, in *cardInput) (*signedInOutput, error) {
	who, err := s.svc.Gate.SignInWithCard(ctx, in.Body.Card, strings.TrimSpace(in.Body.PIN))
	return s.signedIn(who, err)
}

func (s *Server) refreshSession(ctx context.Context, in *refreshInput) (*signedInOutput, error) {
	who, err := s.svc.Gate.Refresh(ctx, in.Token)
	return s.signedIn(who, err)
}

func (s *Server) signedIn(who people.SignedIn, err error) (*signedInOutput, error) {
	if err != nil {
		return nil, err
	}
	access, err := s.svc.Tokens.Access(who.AccountID, who.SessionID)
	if err != nil {
		return nil, err
	}
	return &signedInOutput{
		Cookie: s.cookie(who.Refresh, who.Expires),
		Body: signedInWire{
			AccessToken: access, TokenType: "Bearer", ExpiresIn: int(token.AccessLife.Seconds()), Account: accountToWire(who.Profile),
		},
	}, nil
}

// cookie carries a refresh token until it expires; a time in the past takes it
// back.
func (s *Server) cookie(value string, expires time.Time) http.Cookie {
	c := http.Cookie{
		Name: refreshCookie, Value: value, Path: refreshPath, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: strings.HasPrefix(s.cfg.PublicURL, "https://"), MaxAge: -1,
	}
	if left := int(expires.Sub(s.cfg.Now()).Seconds()); left > 0 {
		c.MaxAge = left
	}
	return c
}

func (s *Server) signOut(ctx context.Context, actor contest.Actor, _ *nothing) (*signedOutOutput, error) {
	if err := s.svc.Gate.SignOut(ctx, actor); err != nil {
		return nil, err
	}
	return &signedOutOutput{Cookie: s.cookie("", time.Time{}), Clear: `"cache", "storage"`}, nil
}

func (s *Server) getMe(ctx context.Context, actor contest.Actor, _ *nothing) (*body[accountWire], error) {
	p, err := s.svc.Gate.Profile(ctx, actor.AccountID)
	if err != nil {
		return nil, err
	}
	return answer(accountToWire(p)), nil
}

func (s *Server) setPassword(ctx context.Context, actor contest.Actor, in *passwordInput) (*body[passwordWire], error) {
	if in.AccountID == actor.AccountID {
		err := s.svc.Gate.ChangePassword(ctx, actor, in.Body.Current, in.Body.New)
		return answer(passwordWire{}), err
	}
	drawn, err := s.svc.People.ResetPassword(ctx, actor, in.AccountID)
	return answer(passwordWire{Password: drawn}), err
}

func accountToWire(p people.Profile) accountWire {
	return accountWire{
		ID: p.Account.ID, Kind: string(p.Account.Kind), Name: p.Account.FullName, Login: p.Account.Login, Roles: rolesToWire(p.Roles),
		Unit: named(p.UnitID, p.UnitName), Class: named(p.ClassID, p.ClassName), Language: p.Account.Language,
	}
}

func rolesToWire(grants []people.RoleGrant) []roleWire {
	roles := make([]roleWire, len(grants))
	for i, g := range grants {
		roles[i] = roleToWire(g)
	}
	return roles
}

func roleToWire(g people.RoleGrant) roleWire {
	return roleWire{ID: g.ID, Role: string(g.Role), Unit: namedWire{ID: g.UnitID, Name: g.UnitName}}
}

// named is a reference with a name, or nothing.
func named(id, name string) *namedWire {
	if id == "" {
		return nil
	}
	return &namedWire{ID: id, Name: name}
}
