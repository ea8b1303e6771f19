package bank

import (
	"context"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/text"
	"mangxanh/scoring"
)

// Filter narrows a list of questions; empty fields do not.
type Filter struct {
	Text       string // words in any order, whatever the diacritics, of stem, options, topic and citation
	State      State
	Topic      string
	Type       scoring.Type
	Difficulty string
	AgeBand    string
	ImportID   string
	Instrument string // of the citation: its name or id
	AuthorID   string

	// What was counted. Any of these leaves out what was never asked.
	Asked          bool
	Alarm          bool  // the key of the newest version is in question
	Facility       Range // thousandths, 0..1000
	Discrimination Range // thousandths, -1000..1000
	Sort           Sort
}

// Range is an interval with both its ends; the zero one does not narrow.
type Range struct {
	Set      bool
	From, To int
}

// Sort is the order of a list of questions.
type Sort string

// The orders. Those by figures list what was asked, the worst first.
const (
	Oldest           Sort = ""
	Newest           Sort = "newest"
	ByFacility       Sort = "facility"
	ByDiscrimination Sort = "discrimination"
)

// Statistical reports whether the filter looks at what was counted.
func (f Filter) Statistical() bool {
	return f.Asked || f.Alarm || f.Facility.Set || f.Discrimination.Set || f.Sort == ByFacility || f.Sort == ByDiscrimination
}

// Store keeps banks and questions.
type Store interface {
	// Bank returns a bank with its counts and shares, or NotFound.
	Bank(ctx context.Context, id string) (Bank, error)
	// Banks lists the banks of a scope with their shares and without counts.
	Banks(ctx context.Context, scope Scope, page contest.Page) ([]Bank, string, error)
	CreateBank(ctx context.Context, actor contest.Actor, b Bank) error
	UnitPath(ctx context.Context, id string) (string, error)
	Question(ctx context.Context, id string) (Question, error)
	Questions(ctx context.Context, bankID string, f Filter, page contest.Page) ([]Question, string, error)
	CreateQuestion(ctx context.Context, actor contest.Actor, q Question) error
	// ChangeQuestion applies a pure function under a lock and saves what it
	// returns together with the step; the function may run again.
	ChangeQuestion(ctx context.Context, actor contest.Actor, id string, step *Review, change func(Question) (Question, error)) (Question, error)
	History(ctx context.Context, questionID string) ([]Version, []Review, error)
	Topics(ctx context.Context, bankID string) ([]Cell, error)
}

// Service is the question bank for one node.
type Service struct {
	Store Store
	Seats Seats
	Laws  LawShelf
	Media interface {
		// MissingMedia returns those of the ids that are not kept.
		MissingMedia(ctx context.Context, ids []string) ([]string, error)
	}
	Now   func() time.Time
	NewID func() string
}

// Banks lists the banks with which the actor may do anything.
func (s *Service) Banks(ctx context.Context, actor contest.Actor, page contest.Page) ([]Bank, string, error) {
	banks, next, err := s.Store.Banks(ctx, scope(actor, AllRights...), page)
	if err == nil && len(banks) == 0 && len(actor.Paths(writers...)) == 0 {
		err = contest.Missing("bank")
	}
	return banks, next, err
}

// CreateBank opens an empty bank of a unit.
func (s *Service) CreateBank(ctx context.Context, actor contest.Actor, unitID, name string) (Bank, error) {
	path, err := s.Store.UnitPath(ctx, unitID)
	if err != nil {
		return Bank{}, err
	}
	if !actor.Can(path, writers...) {
		return Bank{}, contest.Missing("unit")
	}
	b := Bank{ID: s.NewID(), UnitID: unitID, UnitPath: path, Name: text.Line(name), Version: 1}
	switch n := len([]rune(b.Name)); {
	case n == 0:
		return Bank{}, contest.Faulty(contest.Problem{Location: "name", Code: "required", Message: "a bank has a name"})
	case n > MaxTopic:
		return Bank{}, contest.Faulty(contest.Problem{Location: "name", Code: "length", Message: "the name is too long"})
	}
	return b, s.Store.CreateBank(ctx, actor, b)
}

// Questions lists a bank's questions.
func (s *Service) Questions(ctx context.Context, actor contest.Actor, bankID string, f Filter, page contest.Page) ([]Question, string, error) {
	if _, err := s.Bank(ctx, actor, bankID); err != nil {
		return nil, "", err
	}
	if f.Statistical() { // what the list leaves out would tell a contestant what it shows
		sits, err := s.Contesting(ctx, actor, bankID)
		if err != nil {
			return nil, "", err
		}
		if sits {
			return nil, "", contest.Refuse(contest.Forbidden, contestantHere, "you take part in a contest that asks questions of this bank")
		}
	}
	questions, next, err := s.Store.Questions(ctx, bankID, f, page)
	if err != nil {
		return nil, "", err
	}
	ids := make([]string, len(questions))
	for i, q := range questions {
		ids[i] = q.ID
	}
	hidden, err := s.Withheld(ctx, actor, ids)
	for i, q := range questions {
		if hidden[q.ID] {
			questions[i].Newest, questions[i].Asked = q.Newest.WithoutKey(), nil
		}
	}
	return questions, next, err
}

