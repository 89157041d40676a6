package control

import (
	"math"
	"slices"
	"testing"
)

// Two sizes of vehicle, each with what its camera sees.
func modelDrive(bends ...bend) *drive {
	p := DefaultParams()
	return &drive{params: p, course: newCourse(0.005, bends...), fromM: 0.22, toM: 0.9, widthM: 0.36, delay: 2}
}

func modelDriveFast(bends ...bend) *drive {
	d := modelDrive(bends...)
	d.params.Speed.CruiseMps, d.params.Speed.MaxLateralMps2 = 1.5, 2.5
	return d
}

func carDrive(preset string, bends ...bend) *drive {
	p, err := Preset(preset)
	if err != nil {
		panic(err)
	}
	return &drive{params: p, course: newCourse(0.1, bends...), fromM: 5, toM: 35, widthM: 3.5, delay: 2}
}

func worst(offsets []float64) float64 {
	w := 0.0
	for _, o := range offsets {
		w = max(w, math.Abs(o))
	}
	return w
}

func controller(t testing.TB, p Params) *Controller {
	t.Helper()
	c, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A vehicle beside the centre of a straight lane comes back to it without swinging far to the other side.
func TestStraightConverges(t *testing.T) {
	mostOvershoot := map[string]float64{PD: 0.06, PID: 0.2}
	for name, d := range map[string]*drive{
		"model":   modelDrive(bend{12, 0}),
		"fast":    modelDriveFast(bend{20, 0}),
		"road":    carDrive(PresetRoad, bend{400, 0}),
		"highway": carDrive(PresetHighway, bend{700, 0}),
	} {
		for _, law := range []string{PD, PID} {
			t.Run(name+"/"+law, func(t *testing.T) {
				d := *d
				d.params.Steering.Controller = law
				start := 0.25 * d.widthM
				d.at.y = start
				offsets, _ := d.run(controller(t, d.params), 1e6)
				overshoot := -slices.Min(offsets)
				rest := worst(offsets[len(offsets)*3/4:])
				t.Logf("overshoot %.1f %%, rest %.2f %% of the start", 100*overshoot/start, 100*rest/start)
				if overshoot > mostOvershoot[law]*start {
					t.Errorf("overshoot %.3f m of %.3f m", overshoot, start)
				}
				if rest > 0.02*start {
					t.Errorf("still %.4f m off at the end, after %.3f m", rest, start)
				}
			})
		}
	}
}

// The lane is held through bends, entered without any transition, with noise, with half of one line, 50 ms late.
func TestBendsHold(t *testing.T) {
	type test struct {
		drive         *drive
		transient, on float64 // most offset anywhere, and in the last quarter, which is in the bend, in lane widths
	}
	for name, test := range map[string]test{
		"model 1 m left":       {modelDrive(bend{1.5, 0}, bend{12, 1}), 0.15, 0.05},
		"model 0.7 m right":    {modelDrive(bend{1.5, 0}, bend{12, -1 / 0.7}), 0.2, 0.08},
		"model 0.6 m left":     {modelDrive(bend{1.5, 0}, bend{12, 1 / 0.6}), 0.25, 0.1},
		"fast 1 m left":        {modelDriveFast(bend{3, 0}, bend{12, 1}), 0.2, 0.08},
		"model s-bend":         {modelDrive(bend{1.5, 0}, bend{1.5, 1}, bend{1.5, -1}, bend{6, 0}), 0.2, 0.02},
		"road 50 m right":      {carDrive(PresetRoad, bend{60, 0}, bend{200, -1.0 / 50}), 0.2, 0.05},
		"highway 500 m left":   {carDrive(PresetHighway, bend{200, 0}, bend{800, 1.0 / 500}), 0.1, 0.02},
		"highway 500 m s-bend": {carDrive(PresetHighway, bend{200, 0}, bend{300, 1.0 / 500}, bend{800, -1.0 / 500}), 0.15, 0.02},
	} {
		for _, how := range []string{"clean", "noise", "dashed"} {
			t.Run(name+"/"+how, func(t *testing.T) {
				d := *test.drive
				transient, on := test.transient, test.on
				switch how {
				case "noise":
					d.noiseM = 0.02 * d.widthM
					transient, on = transient+0.05, on+0.05
				case "dashed":
					d.dashed = true
				}
				offsets, _ := d.run(controller(t, d.params), 1e6)
				if !d.done() {
					t.Fatal("the course was not driven to its end")
				}
				most, last := worst(offsets)/d.widthM, worst(offsets[len(offsets)*3/4:])/d.widthM
				t.Logf("most %.3f, in the end %.3f lane widths; %.2f m/s", most, last, d.speed)
				if most > transient || last > on {
					t.Errorf("offset up to %.3f and in the end %.3f lane widths, at most %.3f and %.3f expected", most, last, transient, on)
				}
			})
		}
	}
}

// Wheels out of true push a PD-steered vehicle aside for good; the integral brings it back.
func TestIntegralTakesTrimOut(t *testing.T) {
	rest := map[string]float64{}
	for _, law := range []string{PD, PID} {
		d := modelDrive(bend{30, 0})
		d.trimRad = 0.02
		d.params.Steering.Controller = law
		offsets, _ := d.run(controller(t, d.params), 1e6)
		rest[law] = offsets[len(offsets)-1]
	}
	t.Logf("pd %.4f m, pid %.5f m", rest[PD], rest[PID])
	if rest[PD] < 0.004 {
		t.Errorf("pd rests at %.4f m: the trim is too little to test with", rest[PD])
	}
	if math.Abs(rest[PID]) > 0.05*rest[PD] {
		t.Errorf("pid rests at %.5f m, pd at %.4f m", rest[PID], rest[PD])
	}
}

// The same detections give the same commands, bit for bit.
func TestRepeats(t *testing.T) {
	var first string
	for i := range 2 {
		d := modelDrive(bend{1.5, 0}, bend{6, 1})
		d.noiseM = 0.01
		_, commands := d.run(controller(t, d.params), 300)
		var bytes []byte
		for _, c := range commands {
			bytes = append(bytes, c.Bytes()...)
		}
		if i == 0 {
			first = string(bytes)
		} else if first != string(bytes) {
			t.Error("the second drive differs from the first")
		}
	}
}
