package viewer

import (
	"testing"
	"time"

	"lanekeeper/telemetry"
)

// TestSlept: what was received before this machine slept is as old as the wall clock says. The clock that ages are counted with
// stood still.
func TestSlept(t *testing.T) {
	now, age := time.Now(), 20.0
	m := Message{ReceivedAt: now.Round(0).Add(-time.Hour)}
	if got := *m.later(&age, now); got < 3600e3 {
		t.Errorf("age %v ms after an hour", got)
	}
	m.ReceivedAt = now.Round(0).Add(time.Hour) // the wall clock was set back
	if got := *m.later(&age, now); got < age {
		t.Errorf("age %v ms, less than when it came", got)
	}
}

// TestOldNews: a page that opens is not shown what a vehicle did that has long been silent.
func TestOldNews(t *testing.T) {
	v := newVehicle(0, VehicleOptions{Name: "car"})
	for _, ago := range []time.Duration{time.Minute, 0} {
		at := time.Now().Add(-ago)
		for _, topic := range []string{telemetry.TopicFrame, telemetry.TopicLane, telemetry.TopicControl, telemetry.TopicStatus} {
			v.Message(Message{Topic: topic, JSON: []byte(`{"name":"controld"}`), ReceivedAt: at})
		}
		o := newOutbox("page", 0, func() {})
		v.join(o)
		if want := map[bool]int{true: 1, false: 4}[ago > newsFor]; len(o.newest) != want {
			t.Errorf("%v ago: %d messages, want %d", ago, len(o.newest), want)
		}
		v.leave(o)
	}
}

// TestHolderFallsSilent: a page that has control, is open and says nothing keeps others from it only as long as the vehicle may believe in it.
func TestHolderFallsSilent(t *testing.T) {
	v := newVehicle(0, VehicleOptions{Name: "car"})
	one := newOutbox("one", 0, func() {})
	v.pages[one] = struct{}{}
	v.holder, v.keptAt = "one", time.Now().Add(-holdPatience/2)
	v.pages[newOutbox("other", 0, func() {})] = struct{}{}
	if v.may("other", telemetry.CommandResume) == nil || v.holder != "one" {
		t.Error("control was not kept from another page")
	}
	v.keptAt = time.Now().Add(-holdPatience - time.Second)
	if err := v.may("other", telemetry.CommandTake); err != nil || v.holder != "" {
		t.Errorf("%v, held by %q", err, v.holder)
	}
	if _, told := one.notes[TypeEnded]; !told {
		t.Error("the page that had control does not know that it has lost it")
	}
}
