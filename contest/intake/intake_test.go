package intake_test

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"mangxanh/contest"
	"mangxanh/contest/bank"
	"mangxanh/contest/intake"
	"mangxanh/contest/intake/sheet"
	"mangxanh/contest/people"
	"mangxanh/storage"
	"mangxanh/storage/storagetest"
)

// update is the flag that itemtest gives the tests of every reader.
func update() bool { return flag.Lookup("update").Value.String() == "true" }

// office is a school with a bank and the people who fill them.
type office struct {
	*intake.Service
	banks    *bank.Service
	people   *people.Service
	db       *storage.DB
	school   people.Unit
	bank     bank.Bank
	author   contest.Actor // teacher of the school
	reviewer contest.Actor // another one
	head     contest.Actor // runs the school's roster
	stranger contest.Actor // everything, in another school
}

var now = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func newOffice(t *testing.T, db *storage.DB) *office {
	t.Helper()
	keys, err := people.NewKeys([]byte("a server secret for tests: 32 bytes or more"))
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	o := &office{db: db}
	o.people = &people.Service{Store: db, Keys: keys, Hashes: people.NewHasher(1, rand.Reader), Now: clock, NewID: storagetest.NewID, Random: rand.Reader}
	o.banks = &bank.Service{Store: db, Seats: db, Now: clock, NewID: storagetest.NewID}
	o.Service = &intake.Service{Store: db, Banks: o.banks, Schools: o.people, Now: clock, NewID: storagetest.NewID}
	ward := o.unit(t, people.Unit{Kind: people.Ward, Name: "Phường Hoàng Mai"})
	o.school = o.unit(t, people.Unit{ParentID: ward.ID, Kind: people.School, Name: "THCS Hoa Sen", Levels: []string{"THCS"}})
	other := o.unit(t, people.Unit{ParentID: ward.ID, Kind: people.School, Name: "THCS Hoa Mai", Levels: []string{"THCS"}})
	o.author = actor("author", contest.RoleTeacher, o.school)
	o.reviewer = actor("reviewer", contest.RoleTeacher, o.school)
	o.head = actor("head", contest.RoleSchool, o.school)
	o.stranger = actor("stranger", contest.RoleAdmin, other)
	if o.bank, err = o.banks.CreateBank(t.Context(), o.author, o.school.ID, "Ngân hàng chung"); err != nil {
		t.Fatal(err)
	}
	return o
}

func actor(id string, role contest.Role, u people.Unit) contest.Actor {
	return contest.Actor{AccountID: id, Kind: contest.Staff, Grants: []contest.Grant{{Role: role, UnitID: u.ID, UnitPath: u.Path}}}
}

func (o *office) unit(t *testing.T, u people.Unit) people.Unit {
	t.Helper()
	u.ID, u.Version, u.CreatedAt = storagetest.NewID(), 1, now
	parent := "/"
	if u.ParentID != "" {
		p, err := o.db.Unit(t.Context(), u.ParentID)
		if err != nil {
			t.Fatal(err)
		}
		parent = p.Path
	}
	u.Path = parent + u.ID + "/"
	if err := o.db.CreateUnit(t.Context(), contest.System, u); err != nil {
		t.Fatal(err)
	}
	return u
}

func eachOffice(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	storagetest.Each(t, func(t *testing.T, db *storage.DB) { test(t, newOffice(t, db)) })
}

