package bench

import (
	"bytes"
	"testing"
)

func TestSum(t *testing.T) {
	full := bytes.Repeat([]byte{255}, 5000)
	mixed := newMessages(5000)[1].payload()
	for _, b := range [][]byte{full, mixed} {
		for _, n := range []int{0, 1, 7, 8, 9, 88, 1023, 1024, 1025, 1032, 2048, 5000} {
			want := uint64(0)
			for _, v := range b[:n] {
				want += uint64(v)
			}
			if got := sum(b[:n]); got != want {
				t.Errorf("sum of %d bytes from %d: %d, want %d", n, b[0], got, want)
			}
		}
	}
}

func TestMessagesDiffer(t *testing.T) {
	all := newMessages(88)
	sums := map[uint64]bool{}
	for i, m := range all {
		m.stamp(int64(i) + 1e15)
		if len(m.payload()) != 88 || len(m.wire()) != wireHeader+88 {
			t.Fatalf("message %d: payload of %d bytes, %d on the wire", i, len(m.payload()), len(m.wire()))
		}
		if got := stampOf(m.wire()); got != int64(i)+1e15 {
			t.Errorf("message %d: stamp %d", i, got)
		}
		if !bytes.Equal(m.wire()[wireHeader:], m.payload()) {
			t.Errorf("message %d: the wire carries something else", i)
		}
		sums[sum(m.payload())] = true
	}
	if len(sums) != messages {
		t.Errorf("%d different sums of %d messages: a stale record would pass", len(sums), messages)
	}
	if segmentSlots%messages == 0 || messages%segmentSlots == 0 {
		t.Errorf("%d messages in %d slots: a slot gets what it holds", messages, segmentSlots)
	}
}
