package storage

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/text"
)

// foundRow is a question as lists show it.
type foundRow struct {
	Question            questionRow `gorm:"embedded"`
	AskedVersion        int
	AskedServed         int
	AskedFacility       *int
	AskedDiscrimination *int
	AskedAlarm          bool
	Place               int64 // in SQLite's index
}

const foundColumns = `q.id, q.bank_id, q.state, q.current, q.approved, q.type, q.topic, q.topic_fold, q.age_band, q.difficulty, q.stem_fold,
 q.fingerprint, q.import_id, q.author_id, q.version, q.created_at, q.changed_at, q.asked_version, q.asked_served, q.asked_facility, q.asked_discrimination, q.asked_alarm`

// Questions lists a bank's questions with their newest versions and what was
// counted of them.
func (db *DB) Questions(ctx context.Context, bankID string, f bank.Filter, page contest.Page) ([]bank.Question, string, error) {
	page = page.Clamp(50, 200)
	s, err := newSearch(bankID, f, page)
	if err != nil {
		return nil, "", err
	}
	rows, err := db.search(ctx, s)
	if err != nil {
		return nil, "", failure(err, "questions")
	}
	next := ""
	if len(rows) > page.Limit {
		rows = rows[:page.Limit]
		next = s.cursor(rows[page.Limit-1])
	}
	questions := make([]bank.Question, len(rows))
	plain := make([]questionRow, len(rows))
	for i, r := range rows {
		plain[i] = r.Question
	}
	newest, err := db.newestVersions(ctx, plain)
	if err != nil {
		return nil, "", err
	}
	for i, r := range rows {
		questions[i] = r.Question.question("", newest[r.Question.ID])
		questions[i].Asked = r.asked()
	}
	return questions, next, nil
}

func (r foundRow) asked() *bank.Asked {
	if r.AskedVersion == 0 {
		return nil
	}
	return &bank.Asked{
		Version: r.AskedVersion, Served: r.AskedServed, Facility: r.AskedFacility, Discrimination: r.AskedDiscrimination, Alarm: r.AskedAlarm,
	}
}

// search is a filter taken apart: groups of words of which each must hold, by
// any of its words, and the same as conditions on columns.
type search struct {
	bankID     string
	sort       bank.Sort
	limit      int
	groups     [][]string
	prefix     string // begins a word that must be there
	conditions []condition

	after    bool // a page before this one ended at:
	afterID  string
	afterKey int64 // place in the index, or the figure sorted by
}

// nobodysWord is a word that no question has.
const nobodysWord = "0none"

// condition is one on columns, as text and arguments.
type condition struct {
	text string
	args []any
}

func newSearch(bankID string, f bank.Filter, page contest.Page) (*search, error) {
	s := &search{bankID: bankID, sort: f.Sort, limit: page.Limit + 1}
	if page.Cursor != "" {
		if err := readCursor(page.Cursor, &s.afterID, &s.afterKey); err != nil {
			return nil, err
		}
		s.after = true
	}
	s.words(f.Text)
	for _, c := range []struct {
		kind   byte
		column string
		value  string
	}{
		{byState, "state", string(f.State)}, {byTopic, "topic_fold", text.Fold(f.Topic)}, {byType, "type", string(f.Type)}, {byDifficulty, "difficulty", f.Difficulty},
		{byAgeBand, "age_band", f.AgeBand}, {byImport, "import_id", f.ImportID}, {byAuthor, "author_id", f.AuthorID},
	} {
		if c.value != "" {
			s.must(condition{"q." + c.column + " = ?", []any{c.value}}, facet(c.kind, c.value))
		}
	}
	if f.Instrument != "" {
		byName, byID := facet(byInstrument, text.Fold(f.Instrument)), facet(byInstrument, f.Instrument)
		s.must(condition{"(' ' || q.find || ' ' LIKE ? OR ' ' || q.find || ' ' LIKE ?)", []any{"% " + byName + " %", "% " + byID + " %"}}, byName, byID)
	}
	s.figures(f)
	return s, nil
}

func (s *search) must(c condition, words ...string) {
	s.groups, s.conditions = append(s.groups, words), append(s.conditions, c)
}

// words wants every word of a text; the last may be the beginning of one, since
// it may still be on its way.
func (s *search) words(sought string) {
	list := wordsOf(text.Fold(sought))
	for i, w := range list {
		if i == len(list)-1 {
			s.prefix = w
			s.conditions = append(s.conditions, condition{"' ' || q.find LIKE ?", []any{"% " + w + "%"}})
			return
		}
		s.must(condition{"' ' || q.find || ' ' LIKE ?", []any{"% " + w + " %"}}, w)
	}
}

// figures adds what the filter wants of the statistics. The index knows tenths,
// the columns decide.
func (s *search) figures(f bank.Filter) {
	if f.Statistical() {
		s.must(condition{"q.asked_version > 0", nil}, askedWord)
	}
	if f.Alarm {
		s.must(condition{"q.asked_alarm", nil}, alarmWord)
	}
	for _, r := range []struct {
		bank.Range
		word, column string
		zero, bands  int
	}{{f.Facility, facilityWord, "asked_facility", 0, facilityBands}, {f.Discrimination, discriminateWord, "asked_discrimination", 1000, discriminateBands}} {
		if !r.Set {
			continue
		}
		words := []string{nobodysWord} // an interval that ends before it begins holds nothing
		for b := band(r.From+r.zero, r.bands); b <= band(r.To+r.zero, r.bands); b++ {
			words = append(words, fmt.Sprint(r.word, b))
		}
		s.must(condition{"q." + r.column + " BETWEEN ? AND ?", []any{r.From, r.To}}, words...)
	}
}

