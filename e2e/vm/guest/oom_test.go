package guest

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/msg"
	"lanekeeper/shm"
)

// looseness is by how much an emulated, busy machine may miss a bound that guards somebody's safety.
const looseness = 3

// The promises.
const (
	staleBound = 100 * time.Millisecond // from the last detection to the command that stops
	deathBound = 300 * time.Millisecond // from controld's death to a vehicle that acts on nothing
)

// drive chooses the simulator, starts the stack and arms it, and waits until the vehicle is at speed.
func (v *vehicle) drive(commands *records[msg.Command]) {
	v.t.Helper()
	scenario, err := os.ReadFile("/run/e2e/slow.yaml")
	if err != nil {
		v.t.Fatal(err)
	}
	v.slow()
	for _, unit := range []string{laneSim, detectd, controld} {
		// The emulated processor has no time to spare here, and the watchdogs end what is merely late. They are not what
		// is tested.
		v.write(dropIn(unit, "50-watchdog.conf"), "[Service]\nWatchdogSec=10s\n")
	}
	v.write("/etc/lanekeeper/slow.yaml", string(scenario))
	v.t.Log(command(v.t, "lanectl", "source", "--scenario", "/etc/lanekeeper/slow.yaml", "sim"))
	v.undo = append(v.undo, func() { command(v.t, "lanectl", "source", "camera") })
	command(v.t, "systemctl", "start", target)
	v.arm(commands)
}

// arm waits until the vehicle is driven. It arms it, which is refused while an input is bad, and does so again when late
// pictures have disarmed it. It asks controld as lanectl arm does, which itself keeps an emulated processor so busy that the
// inputs are bad while it starts.
func (v *vehicle) arm(commands *records[msg.Command]) {
	v.t.Helper()
	now := shm.NowNs()
	var err error
	defer func() {
		if v.t.Failed() {
			v.t.Logf("armed last: %v", err)
		}
	}()
	await(v.t, "armed and driven", func() bool {
		err = daemon.Post(v.t.Context(), daemon.SocketPath(daemon.DefaultRunDir, "", controld), "/arm", nil, nil)
		_, driven := commands.find(now, func(c *msg.Command) bool { return moves(c) && c.Throttle > 0 })
		return driven
	})
}

// starve takes a running service's memory away, by the limit that its unit sets, so that the kernel kills it. The time of its
// death is CLOCK_MONOTONIC in ns. feed gives it back.
func (v *vehicle) starve(unit, limit string) (beganNs, diedNs int64, feed func()) {
	v.t.Helper()
	pid := v.number(unit, "MainPID")
	shipped := v.show(unit, "MemoryMax")
	const result = "Failed with result 'oom-kill'"
	kills, before := oomKills(v.t), strings.Count(v.journal(unit), result)
	v.t.Logf("%s has %s of %s bytes", unit, v.show(unit, "MemoryCurrent"), shipped)
	died := watchDeath(v.t, pid)
	feed = func() { command(v.t, "systemctl", "set-property", "--runtime", unit, "MemoryMax="+shipped) }
	v.undo = append(v.undo, feed)
	beganNs = shm.NowNs()
	command(v.t, "systemctl", "set-property", "--runtime", unit, "MemoryMax="+limit)
	diedNs, ok := <-died
	if !ok {
		v.t.Fatalf("%s lives, with MemoryMax=%s", unit, limit)
	}
	await(v.t, unit+": "+result, func() bool { return strings.Count(v.journal(unit), result) > before })
	now := oomKills(v.t)
	if now == kills {
		v.t.Errorf("the kernel counts no OOM kill")
	}
	v.t.Logf("%s was killed %v after MemoryMax=%s; the kernel counts %d OOM kills more", unit,
		time.Duration(diedNs-beganNs).Round(time.Millisecond), limit, now-kills)
	return beganNs, diedNs, feed
}

// oomKills is how many processes of services the kernel has killed for want of memory: the count of their slice, since a
// service's own goes with its control group.
func oomKills(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/sys/fs/cgroup/system.slice/memory.events")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if n, ok := strings.CutPrefix(line, "oom_kill "); ok {
			kills, err := strconv.Atoi(strings.TrimSpace(n))
			if err != nil {
				t.Fatal(err)
			}
			return kills
		}
	}
	t.Fatalf("no oom_kill in memory.events:\n%s", text)
	return 0
}

