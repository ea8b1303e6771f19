package attempt_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/attempt"
	"mangxanh/contest/text"
	"mangxanh/scoring"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// clock is a time that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

func (c *clock) add(d time.Duration) { c.set(c.now().Add(d)) }

func newSeed() (s attempt.Seed) {
	rand.Read(s[:])
	return s
}

// fixture is an open round in a small town.
type fixture struct {
	db    *storage.DB
	clock *clock
	world storagetest.World
	round contest.Round
	rules contest.RuleSheet
	svc   *attempt.Service
	marks map[string]string // stem → right answer in the words of the option, or the text
}

// every is one question of each type that World's bank lacks: type, options,
// key, right answer.
var every = []struct{ kind, options, key, right string }{
	{"true_false", `[{"text":"Đúng"},{"text":"Sai"}]`, `{"choices":[1]}`, "Sai"},
	{"multiple", `[{"text":"Một"},{"text":"Hai"},{"text":"Ba"},{"text":"Cả ba","pinned":true}]`, `{"choices":[0,2]}`, "Một|Ba"},
	{"ordering", `[{"text":"Trước"},{"text":"Giữa"},{"text":"Sau"}]`, `{"choices":[0,1,2]}`, "Trước|Giữa|Sau"},
	{"scenario", `[{"text":"Báo cô giáo"},{"text":"Im lặng"}]`, `{"choices":[0]}`, "Báo cô giáo"},
	{"short_text", `[]`, `{"texts":["Hà Nội"]}`, "hà nội"},
	{"number", `[]`, `{"value":"111"}`, "111"},
	{"hot_option", `[{"text":"","media_id":"aaaaaaaaaaaaaaaaaaaaaaaaaa-40x30","alt":"Ổ khóa"},{"text":"","media_id":"bbbbbbbbbbbbbbbbbbbbbbbbbb-40x30","alt":"Cửa mở"}]`, `{"choices":[0]}`, "Ổ khóa"},
	{"matching", `[{"text":"111"},{"text":"113"},{"text":"114"}]`, `{"choices":[1,0,2]}`, "111=Trẻ em|113=Công an|114=Cứu hỏa"},
	{"cloze", `[]`, `{"choices":[1,2]}`, "1=hai|2=ba"},
}

// predicted is the place of the prediction, the last of every paper.
var predicted = len(every) + 4

// extra are the columns that only some types fill.
var extra = map[string][2]string{
	"matching": {`["Công an","Trẻ em","Cứu hỏa","Cấp cứu"]`, ""},
	"cloze":    {"", `[["một","hai"],["một","hai","ba"]]`},
}

// setUp publishes and opens a round of every type of question, fifteen minutes
// long, in a window of an hour.
func setUp(t testing.TB, open func(testing.TB, ...storagetest.Option) *storage.DB, change func(*contest.RuleSheet)) *fixture {
	t.Helper()
	f := &fixture{clock: &clock{at: storagetest.Now()}, marks: map[string]string{}}
	f.db = open(t, storagetest.WithNow(f.clock.now))
	f.world = storagetest.NewWorld(t, f.db, 2, 4, 6)
	for i := range 6 {
		f.marks[fmt.Sprint("Câu hỏi số ", i)] = "Đúng nhất"
	}
	for _, q := range every {
		id, stem := storagetest.NewID(), "Câu hỏi "+q.kind
		f.marks[stem] = q.right
		if q.kind == "cloze" {
			stem += " [[1]] và [[2]]"
		}
		storagetest.Exec(t, f.db, `INSERT INTO questions (id, bank_id, state, current, approved, type, topic, stem_fold, fingerprint, author_id, created_at, changed_at) VALUES (?, ?, 'approved', 1, 1, ?, 'Khác', ?, ?, ?, 1, 1)`,
			id, f.world.Bank, q.kind, stem, stem, f.world.Organizer)
		storagetest.Exec(t, f.db, `INSERT INTO question_versions (id, question_id, number, type, stem, options, answer_key, matches, gaps, topic, author_id, created_at) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, 'Khác', ?, 1)`,
			storagetest.NewID(), id, q.kind, stem, q.options, q.key, extra[q.kind][0], extra[q.kind][1], f.world.Organizer)
	}
	f.publish(t, change)
	f.svc = f.service()
	return f
}

