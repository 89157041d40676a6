package mcap_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"

	"lanekeeper/viewer/mcap"
	"lanekeeper/viewer/mcap/mcaptest"
)

// disk is a file in memory, with room for so many bytes.
type disk struct {
	data []byte
	room int
}

func (d *disk) WriteAt(b []byte, at int64) (int, error) {
	if int(at) != len(d.data) {
		return 0, fmt.Errorf("written at %d of %d", at, len(d.data))
	}
	if fits := d.room - len(d.data); len(b) > fits {
		d.data = append(d.data, b[:fits]...)
		return 0, syscall.ENOSPC // as os.File has it
	}
	d.data = append(d.data, b...)
	return len(b), nil
}

func (d *disk) Truncate(size int64) error {
	d.data = d.data[:size]
	return nil
}

func read(t *testing.T, data []byte) *mcaptest.File {
	t.Helper()
	f, err := mcaptest.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// write fills a file with n messages on three channels, the last of which is declared late. It gives up at the first error.
func write(d *disk, n int) error {
	var full error
	w, err := mcap.New(d, "test")
	if err != nil {
		return err
	}
	ids := []uint16{w.Add(mcap.Channel{Topic: "/a", SchemaName: "A", Schema: "{}"}), w.Add(mcap.Channel{Topic: "/b", SchemaName: "B", Schema: "{}"})}
	for i := range n {
		if i == n/2 {
			ids = append(ids, w.Add(mcap.Channel{Topic: "/c", SchemaName: "C", Schema: "{}"}))
		}
		if err := w.Write(ids[i%len(ids)], uint64(1000+i), uint64(i), fmt.Appendf(nil, `{"n":%d,"x":"%01000d"}`, i, i)); err != nil {
			full = err
			break
		}
		if i%100 == 99 {
			if full = w.Flush(); full != nil {
				break
			}
		}
	}
	return errors.Join(full, w.Close())
}

func TestWriter(t *testing.T) {
	for _, n := range []int{0, 1, 99, 100, 2500} {
		d := &disk{room: 1 << 30}
		if err := write(d, n); err != nil {
			t.Fatal(err)
		}
		f := read(t, d.data)
		if !f.Whole || len(f.Messages) != n {
			t.Errorf("whole %v, %d messages of %d", f.Whole, len(f.Messages), n)
		}
		for i, m := range f.Messages {
			if m.LogTime != uint64(1000+i) || m.PublishTime != uint64(i) || string(m.Data[:6]) != fmt.Sprintf(`{"n":%d,`, i)[:6] {
				t.Fatalf("message %d: %+v", i, m)
			}
		}
	}
}

// TestCutOff: wherever the writer was killed, what was written before is there.
func TestCutOff(t *testing.T) {
	d := &disk{room: 1 << 30}
	if err := write(d, 1000); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	before := 0
	for cut := 100; cut < len(d.data)-1; cut += 1 + random.IntN(2000) {
		f, err := mcaptest.Read(d.data[:cut])
		if err != nil && (f == nil || !f.Whole) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if err == nil && len(f.Messages) < before {
			t.Fatalf("cut at %d: %d messages, with less of it %d", cut, len(f.Messages), before)
		}
		before = len(f.Messages)
	}
	if before < 900 {
		t.Errorf("nearly the whole file has %d messages", before)
	}
}

// TestFull: whenever the disk is full, the file is whole, says so, and lacks little. Only where not even an index fits is there none.
func TestFull(t *testing.T) {
	for room := 0; room < 1_060_000; room += 7777 {
		d := &disk{room: room}
		err := write(d, 1000)
		if err == nil || !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("room for %d bytes: %v", room, err)
		}
		if room < 2000 {
			continue
		}
		f := read(t, d.data)
		const perMessage, chunks = 1050, 3
		if !f.Whole || len(f.Messages) < room/perMessage-chunks*100 {
			t.Errorf("room for %d bytes: whole %v, %d messages", room, f.Whole, len(f.Messages))
		}
	}
}
