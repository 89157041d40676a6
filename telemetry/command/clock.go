package command

import "time"

// clockKept is how long a reading of the vehicle's clock is held better than a newer one with a longer way.
const clockKept = time.Minute

// Clock is how the vehicle's CLOCK_MONOTONIC differs from this machine's.
type Clock struct {
	OffsetNs    int64 // to be added to this machine's
	RoundTripNs int64 // of the request that told; the offset may be wrong by half of it
	ReadNs      int64 // when that was, by this machine's
}

// read takes what an answer tells: now is when it was made, between sent and received. The shortest way tells best.
func (c *Clock) read(sentNs, receivedNs, now int64) {
	n := Clock{OffsetNs: now - (sentNs+receivedNs)/2, RoundTripNs: receivedNs - sentNs, ReadNs: receivedNs}
	old := c.ReadNs == 0 || receivedNs-c.ReadNs > clockKept.Nanoseconds()
	jumped := c.OffsetNs < now-receivedNs-c.RoundTripNs || c.OffsetNs > now-sentNs+c.RoundTripNs // one of the machines has slept
	if old || jumped || n.RoundTripNs <= c.RoundTripNs {
		*c = n
	}
}