func (f *fixture) publish(t testing.TB, change func(*contest.RuleSheet)) {
	t.Helper()
	ctx, s, actor := t.Context(), &contest.Service{Store: f.db, Now: f.clock.now, NewID: storagetest.NewID}, f.organizer()
	f.rules = contest.DefaultRules()
	f.rules.Prediction.On, f.rules.RankChain = true, scoring.DefaultChain(true)
	if change != nil {
		change(&f.rules)
	}
	c, err := s.Create(ctx, actor, contest.Proposal{UnitID: f.world.Department, Title: "Tìm hiểu pháp luật", SchoolYear: storagetest.SchoolYear, Rules: f.rules})
	must(t, err)
	_, err = s.SetDivisions(ctx, actor, c.ID, 0, []contest.Division{{Code: "THCS", Name: "Trung học cơ sở", Kind: contest.Pupil, GradeFrom: 6, GradeTo: 9}})
	must(t, err)
	name, opens, closes, lasts := "Đợt 1", f.clock.now().Add(-time.Minute), f.clock.now().Add(time.Hour), 15*time.Minute
	_, r, err := s.AddRound(ctx, actor, c.ID, contest.RoundPatch{Name: &name, OpensAt: &opens, ClosesAt: &closes, Duration: &lasts, BankID: &f.world.Bank})
	must(t, err)
	_, f.round, err = s.SetBlueprint(ctx, actor, r.ID, []contest.BlueprintLine{{Topic: "khac", Count: len(every), Points: 100}, {Type: "single", Count: 4, Points: 50}})
	must(t, err)
	_, err = s.Publish(ctx, actor, c.ID)
	must(t, err)
}

// service is another node over the same record.
func (f *fixture) service() *attempt.Service {
	s := attempt.NewService(f.db, contest.NewSittings(f.db, f.clock.now), f.db, text.Fold)
	s.Now, s.NewID, s.NewSeed = f.clock.now, storagetest.NewID, newSeed
	return s
}

func (f *fixture) organizer() contest.Actor {
	return contest.Actor{AccountID: f.world.Organizer, Kind: contest.Staff, Grants: []contest.Grant{
		{Role: contest.RoleOrganizer, UnitID: f.world.Department, UnitPath: f.world.DepartmentPath}}}
}

// pupil is the nth pupil of class 7B of the first school.
func (f *fixture) pupil(n int) contest.Actor {
	return contest.Actor{AccountID: f.world.Pupils7[n/4][n%4], Kind: contest.Pupil}
}

func (f *fixture) start(t testing.TB, n int) attempt.Document {
	t.Helper()
	d, made, err := f.svc.Start(t.Context(), f.pupil(n), f.round.ID, "", f.clock.now())
	must(t, err)
	if !made {
		t.Fatal("the attempt was there already")
	}
	return d
}

// request is a save of the nth pupil at the clock's time.
func (f *fixture) request(n int, d attempt.Document, answers ...attempt.Given) attempt.Request {
	return attempt.Request{AttemptID: d.ID, AccountID: f.pupil(n).AccountID, Received: f.clock.now(), Answers: answers}
}

// right is the right answer to a shown question in the ids of its attempt.
func (f *fixture) right(t testing.TB, q attempt.Shown) json.RawMessage {
	t.Helper()
	if q.Type.Placed() {
		return encode(f.pairs(t, q))
	}
	want := f.marks[plain(q.Stem)]
	var ids []string
	for _, w := range split(want) {
		for _, o := range q.Options {
			if html := plain(o.HTML); html == w || strings.Contains(html, `alt="`+w+`"`) {
				ids = append(ids, o.ID)
			}
		}
	}
	switch {
	case q.Type == scoring.Prediction:
		return json.RawMessage(`12`)
	case len(q.Options) == 0:
		return encode(want)
	case q.Type == scoring.Multiple || q.Type == scoring.Ordering:
		return encode(ids)
	}
	if len(ids) != 1 {
		t.Fatalf("no right option among those of %s", q.Stem)
	}
	return encode(ids[0])
}

