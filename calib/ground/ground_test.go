package ground

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"lanekeeper/calib"
)

func lens() calib.Camera {
	c := calib.FromHFOV(75, 800, 600)
	c.CX, c.CY, c.K1, c.K2, c.P1 = 410, 290, -0.15, 0.03, 0.001
	return c
}

// mounts are a small car's camera and a car's, straight and crooked ones.
func mounts() []calib.Ground {
	return []calib.Ground{
		{HeightM: 0.17, PitchDeg: 20, ForwardM: 0.13},
		{HeightM: 1.35, PitchDeg: 6, ForwardM: 1.6, LeftM: 0.3},
		{HeightM: 1.2, PitchDeg: 10, RollDeg: 4, YawDeg: -5, ForwardM: 1, LeftM: -0.4},
		{HeightM: 0.2, PitchDeg: 30, RollDeg: -8, YawDeg: 12, ForwardM: -0.1, LeftM: 0.05},
	}
}

// places are points on the ground that the camera sees, exact.
func places(t *testing.T, c *calib.Camera, g *calib.Ground) []Point {
	t.Helper()
	v := calib.NewView(c, g)
	var points []Point
	for _, p := range [][2]float64{{100, 580}, {700, 570}, {300, 470}, {560, 480}, {330, 400}, {500, 390}, {120, 450}, {690, 440}} {
		x, y, ok := v.Ground(p[0], p[1])
		if !ok {
			t.Fatalf("%+v: no ground at %v", g, p)
		}
		points = append(points, Point{p[0], p[1], x, y})
	}
	return points
}

func TestFromPoints(t *testing.T) {
	c := lens()
	for _, want := range mounts() {
		all := places(t, &c, &want)
		for _, n := range []int{4, 6, 8} {
			got, residuals, err := FromPoints(&c, all[:n])
			if err != nil {
				t.Errorf("%+v, %d points: %v", want, n, err)
				continue
			}
			if d := apart(got, want); d > 1e-6 || len(residuals) != n || got.RMSPx > 1e-6 || got.Points != n {
				t.Errorf("%d points: %+v\nwant %+v", n, got, want)
			}
		}
		// Read off to half a pixel, and measured to a five-hundredth of the camera's height.
		rnd := rand.New(rand.NewPCG(1, 2))
		worst := 0.0
		for range 50 {
			noisy := append([]Point{}, all...)
			for i := range noisy {
				p := &noisy[i]
				p.U, p.V = p.U+0.5*rnd.NormFloat64(), p.V+0.5*rnd.NormFloat64()
				p.X, p.Y = p.X+0.002*want.HeightM*rnd.NormFloat64(), p.Y+0.002*want.HeightM*rnd.NormFloat64()
			}
			got, _, err := FromPoints(&c, noisy)
			if err != nil {
				t.Fatal(err)
			}
			worst = max(worst, math.Abs(got.HeightM/want.HeightM-1), math.Abs(got.PitchDeg-want.PitchDeg)/25, math.Abs(got.RollDeg-want.RollDeg)/25)
		}
		t.Logf("%+v: worst of 50 with noise: %.3f", want, worst)
		if worst > 0.06 { // 6 % of the height, 1.5°
			t.Errorf("%+v: with noise off by %v", want, worst)
		}
	}
}

// apart is the largest difference of two mountings, in heights and radians.
func apart(a, b calib.Ground) float64 {
	d := math.Abs(a.HeightM-b.HeightM) / b.HeightM
	for _, k := range []float64{radians(a.PitchDeg - b.PitchDeg), radians(a.RollDeg - b.RollDeg), radians(a.YawDeg - b.YawDeg),
		(a.ForwardM - b.ForwardM) / b.HeightM, (a.LeftM - b.LeftM) / b.HeightM} {
		d = max(d, math.Abs(k))
	}
	return d
}

