package storage_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake"
	"mangxanh/contest/text"
	"mangxanh/scoring"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// shelf is a bank of generated questions.
type shelf struct {
	db      *storage.DB
	w       storagetest.World
	all     []bank.Question // in the order of creation, with what was counted
	service *bank.Service
	actor   contest.Actor
}

// Words that the generated questions are made of.
var (
	subjects = []string{"Trẻ em", "Học sinh lớp bảy", "Người dùng mạng xã hội", "Cha mẹ", "Giáo viên chủ nhiệm", "Doanh nghiệp cung cấp dịch vụ", "Người bị bắt nạt", "Bạn cùng lớp"}
	deeds    = []string{"chia sẻ ảnh của người khác", "bình luận xúc phạm", "báo cho tổng đài 111", "giữ bí mật mật khẩu", "lan truyền tin giả", "kết bạn với người lạ", "bảo vệ dữ liệu cá nhân", "xin phép trước khi đăng bài", "lưu lại bằng chứng", "nhờ người lớn giúp đỡ"}
	places   = []string{"trên mạng xã hội", "trong nhóm chat của lớp", "khi chơi trò chơi trực tuyến", "ở quán cà phê", "trong giờ học", "trên diễn đàn của trường", "qua thư điện tử"}
	asks     = []string{"có quyền gì", "phải làm gì", "bị xử lý thế nào", "được pháp luật bảo vệ ra sao", "không được làm gì", "nên ứng xử thế nào"}
	laws     = []string{"Luật Trẻ em 2016", "Luật An ninh mạng 2018", "Nghị định 56/2017/NĐ-CP", "Nghị định 13/2023/NĐ-CP", "Bộ luật Dân sự 2015"}
	themes   = []string{"Luật Trẻ em", "An toàn mạng", "Bắt nạt", "Dữ liệu cá nhân", "Ứng xử văn minh", "Tin giả"}
	bands    = []string{"8-10", "11-14", "15-17", "18+"}
)

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

// written is the nth generated question.
func written(r *rand.Rand, w storagetest.World, n int) bank.Question {
	v := bank.Version{
		Type:       []scoring.Type{scoring.Single, scoring.Single, scoring.Single, scoring.Multiple, scoring.Ordering}[r.IntN(5)],
		Stem:       fmt.Sprintf("%s %s %s thì %s theo quy định số %d?", pick(r, subjects), pick(r, deeds), pick(r, places), pick(r, asks), n),
		Topic:      pick(r, themes),
		AgeBand:    pick(r, bands),
		Difficulty: pick(r, bank.Difficulties),
		Citation:   bank.Citation{Instrument: pick(r, laws), Article: fmt.Sprint("Điều ", r.IntN(100))},
		Key:        scoring.Key{Choices: []int{0}},
	}
	for i := range 4 {
		v.Options = append(v.Options, bank.Option{Text: fmt.Sprintf("%s %s, cách %d%d", pick(r, deeds), pick(r, places), i, r.IntN(30))})
	}
	if v.Type == scoring.Ordering {
		v.Key.Choices = []int{2, 0, 3, 1}
	}
	q := bank.NewDraft(storagetest.NewID(), storagetest.NewID(), w.Bank, v.Clean(), []string{w.Organizer, w.Checker, w.Teacher}[r.IntN(3)], storagetest.Now())
	q.State = bank.States[min(3, r.IntN(5))]
	return q
}

// fill makes a bank of n questions from a fixed seed.
func fill(t testing.TB, db *storage.DB, n int) *shelf {
	t.Helper()
	const seed = 20261124
	t.Logf("%d questions, seed %d", n, seed)
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	s := &shelf{db: db, w: storagetest.NewWorld(t, db, 1, 1, 0)}
	s.actor = contest.Actor{AccountID: s.w.Organizer, Kind: contest.Staff, Grants: []contest.Grant{{Role: contest.RoleOrganizer, UnitID: s.w.Department, UnitPath: s.w.DepartmentPath}}}
	s.service = &bank.Service{Store: db, Seats: db, Now: storagetest.Now, NewID: storagetest.NewID}
	for n > len(s.all) {
		i := intake.Import{ID: storagetest.NewID(), Kind: intake.Questions, UnitID: s.w.Department, BankID: s.w.Bank, State: intake.Staged, Version: 1, ActorID: s.w.Organizer, Created: storagetest.Now()}
		must(t, db.CreateImport(t.Context(), s.actor, i, nil))
		var part []bank.Question
		for range min(5000, n-len(s.all)) {
			q := written(r, s.w, len(s.all)+len(part))
			q.ImportID = i.ID
			part = append(part, q)
		}
		must(t, db.CommitQuestions(t.Context(), s.actor, i, nil, part))
		s.all = append(s.all, part...)
	}
	s.count(t)
	return s
}

