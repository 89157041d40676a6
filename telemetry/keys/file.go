package keys

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// serviceUser is whom the daemons run as, and the name of their group.
const serviceUser = "lanekeeper"

const (
	secretMode = fs.FileMode(0o600)
	publicMode = fs.FileMode(0o644)
	dirMode    = fs.FileMode(0o750)
	mostBytes  = 4096 // of a file
)

// readFile reads a small file that nobody but root, this user and the daemons' can have written, and for a secret that
// nobody else can have read.
func readFile(path string, mode fs.FileMode) (string, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if errors.Is(err, unix.ELOOP) {
		return "", fmt.Errorf("opening %s: it is a link; a file is needed", path)
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return "", err
	}
	if !st.Mode().IsRegular() {
		return "", fmt.Errorf("opening %s: it is no file", path)
	}
	if wrong := st.Mode().Perm() &^ mode; wrong != 0 {
		what := "write to"
		if mode == secretMode {
			what = "read"
		}
		return "", fmt.Errorf("opening %s: others can %s it (mode %#o): chmod %#o it, and make a new key if they may have", path, what,
			st.Mode().Perm(), mode)
	}
	if err := checkOwner(path, st); err != nil {
		return "", err
	}
	text, err := io.ReadAll(io.LimitReader(f, mostBytes+1))
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	if len(text) > mostBytes {
		return "", fmt.Errorf("reading %s: over %d bytes: this is no key", path, mostBytes)
	}
	return string(text), nil
}

// checkDir holds that nobody else can put a key into a folder. One that is not there is no error: it has no keys.
func checkDir(dir string) error {
	st, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !st.IsDir() {
		return fmt.Errorf("opening %s: it is no folder", dir)
	}
	if st.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("opening %s: others can write to it (mode %#o): chmod %#o it and look who is authorised", dir, st.Mode().Perm(),
			dirMode)
	}
	return checkOwner(dir, st)
}

func checkOwner(path string, st fs.FileInfo) error {
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("opening %s: its owner is not known", path)
	}
	uid := int(sys.Uid)
	if uid == 0 || uid == os.Geteuid() {
		return nil
	}
	if service, _, ok := service(); ok && uid == service {
		return nil
	}
	return fmt.Errorf("opening %s: it is user %d's; root's or %s's is expected: chown it and look what is in it", path, uid, serviceUser)
}

// service is the daemons' user and group, where they exist.
func service() (uid, gid int, ok bool) {
	u, err := user.Lookup(serviceUser)
	if err != nil {
		return 0, 0, false
	}
	uid, errUID := strconv.Atoi(u.Uid)
	gid, errGID := strconv.Atoi(u.Gid)
	return uid, gid, errUID == nil && errGID == nil
}

// give lets the daemons read what root has written: a secret is theirs, anything else stays root's and is their group's.
func give(path string, secret bool) error {
	uid, gid, ok := service()
	if os.Geteuid() != 0 || !ok {
		return nil
	}
	if !secret {
		uid = 0
	}
	return os.Lchown(path, uid, gid)
}

// makeDirs makes the folder of the keys and that of the viewers, for the daemons to read and not to write.
func makeDirs(dir string) error {
	for _, d := range []string{dir, filepath.Join(dir, viewersDir)} {
		if err := os.MkdirAll(filepath.Dir(d), 0o755); err != nil {
			return err
		}
		err := os.Mkdir(d, dirMode)
		if errors.Is(err, fs.ErrExist) {
			if err := checkDir(d); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		// Whatever the umask is: root's may shut the daemons out.
		if err := errors.Join(os.Chmod(d, dirMode), give(d, false)); err != nil {
			return err
		}
	}
	return nil
}

// writeFile puts a file in its place whole, or not at all.
func writeFile(path, text string, mode fs.FileMode) error {
	return place(path, text, mode, os.Rename)
}

// createFile does the same, but refuses to replace one.
func createFile(path, text string, mode fs.FileMode) error {
	return place(path, text, mode, os.Link)
}

func place(path, text string, mode fs.FileMode, put func(from, to string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // nothing, once it was renamed
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(mode), give(f.Name(), mode == secretMode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := put(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a change of names last.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
