package bench

// track is where one process keeps the samples of one transport.
type track struct {
	count *int64
	ns    []int64
}

func (t track) add(ns int64) {
	if n := *t.count; n < int64(len(t.ns)) {
		t.ns[n] = ns
		*t.count = n + 1
	}
}

func (t track) samples() []int64 { return t.ns[:*t.count] }
