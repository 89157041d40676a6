package detect

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// TestNetworkYields holds that the thread which computes the network is nicer than those that frames come by on.
func TestNetworkYields(t *testing.T) {
	before := nicenesses(t)
	d := newBright(t, false)
	var nicest int
	for _, n := range nicenesses(t) {
		nicest = max(nicest, n)
	}
	main := before[os.Getpid()]
	if want := min(main+yielding, 19); nicest != want {
		t.Errorf("the nicest thread is at %d, want %d", nicest, want)
	}
	if now := nicenesses(t)[os.Getpid()]; now != main {
		t.Errorf("the process is at %d, was at %d", now, main)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

// nicenesses are those of the threads of this process.
func nicenesses(t *testing.T) map[int]int {
	t.Helper()
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	nice := map[int]int{}
	for _, e := range threads {
		var id int
		if _, err := fmt.Sscan(e.Name(), &id); err != nil {
			t.Fatal(err)
		}
		if p, err := unix.Getpriority(unix.PRIO_PROCESS, id); err == nil { // else it ended
			nice[id] = 20 - p
		}
	}
	return nice
}