// comesBack waits until a service runs again by itself, and has the vehicle armed and driven once more.
func (v *vehicle) comesBack(unit string, commands *records[msg.Command]) {
	v.t.Helper()
	took := await(v.t, unit+" runs again", func() bool { return v.show(unit, "ActiveState") == "active" })
	v.t.Logf("%s runs again %v after its memory was given back, restarted %d times", unit, took, v.number(unit, "NRestarts"))
	if _, state := awaitStatus(v, controld, "an answer", func(string, driver) bool { return true }); unit == controld && state.Armed {
		v.t.Error("controld was armed when it came back")
	}
	v.arm(commands)
}

// tries is how often a vehicle is brought to speed: late pictures stop it, and then nothing can be measured that moment.
const tries = 4

// TestDetectorOutOfMemory has the kernel kill lane-detectd at speed.
func TestDetectorOutOfMemory(t *testing.T) {
	v := newVehicle(t)
	commands, detections := followCommands(t), followDetections(t)
	v.drive(commands)
	for range tries {
		began, died, feed := v.starve(detectd, "1M")
		moved, _ := commands.last(shm.NowNs(), moves)
		stop, ok := commands.find(moved.publishNs, stops)
		if !ok {
			t.Fatal("lane-detectd is dead, and the vehicle drives on")
		}
		if c := stop.value; c.Mode != msg.ModeStopped || c.Steering != 0 || c.Throttle != 0 {
			t.Errorf("%v because of %v, steering %v, throttle %v: a stop expected", c.Mode, c.Reason, c.Steering, c.Throttle)
		}
		good, seen := detections.last(stop.publishNs, func(d *msg.Detection) bool { return d.FrameID == moved.value.FrameID })
		feed()
		v.comesBack(detectd, commands)
		if !seen || stop.publishNs < began {
			t.Logf("not measured: the vehicle stood when memory was taken away (%v), or its last detection was missed", stop.value.Reason)
			continue
		}
		v.within("last detection that was driven by → neutral", stop.publishNs-good.publishNs, staleBound)
		// It comes before the death: want of memory slows a process down until nothing else is left but to kill it.
		t.Logf("because of %v, %.1f ms after memory was taken away; lane-detectd died %.1f ms after that", stop.value.Reason,
			ms(stop.publishNs-began), ms(died-stop.publishNs))
		return
	}
	t.Error("nothing was measured")
}

// TestControllerOutOfMemory has the kernel kill controld at speed.
func TestControllerOutOfMemory(t *testing.T) {
	v := newVehicle(t)
	commands := followCommands(t)
	v.drive(commands)
	in, err := shm.Open(shm.ReaderOptions{Name: msg.ControlCommands, Kind: msg.KindCommand})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	for range tries {
		obeyed := make(chan int64, 1)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { obeyed <- lastObeyed(ctx, in) }()
		began, died, feed := v.starve(controld, "1M")
		cancel()
		neutral := <-obeyed
		feed()
		v.comesBack(controld, commands)
		if neutral < began {
			t.Log("not measured: the vehicle stood when memory was taken away")
			continue
		}
		// Negative when controld was too slow for its own commands before it died, and they ran out.
		v.within("death of controld → neutral", neutral-died, deathBound)
		return
	}
	t.Error("nothing was measured")
}

// within holds a time to its bound, as far as an emulated processor can be held to it.
func (v *vehicle) within(what string, ns int64, bound time.Duration) {
	v.t.Helper()
	v.t.Logf("%s: %.1f ms, bound %v", what, ms(ns), bound)
	if ns > looseness*int64(bound) {
		v.t.Errorf("%s: over %d times the bound", what, looseness)
	}
}

// lastObeyed acts on commands as an actuator does, every millisecond until ctx ends, and is when it last had one that drives.
func lastObeyed(ctx context.Context, in *shm.Reader) (lastNs int64) {
	var buffer [msg.CommandBytes]byte
	for ctx.Err() == nil {
		time.Sleep(time.Millisecond)
		var c msg.Command
		rec, err := in.Latest(buffer[:])
		if err == nil {
			err = c.Decode(rec.Payload)
		}
		now := shm.NowNs()
		if _, throttle, _ := c.Drive(now); err == nil && throttle > 0 {
			lastNs = now
		}
	}
	return lastNs
}

func ms(ns int64) float64 { return float64(ns) / float64(time.Millisecond) }
