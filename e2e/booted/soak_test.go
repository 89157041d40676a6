package booted

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// usage is what a process holds.
type usage struct{ descriptors, goroutines, memoryKiB int }

// heapSlack is by how much a Go heap may grow before it is worth a collection to the runtime (its least goal is 4 MiB), and
// what it may keep of that.
const heapSlack = 6 << 10

// TestSoak drives for as long as LANE_SOAK says, half a minute otherwise: what the daemons hold does not grow, and every frame
// is accounted for.
func TestSoak(t *testing.T) {
	length := 30 * time.Second
	if text := os.Getenv("LANE_SOAK"); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	v, p := driving(t)
	pids := v.pids()
	samples := map[string][]usage{}
	const settle = 10 * time.Second
	time.Sleep(settle) // the length of a drive is what is tested
	for end := time.Now().Add(length); time.Now().Before(end); time.Sleep(length / 30) {
		for _, s := range services {
			samples[s] = append(samples[s], v.uses(s))
		}
	}
	for _, s := range services {
		first, last := median(samples[s][:10]), median(samples[s][len(samples[s])-10:])
		t.Logf("%s: %d descriptors, %d goroutines, %d KiB at first; %d, %d, %d KiB at last", s, first.descriptors, first.goroutines,
			first.memoryKiB, last.descriptors, last.goroutines, last.memoryKiB)
		if last.descriptors > first.descriptors || last.goroutines > first.goroutines || last.memoryKiB > first.memoryKiB+heapSlack {
			t.Errorf("%s holds more and more", s)
		}
	}
	if now := v.pids(); !slices.Equal(now, pids) {
		t.Errorf("processes %q, then %q: something was restarted\n%s", pids, now, v.Journal("--priority=warning", "--lines=40"))
	}
	v.account(p)
}

// account stops the source of frames and compares what it published with what became of it.
func (v *vehicle) account(p *tap) {
	v.t.Helper()
	v.Run("systemctl", "stop", "lane-sim")
	v.Run("journalctl", "--sync")
	var over struct {
		Frames string `json:"FRAMES"`
	}
	text := v.Shell(`journalctl --unit=lane-sim --output=json --no-pager | grep '"FRAMES"' | tail -n 1`)
	if err := json.Unmarshal([]byte(text), &over); err != nil {
		v.t.Fatalf("%v\n%s", err, text)
	}
	published, err := strconv.ParseUint(over.Frames, 10, 64)
	if err != nil {
		v.t.Fatal(err)
	}
	d := p.newestDetection()
	v.t.Logf("%d frames published: %d evaluated, %d overrun, %d passed over", published, d.Evaluated, d.Overrun, d.Skipped)
	if d.Evaluated+d.Overrun+d.Skipped != published {
		v.t.Errorf("%d frames are unaccounted for", int64(published)-int64(d.Evaluated+d.Overrun+d.Skipped))
	}
}

var goroutines = regexp.MustCompile(`(?m)^go_goroutines (\d+)$`)

// uses is what a service's process holds now.
func (v *vehicle) uses(service string) usage {
	v.t.Helper()
	proc := v.Path("/proc/" + v.Show(service, "MainPID"))
	open, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		v.t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(proc, "status"))
	if err != nil {
		v.t.Fatal(err)
	}
	u := usage{descriptors: len(open)}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			u.memoryKiB, _ = strconv.Atoi(strings.Fields(value)[0])
		}
	}
	metrics := v.Run("curl", "--silent", "--fail", "--unix-socket", "/run/lanekeeper/"+service+".sock", "http://d/metrics")
	found := goroutines.FindStringSubmatch(metrics)
	if found == nil || u.memoryKiB == 0 {
		v.t.Fatalf("%s does not say what it holds:\n%s", service, metrics)
	}
	u.goroutines, _ = strconv.Atoi(found[1])
	return u
}

// median is that of each number.
func median(list []usage) usage {
	of := func(number func(usage) int) int {
		var all []int
		for _, u := range list {
			all = append(all, number(u))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return usage{
		of(func(u usage) int { return u.descriptors }), of(func(u usage) int { return u.goroutines }),
		of(func(u usage) int { return u.memoryKiB }),
	}
}
