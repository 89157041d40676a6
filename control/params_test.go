package control

import (
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestPresets(t *testing.T) {
	for _, name := range Presets() {
		p, err := Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		inRange(t, name, reflect.ValueOf(p))
	}
	_, err := Preset("bus")
	if want := `choosing a preset: "bus" is none of highway, model, road`; err == nil || err.Error() != want {
		t.Errorf("error %v, %s expected", err, want)
	}
}

// inRange checks every field against its range tag, and that it is described.
func inRange(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		f, tag := v.Field(i), v.Type().Field(i).Tag
		at := path + "." + tag.Get("yaml")
		if f.Kind() == reflect.Struct {
			inRange(t, at, f)
			continue
		}
		if tag.Get("yaml") == "" || tag.Get("doc") == "" {
			t.Errorf("%s has no name or no description", at)
		}
		if f.Kind() == reflect.String {
			if !strings.Contains(" "+tag.Get("oneof")+" ", " "+f.String()+" ") {
				t.Errorf("%s is %q, one of %q expected", at, f.String(), tag.Get("oneof"))
			}
			continue
		}
		low, high, _ := strings.Cut(tag.Get("range"), "..")
		var value float64
		switch {
		case f.CanFloat():
			value = f.Float()
		default:
			value = float64(f.Int())
		}
		if value < limit(t, f, low) || value > limit(t, f, high) {
			t.Errorf("%s is %v, %s expected", at, f, tag.Get("range"))
		}
	}
}

func limit(t *testing.T, f reflect.Value, text string) float64 {
	t.Helper()
	if _, ok := f.Interface().(time.Duration); ok {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		return float64(d)
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestValidate(t *testing.T) {
	for want, change := range map[string]func(*Params){
		`clock "sundial": monotonic or source expected`:                                                        func(p *Params) { p.Clock = "sundial" },
		`steering.controller "mpc": pd or pid expected`:                                                        func(p *Params) { p.Steering.Controller = "mpc" },
		`vehicle.width_m is 0.4: it must be less than lane.width_m, 0.36`:                                      func(p *Params) { p.Vehicle.WidthM = 0.4 },
		`steering.lookahead_min_m is 0.9: it must not exceed lookahead_max_m, 0.8`:                             func(p *Params) { p.Steering.LookaheadMinM = 0.9 },
		`lane.confidence_min, confidence_degraded, confidence_full are 0.5, 0.4, 0.8: they must ascend`:        func(p *Params) { p.Lane.ConfidenceMin = 0.5 },
		`speed.min_throttle is 0.5: it must not exceed cruise_throttle, 0.4`:                                   func(p *Params) { p.Speed.MinThrottle = 0.5 },
		`gate.valid_for is 70ms: it must be at least stale_after, 80ms, or commands expire between detections`: func(p *Params) { p.Gate.ValidFor = 70 * time.Millisecond },
		`gate.min_rate_hz is 10: at that rate detections are further apart than stale_after, 80ms`:             func(p *Params) { p.Gate.MinRateHz = 10 },
		`gate.recover_count and frozen_count are 0 and 5: at least 1 expected`:                                 func(p *Params) { p.Gate.RecoverCount = 0 },
		`vehicle.max_steer_rad is 1.6: below π/2 expected`:                                                     func(p *Params) { p.Vehicle.MaxSteerRad = 1.6 },
		"vehicle.wheelbase_m is 0: a number over 0 expected\nspeed.cruise_mps is -1: a number over 0 expected": func(p *Params) { p.Vehicle.WheelbaseM, p.Speed.CruiseMps = 0, -1 },
	} {
		p := DefaultParams()
		change(&p)
		if err := p.Validate(); err == nil || err.Error() != want {
			t.Errorf("error:\n%v\nexpected:\n%s", err, want)
		}
		if _, err := New(p); err == nil {
			t.Errorf("a controller was made with: %s", want)
		}
	}
}
