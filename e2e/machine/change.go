package machine

import (
	"context"
	"os"
	"os/exec"
	"testing"
)

// changed runs a script in a tree that is not booted, under an overlay of its own.
const changed = `
mount -t tmpfs tmpfs "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount --rbind "$3" "$2/root/mnt"
mount -t proc proc "$2/root/proc"
mount -t tmpfs tmpfs "$2/root/dev/shm"
for node in null zero full random urandom; do touch "$2/root/dev/$node"; mount --bind "/dev/$node" "$2/root/dev/$node"; done
exec chroot "$2/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive LANE_EMULATED=1 \
	sh -euc "$4"
`

// Chroot runs a script as root in a tree that is not booted, with the files of a directory in /mnt, and returns what it said.
// Nothing of what it does to the tree lasts. This is how programs for another architecture are run: an emulator runs them one
// by one, while systemd would have to be run by it as well.
func Chroot(t testing.TB, tree, files, script string) string {
	t.Helper()
	// A process namespace ends whatever the script leaves running.
	c := exec.CommandContext(context.WithoutCancel(t.Context()), "unshare", "--mount", "--pid", "--fork", "--kill-child",
		"sh", "-euc", changed, "changed", tree, t.TempDir(), files, script)
	c.Env = os.Environ()
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("in %s: %v\n%s", tree, err, out)
	}
	return string(out)
}
