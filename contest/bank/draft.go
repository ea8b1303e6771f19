package bank

import (
	"context"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// FormDraft is what somebody has typed and not yet saved as a version: the form as
// the page keeps it. It is its author's alone.
type FormDraft struct {
	AuthorID, BankID string
	ID               string // made by the page
	Seq              int64  // raised by every writing
	QuestionID       string // of which it will be a version, "" for a new question
	BasedOn          int    // the version that the author saw
	Title            string // how the stem begins
	Form             string // JSON, "" in lists
	Changed          time.Time
}

// DraftStore keeps drafts.
type DraftStore interface {
	// PutDraft keeps a draft unless a later writing of it is there, and returns
	// what then is kept, without its form. A new one is refused when the author
	// has most of them in the bank.
	PutDraft(ctx context.Context, d FormDraft, most int) (FormDraft, error)
	// Drafts lists an author's drafts of a bank without their forms, the newest
	// first.
	Drafts(ctx context.Context, authorID, bankID string) ([]FormDraft, error)
	Draft(ctx context.Context, authorID, bankID, id string) (FormDraft, error)
	// DropDraft forgets a draft; one that is gone is no error.
	DropDraft(ctx context.Context, authorID, bankID, id string) error
}

// Drafts keeps what authors are writing, so that neither a flat battery nor a
// closed window costs them more than a second of it.
type Drafts struct {
	Store DraftStore
	Banks *Service
	Now   func() time.Time
}

// Limits of drafts. MaxDraft is in bytes.
const (
	MaxDraft  = 64 << 10
	MaxDrafts = 50
)

var draftID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,60}$`)

// Put keeps a writing of a draft; the latest wins. stem is the form's, for the
// list. It returns what is kept and whether that is this writing.
func (s *Drafts) Put(ctx context.Context, actor contest.Actor, d FormDraft, stem string) (FormDraft, bool, error) {
	if _, err := s.Banks.Allow(ctx, actor, d.BankID, MayEdit); err != nil {
		return d, false, err
	}
	switch {
	case !draftID.MatchString(d.ID):
		return d, false, contest.Faulty(contest.Problem{Location: "draft_id", Code: "bad_id", Message: "8 to 60 letters, digits, - and _"})
	case len(d.Form) > MaxDraft:
		return d, false, contest.Refuse(contest.TooLarge, "draft_too_large", "a draft has at most %d bytes", MaxDraft)
	}
	d.AuthorID, d.Title, d.Changed = actor.AccountID, beginning(stem), contest.Moment(s.Now())
	kept, err := s.Store.PutDraft(ctx, d, MaxDrafts)
	return kept, err == nil && kept.Seq == d.Seq, err
}

// beginning is the first words of a text on one line.
func beginning(s string) string {
	const most = 120
	s = text.Line(strings.ToValidUTF8(s[:min(len(s), 8*most)], ""))
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	cut := string([]rune(s)[:most])
	if at := strings.LastIndexByte(cut, ' '); at > 0 {
		cut = cut[:at]
	}
	return cut + "…"
}

// List returns the actor's drafts of a bank, the newest first, but for those of
// questions whose keys the actor may not know.
func (s *Drafts) List(ctx context.Context, actor contest.Actor, bankID string) ([]FormDraft, error) {
	if _, err := s.Banks.Allow(ctx, actor, bankID, MayEdit); err != nil {
		return nil, err
	}
	all, err := s.Store.Drafts(ctx, actor.AccountID, bankID)
	if err != nil {
		return nil, err
	}
	var about []string
	for _, d := range all {
		if d.QuestionID != "" {
			about = append(about, d.QuestionID)
		}
	}
	hidden, err := s.Banks.Withheld(ctx, actor, about)
	shown := all[:0]
	for _, d := range all {
		if !hidden[d.QuestionID] {
			shown = append(shown, d)
		}
	}
	return shown, err
}

// Get returns a draft of the actor's with its form.
func (s *Drafts) Get(ctx context.Context, actor contest.Actor, bankID, id string) (FormDraft, error) {
	if _, err := s.Banks.Allow(ctx, actor, bankID, MayEdit); err != nil {
		return FormDraft{}, err
	}
	d, err := s.Store.Draft(ctx, actor.AccountID, bankID, id)
	if err == nil && d.QuestionID != "" {
		err = s.Banks.mayKnow(ctx, actor, d.QuestionID)
	}
	if err != nil {
		return FormDraft{}, err
	}
	return d, nil
}

// Drop forgets a draft of the actor's.
func (s *Drafts) Drop(ctx context.Context, actor contest.Actor, bankID, id string) error {
	if _, err := s.Banks.Allow(ctx, actor, bankID, MayEdit); err != nil {
		return err
	}
	return s.Store.DropDraft(ctx, actor.AccountID, bankID, id)
}
