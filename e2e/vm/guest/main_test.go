package guest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// patience is how long a test waits for something that should come soon. It only ends tests that fail, and
// is so long because the machine underneath may have other work.
const patience = 2 * time.Minute

// The daemons and what starts them all.
const (
	camerad  = "camerad"
	laneSim  = "lane-sim"
	detectd  = "lane-detectd"
	controld = "controld"
	target   = "lanekeeper.target"
)

// services are all that are shipped, in the order of the data path.
var services = []string{camerad, laneSim, detectd, controld}

func TestMain(m *testing.M) {
	if device := os.Getenv(knockEnv); device != "" {
		os.Exit(knock(device))
	}
	os.Exit(m.Run())
}

// inMachine skips a test anywhere else.
func inMachine(t *testing.T) {
	t.Helper()
	if os.Getenv("LANEKEEPER_MACHINE") == "" {
		t.Skip("changes the system that it runs on: e2e/vm/installed.sh boots one for it")
	}
}

// command runs a program of the machine's, and gives back what it says.
func command(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := tryCommand(name, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tryCommand runs a program that may fail.
func tryCommand(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out)), err
}

// await asks again and again until the answer is yes, and says how long that took.
func await(t *testing.T, what string, yes func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	for !yes() {
		if time.Since(began) > patience {
			t.Fatalf("%s: not within %v", what, patience)
		}
		time.Sleep(300 * time.Millisecond) // asking costs a slow processor time that the daemons need
	}
	return time.Since(began).Round(time.Millisecond)
}
