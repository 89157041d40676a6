package bench

import "lanekeeper/shm"

// target is a ratio of two measured times that the project holds itself to.
type target struct {
	name string
	most float64
	over place
	by   place
}

// place is a number in a report.
type place struct {
	transport Transport
	cell      Cell
	ns        func(Row) int64
}

func p50(r Row) int64 { return r.P50Ns }
func p99(r Row) int64 { return r.P99Ns }

func targets() []target {
	const record, picture = 88, 800 * 600 * 3
	cell := func(f Figure, w shm.Wait, bytes, readers int) Cell {
		return Cell{Figure: f, Wait: w, PayloadBytes: bytes, Readers: readers}
	}
	beside := func(name string, most float64, c Cell, ns func(Row) int64) target {
		return target{name: name, most: most, over: place{SharedMemory, c, ns}, by: place{Limit, c, ns}}
	}
	return []target{
		beside("notification, spin, 88 B: p50 ÷ cache-line bounce", 1.5, cell(Notification, shm.Spin, record, 1), p50),
		beside("notification, spin, 88 B: p99 ÷ cache-line bounce", 3, cell(Notification, shm.Spin, record, 1), p99),
		beside("notification, spin, 800x600x3: p50 ÷ cache-line bounce", 1.5, cell(Notification, shm.Spin, picture, 1), p50),
		beside("notification, spin, 800x600x3: p99 ÷ cache-line bounce", 3, cell(Notification, shm.Spin, picture, 1), p99),
		{
			name: "notification, spin: p50 of 800x600x3 ÷ 88 B", most: 1.2,
			over: place{SharedMemory, cell(Notification, shm.Spin, picture, 1), p50},
			by:   place{SharedMemory, cell(Notification, shm.Spin, record, 1), p50},
		},
		beside("delivery, spin, 800x600x3: p50 ÷ memcpy + sum", 1.2, cell(Delivery, shm.Spin, picture, 1), p50),
		beside("delivery, futex, 800x600x3: p50 ÷ memcpy + sum", 1.2, cell(Delivery, shm.Futex, picture, 1), p50),
		beside("notification, futex at 60 Hz, 88 B: p50 ÷ bare futex", 1.3, cell(Notification, shm.Futex, record, 1), p50),
		beside("notification, futex at 60 Hz, 800x600x3: p50 ÷ bare futex", 1.3, cell(Notification, shm.Futex, picture, 1), p50),
		beside("write, 88 B, 8 sleeping readers: p50 ÷ store + wake", 1.3, cell(Write, shm.Futex, record, maxReaders), p50),
		beside("write, 800x600x3, 8 sleeping readers: p50 ÷ memcpy + store + wake", 1.3, cell(Write, shm.Futex, picture, maxReaders), p50),
	}
}

// ratio is the target's in a report; not ok when one of its numbers was not measured.
func (t target) ratio(r *Report) (ratio float64, ok bool) {
	over, ok1 := t.over.find(r)
	by, ok2 := t.by.find(r)
	if !ok1 || !ok2 || by <= 0 {
		return 0, false
	}
	return over / by, true
}

func (p place) find(r *Report) (ns float64, ok bool) {
	row, ok := r.row(p.transport, p.cell)
	if !ok {
		return 0, false
	}
	return float64(p.ns(row)), true
}
