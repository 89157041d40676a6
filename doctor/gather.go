package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"lanekeeper/camera/v4l2"
	"lanekeeper/daemon"
	"lanekeeper/inspect"
	"lanekeeper/units"
)

// patience bounds the wait for systemd and for a daemon's check of its configuration.
const patience = 10 * time.Second

// Gather is this machine, looked at by a program of the given version.
func Gather(ctx context.Context, place daemon.Place, version string) System {
	s := System{Arch: runtime.GOARCH, Version: version, Place: place, View: inspect.Look(ctx, place)}
	s.Caller = newCaller()
	s.Video, s.VideoErr = v4l2.List()
	s.Shm, s.ShmErr = newSpace(place.ShmDir)
	asking, cancel := context.WithTimeout(ctx, patience)
	s.Units, s.UnitsErr = units.Look(asking, unitNames()...)
	cancel()
	self, err := os.Executable()
	if err != nil {
		self = "" // then the daemons are those in PATH
	}
	for _, d := range s.View.Daemons {
		s.Configs = append(s.Configs, newConfig(ctx, filepath.Dir(self), d.Name))
	}
	return s
}

func newCaller() Caller {
	c := Caller{UID: os.Geteuid(), GIDs: []int{os.Getegid()}}
	if more, err := os.Getgroups(); err == nil {
		c.GIDs = append(c.GIDs, more...)
	}
	return c
}

func newSpace(dir string) (Space, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return Space{}, fmt.Errorf("asking for the space in %s: %w", dir, err)
	}
	return Space{Size: st.Blocks * uint64(st.Bsize), Free: st.Bavail * uint64(st.Bsize)}, nil
}

// newConfig lets a daemon's program, from dir or else from PATH, check its file. That does not start the daemon.
func newConfig(ctx context.Context, dir, name string) Config {
	c := Config{Daemon: name}
	program, err := exec.LookPath(filepath.Join(dir, name))
	if err != nil {
		program, err = exec.LookPath(name)
	}
	if err != nil {
		return c
	}
	c.Program = program
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "--check-config").CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit) && exit.ExitCode() == daemon.ExitConfig:
		c.Bad, c.Says = true, strings.TrimSpace(string(out))
	default:
		c.Err = fmt.Errorf("running %s --check-config: %w: %s", program, err, oneLine(string(out)))
	}
	return c
}
