package booted

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"lanekeeper/e2e/machine"
)

// viewerPackage is the laptop's package of the same build as the vehicle's.
func viewerPackage(t *testing.T) string {
	t.Helper()
	dir, name := filepath.Split(machine.Package(t, runtime.GOARCH))
	path := filepath.Join(dir, strings.Replace(name, "lanekeeper_", "lane-viewer_", 1))
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: make deb builds both packages", err)
	}
	return path
}

// TestViewer installs lane-viewer where the vehicle's package is not, and that beside it. It needs ZeroMQ and no OpenCV, serves
// its page, and leaves nothing.
func TestViewer(t *testing.T) {
	v := bare(t)
	deb := viewerPackage(t)
	depends, err := exec.CommandContext(t.Context(), "dpkg-deb", "--field", deb, "Depends").Output()
	if err != nil || !strings.Contains(string(depends), "libzmq5") || strings.Contains(string(depends), "opencv") ||
		strings.Contains(string(depends), "lanekeeper") {
		t.Errorf("depends on %s, %v", depends, err)
	}
	before := v.files()
	v.Copy(deb, "/tmp/lane-viewer.deb")
	v.Run("dpkg", "--install", "/tmp/lane-viewer.deb")
	v.Run("systemd-run", "--unit=look", "--collect", "--working-directory=/tmp", "lane-viewer")
	page := func() bool {
		text, err := v.Try("curl", "--silent", "--fail", "http://127.0.0.1:8088/")
		return err == nil && strings.Contains(text, "lanekeeper-token") && !strings.Contains(text, "{{")
	}
	v.Await("the page", page)
	if said, err := v.Try("curl", "--silent", "--fail", "--header", "Host: evil.example:8088", "http://127.0.0.1:8088/"); err == nil {
		t.Errorf("the page is told to another host: %s", said)
	}
	v.Run("dpkg", "--install", v.deb)
	v.Await("the page", page)
	v.Run("dpkg", "--purge", "lanekeeper")
	v.Await("the page", page)
	v.Run("systemctl", "stop", "look")
	v.Run("dpkg", "--purge", "lane-viewer")
	for _, path := range v.files() {
		if !slices.Contains(before, path) && path != "/tmp/lane-viewer.deb" {
			t.Errorf("purging left %s", path)
		}
	}
}
