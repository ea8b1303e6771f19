package standing

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mangxanh/contest"
	"mangxanh/scoring/board"
)

// Scope says whose board is asked for.
type Scope string

// The scopes. School and class are the viewer's own, or those of a unit in
// which a staff member has a role.
const (
	ScopeAll    Scope = "all"
	ScopeSchool Scope = "school"
	ScopeClass  Scope = "class"
)

// Query asks for one board of a round.
type Query struct {
	Scope    Scope
	Division string // id; empty = all divisions
	UnitID   string // for staff: the school or class
	Limit    int
	Cursor   string
}

// Line is one line of a leaderboard as its viewer may read it.
type Line struct {
	Rank      int
	AccountID string // for finding the viewer's own line; never sent
	Name      string
	Unit      string
	Score     int64
	Correct   int
	Duration  time.Duration
}

// Page is a part of one snapshot of a board. Pages of one version fit together
// without gap or overlap.
type Page struct {
	Version     string
	AsOf        time.Time
	State       string // provisional or official
	FrozenSince time.Time
	Stale       bool // an older state, as of its time: the board cannot be read now
	Total       int
	Lines       []Line
	Next        string // cursor of the next page, empty at the end
}

// Ages of what readers get: a snapshot of the board is at most one second old
// when it is turned into a page, and the page is handed out for less than
// another.
const (
	snapshotAge = time.Second
	pageAge     = 900 * time.Millisecond
	maxLimit    = 100
)

// outlook is one board seen by one kind of viewer.
type outlook struct {
	sitting *contest.Sitting
	group   string
	full    bool // own class or school: names in full
	class   bool // lines show the class instead of the school
}

type viewKey struct {
	round, epoch, group string
	full, class         bool
	limit               int
}

// shared is a first page handed to everybody who asks within its time.
type shared struct {
	page *Page
	made time.Time
}

// Page returns a part of a leaderboard, in a form that is shared between
// viewers: the caller must not change it. While the board is being filled anew
// it is the last state known, marked as stale. Forbidden board_hidden when the rule
// sheet does not show it now; Gone snapshot_gone when the pages before were of
// a snapshot that is no longer kept.
func (l *Live) Page(ctx context.Context, actor contest.Actor, roundID string, q Query) (*Page, error) {
	l.begin()
	o, err := l.outlook(ctx, actor, roundID, q)
	if err != nil {
		return nil, err
	}
	limit := contest.Page{Limit: q.Limit}.Clamp(20, maxLimit).Limit
	if q.Cursor != "" {
		return l.further(ctx, o, q.Cursor, limit)
	}
	key := viewKey{round: roundID, epoch: o.sitting.Round.BoardEpoch, group: o.group, full: o.full, class: o.class, limit: limit}
	now := l.Now()
	l.mu.Lock()
	v := l.views[key]
	l.mu.Unlock()
	if v != nil && now.Sub(v.made) < pageAge && !now.Before(v.made) {
		return v.page, nil
	}
	page, err := l.first(ctx, o, limit)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.views) > 2000 {
		clear(l.views)
	}
	l.views[key] = &shared{page: page, made: now}
	return page, nil
}

func (l *Live) first(ctx context.Context, o outlook, limit int) (*Page, error) {
	name := boardOf(o.sitting.Round)
	var snap board.Snapshot
	var places []board.Place
	err := l.whole(ctx, o, func() (err error) {
		if snap, err = l.Boards.Snapshot(ctx, name, o.group, snapshotAge); err == nil {
			places, err = l.Boards.Page(ctx, name, o.group, snap.Version, 0, limit)
		}
		return err
	})
	if err != nil {
		return l.older(ctx, o, limit, err)
	}
	l.keep(o, snap, places)
	return l.page(ctx, o, snap.Version, snap.AsOf, snap.Total, 0, places)
}

// further reads on in the snapshot that the cursor names.
func (l *Live) further(ctx context.Context, o outlook, cursor string, limit int) (*Page, error) {
	c, err := readCursor(cursor)
	if err != nil {
		return nil, err
	}
	places, err := l.Boards.Page(ctx, boardOf(o.sitting.Round), o.group, c.version, c.offset, limit)
	if errors.Is(err, board.ErrGone) || errors.Is(err, board.ErrIncomplete) {
		return nil, contest.Refuse(contest.Gone, "snapshot_gone", "the leaderboard has moved on; start with the first page")
	}
	if err != nil {
		return nil, unreachable(err)
	}
	return l.page(ctx, o, c.version, c.asOf, c.total, c.offset, places)
}

func busy() error {
	return &contest.Error{Kind: contest.Busy, Code: "board_rebuilding", Message: "the leaderboard is being prepared", RetryAfter: 2 * time.Second}
}

