package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"mangxanh/contest"
	"mangxanh/contest/intake"
	"mangxanh/contest/people"
	"mangxanh/storage/storagetest"
	"mangxanh/storage/storagetest/redistest"
)

// office is a demo that an operator works on from the shell.
type office struct {
	t     *testing.T
	flags []string
	dir   string
	bank  string
	class people.Unit
	round string // has an official result
}

// eachOffice runs a test on both kinds of record.
func eachOffice(t *testing.T, test func(o *office)) {
	for name, url := range map[string]string{"sqlite": "", "postgres": storagetest.PostgresURL(t)} {
		t.Run(name, func(t *testing.T) {
			o := &office{t: t, dir: t.TempDir(), flags: []string{"--log-level", "error"}}
			o.flags = append(o.flags, "--data-dir", o.dir)
			if url != "" {
				o.flags = append(o.flags, "--database-url", url)
			}
			t.Setenv("MANGXANH_DEMO_PASSWORD", "mot-mat-khau-dai")
			o.must("demo", "--pupils", "12")
			o.look(url)
			test(o)
		})
	}
}

// look finds the ids that the staff pages would show.
func (o *office) look(url string) {
	p, err := assemble(o.t.Context(), Settings{Addr: "127.0.0.1:1", DataDir: o.dir, DatabaseURL: url, LogLevel: "error"}, o.t.Output())
	o.check(err)
	defer p.close()
	ctx, page := o.t.Context(), contest.Page{Limit: 50}
	banks, _, err := p.services.bank.Banks(ctx, shell("/"), page)
	o.check(err)
	o.bank = banks[0].ID
	schools, _, err := p.services.people.UnitsFor(ctx, shell("/"), people.UnitFilter{Kind: people.School}, page)
	o.check(err)
	o.class = schools[0]
	contests, _, err := p.services.contests.ForStaff(ctx, shell("/"), "", page)
	o.check(err)
	for _, c := range contests {
		for _, r := range c.Contest.Rounds {
			if r.OfficialVersion > 0 {
				o.round = r.ID
			}
		}
	}
	if o.round == "" {
		o.t.Fatal("the demo holds no official result")
	}
}

func (o *office) check(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// run does one command and returns what it printed.
func (o *office) run(args ...string) (string, error) {
	o.t.Helper()
	var out bytes.Buffer
	err := run(o.t.Context(), append(args, o.flags...), &out, o.t.Output())
	return out.String(), err
}

func (o *office) must(args ...string) string {
	o.t.Helper()
	out, err := o.run(args...)
	if err != nil {
		o.t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return out
}

// refused fails unless the command is refused with words that hold want.
func (o *office) refused(want string, args ...string) string {
	o.t.Helper()
	out, err := o.run(args...)
	if err == nil || !strings.Contains(err.Error(), want) {
		o.t.Errorf("%v: %v, want a refusal that says %q\n%s", args, err, want, out)
	}
	return out
}

func (o *office) has(text string, wants ...string) {
	o.t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			o.t.Errorf("printed\n%s\nwithout %q", text, want)
		}
	}
}

