package check

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors are the oldest versions without a known fault that reaches us.
var floors = map[string]string{
	"github.com/gofiber/fiber/v2":        "2.52.15",
	"github.com/valyala/fasthttp":        "1.78.0",
	"github.com/golang-jwt/jwt/v5":       "5.2.2",
	"github.com/redis/go-redis/v9":       "9.7.3",
	"github.com/jackc/pgx/v5":            "5.9.2",
	"gorm.io/gorm":                       "1.31.2",
	"github.com/xuri/excelize/v2":        "2.11.0",
	"github.com/microcosm-cc/bluemonday": "1.0.16",
	"golang.org/x/net":                   "0.56.0",
	"golang.org/x/text":                  "0.39.0",
	"golang.org/x/image":                 "0.45.0",
}

// pinned must be exactly this and be named in go.mod: Fiber alone would ask
// for a fasthttp that accepts ambiguous requests.
var pinned = map[string]string{"github.com/valyala/fasthttp": "1.78.0"}

// goFloor is the oldest toolchain without a known fault that reaches us.
const goFloor = "1.26.0"

type goMod struct {
	Go      string
	Require []struct{ Path, Version string }
	Replace []struct {
		Old, New struct{ Path, Version string }
	}
}

func readGoMod(t *testing.T) (goMod, map[string]string) {
	t.Helper()
	out, err := goCommand("mod", "edit", "-json")
	if err != nil {
		t.Fatalf("read go.mod: %v", err)
	}
	var mod goMod
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatalf("read go.mod: %v", err)
	}
	versions := map[string]string{}
	for _, r := range mod.Require {
		versions[r.Path] = strings.TrimPrefix(r.Version, "v")
	}
	return mod, versions
}

func TestVersionsAreAboveTheFloors(t *testing.T) {
	mod, versions := readGoMod(t)
	if older(mod.Go, goFloor) {
		t.Errorf("go %s in go.mod, want at least %s", mod.Go, goFloor)
	}
	if len(mod.Replace) > 0 {
		t.Errorf("go.mod replaces %v: a clone elsewhere would build something else", mod.Replace)
	}
	for path, floor := range floors {
		if got, used := versions[path]; used && older(got, floor) {
			t.Errorf("%s %s, want at least %s", path, got, floor)
		}
	}
	for path, want := range pinned {
		if got := versions[path]; got != want {
			t.Errorf("%s %q in go.mod, want exactly %s", path, got, want)
		}
	}
}

// modernc.org/sqlite is translated C that runs on one exact modernc.org/libc;
// another one builds and then corrupts memory.
func TestLibcIsTheOneThatSQLiteAsksFor(t *testing.T) {
	_, versions := readGoMod(t)
	file, err := goCommand("list", "-m", "-f", "{{.GoMod}}", "modernc.org/sqlite")
	if err != nil {
		t.Fatalf("find the go.mod of modernc.org/sqlite: %v", err)
	}
	text, err := os.ReadFile(string(bytes.TrimSpace(file)))
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`modernc\.org/libc v(\S+)`).FindSubmatch(text)
	if asked == nil {
		t.Fatal("modernc.org/sqlite asks for no modernc.org/libc")
	}
	if got, want := versions["modernc.org/libc"], string(asked[1]); got != want {
		t.Errorf("modernc.org/libc %s in go.mod, want exactly %s, as modernc.org/sqlite %s asks", got, want, versions["modernc.org/sqlite"])
	}
}

// Numbers may be left out and landed later: the migrator applies what is
// missing, whatever its number. Two files of one number would be one too many.
func TestMigrationsAreNumberedWithoutDoubles(t *testing.T) {
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "storage", "migration", "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	name := regexp.MustCompile(`^(\d{5})_[a-z0-9_]+\.sql$`)
	last := 0
	for _, file := range files {
		m := name.FindStringSubmatch(filepath.Base(file))
		if m == nil {
			t.Errorf("%s: a migration is named 00001_what_it_does.sql", filepath.Base(file))
			continue
		}
		n, _ := strconv.Atoi(m[1])
		if n <= last {
			t.Errorf("%s: number %d is taken", filepath.Base(file), n)
		}
		last = n
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("+goose Down")) {
			t.Errorf("%s goes down: migrations are forward only", filepath.Base(file))
		}
	}
}

// older compares dotted versions number by number; a pre-release part counts
// as its release, which is what a floor needs.
func older(a, b string) bool {
	as, bs := numbers(a), numbers(b)
	return slices.Compare(as, bs) < 0
}

func numbers(v string) []int {
	v, _, _ = strings.Cut(strings.TrimPrefix(v, "v"), "-")
	var ns []int
	for _, part := range strings.Split(v, ".") {
		n, _ := strconv.Atoi(part)
		ns = append(ns, n)
	}
	return ns
}

func TestOlder(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{{"1.9.0", "1.10.0", true}, {"1.10.0", "1.9.0", false}, {"1.78.0", "1.78.0", false}, {"1.26", "1.26.6", true}, {"2.0.0-rc1", "1.99.0", false}} {
		if got := older(c.a, c.b); got != c.want {
			t.Errorf("older(%s, %s) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}
