package markup_test

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mangxanh/contest/markup"
)

const picture = "k3jq7v2mzpw6c4ya5rhtx8bn2d-720x405"

func TestHTML(t *testing.T) {
	img := `<img src="/media/` + picture + `" alt="Sơ đồ &#34;lớp&#34;" width="720" height="405">`
	for source, want := range map[string]string{
		"Một câu.":                      "Một câu.",
		"Một\nhai":                      "Một<br>hai",
		"Một\n\nhai":                    "<p>Một</p><p>hai</p>",
		"**đậm** và *nghiêng*":          "<b>đậm</b> và <i>nghiêng</i>",
		"**đậm *cả hai* đậm**":          "<b>đậm <i>cả hai</i> đậm</b>",
		"***cả hai***":                  "<b><i>cả hai</i></b>",
		"2 * 3 * 4 và 5*":               "2 * 3 * 4 và 5*",
		"a ** b **c":                    "a ** b **c",
		`\*không\* \<b>`:                "*không* &lt;b&gt;",
		"H<sub>2</sub>O, m<sup>2</sup>": "H<sub>2</sub>O, m<sup>2</sup>",
		"<strong>a</strong><EM>b</em>":  "<b>a</b><i>b</i>",
		"<b>a <i>b</b> c</i>":           "<b>a <i>b</i></b> c",
		"<u>chưa đóng":                  "<u>chưa đóng</u>",
		"a<br>b<br/>c":                  "a<br>b<br>c",
		"- một\n- hai":                  "<ul><li>một</li><li>hai</li></ul>",
		"1. một\n2. hai":                "<ol><li>một</li><li>hai</li></ol>",
		"3) ba\n4) bốn":                 `<ol start="3"><li>ba</li><li>bốn</li></ol>`,
		"- a\n  - b\n  - c\n- d":        "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>",
		"Nêu:\n- a\n- b\n\nHết.":        "<p>Nêu:</p><ul><li>a</li><li>b</li></ul><p>Hết.</p>",
		"- a\n\n  thêm\n- b":            "<ul><li>a<p>thêm</p></li><li>b</li></ul>",
		"<ul><li>a<li>b</ul>c":          "<ul><li>a</li><li>b</li></ul><p>c</p>",
		"<p>a</p><p>b":                  "<p>a</p><p>b</p>",
		"<li>lạc":                       "<ul><li>lạc</li></ul>",
		"| A | B |\n|---|:-:|\n| 1 | **2** | 3 |\n| x": "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td><b>2</b></td></tr><tr><td>x</td><td></td></tr></tbody></table>",
		`![Sơ đồ "lớp"](media:` + picture + `)`:        img,
		"![x](media:@1)":                    "[x]",
		"![x](https://evil.example/a.png)":  "![x](https://evil.example/a.png)",
		"[nối](https://evil.example)":       "[nối](https://evil.example)",
		"Điền [[1]] rồi [[2]], không [[3]]": `Điền <span class="gap" data-gap="1"></span> rồi <span class="gap" data-gap="2"></span>, không [[3]]`,
		`\[[1]]`:                      "[[1]]",
		"snake_case_name và __gạch__": "snake_case_name và __gạch__",
	} {
		if got := markup.HTML(source, 2); got != want {
			t.Errorf("%q\n got %s\nwant %s", source, got, want)
		}
	}
	if got := markup.Literal("a < b\n[[1]] [[3]] **x**", 2); got != `a &lt; b<br><span class="gap" data-gap="1"></span> [[3]] **x**` {
		t.Errorf("literal: %s", got)
	}
	if got := markup.Inline("- **a** <ul><li>b</ul>\n| x |"); got != "- <b>a</b> b<br>| x |" {
		t.Errorf("inline: %s", got)
	}
}