func (o *office) file(name, text string) string {
	o.t.Helper()
	path := filepath.Join(o.dir, name)
	o.check(os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestImportQuestionsFromTheShell(t *testing.T) {
	eachOffice(t, func(o *office) {
		broken := filepath.Join("..", "..", "contest", "intake", "testdata", "questions-broken.csv")
		staged := o.must("import", broken, "--bank", o.bank)
		o.has(staged, "row 2: column key:", "10 rows: 0 ready, 3 with warnings, 7 with errors", "Staged as ")
		o.refused("7 rows have errors", "import", broken, "--bank", o.bank, "--commit")
		o.refused("--only-valid belongs to --commit", "import", broken, "--bank", o.bank, "--only-valid")
		o.refused("missing flags", "import", broken)
		o.refused("can't be used together", "import", broken, "--bank", o.bank, "--unit", o.class.ID)
		rejected := filepath.Join(o.dir, "rejected.csv")
		done := o.must("import", broken, "--bank", o.bank, "--commit", "--only-valid", "--rejected", rejected)
		o.has(done, "3 created, 0 updated, 0 left out", "Written to "+rejected)
		left, err := os.ReadFile(rejected)
		o.check(err)
		if lines := strings.Count(string(left), "\r\n"); lines < 8 {
			o.t.Errorf("the file of rejected rows has %d lines", lines)
		}
		o.refused("bank", "import", broken, "--bank", uuid.NewString())
	})
}

func TestImportARosterFromTheShell(t *testing.T) {
	eachOffice(t, func(o *office) {
		roster := o.file("ds.csv", "STT,Họ và tên,Ngày sinh,Giới tính,Lớp,Mã học sinh\n1,Nguyễn Thị Thử,05/03/2013,Nữ,7A1,HS-901\n2,Trần Văn Nghiệm,06/04/2013,Nam,7A1,HS-902\n")
		o.has(o.must("import", roster, "--unit", o.class.ID, "--commit"), "2 rows: 2 ready", "2 created")
		o.has(o.must("import", roster, "--unit", o.class.ID, "--commit"), "0 created, 0 updated, 2 left out")
		o.refused("unit", "import", roster, "--unit", uuid.NewString())
		o.refused("", "import", o.file("leer.csv", "\n"), "--unit", o.class.ID)
		o.refused("larger than", "import", o.file("big.csv", strings.Repeat("x", intake.MaxBytes+1)), "--unit", o.class.ID)
	})
}

// What a bank is written as is read back as the same questions: all of them
// repeat what the bank holds.
func TestExportedBankIsReadBackAsTheSame(t *testing.T) {
	eachOffice(t, func(o *office) {
		book := filepath.Join(o.dir, "bank.xlsx")
		said := o.must("export", "bank", book, "--bank", o.bank)
		count := regexp.MustCompile(`(?m)^(\d+) questions\.`).FindStringSubmatch(said)
		if count == nil || count[1] == "0" {
			o.t.Fatalf("printed %s", said)
		}
		o.has(o.must("import", book, "--bank", o.bank), count[1]+" rows: 0 ready, 0 with warnings, 0 with errors, "+count[1]+" that repeat something.")
		o.refused("exists already", "export", "bank", book, "--bank", o.bank)
		o.refused("written as .xlsx", "export", "bank", filepath.Join(o.dir, "bank.pdf"), "--bank", o.bank)
		o.refused("bank", "export", "bank", filepath.Join(o.dir, "none.xlsx"), "--bank", uuid.NewString())
	})
}

func TestExportResultsFromTheShell(t *testing.T) {
	eachOffice(t, func(o *office) {
		for _, name := range []string{"r.csv", "r.xlsx"} {
			file := filepath.Join(o.dir, name)
			o.has(o.must("export", "results", file, "--round", o.round), "version 1 (official)", "Written to "+file)
			if info, err := os.Stat(file); err != nil || info.Size() < 500 || info.Mode().Perm() != 0o600 {
				o.t.Errorf("%s: %+v, %v", name, info, err)
			}
		}
		o.refused("no version 9", "export", "results", filepath.Join(o.dir, "x.csv"), "--round", o.round, "--version", "9")
		o.refused("round", "export", "results", filepath.Join(o.dir, "x.csv"), "--round", uuid.NewString())
		o.refused(".csv or .xlsx", "export", "results", filepath.Join(o.dir, "x.txt"), "--round", o.round)
		o.refused("exists already", "export", "results", filepath.Join(o.dir, "r.csv"), "--round", o.round)
		stopped, cancel := context.WithCancel(o.t.Context())
		cancel()
		err := run(stopped, append([]string{"export", "results", filepath.Join(o.dir, "c.csv"), "--round", o.round}, o.flags...), o.t.Output(), o.t.Output())
		left, _ := filepath.Glob(filepath.Join(o.dir, "c.csv*"))
		if !errors.Is(err, context.Canceled) || left != nil {
			o.t.Errorf("a cancelled export: %v, files %v", err, left)
		}
	})
}

func TestRebuildABoardFromTheShell(t *testing.T) {
	eachOffice(t, func(o *office) {
		o.refused("live in the serving process", "board", "rebuild", "--round", o.round)
		o.flags = append(o.flags, "--redis-url", redistest.Start(o.t))
		o.has(o.must("board", "rebuild", "--round", o.round), "Done in")
		o.refused("leaderboard of", "board", "rebuild", "--round", uuid.NewString())
	})
}
