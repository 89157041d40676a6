package shm

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"
)

// heapRegion is a segment on the heap, where the race detector sees it.
func heapRegion() region {
	g, _ := newGeometry(4, 4096)
	words := make([]uint64, g.size()/8)
	return region{geometry: g, mem: unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), g.size())}
}

// passRecords has one goroutine write records and another read them. The reader's acknowledgements keep the writer from overtaking it, so
// no payload is written while it is read, and that it was written before it was read is known from the protocol's atomics
// alone. beforePayload is called where the payload is to be written next.
func passRecords(t testing.TB, records uint64, beforePayload func(g region, n uint64)) {
	g := heapRegion()
	var taken atomic.Uint64
	done := make(chan struct{})
	go func() {
		defer close(done)
		var f fence
		for n := uint64(1); n <= records; n++ {
			for g.head() < n {
				runtime.Gosched()
			}
			if !g.beginRead(n) {
				t.Errorf("record %d is not whole", n)
			}
			p, at := g.payloadOf(n)
			if at != int64(n) || len(p) != int(n%4096) || !filledWith(p, byte(n)) {
				t.Errorf("record %d: time %d, %d bytes", n, at, len(p))
			}
			if !g.endRead(n, &f) {
				t.Errorf("record %d was overwritten", n)
			}
			taken.Store(n)
		}
	}()
	for n := uint64(1); n <= records; n++ {
		for taken.Load()+uint64(g.slots)-1 < n {
			runtime.Gosched()
		}
		g.beginWrite(n)
		beforePayload(g, n)
		from, length := g.slot(n)+SlotHeaderBytes, int(n%4096)
		for i := range length {
			g.mem[from+i] = byte(n)
		}
		g.stamp(n, length, int64(n))
		g.endWrite(n)
		g.publish(n)
		g.raise()
	}
	<-done
	if got := g.wake(); got != uint32(records) {
		t.Errorf("wake is %d after %d records", got, records)
	}
}

func filledWith(p []byte, b byte) bool {
	for _, c := range p {
		if c != b {
			return false
		}
	}
	return true
}

// TestRegion is for the race detector above all: the payload is ordered by the protocol's atomics and nothing else.
func TestRegion(t *testing.T) {
	passRecords(t, 10_000, func(region, uint64) {})
}

// TestBrokenOrderIsSeen holds that TestRegion can fail: with a record published before it is written, the race detector speaks up.
func TestBrokenOrderIsSeen(t *testing.T) {
	if !raceDetector {
		t.Skip("only under the race detector")
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), childEnv+"=broken-order")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "WARNING: DATA RACE") {
		t.Errorf("no race reported: %v\n%s", err, out)
	}
}

func brokenOrder() error {
	passRecords(quiet{}, 1000, func(g region, n uint64) {
		g.endWrite(n)
		g.publish(n)
		for range 10 { // so that the reader takes it now
			runtime.Gosched()
		}
	})
	return nil
}

// quiet swallows the errors that a broken order leads to.
type quiet struct{ testing.TB }

func (quiet) Errorf(string, ...any) {}
