package shm

import (
	"context"
	"os"
	"os/exec"
	"testing"
)

func TestSmoke(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(WriterOptions{Dir: dir, Name: "x", Kind: 1, Slots: 4, PayloadBytes: 100})
	if err != nil {
		t.Fatal(err)
	}
	r, _ := Open(ReaderOptions{Dir: dir, Name: "x", Kind: 1})
	w.Write([]byte("hello"))
	if err := r.Next(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := r.View(func(rec Record) error { t.Logf("%+v %s", rec, rec.Payload); return nil }); err != nil {
		t.Fatal(err)
	}
	l, err := List(dir, "")
	t.Logf("%+v %v", l, err)
	os.Truncate(w.Path(), 100)
	t.Log(r.View(func(rec Record) error { return nil }))
	t.Log(r.View(func(rec Record) error { return nil }))
	t.Log(w.Write([]byte("hi")), w.Write([]byte("ho")))
	t.Log(r.View(func(rec Record) error { t.Logf("%+v %s", rec, rec.Payload); return nil }))
	_, err = Create(WriterOptions{Dir: dir, Name: "x", Kind: 1, Slots: 4, PayloadBytes: 100})
	t.Log(err)
	w.Close()
	out, _ := exec.Command("ls", "-la", dir).CombinedOutput()
	t.Logf("%s", out)
	t.Logf("%+v", r.Stats())
}
func BenchmarkWrite(b *testing.B) {
	w, _ := Create(WriterOptions{Dir: b.TempDir(), Name: "x", Kind: 1, Slots: 4, PayloadBytes: 100})
	p := make([]byte, 88)
	b.ReportAllocs()
	for b.Loop() {
		w.Write(p)
	}
}
func BenchmarkView(b *testing.B) {
	d := b.TempDir()
	w, _ := Create(WriterOptions{Dir: d, Name: "x", Kind: 1, Slots: 4, PayloadBytes: 100})
	r, _ := Open(ReaderOptions{Dir: d, Name: "x", Kind: 1})
	p := make([]byte, 88)
	w.Write(p)
	b.ReportAllocs()
	f := func(Record) error { return nil }
	for b.Loop() {
		r.View(f)
	}
}
