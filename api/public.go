package api

import (
	"context"
	"net/http"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/standing"
)

func (s *Server) publicRoutes() {
	publicRoute(s, op{Method: http.MethodGet, Path: "/public/results", ID: "list-public-results", Summary: "Rounds with official results, newest first", Tag: "public"}, s.listPublicResults)
	publicRoute(s, op{Method: http.MethodGet, Path: "/public/results/{slug}", ID: "get-public-result", Summary: "Lines of an official version, names as they may be shown", Tag: "public"}, s.getPublicResult)
	s.publicPageRoutes()
}

type publishedWire struct {
	Slug         string    `json:"slug"`
	ContestTitle string    `json:"contest_title"`
	RoundName    string    `json:"round_name"`
	Unit         string    `json:"unit"`
	Version      int       `json:"version"`
	OfficialAt   time.Time `json:"official_at"`
	Participants int       `json:"participants"`
}

type publishedInput struct{ Paging }

func (s *Server) listPublicResults(ctx context.Context, in *publishedInput) (*body[list[publishedWire]], error) {
	rounds, next, err := s.svc.Public.Rounds(ctx, in.page())
	if err != nil {
		return nil, err
	}
	items := make([]publishedWire, len(rounds))
	for i, r := range rounds {
		items[i] = publishedWire{
			Slug: r.Slug, ContestTitle: r.ContestTitle, RoundName: r.RoundName, Unit: r.UnitName,
			Version: r.Version, OfficialAt: r.OfficialAt, Participants: r.Participants,
		}
	}
	return listOf(items, next), nil
}

type publicResultInput struct {
	Paging
	Slug     string `path:"slug" maxLength:"200"`
	Version  int    `query:"v" minimum:"1" maximum:"100000" doc:"Number of a version; the newest when absent"`
	Division string `query:"division" maxLength:"64" doc:"Code or id of a division"`
}

type publicResultWire struct {
	ContestTitle string              `json:"contest_title"`
	RoundName    string              `json:"round_name"`
	Unit         string              `json:"unit"`
	State        string              `json:"state" enum:"official"`
	Version      int                 `json:"version"`
	Newest       int                 `json:"newest" doc:"Number of the newest official version"`
	OfficialAt   time.Time           `json:"official_at"`
	Note         string              `json:"note,omitempty"`
	SHA256       string              `json:"sha256"`
	Participants int                 `json:"participants"`
	Target       *int64              `json:"target,omitempty"`
	Divisions    []publicDivWire     `json:"divisions"`
	Removals     []publicRemovalWire `json:"removals" doc:"Reasons with the number of people; nobody is named"`
	Total        int                 `json:"total"`
	Items        []publicLineWire    `json:"items"`
	NextCursor   string              `json:"next_cursor"`
}

type publicDivWire struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type publicRemovalWire struct {
	Reason string `json:"reason"`
	People int    `json:"people"`
}

type publicLineWire struct {
	Rank       int    `json:"rank"`
	Name       string `json:"name"`
	Unit       string `json:"unit"`
	Division   string `json:"division,omitempty"`
	Score      int64  `json:"score"`
	Correct    int    `json:"correct"`
	DurationMS int64  `json:"duration_ms"`
	Prize      string `json:"prize,omitempty"`
}

func (s *Server) getPublicResult(ctx context.Context, in *publicResultInput) (*body[publicResultWire], error) {
	offset, err := positionOf(in.Cursor)
	if err != nil {
		return nil, err
	}
	limit := in.page().Clamp(200, 500).Limit
	p, err := s.svc.Public.Result(ctx, in.Slug, in.Version, standing.LineFilter{Division: in.Division, Offset: offset, Limit: limit + 1})
	if err != nil {
		return nil, err
	}
	at := offset
	lines, next := cut(p.Lines, limit, func(standing.PublicLine) int { return at + limit })
	doc := publicResultDoc(p)
	doc.NextCursor = next
	for _, l := range lines {
		doc.Items = append(doc.Items, publicLineWire{
			Rank: l.Rank, Name: l.Name, Unit: l.Unit, Division: l.Division, Score: l.Score, Correct: l.Correct,
			DurationMS: l.Duration.Milliseconds(), Prize: l.Prize,
		})
	}
	return answer(doc), nil
}

func publicResultDoc(p standing.PublicResult) publicResultWire {
	v := p.Version
	doc := publicResultWire{
		ContestTitle: p.Contest.Title, RoundName: p.Round.Name, Unit: p.Contest.UnitName, State: string(v.State), Version: v.Number,
		Newest: p.Versions[0].Number, OfficialAt: v.OfficialAt, Note: v.Note, SHA256: v.SHA256, Participants: v.Participants, Total: p.Total,
		Divisions: []publicDivWire{}, Removals: []publicRemovalWire{}, Items: []publicLineWire{},
	}
	if v.Target.Known {
		doc.Target = &v.Target.Value
	}
	for _, d := range p.Contest.Divisions {
		doc.Divisions = append(doc.Divisions, publicDivWire{Code: d.Code, Name: d.Name})
	}
	for _, r := range reasons(v.Removals) {
		doc.Removals = append(doc.Removals, publicRemovalWire{Reason: r.Reason, People: r.People})
	}
	return doc
}

// removedPeople is how many people were removed for one reason.
type removedPeople struct {
	Reason string
	People int
}

// reasons counts removals by their reason, which is all the public reads of them.
func reasons(removals []standing.Removal) []removedPeople {
	var list []removedPeople
	at := map[string]int{}
	for _, r := range removals {
		i, known := at[r.Reason]
		if !known {
			i = len(list)
			at[r.Reason] = i
			list = append(list, removedPeople{Reason: r.Reason})
		}
		list[i].People++
	}
	return list
}

// helpIn are help lines in one language.
func helpIn(lines []contest.HelpLine, en bool) []helpView {
	views := make([]helpView, len(lines))
	for i, l := range lines {
		v := helpView{Name: l.Name, Note: l.Note, CheckedOn: l.CheckedOn}
		if day, err := time.Parse("2006-01-02", l.CheckedOn); err == nil {
			v.CheckedOn = day.Format("02/01/2006")
		}
		if en && l.NameEn != "" {
			v.Name = l.NameEn
		}
		if en && l.NoteEn != "" {
			v.Note = l.NoteEn
		}
		switch l.Kind {
		case contest.HelpPhone:
			v.Phone = l.Contact
		case contest.HelpWeb:
			v.URL = l.Contact
		default:
			v.Contact = l.Contact
		}
		views[i] = v
	}
	return views
}
