package evaluation

import (
	"errors"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write makes a file, and the folders that it lies in.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// writeMask makes a mask with paint in column 200.
func writeMask(t *testing.T, path string, m draw.Image) {
	t.Helper()
	for y := range m.Bounds().Dy() {
		m.Set(200, y, color.White)
	}
	write(t, path, "")
	file, err := os.Create(path)
	if err == nil {
		err = errors.Join(png.Encode(file, m), file.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// labels is a labels file with an upright line in column 200 of each picture.
func labels(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteString(`{"file": "` + n + `", "width": 640, "height": 480, "lines": [[[200, 479], [200, 200]]]}` + "\n")
	}
	return b.String()
}

func TestOpenLabels(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "labels.jsonl"), labels("a.jpg", "sub/b.jpg", "gone.jpg", "../out.jpg"))
	write(t, filepath.Join(dir, "images/a.jpg"), "")
	write(t, filepath.Join(dir, "sub/b.jpg"), "")
	write(t, filepath.Join(dir, "../out.jpg"), "")
	s, err := OpenSet(dir)
	if err != nil || s.Kind != Labels || len(s.Items) != 4 {
		t.Fatalf("%+v, %v", s, err)
	}
	for i, want := range []string{filepath.Join(dir, "images/a.jpg"), filepath.Join(dir, "sub/b.jpg"), "", ""} {
		if it := s.Items[i]; it.Picture != want || (it.Err == nil) != (want != "") || it.Truth.File != it.Name {
			t.Errorf("%+v, want %q", it, want)
		}
	}
	if s.Items[2].Err.Error() != "the picture is neither in the set's folder nor in images in it" ||
		s.Items[3].Err.Error() != "its name leads out of the set's folder" {
		t.Errorf("%v; %v", s.Items[2].Err, s.Items[3].Err)
	}
}

func TestOpenMasks(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"images/a.jpg", "lanes/a.png", "images/b.jpg", "lanes/c.png", "images/d.png", "lanes/d.bmp", "images/.hidden"} {
		write(t, filepath.Join(dir, name), "")
	}
	s, err := OpenSet(dir)
	if err != nil || s.Kind != Masks || len(s.Items) != 4 {
		t.Fatalf("%+v, %v", s, err)
	}
	for i, want := range []struct{ name, err string }{
		{"a.jpg", ""}, {"b.jpg", "no mask in lanes: b.png expected"}, {"c.png", "a mask in lanes without a picture in images"},
		{"d.png", "its mask d.bmp is no PNG"},
	} {
		it := s.Items[i]
		said := ""
		if it.Err != nil {
			said = it.Err.Error()
		}
		if it.Name != want.name || said != want.err {
			t.Errorf("%q: %q, want %q: %q", it.Name, said, want.name, want.err)
		}
	}
	write(t, filepath.Join(dir, "images/a.png"), "")
	if _, err := OpenSet(dir); err == nil || !strings.Contains(err.Error(), "both a.jpg and a.png: which of them belongs to a?") {
		t.Errorf("%v", err)
	}
}

func TestOpenSetErrors(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for _, f := range []string{"no/images/a.jpg", "no/b", "no/c", "no/d", "no/e", "no/f", "file"} {
		write(t, path(f), "")
	}
	write(t, path("bad/labels.jsonl"), labels("a.jpg")+"{")
	write(t, path("none/labels.jsonl"), "\n")
	if err := errors.Join(os.MkdirAll(path("empty"), 0o755), os.MkdirAll(path("bare/images"), 0o755), os.MkdirAll(path("bare/lanes"), 0o755)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"missing": "looking for a set of pictures: open " + path("missing") + ": no such file or directory",
		"file":    "looking for a set of pictures: ",
		"empty":   "neither a labels.jsonl nor the folders images and lanes in it, but nothing at all",
		"no":      `neither a labels.jsonl nor the folders images and lanes in it, but "b", "c", "d", "e", "f", 1 more`,
		"bad":     "reading labels: " + path("bad/labels.jsonl") + ": line 2: no JSON object: unexpected end of JSON input",
		"none":    "none: a set without pictures",
		"bare":    "bare: a set without pictures",
	} {
		if s, err := OpenSet(path(name)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v, want %q", name, s, err, want)
		}
	}
}
