package check

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// pageRule is a pattern that must not appear in the interface's sources.
type pageRule struct {
	pattern *regexp.Regexp
	exts    []string
	why     string
}

var pageRules = []pageRule{
	{regexp.MustCompile(`\sstyle\s*=\s*("[^"{]*"|'[^'{]*')`), []string{".svelte", ".html"}, "a static style attribute breaks the content security policy: use a class or style:prop={…}"},
	{regexp.MustCompile(`\{@html`), []string{".svelte"}, "{@html} throws under Trusted Types: use the content helper of trusted.ts"},
	{regexp.MustCompile(`[ăâđêôơưĂÂĐÊÔƠƯàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵÀÁẢÃẠẰẮẲẴẶẦẤẨẪẬÈÉẺẼẸỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌỒỐỔỖỘỜỚỞỠỢÙÚỦŨỤỪỨỬỮỰỲÝỶỸỴ]`), []string{".svelte", ".ts"}, "words for people live in src/i18n, in both languages"},
	{regexp.MustCompile(`\bhttps?://[a-z0-9.-]*(googleapis|gstatic|jsdelivr|unpkg|cdnjs|cloudflare)\.`), []string{".svelte", ".ts", ".html", ".css"}, "no third-party hosts: a child's phone talks to us alone"},
}

// productName is a name, not a word to translate.
const productName = "Mạng Xanh"

// comment is a line that no browser shows to anyone.
var comment = regexp.MustCompile(`^\s*(//|/\*|\*|<!--)`)

func TestInterfaceSources(t *testing.T) {
	dir, err := root()
	if err != nil {
		t.Fatal(err)
	}
	src := filepath.Join(dir, "frontend", "src")
	if _, err := os.Stat(src); os.IsNotExist(err) {
		return // nothing written yet, nothing to hold against it
	}
	err = filepath.WalkDir(src, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		short, _ := filepath.Rel(src, path)
		short = filepath.ToSlash(short)
		if strings.HasPrefix(short, "i18n/") || strings.HasSuffix(short, ".test.ts") || strings.HasSuffix(short, ".d.ts") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, found := range pageFaults(filepath.Ext(path), string(text)) {
			t.Errorf("frontend/src/%s%s", short, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func pageFaults(ext, text string) []string {
	var found []string
	for i, line := range strings.Split(text, "\n") {
		if comment.MatchString(line) {
			continue
		}
		line = strings.ReplaceAll(line, productName, "")
		for _, r := range pageRules {
			if slices.Contains(r.exts, ext) && r.pattern.MatchString(line) {
				found = append(found, ":"+strconv.Itoa(i+1)+": "+r.why)
			}
		}
	}
	return found
}

func TestPageRules(t *testing.T) {
	for _, c := range []struct {
		ext, line string
		faults    int
	}{
		{".svelte", `<p style="color: red">x</p>`, 1},
		{".svelte", `<p style="color: {c}">x</p>`, 0},
		{".svelte", `<p style:color={c}>x</p>`, 0},
		{".svelte", `<div>{@html text}</div>`, 1},
		{".svelte", `<button>Nộp bài</button>`, 1},
		{".svelte", `<button>{t('submit')}</button>`, 0},
		{".ts", `/** 1 giờ 5 phút */`, 0},
		{".svelte", `<span>Mạng Xanh</span>`, 0},
		{".ts", `const x = 'Đã lưu'`, 1},
	} {
		if got := pageFaults(c.ext, c.line); len(got) != c.faults {
			t.Errorf("%s: got %v, want %d faults", c.line, got, c.faults)
		}
	}
}
