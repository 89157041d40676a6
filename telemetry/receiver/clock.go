package receiver

import (
	"os"
	"strings"
	"time"

	"lanekeeper/telemetry"
	"lanekeeper/telemetry/command"
)

// window is how many seconds the least delay is looked for in.
const window = 60

// clock is the vehicle's CLOCK_MONOTONIC, as far as it is known here.
type clock struct {
	ownBoot   string
	boot      string          // of the vehicle; empty unknown
	startedNs int64           // by this machine's clock, when the vehicle's computer was found to have started anew; 0 never
	wallNs    int64           // what the vehicle's CLOCK_MONOTONIC is less than its wall clock
	least     [window]leastOf // by second, each the least of received − sent
	command   *command.Clock  // as the answers to commands tell it; nil unknown
}

type leastOf struct{ second, ns int64 }

// ownBoot is what tells this start of this computer from others, as telemetry.Status has it; empty where it is not known.
func ownBoot() string {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return bootID(string(text))
}

// bootID is a boot's id as it is compared: the kernel writes it with hyphens, systemd without.
func bootID(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), "-", "") }

// status takes what a daemon tells of its clock, and says whether its computer has started anew.
func (c *clock) status(s *telemetry.Status, nowNs int64) (started bool) {
	boot := bootID(s.BootID)
	started = c.boot != "" && c.boot != boot
	if started {
		c.least, c.startedNs = [window]leastOf{}, nowNs
	}
	c.boot = boot
	c.wallNs = int64(s.WallS*1e9) - s.SentNs
	return started
}

// sample takes when a message was sent and received.
func (c *clock) sample(sentNs, receivedNs int64) {
	second := receivedNs / 1e9
	l := &c.least[second%window]
	if ns := receivedNs - sentNs; l.second != second || ns < l.ns {
		*l = leastOf{second: second, ns: ns}
	}
}

// exact tells whether both computers have the same clock, being one.
func (c *clock) exact() bool { return c.boot != "" && c.boot == c.ownBoot }

// offset is what the vehicle's clock is ahead of this computer's, ns; false where it is not known. Nothing arrives before it
// was sent, so it is at least what the least delay tells; commands, which go both ways, may tell that it is more.
func (c *clock) offset(nowNs int64) (int64, bool) {
	if c.exact() {
		return 0, true
	}
	var least int64
	known := false
	for _, l := range c.least {
		if l.second > 0 && nowNs/1e9-l.second <= window && (!known || l.ns < least) {
			least, known = l.ns, true
		}
	}
	// Commands may come hours apart, and clocks drift apart meanwhile.
	k := c.command
	read := k != nil && nowNs-k.ReadNs <= window*int64(time.Second) && k.ReadNs > c.startedNs
	switch {
	case known && read:
		return max(-least, k.OffsetNs), true
	case read:
		return k.OffsetNs, true
	}
	return -least, known
}

// since is how long ago a moment of the vehicle's was, ms; null where that is not known.
func (c *clock) since(vehicleNs, nowNs int64) *float64 {
	offset, known := c.offset(nowNs)
	if !known || vehicleNs <= 0 {
		return nil
	}
	ms := max(0, float64(nowNs+offset-vehicleNs)/1e6)
	return &ms
}

// captured is a moment of the vehicle's wall clock by its CLOCK_MONOTONIC, ns; 0 where that is not known.
func (c *clock) captured(wallS float64) int64 {
	if c.wallNs == 0 || wallS <= 0 {
		return 0
	}
	return int64(wallS*1e9) - c.wallNs
}
