package storage

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"mangxanh/contest/itemstat"
)

type itemCountRow struct {
	RoundID      string `gorm:"primaryKey"`
	FinishedAt   int64
	AttemptID    string
	Attempts     int
	Score        int64
	Edit         int64
	Rolled       int64
	RolledAt     int64
	CheckedAt    int64
	RecountedAt  int64
	ClaimedUntil int64
	CountedAt    int64
	Waiting      bool `gorm:"->;-:migration"` // asked for with the rest
}

func (itemCountRow) TableName() string { return "item_counts" }

func (r itemCountRow) progress() itemstat.Progress {
	return itemstat.Progress{
		RoundID: r.RoundID, At: itemstat.Mark{Finished: fromMicros(r.FinishedAt), AttemptID: r.AttemptID},
		Attempts: r.Attempts, Score: r.Score, Edit: r.Edit, Rolled: r.Rolled, RolledAt: fromMicros(r.RolledAt),
		Checked: fromMicros(r.CheckedAt), Recounted: fromMicros(r.RecountedAt), Waiting: r.Waiting,
	}
}

type itemStatRow struct {
	RoundID    string `gorm:"primaryKey"`
	VersionID  string `gorm:"primaryKey"`
	QuestionID string
	Number     int
	Served     int
	Tally      string
	Alarm      bool
}

func (itemStatRow) TableName() string { return "item_stats" }

// tallyJSON is how a tally stands in its column: rows of numbers in the order
// of their first, which names the level or the bucket.
type tallyJSON struct {
	Levels [][]int  `json:"levels"` // rest, served, answered, right, earned, chosen by option
	Times  [][2]int `json:"times"`  // bucket, answers
}

const levelColumns = 5

func tallyText(t itemstat.Tally) (string, error) {
	w := tallyJSON{Levels: make([][]int, 0, len(t.Levels)), Times: make([][2]int, 0, len(t.Times))}
	for _, rest := range slices.Sorted(maps.Keys(t.Levels)) {
		l := t.Levels[rest]
		w.Levels = append(w.Levels, append([]int{rest, l.Served, l.Answered, l.Right, l.Earned}, l.Chosen...))
	}
	for _, at := range slices.Sorted(maps.Keys(t.Times)) {
		w.Times = append(w.Times, [2]int{at, t.Times[at]})
	}
	text, err := json.Marshal(w)
	return string(text), err
}

func tallyOf(text string) (itemstat.Tally, error) {
	var w tallyJSON
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return itemstat.Tally{}, fmt.Errorf("stored tally: %w", err)
	}
	t := itemstat.Tally{Levels: make(map[int]itemstat.Level, len(w.Levels)), Times: make(map[int]int, len(w.Times))}
	for _, l := range w.Levels {
		if len(l) < levelColumns {
			return t, fmt.Errorf("stored tally: a level of %d numbers", len(l))
		}
		t.Levels[l[0]] = itemstat.Level{Served: l[1], Answered: l[2], Right: l[3], Earned: l[4], Chosen: slices.Clone(l[levelColumns:])}
	}
	for _, at := range w.Times {
		t.Times[at[0]] = at[1]
	}
	return t, nil
}
