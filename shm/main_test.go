package shm

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// childEnv names the role that a process started by a test plays instead of running tests.
const childEnv = "SHM_TEST_CHILD"

// long asks for the full runs, which take minutes.
func long() bool { return os.Getenv("LANE_LONG") != "" }

// TestMain plays the role of a child process where it is asked to; else it runs the tests and holds that they leave no
// descriptor open and no segment mapped.
func TestMain(m *testing.M) {
	if role := os.Getenv(childEnv); role != "" {
		play, ok := map[string]func() error{
			"torn-writer": tornWriter, "torn-reader": tornReader, "starter": starter, "one-cpu": oneCPU,
			"full": fullTmpfs, "broken-order": brokenOrder,
		}[role]
		if !ok {
			fmt.Println("no role", role)
			os.Exit(2)
		}
		if err := play(); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if left := mappings("/shm-test-"); left != 0 && code == 0 {
		fmt.Println(left, "mappings of segments are left")
		code = 1
	}
	os.Exit(code)
}

// segmentDir is an empty directory of shared memory.
func segmentDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "shm-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// mappings counts this process's mappings of files with part in their path.
func mappings(part string) int {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return -1
	}
	return strings.Count(string(maps), part)
}

// descriptors counts this process's open files.
func descriptors(t testing.TB) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}

// small is a segment that most tests are content with.
func small(dir string) WriterOptions {
	return WriterOptions{Dir: dir, Name: "x", Kind: 2, Slots: 4, PayloadBytes: 100}
}

func mustCreate(t testing.TB, o WriterOptions) *Writer {
	t.Helper()
	w, err := Create(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

func mustOpen(t testing.TB, o ReaderOptions) *Reader {
	t.Helper()
	r, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func mustWrite(t testing.TB, w *Writer, p string) {
	t.Helper()
	if err := w.Write([]byte(p)); err != nil {
		t.Fatal(err)
	}
}

// files lists a directory.
func files(t testing.TB, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

// lookNow makes the next access look at the segment's name, as it else does every 50 ms.
func (r *Reader) lookNow() { r.look = 0 }
