package vm

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The installed package in a machine of its own: the tests of guest, each as a part of this one.
func TestInstalled(t *testing.T) {
	machine(t)
	script := exec.CommandContext(t.Context(), "./installed.sh")
	script.Stderr = t.Output()
	out, err := script.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := script.Start(); err != nil {
		t.Fatal(err)
	}
	all, err := readResults(out, func(line string) {
		if strings.HasPrefix(line, "=== RUN") || strings.HasPrefix(line, "--- ") {
			_, _ = io.WriteString(t.Output(), line+"\n") // progress; the whole of it follows below
		}
	})
	if err := errors.Join(err, script.Wait()); err != nil {
		t.Errorf("installed.sh: %v", err)
	}
	t.Logf("%v in all", time.Since(began).Round(time.Second))
	all.report(t)
	if t.Failed() {
		console, err := os.ReadFile("../../build/vm/console.log")
		t.Logf("the machine's console: %v\n%s", err, console)
	}
}

// machine skips a test of a machine unless it is asked for.
func machine(t *testing.T) {
	t.Helper()
	if os.Getenv("LANEKEEPER_VM") == "" {
		t.Skip("boots a virtual machine, and downloads its kernel once: set LANEKEEPER_VM=1")
	}
}
