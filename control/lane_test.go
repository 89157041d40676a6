package control

import (
	"math"
	"testing"
	"time"

	"lanekeeper/msg"
)

func analyse(t *testing.T, p Params, d *msg.Detection) (Lane, msg.Reason) {
	t.Helper()
	var tr tracker
	return tr.analyse(&p, d, 0, 0.4)
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %v, %v ± %v expected", what, got, want, within)
	}
}

// slanted is a straight lane to a vehicle offsetM left of its centre that points headingRad to the left.
func slanted(offsetM, headingRad, widthM float64) msg.Detection {
	var d msg.Detection
	d.Clear()
	cos, slope := math.Cos(headingRad), -math.Tan(headingRad)
	d.HasLeftLane, d.HasRightLane = 1, 1
	d.Left = msg.Line{Poly: [4]float64{(widthM/2 - offsetM) / cos, slope}, FromM: 0.2, ToM: 1, Confidence: 0.9}
	d.Right = msg.Line{Poly: [4]float64{(-widthM/2 - offsetM) / cos, slope}, FromM: 0.2, ToM: 1, Confidence: 0.8}
	return d
}

func TestLaneOfStraightLines(t *testing.T) {
	p := DefaultParams()
	for _, test := range []struct {
		name        string
		change      func(*msg.Detection)
		left, right bool
		confidence  float64
	}{
		{"both lines", func(*msg.Detection) {}, true, true, 0.85},
		{"left alone", func(d *msg.Detection) { d.HasRightLane = 0 }, true, false, 0.675},
		{"right alone", func(d *msg.Detection) { d.HasLeftLane = 0 }, false, true, 0.6},
		{"left inferred", func(d *msg.Detection) { d.Left.Flags = msg.LineInferred; d.Left.Poly[0] += 1 }, false, true, 0.6},
		{"left tracked", func(d *msg.Detection) { d.Left.Flags = msg.LineTracked }, true, true, 0.625},
		{"right half extrapolated", func(d *msg.Detection) { d.Right.Count, d.Right.Extrapolated = 4, 0b1100 }, true, true, 0.75},
		{"bits beyond the points", func(d *msg.Detection) { d.Right.Count, d.Right.Extrapolated = 4, 0xff0 }, true, true, 0.85},
		{"left not believed", func(d *msg.Detection) { d.Left.Confidence = 0.1 }, false, true, 0.6},
		{"right in the next lane", func(d *msg.Detection) { d.Right.Poly[0] -= 0.36 }, true, false, 0.675},
		{"lines swapped", func(d *msg.Detection) { d.Right.Poly[0] = d.Left.Poly[0] + 0.36 }, true, false, 0.675},
		{"stated by the detector", func(d *msg.Detection) {
			d.OffsetM, d.HeadingRad, d.CurvaturePerM = 0.05, 0.1, 0
			d.Left.Poly, d.Left.FromM, d.Left.ToM = [4]float64{}, 0, 0
			d.Right.Poly, d.Right.FromM, d.Right.ToM = [4]float64{}, 0, 0
		}, true, true, 0.85},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := slanted(0.05, 0.1, 0.36)
			test.change(&d)
			lane, why := analyse(t, p, &d)
			if why != msg.ReasonNone {
				t.Fatalf("no lane: %v", why)
			}
			if lane.Left != test.left || lane.Right != test.right {
				t.Errorf("believed left %v right %v, %v %v expected", lane.Left, lane.Right, test.left, test.right)
			}
			near(t, "offset", lane.OffsetM, 0.05, 1e-5)
			near(t, "heading", lane.HeadingRad, 0.1, 1e-5)
			near(t, "curvature", lane.CurvaturePerM, 0, 1e-4)
			near(t, "confidence", lane.Confidence, test.confidence, 1e-12)
			near(t, "target", lane.TargetYM, -0.05/math.Cos(0.1)-0.4*math.Tan(0.1), 1e-5)
		})
	}
}

