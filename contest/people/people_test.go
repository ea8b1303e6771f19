package people_test

import (
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/people"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// clock is the test's own time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// town is a ward with two schools and the people who run them.
type town struct {
	*people.Service
	gate     *people.Gate
	clock    *clock
	db       *storage.DB
	ward     people.Unit
	am, pm   people.Unit // two schools
	c7a1     people.Unit // a class of am
	admin    contest.Actor
	head     contest.Actor // runs am
	stranger contest.Actor // runs pm
	teacher  contest.Actor // of class 7A1
}

const year = "2026-2027"

var secret = []byte("a server secret for tests: 32 bytes or more")

// eachTown runs a test in a town of its own on SQLite and on Postgres.
func eachTown(t *testing.T, test func(t *testing.T, w *town)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		c := newClock()
		test(t, newTown(t, storagetest.SQLite(t, storagetest.WithNow(c.Now)), c))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		c := newClock()
		test(t, newTown(t, storagetest.Postgres(t, storagetest.WithNow(c.Now)), c))
	})
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)} }

func newTown(t *testing.T, db *storage.DB, c *clock) *town {
	t.Helper()
	keys, err := people.NewKeys(secret)
	if err != nil {
		t.Fatal(err)
	}
	w := &town{clock: c, db: db, Service: &people.Service{
		Store: db, Keys: keys, Hashes: people.NewHasher(2, rand.Reader), Now: c.Now, NewID: storagetest.NewID, Random: rand.Reader,
	}}
	w.gate = w.node()
	w.Changed = w.gate.Memory.Forget
	w.ward = w.unit(t, people.Unit{Kind: people.Ward, Name: "Phường Hoàng Mai"})
	w.am = w.unit(t, people.Unit{ParentID: w.ward.ID, Kind: people.School, Name: "THCS Ánh Mai", Levels: []string{"THCS"}})
	w.pm = w.unit(t, people.Unit{ParentID: w.ward.ID, Kind: people.School, Name: "THCS Phúc Minh", Levels: []string{"THCS"}})
	w.c7a1 = w.unit(t, people.Unit{ParentID: w.am.ID, Kind: people.Class, Name: "Lớp 7a1"})
	w.admin = w.staff(t, "admin", w.ward, contest.RoleAdmin)
	w.head = w.staff(t, "head", w.am, contest.RoleSchool)
	w.stranger = w.staff(t, "stranger", w.pm, contest.RoleSchool)
	w.teacher = w.staff(t, "teacher", w.c7a1, contest.RoleTeacher)
	return w
}

// node is one more server on the same record.
func (w *town) node() *people.Gate {
	return &people.Gate{
		Store: w.db, Keys: w.Keys, Hashes: w.Hashes, Now: w.clock.Now, NewID: storagetest.NewID, Random: rand.Reader, Memory: &people.Memory{},
	}
}

// signInByCard gives a pupil a card and signs them in with it.
func (w *town) signInByCard(t *testing.T, accountID string) people.SignedIn {
	t.Helper()
	card, err := w.ReissueCard(t.Context(), w.head, accountID)
	if err != nil {
		t.Fatal(err)
	}
	in, err := w.gate.SignInWithCard(t.Context(), card.Secret, card.PIN)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func (w *town) unit(t *testing.T, u people.Unit) people.Unit {
	t.Helper()
	made, err := w.CreateUnit(t.Context(), contest.System, u)
	if err != nil {
		t.Fatalf("make unit %s: %v", u.Name, err)
	}
	return made
}

const password = "mật khẩu dài 12"

func (w *town) staff(t *testing.T, login string, u people.Unit, role contest.Role) contest.Actor {
	t.Helper()
	home := u.ID
	if u.Kind == people.Class {
		home = u.ParentID
	}
	a, _, err := w.CreateStaff(t.Context(), contest.System, people.NewStaff{
		FullName: "Trần Văn Cán", Login: login, UnitID: home, Password: password, Roles: []people.RoleGrant{{Role: role, UnitID: u.ID}},
	})
	if err != nil {
		t.Fatalf("make staff %s: %v", login, err)
	}
	return contest.Actor{AccountID: a.ID, Kind: contest.Staff, Grants: []contest.Grant{{Role: role, UnitID: u.ID, UnitPath: u.Path}}}
}

// pupil enrols one pupil into class 7A1.
func (w *town) pupil(t *testing.T, name string) people.RosterOutcome {
	t.Helper()
	out, err := w.CommitRoster(t.Context(), w.head, w.am.ID, year, "", []people.RosterRow{{Row: 1, FullName: name, BirthDate: "2014-05-03", ClassName: "7A1"}})
	if err != nil {
		t.Fatalf("enrol %s: %v", name, err)
	}
	return out[0]
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return contest.CodeOf(err)
}
func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
