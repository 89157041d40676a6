package shm

import (
	"errors"
	"os"
	"testing"
)

// TestList lists the living, the dead, the damaged and the half-removed, and nothing of anybody else's.
func TestList(t *testing.T) {
	dir := segmentDir(t)
	o := small(dir)
	for _, o.Name = range []string{"dead", "cut", "a-living"} {
		w := mustCreate(t, o)
		mustWrite(t, w, "one")
		mustWrite(t, w, "two")
		switch o.Name {
		case "dead":
			w.lock.release()
		case "cut":
			os.Truncate(w.Path(), 5000)
		}
	}
	for name, text := range map[string]string{"half.lock": "", "half.new": "", "other.lock": "pid 7\n", "other": "hello", "sem.x": "hello"} {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := List(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name  string
		owner int
		is    error
	}{
		{"a-living", os.Getpid(), nil}, {"cut", os.Getpid(), ErrTruncated}, {"dead", 0, nil}, {"half", 0, ErrNoSegment}, {"other", 0, ErrForeign},
	}
	if len(list) != len(want) {
		t.Fatalf("%+v", list)
	}
	for i, w := range want {
		got := list[i]
		if got.Name != w.name || got.OwnerPid != w.owner || !errors.Is(got.Err, w.is) {
			t.Errorf("%+v, want %+v", got, w)
		}
		if w.is == nil && (got.Kind != 2 || got.Slots != 4 || got.PayloadBytes != 100 || got.Bytes != 4864 || got.Epoch == 0 || got.Head != 2 || got.PublishNs == 0 || got.Closed) {
			t.Errorf("%+v", got)
		}
	}
	if _, err := List(dir+"/none", ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
