package shm

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// needFaultAddresses skips a test about truncated files where a fault is reported at another address than it happened at: user-mode emulators do
// so. There guard cannot know the fault for one of its mapping, and rightly lets it go on.
func needFaultAddresses(t *testing.T) {
	t.Helper()
	f, err := os.CreateTemp(segmentDir(t), "x")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(HeaderBytes); err != nil {
		t.Fatal(err)
	}
	mem, err := unix.Mmap(int(f.Fd()), 0, HeaderBytes, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(mem)
	if err := f.Truncate(0); err != nil {
		t.Fatal(err)
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		r := recover()
		if _, ok := r.(runtime.Error); !ok {
			t.Fatalf("beyond the end of a file: %v, want a fault", r)
		}
		if fault, ok := r.(interface{ Addr() uintptr }); !ok || fault.Addr() != uintptr(unsafe.Pointer(&mem[offClosed])) {
			t.Skipf("this machine, an emulator, does not tell where a fault is: %#v", r)
		}
	}()
	atomic.StoreUint32(region{mem: mem}.u32(offClosed), 1)
}