// count gives two questions of three statistics.
func (s *shelf) count(t testing.TB) {
	storagetest.Exec(t, s.db, `UPDATE questions SET asked_version = 1, asked_served = 100,
 asked_facility = (changed_at / 7) % 1001, asked_discrimination = (changed_at / 11) % 2001 - 1000, asked_alarm = (changed_at % 50 = 0) WHERE changed_at % 3 > 0`)
	storagetest.Exec(t, s.db, `UPDATE questions SET find_asked = '0w 0f' || CASE WHEN asked_facility > 999 THEN 9 ELSE asked_facility / 100 END
 || ' 0g' || CASE WHEN asked_discrimination > 999 THEN 19 ELSE (asked_discrimination + 1000) / 100 END || CASE WHEN asked_alarm THEN ' 0x' ELSE '' END WHERE asked_version > 0`)
	for i, q := range s.all {
		at := q.Changed.UnixMicro()
		if at%3 == 0 {
			continue
		}
		facility, discrimination := int(at/7%1001), int(at/11%2001-1000)
		s.all[i].Asked = &bank.Asked{Version: 1, Served: 100, Facility: &facility, Discrimination: &discrimination, Alarm: at%50 == 0}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// expected is what a list should hold, by looking at every question.
func (s *shelf) expected(f bank.Filter) []string {
	var found []bank.Question
	for _, q := range s.all {
		if matches(q, f) {
			found = append(found, q)
		}
	}
	slices.SortStableFunc(found, func(a, b bank.Question) int {
		switch f.Sort {
		case bank.Newest:
			return cmp.Compare(b.ID, a.ID)
		case bank.ByFacility:
			return cmp.Or(cmp.Compare(*a.Asked.Facility, *b.Asked.Facility), cmp.Compare(a.ID, b.ID))
		case bank.ByDiscrimination:
			return cmp.Or(cmp.Compare(*a.Asked.Discrimination, *b.Asked.Discrimination), cmp.Compare(a.ID, b.ID))
		}
		return cmp.Compare(a.ID, b.ID)
	})
	ids := make([]string, len(found))
	for i, q := range found {
		ids[i] = q.ID
	}
	return ids
}

func matches(q bank.Question, f bank.Filter) bool {
	v := q.Newest
	for _, c := range [][2]string{
		{string(f.State), string(q.State)}, {text.Fold(f.Topic), text.Fold(v.Topic)}, {string(f.Type), string(v.Type)}, {f.Difficulty, v.Difficulty},
		{f.AgeBand, v.AgeBand}, {f.ImportID, q.ImportID}, {f.AuthorID, q.AuthorID}, {text.Fold(f.Instrument), text.Fold(v.Citation.Instrument)},
	} {
		if c[0] != "" && c[0] != c[1] {
			return false
		}
	}
	read := " " + text.Fold(v.Stem+" "+v.Topic+" "+v.Citation.Instrument+" "+v.Citation.Article)
	for _, o := range v.Options {
		read += " " + text.Fold(o.Text)
	}
	read = spaced(read) + " "
	words := strings.Fields(spaced(text.Fold(f.Text)))
	for i, w := range words {
		end := " "
		if i == len(words)-1 {
			end = ""
		}
		if !strings.Contains(read, " "+w+end) {
			return false
		}
	}
	if !f.Statistical() {
		return true
	}
	a := q.Asked
	return a != nil && (!f.Alarm || a.Alarm) && (!f.Facility.Set || *a.Facility >= f.Facility.From && *a.Facility <= f.Facility.To) &&
		(!f.Discrimination.Set || *a.Discrimination >= f.Discrimination.From && *a.Discrimination <= f.Discrimination.To)
}

func spaced(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("?,./-+()", r) {
			return ' '
		}
		return r
	}, s)
}

