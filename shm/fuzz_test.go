package shm

import (
	"errors"
	"os"
	"testing"
)

// FuzzSegment holds that no file makes a reader panic, or map or hand out more than the file has.
func FuzzSegment(f *testing.F) {
	g, _ := newGeometry(4, 100)
	f.Add(image(func([]byte) {}))
	f.Add(image(u64At(offHead, 3)))
	f.Add(image(func(b []byte) {
		u64At(offHead, 1)(b)
		u64At(g.slot(1)+offSeq, 2)(b)
		u64At(g.slot(1)+offLength, 1<<63)(b)
	}))
	f.Add(image(u64At(offStride, 1<<62)))
	f.Add(image(u32At(offSlots, 1<<16)))
	f.Add([]byte(Magic))
	f.Add([]byte{})
	dir := segmentDir(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		path := dir + "/x"
		if err := os.WriteFile(path, content, 0o640); err != nil {
			t.Fatal(err)
		}
		h, err := parseHeader(content[:min(len(content), HeaderBytes)], int64(len(content)))
		if err == nil && h.size() != len(content) {
			t.Errorf("a header of a segment of %d bytes accepted in a file of %d", h.size(), len(content))
		}
		s, err := openSegment(path, 0, []int{os.Geteuid()})
		if err != nil {
			return
		}
		if len(s.mem) != len(content) {
			t.Errorf("%d bytes mapped of a file of %d", len(s.mem), len(content))
		}
		s.unmap()
		r, err := Open(ReaderOptions{Dir: dir, Name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		err = r.View(func(rec Record) error {
			if len(rec.Payload) > h.payload {
				t.Errorf("a payload of %d bytes from slots of %d", len(rec.Payload), h.payload)
			}
			return nil
		})
		if err != nil && !errors.Is(err, ErrNoRecord) && !errors.Is(err, ErrNoSegment) && !errors.Is(err, ErrOverrun) {
			t.Error(err)
		}
		if i := Inspect(dir, "", "x"); i.Err != nil || i.Slots != h.slots {
			t.Errorf("%+v", i)
		}
	})
}
