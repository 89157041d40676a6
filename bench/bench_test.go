package bench

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanekeeper/shm"
)

// TestRun measures a few cells of each waiting mode with real processes.
func TestRun(t *testing.T) {
	seen := 0
	report, err := Run(t.Context(), Options{
		Command: self(), Dir: sharedDir(t), Quick: true, Filter: Filter{Payloads: []int{88}, Readers: []int{1}},
		Progress: func(done, total int, _ Cell) {
			if done != seen {
				t.Errorf("progress: %d after %d", done, seen)
			}
			seen++
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	cpus, rows := len(allowedCPUs()), 0
	for _, c := range cells() {
		if c.PayloadBytes != 88 || c.Readers != 1 || !c.measurable(cpus) {
			continue
		}
		for _, transport := range c.transports() {
			r, ok := report.row(transport, c)
			if !ok {
				t.Errorf("%v: no row of %s", c, transport)
				continue
			}
			rows++
			if r.Samples < 1 || r.MinNs <= 0 || r.MinNs > r.P50Ns || r.P50Ns > r.P99Ns || r.P99Ns > r.P999Ns || r.P999Ns > r.MaxNs {
				t.Errorf("%v: %+v", c, r)
			}
		}
	}
	if len(report.Rows) != rows {
		t.Errorf("%d rows, want %d", len(report.Rows), rows)
	}
	if report.Pinned != (cpus >= 2) {
		t.Errorf("pinned %v on %d CPUs", report.Pinned, cpus)
	}
	if report.Machine.Kernel == "unknown kernel" || report.Machine.Load == "unknown" {
		t.Errorf("the machine is unknown: %v", report.Machine)
	}
}

// TestCrowd measures more readers than CPUs, and every byte of big records.
func TestCrowd(t *testing.T) {
	c := Cell{Delivery, shm.Futex, 800 * 600 * 3, maxReaders}
	report, err := Run(t.Context(), Options{
		Command: self(), Dir: sharedDir(t),
		Filter: Filter{Figures: []Figure{c.Figure}, Waits: []shm.Wait{c.Wait}, Payloads: []int{c.PayloadBytes}, Readers: []int{c.Readers}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, transport := range transports() {
		if r, ok := report.row(transport, c); !ok || r.Samples%maxReaders != 0 {
			t.Errorf("%s: %+v; every reader takes every record", transport, r)
		}
	}
}

func TestRunReportsWhatCannotStart(t *testing.T) {
	_, err := Run(t.Context(), Options{Command: []string{"/nonexistent"}, Dir: sharedDir(t)})
	if err == nil || !strings.Contains(err.Error(), "starting the writer: fork/exec /nonexistent: no such file or directory") {
		t.Errorf("error %v", err)
	}
	_, err = Run(t.Context(), Options{Command: self(), Dir: "/nonexistent"})
	if want := "making an unnamed file in /nonexistent: no such file or directory"; errorText(err) != want {
		t.Errorf("error %q, want %q", errorText(err), want)
	}
}

// TestNothingStays ends a measurement in every way and looks for processes and shared memory that it left.
func TestNothingStays(t *testing.T) {
	for _, c := range []struct {
		name   string
		end    func(parent int, children []int) (pid int, s unix.Signal)
		stderr string // contains
	}{
		{"interrupt", func(parent int, _ []int) (int, unix.Signal) { return parent, unix.SIGINT }, "context canceled"},
		{"terminate", func(parent int, _ []int) (int, unix.Signal) { return parent, unix.SIGTERM }, "context canceled"},
		{"kill", func(parent int, _ []int) (int, unix.Signal) { return parent, unix.SIGKILL }, ""},
		{"kill the writer", func(_ int, children []int) (int, unix.Signal) { return children[0], unix.SIGKILL }, "the writer: signal: killed"},
		{"kill a reader", func(_ int, children []int) (int, unix.Signal) { return children[len(children)-1], unix.SIGKILL }, "signal: killed"},
		{"terminate the writer", func(_ int, children []int) (int, unix.Signal) { return children[0], unix.SIGTERM }, "the writer: exit status 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := sharedDir(t)
			cmd := exec.Command("/proc/self/exe", "measure", dir)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			awaitRecord(t, dir, cmd.Process.Pid)
			children := childrenOf(t, cmd.Process.Pid)
			var ends []int
			for _, pid := range children {
				fd, err := unix.PidfdOpen(pid, 0)
				if err != nil {
					t.Fatal(err)
				}
				defer unix.Close(fd)
				ends = append(ends, fd)
			}
			pid, signal := c.end(cmd.Process.Pid, children)
			if err := unix.Kill(pid, signal); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Error("the measurement ended as if nothing had happened")
			}
			if !strings.Contains(stderr.String(), c.stderr) {
				t.Errorf("stderr %q, want %q in it", stderr.String(), c.stderr)
			}
			for i, fd := range ends {
				poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}} // readable when the process has ended
				if n, err := unix.Poll(poll, 30_000); n != 1 || err != nil && err != unix.EINTR {
					t.Errorf("child %d lives on: %d, %v", children[i], n, err)
				}
			}
		})
	}
}

// awaitRecord returns once a measurement is under way.
func awaitRecord(t *testing.T, dir string, pid int) {
	t.Helper()
	r, err := shm.Open(shm.ReaderOptions{Dir: dir, Prefix: prefix + strconv.Itoa(pid) + "-", Name: segmentName})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	if err := r.Next(ctx); err != nil {
		t.Fatalf("waiting for the first record: %v", err)
	}
}

// childrenOf lists the children of a process in the order in which they were started.
func childrenOf(t *testing.T, pid int) []int {
	t.Helper()
	lists, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, name := range lists {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, field := range strings.Fields(string(text)) {
			child, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, child)
		}
	}
	if len(pids) < 3 {
		t.Fatalf("children %v: a writer and two readers at least expected", pids)
	}
	return pids
}

// TestSweep removes what a measurement left whose processes were all killed at once, and nothing else.
func TestSweep(t *testing.T) {
	dir := sharedDir(t)
	w, err := shm.Create(shm.WriterOptions{Dir: dir, Prefix: prefix + "1-", Name: segmentName, Slots: 4, PayloadBytes: 88})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	left := filepath.Join(dir, prefix+"2-"+segmentName)
	text, err := os.ReadFile(w.Path())
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string][]byte{left: text, left + ".lock": nil} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sweep(dir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got, want := strings.Join(names, " "), prefix+"1-records "+prefix+"1-records.lock"; got != want {
		t.Errorf("left: %s, want %s", got, want)
	}
}

// TestMeasuringAllocatesNothing sends and receives in one process.
func TestMeasuringAllocatesNothing(t *testing.T) {
	for _, f := range figures() {
		j := job{Step: step{Cell: Cell{f, shm.Futex, 88, 1}}, Dir: sharedDir(t), Prefix: prefix}
		s, err := newShmSender(j)
		if err != nil {
			t.Fatal(err)
		}
		r, err := newShmReceiver(j)
		if err != nil {
			t.Fatal(err)
		}
		m := newMessages(88)[0]
		got := testing.AllocsPerRun(1000, func() {
			if err := s.send(m); err != nil {
				t.Fatal(err)
			}
			if ns, total, err := r.receive(); err != nil || ns < 0 || f == Delivery && total != sum(m.payload()) {
				t.Fatalf("received after %d ns, sum %d, %v", ns, total, err)
			}
		})
		if got != 0 {
			t.Errorf("%s: %v allocations", f, got)
		}
		r.close()
		s.close()
	}
}
