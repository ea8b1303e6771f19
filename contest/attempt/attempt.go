package attempt

import (
	"time"
)

// State is where an attempt stands. The only edges are open → submitted,
// open → expired, and either of these or open → annulled.
type State string

// The states.
const (
	Open      State = "open"
	Submitted State = "submitted" // handed in by the contestant
	Expired   State = "expired"   // handed in by the server when time was up
	Annulled  State = "annulled"  // taken out by an organizer, with a reason
)

// Finished reports whether the attempt was handed in and counts.
func (s State) Finished() bool { return s == Submitted || s == Expired }

// Attempt is one person's timed paper of one round, as it is recorded.
type Attempt struct {
	ID, RoundID, ContestID, AccountID string

	Number    int // 1, 2, 3 … in the order of starting
	State     State
	Seed      Seed
	Paper     Paper
	StartedAt time.Time
	Deadline  time.Time // T: start + duration + allowances; moves only forward
	Holder    int       // raised by every takeover; older holders may not save
	Device    string    // random id of the browser that holds the attempt

	// As at the start, for ranking: a later change of class changes nothing.
	ClassID, SchoolID, DivisionID, UnitPath string

	SubmittedAt time.Time // the submit's receive time, at most the deadline
	FinishedAt  time.Time
	Outcome     Outcome // zero while open
	AnnulReason string
}

// Outcome is what finishing an attempt computed from the stored answers.
type Outcome struct {
	State       State
	SubmittedAt time.Time
	LastChange  time.Time     // receive time of the newest answer in force; zero without one
	Duration    time.Duration // for ranking, as the rule sheet says where it ends
	Answered    int
	Score       int64 // hundredths of a point
	Max         int64
	Correct     int
	Perfect     bool
	Prediction  *int64
	Receipt     string // code on the receipt
	SheetSHA256 string // of the answer sheet, recomputable from the record
}

// Answer is the answer in force to one question.
type Answer struct {
	Question   int // place in the paper as drawn, from 0
	Seq        int64
	Response   string // JSON in stable option indexes
	Late       bool   // received between deadline and the end of grace
	ReceivedAt time.Time
}

// Change is one answer in a request to save.
type Change struct {
	Question int
	Seq      int64
	Response string
}

// Save is a request to save, checked against the paper.
type Save struct {
	AttemptID string
	R         time.Time // when the request was completely received
	Grace     time.Duration
	Holder    int    // from the save token; 0 when the holder is not claimed
	Device    string // from X-Device; empty when not given
	Changes   []Change
}

// Verdict is what became of a request to save.
type Verdict string

// The verdicts.
const (
	Saved     Verdict = "saved"
	Closed    Verdict = "closed"     // finished, or R is after deadline and grace
	TakenOver Verdict = "taken_over" // another device holds the attempt now
	Unknown   Verdict = "unknown"
)

// SaveOutcome is the answer to one request to save.
type SaveOutcome struct {
	Verdict  Verdict
	State    State
	Deadline time.Time
	Receipt  string // of a finished attempt
}

// New is an attempt about to start. Timing turns the moment at which the record
// takes it into its start and deadline, so that no time in a queue is charged.
type New struct {
	Attempt
	End func(start time.Time) time.Time // the deadline of an attempt that starts then
}

// Timing is the start and the deadline of an attempt that begins at now.
func (n New) Timing(now time.Time) (start, deadline time.Time) {
	deadline = n.End(now)
	if deadline.Before(now) { // the round closed while the request waited
		deadline = now
	}
	return now, deadline
}

// Decide computes the outcome of an attempt from its answers, in the order of
// questions. It is called under the lock of the attempt's row, must not ask the
// record for anything, and may run again. Not ok leaves the attempt open.
type Decide func(Attempt, []Answer) (o Outcome, ok bool)
