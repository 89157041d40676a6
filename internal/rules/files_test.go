package rules

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// maxLines is the most lines that a Go file may have: past it, a file holds more than one thing.
const maxLines = 400

// tree reads the repository's text files: every file but those that git, the build and npm keep for themselves, and those
// that hold a zero byte.
func tree(t *testing.T) map[string]string {
	t.Helper()
	root := os.DirFS(filepath.Join("..", ".."))
	files := map[string]string{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name == ".git" || name == "build" || d.Name() == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || name == ".git" { // which in a worktree is a file
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err == nil && !bytes.ContainsRune(text, 0) {
			files[name] = string(text)
		}
		return err
	})
	if err != nil {
		t.Fatalf("reading the tree: %v", err)
	}
	if _, ok := files["go.mod"]; !ok {
		t.Fatal("reading the tree: no go.mod in it, so this is not the repository's root")
	}
	return files
}

func TestFilesAreShort(t *testing.T) {
	for name, text := range tree(t) {
		if n := strings.Count(text, "\n"); path.Ext(name) == ".go" && n > maxLines {
			t.Errorf("%s has %d lines, more than %d: split it by type", name, n, maxLines)
		}
	}
}

// TestNothingIsLeftOver finds notes to oneself, and paths that lead to somebody's own machine.
func TestNothingIsLeftOver(t *testing.T) {
	leftover := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b|(^|[\s"'(=])/(work|root|Users)/`)
	for name, text := range tree(t) {
		for i, line := range strings.Split(text, "\n") {
			if found := leftover.FindString(line); found != "" {
				t.Errorf("%s:%d: %q is left over", name, i+1, strings.TrimSpace(found))
			}
		}
	}
}

// TestPagesAreThere looks for every Markdown page that some file names: from the root, or from where the file is.
func TestPagesAreThere(t *testing.T) {
	files := tree(t)
	page := regexp.MustCompile(`[\w./-]*\w\.md\b`)
	for name, text := range files {
		for i, line := range strings.Split(text, "\n") {
			for _, named := range page.FindAllString(line, -1) {
				_, fromRoot := files[path.Clean(named)]
				_, fromHere := files[path.Join(path.Dir(name), named)]
				if !fromRoot && !fromHere && !strings.Contains(line, "://") {
					t.Errorf("%s:%d: %s is not in the tree", name, i+1, named)
				}
			}
		}
	}
}
