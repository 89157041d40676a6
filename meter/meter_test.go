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
	want := Reading{RateHz: 100, P50Ns: 52, P99Ns: 101, MaxNs: 101}
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

// TestSilence has a loop that stops in mid-window and comes back much later.
func TestSilence(t *testing.T) {
	m := New()
	m.Observe(1, 5)
	m.Observe(1+windowNs/2, 7)
	for _, c := range []struct {
		atNs int64
		want Reading
	}{
		{1 + windowNs, Reading{}},
		{1 + 2*windowNs, Reading{RateHz: 0.5, P50Ns: 7, P99Ns: 7, MaxNs: 7}},
		{1 + 4*windowNs, Reading{}},
		{1 + 9*windowNs, Reading{}},
	} {
		if got := m.Read(c.atNs); got != c.want {
			t.Errorf("at %d: %+v, want %+v", c.atNs, got, c.want)
		}
	}
	for i := range int64(11) {
		m.Observe(1+20*windowNs+i*windowNs/10, 7)
	}
	if got := m.Read(1 + 21*windowNs).RateHz; got != 10 {
		t.Errorf("%v Hz after a silence, 10 expected", got)
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
