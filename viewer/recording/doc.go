// Package recording writes what a vehicle tells to files: MCAP, which Foxglove opens. It never holds up whoever hands it messages:
// what the disk is too slow for is dropped and counted.
//
// While it is being written a file is called NAME-TIME.mcap.part; after a crash it is readable up to its last second, under the name
// without .part.
package recording
