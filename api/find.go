package api

import (
	"context"
	"math"
	"net/http"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/scoring"
)

func (s *Server) findRoutes() {
	const tag = "bank"
	route(s, op{Method: http.MethodGet, Path: "/banks/{bank_id}/statistics", ID: "list-bank-statistics", Summary: "What was counted of a bank's questions over all rounds, filtered like the list", Tag: "statistics"}, s.listBankStatistics)
	route(s, op{Method: http.MethodPost, Path: "/banks/{bank_id}/similar", ID: "find-similar", Summary: "Questions that read like the one being written, in all banks I may use", Tag: tag, Status: http.StatusOK}, s.findSimilar)
	route(s, op{Method: http.MethodPost, Path: "/banks/{bank_id}/edits", ID: "edit-questions", Summary: "The same labels on many questions, a new version each", Tag: tag, Status: http.StatusOK}, s.editQuestions)
	route(s, op{Method: http.MethodPost, Path: "/banks/{bank_id}/moves", ID: "move-questions", Summary: "Move many questions into another bank", Tag: tag, Status: http.StatusOK}, s.moveQuestions)
	route(s, op{Method: http.MethodGet, Path: "/banks/{bank_id}/filters", ID: "list-filters", Summary: "My saved filters of a bank", Tag: tag}, s.listFilters)
	route(s, op{Method: http.MethodPost, Path: "/banks/{bank_id}/filters", ID: "save-filter", Summary: "Keep a filter; one with the same name is replaced", Tag: tag, Status: http.StatusOK}, s.saveFilter)
	route(s, op{Method: http.MethodDelete, Path: "/banks/{bank_id}/filters/{filter_id}", ID: "drop-filter", Summary: "Forget a saved filter", Tag: tag}, s.dropFilter)
}

// FindInput are the filters of a bank's list. Its name is exported because huma
// does not look into embedded structs whose names are not.
type FindInput struct {
	Q                  string  `query:"q" maxLength:"200" doc:"Words in any order, without diacritics, of stem, options, topic and citation; the last may be a beginning"`
	State              string  `query:"state" enum:"draft,in_review,approved,retired"`
	Topic              string  `query:"topic" maxLength:"200"`
	Type               string  `query:"type" maxLength:"20"`
	Difficulty         string  `query:"difficulty" maxLength:"20"`
	AgeBand            string  `query:"age_band" maxLength:"10"`
	ImportID           string  `query:"import_id" maxLength:"60"`
	Instrument         string  `query:"instrument" maxLength:"500" doc:"Name or id of the cited instrument"`
	AuthorID           string  `query:"author_id" maxLength:"60"`
	Asked              bool    `query:"asked" doc:"Only what was asked in a round"`
	Alarm              bool    `query:"alarm" doc:"Only questions whose key is probably wrong"`
	FacilityFrom       float64 `query:"facility_from" minimum:"0" maximum:"1" default:"0"`
	FacilityTo         float64 `query:"facility_to" minimum:"0" maximum:"1" default:"1"`
	DiscriminationFrom float64 `query:"discrimination_from" minimum:"-1" maximum:"1" default:"-1"`
	DiscriminationTo   float64 `query:"discrimination_to" minimum:"-1" maximum:"1" default:"1"`
	Sort               string  `query:"sort" enum:"newest,facility,discrimination," doc:"Empty: oldest first. By a figure: the lowest first, only what was asked"`
}

func (in FindInput) filter() bank.Filter {
	return bank.Filter{
		Text: in.Q, State: bank.State(in.State), Topic: in.Topic, Type: scoring.Type(in.Type), Difficulty: in.Difficulty, AgeBand: in.AgeBand,
		ImportID: in.ImportID, Instrument: in.Instrument, AuthorID: in.AuthorID, Asked: in.Asked, Alarm: in.Alarm,
		Facility: interval(in.FacilityFrom, in.FacilityTo, 0), Discrimination: interval(in.DiscriminationFrom, in.DiscriminationTo, -1),
		Sort: bank.Sort(in.Sort),
	}
}

