package e2e

import (
	"strings"
	"testing"
	"time"

	"lanekeeper/shm"
)

// orders are all the orders in which three things can come.
func orders(a, b, c string) [][]string {
	return [][]string{{a, b, c}, {a, c, b}, {b, a, c}, {b, c, a}, {c, a, b}, {c, b, a}}
}

// TestStartOrder starts the daemons in every order: each waits for the one before it to be ready, so that the later ones
// really find nothing, or a pipeline that has been waiting.
func TestStartOrder(t *testing.T) {
	for _, order := range orders(laneSim, detectd, controld) {
		t.Run(strings.Join(order, ","), func(t *testing.T) {
			r := newRig(t, "road")
			p := startInOrder(r, order, nil)
			r.nothingStale()
			for _, name := range order {
				p[name].stop(t)
			}
			r.nothingLeft()
			steps := readTrace(t, r.tracePath())
			if last := steps[len(steps)-1]; last.progressM <= 0 {
				t.Errorf("the vehicle has not moved: progress %v m", last.progressM)
			}
		})
	}
}

// TestStartOrderWithCamera does the same with a recording in place of the simulator.
func TestStartOrderWithCamera(t *testing.T) {
	clip := makeClip(t)
	for _, order := range orders(camerad, detectd, controld) {
		t.Run(strings.Join(order, ","), func(t *testing.T) {
			r := newRig(t, "road")
			p := startInOrder(r, order, map[string][]string{camerad: clip.args(), controld: {"--actuator", "dry-run"}})
			r.nothingStale()
			for _, name := range order {
				p[name].stop(t)
			}
			r.nothingLeft()
		})
	}
}

// startInOrder starts the daemons, and waits until the vehicle has been driven for half a second.
func startInOrder(r *rig, order []string, more map[string][]string) map[string]*process {
	r.t.Helper()
	p := map[string]*process{}
	for _, name := range order {
		p[name] = r.start(name, more[name]...)
		awaitStatus(r, name, "ready", func(*struct{}) bool { return true })
	}
	last := shm.NowNs()
	first := r.driving(0)
	r.commands.awaitMany(0, 15, "commands that drive the vehicle", (*command).moves)
	r.t.Logf("first command that drives %v after the last daemon was ready", time.Duration(first.publishNs-last).Round(time.Millisecond))
	return p
}
