// Package msg holds the records that cross a process boundary: the camera frame, the lane detection and the command.
//
// A record is a Go struct whose memory is its wire form: little-endian, naturally aligned, only fixed-size numbers,
// every byte of padding named. Writing one is a copy of its bytes and reading one is a copy back, so neither allocates
// nor converts. A test pins every offset, docs/shared-memory.md is generated from the same structs, and the package
// does not compile for a big-endian or 32-bit machine.
//
// Time across processes is CLOCK_MONOTONIC in nanoseconds (fields ending in Ns). Wall-clock seconds appear only in the
// two fields called Timestamp, which existing clients expect. Vehicle frame: x forward, y left, metres.
//
// A record may grow at its end: a decoder accepts a longer payload than it knows and refuses a shorter one.
package msg