// byFigure reports whether the list is sorted by what was counted.
func (s *search) byFigure() bool { return s.sort == bank.ByFacility || s.sort == bank.ByDiscrimination }

func (s *search) cursor(last foundRow) string {
	key := last.Place
	switch s.sort {
	case bank.ByFacility:
		key = int64(*last.AskedFacility)
	case bank.ByDiscrimination:
		key = int64(*last.AskedDiscrimination)
	}
	return cursorOf(last.Question.ID, key)
}

// probed is how many questions are looked at in their order before the index is
// asked: enough to fill a page with what is common, and quick.
const probed = 3000

// search reads one page. Without a filter the order itself is the way. SQLite's
// index gives matches in the order of creation, so that reading stops with the
// page. Otherwise the next questions in the order are looked at first, which
// fills the page when much matches; when little does, the index has little to
// give, and that is sorted.
func (db *DB) search(ctx context.Context, s *search) ([]foundRow, error) {
	walk := s.ordered(db.read(ctx).Table("questions AS q").Where("q.bank_id = ?", s.bankID))
	if len(s.groups) == 0 && s.prefix == "" {
		return s.read(walk.Select(foundColumns))
	}
	if !db.Postgres() && !s.byFigure() {
		return s.read(s.creation(db.indexed(ctx, s)))
	}
	next := db.read(ctx).Table("(?) AS q", walk.Select("q.*").Limit(probed)).Select(foundColumns)
	rows, err := s.read(s.ordered(s.checked(next)))
	if err != nil || len(rows) == s.limit {
		return rows, err
	}
	if !db.Postgres() {
		found := db.read(ctx).Table("(?) AS q", db.indexed(ctx, s)).Select("q.*")
		return s.read(s.ordered(found))
	}
	err = db.read(ctx).Transaction(func(tx *gorm.DB) error {
		// The words of a row are made when they are compared: only the index has
		// them ready, so that no other way is quick.
		if err := tx.Exec("SET LOCAL enable_seqscan = off").Error; err != nil {
			return err
		}
		if err := tx.Exec("SET LOCAL enable_indexscan = off").Error; err != nil {
			return err
		}
		found := tx.Table("questions AS q").Select(foundColumns).Where(postgresWords+" @@ ?::tsquery", s.tsquery())
		rows, err = s.read(s.ordered(s.checked(found)))
		return err
	})
	return rows, err
}

// indexed are the matches in SQLite's index with their questions.
func (db *DB) indexed(ctx context.Context, s *search) *gorm.DB {
	return s.checked(db.read(ctx).Table("question_words AS w").Select(foundColumns+", p.place").
		Joins("CROSS JOIN question_places p ON p.place = w.rowid").Joins("CROSS JOIN questions q ON q.id = p.question_id").
		Where("w.question_words MATCH ?", s.match()))
}

// creation orders matches as SQLite's index has them.
func (s *search) creation(q *gorm.DB) *gorm.DB {
	if s.sort == bank.Newest {
		if s.after {
			q = q.Where("w.rowid < ?", s.afterKey)
		}
		return q.Order("w.rowid DESC")
	}
	if s.after {
		q = q.Where("w.rowid > ?", s.afterKey)
	}
	return q.Order("w.rowid")
}

// checked adds the conditions on columns.
func (s *search) checked(q *gorm.DB) *gorm.DB {
	for _, c := range s.conditions {
		q = q.Where(clause.Expr{SQL: c.text, Vars: c.args})
	}
	return q
}

// ordered adds the order and where the page begins.
func (s *search) ordered(q *gorm.DB) *gorm.DB {
	switch s.sort {
	case bank.ByFacility:
		q = q.Where("q.asked_facility IS NOT NULL").Order("q.asked_facility, q.id") // as the index of the order says
		if s.after {
			q = q.Where("(q.asked_facility, q.id) > (?, ?)", s.afterKey, s.afterID)
		}
	case bank.ByDiscrimination:
		q = q.Where("q.asked_discrimination IS NOT NULL").Order("q.asked_discrimination, q.id")
		if s.after {
			q = q.Where("(q.asked_discrimination, q.id) > (?, ?)", s.afterKey, s.afterID)
		}
	case bank.Newest:
		q = q.Order("q.id DESC")
		if s.after {
			q = q.Where("q.id < ?", s.afterID)
		}
	default:
		q = q.Order("q.id")
		if s.after {
			q = q.Where("q.id > ?", s.afterID)
		}
	}
	return q
}

func (s *search) read(q *gorm.DB) ([]foundRow, error) {
	var rows []foundRow
	err := q.Limit(s.limit).Find(&rows).Error
	return rows, err
}

// match is the search in the words of SQLite's full-text index.
func (s *search) match() string {
	parts := []string{quoted(facet(byBank, s.bankID))}
	for _, g := range s.groups {
		words := make([]string, len(g))
		for i, w := range g {
			words[i] = quoted(w)
		}
		parts = append(parts, "("+strings.Join(words, " OR ")+")")
	}
	if s.prefix != "" {
		parts = append(parts, quoted(s.prefix)+"*")
	}
	return strings.Join(parts, " AND ")
}

// quoted is a word as both indexes take it; words hold letters and digits only.
func quoted(word string) string { return `"` + word + `"` }

// tsquery is the search in the words of Postgres.
func (s *search) tsquery() string {
	parts := []string{"'" + facet(byBank, s.bankID) + "'"}
	for _, g := range s.groups {
		parts = append(parts, "('"+strings.Join(g, "' | '")+"')")
	}
	if s.prefix != "" {
		parts = append(parts, "'"+s.prefix+"':*")
	}
	return strings.Join(parts, " & ")
}
