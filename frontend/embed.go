// Package frontend holds the built pages of the student and staff interfaces.
//
// The pages are built from this folder's TypeScript and Svelte sources into
// dist/, which is embedded into the binary and never committed. A build
// without Node embeds only a placeholder; the server then says so on its
// first page instead of showing a blank one. The package knows nothing of
// HTTP: who serves the files decides on caching and encodings.
package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var built embed.FS

// Pages is the root of the built interface. It holds index.html only when
// the interface was built before the binary.
func Pages() fs.FS {
	pages, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err) // the embed directive above guarantees the folder
	}
	return pages
}
