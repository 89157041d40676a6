package sender

import (
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	niceness   = 10  // the child gives way to everything that drives
	expendable = 500 // oom_score_adj: the kernel takes the child first
	mostFiles  = 256 // so many connections, and a few files: more are not accepted
	mostMiB    = 128 // of memory of its own; a viewer must not be able to have more taken
	threads    = 2   // that run Go at once
)

// settle makes the process one that disturbs nobody. What a sandbox forbids stays as it is.
func settle() {
	runtime.GOMAXPROCS(threads)
	// A thread has its own niceness on Linux, and those made later have that of the one that made them.
	tasks, err := os.ReadDir("/proc/self/task")
	if err == nil {
		for _, t := range tasks {
			if id, err := strconv.Atoi(t.Name()); err == nil {
				_ = unix.Setpriority(unix.PRIO_PROCESS, id, niceness)
			}
		}
	}
	_ = os.WriteFile("/proc/self/comm", []byte("telemetry"), 0) // else it is exe
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte(strconv.Itoa(expendable)), 0)
	_ = unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: mostFiles, Max: mostFiles})
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) // keys are in its memory
}

// ownMiB is the memory that the process alone has, 0 when it is not known.
func ownMiB() int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kib, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			return kib >> 10
		}
	}
	return 0
}
