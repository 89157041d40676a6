package foreign

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"lanekeeper/e2e/machine"
)

// TestARM64Package installs the package in an arm64 tree, drives in lock-step with its programs, and runs the tests of shm
// there.
func TestARM64Package(t *testing.T) {
	machine.Needed(t)
	const architecture = "arm64"
	if runtime.GOARCH == architecture {
		t.Skip("this machine is one: the package is tested where it boots")
	}
	if _, err := os.Stat("/proc/sys/fs/binfmt_misc/qemu-aarch64"); err != nil {
		t.Skip("the kernel does not know what runs an arm64 program: make arm64 tells it")
	}
	deb := machine.Package(t, architecture)
	tree := machine.Tree(t, deb, architecture)
	files := t.TempDir()
	text, err := os.ReadFile(deb)
	if err == nil {
		err = os.WriteFile(filepath.Join(files, "lanekeeper.deb"), text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", filepath.Join(files, "shm.test"), "lanekeeper/shm")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+architecture)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the tests of shm: %v\n%s", err, out)
	}

	out := machine.Chroot(t, tree, files, `
		dpkg --install /mnt/lanekeeper.deb
		for program in camerad lane-detectd controld lane-sim lanectl; do
			printf '%s: ' "$program"
			"$program" --help 2>&1 | head -n 1
		done
		lanectl drive --scenario tape --lockstep --distance 2 --out /tmp/drive
		cd /tmp && /mnt/shm.test -test.short -test.timeout=5m && dpkg --purge lanekeeper`)
	t.Log(out)
	for _, want := range []string{`camerad: camerad: `, `lanectl: usage: lanectl`, `(?m)^PASS$`} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("no %q", want)
		}
	}
	added(t, deb, tree)
}

// added reports how much a minimal Debian grows by installing the package.
func added(t *testing.T, deb, tree string) {
	t.Helper()
	depends, err := os.ReadFile(tree + ".depends")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(depends))
	sizes := machine.Chroot(t, tree, t.TempDir(), `dpkg-query --show --showformat='${Installed-Size}\n' `+strings.Join(names, " ")+
		` | awk '{ n += $1 } END { printf "%d", n / 1024 }'`)
	own, err := exec.CommandContext(t.Context(), "dpkg-deb", "--field", deb, "Installed-Size").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("installing adds %d packages with %s MiB, and lanekeeper itself with %s KiB", len(names), sizes, strings.TrimSpace(string(own)))
}