// interval is a range of shares; the whole of it does not narrow.
func interval(from, to, least float64) bank.Range {
	return bank.Range{Set: from > least || to < 1, From: int(math.Round(1000 * from)), To: int(math.Round(1000 * to))}
}

type askedWire struct {
	Version        int      `json:"version" doc:"The newest version that was ever asked; the figures are about it"`
	Served         int      `json:"served"`
	Facility       *float64 `json:"facility,omitempty"`
	Discrimination *float64 `json:"discrimination,omitempty"`
	Alarm          bool     `json:"alarm" doc:"The key of the newest version is probably wrong"`
}

func askedToWire(a *bank.Asked) *askedWire {
	if a == nil {
		return nil
	}
	share := func(n *int) *float64 {
		if n == nil {
			return nil
		}
		v := float64(*n) / 1000
		return &v
	}
	return &askedWire{Version: a.Version, Served: a.Served, Facility: share(a.Facility), Discrimination: share(a.Discrimination), Alarm: a.Alarm}
}

type bankStatisticWire struct {
	QuestionID string     `json:"question_id"`
	Type       string     `json:"type"`
	Stem       string     `json:"stem"`
	Topic      string     `json:"topic"`
	Difficulty string     `json:"difficulty"`
	State      string     `json:"state"`
	Current    int        `json:"current" doc:"Newest version"`
	Asked      *askedWire `json:"asked,omitempty"`
}

type bankStatisticsInput struct {
	BankInput
	Paging
	FindInput
}

func (s *Server) listBankStatistics(ctx context.Context, actor contest.Actor, in *bankStatisticsInput) (*body[list[bankStatisticWire]], error) {
	f := in.filter()
	f.Asked = true
	questions, next, err := s.svc.Bank.Questions(ctx, actor, in.BankID, f, in.page())
	if err != nil {
		return nil, err
	}
	items := make([]bankStatisticWire, len(questions))
	for i, q := range questions {
		v := q.Newest
		items[i] = bankStatisticWire{
			QuestionID: q.ID, Type: string(v.Type), Stem: v.Stem, Topic: v.Topic, Difficulty: v.Difficulty, State: string(q.State),
			Current: v.Number, Asked: askedToWire(q.Asked),
		}
	}
	return listOf(items, next), nil
}

type similarInput struct {
	BankInput
	Body struct {
		Stem       string   `json:"stem" maxLength:"20000"`
		Options    []string `json:"options,omitempty" maxItems:"20"`
		QuestionID string   `json:"question_id,omitempty" maxLength:"60" doc:"The question being edited, which is left out"`
	}
}

type similarWire struct {
	QuestionID string  `json:"question_id"`
	Bank       refWire `json:"bank"`
	Stem       string  `json:"stem"`
	State      string  `json:"state"`
	Similarity float64 `json:"similarity" doc:"0 to 1; 1 reads the same"`
}

func (s *Server) findSimilar(ctx context.Context, actor contest.Actor, in *similarInput) (*body[list[similarWire]], error) {
	v := bank.Version{Stem: in.Body.Stem}
	for _, o := range in.Body.Options {
		v.Options = append(v.Options, bank.Option{Text: o})
	}
	twins, err := s.svc.Duplicates.Similar(ctx, actor, in.BankID, v, in.Body.QuestionID)
	if err != nil {
		return nil, err
	}
	items := make([]similarWire, len(twins))
	for i, t := range twins {
		q := t.Question
		items[i] = similarWire{
			QuestionID: q.ID, Bank: refWire{ID: q.BankID, Name: t.BankName}, Stem: q.Newest.Stem, State: string(q.State), Similarity: rounded(t.Similarity),
		}
	}
	return listOf(items, ""), nil
}

