package watch

import "lanekeeper/shm"

// flow counts the records of one segment.
type flow struct {
	name       string
	sinceNs    int64 // records published earlier belong to the time before anybody watched
	epoch      uint64
	newest     uint64
	publishNs  int64
	published  int // since the last report
	notSampled int
	missed     uint64 // not sampled, in all
	why        error  // why there is nothing to read; nil while only a new record is missing
	unread     error  // why the newest record could not be read
	seen       bool
}

// step is what a record means for the flow.
type step struct {
	again bool   // it was seen before
	fresh bool   // it was published while we watched
	first bool   // of its segment, for us: nothing can be counted from the one before
	ahead uint64 // numbers since the one before; 1 when none was missed
}

// record takes note of a record.
func (f *flow) record(r shm.Record) step {
	f.why = nil
	s := step{fresh: r.PublishNs >= f.sinceNs, first: !f.seen || r.Epoch != f.epoch}
	switch {
	case !s.first && r.N <= f.newest:
		return step{again: true}
	case !s.first:
		s.ahead = r.N - f.newest
	case f.seen: // another segment: all of its records are newer than those of the one before
		s.ahead = r.N
	default:
		s.ahead = 1
	}
	f.seen, f.epoch, f.newest, f.publishNs = true, r.Epoch, r.N, r.PublishNs
	if s.fresh {
		f.published += int(s.ahead)
		f.notSampled += int(s.ahead - 1)
		f.missed += s.ahead - 1
	}
	return s
}

// take is what was counted since the last take.
func (f *flow) take(nowNs, beganNs int64, drops ...Drop) Segment {
	s := Segment{Name: f.name, Records: f.newest, Drops: drops, NotSampled: f.notSampled}
	if nowNs > beganNs {
		s.RateHz = float64(f.published) * 1e9 / float64(nowNs-beganNs)
	}
	if f.seen {
		age := ms(nowNs - f.publishNs)
		s.AgeMs = &age
	}
	switch {
	case f.why != nil:
		s.Problem = f.why.Error()
	case f.unread != nil:
		s.Problem = f.unread.Error()
	}
	f.published, f.notSampled = 0, 0
	return s
}
