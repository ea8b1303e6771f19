package api

import (
	"math"
	"time"

	"mangxanh/contest/bank"
	"mangxanh/contest/itemstat"
)

type roundStatisticsWire struct {
	Items      []lineWire `json:"items"`
	NextCursor string     `json:"next_cursor" doc:"Empty on the last page"`
	Attempts   int        `json:"attempts" doc:"Finished attempts counted so far"`
	CountedAt  *time.Time `json:"counted_at,omitempty"`
	MinAnswers int        `json:"min_answers" doc:"Answers from which a key can be called into question"`
}

// lineWire is what was counted of one question version in one round. It is for
// staff only, like the key.
type lineWire struct {
	Round          refWire          `json:"round"`
	Contest        refWire          `json:"contest"`
	QuestionID     string           `json:"question_id"`
	Version        int              `json:"version"`
	Current        int              `json:"current" doc:"Newest version of the question"`
	Type           string           `json:"type"`
	Stem           string           `json:"stem"`
	Topic          string           `json:"topic"`
	Difficulty     string           `json:"difficulty"`
	Withheld       bool             `json:"withheld,omitempty" doc:"You take part in a contest that asks this question"`
	Served         int              `json:"served"`
	Answered       int              `json:"answered"`
	Right          int              `json:"right"`
	Facility       *float64         `json:"facility,omitempty" doc:"Mean share of the marks, 0 hard to 1 easy"`
	Discrimination *float64         `json:"discrimination,omitempty" doc:"Facility of the upper 27 % less that of the lower, by the rest of the paper"`
	PointBiserial  *float64         `json:"point_biserial,omitempty" doc:"Correlation of being right with the rest of the paper"`
	MedianMS       *int64           `json:"median_ms,omitempty" doc:"From the change before, of whichever question, to the arrival of the answer"`
	Timed          int              `json:"timed" doc:"Answers that the median is about"`
	Options        []optionStatWire `json:"options"`
	Alarm          *alarmWire       `json:"alarm,omitempty"`
}

type optionStatWire struct {
	ID            string   `json:"id" doc:"Letter of the option in this version"`
	Text          string   `json:"text"`
	Correct       bool     `json:"correct"`
	Chosen        int      `json:"chosen"`
	Share         float64  `json:"share" doc:"Of those who were served"`
	Upper         float64  `json:"upper" doc:"People of the upper group; fractions come from its edge"`
	Lower         float64  `json:"lower"`
	PointBiserial *float64 `json:"point_biserial,omitempty"`
}

type alarmWire struct {
	Option         string   `json:"option" doc:"Letter of the option that behaves like the right one"`
	Key            string   `json:"key" doc:"Letter of the option that is marked as right"`
	Answers        int      `json:"answers"`
	Reasons        []string `json:"reasons" enum:"upper_prefers,weak_choose_key"`
	UpperOption    float64  `json:"upper_option" doc:"People of the upper group who chose the option"`
	UpperKey       float64  `json:"upper_key"`
	UpperZ         float64  `json:"upper_z" doc:"Standard errors of the difference; 3.09 is one chance in a thousand"`
	OptionBiserial float64  `json:"option_biserial"`
	OptionZ        float64  `json:"option_z"`
	KeyBiserial    float64  `json:"key_biserial"`
	KeyZ           float64  `json:"key_z"`
}

func linesToWire(lines []itemstat.Line) []lineWire {
	items := make([]lineWire, len(lines))
	for i, l := range lines {
		items[i] = lineToWire(l)
	}
	return items
}

func lineToWire(l itemstat.Line) lineWire {
	v, f := l.Version, l.Figures
	w := lineWire{
		Round: refWire{ID: l.RoundID, Name: l.RoundName}, Contest: refWire{ID: l.ContestID, Name: l.ContestTitle},
		QuestionID: v.QuestionID, Version: v.Number, Current: l.Current, Type: string(v.Type), Stem: v.Stem, Topic: v.Topic, Difficulty: v.Difficulty,
		Withheld: l.Withheld, Served: f.Served, Answered: f.Answered, Right: f.Right, Timed: f.Timed,
		Facility: figure(f.Facility), Discrimination: figure(f.Discrimination), PointBiserial: figure(f.PointBiserial),
		Options: make([]optionStatWire, len(f.Options)),
	}
	if f.Timed > 0 {
		ms := f.Median.Milliseconds()
		w.MedianMS = &ms
	}
	for i, o := range f.Options {
		w.Options[i] = optionStatWire{
			ID: bank.Letter(i), Text: v.Options[i].Text, Correct: o.Right, Chosen: o.Chosen, Share: rounded(o.Share),
			Upper: rounded(o.Upper), Lower: rounded(o.Lower), PointBiserial: figure(o.PointBiserial),
		}
	}
	if a := f.Alarm; a != nil {
		w.Alarm = &alarmWire{
			Option: bank.Letter(a.Option), Key: bank.Letter(a.Key), Answers: a.Answers, Reasons: []string{},
			UpperOption: rounded(a.UpperOption), UpperKey: rounded(a.UpperKey), UpperZ: rounded(a.UpperZ),
			OptionBiserial: rounded(a.OptionBiserial), OptionZ: rounded(a.OptionBiserialZ), KeyBiserial: rounded(a.KeyBiserial), KeyZ: rounded(a.KeyBiserialZ),
		}
		for _, r := range a.Reasons {
			w.Alarm.Reasons = append(w.Alarm.Reasons, string(r))
		}
	}
	return w
}

func figure(f itemstat.Figure) *float64 {
	if !f.Known {
		return nil
	}
	v := rounded(f.Value)
	return &v
}

// rounded keeps four decimals: more says nothing about people.
func rounded(v float64) float64 { return math.Round(v*10000) / 10000 }
