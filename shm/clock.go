package shm

import _ "unsafe" // for go:linkname

// NowNs is CLOCK_MONOTONIC in nanoseconds, the time that all processes of a machine share.
//
// It is the runtime's own reading of the clock: through the vDSO, where unix.ClockGettime costs a system call.
//
//go:linkname NowNs runtime.nanotime
func NowNs() int64
