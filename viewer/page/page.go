// Package page is what the browser shows: built from the sources beside it, and committed as built.
package page

import (
	"embed"
	"io/fs"
)

//go:embed dist
var dist embed.FS //nolint:gochecknoglobals // go:embed knows no other way

// Files are index.html and its assets/.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the name is valid
	}
	return files
}
