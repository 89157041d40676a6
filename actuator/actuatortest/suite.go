// Package actuatortest is what every actuator must pass.
package actuatortest

import (
	"errors"
	"math"
	"os"
	"sync"
	"testing"

	"lanekeeper/actuator"
	"lanekeeper/msg"
)

// Subject is an actuator under test.
type Subject struct {
	actuator.Actuator
	// Observe is what the vehicle is made to do now: the registers of a fake bus, the last frame on a fake CAN.
	Observe func() actuator.Drive
	// Tolerance is how far a drive may be from what was applied, for the resolution of the hardware.
	Tolerance float64
}

const nowNs = int64(5e9)

// command is a whole one, valid at nowNs.
func command(mode msg.Mode, steering, throttle, brake float64) msg.Command {
	c := msg.Neutral(mode, msg.ReasonNone)
	c.CommandNs, c.ValidUntilNs = nowNs-10e6, nowNs+90e6
	c.Steering, c.Throttle, c.Brake = steering, throttle, brake
	return c
}

// Run puts an actuator through the contract of actuator.Actuator. open makes a new one each time.
func Run(t *testing.T, open func(t *testing.T) Subject) {
	t.Helper()
	t.Run("Apply", func(t *testing.T) { applies(t, open) })
	t.Run("MalformedIsNeutral", func(t *testing.T) { refuses(t, open) })
	t.Run("HaltIsNotClose", func(t *testing.T) { halts(t, open(t)) })
	t.Run("HaltBeforeApply", func(t *testing.T) {
		s := open(t)
		defer s.Close()
		if err := s.Halt(); err != nil {
			t.Fatal(err)
		}
		expect(t, s, actuator.Drive{})
	})
	t.Run("Close", func(t *testing.T) { closes(t, open(t)) })
	t.Run("Concurrent", func(t *testing.T) { concurs(t, open(t)) })
}

func applies(t *testing.T, open func(t *testing.T) Subject) {
	late := command(msg.ModeActive, 0.5, 0.5, 0)
	late.ValidUntilNs = nowNs - 1
	just := command(msg.ModeActive, 0.5, 0.5, 0)
	just.ValidUntilNs = nowNs
	for _, test := range []struct {
		name    string
		command msg.Command
		want    actuator.Drive
	}{
		{"active", command(msg.ModeActive, 0.25, 0.5, 0), actuator.Drive{Steering: 0.25, Throttle: 0.5}},
		{"degraded", command(msg.ModeDegraded, -0.25, 0.125, 0), actuator.Drive{Steering: -0.25, Throttle: 0.125}},
		{"full right", command(msg.ModeActive, 1, 1, 0), actuator.Drive{Steering: 1, Throttle: 1}},
		{"full left, braking", command(msg.ModeActive, -1, 0, 1), actuator.Drive{Steering: -1, Brake: 1}},
		{"standby", command(msg.ModeStandby, 0.5, 0.5, 0), actuator.Drive{}},
		{"stopped brakes alone", command(msg.ModeStopped, 0.5, 0.5, 0.5), actuator.Drive{Brake: 0.5}},
		{"no mode", command(0, 0.5, 0.5, 0), actuator.Drive{}},
		{"expired", late, actuator.Drive{}},
		{"valid for its last nanosecond", just, actuator.Drive{Steering: 0.5, Throttle: 0.5}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t)
			defer s.Close()
			before := command(msg.ModeActive, -0.75, 0.75, 0) // so that neutral is a change
			for _, c := range []*msg.Command{&before, &test.command} {
				if err := s.Apply(c, nowNs); err != nil {
					t.Fatal(err)
				}
			}
			expect(t, s, test.want)
		})
	}
}

func refuses(t *testing.T, open func(t *testing.T) Subject) {
	nan, inf := math.NaN(), math.Inf(1)
	torn := command(msg.ModeActive, 0.5, 0.5, 0)
	torn.Ready = 0
	for name, c := range map[string]msg.Command{
		"torn": torn, "zero": {},
		"steering NaN": command(msg.ModeActive, nan, 0.5, 0), "steering Inf": command(msg.ModeActive, -inf, 0.5, 0),
		"throttle NaN": command(msg.ModeActive, 0.5, nan, 0), "throttle Inf": command(msg.ModeActive, 0.5, inf, 0),
		"brake NaN": command(msg.ModeActive, 0.5, 0.5, nan), "throttle negative": command(msg.ModeActive, 0, -0.1, 0),
		"steering over 1": command(msg.ModeActive, 1.1, 0.5, 0), "brake over 1": command(msg.ModeStopped, 0, 0, 1.1),
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			defer s.Close()
			good := command(msg.ModeActive, 0.5, 0.5, 0)
			if err := s.Apply(&good, nowNs); err != nil {
				t.Fatal(err)
			}
			if err := s.Apply(&c, nowNs); !errors.Is(err, actuator.ErrCommand) {
				t.Errorf("error %v, ErrCommand expected", err)
			}
			expect(t, s, actuator.Drive{})
			if err := s.Apply(&good, nowNs); err != nil {
				t.Errorf("a good command after it: %v", err)
			}
		})
	}
}

func halts(t *testing.T, s Subject) {
	defer s.Close()
	c := command(msg.ModeActive, 0.5, 0.5, 0)
	for range 2 {
		if err := s.Apply(&c, nowNs); err != nil {
			t.Fatal(err)
		}
		expect(t, s, actuator.Drive{Steering: 0.5, Throttle: 0.5})
		for range 2 {
			if err := s.Halt(); err != nil {
				t.Fatal(err)
			}
			expect(t, s, actuator.Drive{})
		}
	}
}

func closes(t *testing.T, s Subject) {
	c := command(msg.ModeActive, 0.5, 0.5, 0)
	if err := s.Apply(&c, nowNs); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		expect(t, s, actuator.Drive{})
	}
	if err := s.Apply(&c, nowNs); !errors.Is(err, os.ErrClosed) {
		t.Errorf("applying after Close: %v, os.ErrClosed expected", err)
	}
	if err := s.Halt(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("halting after Close: %v, os.ErrClosed expected", err)
	}
	expect(t, s, actuator.Drive{})
}

func concurs(t *testing.T, s Subject) {
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			c := command(msg.ModeActive, 0.5, 0.5, 0)
			for range 100 {
				var err error
				if i == 0 {
					err = s.Halt()
				} else {
					err = s.Apply(&c, nowNs)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	expect(t, s, actuator.Drive{})
}

func expect(t *testing.T, s Subject, want actuator.Drive) {
	t.Helper()
	got := s.Observe()
	for _, q := range [...][2]float64{{got.Steering, want.Steering}, {got.Throttle, want.Throttle}, {got.Brake, want.Brake}} {
		if !(math.Abs(q[0]-q[1]) <= s.Tolerance) {
			t.Fatalf("the vehicle does %+v, %+v expected", got, want)
		}
	}
}
