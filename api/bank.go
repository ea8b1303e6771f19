package api

import (
	"context"
	"net/http"

	"mangxanh/contest"
	"mangxanh/contest/bank"
)

func (s *Server) bankRoutes() {
	const tag = "bank"
	route(s, op{Method: http.MethodGet, Path: "/banks", ID: "list-banks", Summary: "Question banks I may use", Tag: tag}, s.listBanks)
	route(s, op{Method: http.MethodPost, Path: "/banks", ID: "create-bank", Summary: "Open an empty bank of a unit", Tag: tag, Status: http.StatusCreated}, s.createBank)
	route(s, op{Method: http.MethodGet, Path: "/banks/{bank_id}", ID: "get-bank", Summary: "A bank with its counts", Tag: tag}, s.getBank)
	route(s, op{Method: http.MethodGet, Path: "/banks/{bank_id}/questions", ID: "list-questions", Summary: "Questions of a bank, searched and filtered", Tag: tag}, s.listQuestions)
	route(s, op{Method: http.MethodPost, Path: "/banks/{bank_id}/questions", ID: "create-question", Summary: "Write a question as a draft", Tag: tag, Status: http.StatusCreated}, s.createQuestion)
	route(s, op{Method: http.MethodGet, Path: "/banks/{bank_id}/topics", ID: "list-topics", Summary: "What a blueprint can draw from", Tag: tag}, s.listTopics)
	route(s, op{Method: http.MethodPost, Path: "/banks/{bank_id}/reviews", ID: "review-questions", Summary: "One review step for many questions", Tag: tag}, s.reviewQuestions)
	route(s, op{Method: http.MethodGet, Path: "/questions/{question_id}", ID: "get-question", Summary: "A question with its versions and reviews", Tag: tag}, s.getQuestion)
	route(s, op{Method: http.MethodPost, Path: "/questions/{question_id}/versions", ID: "revise-question", Summary: "Add a version; what is in use stays until the new one is approved", Tag: tag, Status: http.StatusCreated}, s.reviseQuestion)
	route(s, op{Method: http.MethodPost, Path: "/questions/{question_id}/reviews", ID: "review-question", Summary: "Submit, approve, return or retire", Tag: tag}, s.reviewQuestion)
}

type BankInput struct {
	BankID string `path:"bank_id" maxLength:"60"`
}

func (s *Server) listBanks(ctx context.Context, actor contest.Actor, in *struct{ Paging }) (*body[list[bankWire]], error) {
	banks, next, err := s.svc.Bank.Banks(ctx, actor, in.page())
	if err != nil {
		return nil, err
	}
	items := make([]bankWire, len(banks))
	for i, b := range banks {
		items[i] = bankToWire(actor, b)
	}
	return listOf(items, next), nil
}

type createBankInput struct {
	Body struct {
		UnitID string `json:"unit_id" maxLength:"60"`
		Name   string `json:"name" minLength:"1" maxLength:"200"`
	}
}

func (s *Server) createBank(ctx context.Context, actor contest.Actor, in *createBankInput) (*body[bankWire], error) {
	b, err := s.svc.Bank.CreateBank(ctx, actor, in.Body.UnitID, in.Body.Name)
	if err != nil {
		return nil, err
	}
	return answer(bankToWire(actor, b)), nil
}

func (s *Server) getBank(ctx context.Context, actor contest.Actor, in *BankInput) (*body[bankWire], error) {
	b, err := s.svc.Bank.Look(ctx, actor, in.BankID)
	if err != nil {
		return nil, err
	}
	return answer(bankToWire(actor, b)), nil
}

type listQuestionsInput struct {
	BankInput
	Paging
	FindInput
}

func (s *Server) listQuestions(ctx context.Context, actor contest.Actor, in *listQuestionsInput) (*body[list[QuestionWire]], error) {
	questions, next, err := s.svc.Bank.Questions(ctx, actor, in.BankID, in.filter(), in.page())
	return listEach(questions, next, err, questionToWire)
}

type createQuestionInput struct {
	BankInput
	Body questionText
}

