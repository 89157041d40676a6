package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// binDir is where TestMain has put the daemons.
var binDir string

// The daemons, by name.
const (
	laneSim    = "lane-sim"
	camerad    = "camerad"
	detectd    = "lane-detectd"
	controld   = "controld"
	lanectl    = "lanectl"
	laneViewer = "lane-viewer"
)

// patience is how long a test waits for something that should come at once. It only ends tests that fail.
const patience = 60 * time.Second

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run builds the daemons once for all tests.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "lanekeeper-e2e-bin-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	args := []string{"build", "-buildvcs=false", "-o", dir}
	for _, name := range []string{laneSim, camerad, detectd, controld, lanectl, laneViewer} {
		args = append(args, "lanekeeper/cmd/"+name)
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the daemons: %v\n%s", err, out)
		return 1
	}
	binDir = dir
	return m.Run()
}

// long skips a test that takes minutes unless it is asked for.
func long(t *testing.T, takes string) {
	t.Helper()
	if os.Getenv("LANE_LONG") == "" {
		t.Skip("takes " + takes + ": set LANE_LONG=1")
	}
}

// recording is a file of the folder of recordings.
func recording(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("LANE_DATA")
	if dir == "" {
		t.Skip("needs a recording: set LANE_DATA to the folder that has " + name)
	}
	return filepath.Join(dir, name)
}
