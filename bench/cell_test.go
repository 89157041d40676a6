package bench

import (
	"testing"

	"lanekeeper/shm"
)

func TestCellsThatAreMeasurable(t *testing.T) {
	for _, c := range []struct{ cpus, spin, futex, adaptive int }{
		{1, 0, 27, 0},
		{2, 9, 27, 27},
		{3, 18, 27, 27},
		{8, 18, 27, 27},
		{9, 27, 27, 27},
	} {
		got := map[shm.Wait]int{}
		for _, cell := range cells() {
			if cell.measurable(c.cpus) {
				got[cell.Wait]++
			}
		}
		if got[shm.Spin] != c.spin || got[shm.Futex] != c.futex || got[shm.Adaptive] != c.adaptive {
			t.Errorf("on %d CPUs: %v, want spin %d, futex %d, adaptive %d", c.cpus, got, c.spin, c.futex, c.adaptive)
		}
	}
}

func TestCellNames(t *testing.T) {
	for want, c := range map[string]Cell{
		"notification, spin, 88 B, 1 reader":         {Notification, shm.Spin, 88, 1},
		"write, futex, 800x600x3, 8 readers":         {Write, shm.Futex, 1440000, 8},
		"delivery, adaptive, 1920x1080x3, 2 readers": {Delivery, shm.Adaptive, 6220800, 2},
	} {
		if got := c.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestPacedCells(t *testing.T) {
	for _, c := range cells() {
		want := c.Wait == shm.Adaptive || c.Wait == shm.Futex && c.Figure == Notification
		if c.paced() != want {
			t.Errorf("%v: paced %v, want %v", c, c.paced(), want)
		}
	}
}
