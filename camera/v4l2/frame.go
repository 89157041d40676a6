package v4l2

// Frame is a captured picture in memory that the driver shares.
type Frame struct {
	Data      []byte // the picture; read-only, and only until the next call of Next or Close
	CaptureNs int64  // ns, CLOCK_MONOTONIC: the driver's time stamp; 0 when its clock is another one
	Sequence  uint32 // the driver's count of frames
	Lost      uint64 // frames between the last one taken and this: dropped by the driver, damaged, or passed over as older
}