func TestNoLane(t *testing.T) {
	p := DefaultParams()
	for name, test := range map[string]struct {
		change func(*msg.Detection)
		want   msg.Reason
	}{
		"nothing there": {nothing, msg.ReasonLaneLost},
		"both inferred": {func(d *msg.Detection) { d.Left.Flags, d.Right.Flags = msg.LineInferred, msg.LineInferred }, msg.ReasonLaneLost},
		"too faint":     {func(d *msg.Detection) { d.Left.Confidence, d.Right.Confidence = 0.1, 0 }, msg.ReasonLowConfidence},
		"tracked, faint": {func(d *msg.Detection) {
			d.HasRightLane, d.Left.Flags, d.Left.Confidence = 0, msg.LineTracked, 0.39
		}, msg.ReasonLowConfidence},
		"in the picture only": {func(d *msg.Detection) {
			d.Left, d.Right = msg.Line{Confidence: 0.9}, msg.Line{Confidence: 0.9}
		}, msg.ReasonLaneLost},
		"square to the lane":  {func(d *msg.Detection) { *d = slanted(0, 1.22, 0.36) }, msg.ReasonLowConfidence},
		"garbage in no line":  {func(d *msg.Detection) { d.HasLeftLane, d.Left.Confidence = 0, math.NaN() }, msg.ReasonNone},
		"confidence negative": {func(d *msg.Detection) { d.Left.Confidence = -0.1 }, msg.ReasonInvalid},
		"too many points":     {func(d *msg.Detection) { d.Left.Count = 65 }, msg.ReasonInvalid},
		"beyond the horizon":  {func(d *msg.Detection) { d.Left.ToM = 501 }, msg.ReasonInvalid},
		"far aside":           {func(d *msg.Detection) { d.Left.Poly[3] = 1e9 }, msg.ReasonInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			d := slanted(0.05, 0.1, 0.36)
			test.change(&d)
			if _, why := analyse(t, p, &d); why != test.want {
				t.Errorf("%v, %v expected", why, test.want)
			}
		})
	}
}

// A circle's lines are concentric: each of them alone, and both, must give the same centre.
func TestLaneOfACircle(t *testing.T) {
	p := DefaultParams()
	var det msg.Detection
	for _, has := range [][2]int32{{1, 1}, {1, 0}, {0, 1}} {
		det.Clear()
		det.Left, det.Right = circleLine(1, 0.18), circleLine(1, -0.18)
		det.HasLeftLane, det.HasRightLane = has[0], has[1]
		lane, why := analyse(t, p, &det)
		if why != msg.ReasonNone {
			t.Fatalf("no lane: %v", why)
		}
		near(t, "target", lane.TargetYM, 1-math.Sqrt(1-0.16), 0.0005)
		near(t, "offset", lane.OffsetM, 0, 0.002)
		near(t, "heading", lane.HeadingRad, 0, 0.01)
		near(t, "curvature", lane.CurvaturePerM, 1, 0.03)
	}
}

// circleLine is the line leftM left of the vehicle's own arc, a cubic through it from 0.2 to 0.6 m.
func circleLine(curvaturePerM, leftM float64) msg.Line {
	var f cubic
	r := 1/curvaturePerM - leftM
	for x := 0.2; x <= 0.6; x += 0.01 {
		f.add(x, 1/curvaturePerM-math.Sqrt(r*r-x*x))
	}
	return msg.Line{Poly: f.solve(), FromM: 0.2, ToM: 0.6, Confidence: 0.9}
}

// A detector that places no line on the ground may state the lane itself.
func TestStatedCircle(t *testing.T) {
	p := DefaultParams()
	d := msg.Detection{HasLeftLane: 1, Left: msg.Line{Confidence: 0.9}, OffsetM: 0.05, CurvaturePerM: 1}
	lane, why := analyse(t, p, &d)
	if why != msg.ReasonNone {
		t.Fatalf("no lane: %v", why)
	}
	near(t, "offset", lane.OffsetM, 0.05, 1e-12)
	near(t, "curvature", lane.CurvaturePerM, 1, 1e-12)
	near(t, "target", lane.TargetYM, 0.95-math.Sqrt(1-0.16), 1e-12)
}

