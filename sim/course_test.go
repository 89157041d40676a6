package sim

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %v, want %v ± %v", what, got, want, tolerance)
	}
}

func mustCourse(t *testing.T, g CourseConfig) *Course {
	t.Helper()
	c, err := NewCourse(&g, 1)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// stadium is two straights of 20 m and two half circles of 10 m radius, driven to the left.
var stadium = CourseConfig{Repeat: 2, Segments: []Segment{
	{Kind: "straight", LengthM: 20}, {Kind: "bend", TurnDeg: 180, RadiusM: 10},
}}

// sweep has clothoids, and bends both ways.
var sweep = CourseConfig{Repeat: 3, Segments: []Segment{
	{Kind: "straight", LengthM: 30},
	{Kind: "bend", TurnDeg: 100, RadiusM: 40, TransitionM: 20},
	{Kind: "bend", TurnDeg: -60, RadiusM: 35, TransitionM: 15},
	{Kind: "bend", TurnDeg: 80, RadiusM: 30, TransitionM: 10},
}}

func TestCourseKnownPoints(t *testing.T) {
	c := mustCourse(t, stadium)
	near(t, "length", c.LengthM, 40+20*math.Pi, 1e-9)
	quarter := 5 * math.Pi
	for _, k := range []struct{ s, x, y, heading, curvature float64 }{
		{0, 0, 0, 0, 0},
		{12.5, 12.5, 0, 0, 0},
		{20 + quarter, 30, 10, math.Pi / 2, 0.1},
		{20 + 2*quarter + 5, 15, 20, math.Pi, 0},
		{40 + 3*quarter, -10, 10, 3 * math.Pi / 2, 0.1},
		{c.LengthM + 3, 3, 0, 0, 0},
		{-quarter, -10, 10, 3 * math.Pi / 2, 0.1},
	} {
		p := c.At(k.s)
		near(t, "x", p.XM, k.x, 1e-9)
		near(t, "y", p.YM, k.y, 1e-9)
		near(t, "heading", p.HeadingRad, k.heading, 1e-12)
		near(t, "curvature", p.CurvaturePerM, k.curvature, 1e-12)
	}
}

// A clothoid from straight to radius R over length L ends where the Fresnel integrals say: for L/R = 0.5 at 40 m of
// length, x = ∫cos(t²/2RL), y = ∫sin(t²/2RL), here summed as their power series.
func TestClothoidIsAFresnelIntegral(t *testing.T) {
	const length, radius = 20., 40.
	c := mustCourse(t, sweep)
	a := 1 / (2 * radius * length)
	var x, y float64
	term := length // of the series of t·e^{i a t²}
	for n := range 20 {
		v := term / float64(2*n+1)
		switch n % 4 {
		case 0:
			x += v
		case 1:
			y += v
		case 2:
			x -= v
		case 3:
			y -= v
		}
		term *= a * length * length / float64(n+1)
	}
	p := c.At(30 + length)
	near(t, "x", p.XM-30, x, 1e-9)
	near(t, "y", p.YM, y, 1e-9)
	near(t, "heading", p.HeadingRad, length/(2*radius), 1e-12)
	near(t, "curvature", p.CurvaturePerM, 1/radius, 1e-12)
}

func TestBendTurnsAsAskedAndCurvatureNeverJumps(t *testing.T) {
	c := mustCourse(t, sweep)
	rad := math.Pi / 180
	near(t, "length", c.LengthM, 3*(30+100*rad*40+20+60*rad*35+15+80*rad*30+10), 1e-9)
	near(t, "heading after the first bend", c.At(30+100*rad*40+20).HeadingRad, 100*rad, 1e-9)
	const step = 0.01
	for s := 0.; s < c.LengthM; s += step {
		// The sharpest clothoid reaches 1/30 within 10 m.
		if jump := math.Abs(c.At(s+step).CurvaturePerM - c.At(s).CurvaturePerM); jump > step/300*1.01 {
			t.Fatalf("curvature jumps by %v at %v m", jump, s)
		}
	}
}

func TestLocateInvertsAt(t *testing.T) {
	for name, g := range map[string]CourseConfig{"stadium": stadium, "sweep": sweep} {
		c := mustCourse(t, g)
		l := c.NewLocator(0, 0)
		for s := 0.; s < 2*c.LengthM; s += 0.37 {
			d := 3 * math.Sin(s/7)
			p := c.At(s)
			got := l.Locate(p.XM-d*math.Sin(p.HeadingRad), p.YM+d*math.Cos(p.HeadingRad))
			near(t, name+" offset", got.OffsetM, d, 1e-6)
			near(t, name+" s", math.Remainder(got.SM-s, c.LengthM), 0, 1e-5)
			near(t, name+" heading", math.Remainder(got.HeadingRad-p.HeadingRad, 2*math.Pi), 0, 1e-6)
			if t.Failed() {
				t.Fatalf("at s = %v", s)
			}
		}
	}
}

func TestLocatorStartsAnywhere(t *testing.T) {
	c := mustCourse(t, stadium)
	p := c.NewLocator(15, 21).Locate(15, 21)
	near(t, "s", p.SM, 25+10*math.Pi, 1e-9)
	near(t, "offset", p.OffsetM, -1, 1e-9)
	near(t, "heading", p.HeadingRad, math.Pi, 1e-9)
}

func TestElevation(t *testing.T) {
	g := stadium
	g.Hills = &Hills{HeightM: 4, Waves: 2}
	c := mustCourse(t, g)
	near(t, "dip", c.ElevationM(0), 0, 1e-12)
	near(t, "crest", c.ElevationM(c.LengthM/4), 4, 1e-12)
	near(t, "after a lap", c.ElevationM(c.LengthM), 0, 1e-12)
	near(t, "grade", c.grade(7), (c.ElevationM(7.001)-c.ElevationM(6.999))/0.002, 1e-6)
}
