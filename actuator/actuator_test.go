package actuator_test

import (
	"math"
	"slices"
	"testing"

	"lanekeeper/actuator"
	"lanekeeper/actuator/actuatortest"
	"lanekeeper/msg"
)

// observed is an actuator that knows what it was told last.
type observed interface {
	actuator.Actuator
	Last() (actuator.Drive, actuator.Stats)
}

func open(t *testing.T, name string) observed {
	t.Helper()
	a, err := actuator.New(name)
	if err != nil {
		t.Fatal(err)
	}
	return a.(observed)
}

func TestConformance(t *testing.T) {
	for _, name := range actuator.Names() {
		t.Run(name, func(t *testing.T) {
			actuatortest.Run(t, func(t *testing.T) actuatortest.Subject {
				a := open(t, name)
				return actuatortest.Subject{Actuator: a, Observe: func() actuator.Drive {
					d, _ := a.Last()
					return d
				}}
			})
		})
	}
}

func TestStats(t *testing.T) {
	for _, name := range actuator.Names() {
		a := open(t, name)
		c := msg.Neutral(msg.ModeActive, msg.ReasonNone)
		c.ValidUntilNs, c.Throttle = 100, 0.5
		bad, standby := c, c
		bad.Throttle, standby.Mode = math.NaN(), msg.ModeStandby
		for range 3 {
			_ = a.Apply(&c, 100)
		}
		_ = a.Apply(&c, 101)
		_ = a.Apply(&bad, 100)
		_ = a.Apply(&bad, 100)
		_ = a.Apply(&standby, 100)
		_ = a.Halt()
		if _, got := a.Last(); got != (actuator.Stats{Moved: 3, Expired: 1, Refused: 2, Neutral: 1, Halts: 1}) {
			t.Errorf("%s counted %+v", name, got)
		}
	}
}

func TestRegistry(t *testing.T) {
	if got := actuator.Names(); !slices.Equal(got, []string{"dry-run", "sim"}) {
		t.Errorf("names %v", got)
	}
	for _, name := range actuator.Names() {
		if hardware, err := actuator.Hardware(name); hardware || err != nil {
			t.Errorf("%s: hardware %v, error %v", name, hardware, err)
		}
	}
	const want = `choosing an actuator: there is no "vesc", only dry-run, sim`
	if _, err := actuator.New("vesc"); err == nil || err.Error() != want {
		t.Errorf("error %v, %s expected", err, want)
	}
	if _, err := actuator.Hardware("vesc"); err == nil || err.Error() != want {
		t.Errorf("error %v, %s expected", err, want)
	}
}

func TestApplyAllocatesNothing(t *testing.T) {
	a := open(t, actuator.NameDryRun)
	c := msg.Neutral(msg.ModeActive, msg.ReasonNone)
	c.ValidUntilNs, c.Throttle = 100, 0.5
	if n := testing.AllocsPerRun(100, func() { _ = a.Apply(&c, 50) }); n != 0 {
		t.Errorf("%v allocations a command", n)
	}
}