func (o *office) questions(t *testing.T, data []byte) intake.Import {
	t.Helper()
	i, err := o.Stage(t.Context(), o.author, intake.Request{Kind: intake.Questions, BankID: o.bank.ID, FileName: "cau-hoi.csv", Data: data})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func (o *office) roster(t *testing.T, data []byte) intake.Import {
	t.Helper()
	i, err := o.Stage(t.Context(), o.head, intake.Request{Kind: intake.Roster, UnitID: o.school.ID, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func (o *office) rows(t *testing.T, id string, states ...intake.RowState) []intake.Row {
	t.Helper()
	rows, err := o.db.ImportRows(t.Context(), id, intake.RowFilter{States: states})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func dump(i intake.Import, rows []intake.Row) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s year %q columns %v dropped %q counts %+v\n", i.Kind, i.Format, i.SchoolYear, i.Columns, i.Dropped, i.Counts)
	say := func(list []intake.Problem) {
		for _, p := range list {
			fmt.Fprintf(&b, "    %s %s %q: %s", p.Severity, p.Code, p.Column, p.Vietnamese)
			if s := p.Params["suggestion"]; s != "" {
				fmt.Fprintf(&b, " -> %q", s)
			}
			b.WriteByte('\n')
		}
	}
	say(i.Problems)
	for _, r := range rows {
		fmt.Fprintf(&b, "row %d %s\n", r.Number, r.State)
		if i.Kind == intake.Roster {
			fmt.Fprintf(&b, "    %q\n", r.Cells)
		}
		say(r.Problems)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if update() {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

const header = "type,topic,age_band,difficulty,stem,option_a,option_b,option_c,option_d,key,explanation,source\n"

// Every planted fault is answered with its row, column and sentence.
func TestStageQuestionsGolden(t *testing.T) {
	o := newOffice(t, storagetest.SQLite(t))
	long := header + "single,T,8-10,nhan_biet," + strings.Repeat("Rất dài. ", 2300) + ",A1,B1,,,A,,\nsingle,T,8-10,nhan_biet,Ngắn?,A1,B1,,,A,,\n"
	for name, data := range map[string][]byte{
		"questions-vi":     intake.DemoQuestions(),
		"questions-broken": read(t, "questions-broken.csv"),
		"long-stem":        []byte(long),
		"same-stems":       []byte(header + "single,T,,,Câu một?,A1,B1,,,A,,\nsingle,T,,,câu  MỘT?,B1,A1,,,B,,\nsingle,T,,,Câu một?,A1,C1,,,A,,\n"),
		"vietnamese-words": []byte("Loại câu hỏi;Chủ đề;Mức độ;Câu hỏi;Phương án A;Phương án B;Phương án C;Đáp án\nMột đáp án;T;Nhận biết;Hỏi một?;x;y;z;b\nNhiều đáp án;T;Vận dụng cao;Hỏi hai?;x;y;z;a, c\nSắp xếp;T;;Hỏi ba?;x;y;z;CAB\nĐúng/Sai;T;;Hỏi bốn?;Đúng;Sai;;Sai\n;T;;Hỏi năm?;x;y;z;A\nĐiền số;T;;Hỏi sáu?;;;;3,14±0,01\nTrả lời ngắn;T;;Hỏi bảy?;;;;AI|trí tuệ nhân tạo\nTự luận;T;Khó;Hỏi tám?;x;;z;?\n"),
		"shifted":          []byte(header + "single,T,,,\"Chưa đóng?,A1,B1,,,A,,\nsingle,T,,,Một, hai?,A1,B1,,,A,,,\nsingle,T,,,Thiếu ô?,A1,B1,,,A\n"),
	} {
		i := o.questions(t, data)
		golden(t, name, dump(i, o.rows(t, i.ID)))
	}
}

func TestStageRosterGolden(t *testing.T) {
	o := newOffice(t, storagetest.SQLite(t))
	for name, data := range map[string][]byte{
		"roster-split": []byte("\uFEFFTRƯỜNG THCS HOA SEN;;;;;;\nDanh sách học sinh lớp 7A1 năm học 2026–2027;;;;;;\nSTT;Họ đệm;Tên;Ngày sinh;Nữ;Số định danh cá nhân;Ghi chú\n" +
			"1;Nguyễn\u00a0Thị Ánh;" + norm.NFD.String("Tuyết") + ";05/09/2014;x;001314000001;\n2;Đỗ;An;41640;;001314000002;\n3;Lê Văn;Bình;2014;;;\nTổng số: 3 em;;;;;;\n"),
		"roster-faults": []byte("Họ và tên,Ngày sinh,Giới tính,Lớp,Mã học sinh,Năm học\n" +
			"Nguyễn An,31/02/2014,Nam,7A1,00123,2026-2027\nTrần <b>,01/02/2014,?,7A1,124,2026–2027\nLê Bình,01/02/14,nữ,,00125,2025-2026\n" +
			"Đỗ Dũng,01/02/2014,Nam,Lớp 7a1,001214000001,\nĐỗ Dũng,1/2/2014,Nam,7A1,,\nVũ Em,3-4-2014,F,7A2,00126,\nVũ Oanh,13.12.2014,F,7A2,00126,\n=cmd,2014-05-06,,7A2,,\n"),
		"roster-classes": classes(t),
	} {
		i := o.roster(t, data)
		golden(t, name, dump(i, o.rows(t, i.ID)))
	}
}

// classes is a workbook with a sheet per class and nothing else naming them.
func classes(t *testing.T) []byte {
	t.Helper()
	data, err := sheet.Write(
		sheet.Sheet{Name: "7A1", Rows: [][]string{{"STT", "Họ và tên", "Ngày sinh"}, {"1", "Nguyễn An", "01/02/2014"}}},
		sheet.Sheet{Name: "Lớp 7A2", Rows: [][]string{{"STT", "Họ và tên", "Ngày sinh"}, {"1", "Nguyễn An", "01/02/2014"}, {"2", "Trần Hoà", "03/04/2014"}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A thousand rows with 37 planted faults: exactly these are listed, by row and
// column, they can be mended, and the sound ones are committed once.
func TestThousandRowsWithThirtySevenFaults(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		var b strings.Builder
		b.WriteString(header)
		var want []string
		for n := range 1000 {
			row := n + 2
			stem, optionB, key := fmt.Sprintf("Câu hỏi số %d là gì?", n), "hai", "A"
			if n%27 == 5 {
				switch fault := len(want) % 3; fault {
				case 0:
					key, want = "", append(want, fmt.Sprintf("%d key missing_key", row))
				case 1:
					optionB, want = " một\u00a0", append(want, fmt.Sprintf("%d option_b duplicate_options", row))
				case 2:
					stem, want = "\u200b", append(want, fmt.Sprintf("%d stem empty_stem", row))
				}
			}
			fmt.Fprintf(&b, "single,Chủ đề,11-15,nhan_biet,%s,một,%s,ba,,%s,,\n", stem, optionB, key)
		}
		if len(want) != 37 {
			t.Fatalf("%d faults planted", len(want))
		}
		i := o.questions(t, []byte(b.String()))
		wrong := o.rows(t, i.ID, intake.Wrong)
		var got []string
		for _, r := range wrong {
			for _, p := range r.Problems {
				got = append(got, fmt.Sprintf("%d %s %s", r.Number, p.Column, p.Code))
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
		if c := i.Counts; c.Ready != 963 || c.Errors != 37 || c.Rows != 1000 {
			t.Errorf("counts %+v", c)
		}
		o.pressTwice(t, i.ID)
		for n, r := range wrong[:3] {
			cells := map[string]string{"stem": fmt.Sprintf("Câu đã sửa %d?", n), "option_b": "hai", "key": "A"}
			if _, row, err := o.Fix(t.Context(), o.author, i.ID, r.Number, cells); err != nil || row.State != intake.Ready {
				t.Errorf("row %d after mending: %s %v %v", r.Number, row.State, row.Problems, err)
			}
		}
		after, err := o.Commit(t.Context(), o.author, i.ID, intake.OnlyReady)
		if err != nil || after.Outcome.Created != 966 || after.Counts.Errors != 34 {
			t.Errorf("second commit: %+v %+v, %v", after.Outcome, after.Counts, err)
		}
	})
}

// pressTwice commits at the same moment from eight places.
func (o *office) pressTwice(t *testing.T, id string) {
	t.Helper()
	if _, err := o.Commit(t.Context(), o.author, id, intake.OnlyAll); contest.CodeOf(err) != "has_errors" {
		t.Errorf("all with errors: %v", err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if i, err := o.Commit(context.Background(), o.author, id, intake.OnlyReady); err != nil || i.Outcome.Created != 963 {
				t.Errorf("commit: %+v, %v", i.Outcome, err)
			}
		})
	}
	wg.Wait()
	b, err := o.banks.Bank(t.Context(), o.author, o.bank.ID)
	if err != nil || b.Counts[bank.Draft] != 963 {
		t.Errorf("the bank holds %v, %v; want 963 drafts", b.Counts, err)
	}
}

func TestImportedQuestionsNeedASecondPerson(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		i := o.questions(t, intake.DemoQuestions())
		if _, err := o.Commit(ctx, o.author, i.ID, intake.OnlyAll); err != nil {
			t.Fatal(err)
		}
		drafts, _, err := o.banks.Questions(ctx, o.author, o.bank.ID, bank.Filter{State: bank.Draft}, contest.Page{Limit: 100})
		if err != nil || len(drafts) != 40 {
			t.Fatalf("%d drafts, %v", len(drafts), err)
		}
		var ids []string
		for _, q := range drafts {
			ids = append(ids, q.ID)
		}
		own, err := o.banks.ReviewAll(ctx, o.author, o.bank.ID, ids, bank.Approve)
		if err != nil || own[0].Code != "same_person" {
			t.Errorf("own approval: %v, %v", own, err)
		}
		if _, err := o.banks.ReviewAll(ctx, o.reviewer, o.bank.ID, ids, bank.Approve); err != nil {
			t.Fatal(err)
		}
		picks, err := o.db.Picks(ctx, o.bank.ID)
		if err != nil || len(picks) != 40 {
			t.Fatalf("%d in use, %v", len(picks), err)
		}
		versions, err := o.db.VersionsByIDs(ctx, []string{picks[3].VersionID, picks[0].VersionID, picks[3].VersionID})
		if err != nil || versions[1].ID != picks[0].VersionID || versions[2].ID != picks[3].VersionID {
			t.Errorf("versions by id: %v", err)
		}
		again := o.questions(t, intake.DemoQuestions())
		if again.Counts.Duplicates != 40 {
			t.Errorf("the same file again: %+v", again.Counts)
		}
		if _, err := o.Commit(ctx, o.author, again.ID, intake.OnlyAll); contest.CodeOf(err) != "nothing_ready" {
			t.Errorf("commit of duplicates: %v", err)
		}
		o.undo(t, o.author, i.ID)
		if picks, _ := o.db.Picks(ctx, o.bank.ID); len(picks) != 0 {
			t.Errorf("%d questions left after undo", len(picks))
		}
	})
}

// A question that a round may draw keeps the whole import. Planted defect it
// has caught: deleting before looking, which left half an import behind.
func TestUndoIsRefusedWhileInUse(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		i := o.questions(t, intake.DemoQuestions())
		if _, err := o.Commit(ctx, o.author, i.ID, intake.OnlyAll); err != nil {
			t.Fatal(err)
		}
		questions, _, err := o.banks.Questions(ctx, o.author, o.bank.ID, bank.Filter{}, contest.Page{})
		if err != nil {
			t.Fatal(err)
		}
		storagetest.Exec(t, o.db, `INSERT INTO contests (id, unit_id, slug, title, state, rule_sheet, tie_seed, actor_id, created_at) VALUES ('c', ?, 'c', 'c', 'draft', '{}', 's', 'a', 1)`, o.school.ID)
		storagetest.Exec(t, o.db, `INSERT INTO rounds (id, contest_id, position, name, slug, kind, opens_at, closes_at, created_at) VALUES ('r', 'c', 1, 'r', 'r', 'quiz', 1, 2, 1)`)
		storagetest.Exec(t, o.db, `INSERT INTO round_pool (round_id, position, line_id, version_id) VALUES ('r', 0, 'l', ?)`, questions[0].Newest.ID)
		if _, err := o.Undo(ctx, o.author, i.ID); contest.CodeOf(err) != "in_use" {
			t.Errorf("undo: %v, want in_use", err)
		}
		after, err := o.Import(ctx, o.author, i.ID)
		if err != nil || after.State != intake.Committed || after.Counts.Committed != 40 {
			t.Errorf("after the refusal: %s %+v, %v", after.State, after.Counts, err)
		}
		if b, err := o.banks.Bank(ctx, o.author, o.bank.ID); err != nil || b.Counts[bank.Draft] != 40 {
			t.Errorf("the bank holds %v, %v", b.Counts, err)
		}
	})
}

func (o *office) undo(t *testing.T, who contest.Actor, id string) {
	t.Helper()
	for range 2 {
		if i, err := o.Undo(t.Context(), who, id); err != nil || i.State != intake.Undone {
			t.Fatalf("undo: %s, %v", i.State, err)
		}
	}
	if _, err := o.Commit(t.Context(), who, id, intake.OnlyReady); contest.CodeOf(err) != "import_undone" {
		t.Errorf("commit after undo: %v", err)
	}
	if err := o.Discard(t.Context(), who, id); err != nil {
		t.Errorf("discard after undo: %v", err)
	}
}

func TestRosterIsCommittedAndTakenBack(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		i := o.roster(t, classes(t))
		i, err := o.Commit(ctx, o.head, i.ID, intake.OnlyAll)
		if err != nil || i.Outcome.Created != 3 {
			t.Fatalf("commit: %+v, %v", i.Outcome, err)
		}
		list := func() (names []string) {
			lines, _, err := o.people.PupilsOf(ctx, o.head, o.school.ID, "2026-2027", "", contest.Page{})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				names = append(names, l.ClassName+" "+l.Account.FullName+" "+l.Account.BirthDate)
			}
			return names
		}
		want := []string{"7A1 Nguyễn An 2014-02-01", "7A2 Nguyễn An 2014-02-01", "7A2 Trần Hoà 2014-04-03"}
		if got := list(); !slices.Equal(got, want) {
			t.Errorf("pupils %q, want %q", got, want)
		}
		second := o.roster(t, classes(t))
		if second, err = o.Commit(ctx, o.head, second.ID, intake.OnlyReady); err != nil || second.Outcome != (intake.Outcome{Skipped: 3}) {
			t.Errorf("the same file again: %+v, %v", second.Outcome, err)
		}
		o.undo(t, o.head, i.ID)
		if got := list(); len(got) != 0 {
			t.Errorf("after undo: %q", got)
		}
	})
}

// The list holds what one may go on with, newest first, with counts and names.
// Planted defects: rosters shown to who only writes questions, the counts of
// one import given to another, a page that repeats a line.
func TestImportsAreListed(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		roster := o.roster(t, classes(t))
		questions := o.questions(t, intake.DemoQuestions())
		second := o.roster(t, classes(t))
		if _, err := o.Commit(ctx, o.head, roster.ID, intake.OnlyAll); err != nil {
			t.Fatal(err)
		}
		list := func(who contest.Actor, kind intake.Kind, state intake.State) (ids []string) {
			t.Helper()
			for page := (contest.Page{Limit: 1}); ; {
				found, next, err := o.Imports(ctx, who, kind, state, page)
				if err != nil {
					t.Fatal(err)
				}
				for _, i := range found {
					if i.Unit == "" || i.Counts.Rows == 0 || (i.Bank == "") != (i.Kind == intake.Roster) {
						t.Errorf("a line says too little: %+v", i)
					}
					ids = append(ids, i.ID)
				}
				if page.Cursor = next; next == "" {
					return ids
				}
			}
		}
		for _, c := range []struct {
			who   contest.Actor
			kind  intake.Kind
			state intake.State
			want  []string
		}{
			{o.author, "", "", []string{questions.ID}},
			{o.author, intake.Roster, "", nil},
			{o.head, "", "", []string{second.ID, roster.ID}},
			{o.head, intake.Questions, "", nil},
			{o.head, "", intake.Staged, []string{second.ID}},
			{o.head, intake.Roster, intake.Committed, []string{roster.ID}},
			{o.head, "", intake.Undone, nil},
			{contest.Actor{AccountID: "pupil"}, "", "", nil},
		} {
			if got := list(c.who, c.kind, c.state); !slices.Equal(got, c.want) {
				t.Errorf("%q %q: %q, want %q", c.kind, c.state, got, c.want)
			}
		}
		found, _, err := o.Imports(ctx, o.head, intake.Roster, intake.Committed, contest.Page{})
		if err != nil || found[0].Counts.Committed != 3 || found[0].Outcome.Created != 3 || found[0].Done.IsZero() {
			t.Errorf("%+v, %v", found, err)
		}
	})
}