// Topics counts what a blueprint can draw from.
func (s *Service) Topics(ctx context.Context, actor contest.Actor, bankID string) ([]Cell, error) {
	if _, err := s.Look(ctx, actor, bankID); err != nil {
		return nil, err
	}
	return s.Store.Topics(ctx, bankID)
}

// CreateQuestion writes a new question as a draft of the actor's.
func (s *Service) CreateQuestion(ctx context.Context, actor contest.Actor, bankID string, v Version) (Question, error) {
	b, err := s.Allow(ctx, actor, bankID, MayEdit)
	if err != nil {
		return Question{}, err
	}
	v, problems, err := s.judge(ctx, actor, v, "")
	if err == nil && problems != nil {
		err = contest.Faulty(problems...)
	}
	if err != nil {
		return Question{}, err
	}
	q := NewDraft(s.NewID(), s.NewID(), bankID, v, actor.AccountID, contest.Moment(s.Now()))
	q.UnitPath = b.UnitPath
	return q, s.Store.CreateQuestion(ctx, actor, q)
}

// NewDraft is a question in its first version, written by author. The version
// must be clean and sound.
func NewDraft(questionID, versionID, bankID string, v Version, author string, at time.Time) Question {
	v.ID, v.QuestionID, v.Number, v.AuthorID, v.Created = versionID, questionID, 1, author, at
	return Question{ID: questionID, BankID: bankID, State: Draft, AuthorID: author, Edit: 1, Created: at, Changed: at, Newest: v}
}

// Question returns a question with all versions and reviews.
func (s *Service) Question(ctx context.Context, actor contest.Actor, id string) (Question, []Version, []Review, error) {
	q, err := s.question(ctx, actor, id, MayRead)
	if err != nil {
		return Question{}, nil, nil, err
	}
	versions, reviews, err := s.Store.History(ctx, id)
	if err != nil {
		return Question{}, nil, nil, err
	}
	hidden, err := s.Withheld(ctx, actor, []string{id})
	if hidden[id] {
		q.Newest = q.Newest.WithoutKey()
		for i, v := range versions {
			versions[i] = v.WithoutKey()
		}
		for i := range reviews {
			reviews[i].Comment = "" // it may name the key
		}
	}
	return q, versions, reviews, err
}

// Revise adds a version on top of the one the actor saw; what is in use stays
// in use until the new version is approved.
func (s *Service) Revise(ctx context.Context, actor contest.Actor, id string, seen int, v Version) (Question, error) {
	old, err := s.question(ctx, actor, id, MayEdit)
	if err != nil {
		return Question{}, err
	}
	if err := s.mayKnow(ctx, actor, id); err != nil {
		return Question{}, err
	}
	v, problems, err := s.judge(ctx, actor, v, old.Newest.Citation.InstrumentID)
	if err == nil && problems != nil {
		err = contest.Faulty(problems...)
	}
	if err != nil {
		return Question{}, err
	}
	v.ID, v.AuthorID, v.Created = s.NewID(), actor.AccountID, contest.Moment(s.Now())
	return s.Store.ChangeQuestion(ctx, actor, id, nil, func(q Question) (Question, error) {
		if q.Newest.Number != seen {
			return q, stale()
		}
		return q.Revise(v), nil
	})
}

// Review takes a step of a question's life. seen is the number of the version
// that the actor judged, 0 for the newest.
func (s *Service) Review(ctx context.Context, actor contest.Actor, id string, seen int, action Action, comment string) (Question, error) {
	if _, err := s.question(ctx, actor, id, stepRights(action)...); err != nil {
		return Question{}, err
	}
	if err := s.mayKnow(ctx, actor, id); err != nil {
		return Question{}, err
	}
	step := &Review{ID: s.NewID(), Action: action, Comment: text.Clean(comment)}
	return s.Store.ChangeQuestion(ctx, actor, id, step, func(q Question) (Question, error) {
		if seen != 0 && q.Newest.Number != seen {
			return q, stale()
		}
		return q.Apply(action, actor.AccountID)
	})
}

func stale() error {
	return contest.Refuse(contest.Stale, "version_changed", "this question was changed by somebody else")
}

// Outcome is what became of one question of a bulk review.
type Outcome struct {
	QuestionID string
	Code       string // "" when the step was taken
}

// ReviewAll takes the same step for many questions of a bank, each on its own:
// one that refuses does not keep the others.
func (s *Service) ReviewAll(ctx context.Context, actor contest.Actor, bankID string, ids []string, action Action) ([]Outcome, error) {
	if _, err := s.Allow(ctx, actor, bankID, stepRights(action)...); err != nil {
		return nil, err
	}
	hidden, err := s.Withheld(ctx, actor, ids)
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(ids))
	for i, id := range ids {
		outcomes[i].QuestionID = id
		if hidden[id] {
			outcomes[i].Code = contestantHere
			continue
		}
		step := &Review{ID: s.NewID(), Action: action}
		_, err := s.Store.ChangeQuestion(ctx, actor, id, step, func(q Question) (Question, error) {
			if q.BankID != bankID {
				return q, contest.Missing("question")
			}
			return q.Apply(action, actor.AccountID)
		})
		if err != nil {
			if outcomes[i].Code = contest.CodeOf(err); outcomes[i].Code == "internal" {
				return outcomes[:i], err
			}
		}
	}
	return outcomes, nil
}
