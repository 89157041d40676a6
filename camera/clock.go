package camera

import (
	"time"

	"golang.org/x/sys/unix"

	"lanekeeper/msg"
)

// clock tells the time of the frames.
type clock struct {
	monotonicNs func() int64 // CLOCK_MONOTONIC
	wall        func() time.Time
}

func realClock() clock {
	return clock{
		monotonicNs: func() int64 {
			var ts unix.Timespec
			// Cannot fail: the clock exists on every Linux and the pointer is valid.
			_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts)
			return ts.Nano()
		},
		wall: time.Now,
	}
}

// stamp is the time of one frame.
type stamp struct {
	captureNs int64
	sourceNs  int64
	flags     uint32
}

// write sets the times and flags of h.
func (s stamp) write(h *msg.FrameHeader, c clock) {
	age := time.Duration(c.monotonicNs() - s.captureNs)
	h.CaptureNs, h.SourceNs, h.Flags = s.captureNs, s.sourceNs, s.flags
	h.Timestamp = float64(c.wall().Add(-age).UnixNano()) / 1e9
}
