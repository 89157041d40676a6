// Package mcap writes files of the MCAP format, which Foxglove and others read: messages on channels, in chunks, with an index
// at the end. The format is described at https://mcap.dev/spec; records are named here as they are there.
//
// A file that was not closed, because the writer was killed, is readable up to its last whole chunk.
package mcap
