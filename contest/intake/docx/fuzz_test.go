package docx_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"mangxanh/contest"
	"mangxanh/contest/intake/docx"
)

// The parts of a document that a stranger writes: whatever they hold, the file
// is read or refused.
func FuzzRead(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.docx")
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		parts := unpack(f, data)
		f.Add(parts["word/document.xml"], parts["word/styles.xml"], parts["word/numbering.xml"], parts["word/_rels/document.xml.rels"])
	}
	f.Fuzz(func(t *testing.T, document, styles, numbering, relations []byte) {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for name, content := range map[string][]byte{
			"word/document.xml": document, "word/styles.xml": styles, "word/numbering.xml": numbering, "word/_rels/document.xml.rels": relations,
		} {
			part, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
			if err == nil {
				_, err = part.Write(content)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := docx.Parse(t.Context(), out.Bytes()); err != nil && contest.CodeOf(err) == "internal" {
			t.Fatal(err)
		}
	})
}

func unpack(f *testing.F, data []byte) map[string][]byte {
	f.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		f.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, file := range r.File {
		in, err := file.Open()
		if err != nil {
			f.Fatal(err)
		}
		if parts[file.Name], err = io.ReadAll(in); err != nil {
			f.Fatal(err)
		}
		_ = in.Close()
	}
	return parts
}
