package sender

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"time"

	"lanekeeper/daemon"
	"lanekeeper/shm"
	"lanekeeper/telemetry"
)

// statusEvery is how often a daemon's status is sent.
const statusEvery = time.Second

// statuses sends the daemon's own status. The daemon answers in a goroutine of its control socket: its loop has no part
// in it.
type statuses struct {
	socket string
	pub    *publisher
	rate   rate
	bootID string
	nextNs int64
}

func (s *statuses) round(ctx context.Context) error {
	if !s.pub.wanted(ctx, telemetry.TopicStatus) {
		return nil
	}
	if wait := s.nextNs - shm.NowNs(); wait > 0 {
		pause(ctx, time.Duration(wait))
	}
	s.nextNs = shm.NowNs() + int64(statusEvery)
	asked, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	var detail json.RawMessage
	d := daemon.Status{Detail: &detail}
	if err := daemon.Get(asked, s.socket, "/status", &d); err != nil {
		return err
	}
	m := telemetry.Status{
		Name: d.Name, Version: d.Version, PID: d.PID, UptimeS: d.UptimeS, Line: d.Line, BootID: s.bootID, Sender: s.pub.state(), Detail: detail,
	}
	if len(detail) == 0 {
		m.Detail = json.RawMessage("null")
	}
	m.Sender.RateHz, m.Sender.EncodeMs = s.rate.now()
	wall := time.Now()
	m.SentNs, m.WallS = shm.NowNs(), float64(wall.UnixNano())/1e9
	return s.pub.send(telemetry.TopicStatus, m)
}

// bootVariable is how a unit tells the boot's id: its sandbox hides the kernel's file.
const bootVariable = "LANEKEEPER_BOOT_ID"

// bootID names this boot of this computer, in 32 hexadecimal digits; empty when it is not known.
func bootID() string {
	id := os.Getenv(bootVariable)
	if id == "" {
		text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
		if err != nil {
			return ""
		}
		id = string(text)
	}
	return strings.ReplaceAll(strings.TrimSpace(id), "-", "")
}
