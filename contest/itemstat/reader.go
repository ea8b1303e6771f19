package itemstat

import (
	"context"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

// Line is what was counted of one question version in one round.
type Line struct {
	RoundID      string
	RoundName    string
	ContestID    string
	ContestTitle string
	Version      bank.Version
	Tally        Tally
	Figures      Figures // zero while withheld
	Current      int     // number of the question's newest version
	Withheld     bool    // the reader is a contestant: no figures, no key
}

// LineFilter chooses lines of a round.
type LineFilter struct {
	Alarm bool // only those whose key is in question
}

// Counted says how far a round is counted.
type Counted struct {
	Attempts int
	At       time.Time // of the last count; zero before the first
}

// ReaderStore is what staff read. Lines come with versions and tallies; figures
// are left to the reader.
type ReaderStore interface {
	// RoundLines lists lines of a round in the order of its questions.
	RoundLines(ctx context.Context, roundID string, f LineFilter, page contest.Page) ([]Line, string, error)
	// QuestionLines lists the lines of a question over all rounds, the newest
	// version first.
	QuestionLines(ctx context.Context, questionID string) ([]Line, error)
	Counted(ctx context.Context, roundID string) (Counted, error)
	ContestOfRound(ctx context.Context, roundID string) (contest.Contest, error)
}

// Library says who may read a question, and whose key is kept from whom;
// bank.Service does.
type Library interface {
	Question(ctx context.Context, actor contest.Actor, id string) (bank.Question, []bank.Version, []bank.Review, error)
	Withheld(ctx context.Context, actor contest.Actor, questionIDs []string) (map[string]bool, error)
}

// Reader shows statistics to staff. They count as the key does: contestants
// never see them, and staff who take part see none of their contest.
type Reader struct {
	Store   ReaderStore
	Library Library
}

// Round lists what was counted of a round, to those who run the contest. To
// everybody else the round looks missing.
func (r *Reader) Round(ctx context.Context, actor contest.Actor, roundID string, f LineFilter, page contest.Page) ([]Line, Counted, string, error) {
	c, err := r.Store.ContestOfRound(ctx, roundID)
	if err != nil {
		return nil, Counted{}, "", err
	}
	if !c.Manages(actor) {
		return nil, Counted{}, "", contest.Missing("round")
	}
	counted, err := r.Store.Counted(ctx, roundID)
	if err != nil {
		return nil, Counted{}, "", err
	}
	lines, next, err := r.Store.RoundLines(ctx, roundID, f, page)
	if err != nil {
		return nil, Counted{}, "", err
	}
	return lines, counted, next, r.figure(ctx, actor, lines)
}

// Question lists what was counted of a question in every round that asked it,
// to those who may read its bank.
func (r *Reader) Question(ctx context.Context, actor contest.Actor, questionID string) ([]Line, error) {
	if _, _, _, err := r.Library.Question(ctx, actor, questionID); err != nil {
		return nil, err
	}
	lines, err := r.Store.QuestionLines(ctx, questionID)
	if err != nil {
		return nil, err
	}
	return lines, r.figure(ctx, actor, lines)
}

// figure computes what the reader may know and takes away what not.
func (r *Reader) figure(ctx context.Context, actor contest.Actor, lines []Line) error {
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.Version.QuestionID
	}
	hidden, err := r.Library.Withheld(ctx, actor, ids)
	if err != nil {
		return err
	}
	for i := range lines {
		l := &lines[i]
		if hidden[l.Version.QuestionID] {
			l.Version, l.Tally, l.Withheld = l.Version.WithoutKey(), Tally{}, true
			continue
		}
		l.Figures = l.Tally.Figures(KeyOf(l.Version))
	}
	return nil
}
