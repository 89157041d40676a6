package keys

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFoldersUnderAnyUmask: the daemons' group reads what root makes, whatever root's umask is.
func TestFoldersUnderAnyUmask(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	old := unix.Umask(0o077)
	_, _, err := Init(dir)
	unix.Umask(old)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{"": 0o750, "viewers": 0o750, "server.secret": 0o600, "server.public": 0o644} {
		st, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := st.Mode().Perm(); got != want {
			t.Errorf("%q has mode %#o, %#o expected", name, got, want)
		}
	}
}
