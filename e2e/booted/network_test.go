package booted

import (
	"os"
	"strings"
	"testing"

	"lanekeeper/detect/onnx/onnxtest"
)

// TestNetwork holds that a network that a person puts where the documents say is loaded inside the unit's sandbox, where it is
// tried in a process of its own first, and that a file which is none ends the service with what to do about it.
func TestNetwork(t *testing.T) {
	v := installed(t)
	model := v.Path("/var/lib/lanekeeper/models/lanes.onnx")
	file := onnxtest.Brightness(320, 192).File()
	if err := os.WriteFile(model, file, 0o644); err != nil {
		t.Fatal(err)
	}
	before := "method: cv"
	for _, method := range []string{"dl", "cv+dl"} {
		v.configure("lane-detectd", before, "method: "+method)
		before = "method: " + method
		v.Run("systemctl", "restart", "lanekeeper.target")
		v.Await("frames are looked at with "+method, func() bool {
			var seen struct {
				Method    string `json:"method"`
				Evaluated uint64 `json:"frames_evaluated"`
			}
			v.detail("lane-detectd", &seen)
			return seen.Method == method && seen.Evaluated > 20
		})
	}
	v.Run("systemctl", "stop", "lanekeeper.target")
	v.stopped()
	if err := os.WriteFile(model, file[:len(file)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Try("systemctl", "start", "lane-detectd"); err == nil {
		t.Error("started with half a network")
	}
	v.Await("it is given up", func() bool { return v.Show("lane-detectd", "ActiveState") == "failed" })
	if status := v.Show("lane-detectd", "ExecMainStatus"); status != "78" {
		t.Errorf("ended with code %s, want 78", status)
	}
	v.Run("journalctl", "--sync")
	if said := v.Run("journalctl", "--unit=lane-detectd", "--no-pager", "--lines=20"); !strings.Contains(said, "lanes.onnx") {
		t.Errorf("the journal does not name the file:\n%s", said)
	}
}
