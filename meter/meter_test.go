package meter

import "testing"

func TestWindow(t *testing.T) {
	m := New()
	const period = 10_000_000
	now := int64(1)
	for i := range int64(101) {
		now = 1 + i*period
		if closed := m.Observe(now, i+1); closed != (i == 100) {
			t.Fatalf("round %d: window closed %v", i, closed)
		}
	}
	want := Reading{RateHz: 101, P50Ns: 51, P99Ns: 100, MaxNs: 101}
	if got := m.Read(now); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := m.Read(now + windowNs); got != want {
		t.Errorf("a second later: %+v, want %+v", got, want)
	}
	if got := m.Read(now + 2*windowNs); got != (Reading{}) {
		t.Errorf("after two silent windows: %+v, want zero", got)
	}
}

func TestObserveAllocatesNothing(t *testing.T) {
	m, now := New(), int64(0)
	if n := testing.AllocsPerRun(100_000, func() {
		now += 100_000
		m.Observe(now, now)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
