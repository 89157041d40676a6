package e2e

import (
	"slices"
	"testing"
)

// TestCostOfViewers measures detection in one drive: with nobody watching, a viewer, ten of them, and one that stands still. Making
// and sending pictures takes its share of a busy machine's CPUs, but detection has the better priority and waits for none of it.
func TestCostOfViewers(t *testing.T) {
	needPython(t)
	r := newRig(t, "road")
	_, endpoint := r.watched()
	rates := map[string]float64{}
	for _, phase := range []struct {
		name string
		job  []any
	}{
		{"nobody", []any{"watch", endpoint, 0, 4}},
		{"one viewer", []any{"watch", endpoint, 1, 4}},
		{"ten viewers", []any{"watch", endpoint, 10, 4}},
		{"a stalled one", []any{"stalled", endpoint, 4}},
		{"nobody again", []any{"watch", endpoint, 0, 4}},
	} {
		mark, commands := r.sights.mark(), r.commands.mark()
		got := viewer[map[string]int](t, phase.job...)
		seen := r.sights.since(mark)
		if len(seen) < 10 {
			t.Fatalf("%s: %d detections", phase.name, len(seen))
		}
		var ages []int64
		for _, s := range seen {
			ages = append(ages, s.publishNs-s.captureNs)
		}
		slices.Sort(ages)
		first, last := seen[0], seen[len(seen)-1]
		rates[phase.name] = float64(last.count-first.count) / float64(last.publishNs-first.publishNs) * 1e9
		t.Logf("%-14s %5.1f detections a second, capture to detection p50 %.1f ms, p99 %.1f ms; %v", phase.name, rates[phase.name],
			float64(ages[len(ages)/2])/1e6, float64(ages[len(ages)*99/100])/1e6, got)
		r.undisturbed(commands)
	}
	for name, rate := range rates {
		if least := rates["nobody"] / 2; rate < least {
			t.Errorf("%s: %.1f detections a second, %.1f with nobody watching", name, rate, rates["nobody"])
		}
	}
}
