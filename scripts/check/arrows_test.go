package check

import (
	"slices"
	"strings"
	"testing"
)

// A row says what one package may import: inside names packages of this
// module ("contest/..." takes all below and itself), outside names modules of
// others. The standard library is free to all but the domain, which knows
// neither HTTP nor SQL.
type row struct {
	inside  []string
	outside []string
}

const (
	xcrypto    = "golang.org/x/crypto"
	xtext      = "golang.org/x/text"
	gormCore   = "gorm.io/gorm"
	pgx        = "github.com/jackc/pgx/v5"
	fiberMod   = "github.com/gofiber/fiber/v2"
	fasthttp   = "github.com/valyala/fasthttp"
	humaMod    = "github.com/danielgtaylor/huma/v2"
	redisMod   = "github.com/redis/go-redis/v9"
	uuid       = "github.com/google/uuid"
	prometheus = "github.com/prometheus/client_golang"
)

// arrows is the import table of the house. A new package fails the test until
// it is given a row: that is deliberate friction.
var arrows = map[string]row{
	"scoring":                 {},
	"scoring/board":           {inside: []string{"scoring"}, outside: []string{"github.com/tidwall/btree"}},
	"scoring/board/boardtest": {inside: []string{"scoring", "scoring/board"}, outside: testModules},

	"contest":                   {inside: []string{"scoring", "contest/text"}},
	"contest/text":              {outside: []string{xtext}},
	"contest/markup":            {},
	"contest/people":            {inside: []string{"contest", "contest/text"}, outside: []string{xcrypto}},
	"contest/media":             {inside: []string{"contest"}},
	"contest/bank":              {inside: []string{"contest", "contest/markup", "contest/media", "contest/text", "scoring"}},
	"contest/intake":            {inside: []string{"contest", "contest/text", "contest/bank", "contest/people", "contest/intake/...", "contest/markup", "contest/text/legacy", "scoring"}},
	"contest/intake/sheet":      {inside: []string{"contest", "contest/text"}, outside: []string{"github.com/xuri/excelize/v2", xtext}},
	"contest/attempt":           {inside: []string{"contest", "contest/bank", "scoring"}},
	"contest/itemstat":          {inside: []string{"contest", "contest/bank", "contest/attempt", "scoring"}},
	"contest/standing":          {inside: []string{"contest", "contest/text", "scoring", "scoring/board"}},
	"contest/standing/sheetout": {inside: []string{"contest", "contest/standing"}, outside: []string{"github.com/xuri/excelize/v2"}},
	"contest/print":             {inside: []string{"contest", "contest/text"}, outside: []string{"codeberg.org/go-pdf/fpdf", "rsc.io/qr"}},

	// Readers of question files: each hands over items, none knows imports.
	"contest/text/legacy":          {outside: []string{xtext}},
	"contest/intake/archive":       {inside: []string{"contest"}},
	"contest/intake/tree":          {inside: []string{"contest", "contest/text/legacy"}},
	"contest/intake/rich":          {inside: []string{"contest/markup"}, outside: []string{xtext, "golang.org/x/net"}},
	"contest/intake/item":          {inside: []string{"contest", "contest/bank", "scoring"}},
	"contest/intake/item/itemtest": {inside: []string{"contest", "contest/bank", "contest/intake/item", "contest/markup", "scoring"}},
	"contest/intake/prose":         {inside: []string{"contest", "contest/bank", "contest/intake/item", "contest/intake/rich", "contest/text/legacy", "scoring"}, outside: []string{xtext}},
	"contest/intake/docx":          {inside: []string{"contest", "contest/bank", "contest/text", "scoring", "contest/intake/archive", "contest/intake/item", "contest/intake/prose", "contest/intake/rich", "contest/intake/tree", "contest/text/legacy"}},
	"contest/intake/fragment":      {inside: []string{"contest", "contest/intake/item", "contest/intake/rich", "contest/markup", "contest/text/legacy"}, outside: []string{xtext}},
	"contest/intake/aiken":         {inside: []string{"contest/bank", "contest/intake/fragment", "contest/intake/item", "scoring"}},
	"contest/intake/quiz":          {inside: []string{"contest/bank", "contest/intake/fragment", "contest/intake/item", "scoring"}},
	"contest/intake/gift":          {inside: []string{"contest/bank", "contest/intake/fragment", "contest/intake/item", "contest/intake/quiz", "scoring"}},
	"contest/intake/moodlexml":     {inside: []string{"contest", "contest/bank", "contest/intake/fragment", "contest/intake/item", "contest/intake/quiz", "contest/intake/tree", "contest/markup", "contest/text/legacy", "scoring"}},

	"contest/intake/mxjson": {inside: []string{"contest", "contest/bank", "contest/intake/item", "scoring"}},

	"contest/intake/qti": {inside: []string{"contest", "contest/bank", "contest/intake/archive", "contest/intake/fragment", "contest/intake/item", "contest/intake/tree", "contest/markup", "scoring"}},

	// Where questions leave: it knows every writer.
	"contest/export": {inside: []string{"contest", "contest/bank", "contest/intake", "contest/intake/...", "contest/text"}},

	"storage": {
		inside: []string{"contest/...", "scoring", "storage/migration"},
		outside: []string{
			gormCore, "gorm.io/driver/postgres", "gorm.io/driver/sqlite", "modernc.org/sqlite", pgx,
			"github.com/pressly/goose/v3",
		},
	},
	"storage/migration":   {},
	"storage/redisboard":  {inside: []string{"scoring", "scoring/board"}, outside: []string{redisMod}},
	"storage/storagetest": {inside: []string{"storage", "storage/migration", "contest"}, outside: []string{pgx, uuid, "github.com/pressly/goose/v3"}},

	"storage/storagetest/redistest": {},

	"api": {
		inside:  []string{"contest/...", "scoring/...", "api/token"},
		outside: []string{fiberMod, fasthttp, humaMod},
	},
	"api/token": {inside: []string{"contest"}, outside: []string{"github.com/golang-jwt/jwt/v5"}},

	"frontend": {},

	"cmd/mangxanh": {
		inside:  []string{"contest/...", "scoring/...", "storage/...", "api/...", "frontend"},
		outside: []string{"github.com/alecthomas/kong", prometheus, uuid, redisMod},
	},

	// The load program speaks the contract over HTTP like any phone: it knows
	// none of our packages, so that it cannot share their mistakes.
	"cmd/loadtest": {outside: []string{fasthttp, fiberMod, pgx, "modernc.org/sqlite"}},

	"scripts/check": {outside: []string{"github.com/compose-spec/compose-go/v2"}},
}

