// Package archive opens zip files that strangers made: it believes no size that
// a header declares, follows no path out of the archive and holds at most what
// its limits allow, whatever the archive promises.
//
// It refuses to know what the entries are.
package archive

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"

	"mangxanh/contest"
)

// Limits of one archive.
type Limits struct {
	Files int    // entries
	Total uint64 // declared bytes of all entries
	Entry uint64 // declared and real bytes of one entry
}

// Archive is an opened zip file.
type Archive struct {
	files  map[string]*zip.File
	names  []string
	limits Limits
	left   int64 // bytes that may still be unpacked
}

// ratio is how much an honest entry of some size shrinks at most: deflate ends
// at about a thousandth, which only bombs reach.
const (
	ratio      = 250
	worthRatio = 4 << 20
)

// Is reports whether data begins like a zip file.
func Is(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// Open reads the directory of an archive and refuses bombs by what it declares.
func Open(data []byte, limits Limits) (*Archive, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, Damaged()
	}
	if len(r.File) > limits.Files {
		return nil, contest.Refuse(contest.TooLarge, "too_many_files", "the archive holds more than %d files", limits.Files)
	}
	a := &Archive{files: make(map[string]*zip.File, len(r.File)), limits: limits, left: int64(limits.Total)}
	var total uint64
	for _, f := range r.File {
		if total += f.UncompressedSize64; total > limits.Total || f.UncompressedSize64 > limits.Entry ||
			f.UncompressedSize64 > worthRatio && f.UncompressedSize64/ratio > f.CompressedSize64 {
			return nil, tooLarge()
		}
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		name, ok := clean(f.Name)
		if !ok || f.Mode()&^0o777 != 0 {
			return nil, contest.Refuse(contest.Unsupported, "unsafe_name", "the archive holds a path that leads out of it, or a link")
		}
		if _, twice := a.files[name]; !twice {
			a.files[name] = f
			a.names = append(a.names, name)
		}
	}
	return a, nil
}

// Damaged is the refusal for what cannot be unpacked or parsed.
func Damaged() error {
	return contest.Refuse(contest.Unsupported, "damaged_file", "the file could not be opened: it is damaged or has a password")
}

func tooLarge() error {
	return contest.Refuse(contest.TooLarge, "unpacked_too_large", "the file unpacks to far more than a file of questions holds")
}

// clean returns the name of an entry as a relative path with slashes.
func clean(name string) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\x00:") {
		return "", false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "", false
		}
	}
	name = path.Clean(name)
	return name, name != "." && name != ""
}

// Names lists the entries in the order of the archive.
func (a *Archive) Names() []string { return a.names }

// Has reports whether there is an entry of that name.
func (a *Archive) Has(name string) bool { return a.files[name] != nil }

// Read unpacks one entry, nil when there is none. It stops at the limits
// whatever size the entry declared.
func (a *Archive) Read(name string) ([]byte, error) {
	f := a.files[name]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, Damaged()
	}
	defer func() { _ = r.Close() }()
	limit := min(int64(a.limits.Entry), a.left)
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(data)) > limit {
		return nil, tooLarge()
	}
	if err != nil {
		return nil, Damaged()
	}
	a.left -= int64(len(data))
	return data, nil
}

// Resolve returns the name that a reference inside the entry base means, and
// whether it stays inside the archive.
func Resolve(base, reference string) (string, bool) {
	reference = strings.ReplaceAll(reference, `\`, "/")
	if strings.Contains(reference, "://") || strings.HasPrefix(reference, "data:") {
		return "", false
	}
	if rooted, ok := strings.CutPrefix(reference, "/"); ok {
		return clean(rooted)
	}
	joined := path.Join(path.Dir(base), reference)
	if joined == ".." || strings.HasPrefix(joined, "../") {
		return "", false
	}
	return clean(joined)
}
