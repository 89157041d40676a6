package booted

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"lanekeeper/daemon"
	"lanekeeper/e2e/machine"
)

// services are the daemons of a simulated vehicle, in the order of the data path.
var services = []string{"lane-sim", "lane-detectd", "controld"}

// vehicle is a machine with the package installed.
type vehicle struct {
	*machine.Machine
	t   *testing.T
	deb string
}

// bare is a machine without the package, and the package's place in it.
func bare(t *testing.T) *vehicle {
	t.Helper()
	machine.Needed(t)
	deb := machine.Package(t, runtime.GOARCH)
	v := &vehicle{machine.Boot(t, machine.Tree(t, deb, runtime.GOARCH, "curl", "procps")), t, "/tmp/lanekeeper.deb"}
	v.Copy(deb, v.deb)
	return v
}

// installed is a vehicle whose source is the simulator, with nothing running.
func installed(t *testing.T) *vehicle {
	t.Helper()
	v := bare(t)
	v.Run("dpkg", "--install", v.deb)
	v.Run("lanectl", "source", "sim")
	return v
}

// driving is a vehicle that drives, armed by itself after whatever becomes of it.
func driving(t *testing.T) (*vehicle, *tap) {
	t.Helper()
	v := installed(t)
	v.configure("controld", "arm: manual", "arm: auto")
	v.Run("systemctl", "start", "lanekeeper.target")
	p := v.tap()
	p.driving(machine.Patience)
	return v, p
}

// configure edits a daemon's shipped configuration.
func (v *vehicle) configure(daemon, from, to string) {
	v.t.Helper()
	path := v.Path("/etc/lanekeeper/" + daemon + ".yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		v.t.Fatal(err)
	}
	if !strings.Contains(string(text), from) {
		v.t.Fatalf("%s does not say %q", path, from)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), from, to, 1)), 0o644); err != nil {
		v.t.Fatal(err)
	}
}

// detail decodes what a daemon says of itself, as soon as it answers.
func (v *vehicle) detail(name string, into any) {
	v.t.Helper()
	var text string
	v.Await(name+" answers", func() (ok bool) {
		said, err := v.ask(name)
		text = said
		return err == nil
	})
	answer := daemon.Status{Detail: into}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		v.t.Fatal(err)
	}
}

// stopped waits until no service runs: stopping the target returns before.
func (v *vehicle) stopped() {
	v.t.Helper()
	for _, s := range services {
		v.Await(s+" stops", func() bool { return v.Show(s, "ActiveState") == "inactive" })
	}
}

// signal sends a signal to a service's main process.
func (v *vehicle) signal(service, signal string) {
	v.t.Helper()
	v.Run("systemctl", "kill", "--kill-whom=main", "--signal="+signal, service)
}

// segments are the files in the machine's /dev/shm.
func (v *vehicle) segments() []string {
	v.t.Helper()
	entries, err := os.ReadDir(v.Path("/dev/shm"))
	if err != nil {
		v.t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// program builds a program of this repository that runs in any machine.
func program(t *testing.T, path string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), filepath.Base(path))
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", out, path)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building %s: %v\n%s", path, err, text)
	}
	return out
}