// anyFilter draws a filter; each part is there one time in three.
func (s *shelf) anyFilter(r *rand.Rand) (f bank.Filter) {
	maybe := func(set func()) {
		if r.IntN(3) == 0 {
			set()
		}
	}
	words := func() string {
		some := strings.Fields(s.all[r.IntN(len(s.all))].Newest.Stem)
		r.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		return strings.Trim(strings.Join(some[:1+r.IntN(3)], " "), "?,")
	}
	maybe(func() { f.Text = words() })
	maybe(func() { f.State = bank.States[r.IntN(4)] })
	maybe(func() { f.Topic = strings.ToUpper(pick(r, themes)) })
	maybe(func() { f.Type = scoring.Multiple })
	maybe(func() { f.Difficulty = pick(r, bank.Difficulties) })
	maybe(func() { f.AgeBand = pick(r, bands) })
	maybe(func() { f.Instrument = pick(r, laws) })
	maybe(func() { f.AuthorID = s.w.Checker })
	maybe(func() { f.ImportID = s.all[r.IntN(len(s.all))].ImportID })
	maybe(func() { f.Alarm = true })
	maybe(func() { f.Asked = true })
	maybe(func() { f.Facility = bank.Range{Set: true, From: r.IntN(600), To: 400 + r.IntN(601)} })
	maybe(func() { f.Discrimination = bank.Range{Set: true, From: -r.IntN(1000), To: r.IntN(1001)} })
	f.Sort = []bank.Sort{bank.Oldest, bank.Newest, bank.ByFacility, bank.ByDiscrimination}[r.IntN(4)]
	return f
}

// every reads a list to its end.
func (s *shelf) every(t testing.TB, f bank.Filter, limit int) []string {
	t.Helper()
	ids, page := []string{}, contest.Page{Limit: limit}
	for {
		list, next, err := s.db.Questions(t.Context(), s.w.Bank, f, page)
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		for _, q := range list {
			ids = append(ids, q.ID)
		}
		if page.Cursor = next; next == "" {
			return ids
		}
	}
}

// Whatever is filtered and however it is sorted, the pages together are what
// looking at every question finds. Seen to fail with the columns unchecked
// behind the tenths of the index, and with the cursor's figure left out.
func TestAnyFilterFindsWhatIsThere(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		s := fill(t, db, 700)
		r := rand.New(rand.NewPCG(3, 1))
		empty := 0
		for range 300 {
			f := s.anyFilter(r)
			want := s.expected(f)
			if got := s.every(t, f, 1+r.IntN(200)); !slices.Equal(got, want) {
				t.Fatalf("%+v:\ngot  %d %v\nwant %d %v", f, len(got), got, len(want), want)
			}
			if len(want) == 0 {
				empty++
			}
		}
		if empty > 200 {
			t.Errorf("%d of 300 filters find nothing: the test says little", empty)
		}
	})
}

// BenchmarkQuestionPage times pages of 50 of 100,000 questions with every
// filter, with the extremes and with combinations drawn at random, on both
// databases; ns/op is one page, max-ms the slowest of them all.
func BenchmarkQuestionPage(b *testing.B) {
	for name, lend := range map[string]func(testing.TB, ...storagetest.Option) *storage.DB{"sqlite": storagetest.SQLite, "postgres": storagetest.Postgres} {
		b.Run(name, func(b *testing.B) { pages(b, fill(b, lend(b), 100_000)) })
	}
}

