// Package source chooses what the vehicle sees with: its camera, or the simulator, which takes the place of camera and
// vehicle.
//
// Units name the source lanekeeper-camera.service. The package ships that name as camerad.service; a link of the same name in
// the administrator's directory, which systemd prefers, makes it lane-sim.service. With it goes a file of environment
// variables that all units read: it gives the detector the simulator's camera, the controller the simulator's vehicle, and
// sets the actuator to sim, so that no wheel turns for a road that is not there.
package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The units behind the alias.
const (
	cameraUnit = "camerad.service"
	simUnit    = "lane-sim.service"
	aliasUnit  = "lanekeeper-camera.service"
)

// Switch changes the source. Its fields say where, and how systemd is asked.
type Switch struct {
	UnitDir   string // the administrator's: /etc/systemd/system
	Vendor    string // the package's: /lib/systemd/system
	File      string // of environment variables: /etc/lanekeeper/source.env
	Systemctl func(ctx context.Context, args ...string) error
}

func (s *Switch) link() string { return filepath.Join(s.UnitDir, aliasUnit) }

// Current is the unit that is the source now, and the environment that goes with it.
func (s *Switch) Current() (unit string, environment []string, err error) {
	to, err := os.Readlink(s.link())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		unit = cameraUnit
	case err != nil:
		return "", nil, fmt.Errorf("looking for the source: %w", err)
	default:
		unit = filepath.Base(to)
	}
	text, err := os.ReadFile(s.File)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", nil, fmt.Errorf("looking for the source: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			environment = append(environment, unquote(line))
		}
	}
	return unit, environment, nil
}

// Camera makes the camera the source, and gives every daemon its own configuration back.
func (s *Switch) Camera(ctx context.Context) error {
	for _, path := range []string{s.link(), s.File} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("choosing the camera: %w", err)
		}
	}
	return s.restart(ctx)
}

// Sim makes the simulator the source. environment is what the daemons are to know of it, as daemon.Environ has it.
func (s *Switch) Sim(ctx context.Context, environment []string) error {
	// The file goes first: between the two, the camera is seen with the actuator sim, which moves nothing.
	if err := replace(s.File, func(path string) error { return os.WriteFile(path, format(environment), 0o644) }); err != nil {
		return fmt.Errorf("choosing the simulator: %w", err)
	}
	to := filepath.Join(s.Vendor, simUnit)
	if err := replace(s.link(), func(path string) error { return os.Symlink(to, path) }); err != nil {
		return fmt.Errorf("choosing the simulator: %w", err)
	}
	return s.restart(ctx)
}

// restart puts a change into force: systemd reads the units again, and what ran runs anew, with the source in the place of
// the other one. What did not run is not started, but for the source of a detector that runs.
func (s *Switch) restart(ctx context.Context) error {
	if err := s.Systemctl(ctx, "daemon-reload"); err != nil {
		return err
	}
	ran := s.Systemctl(ctx, "is-active", "--quiet", cameraUnit) == nil || s.Systemctl(ctx, "is-active", "--quiet", simUnit) == nil
	if err := s.Systemctl(ctx, "stop", cameraUnit, simUnit); err != nil {
		return err
	}
	if err := s.Systemctl(ctx, "try-restart", "controld.service", "lane-detectd.service"); err != nil {
		return err
	}
	if !ran {
		return nil
	}
	return s.Systemctl(ctx, "start", aliasUnit)
}

// replace makes a file or link beside the path and moves it there, so that the path leads to the old one or to the new one.
func replace(path string, create func(path string) error) error {
	beside := path + ".new"
	if err := os.Remove(beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := create(beside); err != nil {
		return err
	}
	return os.Rename(beside, path)
}
