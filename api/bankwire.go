package api

import (
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

type bankWire struct {
	ID       string          `json:"id"`
	UnitID   string          `json:"unit_id"`
	Unit     refWire         `json:"unit"`
	Name     string          `json:"name"`
	Version  int64           `json:"version"`
	Counts   *bankCountsWire `json:"counts,omitempty" doc:"Questions by state"`
	Rights   []string        `json:"rights" doc:"What I may do: read, use (draw from it), edit, approve"`
	CanShare bool            `json:"can_share" doc:"I may decide who else works with it"`
}

type bankCountsWire struct {
	Draft    int `json:"draft"`
	InReview int `json:"in_review"`
	Approved int `json:"approved"`
	Retired  int `json:"retired"`
}

func bankToWire(actor contest.Actor, b bank.Bank) bankWire {
	w := bankWire{
		ID: b.ID, UnitID: b.UnitID, Unit: refWire{ID: b.UnitID, Name: b.UnitName}, Name: b.Name, Version: b.Version,
		Rights: []string{}, CanShare: b.Shareable(actor),
	}
	for _, r := range b.Rights(actor) {
		w.Rights = append(w.Rights, string(r))
	}
	if b.Counts != nil {
		w.Counts = &bankCountsWire{
			Draft: b.Counts[bank.Draft], InReview: b.Counts[bank.InReview], Approved: b.Counts[bank.Approved], Retired: b.Counts[bank.Retired],
		}
	}
	return w
}

// VersionWire is for staff only: it has the key in it.
type VersionWire struct {
	Version     int          `json:"version"`
	Type        string       `json:"type"`
	Format      string       `json:"format" enum:"plain,markdown"`
	Stem        string       `json:"stem"`
	Options     []optionWire `json:"options"`
	Matches     []string     `json:"matches,omitempty"`
	Gaps        []gapWire    `json:"gaps,omitempty"`
	Audio       *audioWire   `json:"audio,omitempty"`
	Accepted    []string     `json:"accepted,omitempty"`
	Value       string       `json:"value,omitempty"`
	Tolerance   string       `json:"tolerance,omitempty"`
	Explanation string       `json:"explanation"`
	Withheld    bool         `json:"withheld,omitempty" doc:"Key and explanation are left out: I take part in a contest that asks this"`
	Topic       string       `json:"topic"`
	AgeBand     string       `json:"age_band"`
	Difficulty  string       `json:"difficulty"`
	Source      string       `json:"source"`
	Instrument  string       `json:"instrument"`
	// InstrumentID names it in the list of instruments.
	InstrumentID string    `json:"instrument_id,omitempty"`
	Article      string    `json:"article"`
	LawFrom      string    `json:"law_from,omitempty" doc:"First day in force, yyyy-mm-dd"`
	LawTo        string    `json:"law_to,omitempty" doc:"First day no longer in force, yyyy-mm-dd"`
	AuthorID     string    `json:"author_id"`
	CreatedAt    time.Time `json:"created_at"`
}

type QuestionWire struct {
	ID       string `json:"id"`
	BankID   string `json:"bank_id"`
	State    string `json:"state" enum:"draft,in_review,approved,retired"`
	Approved int    `json:"approved" doc:"Version in use, 0 = none"`
	ImportID string `json:"import_id,omitempty"`
	VersionWire
	Asked *askedWire `json:"asked,omitempty" doc:"What was counted over all rounds; absent when never asked"`
}

type questionHistoryWire struct {
	QuestionWire
	Versions []VersionWire        `json:"versions"`
	Reviews  []questionReviewWire `json:"reviews"`
}

type questionReviewWire struct {
	Version int       `json:"version"`
	Action  string    `json:"action"`
	Comment string    `json:"comment"`
	ActorID string    `json:"actor_id"`
	At      time.Time `json:"at"`
}

func questionToWire(q bank.Question) QuestionWire {
	return QuestionWire{
		ID: q.ID, BankID: q.BankID, State: string(q.State), Approved: q.Approved, ImportID: q.ImportID, VersionWire: versionToWire(q.Newest), Asked: askedToWire(q.Asked),
	}
}

// dayOrNone writes a moment as the day it is in Hanoi.
func dayOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(contest.Hanoi).Format(time.DateOnly)
}