// testModules may be imported by any test beside what the package's row holds.
var testModules = []string{
	"github.com/google/go-cmp",
	"pgregory.net/rapid",
	"go.uber.org/goleak",
	"github.com/alicebob/miniredis/v2",
}

// notForDomain are standard packages that would bring HTTP or SQL into the
// pure middle of the house.
var notForDomain = []string{"net/http", "database/sql"}

func TestImportsFollowTheArrows(t *testing.T) {
	for _, p := range mustPackages(t) {
		r, known := arrows[p.short()]
		if !known {
			t.Errorf("%s has no row in the arrow table of scripts/check: give it one and say what it may import", p.ImportPath)
			continue
		}
		for _, path := range p.Imports {
			if why := refused(p.short(), r, path); why != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, path, why)
			}
		}
		for _, path := range p.TestImports {
			if anyWithin(path, testModules) || path == p.ImportPath {
				continue
			}
			if why := refused(p.short(), r, path); why != "" {
				t.Errorf("%s imports %s in a test inside the package: %s (only a %s_test package may import upwards)", p.ImportPath, path, why, p.Name)
			}
		}
	}
}

// refused says why a package with row r may not import path; "" allows it.
func refused(pkg string, r row, path string) string {
	if path == "C" {
		return "the product builds without cgo"
	}
	if !strings.Contains(strings.Split(path, "/")[0], ".") && !within(path, modulePath) {
		if domain(pkg) && anyWithin(path, notForDomain) {
			return "the domain knows no HTTP and no SQL"
		}
		return ""
	}
	if within(path, modulePath) {
		if slices.ContainsFunc(r.inside, func(allowed string) bool { return insideMatches(allowed, path) }) {
			return ""
		}
		return "its row allows of this module only " + listed(r.inside)
	}
	if anyWithin(path, r.outside) {
		return ""
	}
	return "its row allows of other modules only " + listed(r.outside)
}

func insideMatches(allowed, path string) bool {
	path = strings.TrimPrefix(path, modulePath+"/")
	if all, found := strings.CutSuffix(allowed, "/..."); found {
		return within(path, all)
	}
	return path == allowed
}

func anyWithin(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return within(path, p) })
}

func listed(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// The rule itself is tried on imports that must and must not pass, so that a
// mistake in the matching cannot make the whole table say yes.
func TestArrowRule(t *testing.T) {
	cases := []struct {
		pkg, path string
		allowed   bool
	}{
		{"contest", "mangxanh/scoring", true},
		{"contest", "mangxanh/storage", false},
		{"contest", "gorm.io/gorm", false},
		{"contest", "net/http", false},
		{"contest", "net/url", true},
		{"contest/attempt", "mangxanh/contest/bank", true},
		{"contest/attempt", "mangxanh/contest/people", false},
		{"contest/intake", "mangxanh/contest/intake/sheet", true},
		{"storage", "mangxanh/contest/attempt", true},
		{"storage", "mangxanh/api", false},
		{"api", "mangxanh/storage", false},
		{"api", "github.com/gofiber/fiber/v2/middleware/recover", true},
		{"api", "github.com/gofiber/fiber/v3", false},
		{"scoring", "C", false},
	}
	for _, c := range cases {
		why := refused(c.pkg, arrows[c.pkg], c.path)
		if (why == "") != c.allowed {
			t.Errorf("%s importing %s: got %q, want allowed %v", c.pkg, c.path, why, c.allowed)
		}
	}
}