func (s *Server) createQuestion(ctx context.Context, actor contest.Actor, in *createQuestionInput) (*body[QuestionWire], error) {
	v, err := in.Body.version()
	if err != nil {
		return nil, err
	}
	q, err := s.svc.Bank.CreateQuestion(ctx, actor, in.BankID, v)
	if err != nil {
		return nil, err
	}
	return answer(questionToWire(q)), nil
}

type topicWire struct {
	Topic      string `json:"topic"`
	Type       string `json:"type"`
	Difficulty string `json:"difficulty"`
	AgeBand    string `json:"age_band"`
	Count      int    `json:"count" doc:"Approved questions"`
}

func (s *Server) listTopics(ctx context.Context, actor contest.Actor, in *BankInput) (*body[list[topicWire]], error) {
	cells, err := s.svc.Bank.Topics(ctx, actor, in.BankID)
	if err != nil {
		return nil, err
	}
	items := make([]topicWire, len(cells))
	for i, c := range cells {
		items[i] = topicWire{Topic: c.Topic, Type: string(c.Type), Difficulty: c.Difficulty, AgeBand: c.AgeBand, Count: c.Count}
	}
	return listOf(items, ""), nil
}

type reviewQuestionsInput struct {
	BankInput
	Body struct {
		Action      string   `json:"action" enum:"submit,approve,return,retire"`
		QuestionIDs []string `json:"question_ids" minItems:"1" maxItems:"500" uniqueItems:"true"`
	}
}

type bulkReviewWire struct {
	Done    int           `json:"done"`
	Refused []refusedWire `json:"refused"`
}

type refusedWire struct {
	QuestionID string `json:"question_id"`
	Code       string `json:"code"`
}

func (s *Server) reviewQuestions(ctx context.Context, actor contest.Actor, in *reviewQuestionsInput) (*body[bulkReviewWire], error) {
	return bulkAnswer(s.svc.Bank.ReviewAll(ctx, actor, in.BankID, in.Body.QuestionIDs, bank.Action(in.Body.Action)))
}

type QuestionInput struct {
	QuestionID string `path:"question_id" maxLength:"60"`
}

func (s *Server) getQuestion(ctx context.Context, actor contest.Actor, in *QuestionInput) (*body[questionHistoryWire], error) {
	q, versions, reviews, err := s.svc.Bank.Question(ctx, actor, in.QuestionID)
	if err != nil {
		return nil, err
	}
	out := questionHistoryWire{QuestionWire: questionToWire(q), Versions: make([]VersionWire, len(versions)), Reviews: make([]questionReviewWire, len(reviews))}
	for i, v := range versions {
		out.Versions[i] = versionToWire(v)
	}
	for i, r := range reviews {
		out.Reviews[i] = questionReviewWire{Version: r.Number, Action: string(r.Action), Comment: r.Comment, ActorID: r.ActorID, At: r.At}
	}
	return answer(out), nil
}

type reviseQuestionInput struct {
	QuestionInput
	Matching
	Body questionText
}

func (s *Server) reviseQuestion(ctx context.Context, actor contest.Actor, in *reviseQuestionInput) (*body[QuestionWire], error) {
	v, err := in.Body.version()
	if err != nil {
		return nil, err
	}
	q, err := s.svc.Bank.Revise(ctx, actor, in.QuestionID, int(in.version()), v)
	if err != nil {
		return nil, err
	}
	return answer(questionToWire(q)), nil
}

type reviewQuestionInput struct {
	QuestionInput
	Body struct {
		Action  string `json:"action" enum:"submit,approve,return,retire"`
		Comment string `json:"comment,omitempty" maxLength:"2000"`
		Version int    `json:"version,omitempty" minimum:"0" doc:"The version that was judged; 412 when there is a newer one"`
	}
}

func (s *Server) reviewQuestion(ctx context.Context, actor contest.Actor, in *reviewQuestionInput) (*body[QuestionWire], error) {
	q, err := s.svc.Bank.Review(ctx, actor, in.QuestionID, in.Body.Version, bank.Action(in.Body.Action), in.Body.Comment)
	if err != nil {
		return nil, err
	}
	return answer(questionToWire(q)), nil
}
