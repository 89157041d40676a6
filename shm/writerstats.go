package shm

import "sync/atomic"

// WriterStats count since Create.
type WriterStats struct {
	Published uint64 // records
	Rebuilt   uint64 // times that the segment was made anew because its name was removed or its file cut short
	Epoch     uint64
}

// writerCounters are the counters while they run. They are atomic, not under the writer's lock, since a WriteFunc holds that for
// as long as a camera takes.
type writerCounters struct{ published, rebuilt, epoch atomic.Uint64 }

func (c *writerCounters) snapshot() WriterStats {
	return WriterStats{Published: c.published.Load(), Rebuilt: c.rebuilt.Load(), Epoch: c.epoch.Load()}
}