// payloads are shapes that have broken sanitisers. Nothing of them may come out
// as anything but text.
var payloads = []string{
	`<script>alert(1)</script>`, `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`, `<scr<script>ipt>alert(1)</scr</script>ipt>`,
	`<img src=x onerror=alert(1)>`, `<img src="https://evil.example/b.gif">`, `<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`,
	`<b onclick=alert(1)>x</b>`, `<b style="background:url(//evil.example)">x</b>`, `<p id=login class=x>x</p>`, `<b/onmouseover=alert(1)>`,
	`<a href="javascript:alert(1)">x</a>`, `[x](javascript:alert(1))`, `[x](data:text/html,<script>alert(1)</script>)`,
	`![x](data:image/svg+xml;base64,PHN2Zz4=)`, `![x](//evil.example/x.png)`, `![x](media:../../etc)`, `![x](media:a"onerror=alert(1))`,
	`![" onerror="alert(1)](media:` + picture + `)`, `![<script>](media:` + picture + `)`, `![x](media:` + picture + ` "onerror=1")`,
	`&lt;script&gt;alert(1)&lt;/script&gt;`, `&#60;script&#62;`, `&#x3c;script&#x3e;`, `&NewLine;java&Tab;script:`, `\u003cscript\u003e`,
	`<iframe srcdoc="<script>alert(1)</script>">`, `<object data=x>`, `<embed src=x>`, `<form action=//evil.example><input name=attributes>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<style>@import '//evil.example';</style>`, `<link rel=stylesheet href=//evil.example>`,
	`<!--><script>alert(1)</script>-->`, `<![CDATA[<script>alert(1)</script>]]>`, `<?xml version="1.0"?><x/>`, `<!DOCTYPE html>`,
	`<table><tr><td><b></table><script>`, `<p><table><p></table>`, `<b><p><b><p></b></b>`, `<ul><p><li><b></ul></b>`, `<u><ul><u><li></u>`,
	"<\x00script>alert(1)</script>", "<b\x0conclick=1>", "<b\n>x", "\xff<\xfe>", "<b\u00a0onclick=1>", "＜script＞", "<ﬆyle>",
	`<plaintext>`, `<xmp><b></xmp>`, `<textarea></p><script>`, `<base href=//evil.example>`, `<meta http-equiv=refresh content=0>`,
	`**<script>**`, `*<b*>x</b>`, `| a <script> | b |` + "\n|---|---|\n" + `| <img src=x onerror=1> | ![x](media:x) |`,
	`[[1]]" onmouseover="alert(1)`, `<span class="gap" data-gap="1" onclick=1></span>`, "`<script>`", `- <script>` + "\n  - </ul></ul></ul>",
	`<video src=//evil.example autoplay>`, `<audio src=//evil.example>`, `<details open ontoggle=alert(1)>`, `<marquee onstart=alert(1)>`,
	strings.Repeat("<b>", 1000), strings.Repeat("**a ", 1000), strings.Repeat("<ul><li>", 500), strings.Repeat("![", 1000), strings.Repeat("  - a\n    - b\n", 300),
}

func TestNothingOfAPayloadComesThrough(t *testing.T) {
	for _, p := range payloads {
		for _, around := range []string{"%s", "**%s**", "- %s", "<b>%s", "| %s |\n|---|\n| %s |", "![%s](media:" + picture + ")", "x\n\n%s\n\ny"} {
			check(t, strings.ReplaceAll(around, "%s", p))
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, p := range payloads {
		f.Add(p)
	}
	f.Add("- a\n  1. b\n\n| x | y |\n|---|---|\n| [[1]] | ![z](media:" + picture + ") |")
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) < 8000 {
			check(t, source)
		}
	})
}

func check(t *testing.T, source string) {
	t.Helper()
	for name, out := range map[string]string{
		"html": markup.HTML(source, 3), "inline": markup.Inline(source), "literal": markup.Literal(source, 3),
		"escaped": markup.HTML(markup.Escape(source), 0),
	} {
		if err := sound(out, name == "inline"); err != nil {
			t.Fatalf("%s of %q: %v\n%s", name, source, err, out)
		}
	}
	// What is escaped shows as it was written, apart from white space.
	if got, want := squash(markup.Plain(markup.HTML(markup.Escape(source), 3))), squash(strings.ToValidUTF8(source, "\uFFFD")); got != want {
		t.Fatalf("escaped %q shows as %q", want, got)
	}
	if got, want := squash(markup.Plain(markup.Literal(source, 0))), squash(strings.ToValidUTF8(source, "\uFFFD")); got != want {
		t.Fatalf("literal %q shows as %q", want, got)
	}
}

func squash(s string) string { return strings.Join(strings.Fields(s), " ") }

var (
	anyTag  = regexp.MustCompile(`<[^<>]*>`)
	goodTag = regexp.MustCompile(`^<(/?)(b|i|u|sub|sup|p|ul|ol( start="\d{1,3}")?|li|table|thead|tbody|tr|th|td)>$`)
	alone   = regexp.MustCompile(`^(<br>|<img src="/media/[a-z0-9]{16,40}-\d{1,4}x\d{1,4}" alt="[^"<>]*" width="\d{1,4}" height="\d{1,4}">)$`)
	gap     = regexp.MustCompile(`^<span class="gap" data-gap="[1-3]">$`)
	entity  = regexp.MustCompile(`^&(amp|lt|gt|#34|#39);`)
)

