package drive

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"lanekeeper/camera"
	"lanekeeper/sim"
)

// Options say what to drive and where to leave what comes of it.
type Options struct {
	Scenario  string        // of the simulator; empty for its default
	Source    string        // a video file or a folder of images in place of the simulator
	Method    string        // of lane-detectd
	Seed      uint64        // of the simulator; 0 for the scenario's own
	Lockstep  bool          // the simulator waits for each command: repeatable, and as fast as it goes
	Duration  time.Duration // simulated time to drive; 0 for no limit
	DistanceM float64       // to drive; 0 for one lap where no duration is given either
	BinDir    string        // where the daemons are; empty for this program's own directory
	OutDir    string        // where pictures, logs and the summary go
	ShmDir    string        // empty for the usual one
	Viewer    string        // ViewerPage or ViewerNone; empty for the page

	format camera.Format // of the source
}

// complete fills in what was left open and refuses what cannot be driven.
func (o *Options) complete() error {
	if o.Source != "" && (o.Duration != 0 || o.DistanceM != 0) {
		return errors.New("a recording is played to its end: leave duration and distance out")
	}
	if o.Source != "" && (o.Scenario != "" || o.Lockstep || o.Seed != 0) {
		return errors.New("a recording has no scenario, seed or lock-step: leave them out, or leave the source out")
	}
	if o.Viewer != "" && o.Viewer != ViewerPage && o.Viewer != ViewerNone {
		return fmt.Errorf("viewer %q: %s or %s expected", o.Viewer, ViewerPage, ViewerNone)
	}
	if o.BinDir == "" {
		self, err := os.Executable()
		if err != nil {
			return fmt.Errorf("looking for the daemons: %w", err)
		}
		o.BinDir = filepath.Dir(self)
	}
	if o.Source != "" {
		path, err := filepath.Abs(o.Source)
		if err == nil {
			_, err = os.Stat(path)
		}
		if err != nil {
			return fmt.Errorf("opening the source: %w", err)
		}
		o.Source = path
		return o.tryOut()
	}
	if o.Scenario == "" {
		o.Scenario = sim.DefaultScenario
	}
	return nil
}

// tryOut opens a recording as camerad will, so that one that cannot be played is refused with the reason.
func (o *Options) tryOut() error {
	s, err := camera.Open(o.recording())
	if err != nil {
		return err
	}
	o.format = s.Format()
	return s.Close()
}

// recording is played once, at its own size and rate.
func (o *Options) recording() camera.Config {
	c := camera.DefaultConfig()
	c.Source, c.Path = camera.SourceFile, o.Source
	if st, err := os.Stat(o.Source); err == nil && st.IsDir() {
		c.Source = camera.SourceImages
	}
	c.FPS, c.Loop, c.Pacing = 0, false, camera.PacingRealtime
	// With the size known beforehand, camerad makes its segment before the first frame. Images may differ in theirs.
	if c.Width, c.Height = 0, 0; c.Source == camera.SourceFile {
		c.Width, c.Height = o.format.Width, o.format.Height
	}
	return c
}
