package booted

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"lanekeeper/e2e/machine"
	"lanekeeper/telemetry/keys"
)

// sending is how a daemon says that its telemetry does.
type sending struct {
	Telemetry *struct {
		Serving   bool   `json:"serving"`
		Encrypted bool   `json:"encrypted"`
		PID       int    `json:"pid"`
		Trouble   string `json:"trouble"`
	} `json:"telemetry"`
}

// TestTelemetry is offered from inside the units' sandbox, with keys that lanectl has made, by a process that gives way to its
// daemon. Off, nothing listens.
func TestTelemetry(t *testing.T) {
	v, p := driving(t)
	if said := v.Run("cat", "/proc/net/tcp", "/proc/net/tcp6"); strings.Contains(said, " 0A ") {
		t.Errorf("something listens:\n%s", said)
	}
	viewer, err := keys.NewPair()
	if err != nil {
		t.Fatal(err)
	}
	v.Run("lanectl", "keys", "init")
	v.Run("lanectl", "keys", "authorise", "anna", viewer.Public)
	if got := strings.TrimSpace(v.Run("stat", "--format=%U:%G %a", "/etc/lanekeeper/keys", "/etc/lanekeeper/keys/server.secret")); got !=
		"root:lanekeeper 750\nlanekeeper:lanekeeper 600" {
		t.Errorf("the keys are\n%s", got)
	}
	ports := map[string]string{"lane-detectd": "5557", "controld": "5558"}
	for name, port := range ports {
		v.configure(name, "\n  enabled: false\n", "\n  enabled: true\n")
		v.configure(name, "tcp://127.0.0.1:"+port, "tcp://*:"+port)
	}
	v.Run("systemctl", "restart", "lanekeeper.target")
	p.driving(machine.Patience)
	for name := range ports {
		var s sending
		v.Await(name+" offers its telemetry", func() bool {
			s = sending{}
			v.detail(name, &s)
			if s.Telemetry != nil && s.Telemetry.Trouble != "" {
				t.Fatalf("%s: %s", name, s.Telemetry.Trouble)
			}
			return s.Telemetry != nil && s.Telemetry.Serving && s.Telemetry.Encrypted
		})
		// nice is the 19th field of stat(5), seen from inside.
		fields := strings.Fields(v.Run("ps", "-o", "ni=,comm=", "-p", strconv.Itoa(s.Telemetry.PID)))
		if len(fields) != 2 || fields[0] != "10" || fields[1] != "telemetry" {
			t.Errorf("%s sends from %v, niceness 10 expected", name, fields)
		}
		v.Run("kill", "-KILL", strconv.Itoa(s.Telemetry.PID))
		v.Await(name+" offers it again", func() bool {
			var again sending
			v.detail(name, &again)
			return again.Telemetry.Serving && again.Telemetry.PID != s.Telemetry.PID
		})
		if state := v.Show(name, "NRestarts"); state != "0" {
			t.Errorf("%s was restarted %s times", name, state)
		}
	}
	p.driving(machine.Patience)
	// A secret that others can read is not used, and the vehicle drives on.
	if err := os.Chmod(v.Path("/etc/lanekeeper/keys/server.secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	v.Await("it is told", func() bool {
		var s sending
		v.detail("lane-detectd", &s)
		text, _ := json.Marshal(s)
		return !s.Telemetry.Serving && strings.Contains(string(text), "others can read it")
	})
	p.driving(machine.Patience)
}