// unreachable turns an accident of a board into a refusal: a lost cache is no
// fault of the contest.
func unreachable(err error) error {
	var refusal *contest.Error
	switch {
	case err == nil || errors.As(err, &refusal) || errors.Is(err, board.ErrAbsent):
		return err
	case errors.Is(err, board.ErrIncomplete) || errors.Is(err, board.ErrGone):
		return busy()
	}
	return fmt.Errorf("%w: %w", busy(), err)
}

func (l *Live) page(ctx context.Context, o outlook, version string, asOf time.Time, total, offset int, places []board.Place) (*Page, error) {
	lines, err := l.lines(ctx, o, places)
	if err != nil {
		return nil, err
	}
	r := o.sitting.Round
	p := &Page{Version: version, AsOf: contest.Moment(asOf), State: "provisional", Total: total, Lines: lines}
	switch r.State(l.Now()) {
	case contest.Official:
		p.State, p.FrozenSince = "official", r.ClosesAt
	case contest.Closed:
		p.FrozenSince = r.ClosesAt
	}
	if next := offset + len(places); next < total && len(places) > 0 {
		p.Next = cursor{version: version, offset: next, total: total, asOf: asOf}.String()
	}
	return p, nil
}

// lines adds to places what their viewer may read.
func (l *Live) lines(ctx context.Context, o outlook, places []board.Place) ([]Line, error) {
	ids, units := make([]string, len(places)), make([]string, 0, len(places))
	held := make([]payload, len(places))
	var err error
	for i, p := range places {
		ids[i] = p.Person
		if held[i], err = readPayload(p.Data); err != nil {
			return nil, err
		}
		units = append(units, held[i].unit(o))
	}
	who, err := l.names.identities(ctx, o.sitting.Contest.ID, ids)
	if err != nil {
		return nil, err
	}
	names, err := l.names.unitNames(ctx, units)
	if err != nil {
		return nil, err
	}
	crowd := map[string]int{}
	if !o.full {
		if crowd, err = l.crowd(ctx, o.sitting.Round.ID); err != nil {
			return nil, err
		}
	}
	lines := make([]Line, len(places))
	for i, p := range places {
		id, unit := who[p.Person], names[held[i].unit(o)]
		lines[i] = Line{
			Rank: p.Rank, AccountID: p.Person, Score: held[i].score, Correct: held[i].correct, Duration: held[i].duration,
			Name: id.FullName, Unit: unit.Name,
		}
		if !o.full {
			lines[i].Name = PublicName(o.sitting.Rules.Names, id, o.sitting.TieSeed, p.Person)
			lines[i].Unit = unit.Shown(id.MayName, crowd[held[i].school])
		}
	}
	return lines, nil
}

// unit is what stands beside the name: the class inside a school, else the school.
func (p payload) unit(o outlook) string {
	if o.class && p.class != "" {
		return p.class
	}
	return p.school
}

// Me is the viewer's own place with the neighbours.
type Me struct {
	Around []Line
	At     int // index of the viewer in Around, -1 when not placed
}

// Me returns the place of the actor as it is now.
func (l *Live) Me(ctx context.Context, actor contest.Actor, roundID string, q Query) (Me, error) {
	l.begin()
	o, err := l.outlook(ctx, actor, roundID, q)
	if err != nil {
		return Me{At: -1}, err
	}
	var places []board.Place
	err = l.whole(ctx, o, func() (err error) {
		places, err = l.Boards.Around(ctx, boardOf(o.sitting.Round), o.group, actor.AccountID, 2, 2)
		return err
	})
	if err != nil {
		places, err = l.olderAround(o, actor.AccountID, 2, 2, err)
	}
	if errors.Is(err, board.ErrAbsent) {
		return Me{At: -1}, nil
	}
	if err != nil {
		return Me{At: -1}, err
	}
	lines, err := l.lines(ctx, o, places)
	me := Me{Around: lines, At: -1}
	for i, line := range lines {
		if line.AccountID == actor.AccountID {
			me.At = i
		}
	}
	return me, err
}

// cursor names a place in a snapshot.
type cursor struct {
	version string
	offset  int
	total   int
	asOf    time.Time
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%d.%d.%s", c.offset, c.total, c.asOf.UnixMicro(), c.version))
}

func readCursor(text string) (cursor, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	parts := strings.SplitN(string(raw), ".", 4)
	if err == nil && len(parts) == 4 {
		offset, e1 := strconv.Atoi(parts[0])
		total, e2 := strconv.Atoi(parts[1])
		asOf, e3 := strconv.ParseInt(parts[2], 10, 64)
		if e1 == nil && e2 == nil && e3 == nil && offset >= 0 {
			return cursor{version: parts[3], offset: offset, total: total, asOf: time.UnixMicro(asOf).UTC()}, nil
		}
	}
	return cursor{}, contest.Faulty(contest.Problem{Location: "cursor", Code: "bad_cursor", Message: "this cursor does not belong to this list"})
}
