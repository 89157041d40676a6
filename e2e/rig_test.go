package e2e

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/sim"
)

// rig is a pipeline with shared memory, sockets and state of its own.
type rig struct {
	t        *testing.T
	scenario *sim.Scenario
	place    daemon.Place
	state    string // folder of controld's memory, and of the drive's trace and report
	config   map[string]string

	frames   *tap[frame]
	sights   *tap[sight]
	commands *tap[command]
}

// newRig prepares a pipeline for a built-in scenario; nothing runs yet.
func newRig(t *testing.T, scenario string) *rig {
	t.Helper()
	s, err := sim.Load(scenario)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, scenario: s, state: t.TempDir(), place: daemon.Place{Prefix: "e2e-", ShmDir: folder(t, daemon.DefaultShmDir), RunDir: folder(t, "")}}
	r.config = map[string]string{detectd: r.detectorFile(), controld: r.controllerFile()}
	r.frames = newTap(r, msg.CameraFeed, msg.KindFrame, takeFrame)
	r.sights = newTap(r, msg.DetectionResults, msg.KindDetection, takeSight)
	r.commands = newTap(r, msg.ControlCommands, msg.KindCommand, takeOrder)
	return r
}

// folder is a new folder with a short path: a socket's may have 107 bytes.
func folder(t *testing.T, under string) string {
	t.Helper()
	dir, err := os.MkdirTemp(under, "lanekeeper-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// args are the arguments that every daemon of the rig gets.
func (r *rig) args(name string, more ...string) []string {
	args := []string{"--config", r.config[name], "--prefix", r.place.Prefix, "--run-dir", r.place.RunDir, "--shm-dir", r.place.ShmDir}
	switch name {
	case laneSim:
		args = append(args, "--scenario", r.scenario.Name, "--trace", r.tracePath(), "--report", r.reportPath())
	case controld:
		args = append(args, "--actuator", "sim", "--arm", "auto", "--state-dir", r.state)
	}
	return append(args, more...)
}

// start starts a daemon of the rig; what is given more comes last, so it wins.
func (r *rig) start(name string, more ...string) *process {
	r.t.Helper()
	return spawn(r.t, name, r.args(name, more...)...)
}

// drive starts a whole pipeline and waits until the vehicle is driven.
func (r *rig) drive() map[string]*process {
	r.t.Helper()
	p := map[string]*process{}
	for _, name := range []string{controld, detectd, laneSim} {
		p[name] = r.start(name)
	}
	r.driving(0)
	return p
}

// driving waits for a command after a mark that drives the vehicle.
func (r *rig) driving(mark int) command {
	r.t.Helper()
	return r.commands.await(mark, "a command that drives the vehicle", func(o *command) bool { return o.moves() && o.Throttle > 0 })
}

func (r *rig) tracePath() string  { return filepath.Join(r.state, "trace.csv") }
func (r *rig) reportPath() string { return filepath.Join(r.state, "report.json") }

// socket is where a daemon's control socket is.
func (r *rig) socket(name string) string {
	return daemon.SocketPath(r.place.RunDir, r.place.Prefix, name)
}

// segment is the path of a segment.
func (r *rig) segment(name string) string {
	return filepath.Join(r.place.ShmDir, r.place.Prefix+name)
}

// post gives a daemon an order.
func (r *rig) post(name, path string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return daemon.Post(ctx, r.socket(name), path, nil, nil)
}

// awaitStatus asks a daemon for its /status until it fits.
func awaitStatus[D any](r *rig, name, what string, fits func(*D) bool) D {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		var detail D
		err := daemon.Get(ctx, r.socket(name), "/status", &daemon.Status{Detail: &detail})
		if err == nil && fits(&detail) {
			return detail
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			r.t.Fatalf("%s: %s never says so; last: %+v, %v", what, name, detail, err)
		}
	}
}

// nothingLeft looks for what daemons that have ended should have removed. What stays is the note for controld --halt of
// which actuator was driven last.
func (r *rig) nothingLeft() {
	r.t.Helper()
	for _, dir := range []string{r.place.ShmDir, r.place.RunDir} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() != r.place.Prefix+"actuator.json" {
				r.t.Errorf("%s is left in %s", e.Name(), dir)
			}
		}
	}
}
