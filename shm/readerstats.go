package shm

import "sync/atomic"

// ReaderStats count since Open. Of the records that were published while the reader was attached, each is
// counted once: as Read, Overrun or Skipped, but for those not yet looked at and those whose look was cut short by a panic or a fault.
type ReaderStats struct {
	Attached bool   // to a segment now
	Epoch    uint64 // of that segment
	Attaches uint64 // segments attached to, in all
	Read     uint64 // records taken well
	Overrun  uint64 // records that were overwritten while they were looked at
	Skipped  uint64 // records passed over for a newer one
	Before   uint64 // records passed over because they were published before the reader attached
	Copied   uint64 // records looked at in a copy, after two overruns in a row
}

// readerCounters are the counters while they run. They are atomic, not under the reader's lock, since a Next that waits holds
// that for as long as there is no writer.
type readerCounters struct {
	attached                                                atomic.Bool
	epoch, attaches, read, overrun, skipped, before, copied atomic.Uint64
}

func (c *readerCounters) snapshot() ReaderStats {
	return ReaderStats{
		Attached: c.attached.Load(), Epoch: c.epoch.Load(), Attaches: c.attaches.Load(),
		Read: c.read.Load(), Overrun: c.overrun.Load(), Skipped: c.skipped.Load(), Before: c.before.Load(), Copied: c.copied.Load(),
	}
}
