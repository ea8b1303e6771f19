package storagetest

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"mangxanh/storage"
)

// opened remembers how each record was opened, for Exec.
var opened sync.Map // *storage.DB to storage.Config

// Exec runs one statement over a connection of its own: what no store method
// does, such as putting rows where a test needs them.
func Exec(t testing.TB, db *storage.DB, statement string, args ...any) {
	t.Helper()
	at, known := opened.Load(db)
	if !known {
		t.Fatal("this record was not opened by storagetest")
	}
	ExecAt(t, at.(storage.Config), statement, args...)
}

// ExecAt is Exec for a record that was opened elsewhere, such as by a command.
func ExecAt(t testing.TB, cfg storage.Config, statement string, args ...any) {
	t.Helper()
	if err := execute(cfg, statement, args); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func execute(cfg storage.Config, statement string, args []any) error {
	ctx := context.Background()
	if cfg.DatabaseURL == "" {
		handle, err := sql.Open("sqlite", "file:"+filepath.Join(cfg.DataDir, "mangxanh.db")+"?_pragma=busy_timeout(10000)")
		if err != nil {
			return err
		}
		defer handle.Close()
		_, err = handle.ExecContext(ctx, statement, args...)
		return err
	}
	conn, err := pgx.Connect(ctx, cfg.DatabaseURL)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for n := 1; strings.Contains(statement, "?"); n++ {
		statement = strings.Replace(statement, "?", fmt.Sprintf("$%d", n), 1)
	}
	_, err = conn.Exec(ctx, statement, args...)
	return err
}

// Number reads one number over a connection of its own, such as how many rows
// a table holds.
func Number(t testing.TB, db *storage.DB, query string) (n int64) {
	t.Helper()
	at, known := opened.Load(db)
	if !known {
		t.Fatal("this record was not opened by storagetest")
	}
	cfg, ctx := at.(storage.Config), context.Background()
	var err error
	if cfg.DatabaseURL == "" {
		var handle *sql.DB
		if handle, err = sql.Open("sqlite", "file:"+filepath.Join(cfg.DataDir, "mangxanh.db")+"?_pragma=busy_timeout(10000)"); err == nil {
			defer handle.Close()
			err = handle.QueryRowContext(ctx, query).Scan(&n)
		}
	} else {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(ctx, cfg.DatabaseURL); err == nil {
			defer conn.Close(ctx)
			err = conn.QueryRow(ctx, query).Scan(&n)
		}
	}
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// World is a small town of made-up people: a department, a ward, schools with
// a primary class 4A and a lower secondary class 7B each, and a bank.
type World struct {
	Department, Ward      string
	DepartmentPath        string
	Schools, Class4       []string
	Class7                []string
	Pupils4, Pupils7      [][]string // account ids by school
	Organizer, Checker    string     // staff accounts at the department
	Teacher               string     // staff account at the first school
	Bank                  string
	Questions             int
	SchoolPaths, Class7At []string // paths
}

// SchoolYear is the year of every class of a World.
const SchoolYear = "2026-2027"

// NewWorld fills an empty record with schools, each with a number of pupils in
// each class, and a bank of approved single-choice questions, whose right
// answer is the first option.
func NewWorld(t testing.TB, db *storage.DB, schools, pupils, questions int) World {
	t.Helper()
	w := World{Department: NewID(), Ward: NewID(), Bank: NewID(), Organizer: NewID(), Checker: NewID(), Teacher: NewID(), Questions: questions}
	w.DepartmentPath = "/" + w.Department + "/"
	wardPath := w.DepartmentPath + w.Ward + "/"
	unit(t, db, w.Department, "", w.DepartmentPath, "department", "Phòng Giáo dục Sông Xanh", 0)
	unit(t, db, w.Ward, w.Department, wardPath, "ward", "Phường Bờ Lúa", 0)
	for i := range schools {
		school, four, seven := NewID(), NewID(), NewID()
		path := wardPath + school + "/"
		unit(t, db, school, w.Ward, path, "school", fmt.Sprintf("Trường TH-THCS Cánh Diều %d", i+1), 0)
		unit(t, db, four, school, path+four+"/", "class", "4A", 4)
		unit(t, db, seven, school, path+seven+"/", "class", "7B", 7)
		w.Schools, w.Class4, w.Class7 = append(w.Schools, school), append(w.Class4, four), append(w.Class7, seven)
		w.SchoolPaths, w.Class7At = append(w.SchoolPaths, path), append(w.Class7At, path+seven+"/")
		w.Pupils4 = append(w.Pupils4, class(t, db, school, four, pupils, i, "2016-03-05"))
		w.Pupils7 = append(w.Pupils7, class(t, db, school, seven, pupils, i+50, "2013-09-12"))
	}
	account(t, db, w.Organizer, "staff", "Trần", "Ban Tổ Chức", "", w.Department)
	account(t, db, w.Checker, "staff", "Lê", "Người Duyệt", "", w.Department)
	account(t, db, w.Teacher, "staff", "Đỗ", "Cô Giáo", "", w.Schools[0])
	bank(t, db, w)
	return w
}

func unit(t testing.TB, db *storage.DB, id, parent, path, kind, name string, grade int) {
	t.Helper()
	var above any
	if parent != "" {
		above = parent
	}
	year := ""
	if kind == "class" {
		year = SchoolYear
	}
	Exec(t, db, `INSERT INTO units (id, parent_id, path, kind, code, name, name_fold, grade, school_year, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)`,
		id, above, path, kind, id[:8]+id[24:], name, strings.ToLower(name), grade, year)
}

func account(t testing.TB, db *storage.DB, id, kind, family, given, birth, home string) {
	t.Helper()
	name := family + " " + given
	Exec(t, db, `INSERT INTO accounts (id, kind, family_name, given_name, full_name, name_fold, birth_date, home_unit_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)`,
		id, kind, family, given, name, strings.ToLower(name), birth, home)
}

// Words that make the names of pupils; the middle name tells them apart.
var (
	familyNames = []string{"Nguyễn", "Trần", "Lê", "Phạm", "Vũ", "Đặng", "Bùi"}
	middleNames = []string{"Thị", "Văn", "Ngọc", "Minh", "Hoài", "Gia", "Khánh", "Thuỳ", "Đức", "Bảo", "Quỳnh"}
	givenNames  = []string{"An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Khoa", "Linh", "Mai", "Nam", "Oanh", "Phúc", "Quân"}
)

func class(t testing.TB, db *storage.DB, school, class string, pupils, salt int, birth string) []string {
	t.Helper()
	var ids []string
	for i := range pupils {
		id, n := NewID(), salt*31+i
		given := middleNames[n%len(middleNames)] + " " + givenNames[n%len(givenNames)]
		account(t, db, id, "pupil", familyNames[n%len(familyNames)], given, birth, school)
		Exec(t, db, `INSERT INTO enrolments (id, account_id, class_id, school_id, school_year, created_at) VALUES (?, ?, ?, ?, ?, 1)`,
			NewID(), id, class, school, SchoolYear)
		ids = append(ids, id)
	}
	return ids
}

func bank(t testing.TB, db *storage.DB, w World) {
	t.Helper()
	Exec(t, db, `INSERT INTO banks (id, unit_id, name, name_fold, created_at) VALUES (?, ?, ?, ?, 1)`, w.Bank, w.Department, "Luật Trẻ em", "luat tre em")
	for i := range w.Questions {
		id := NewID()
		topic := []string{"Luật Trẻ em", "An toàn mạng"}[i%2]
		Exec(t, db, `INSERT INTO questions (id, bank_id, state, current, approved, type, topic, stem_fold, fingerprint, author_id, created_at, changed_at) VALUES (?, ?, 'approved', 1, 1, 'single', ?, ?, ?, ?, 1, 1)`,
			id, w.Bank, topic, fmt.Sprint("cau hoi so ", i), fmt.Sprint("f", i), w.Organizer)
		Exec(t, db, `INSERT INTO question_versions (id, question_id, number, type, stem, options, answer_key, topic, author_id, created_at) VALUES (?, ?, 1, 'single', ?, ?, ?, ?, ?, 1)`,
			NewID(), id, fmt.Sprint("Câu hỏi số ", i), `[{"text":"Đúng nhất"},{"text":"Sai một"},{"text":"Sai hai"}]`, `{"choices":[0]}`, topic, w.Organizer)
	}
	if err := db.IndexQuestions(context.Background()); err != nil {
		t.Fatalf("index the bank: %v", err)
	}
}

// LockRow holds the lock of one Postgres row until the returned function is
// called.
func LockRow(t testing.TB, db *storage.DB, table, id string) (unlock func()) {
	t.Helper()
	at, _ := opened.Load(db)
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, at.(storage.Config).DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := conn.Begin(ctx)
	if err == nil {
		_, err = tx.Exec(ctx, "SELECT 1 FROM "+pgx.Identifier{table}.Sanitize()+" WHERE id = $1 FOR UPDATE", id)
	}
	if err != nil {
		t.Fatalf("lock a row: %v", err)
	}
	return func() {
		_ = tx.Commit(ctx)
		_ = conn.Close(ctx)
	}
}
