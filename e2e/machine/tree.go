package machine

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Needed skips a test that cannot boot a machine here, or was not asked to.
func Needed(t testing.TB) {
	t.Helper()
	if os.Getenv("LANEKEEPER_BOOT") == "" {
		t.Skip("boots a Debian tree, which is made with packages from the network: set LANEKEEPER_BOOT=1, or use make e2e")
	}
	if os.Geteuid() != 0 {
		t.Skip("boots a machine, which only root may")
	}
	for _, tool := range []string{"mmdebstrap", "systemd-nspawn", "nsenter", "unshare"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is missing: tools/deps.sh e2e installs it", tool)
		}
	}
}

// Root is the top of the repository.
func Root(t testing.TB) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// Package is the package to test: the one that LANEKEEPER_DEB names, or else the newest in build/deb for the architecture.
func Package(t testing.TB, architecture string) string {
	t.Helper()
	if path := os.Getenv("LANEKEEPER_DEB"); path != "" {
		return path
	}
	found, err := filepath.Glob(filepath.Join(Root(t), "build/deb/lanekeeper_*_"+architecture+".deb"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no package of lanekeeper for %s in build/deb (%v): make deb builds it", architecture, err)
	}
	newest := found[0]
	for _, path := range found {
		if modified(t, path) > modified(t, newest) {
			newest = path
		}
	}
	return newest
}

func modified(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.ModTime().UnixNano()
}

// dependencies installs what apt would install besides the package; the package itself is installed in each test anew.
const dependencies = `
apt-get install -q --simulate --no-install-recommends /lanekeeper.deb |
	sed -n "s/^Inst \\([^ ]*\\) .*/\\1/p" | grep -vx lanekeeper >/depends
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(cat /depends)
rm /lanekeeper.deb
`

// Tree is a minimal Debian 12 with systemd, the Debian packages named, and all that a package depends on, but not that package
// itself. It is made when there is none for just that yet.
func Tree(t testing.TB, deb, architecture string, packages ...string) string {
	t.Helper()
	depends, err := exec.CommandContext(t.Context(), "dpkg-deb", "--field", deb, "Depends").Output()
	if err != nil {
		t.Fatalf("reading %s: %v", deb, err)
	}
	key := sha256.Sum256(fmt.Append(depends, architecture, packages))
	tree := filepath.Join(Root(t), "build/e2e", fmt.Sprintf("%s-%x", architecture, key[:6]))
	if _, err := os.Stat(tree + ".complete"); err == nil {
		return tree
	}
	t.Logf("making a Debian tree in %s", tree)
	if err := os.MkdirAll(filepath.Dir(tree), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(tree); err != nil {
		t.Fatal(err)
	}
	host(t, "mmdebstrap", "--quiet", "--variant=minbase", "--architectures="+architecture, "--dpkgopt=force-unsafe-io",
		"--include="+strings.Join(append([]string{"systemd", "systemd-sysv"}, packages...), ","),
		`--customize-hook=cp "`+deb+`" "$1/lanekeeper.deb"`, `--customize-hook=chroot "$1" sh -euc '`+dependencies+`'`, "bookworm", tree)
	if err := os.Rename(filepath.Join(tree, "depends"), tree+".depends"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(tree+".complete", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return tree
}

// host runs a command on this machine.
func host(t testing.TB, command ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
	}
	return string(out)
}
