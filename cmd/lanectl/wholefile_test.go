package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWholeFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	names := func() string {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, e := range entries {
			all = append(all, e.Name())
		}
		return strings.Join(all, " ")
	}
	put := func(text string, end func(*wholeFile) error) error {
		f, err := newWholeFile(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.abandon()
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		return end(f)
	}
	abandon := func(f *wholeFile) error { f.abandon(); return nil }
	if err := put("none", abandon); err != nil || names() != "" {
		t.Errorf("%v, %q", err, names())
	}
	if err := put("first", (*wholeFile).Close); err != nil || names() != "out" {
		t.Errorf("%v, %q", err, names())
	}
	if err := put("half", abandon); err != nil || names() != "out" {
		t.Errorf("%v, %q", err, names())
	}
	// A disk that is full: what is written fails when it gets there.
	err := put("second", func(f *wholeFile) error {
		_ = f.temp.Close()
		return f.Close()
	})
	if err == nil || !strings.HasPrefix(err.Error(), "writing "+path+": ") || names() != "out" {
		t.Errorf("%v, %q", err, names())
	}
	info, err := os.Stat(path)
	text, _ := os.ReadFile(path)
	if err != nil || string(text) != "first" || info.Mode() != 0o644 {
		t.Errorf("%q, %v, %v", text, info.Mode(), err)
	}
}
