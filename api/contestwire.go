package api

import (
	"time"

	"mangxanh/contest"
)

type contestWire struct {
	ID         string               `json:"id"`
	Title      string               `json:"title"`
	State      string               `json:"state" enum:"draft,published,running,closed,official,archived"`
	Slug       string               `json:"slug"`
	Rounds     []roundWire          `json:"rounds"`
	CanManage  bool                 `json:"can_manage"`
	RulesHTML  string               `json:"rules_html,omitempty"`
	Version    int64                `json:"version"`
	ServerTime time.Time            `json:"server_time"`
	Settings   *contestSettingsWire `json:"settings,omitempty" doc:"Only for those who manage the contest"`
}

type contestSettingsWire struct {
	Version    int64          `json:"version"`
	Unit       refWire        `json:"unit"`
	Audience   []refWire      `json:"audience"`
	SchoolYear string         `json:"school_year"`
	LawAsOf    *time.Time     `json:"law_as_of,omitempty"`
	Locked     bool           `json:"locked"`
	RuleSheet  *ruleSheetWire `json:"rule_sheet"`
	Divisions  []divisionWire `json:"divisions"`
}

type refWire struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type divisionWire struct {
	ID        string `json:"id,omitempty"`
	Code      string `json:"code" maxLength:"30"`
	Name      string `json:"name" maxLength:"200"`
	Kind      string `json:"kind" enum:"pupil,staff,parent"`
	GradeFrom int    `json:"grade_from,omitempty"`
	GradeTo   int    `json:"grade_to,omitempty"`
}

type roundWire struct {
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	Slug         string          `json:"slug"`
	Kind         string          `json:"kind" enum:"quiz,writing"`
	State        string          `json:"state" enum:"scheduled,open,closed,official"`
	OpensAt      *time.Time      `json:"opens_at,omitempty"`
	ClosesAt     *time.Time      `json:"closes_at,omitempty"`
	DurationS    int64           `json:"duration_s"`
	Questions    int             `json:"questions" doc:"Without the prediction"`
	Prediction   bool            `json:"prediction"`
	Leaderboard  string          `json:"leaderboard" enum:"live,after_close,off"`
	Division     *refWire        `json:"division,omitempty"`
	MyAttempts   []myAttemptWire `json:"my_attempts"`
	AttemptsLeft int             `json:"attempts_left"`
	Review       string          `json:"review" enum:"not_yet,open"`
	BankID       string          `json:"bank_id,omitempty" doc:"Only for those who manage the contest"`
	Locked       bool            `json:"locked"`
	Prompt       string          `json:"prompt,omitempty"`
	Version      int64           `json:"version"`
}

type myAttemptWire struct {
	ID     string `json:"id"`
	Number int    `json:"number"`
	State  string `json:"state"`
	Score  *int64 `json:"score,omitempty" doc:"Hundredths of a point, once it may be seen"`
}

// contestDoc is a contest as the viewer may see it.
func contestDoc(v contest.View, now time.Time) contestWire {
	c := v.Contest
	w := contestWire{
		ID: c.ID, Title: c.Title, State: string(c.State(now)), Slug: c.Slug, CanManage: v.Manages, Version: c.Version,
		ServerTime: now, Rounds: make([]roundWire, len(c.Rounds)),
	}
	for i, r := range c.Rounds {
		w.Rounds[i] = roundDoc(v, r, now)
	}
	if v.Manages {
		w.Settings = settingsDoc(c)
	}
	return w
}

func settingsDoc(c contest.Contest) *contestSettingsWire {
	w := &contestSettingsWire{
		Version: c.Version, Unit: refWire{ID: c.UnitID, Name: c.UnitName}, Audience: make([]refWire, len(c.Audience)),
		SchoolYear: c.SchoolYear, LawAsOf: optionalTime(c.LawAsOf), Locked: !c.LockedAt.IsZero(),
		RuleSheet: toRuleSheetWire(c.Rules), Divisions: divisionDocs(c.Divisions),
	}
	for i, id := range c.Audience {
		w.Audience[i] = refWire{ID: id, Name: c.AudienceNames[i]}
	}
	return w
}

