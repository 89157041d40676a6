package board

import (
	"math"
	"math/rand/v2"
	"testing"

	"gocv.io/x/gocv"

	"lanekeeper/calib"
)

// nine is the board of the tests.
var nine = Pattern{Cols: 9, Rows: 6, SquareM: 0.025}

// pose is where a board is before a camera: its middle, and how it is turned.
type pose struct {
	x, y, z float64 // m: right, down, ahead
	turn    [3]float64
}

// studio draws a board before a camera with a distorted lens.
type studio struct {
	camera calib.Camera
	rays   [][2]float64 // of each subpixel
	sub    int
}

func newStudio(t testing.TB, c calib.Camera) *studio {
	t.Helper()
	s := &studio{camera: c, sub: 3}
	r := c.Rays()
	for v := range c.Height * s.sub {
		for u := range c.Width * s.sub {
			x, y, ok := r.Ray((float64(u)+0.5)/float64(s.sub)-0.5, (float64(v)+0.5)/float64(s.sub)-0.5)
			if !ok {
				t.Fatal("a pixel without a ray")
			}
			s.rays = append(s.rays, [2]float64{x, y})
		}
	}
	return s
}

// draw is the picture of a board, grey, with noise.
func (s *studio) draw(t testing.TB, p Pattern, at pose, noise float64, seed uint64) gocv.Mat {
	t.Helper()
	r := rodrigues(at.turn)
	rnd := rand.New(rand.NewPCG(seed, 1))
	w, h := s.camera.Width, s.camera.Height
	pixels := make([]byte, w*h)
	normal := [3]float64{r[0][2], r[1][2], r[2][2]}
	d := normal[0]*at.x + normal[1]*at.y + normal[2]*at.z
	for v := range h {
		for u := range w {
			sum := 0.0
			for k := range s.sub * s.sub {
				ray := s.rays[(v*s.sub+k/s.sub)*w*s.sub+u*s.sub+k%s.sub]
				grey := 120.0
				if k := d / (normal[0]*ray[0] + normal[1]*ray[1] + normal[2]); k > 0 {
					dx, dy, dz := k*ray[0]-at.x, k*ray[1]-at.y, k-at.z
					col := (r[0][0]*dx+r[1][0]*dy+r[2][0]*dz)/p.SquareM + float64(p.Cols+1)/2
					row := (r[0][1]*dx+r[1][1]*dy+r[2][1]*dz)/p.SquareM + float64(p.Rows+1)/2
					switch {
					case col > 0 && row > 0 && col < float64(p.Cols+1) && row < float64(p.Rows+1):
						grey = 30 + 190*float64((int(col)+int(row))%2)
					case col > -0.7 && row > -0.7 && col < float64(p.Cols)+1.7 && row < float64(p.Rows)+1.7:
						grey = 220
					}
				}
				sum += grey
			}
			pixels[v*w+u] = byte(min(max(sum/float64(s.sub*s.sub)+noise*rnd.NormFloat64(), 0), 255))
		}
	}
	m, err := gocv.NewMatFromBytes(h, w, gocv.MatTypeCV8U, pixels)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	return m.Clone() // with memory of its own
}

// session is a good set of poses for a camera of 70°: all over the picture, tilted to every side.
func session() []pose {
	var poses []pose
	for i := range 20 {
		a, far := float64(i)*2.4, 0.36+0.03*float64(i%4)
		tilt := 0.1 + 0.45*float64(i%3)/2
		poses = append(poses, pose{
			x: 0.3 * far * math.Cos(a) * float64(1+i%5) / 5, y: 0.22 * far * math.Sin(a) * float64(1+i%4) / 4, z: far,
			turn: [3]float64{tilt * math.Sin(1.7*a), tilt * math.Cos(1.3*a), 0.15 * math.Sin(a)},
		})
	}
	return poses
}

func knownCamera() calib.Camera {
	c := calib.FromHFOV(70, 640, 480)
	c.FY *= 1.01
	c.CX, c.CY = 327.3, 231.8
	c.K1, c.K2, c.P1, c.P2 = -0.21, 0.06, 0.0012, -0.0009
	return c
}
