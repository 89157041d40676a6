package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"lanekeeper/camera/v4l2"
	"lanekeeper/daemon"
	"lanekeeper/inspect"
	"lanekeeper/units"
)

// System is what the checks look at: a tree of files, and values for what no file tells.
type System struct {
	Root    string // where /proc, /sys, /dev, /etc, /run and /var are; empty on the machine itself
	Arch    string // as Go names it
	Version string // of this lanectl
	Place   daemon.Place
	Caller  Caller
	View    inspect.View // the daemons and segments

	Units    []units.Unit
	UnitsErr error // why they are unknown

	Video    []v4l2.Info
	VideoErr error

	Shm    Space // of the file system that the segments are on
	ShmErr error

	Configs []Config
}

// Caller is the user who asks.
type Caller struct {
	UID  int
	GIDs []int // of this process, which are those of its login
}

// Space is the size of a file system and what of it is free, in bytes.
type Space struct{ Size, Free uint64 }

// path is where an absolute path is in the tree.
func (s *System) path(absolute string) string { return filepath.Join(s.Root, absolute) }

// read reads a small file without the white space, and the zero byte of a device tree, around it.
func (s *System) read(absolute string) (string, error) {
	text, err := os.ReadFile(s.path(absolute))
	return strings.Trim(string(text), " \t\n\x00"), s.plain(err)
}

// value is what a file says, empty when it is not there or may not be read.
func (s *System) value(absolute string) string {
	text, _ := s.read(absolute)
	return text
}

// plain takes the tree's root out of an error, which is no business of who reads it.
func (s *System) plain(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return &fs.PathError{Op: p.Op, Path: strings.TrimPrefix(p.Path, s.Root), Err: p.Err}
	}
	return err
}

func (s *System) exists(absolute string) bool {
	_, err := os.Lstat(s.path(absolute))
	return err == nil
}

// first is the first of the paths that is there, empty if none is.
func (s *System) first(absolute ...string) string {
	for _, path := range absolute {
		if s.exists(path) {
			return path
		}
	}
	return ""
}

// glob finds paths by a pattern, those with the smaller number first.
func (s *System) glob(pattern string) []string {
	found, _ := filepath.Glob(s.path(pattern)) // its only error is a bad pattern, and ours are constant
	for i := range found {
		found[i] = strings.TrimPrefix(found[i], strings.TrimSuffix(s.Root, "/"))
	}
	slices.SortStableFunc(found, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return found
}

// owner is the user and the group that a file belongs to, and its mode.
func (s *System) owner(absolute string) (uid, gid int, mode fs.FileMode, err error) {
	info, err := os.Stat(s.path(absolute))
	if err != nil {
		return 0, 0, 0, s.plain(err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, 0, fs.ErrInvalid
	}
	return int(st.Uid), int(st.Gid), info.Mode(), nil
}

// model is the board's name in the device tree; empty on a PC.
func (s *System) model() string { return s.value("/proc/device-tree/model") }

func (s *System) isRaspberryPi() bool { return strings.Contains(s.model(), "Raspberry Pi") }

// installed says whether the units are: then what they need is needed here.
func (s *System) installed() bool {
	for _, dir := range []string{"/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"} {
		if s.first(dir+"/controld.service", dir+"/lane-detectd.service", dir+"/camerad.service") != "" {
			return true
		}
	}
	return false
}

// needed is a failure where the units are installed, and else a warning: who runs the daemons by hand can do without.
func (s *System) needed(mend, format string, args ...any) Finding {
	if s.installed() {
		return fail(mend, format, args...)
	}
	return warn(mend, format, args...)
}
