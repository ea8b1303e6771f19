package bank

import (
	"time"

	"mangxanh/contest"
	"mangxanh/scoring"
)

// State is where a question stands in its review.
type State string

// The states of a question.
const (
	Draft    State = "draft"
	InReview State = "in_review"
	Approved State = "approved"
	Retired  State = "retired"
)

// States lists every state in the order of a question's life.
var States = []State{Draft, InReview, Approved, Retired}

// The teachers' scale of difficulty: recognise, understand, apply, apply in depth.
const (
	NhanBiet   = "nhan_biet"
	ThongHieu  = "thong_hieu"
	VanDung    = "van_dung"
	VanDungCao = "van_dung_cao"
)

// Difficulties lists the scale from easy to hard.
var Difficulties = []string{NhanBiet, ThongHieu, VanDung, VanDungCao}

// Bank is a collection of questions that belongs to a unit.
type Bank struct {
	ID       string
	UnitID   string
	UnitPath string // of the unit, for rights
	UnitName string
	Name     string
	Version  int64
	Shares   []Share       // with whom else
	Counts   map[State]int // questions by state; nil when not asked for
}

// Question is one question through all its versions.
type Question struct {
	ID       string
	BankID   string
	UnitPath string // of the bank's unit, for rights
	State    State
	Approved int // number of the version in use, 0 = none
	AuthorID string
	ImportID string // the import that made it, "" when written by hand
	Edit     int64  // raised by every change
	Created  time.Time
	Changed  time.Time
	Newest   Version
	Asked    *Asked // nil when it was never asked, or not looked for
}

// Asked sums up what was counted of a question, over all rounds: of its newest
// version that was ever asked. Shares are in thousandths; nil is unknown.
type Asked struct {
	Version        int
	Served         int
	Facility       *int
	Discrimination *int
	Alarm          bool
}

// Option is one of the answers offered; of a matching, one of those to which a
// partner is sought.
type Option struct {
	Text    string
	Pinned  bool   // keeps its place when options are shuffled, such as "all of the above"
	MediaID string // of a picture that stands above the text
	Alt     string // what the picture shows
}

// Gap is a place of a cloze, written [[1]] in the stem for the first.
type Gap struct{ Choices []string }

// Audio is a recording that is played with the stem.
type Audio struct {
	MediaID    string
	Transcript string // for those who cannot hear it
}

// Format says how the texts of a version are written.
type Format string

// The formats. Choices of a gap are plain in both.
const (
	Plain    Format = "plain"    // shown as written; the empty Format means this
	Markdown Format = "markdown" // see contest/markup
)

// Citation says which law a question rests on and when that law held.
type Citation struct {
	Text         string // as the author wrote it
	Instrument   string // "Nghị định 56/2017/NĐ-CP"
	InstrumentID string // in the list of instruments, when it is known there
	Article      string // "Điều 23"
	From, To     time.Time
}

// Version is what a question said at one time. It never changes once stored.
type Version struct {
	ID          string
	QuestionID  string
	Number      int // from 1
	Type        scoring.Type
	Format      Format
	Stem        string
	Options     []Option
	Matches     []string    // of a matching: the partners, some of which may fit nothing
	Gaps        []Gap       // of a cloze
	Audio       *Audio      // nil for nearly all
	Key         scoring.Key // in indexes of Options, of Matches or of the choices of each gap
	Explanation string
	Topic       string
	AgeBand     string // "8-10", "18+" or empty
	Difficulty  string // one of Difficulties or empty
	Citation    Citation
	AuthorID    string
	Created     time.Time
	Withheld    bool // key and explanation are left out: the reader is a contestant
}

// Graded returns the part of the version that marking needs, worth the given
// marks (hundredths of a point).
func (v Version) Graded(marks int64) scoring.Question {
	return scoring.Question{Type: v.Type, Options: len(v.Options), Sizes: v.sizes(), Marks: marks, Key: v.Key}
}

// sizes is how much there is to choose from at each place.
func (v Version) sizes() []int {
	var sizes []int
	switch v.Type {
	case scoring.Matching:
		for range v.Options {
			sizes = append(sizes, len(v.Matches))
		}
	case scoring.Cloze:
		for _, g := range v.Gaps {
			sizes = append(sizes, len(g.Choices))
		}
	}
	return sizes
}

// Review is one recorded step of a question's life.
type Review struct {
	ID      string
	Number  int // of the version it is about
	Action  Action
	Comment string
	ActorID string
	At      time.Time
}

// Action is what a reviewer or author does with a question.
type Action string

// The actions.
const (
	Submit  Action = "submit"
	Approve Action = "approve"
	Return  Action = "return"
	Retire  Action = "retire"
)

// Apply returns the question after the action of a person, or why that person
// may not do it now. It changes nothing else and may be called again. A second
// person may approve a draft at once, as after an import: the submission only
// says that the author asks for it.
func (q Question) Apply(action Action, actorID string) (Question, error) {
	switch {
	case action == Submit && q.State == Draft:
		q.State = InReview
	case action == Return && q.State == InReview:
		q.State = Draft
	case action == Retire && q.State != Retired:
		q.State, q.Approved = Retired, 0
	case action == Approve && (q.State == InReview || q.State == Draft):
		if actorID == q.Newest.AuthorID {
			return q, contest.Refuse(contest.Conflict, "same_person", "whoever wrote or imported a question cannot approve it")
		}
		q.State, q.Approved = Approved, q.Newest.Number
	default:
		return q, contest.Refuse(contest.Conflict, "wrong_state", "a question that is %s cannot take the action %q", q.State, action)
	}
	return q, nil
}

// Revise returns the question with a new version written by author on top. The
// version in use stays in use until the new one is approved.
func (q Question) Revise(v Version) Question {
	v.QuestionID, v.Number = q.ID, q.Newest.Number+1
	q.Newest, q.State = v, Draft
	return q
}

// Pick is what drawing needs to know of a version in use.
type Pick struct {
	VersionID  string
	QuestionID string
	Type       scoring.Type
	Topic      string
	Difficulty string
	AgeBand    string
}

// Cell counts the questions in use of one topic, type and difficulty.
type Cell struct {
	Topic      string
	Type       scoring.Type
	Difficulty string
	AgeBand    string
	Count      int
}