func TestFromPointsRefuses(t *testing.T) {
	c := lens()
	g := mounts()[1]
	good := places(t, &c, &g)
	edit := func(f func(p []Point)) []Point {
		p := append([]Point{}, good...)
		f(p)
		return p
	}
	line := edit(func(p []Point) {
		v := calib.NewView(&c, &g)
		for i := range p {
			p[i].X, p[i].Y = 5+float64(i), 1
			p[i].U, p[i].V, _ = v.Pixel(p[i].X, p[i].Y)
		}
	})
	for _, k := range []struct {
		name   string
		points []Point
		want   string
	}{
		{"three", good[:3], "3 points: at least 4 needed"},
		{"one line", line, "the points lie in one line, or place"},
		{"all but one", append(append([]Point{}, line[:5]...), good[0]), "all points but number 6 lie in one line"},
		{"one place", []Point{good[0], good[0], good[0], good[0]}, "the points lie in one line, or place"},
		{"twice the same", []Point{good[0], good[1], good[2], good[2]}, "lie in one line"},
		{"outside", edit(func(p []Point) { p[2].U = 900 }), "point 3: pixel (900, 470): outside of the picture of 800×600 px"},
		{"not a number", edit(func(p []Point) { p[2].V = math.NaN() }), "point 3: pixel (300, NaN): outside of the picture"},
		{"far", edit(func(p []Point) { p[1].X = math.Inf(1) }), "point 2: (+Inf, "},
		{"wrong", edit(func(p []Point) { p[3].Y += 2 }), "the points contradict each other"},
		{"mirrored", edit(func(p []Point) {
			for i := range p {
				p[i].Y = -p[i].Y
			}
		}), "the mounting found cannot be"},
		{"behind", edit(func(p []Point) {
			for i := range p {
				p[i].X = -p[i].X
			}
		}), "the mounting found cannot be"},
		{"in the sky", edit(func(p []Point) { p[0].V = 20 }), ""},
	} {
		g, _, err := FromPoints(&c, k.points)
		if err == nil || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v, %+v\nwant %q", k.name, err, g, k.want)
		}
	}
}

// sight is a straight lane as the camera sees it from offset left of its middle, turned left by heading.
func sight(c *calib.Camera, g *calib.Ground, widthM, offset, heading, noise float64, rnd *rand.Rand) Sight {
	v := calib.NewView(c, g)
	var s Sight
	for i, line := range []*[][2]float64{&s.Left, &s.Right} {
		y := widthM/2 - widthM*float64(i) - offset
		for k := range 25 {
			along := g.HeightM * (1.5 + 0.4*float64(k))
			sin, cos := math.Sincos(-heading)
			if u, row, ok := v.Pixel(g.ForwardM+along*cos-y*sin, along*sin+y*cos); ok && row < float64(c.Height)-1 && u > 0 && u < float64(c.Width)-1 {
				*line = append(*line, [2]float64{u + noise*rnd.NormFloat64(), row})
			}
		}
	}
	return s
}

func TestFromLane(t *testing.T) {
	c := lens()
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, want := range mounts() {
		width := 2.2 * want.HeightM
		var sights []Sight
		for i := range 41 {
			sights = append(sights, sight(&c, &want, width, 0.1*width*math.Sin(float64(i)), 0.03*math.Cos(float64(i)*2*math.Pi/41), 0.5, rnd))
		}
		given := calib.Ground{RollDeg: want.RollDeg, ForwardM: want.ForwardM, LeftM: want.LeftM}
		got, spread, err := FromLane(&c, sights, width, given)
		if err != nil {
			t.Errorf("%+v: %v %+v", want, err, spread)
			continue
		}
		if math.Abs(got.HeightM/want.HeightM-1) > 0.01 || math.Abs(got.PitchDeg-want.PitchDeg) > 0.2 || math.Abs(got.YawDeg-want.YawDeg) > 0.5 ||
			got.RollDeg != want.RollDeg || got.ForwardM != want.ForwardM || spread.Used < 35 {
			t.Errorf("%+v %+v\nwant %+v", got, spread, want)
		}
	}
}

func TestFromLaneRefuses(t *testing.T) {
	c := lens()
	g := mounts()[0]
	rnd := rand.New(rand.NewPCG(3, 4))
	good := sight(&c, &g, 0.36, 0, 0, 0, rnd)
	bent := sight(&c, &g, 0.36, 0, 0, 0, rnd)
	for i := range bent.Left {
		bent.Left[i][0] += 0.15 * float64(i*i)
	}
	var upright Sight
	for i := range 10 {
		upright.Left = append(upright.Left, [2]float64{300, 590 - 20*float64(i)})
		upright.Right = append(upright.Right, [2]float64{500, 590 - 20*float64(i)})
	}
	for _, k := range []struct {
		name   string
		sights []Sight
		width  float64
		want   string
	}{
		{"no picture", nil, 0.36, "no picture of a straight lane"},
		{"one line", []Sight{{Left: good.Left}}, 0.36, "too little of a line is seen in 1 of 1 pictures"},
		{"a bend", []Sight{bent}, 0.36, "the lines are not straight and parallel"},
		{"side by side", []Sight{upright}, 0.36, "the lines do not tell where the horizon is"},
		{"the wrong way round", []Sight{{Left: good.Right, Right: good.Left}}, 0.36, "the lines do not tell where the horizon is"},
		{"no width", []Sight{good}, 0, "a lane 0 m wide"},
		{"not a width", []Sight{good}, math.NaN(), "a lane NaN m wide"},
		{"too wide", []Sight{good}, 20, "the mounting found cannot be: ground.height_m: 9.4"},
	} {
		if _, _, err := FromLane(&c, k.sights, k.width, calib.Ground{}); err == nil || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v, want %q", k.name, err, k.want)
		}
	}
}
