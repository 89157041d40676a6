package e2e

import (
	"encoding/json"
	"testing"

	"lanekeeper/telemetry/screen"
)

// TestWatch watches a real drive with lanectl, over the network.
func TestWatch(t *testing.T) {
	r := newRig(t, "road")
	lanes, control := freeAddress(t), freeAddress(t)
	telemetry := func(address string) []string {
		return []string{"--set", "telemetry.enabled=true", "--set", "telemetry.endpoint=" + address}
	}
	r.start(controld, telemetry(control)...)
	r.start(detectd, telemetry(lanes)...)
	r.start(laneSim)
	r.driving(0)
	var got screen.Report
	seen := func() bool { // until both streams have come
		w := spawn(t, lanectl, "watch", "--json", "--once", "--interval", "3s", "--control", control, lanes)
		code := w.wait(t, patience)
		if err := json.Unmarshal([]byte(w.output.String()), &got); err != nil {
			t.Fatalf("code %d, %s: %v", code, w.output, err)
		}
		return code == 0 && got.Control != nil && got.Lane != nil && len(got.Daemons) == 2
	}
	for range 20 {
		if seen() {
			break
		}
	}
	if !seen() || got.Clock != "exact" || got.Link.State != "live" || got.Control.AgeMs == nil || *got.Control.AgeMs <= 0 ||
		got.Control.Value.State == "" || got.Rates.LanesHz == 0 || len(got.Events) == 0 {
		text, _ := json.Marshal(got)
		t.Errorf("%s", text)
	}
}
