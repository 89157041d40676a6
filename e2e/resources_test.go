package e2e

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// resources are what a process holds.
type resources struct {
	anonKiB, residentKiB int // RssAnon and VmRSS of proc_pid_status(5)
	threads, files       int
}

func resourcesOf(t *testing.T, p *process) resources {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/", p.pid())
	text, err := os.ReadFile(dir + "status")
	if err != nil {
		t.Fatal(err)
	}
	var u resources
	for _, line := range strings.Split(string(text), "\n") {
		field := strings.Fields(line)
		for name, to := range map[string]*int{"RssAnon:": &u.anonKiB, "VmRSS:": &u.residentKiB, "Threads:": &u.threads} {
			if len(field) > 1 && field[0] == name {
				if *to, err = strconv.Atoi(field[1]); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if u.anonKiB == 0 || u.threads == 0 {
		t.Fatalf("%sstatus says nothing of RssAnon or Threads:\n%s", dir, text)
	}
	files, err := os.ReadDir(dir + "fd")
	if err != nil {
		t.Fatal(err)
	}
	u.files = len(files)
	return u
}

// growthKiB is by how much a process's own memory may differ between the two measurements: Go's collector lets the heap
// swing between a size and its double, and the daemons' live heaps are below 4 MiB. A leak of one 88-byte record a frame
// is 8.4 MiB after 100,000 frames.
const growthKiB = 6 << 10

// spareThreads may come later: Go starts one when all that it has are in system calls, and keeps it.
const spareThreads = 2

// TestResources runs 4,000 frames in lock-step: after the last, memory, threads and files are those after
// the first thousand.
func TestResources(t *testing.T) { steady(t, 1000, 4000) }

// TestResourcesLong does the same with 100,000.
func TestResourcesLong(t *testing.T) {
	long(t, "ten minutes")
	steady(t, 10_000, 100_000)
}

// steady compares what the daemons hold after a first number of frames with what they hold near the end.
func steady(t *testing.T, warm, frames int64) {
	t.Helper()
	r := newRig(t, "tape")
	p := map[string]*process{controld: r.start(controld, "--set", "control.clock=source"), detectd: r.start(detectd)}
	// The frames at which is measured pass before the drive is over.
	p[laneSim] = r.start(laneSim, "--pacing", "lockstep", "--duration", fmt.Sprintf("%.3fs", float64(frames+200)/r.scenario.Camera.FPS))
	measure := func(frame int64) map[string]resources {
		r.awaitFrame(frame)
		held := map[string]resources{}
		for name, d := range p {
			held[name] = resourcesOf(t, d)
		}
		return held
	}
	before, after := measure(warm), measure(frames)
	for name := range p {
		b, a := before[name], after[name]
		t.Logf("%s: after %d frames %.1f MiB own, %.1f MiB resident, %d threads, %d files; after %d %.1f, %.1f, %d, %d", name,
			warm, mib(b.anonKiB), mib(b.residentKiB), b.threads, b.files, frames, mib(a.anonKiB), mib(a.residentKiB), a.threads, a.files)
		if a.anonKiB > b.anonKiB+growthKiB {
			t.Errorf("%s has grown by %.1f MiB", name, mib(a.anonKiB-b.anonKiB))
		}
		// The segment's pages count as a process's once it has touched them, and all have been by then.
		if a.residentKiB > b.residentKiB+growthKiB {
			t.Errorf("%s has grown by %.1f MiB resident", name, mib(a.residentKiB-b.residentKiB))
		}
		if a.threads > b.threads+spareThreads {
			t.Errorf("%s has %d threads, %d before", name, a.threads, b.threads)
		}
		if a.files != b.files {
			t.Errorf("%s has %d files open, %d before", name, a.files, b.files)
		}
	}
	if code := p[laneSim].wait(t, patience); code != 0 {
		t.Fatalf("lane-sim ended with code %d", code)
	}
	if s := readReport(t, r.reportPath()); s.Departures != 0 {
		t.Errorf("%d departures", s.Departures)
	}
}

func mib(kib int) float64 { return float64(kib) / 1024 }

// awaitFrame waits until a frame has its command, for as long as frames go on having theirs.
func (r *rig) awaitFrame(id int64) {
	r.t.Helper()
	for newest := int64(0); newest < id; {
		newest = r.commands.await(r.commands.mark(), "a command that answers the next frame", func(c *command) bool { return c.FrameID > newest }).FrameID
	}
}