func divisionDocs(divisions []contest.Division) []divisionWire {
	docs := make([]divisionWire, len(divisions))
	for i, d := range divisions {
		docs[i] = divisionWire{ID: d.ID, Code: d.Code, Name: d.Name, Kind: string(d.Kind), GradeFrom: d.GradeFrom, GradeTo: d.GradeTo}
	}
	return docs
}

// roundDoc is a round as the viewer may see it. Somebody whom no division
// takes sees it without a paper.
func roundDoc(v contest.View, r contest.Round, now time.Time) roundWire {
	rules := r.RulesUnder(v.Contest)
	w := roundWire{
		ID: r.ID, Name: r.Name, Slug: r.Slug, Kind: string(r.Kind), State: string(r.State(now)), OpensAt: optionalTime(r.OpensAt),
		ClosesAt: optionalTime(r.ClosesAt), DurationS: int64(r.Duration / time.Second), Questions: r.Questions(v.Division.ID),
		Prediction: rules.Prediction.On, Leaderboard: string(rules.Leaderboard), MyAttempts: []myAttemptWire{}, Review: "not_yet",
		Locked: !r.LockedAt.IsZero(), Version: r.Version,
	}
	if v.Division.ID != "" {
		w.Division = &refWire{ID: v.Division.ID, Name: v.Division.Name}
	} else if len(v.Contest.Divisions) > 0 {
		w.Questions = r.Questions(v.Contest.Divisions[0].ID)
	}
	if v.Manages {
		w.BankID = r.BankID
	}
	if v.Manages || r.State(now) != contest.Scheduled {
		w.Prompt = r.Prompt
	}
	if v.Places && r.Kind == contest.Quiz {
		w.AttemptsLeft = rules.AttemptsMax
	}
	for _, a := range v.Attempts {
		if a.RoundID != r.ID {
			continue
		}
		mine := myAttemptWire{ID: a.ID, Number: a.Number, State: a.State}
		if rules.ScoreOpen(r, a.Finished, now) {
			mine.Score = &a.Score
		}
		if rules.ReviewOpen(r, a.Finished, now) {
			w.Review = "open"
		}
		w.MyAttempts = append(w.MyAttempts, mine)
		w.AttemptsLeft = max(0, w.AttemptsLeft-1)
	}
	return w
}

type blueprintWire struct {
	BankID   string              `json:"bank_id"`
	Lines    []blueprintLineWire `json:"lines"`
	Problems []placed            `json:"problems"`
}

type blueprintLineWire struct {
	ID         string `json:"id"`
	DivisionID string `json:"division_id,omitempty"`
	Topic      string `json:"topic,omitempty"`
	Type       string `json:"type,omitempty"`
	Difficulty string `json:"difficulty,omitempty"`
	AgeBand    string `json:"age_band,omitempty"`
	Count      int    `json:"count"`
	Points     int64  `json:"points" doc:"Hundredths of a point, each question"`
	Available  int    `json:"available" doc:"Approved questions that match"`
	Outdated   int    `json:"outdated" doc:"Approved questions that match and are kept out by the law of the day"`
}

func blueprintDoc(r contest.Round, stocks []contest.Stock) blueprintWire {
	w := blueprintWire{BankID: r.BankID, Lines: make([]blueprintLineWire, len(r.Blueprint)), Problems: []placed{}}
	for i, l := range r.Blueprint {
		w.Lines[i] = blueprintLineWire{
			ID: l.ID, DivisionID: l.DivisionID, Topic: l.Topic, Type: l.Type, Difficulty: l.Difficulty, AgeBand: l.AgeBand,
			Count: l.Count, Points: l.Points, Available: stocks[i].Available, Outdated: stocks[i].Outdated,
		}
		if stocks[i].Short > 0 {
			w.Problems = append(w.Problems, placed{
				Location: locationOfLine(i), Code: "too_few_questions", Message: "the bank has too few approved questions for this line", Row: i + 1,
			})
		}
	}
	return w
}
