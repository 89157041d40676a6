package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanekeeper/telemetry/keys"
	"lanekeeper/telemetry/receiver"
	"lanekeeper/telemetry/screen"
)

// host is a network namespace (network_namespaces(7)): to what runs in it, a computer of its own.
type host struct {
	t             *testing.T
	name, address string
	device        string // its end of the cable
}

// cable connects two hosts that nothing else is connected to.
func cable(t *testing.T) (vehicle, laptop *host) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root: makes two hosts with ip netns")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("needs ip, of iproute2, to make two hosts")
	}
	id := os.Getpid()
	vehicle = &host{t, fmt.Sprintf("lk-vehicle-%d", id), "10.99.0.1", "eth-vehicle"}
	laptop = &host{t, fmt.Sprintf("lk-laptop-%d", id), "10.99.0.2", "eth-laptop"}
	for _, h := range []*host{vehicle, laptop} {
		h.ip("netns", "add", h.name)
		t.Cleanup(func() { h.ip("netns", "delete", h.name) })
	}
	vehicle.ip("-netns", vehicle.name, "link", "add", vehicle.device, "type", "veth", "peer", "name", laptop.device, "netns", laptop.name)
	for _, h := range []*host{vehicle, laptop} {
		h.ip("-netns", h.name, "address", "add", h.address+"/24", "dev", h.device)
		h.ip("-netns", h.name, "link", "set", "lo", "up")
		h.plug("up")
	}
	return vehicle, laptop
}

func (h *host) ip(args ...string) {
	h.t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		h.t.Fatalf("ip %s: %v %s", strings.Join(args, " "), err, out)
	}
}

// plug plugs the cable in, "up", or out, "down".
func (h *host) plug(how string) {
	h.t.Helper()
	h.ip("-netns", h.name, "link", "set", h.device, how)
}

// spawn starts a program on the host.
func (h *host) spawn(name string, args ...string) *process {
	h.t.Helper()
	line := append([]string{"netns", "exec", h.name, filepath.Join(binDir, name)}, args...)
	return launch(h.t, exec.Command("ip", line...), name, args)
}

// watches waits until lanectl watch, which writes a report a line, says what is wanted after what it has said so far.
func (p *process) watches(t *testing.T, what string, wanted func(*screen.Report) bool) screen.Report {
	t.Helper()
	var r screen.Report
	for from, until := len(p.output.String()), time.Now().Add(patience); time.Now().Before(until); <-time.After(50 * time.Millisecond) {
		lines := strings.SplitAfter(p.output.String()[from:], "\n")
		for _, line := range lines[:len(lines)-1] {
			from += len(line)
			if json.Unmarshal([]byte(line), &r) == nil && wanted(&r) {
				return r
			}
		}
	}
	t.Fatalf("%s: never said; last: %+v", what, r.Link)
	return r
}

// TestOverTheNetwork watches a vehicle from another host, with its key; not with another; and says so when the cable is
// pulled, and when it is back. The drive hears nothing of it.
func TestOverTheNetwork(t *testing.T) {
	vehicle, laptop := cable(t)
	r := newRig(t, "road")
	folder := filepath.Join(r.state, "keys")
	server, _, err := keys.Init(folder)
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(r.state, "laptop.key")
	pair, err := keys.LoadOrCreateClient(own)
	if err != nil {
		t.Fatal(err)
	}
	if err := keys.Authorise(folder, keys.Viewer{Name: "laptop", Public: pair.Public, Role: keys.View}); err != nil {
		t.Fatal(err)
	}
	for name, endpoint := range map[string]string{detectd: "tcp://*:5557", controld: "tcp://*:5558", laneSim: ""} {
		args := r.args(name)
		if endpoint != "" {
			args = append(args, "--set", "telemetry.enabled=true", "--set", "telemetry.endpoint="+endpoint, "--set", "telemetry.keys_dir="+folder)
		}
		vehicle.spawn(name, args...)
	}
	r.driving(0)
	address := "tcp://" + vehicle.address + ":5557"
	watch := func(key string) *process {
		return laptop.spawn(lanectl, "watch", "--json", "--interval", "100ms", "--server-key", server, "--key", key, address)
	}
	live := func(v *screen.Report) bool {
		return v.Link.State == string(receiver.Live) && v.Lane != nil && v.Control != nil && v.Control.Value.State == "active"
	}
	known, unknown := watch(own), watch(filepath.Join(r.state, "other.key"))
	known.watches(t, "the drive", live)
	refused := unknown.watches(t, "that its key is not known", func(v *screen.Report) bool {
		return v.Link.State != string(receiver.Live) && strings.Contains(v.Link.Text, "key is not known")
	})
	t.Logf("to an unknown key: %s", refused.Link.Text)
	if refused.Lane != nil || refused.Control != nil || len(refused.Daemons) > 0 {
		t.Errorf("a key that the vehicle does not know was told: %+v", refused)
	}
	mark := r.commands.mark()
	laptop.plug("down")
	lost := known.watches(t, "that the vehicle is out of reach", func(v *screen.Report) bool { return v.Link.State == string(receiver.Lost) })
	t.Logf("without a cable: %s", lost.Link.Text)
	laptop.plug("up")
	known.watches(t, "the drive again", live)
	r.undisturbed(mark)
}