type editQuestionsInput struct {
	BankInput
	Body struct {
		QuestionIDs []string `json:"question_ids" minItems:"1" maxItems:"500" uniqueItems:"true"`
		Topic       *string  `json:"topic,omitempty" maxLength:"200"`
		Difficulty  *string  `json:"difficulty,omitempty" enum:"nhan_biet,thong_hieu,van_dung,van_dung_cao,"`
		AgeBand     *string  `json:"age_band,omitempty" maxLength:"10"`
		Source      *string  `json:"source,omitempty" maxLength:"2000" doc:"The citation as people write it"`
		// Of the list of instruments; without source the citation is written from it.
		InstrumentID string `json:"instrument_id,omitempty" maxLength:"60"`
	}
}

func (s *Server) editQuestions(ctx context.Context, actor contest.Actor, in *editQuestionsInput) (*body[bulkReviewWire], error) {
	labels := bank.Labels{Topic: in.Body.Topic, Difficulty: in.Body.Difficulty, AgeBand: in.Body.AgeBand}
	if in.Body.Source != nil {
		c := bank.ParseCitation(*in.Body.Source)
		labels.Citation = &c
	}
	if in.Body.InstrumentID != "" {
		if labels.Citation == nil {
			labels.Citation = &bank.Citation{}
		}
		labels.Citation.InstrumentID = in.Body.InstrumentID
	}
	outcomes, err := s.svc.Bank.EditAll(ctx, actor, in.BankID, in.Body.QuestionIDs, labels)
	return bulkAnswer(outcomes, err)
}

type moveQuestionsInput struct {
	BankInput
	Body struct {
		QuestionIDs []string `json:"question_ids" minItems:"1" maxItems:"500" uniqueItems:"true"`
		ToBankID    string   `json:"to_bank_id" maxLength:"60"`
	}
}

func (s *Server) moveQuestions(ctx context.Context, actor contest.Actor, in *moveQuestionsInput) (*body[bulkReviewWire], error) {
	return bulkAnswer(s.svc.Bank.MoveAll(ctx, actor, in.BankID, in.Body.QuestionIDs, in.Body.ToBankID))
}

// bulkAnswer tells what became of each question of a bulk act.
func bulkAnswer(outcomes []bank.Outcome, err error) (*body[bulkReviewWire], error) {
	if err != nil {
		return nil, err
	}
	out := bulkReviewWire{Refused: []refusedWire{}}
	for _, o := range outcomes {
		if o.Code == "" {
			out.Done++
			continue
		}
		out.Refused = append(out.Refused, refusedWire(o))
	}
	return answer(out), nil
}

type savedFilterWire struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Query     string    `json:"query" doc:"The list's own parameters, as an address has them"`
	CreatedAt time.Time `json:"created_at"`
}

func savedFilterToWire(f bank.SavedFilter) savedFilterWire {
	return savedFilterWire{ID: f.ID, Name: f.Name, Query: f.Query, CreatedAt: f.Created}
}

func (s *Server) listFilters(ctx context.Context, actor contest.Actor, in *BankInput) (*body[list[savedFilterWire]], error) {
	filters, err := s.svc.Filters.List(ctx, actor, in.BankID)
	if err != nil {
		return nil, err
	}
	items := make([]savedFilterWire, len(filters))
	for i, f := range filters {
		items[i] = savedFilterToWire(f)
	}
	return listOf(items, ""), nil
}

type saveFilterInput struct {
	BankInput
	Body struct {
		Name  string `json:"name" minLength:"1" maxLength:"200"`
		Query string `json:"query" maxLength:"2000"`
	}
}

func (s *Server) saveFilter(ctx context.Context, actor contest.Actor, in *saveFilterInput) (*body[savedFilterWire], error) {
	f, err := s.svc.Filters.Save(ctx, actor, in.BankID, in.Body.Name, in.Body.Query)
	if err != nil {
		return nil, err
	}
	return answer(savedFilterToWire(f)), nil
}

type dropFilterInput struct {
	BankInput
	FilterID string `path:"filter_id" maxLength:"60"`
}

func (s *Server) dropFilter(ctx context.Context, actor contest.Actor, in *dropFilterInput) (*nothing, error) {
	return nil, s.svc.Filters.Drop(ctx, actor, in.BankID, in.FilterID)
}
