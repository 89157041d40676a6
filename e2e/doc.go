// Package e2e runs the real binaries as separate processes and holds them to what the pipeline promises: they start in any
// order, survive each other's deaths, stop a vehicle in time, leave nothing behind and lose nothing unnoticed.
//
// A [rig] is a pipeline of its own: shared memory, sockets and state in folders that nobody else uses. A [tap] keeps what
// passes in a segment, so that a test waits for events and measures between the times that the records themselves carry.
//
// Values that matter are written to the test's log. Where a bound guards somebody's safety a test fails at three times the
// bound, since the machine may be busy with other things; docs/safety.md has what was measured on an idle one.
//
// LANE_LONG=1 runs the long tests too, LANE_DATA names the folder of recordings.
package e2e