func pages(b *testing.B, s *shelf) {
	storagetest.Exec(b, s.db, "ANALYZE")
	common, far := bank.Filter{Text: "mang xa hoi"}, s.all[len(s.all)-1].ImportID
	for _, c := range []struct {
		name string
		f    bank.Filter
	}{
		{"nothing", bank.Filter{}}, {"newest", bank.Filter{Sort: bank.Newest}}, {"common words", common}, {"rare word", bank.Filter{Text: "99321"}},
		{"no such word", bank.Filter{Text: "khong co tu nay dau zzz"}}, {"half a word", bank.Filter{Text: "t"}}, {"state", bank.Filter{State: bank.Draft}},
		{"topic", bank.Filter{Topic: "tin giả"}}, {"type", bank.Filter{Type: scoring.Ordering}}, {"no such type", bank.Filter{Type: scoring.Cloze}},
		{"difficulty", bank.Filter{Difficulty: bank.VanDungCao}}, {"age band", bank.Filter{AgeBand: "18+"}}, {"instrument", bank.Filter{Instrument: "Luật Trẻ em 2016"}},
		{"author", bank.Filter{AuthorID: s.w.Teacher}}, {"import, the last", bank.Filter{ImportID: far}}, {"asked", bank.Filter{Asked: true}},
		{"alarm", bank.Filter{Alarm: true}}, {"facility, all", bank.Filter{Facility: bank.Range{Set: true, To: 1000}}},
		{"facility, narrow", bank.Filter{Facility: bank.Range{Set: true, From: 100, To: 101}}},
		{"discrimination below 0", bank.Filter{Discrimination: bank.Range{Set: true, From: -1000, To: -1}}},
		{"by facility", bank.Filter{Sort: bank.ByFacility}}, {"by discrimination, words", bank.Filter{Sort: bank.ByDiscrimination, Text: "mang xa hoi"}},
		{"by facility, import", bank.Filter{Sort: bank.ByFacility, ImportID: far}},
		{"common words, topic, state, newest", bank.Filter{Text: "mang xa hoi", Topic: "Bắt nạt", State: bank.Retired, Sort: bank.Newest}},
		{"words and the last import", bank.Filter{Text: "mang xa hoi", ImportID: far}},
	} {
		b.Run(c.name, func(b *testing.B) { s.time(b, func() bank.Filter { return c.f }) })
	}
	r := rand.New(rand.NewPCG(5, 5))
	b.Run("drawn at random", func(b *testing.B) { s.time(b, func() bank.Filter { return s.anyFilter(r) }) })
}

// time reads first and following pages of lists.
func (s *shelf) time(b *testing.B, filter func() bank.Filter) {
	var worst time.Duration
	var page contest.Page
	var f bank.Filter
	for b.Loop() {
		if page.Cursor == "" {
			f = filter()
		}
		began := time.Now()
		_, next, err := s.db.Questions(context.Background(), s.w.Bank, f, page)
		if err != nil {
			b.Fatal(err)
		}
		if took := time.Since(began); took > worst {
			worst = took
		}
		page.Cursor = next
	}
	b.ReportMetric(float64(worst.Microseconds())/1000, "max-ms")
}

// BenchmarkSimilar times the search for near duplicates of one question among
// 100,000, as somebody types: three words changed, two options typed.
func BenchmarkSimilar(b *testing.B) {
	for name, lend := range map[string]func(testing.TB, ...storagetest.Option) *storage.DB{"sqlite": storagetest.SQLite, "postgres": storagetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := fill(b, lend(b), 100_000)
			// Spread over eleven days: nobody writes 100,000 within the minute that is read again.
			storagetest.Exec(b, s.db, `UPDATE questions SET changed_at = 1700000000000000 + (changed_at % 1000000) * 1000000`)
			storagetest.Exec(b, s.db, "ANALYZE")
			d := bank.NewDuplicates(s.db, s.service)
			began := time.Now()
			must(b, d.Warm(b.Context()))
			b.Logf("first reading of all sketches: %v", time.Since(began).Round(time.Millisecond))
			r := rand.New(rand.NewPCG(9, 9))
			var worst time.Duration
			searched, found := 0, 0
			for b.Loop() {
				q := s.all[r.IntN(len(s.all))]
				v := bank.Version{Stem: strings.ToUpper(text.Fold(q.Newest.Stem)) + " nhỉ", Options: q.Newest.Options[:2]}
				began := time.Now()
				twins, err := d.Similar(context.Background(), s.actor, s.w.Bank, v, "")
				took := time.Since(began)
				must(b, err)
				searched++
				if q.State == bank.Retired || slices.ContainsFunc(twins, func(t bank.Twin) bool { return t.Question.ID == q.ID }) {
					found++
				}
				worst = max(worst, took)
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "max-ms")
			b.ReportMetric(100*float64(found)/float64(searched), "%found")
		})
	}
}
