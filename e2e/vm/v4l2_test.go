package vm

import (
	"os/exec"
	"testing"
)

// The V4L2 code against a real kernel and its virtual camera, in a virtual machine.
func TestV4L2(t *testing.T) {
	machine(t)
	out, err := exec.CommandContext(t.Context(), "./v4l2.sh").CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}
}
