package api

import (
	"context"
	"net/http"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

func (s *Server) lawRoutes() {
	const tag = "law"
	route(s, op{Method: http.MethodGet, Path: "/instruments", ID: "list-instruments", Summary: "Laws and other texts that questions rest on, by number", Tag: tag}, s.listInstruments)
	route(s, op{Method: http.MethodPost, Path: "/instruments", ID: "add-instrument", Summary: "Put a law on the list of a unit", Tag: tag, Status: http.StatusCreated}, s.addInstrument)
	route(s, op{Method: http.MethodGet, Path: "/instruments/stale", ID: "list-stale-instruments", Summary: "Laws no longer in force, with how many of my questions cite them", Tag: tag}, s.listStaleInstruments)
	route(s, op{Method: http.MethodGet, Path: "/instruments/{instrument_id}", ID: "get-instrument", Summary: "One law of the list", Tag: tag}, s.getInstrument)
	route(s, op{Method: http.MethodPatch, Path: "/instruments/{instrument_id}", ID: "edit-instrument", Summary: "Change a law of the list", Tag: tag}, s.editInstrument)
	route(s, op{Method: http.MethodGet, Path: "/banks/{bank_id}/stale-law", ID: "list-stale-questions", Summary: "Questions whose law is not in force", Tag: tag}, s.listStaleQuestions)
	route(s, op{Method: http.MethodGet, Path: "/contests/{contest_id}/warnings", ID: "list-contest-warnings", Summary: "What the organizers of a public contest should look at", Tag: tag}, s.listContestWarnings)
}

type instrumentWire struct {
	ID         string         `json:"id"`
	Unit       refWire        `json:"unit" doc:"Who keeps it; units below use it"`
	Number     string         `json:"number"`
	Title      string         `json:"title"`
	Kind       string         `json:"kind" enum:"constitution,law,decree,circular,decision,code_of_conduct,convention,other"`
	ValidFrom  string         `json:"valid_from,omitempty" doc:"First day in force, yyyy-mm-dd"`
	ValidTo    string         `json:"valid_to,omitempty" doc:"First day no longer in force, yyyy-mm-dd"`
	ReplacedBy *numberRefWire `json:"replaced_by,omitempty"`
	Note       string         `json:"note"`
	CheckedOn  string         `json:"checked_on,omitempty" doc:"When somebody last looked whether it holds"`
	Version    int64          `json:"version"`
	MayEdit    bool           `json:"may_edit"`
}

type numberRefWire struct {
	ID     string `json:"id"`
	Number string `json:"number"`
}

func instrumentToWire(actor contest.Actor, i bank.Instrument) instrumentWire {
	w := instrumentWire{
		ID: i.ID, Unit: refWire{ID: i.UnitID, Name: i.UnitName}, Number: i.Number, Title: i.Title, Kind: i.Kind,
		ValidFrom: dayOrNone(i.From), ValidTo: dayOrNone(i.To), Note: i.Note, CheckedOn: dayOrNone(i.Checked),
		Version: i.Version, MayEdit: i.Editable(actor),
	}
	if i.ReplacedBy != "" {
		w.ReplacedBy = &numberRefWire{ID: i.ReplacedBy, Number: i.ReplacedNumber}
	}
	return w
}

type instrumentsInput struct {
	Paging
	Q         string `query:"q" maxLength:"200" doc:"Words of number and title, without diacritics"`
	Kind      string `query:"kind" enum:"constitution,law,decree,circular,decision,code_of_conduct,convention,other"`
	InForceOn string `query:"in_force_on" maxLength:"10" doc:"yyyy-mm-dd"`
}

func (s *Server) listInstruments(ctx context.Context, actor contest.Actor, in *instrumentsInput) (*body[list[instrumentWire]], error) {
	on, bad := dayIn("in_force_on", in.InForceOn)
	if bad != nil {
		return nil, contest.Faulty(*bad)
	}
	found, next, err := s.svc.Laws.Instruments(ctx, actor, bank.InstrumentFilter{Text: in.Q, Kind: in.Kind, InForceOn: on}, in.page())
	if err != nil {
		return nil, err
	}
	items := make([]instrumentWire, len(found))
	for n, i := range found {
		items[n] = instrumentToWire(actor, i)
	}
	return listOf(items, next), nil
}

type addInstrumentInput struct {
	Body struct {
		UnitID     string `json:"unit_id" maxLength:"60"`
		Number     string `json:"number" maxLength:"200"`
		Title      string `json:"title,omitempty" maxLength:"1000"`
		Kind       string `json:"kind,omitempty" enum:"constitution,law,decree,circular,decision,code_of_conduct,convention,other,"`
		ValidFrom  string `json:"valid_from,omitempty" maxLength:"10" doc:"First day in force, yyyy-mm-dd"`
		ValidTo    string `json:"valid_to,omitempty" maxLength:"10" doc:"First day no longer in force, yyyy-mm-dd"`
		ReplacedBy string `json:"replaced_by,omitempty" maxLength:"60" doc:"Id of what came after it"`
		Note       string `json:"note,omitempty" maxLength:"8000"`
		CheckedOn  string `json:"checked_on,omitempty" maxLength:"10" doc:"yyyy-mm-dd"`
	}
}

func (s *Server) addInstrument(ctx context.Context, actor contest.Actor, in *addInstrumentInput) (*body[instrumentWire], error) {
	b := in.Body
	days, err := daysOf(&b.ValidFrom, &b.ValidTo, &b.CheckedOn)
	if err != nil {
		return nil, err
	}
	i, err := s.svc.Laws.Add(ctx, actor, bank.Instrument{
		UnitID: b.UnitID, Number: b.Number, Title: b.Title, Kind: b.Kind, ReplacedBy: b.ReplacedBy, Note: b.Note,
		From: *days[0], To: *days[1], Checked: *days[2],
	})
	if err != nil {
		return nil, err
	}
	return answer(instrumentToWire(actor, i)), nil
}

// daysOf reads the days of an instrument: from, to and checked. A text that is
// not there is a day that is not there.
func daysOf(from, to, checked *string) (days [3]*time.Time, err error) {
	var wrong []contest.Problem
	for n, d := range []struct {
		name string
		text *string
	}{{"valid_from", from}, {"valid_to", to}, {"checked_on", checked}} {
		if d.text == nil {
			continue
		}
		day, bad := dayIn(d.name, *d.text)
		if bad != nil {
			wrong = append(wrong, *bad)
		}
		days[n] = &day
	}
	if wrong != nil {
		err = contest.Faulty(wrong...)
	}
	return days, err
}

type InstrumentInput struct {
	InstrumentID string `path:"instrument_id" maxLength:"60"`
}

func (s *Server) getInstrument(ctx context.Context, actor contest.Actor, in *InstrumentInput) (*body[instrumentWire], error) {
	i, err := s.svc.Laws.Instrument(ctx, actor, in.InstrumentID)
	if err != nil {
		return nil, err
	}
	return answer(instrumentToWire(actor, i)), nil
}

type editInstrumentInput struct {
	InstrumentInput
	Matching
	Body struct {
		Number     *string `json:"number,omitempty" maxLength:"200"`
		Title      *string `json:"title,omitempty" maxLength:"1000"`
		Kind       *string `json:"kind,omitempty" enum:"constitution,law,decree,circular,decision,code_of_conduct,convention,other"`
		ValidFrom  *string `json:"valid_from,omitempty" maxLength:"10" doc:"Empty takes the day away"`
		ValidTo    *string `json:"valid_to,omitempty" maxLength:"10" doc:"Empty takes the day away"`
		ReplacedBy *string `json:"replaced_by,omitempty" maxLength:"60"`
		Note       *string `json:"note,omitempty" maxLength:"8000"`
		CheckedOn  *string `json:"checked_on,omitempty" maxLength:"10"`
	}
}

func (s *Server) editInstrument(ctx context.Context, actor contest.Actor, in *editInstrumentInput) (*body[instrumentWire], error) {
	b := in.Body
	days, err := daysOf(b.ValidFrom, b.ValidTo, b.CheckedOn)
	if err != nil {
		return nil, err
	}
	i, err := s.svc.Laws.Edit(ctx, actor, in.InstrumentID, in.version(), bank.InstrumentPatch{
		Number: b.Number, Title: b.Title, Kind: b.Kind, ReplacedBy: b.ReplacedBy, Note: b.Note, From: days[0], To: days[1], Checked: days[2],
	})
	if err != nil {
		return nil, err
	}
	return answer(instrumentToWire(actor, i)), nil
}

// AsOfInput is the day whose law counts.
type AsOfInput struct {
	AsOf string `query:"as_of" maxLength:"10" doc:"yyyy-mm-dd; today when absent"`
}

func (in AsOfInput) day(now time.Time) (time.Time, error) {
	if in.AsOf == "" {
		return now, nil
	}
	at, bad := dayIn("as_of", in.AsOf)
	if bad != nil {
		return at, contest.Faulty(*bad)
	}
	return at, nil
}

type staleInstrumentsInput struct {
	Paging
	AsOfInput
}

type staleInstrumentWire struct {
	Instrument instrumentWire `json:"instrument"`
	Questions  int            `json:"questions" doc:"That I may read, are not retired and cite it"`
}

func (s *Server) listStaleInstruments(ctx context.Context, actor contest.Actor, in *staleInstrumentsInput) (*body[list[staleInstrumentWire]], error) {
	at, err := in.day(s.cfg.Now())
	if err != nil {
		return nil, err
	}
	cited, next, err := s.svc.Laws.Ended(ctx, actor, at, in.page())
	if err != nil {
		return nil, err
	}
	items := make([]staleInstrumentWire, len(cited))
	for n, c := range cited {
		items[n] = staleInstrumentWire{Instrument: instrumentToWire(actor, c.Instrument), Questions: c.Questions}
	}
	return listOf(items, next), nil
}

type lapsedWire struct {
	QuestionID string                `json:"question_id"`
	Version    int                   `json:"version"`
	InUse      bool                  `json:"in_use" doc:"This version is the approved one"`
	State      string                `json:"state"`
	Stem       string                `json:"stem" doc:"Plain text"`
	Reason     string                `json:"reason" enum:"law_ended,law_not_yet,instrument_ended,instrument_not_yet"`
	Day        string                `json:"day" doc:"Since when it does not hold, or from when it will"`
	Source     string                `json:"source"`
	Instrument *lapsedInstrumentWire `json:"instrument,omitempty"`
}

type lapsedInstrumentWire struct {
	ID         string         `json:"id"`
	Number     string         `json:"number"`
	Title      string         `json:"title"`
	ReplacedBy *numberRefWire `json:"replaced_by,omitempty"`
}

func lapsedToWire(lapsed []bank.Lapsed) []lapsedWire {
	items := make([]lapsedWire, len(lapsed))
	for n, l := range lapsed {
		v := l.Version
		items[n] = lapsedWire{
			QuestionID: l.QuestionID, Version: v.Number, InUse: l.InUse, State: string(l.State), Stem: v.PlainStem(),
			Reason: string(l.Lapse), Day: dayOrNone(l.Since), Source: v.Citation.Text,
		}
		if i := l.Instrument; i.ID != "" {
			w := lapsedInstrumentWire{ID: i.ID, Number: i.Number, Title: i.Title}
			if i.ReplacedBy != "" {
				w.ReplacedBy = &numberRefWire{ID: i.ReplacedBy, Number: i.ReplacedNumber}
			}
			items[n].Instrument = &w
		}
	}
	return items
}

type staleQuestionsInput struct {
	BankInput
	Paging
	AsOfInput
}

func (s *Server) listStaleQuestions(ctx context.Context, actor contest.Actor, in *staleQuestionsInput) (*body[list[lapsedWire]], error) {
	at, err := in.day(s.cfg.Now())
	if err != nil {
		return nil, err
	}
	lapsed, next, err := s.svc.Laws.Lapsed(ctx, actor, in.BankID, at, in.page())
	if err != nil {
		return nil, err
	}
	return listOf(lapsedToWire(lapsed), next), nil
}

type warningWire struct {
	Round     refWire      `json:"round"`
	Code      string       `json:"code" enum:"law_expired"`
	Count     int          `json:"count" doc:"Questions of the round's pool whose law is not in force"`
	Questions []lapsedWire `json:"questions" doc:"The first of them"`
}

func (s *Server) listContestWarnings(ctx context.Context, actor contest.Actor, in *ContestInput) (*body[list[warningWire]], error) {
	warnings, err := s.svc.Laws.Warnings(ctx, actor, in.ContestID)
	if err != nil {
		return nil, err
	}
	items := make([]warningWire, len(warnings))
	for n, w := range warnings {
		items[n] = warningWire{Round: refWire{ID: w.Round.ID, Name: w.Round.Name}, Code: "law_expired", Count: w.Count, Questions: lapsedToWire(w.Questions)}
	}
	return listOf(items, ""), nil
}
