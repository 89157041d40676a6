package bench

import (
	"slices"
	"testing"

	"lanekeeper/shm"
)

func upTo(n int) []int64 {
	var all []int64
	for i := range n {
		all = append(all, int64(i+1))
	}
	return all
}

func TestPerMille(t *testing.T) {
	for _, c := range []struct {
		samples        []int64
		p50, p99, p999 int64
	}{
		{[]int64{7}, 7, 7, 7},
		{[]int64{1, 2}, 1, 2, 2},
		{[]int64{1, 2, 3}, 2, 3, 3},
		{upTo(100), 50, 99, 100},
		{upTo(101), 51, 100, 101},
		{upTo(1000), 500, 990, 999},
		{upTo(1001), 501, 991, 1000},
		{upTo(10000), 5000, 9900, 9990},
		{[]int64{1, 1, 1, 9}, 1, 9, 9},
	} {
		got := [3]int64{perMille(c.samples, 500), perMille(c.samples, 990), perMille(c.samples, 999)}
		if want := [3]int64{c.p50, c.p99, c.p999}; got != want {
			t.Errorf("percentiles of %d samples from %d: %v, want %v", len(c.samples), c.samples[0], got, want)
		}
	}
}

func TestNewRow(t *testing.T) {
	samples := append(upTo(998), framePeriodNs, framePeriodNs+1)
	slices.Reverse(samples)
	got := newRow(Cell{Delivery, shm.Adaptive, 88, 2}, UnixSocket, samples)
	want := Row{
		Transport: UnixSocket, Figure: Delivery, Wait: "adaptive", PayloadBytes: 88, Readers: 2, Samples: 1000,
		MinNs: 1, P50Ns: 500, P99Ns: 990, P999Ns: framePeriodNs, MaxNs: framePeriodNs + 1, Late: 1,
	}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
