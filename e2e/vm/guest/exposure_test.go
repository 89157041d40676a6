package guest

import (
	"regexp"
	"strconv"
	"testing"
)

// mostExposed is the promise; 10 is a service that may do everything.
const mostExposed = 2.0

// TestExposure asks systemd how much the services may do.
func TestExposure(t *testing.T) {
	inMachine(t)
	level := regexp.MustCompile(`exposure level for \S+: ([0-9.]+)`)
	for _, unit := range services {
		out := command(t, "systemd-analyze", "security", "--no-pager", unit)
		found := level.FindStringSubmatch(out)
		if found == nil {
			t.Errorf("%s: no level in\n%s", unit, out)
			continue
		}
		exposure, err := strconv.ParseFloat(found[1], 64)
		if err != nil || exposure > mostExposed {
			t.Errorf("%s: exposure %s, %.1f at most: %v\n%s", unit, found[1], mostExposed, err, out)
		}
		t.Logf("%s: exposure %s", unit, found[1])
	}
}
