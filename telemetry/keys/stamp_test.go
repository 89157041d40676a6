package keys_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"lanekeeper/telemetry/keys"
)

func TestStamp(t *testing.T) {
	dir := t.TempDir()
	stamp := func() string {
		t.Helper()
		s, err := keys.Stamp(dir)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	none := stamp()
	if err := os.WriteFile(filepath.Join(dir, "server.secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	one := stamp()
	if one == none || one != stamp() {
		t.Errorf("with a file %q, without %q", one, none)
	}
	if err := os.Chmod(filepath.Join(dir, "server.secret"), 0o640); err != nil {
		t.Fatal(err)
	}
	if stamp() == one {
		t.Error("another mode is no change")
	}
}

// TestStampWithoutDescriptors: whoever takes all of this process's files, with connections, changes no keys.
func TestStampWithoutDescriptors(t *testing.T) {
	dir := t.TempDir()
	var was unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 1, Max: was.Max}); err != nil {
		t.Fatal(err)
	}
	s, err := keys.Stamp(dir)
	folders := keys.Folders(dir)
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	if folders != keys.Folders(dir) {
		t.Errorf("the folders without descriptors %q, with %q", folders, keys.Folders(dir))
	}
	if err := os.Mkdir(filepath.Join(dir, "viewers"), 0o750); err != nil {
		t.Fatal(err)
	}
	if folders == keys.Folders(dir) {
		t.Error("what has come into a folder is no change of it")
	}
	if err == nil {
		t.Errorf("%q, an error expected", s)
	}
}