// Without a calibration lengths are in lane widths; scaled, they are the same lane.
func TestUncalibrated(t *testing.T) {
	p := DefaultParams()
	metres := slanted(0.05, 0.1, 0.36)
	metres.Left.Poly[2], metres.Right.Poly[2] = 0.3, 0.3
	metres.Left.Poly[3], metres.Right.Poly[3] = 0.1, 0.1
	widths := metres
	widths.Flags |= msg.DetectionUncalibrated
	for _, l := range []*msg.Line{&widths.Left, &widths.Right} {
		l.FromM, l.ToM = l.FromM/0.36, l.ToM/0.36
		l.Poly = [4]float64{l.Poly[0] / 0.36, l.Poly[1], l.Poly[2] * 0.36, l.Poly[3] * 0.36 * 0.36}
	}
	want, _ := analyse(t, p, &metres)
	got, why := analyse(t, p, &widths)
	if why != msg.ReasonNone {
		t.Fatalf("no lane: %v", why)
	}
	near(t, "offset", got.OffsetM, want.OffsetM, 1e-9)
	near(t, "heading", got.HeadingRad, want.HeadingRad, 1e-9)
	near(t, "curvature", got.CurvaturePerM, want.CurvaturePerM, 1e-9)
	near(t, "target", got.TargetYM, want.TargetYM, 1e-9)
}

// The lane's width is learned while both lines are seen and kept when one is not.
func TestWidthIsLearned(t *testing.T) {
	p, tr := DefaultParams(), tracker{}
	d := slanted(0.05, 0, 0.42)
	for range 200 {
		tr.analyse(&p, &d, 20*time.Millisecond, 0.4)
	}
	d.HasLeftLane = 0
	lane, _ := tr.analyse(&p, &d, 20*time.Millisecond, 0.4)
	near(t, "width", lane.WidthM, 0.42, 1e-4)
	near(t, "offset by the right line", lane.OffsetM, 0.05, 1e-4)
}

// One picture in which only the distance is seen, and that not quite right, does not throw the lane about: the pictures
// before it know what is near.
func TestSmoothing(t *testing.T) {
	p, d := DefaultParams(), slanted(0.05, 0, 0.36)
	far := d
	for _, l := range []*msg.Line{&far.Left, &far.Right} {
		l.FromM, l.ToM = 0.7, 1
		l.Poly[0], l.Poly[1] = l.Poly[0]+0.3, -0.4
	}
	offset := map[time.Duration]float64{}
	for _, p.Lane.Smoothing = range []time.Duration{0, 40 * time.Millisecond} {
		var tr tracker
		for range 20 {
			tr.analyse(&p, &d, 20*time.Millisecond, 0.4)
		}
		lane, _ := tr.analyse(&p, &far, 20*time.Millisecond, 0.4)
		offset[p.Lane.Smoothing] = lane.OffsetM
	}
	near(t, "offset by that picture alone", offset[0], -0.25/math.Sqrt(1.16), 0.01)
	near(t, "offset, smoothed", offset[40*time.Millisecond], 0.05, 0.06)
}

func TestDeparture(t *testing.T) {
	// Half the lane is 0.18 m, half the body 0.08 m: a side is on its line at 0.1 m, and clear again at 0.08 m.
	const frame, long = 20 * time.Millisecond, 100 * time.Millisecond
	var d departure
	for i, test := range []struct {
		offsetM float64
		step    time.Duration
		want    msg.Departure
	}{
		{0, frame, msg.DepartureNone}, {0.099, long, msg.DepartureNone},
		{0.101, frame, msg.DepartureNone}, {0.101, long - 1, msg.DepartureNone}, {0.101, 1, msg.DepartureLeft},
		{0.081, long, msg.DepartureLeft}, {0.079, frame, msg.DepartureNone},
		{-0.099, long, msg.DepartureNone}, {-0.101, frame, msg.DepartureNone}, {-0.101, long, msg.DepartureRight},
		{0.2, frame, msg.DepartureRight}, {-0.081, frame, msg.DepartureRight}, {0, frame, msg.DepartureNone},
		{0.2, frame, msg.DepartureNone}, {0, frame, msg.DepartureNone}, {0.2, frame, msg.DepartureNone},
	} {
		lane := Lane{OffsetM: test.offsetM, WidthM: 0.36}
		if got := d.update(&lane, 0.16, 0.02, test.step); got != test.want {
			t.Errorf("step %d, offset %v: %v, %v expected", i, test.offsetM, got, test.want)
		}
	}
}