// pairs is the right answer to what is answered place by place.
func (f *fixture) pairs(t testing.TB, q attempt.Shown) map[string]string {
	t.Helper()
	stem, _, _ := strings.Cut(plain(q.Stem), " <span")
	answer := map[string]string{}
	for i, pair := range split(f.marks[stem]) {
		place, choice, _ := strings.Cut(pair, "=")
		id, choices := "", q.Matches
		for _, o := range q.Options {
			if plain(o.HTML) == place {
				id = o.ID
			}
		}
		if q.Type == scoring.Cloze {
			id, choices = q.Gaps[i].ID, q.Gaps[i].Choices
			if !strings.Contains(plain(q.Stem), `<span class="gap" data-gap="`+id+`"></span>`) {
				t.Errorf("the stem %s has no gap %s", q.Stem, id)
			}
		}
		for _, c := range choices {
			if plain(c.HTML) == choice {
				answer[id] = c.ID
			}
		}
	}
	if len(answer) != len(split(f.marks[stem])) {
		t.Fatalf("no right answer to %s: %v", q.Stem, answer)
	}
	return answer
}

// wrong is some wrong answer.
func (f *fixture) wrong(t testing.TB, q attempt.Shown) json.RawMessage {
	t.Helper()
	if q.Type.Placed() {
		answer := f.pairs(t, q)
		for place := range answer {
			delete(answer, place) // one short of all
			return encode(answer)
		}
	}
	if len(q.Options) == 0 {
		return json.RawMessage(`"7"`)
	}
	if q.Type == scoring.Ordering {
		var ids []string
		if err := json.Unmarshal(f.right(t, q), &ids); err != nil {
			t.Fatal(err)
		}
		ids[0], ids[1] = ids[1], ids[0]
		return encode(ids)
	}
	for _, o := range q.Options {
		id := encode(o.ID)
		if q.Type == scoring.Multiple {
			return encode([]string{o.ID})
		}
		if string(id) != string(f.right(t, q)) {
			return id
		}
	}
	t.Fatal("nothing is wrong")
	return nil
}

// sorted writes JSON with the names of objects in order.
func sorted(t testing.TB, raw json.RawMessage) string {
	t.Helper()
	var v any
	must(t, json.Unmarshal(raw, &v))
	return string(encode(v))
}

func split(s string) []string { return strings.Split(s, "|") }

// plain reads a JSON string.
func plain(raw json.RawMessage) (s string) {
	if err := json.Unmarshal(raw, &s); err != nil {
		return err.Error()
	}
	return s
}

func encode(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage(err.Error())
	}
	return raw
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// crowd are n pupils who may take part; as many as the town lacks move there.
func (f *fixture) crowd(t testing.TB, n int) []contest.Actor {
	t.Helper()
	var all []contest.Actor
	for i := range min(n, 8) {
		all = append(all, f.pupil(i))
	}
	like := f.world.Pupils7[0][0]
	for len(all) < n {
		id := storagetest.NewID()
		storagetest.Exec(t, f.db, `INSERT INTO accounts (id, kind, family_name, given_name, full_name, name_fold, birth_date, home_unit_id, created_at)
SELECT ?, kind, family_name, given_name, full_name, name_fold, birth_date, home_unit_id, 1 FROM accounts WHERE id = ?`, id, like)
		storagetest.Exec(t, f.db, `INSERT INTO enrolments (id, account_id, class_id, school_id, school_year, created_at)
SELECT ?, ?, class_id, school_id, school_year, 1 FROM enrolments WHERE account_id = ?`, storagetest.NewID(), id, like)
		all = append(all, contest.Actor{AccountID: id, Kind: contest.Pupil})
	}
	return all
}
