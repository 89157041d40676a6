package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"syscall"
	"testing"
)

// python is Debian's own, which finds python3-zmq whatever else is installed.
const python = "/usr/bin/python3"

// needPython skips a test without python3-zmq.
func needPython(t *testing.T) {
	t.Helper()
	if out, err := exec.Command(python, "-c", "import zmq").CombinedOutput(); err != nil {
		t.Skipf("needs python3-zmq: apt-get install python3-zmq: %v %s", err, out)
	}
}

// viewer runs a job of testdata/viewer.py and decodes what it saw.
func viewer[V any](t *testing.T, args ...any) V {
	t.Helper()
	line := []string{"testdata/viewer.py", args[0].(string)}
	for _, a := range args[1:] {
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		line = append(line, string(text))
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, python, line...)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var out, problems bytes.Buffer
	c.Stdout, c.Stderr = &out, &problems
	var v V
	err := c.Run()
	if err == nil {
		err = json.Unmarshal(out.Bytes(), &v)
	}
	if err != nil {
		t.Fatalf("the viewer: %v\n%s%s", err, out.String(), problems.String())
	}
	return v
}

// telemetryState is what a daemon's /status says of its telemetry.
type telemetryState struct {
	Telemetry struct {
		Endpoint  string `json:"endpoint"`
		Serving   bool   `json:"serving"`
		Encrypted bool   `json:"encrypted"`
		Refused   uint64 `json:"refused"`
		Restarts  uint64 `json:"restarts"`
		PID       int    `json:"pid"`
		Trouble   string `json:"trouble"`
	} `json:"telemetry"`
}

// watched starts a whole pipeline with telemetry, and waits until it is driven and served. What is given is set for
// lane-detectd.
func (r *rig) watched(sets ...string) (p map[string]*process, endpoint string) {
	r.t.Helper()
	on := []string{"--set", "telemetry.enabled=true", "--set", "telemetry.endpoint=tcp://127.0.0.1:*"}
	seen := on
	for _, s := range sets {
		seen = append(seen[:len(seen):len(seen)], "--set", s)
	}
	p = map[string]*process{controld: r.start(controld, on...), detectd: r.start(detectd, seen...), laneSim: r.start(laneSim)}
	r.driving(0)
	return p, r.served(detectd, 0).Telemetry.Endpoint
}

// served waits until a daemon's telemetry is, by another process than notBy.
func (r *rig) served(name string, notBy int) telemetryState {
	r.t.Helper()
	return awaitStatus(r, name, "telemetry is served", func(s *telemetryState) bool {
		return s.Telemetry.Serving && s.Telemetry.PID != notBy
	})
}

// undisturbed fails unless the vehicle is driven now, and was since a mark. A machine that has more to do than driving may break
// the drive for a moment; who waits for a viewer breaks it for good.
func (r *rig) undisturbed(mark int) {
	r.t.Helper()
	r.driving(r.commands.mark())
	moved, all := 0, r.commands.since(mark)
	for _, c := range all {
		if c.moves() {
			moved++
		}
	}
	r.t.Logf("%d of %d commands moved the vehicle", moved, len(all))
	if moved < len(all)/2 {
		r.t.Errorf("%d of %d commands moved the vehicle: the drive was disturbed", moved, len(all))
	}
}
