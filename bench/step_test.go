package bench

import (
	"reflect"
	"testing"
	"time"

	"lanekeeper/shm"
)

func TestRotation(t *testing.T) {
	pair := []Transport{SharedMemory, Limit}
	if got := (step{Transports: pair, Block: 1}).rotation(); !reflect.DeepEqual(got, pair) {
		t.Errorf("one by one: %v, want %v", got, pair)
	}
	want := []Transport{SharedMemory, SharedMemory, SharedMemory, Limit, Limit, Limit}
	if got := (step{Transports: pair, Block: 3}).rotation(); !reflect.DeepEqual(got, want) {
		t.Errorf("by threes: %v, want %v", got, want)
	}
}

func TestBlock(t *testing.T) {
	for _, c := range []struct {
		cell  Cell
		quick bool
		want  int
	}{
		{Cell{Notification, shm.Spin, 88, 1}, false, 500},
		{Cell{Notification, shm.Spin, 88, 1}, true, 100},
		{Cell{Notification, shm.Spin, 1440000, 1}, false, 500},
		{Cell{Delivery, shm.Spin, 1440000, 1}, false, 40},
		{Cell{Write, shm.Spin, 1440000, 1}, true, 40},
		{Cell{Notification, shm.Futex, 88, 1}, false, 1},
		{Cell{Notification, shm.Adaptive, 88, 1}, false, 1},
	} {
		if got := block(c.cell, c.quick); got != c.want {
			t.Errorf("%v, quick %v: %d, want %d", c.cell, c.quick, got, c.want)
		}
	}
}

func TestMembers(t *testing.T) {
	pair, sockets := []Transport{SharedMemory, Limit}, []Transport{UnixSocket, ZeroMQ}
	for _, c := range []struct {
		step step
		want []member
	}{
		{step{Cell: Cell{Wait: shm.Spin, Readers: 1}, Transports: pair}, []member{{writing, 0}, {reading, 0}}},
		{step{Cell: Cell{Wait: shm.Futex, Readers: 2}, Transports: pair}, []member{
			{writing, 0}, {reading, 0}, {readingBare, 0}, {reading, 1}, {readingBare, 1},
		}},
		{step{Cell: Cell{Wait: shm.Futex, Readers: 2}, Transports: sockets}, []member{{writing, 0}, {reading, 0}, {reading, 1}}},
	} {
		if got := c.step.members(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v %v: %v, want %v", c.step.Cell, c.step.Transports, got, c.want)
		}
	}
}

// TestEveryTransportIsReadOnce: a record that two processes of a reader take, or none, would stop the measurement.
func TestEveryTransportIsReadOnce(t *testing.T) {
	for _, s := range schedule(cells(), false) {
		read := map[Transport]int{}
		for _, m := range s.members() {
			if m.Role != writing && m.Index == 0 {
				for _, v := range m.transports(s) {
					read[v]++
				}
			}
		}
		for _, v := range s.Transports {
			if read[v] != 1 {
				t.Fatalf("%v: %s is read by %d processes of a reader", s.Cell, v, read[v])
			}
		}
	}
}

func TestPolledSizesTakeTurns(t *testing.T) {
	small, big := Cell{Notification, shm.Spin, 88, 1}, Cell{Notification, shm.Spin, 1440000, 1}
	var got []Cell
	total := time.Duration(0)
	for _, s := range schedule([]Cell{small, big}, false) {
		got = append(got, s.Cell)
		total += s.Budget
	}
	if want := []Cell{small, big, small, big, small, big, small, big, small, big}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if want := 2 * budget(small, false); total != want {
		t.Errorf("they take %v, want %v", total, want)
	}
}

func TestCPUOfMember(t *testing.T) {
	for _, c := range []struct {
		member member
		cpus   []int
		want   int
	}{
		{member{writing, 0}, []int{0}, -1},
		{member{writing, 0}, []int{2, 5}, 2},
		{member{reading, 0}, []int{2, 5}, 5},
		{member{reading, 1}, []int{2, 5}, 5},
		{member{readingBare, 0}, []int{2, 5}, 5},
		{member{reading, 3}, []int{0, 1, 2, 3}, 1},
		{member{reading, 2}, []int{0, 1, 2, 3}, 3},
	} {
		if got := c.member.cpu(c.cpus); got != c.want {
			t.Errorf("%v of %v: %d, want %d", c.member, c.cpus, got, c.want)
		}
	}
}
