package detect

import (
	"math"
	"math/rand/v2"

	"lanekeeper/msg"
)

// scene is a drawn piece of flat ground with lines on it, seen by a camera.
type scene struct {
	camera Camera
	w, h   int
	lines  []paint
	ground byte                                 // grey level
	noise  int                                  // grey levels to either side
	seed   uint64                               // of the noise
	extra  func(x, y float64) (g byte, ok bool) // what else lies on the ground
}

// paint is a line on the ground.
type paint struct {
	y      func(x float64) float64 // m
	width  float64                 // m, across the line
	yellow bool
	period float64 // m, of dashes, of which the first half is painted; 0 = solid
}

// tapeCamera and roadCamera are those of a small car on a miniature track and of a full-sized one.
var (
	tapeCamera = Camera{HFOVDeg: 70, HeightM: 0.15, PitchDeg: 20}
	roadCamera = Camera{HFOVDeg: 60, HeightM: 1.3, PitchDeg: 4}
)

// course is a lane's middle as the vehicle sees it that lies offset left of it, turned left by heading: a parabola.
func course(offset, heading, curvature float64) func(x float64) float64 {
	return func(x float64) float64 { return -offset/math.Cos(heading) - math.Tan(heading)*x + curvature/2*x*x }
}

// beside is a line beside a course, d to its left.
func beside(c func(float64) float64, d float64) func(float64) float64 {
	return func(x float64) float64 {
		s := (c(x+0.01) - c(x-0.01)) / 0.02
		return c(x) + d*math.Sqrt(1+s*s)
	}
}

// tape is a lane 0.35 m wide on a dark mat: yellow to the right, white to the left.
func tape(offset, heading, curvature float64) scene {
	c := course(offset, heading, curvature)
	return scene{camera: tapeCamera, w: 640, h: 480, ground: 50, lines: []paint{
		{y: beside(c, 0.175), width: 0.018},
		{y: beside(c, -0.175), width: 0.018, yellow: true},
	}}
}

// road is a lane 3.6 m wide on asphalt: dashes to the left.
func road(offset, heading, curvature float64) scene {
	c := course(offset, heading, curvature)
	return scene{camera: roadCamera, w: 960, h: 540, ground: 90, noise: 6, lines: []paint{
		{y: beside(c, 1.8), width: 0.15, period: 8},
		{y: beside(c, -1.8), width: 0.15},
	}}
}

// at is the colour of the ground at a place.
func (s *scene) at(x, y float64) (r, g, b byte) {
	for _, l := range s.lines {
		slope := (l.y(x+0.01) - l.y(x-0.01)) / 0.02
		if math.Abs(y-l.y(x)) > l.width/2*math.Sqrt(1+slope*slope) {
			continue
		}
		if l.period > 0 && math.Mod(x, l.period) > l.period/2 {
			continue
		}
		if l.yellow {
			return 200, 180, 40
		}
		return 220, 220, 220
	}
	if s.extra != nil {
		if v, ok := s.extra(x, y); ok {
			return v, v, v
		}
	}
	return s.ground, s.ground, s.ground
}

// render draws the scene as RGB24; four samples a pixel soften the edges. Above the horizon all is dark.
func (s *scene) render() (msg.FrameHeader, []byte) {
	v := s.camera.View(s.w, s.h)
	rnd := rand.New(rand.NewPCG(s.seed, 1))
	pix := make([]byte, 0, s.w*s.h*3)
	for row := range s.h {
		for col := range s.w {
			var sum [3]int
			for k := range 4 {
				u, w := float64(col)+float64(k%2)/2-0.25, float64(row)+float64(k/2)/2-0.25
				r, g, b := byte(30), byte(30), byte(30)
				if x, y, ok := v.Ground(u, w); ok && x < 500 {
					r, g, b = s.at(x, y)
				}
				sum[0], sum[1], sum[2] = sum[0]+int(r), sum[1]+int(g), sum[2]+int(b)
			}
			n := 0
			if s.noise > 0 {
				n = rnd.IntN(2*s.noise+1) - s.noise
			}
			for _, c := range sum {
				pix = append(pix, byte(min(max(c/4+n, 0), 255)))
			}
		}
	}
	return msg.NewFrameHeader(s.w, s.h, msg.RGB24), pix
}