// inside says which elements an element may stand in; "" is the top.
var inside = map[string][]string{
	"p": {"", "li"}, "ul": {"", "li"}, "ol": {"", "li"}, "li": {"ul", "ol"}, "table": {""}, "thead": {"table"}, "tbody": {"table"},
	"tr": {"thead", "tbody"}, "th": {"tr"}, "td": {"tr"},
}

// sound checks output against the whole of what the package may ever write: a
// parser of its own, so that it does not share the renderer's mistakes.
func sound(out string, inline bool) error {
	var stack []string
	top := func() string {
		if len(stack) == 0 {
			return ""
		}
		return stack[len(stack)-1]
	}
	for len(out) > 0 {
		at := anyTag.FindStringIndex(out)
		text := out
		if at != nil {
			text = out[:at[0]]
		}
		if err := plainText(text, top()); err != nil {
			return err
		}
		if at == nil {
			break
		}
		tag := out[at[0]:at[1]]
		out = out[at[1]:]
		m := goodTag.FindStringSubmatch(tag)
		switch {
		case alone.MatchString(tag):
		case gap.MatchString(tag):
			var ok bool
			if out, ok = strings.CutPrefix(out, "</span>"); !ok {
				return fmt.Errorf("gap %s is not empty", tag)
			}
		case m == nil:
			return fmt.Errorf("tag %s", tag)
		case m[1] == "/":
			if top() != m[2] {
				return fmt.Errorf("%s closes %q", tag, top())
			}
			stack = stack[:len(stack)-1]
		default:
			name, _, _ := strings.Cut(m[2], " ")
			if places, block := inside[name]; block && !slices.Contains(places, top()) || inline && block {
				return fmt.Errorf("%s stands in %q", tag, top())
			}
			stack = append(stack, name)
		}
	}
	if len(stack) > 0 {
		return fmt.Errorf("%v stay open", stack)
	}
	return nil
}

func plainText(s, parent string) error {
	if strings.ContainsAny(s, `<>"'`) {
		return fmt.Errorf("text %q is not escaped", s)
	}
	if strings.TrimSpace(s) != "" && slices.Contains([]string{"ul", "ol", "table", "thead", "tbody", "tr"}, parent) {
		return fmt.Errorf("text %q stands in %s", s, parent)
	}
	for i := range len(s) {
		if s[i] == '&' && !entity.MatchString(s[i:]) {
			return fmt.Errorf("text %q holds an entity of the author", s)
		}
	}
	if html.EscapeString(html.UnescapeString(s)) != s {
		return fmt.Errorf("text %q reads differently once read", s)
	}
	return nil
}

func TestPictures(t *testing.T) {
	source := `a ![một](media:@1) \![hai](media:@2) ![b\]a](media:@3)`
	want := []markup.Picture{{ID: "@1", Alt: "một"}, {ID: "@3", Alt: "b]a"}}
	if got := markup.Pictures(source); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := markup.Rename(`![một](media:@1) ![x](media:@2) \![x](media:@3)`, func(id string) string { return "m" + id[1:] }); got != `![một](media:m1) ![x](media:m2) \![x](media:@3)` {
		t.Errorf("renamed: %s", got)
	}
	for id, ok := range map[string]bool{picture: true, "@1": false, "short-1x1": false, "k3jq7v2mzpw6c4ya5rhtx8bn2d-0x405": false, "k3jq7v2mzpw6c4ya5rhtx8bn2d": false} {
		if markup.ValidPicture(id) != ok {
			t.Errorf("%q valid: %v", id, !ok)
		}
	}
}

func TestPlain(t *testing.T) {
	for source, want := range map[string]string{
		"**Luật** [[1]] & <b>nghị định</b>\n\n- a\n- b": "Luật … & nghị định\na\nb",
		"Xem ![sơ đồ](media:" + picture + ") dưới đây":  "Xem sơ đồ dưới đây",
	} {
		if got := strings.ReplaceAll(markup.Plain(markup.HTML(source, 1)), "\n\n", "\n"); got != want {
			t.Errorf("%q: got %q, want %q", source, got, want)
		}
	}
}
