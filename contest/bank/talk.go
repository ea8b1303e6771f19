package bank

import (
	"context"
	"time"
	"unicode/utf8"

	"mangxanh/contest"
	"mangxanh/contest/text"
)

// Comment is what somebody says about a version of a question to those who work
// with it. Contestants never see one: it may name the key.
type Comment struct {
	ID, QuestionID       string
	Number               int // of the version
	Text                 string
	AuthorID, Author     string // and the name
	Created              time.Time
	ResolverID, Resolver string // who settled it, "" = open
	Resolved             time.Time
}

// Event is one step of a question's life.
type Event struct {
	At             time.Time
	ActorID, Actor string // and the name
	What           string // created, version, submit, approve, return, retire, moved, comment or resolved
	Number         int    // of the version, 0 = of none
	Text           string
}

// Used says that a round may draw a version.
type Used struct {
	Number     int
	Contest    contest.Contest
	RoundID    string
	Manageable bool // by the reader
}

// TalkStore keeps what is said of questions and knows where they are used.
type TalkStore interface {
	// Comments lists comments, the oldest first; open leaves out the settled.
	Comments(ctx context.Context, questionID string, open bool, page contest.Page) ([]Comment, string, error)
	AddComment(ctx context.Context, actor contest.Actor, c Comment) (Comment, error)
	Comment(ctx context.Context, questionID, id string) (Comment, error)
	// ResolveComment settles a comment at a moment, or opens it with none.
	ResolveComment(ctx context.Context, actor contest.Actor, c Comment, at time.Time) (Comment, error)
	// Events lists the steps of a question's life, the newest first.
	Events(ctx context.Context, questionID string, page contest.Page) ([]Event, string, error)
	// Uses lists the rounds whose pools hold a version of the question, the
	// latest first.
	Uses(ctx context.Context, questionID string, page contest.Page) ([]Used, string, error)
}

// Talk is what people who share a bank say about its questions, and where these
// went.
type Talk struct {
	Store TalkStore
	Banks *Service
	Now   func() time.Time
	NewID func() string
}

// MaxComment bounds a comment, in characters.
const MaxComment = 2000

// open returns a question of which the actor may know everything.
func (s *Talk) open(ctx context.Context, actor contest.Actor, questionID string) (Question, error) {
	q, err := s.Banks.question(ctx, actor, questionID, MayRead)
	if err == nil {
		err = s.Banks.mayKnow(ctx, actor, questionID)
	}
	return q, err
}

// Comments lists what was said of a question, the oldest first.
func (s *Talk) Comments(ctx context.Context, actor contest.Actor, questionID string, open bool, page contest.Page) ([]Comment, string, error) {
	if _, err := s.open(ctx, actor, questionID); err != nil {
		return nil, "", err
	}
	return s.Store.Comments(ctx, questionID, open, page)
}

// Say adds a comment about a version, 0 for the newest.
func (s *Talk) Say(ctx context.Context, actor contest.Actor, questionID string, number int, said string) (Comment, error) {
	q, err := s.open(ctx, actor, questionID)
	if err != nil {
		return Comment{}, err
	}
	c := Comment{ID: s.NewID(), QuestionID: questionID, Number: number, Text: text.Clean(said), AuthorID: actor.AccountID, Created: contest.Moment(s.Now())}
	if number == 0 {
		c.Number = q.Newest.Number
	}
	switch n := utf8.RuneCountInString(c.Text); {
	case n == 0:
		return c, contest.Faulty(contest.Problem{Location: "text", Code: "required", Message: "a comment says something"})
	case n > MaxComment:
		return c, contest.Faulty(contest.Problem{Location: "text", Code: "comment_too_long", Message: "at most 2000 characters"})
	case c.Number < 1 || c.Number > q.Newest.Number:
		return c, contest.Faulty(contest.Problem{Location: "version", Code: "unknown_version", Message: "the question has no such version"})
	}
	return s.Store.AddComment(ctx, actor, c)
}

// Resolve settles a comment, or opens it again: its author may, and who may
// write or approve.
func (s *Talk) Resolve(ctx context.Context, actor contest.Actor, questionID, id string, resolved bool) (Comment, error) {
	if _, err := s.open(ctx, actor, questionID); err != nil {
		return Comment{}, err
	}
	c, err := s.Store.Comment(ctx, questionID, id)
	if err != nil {
		return Comment{}, err
	}
	may, err := s.MayResolve(ctx, actor, questionID)
	if err == nil && !may && c.AuthorID != actor.AccountID {
		err = noRight()
	}
	if err != nil || resolved == (c.ResolverID != "") {
		return c, err
	}
	var at time.Time
	if resolved {
		at = contest.Moment(s.Now())
	}
	return s.Store.ResolveComment(ctx, actor, c, at)
}

// MayResolve reports whether the actor may settle other people's comments on a
// question that the actor may read.
func (s *Talk) MayResolve(ctx context.Context, actor contest.Actor, questionID string) (bool, error) {
	_, err := s.Banks.question(ctx, actor, questionID, MayEdit, MayApprove)
	if contest.CodeOf(err) == "no_right" {
		return false, nil
	}
	return err == nil, err
}

// History lists the steps of a question's life, the newest first. A contestant
// sees who did what and no word of it.
func (s *Talk) History(ctx context.Context, actor contest.Actor, questionID string, page contest.Page) ([]Event, string, error) {
	if _, err := s.Banks.question(ctx, actor, questionID, MayRead); err != nil {
		return nil, "", err
	}
	hidden, err := s.Banks.Withheld(ctx, actor, []string{questionID})
	if err != nil {
		return nil, "", err
	}
	events, next, err := s.Store.Events(ctx, questionID, page)
	if hidden[questionID] {
		for i := range events {
			events[i].Text = ""
		}
	}
	return events, next, err
}

// Uses lists the published rounds that may draw a version of the question, the
// latest first.
func (s *Talk) Uses(ctx context.Context, actor contest.Actor, questionID string, page contest.Page) ([]Used, string, error) {
	if _, err := s.open(ctx, actor, questionID); err != nil {
		return nil, "", err
	}
	uses, next, err := s.Store.Uses(ctx, questionID, page)
	for i, u := range uses {
		uses[i].Manageable = u.Contest.Manages(actor)
	}
	return uses, next, err
}
