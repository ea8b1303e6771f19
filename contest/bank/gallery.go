package bank

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/media"
	"mangxanh/contest/text"
)

// Medium is a picture or a recording of a bank.
type Medium struct {
	ID            string // unguessable; a picture's ends with its size, so that pages keep its place free
	BankID        string
	Sound         bool
	MIME          string
	Width, Height int // of a picture
	Hash          string
	Body          []byte
	Words         string // what a picture shows, what a recording says: proposed wherever it is used
	AuthorID      string
	Created       time.Time
}

// Shelf keeps pictures and recordings.
type Shelf interface {
	// AddMedium records a medium and returns it; the same bytes in the same bank
	// are kept once, under their first id.
	AddMedium(ctx context.Context, actor contest.Actor, m Medium) (Medium, error)
	// Medium returns one with its body, or NotFound.
	Medium(ctx context.Context, id string) (Medium, error)
	// MissingMedia returns those of the ids that are not kept.
	MissingMedia(ctx context.Context, ids []string) ([]string, error)
}

// Gallery takes in what questions show and play.
type Gallery struct {
	store Shelf
	banks *Service
	now   func() time.Time
	newID func() string
	turn  chan struct{} // held while a picture is read: one at a time, as one may take much memory
}

// NewGallery makes the gallery of one node. newID draws at least 128 bits, as
// lower-case letters and digits: whoever knows an id may see the picture.
func NewGallery(store Shelf, banks *Service, now func() time.Time, newID func() string) *Gallery {
	return &Gallery{store: store, banks: banks, now: now, newID: newID, turn: make(chan struct{}, 1)}
}

// Add takes a picture or a recording into a bank, made fit to be served. Words
// describe the picture or write out what is said, and are demanded.
func (g *Gallery) Add(ctx context.Context, actor contest.Actor, bankID string, raw []byte, words string) (Medium, error) {
	if _, err := g.banks.Allow(ctx, actor, bankID, MayEdit); err != nil {
		return Medium{}, err
	}
	m := Medium{BankID: bankID, Sound: media.IsSound(raw), AuthorID: actor.AccountID, Created: contest.Moment(g.now())}
	if err := m.describe(words); err != nil {
		return Medium{}, err
	}
	if err := g.judge(ctx, &m, raw); err != nil {
		return Medium{}, err
	}
	sum := sha256.Sum256(m.Body)
	m.ID, m.Hash = g.newID(), hex.EncodeToString(sum[:])
	if !m.Sound {
		m.ID += fmt.Sprintf("-%dx%d", m.Width, m.Height)
	}
	return g.store.AddMedium(ctx, actor, m)
}

func (m *Medium) describe(words string) error {
	m.Words = text.Line(words)
	limit, missing, long := MaxAlt, "missing_alt", "alt_too_long"
	if m.Sound {
		m.Words = text.Clean(words)
		limit, missing, long = MaxStem, "missing_transcript", "transcript_too_long"
	}
	switch n := len([]rune(m.Words)); {
	case n == 0:
		return contest.Faulty(contest.Problem{Location: "alt", Code: missing, Message: "say what is to be seen or heard"})
	case n > limit:
		return contest.Faulty(contest.Problem{Location: "alt", Code: long, Message: fmt.Sprintf("at most %d characters", limit)})
	}
	return nil
}

func (g *Gallery) judge(ctx context.Context, m *Medium, raw []byte) error {
	select {
	case g.turn <- struct{}{}:
		defer func() { <-g.turn }()
	case <-ctx.Done():
		return contest.Refuse(contest.Busy, "overloaded", "too many pictures at once")
	}
	if m.Sound {
		r, err := media.Sound(raw)
		m.Body, m.MIME = r.Body, r.MIME
		return err
	}
	p, err := media.Picture(raw)
	m.Body, m.MIME, m.Width, m.Height = p.Body, p.MIME, p.Width, p.Height
	return err
}

// Medium returns what is served under an id, to whoever knows it.
func (g *Gallery) Medium(ctx context.Context, id string) (Medium, error) {
	return g.store.Medium(ctx, id)
}
