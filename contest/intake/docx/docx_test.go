package docx_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/intake/docx"
	"mangxanh/contest/intake/item/itemtest"
)

// The files named libreoffice-* were saved by LibreOffice; the others are made
// of the parts in a folder, as Word writes them.
func TestWordFiles(t *testing.T) {
	paths, err := filepath.Glob("testdata/*")
	if err != nil || len(paths) == 0 {
		t.Fatal("no test data", err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".docx")
		if filepath.Ext(path) == ".golden" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if info, _ := os.Stat(path); info.IsDir() {
				data = pack(t, path)
			} else if err != nil {
				t.Fatal(err)
			}
			f, err := docx.Parse(t.Context(), data)
			itemtest.Golden(t, name, f, err)
		})
	}
}

// pack makes a file of the parts in a folder.
func pack(t *testing.T, folder string) []byte {
	t.Helper()
	parts, err := filepath.Glob(folder + "/*")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, p := range parts {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		name := "word/" + filepath.Base(p)
		if strings.HasSuffix(p, ".rels") {
			name = "word/_rels/" + filepath.Base(p)
		}
		files[name] = string(data)
	}
	return zipped(t, files)
}

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, content := range files {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func document(body string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body + `</w:body></w:document>`
}

func TestHostileFilesAreRefused(t *testing.T) {
	deep := strings.Repeat("<w:sdt>", 5000) + strings.Repeat("</w:sdt>", 5000)
	for name, c := range map[string]struct {
		files map[string]string
		code  string
	}{
		"no document":    {map[string]string{"word/other.xml": "<a/>"}, "wrong_file_type"},
		"out of the zip": {map[string]string{"word/document.xml": document(""), "../../etc/cron.d/x": "x"}, "unsafe_name"},
		"rooted":         {map[string]string{"word/document.xml": document(""), "/etc/x": "x"}, "unsafe_name"},
		"bomb":           {map[string]string{"word/document.xml": document(strings.Repeat(" ", 30<<20))}, "unpacked_too_large"},
		"small bomb":     {map[string]string{"word/document.xml": document(strings.Repeat(" ", 8<<20))}, "unpacked_too_large"},
		"deep":           {map[string]string{"word/document.xml": document(deep)}, "xml_too_deep"},
		"entities":       {map[string]string{"word/document.xml": `<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">]>` + document("&x;")}, "xml_doctype"},
		"cut off":        {map[string]string{"word/document.xml": document("")[:120]}, "damaged_file"},
		"not xml":        {map[string]string{"word/document.xml": "PK"}, "damaged_file"},
		"empty":          {map[string]string{"word/document.xml": document("")}, "no_questions"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := docx.Parse(t.Context(), zipped(t, c.files))
			if contest.CodeOf(err) != c.code {
				t.Errorf("answered %v, want %s", err, c.code)
			}
		})
	}
}

func BenchmarkTwoHundredQuestions(b *testing.B) {
	var body strings.Builder
	for i := range 200 {
		fmt.Fprintf(&body, `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">Câu %d: </w:t></w:r><w:r><w:t>Số điện thoại của Tổng đài bảo vệ trẻ em là số nào?</w:t></w:r></w:p>`, i+1)
		for k, o := range []string{"113", "114", "111", "115"} {
			u := ""
			if k == i%4 {
				u = `<w:rPr><w:u w:val="single"/></w:rPr>`
			}
			fmt.Fprintf(&body, `<w:p><w:r>%s<w:t>%c. %s</w:t></w:r></w:p>`, u, 'A'+k, o)
		}
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, _ := w.Create("word/document.xml")
	_, _ = f.Write([]byte(document(body.String())))
	_ = w.Close()
	b.ResetTimer()
	for range b.N {
		got, err := docx.Parse(b.Context(), out.Bytes())
		if err != nil || len(got.Items) != 200 {
			b.Fatal(len(got.Items), err)
		}
	}
}
