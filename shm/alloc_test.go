package shm

import (
	"context"
	"testing"
)

// TestNothingIsAllocated holds that neither writing nor reading makes garbage.
func TestNothingIsAllocated(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	o := small(segmentDir(t))
	o.PayloadBytes = 4096
	w := mustCreate(t, o)
	r := mustOpen(t, ReaderOptions{Dir: o.Dir, Name: "x"})
	p, dst := make([]byte, 4096), make([]byte, 4096)
	ctx, sum := context.Background(), 0
	fill := func(p []byte) (int, error) { return copy(p, dst), nil }
	look := func(rec Record) error { sum += len(rec.Payload); return nil }
	lap := func(rec Record) error {
		for range MinSlots {
			_ = w.Write(p)
		}
		return nil
	}
	mustWrite(t, w, "one")
	if err := r.View(lap); err != nil { // makes the buffer for copies, once
		t.Fatal(err)
	}
	for name, do := range map[string]func() error{
		"Write":             func() error { return w.Write(p) },
		"WriteFunc":         func() error { return w.WriteFunc(fill) },
		"View":              func() error { return r.View(look) },
		"View in a copy":    func() error { return r.View(lap) },
		"Latest":            func() error { _, err := r.Latest(dst); return err },
		"Write, Next, View": func() error { _ = w.Write(p); _ = r.Next(ctx); return r.View(look) },
		"Stats":             func() error { _, _ = w.Stats(), r.Stats(); return nil },
	} {
		if err := do(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := testing.AllocsPerRun(200, func() { _ = do() }); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	w := mustCreate(b, small(segmentDir(b)))
	p := make([]byte, 88)
	b.ReportAllocs()
	for b.Loop() {
		_ = w.Write(p)
	}
}

func BenchmarkView(b *testing.B) {
	w := mustCreate(b, small(segmentDir(b)))
	r := mustOpen(b, ReaderOptions{Dir: w.opt.Dir, Name: "x"})
	mustWrite(b, w, "one")
	b.ReportAllocs()
	for b.Loop() {
		_ = r.View(func(Record) error { return nil })
	}
}
