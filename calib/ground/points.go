package ground

import (
	"errors"
	"fmt"
	"math"

	"lanekeeper/calib"
)

// Point is a place on the ground, in metres of the vehicle frame, and the pixel that shows it.
type Point struct{ U, V, X, Y float64 }

// Residual is how far a point is from where the mounting says it is.
type Residual struct{ Px, M float64 }

// MinPoints is the fewest points that a mounting takes: four give eight numbers for its six.
const MinPoints = 4

// maxRMSShare bounds the error that is taken for that of measuring, as a share of the picture's width: more is a mistake.
const maxRMSShare = 0.02

// FromPoints finds the mounting from points on the ground, of which no three of four may lie in a line. The residuals are
// in the points' order. First the map from the ground to the rays is found as a homography, whose columns are the
// mounting's (R. Hartley, A. Zisserman, Multiple View Geometry, 2nd ed., 2004, sections 4.1 and 8.1.1); then the mounting
// is refined until the points' pixels are met best, with the lens's distortion in them.
func FromPoints(c *calib.Camera, points []Point) (calib.Ground, []Residual, error) {
	if len(points) < MinPoints {
		return calib.Ground{}, nil, fmt.Errorf("%d points: at least %d needed, better six or more, near and far and to both sides",
			len(points), MinPoints)
	}
	rays := c.Rays()
	looks := make([][2]float64, len(points))
	for i, p := range points {
		if !(p.U >= -0.5 && p.V >= -0.5 && p.U <= float64(c.Width)-0.5 && p.V <= float64(c.Height)-0.5) {
			return calib.Ground{}, nil, fmt.Errorf("point %d: pixel (%v, %v): outside of the picture of %d×%d px", i+1, p.U, p.V, c.Width, c.Height)
		}
		if !(math.Hypot(p.X, p.Y) <= 1000) {
			return calib.Ground{}, nil, fmt.Errorf("point %d: (%v, %v) m: at most 1000 m from the vehicle expected", i+1, p.X, p.Y)
		}
		var ok bool
		if looks[i][0], looks[i][1], ok = rays.Ray(p.U, p.V); !ok {
			return calib.Ground{}, nil, fmt.Errorf("point %d: pixel (%v, %v): the lens is not known there", i+1, p.U, p.V)
		}
	}
	if err := spread(points); err != nil {
		return calib.Ground{}, nil, err
	}
	h, ok := homography(points, looks)
	if !ok {
		return calib.Ground{}, nil, errUndetermined
	}
	g, ok := decompose(h, points)
	if !ok {
		return calib.Ground{}, nil, errUndetermined
	}
	residuals := func(p *[most]float64, out []float64) bool {
		at := mounting(p)
		v := calib.NewView(c, &at)
		for i, k := range points {
			u, row, ok := v.Pixel(k.X, k.Y)
			if !ok {
				return false
			}
			out[2*i], out[2*i+1] = u-k.U, row-k.V
		}
		return true
	}
	p := [most]float64{g.HeightM, radians(g.PitchDeg), radians(g.RollDeg), radians(g.YawDeg), g.ForwardM, g.LeftM}
	if _, ok := minimise(residuals, &p, most, 2*len(points)); !ok {
		return calib.Ground{}, nil, errUndetermined
	}
	g = mounting(&p)
	if err := believable(c, &g); err != nil {
		return g, nil, fmt.Errorf("%w; x is metres ahead and y metres to the left: are they swapped, or a sign wrong?", err)
	}
	return judge(c, g, points)
}

var errUndetermined = errors.New("the points do not determine the mounting: take them near and far and to both sides, " +
	"no three of four in a line")

func mounting(p *[most]float64) calib.Ground {
	return calib.Ground{HeightM: p[0], PitchDeg: degrees(p[1]), RollDeg: degrees(p[2]), YawDeg: degrees(p[3]), ForwardM: p[4], LeftM: p[5]}
}

// judge tells how well the points agree, and refuses what contradicts itself.
func judge(c *calib.Camera, g calib.Ground, points []Point) (calib.Ground, []Residual, error) {
	v := calib.NewView(c, &g)
	list := make([]Residual, len(points))
	px, m := 0.0, 0.0
	worst := 0
	for i, k := range points {
		x, y, ok := v.Ground(k.U, k.V)
		if !ok {
			return g, nil, fmt.Errorf("point %d: pixel (%v, %v) lies above the horizon, and (%v, %v) m on the ground", i+1, k.U, k.V, k.X, k.Y)
		}
		u, row, _ := v.Pixel(k.X, k.Y) // the fit has been there
		list[i] = Residual{Px: math.Hypot(u-k.U, row-k.V), M: math.Hypot(x-k.X, y-k.Y)}
		px, m = px+list[i].Px*list[i].Px, m+list[i].M*list[i].M
		if list[i].Px > list[worst].Px {
			worst = i
		}
	}
	n := float64(len(points))
	g.Method, g.Points, g.RMSPx, g.RMSM = "points", len(points), math.Sqrt(px/n), math.Sqrt(m/n)
	if limit := maxRMSShare * float64(c.Width); g.RMSPx > limit {
		return g, list, fmt.Errorf("the points contradict each other: they lie %.1f px from where they should, at most %.0f px expected; "+
			"point %d the farthest, %.1f px: measure it again", g.RMSPx, limit, worst+1, list[worst].Px)
	}
	return g, list, nil
}

// believable says what no vehicle's camera has.
func believable(c *calib.Camera, g *calib.Ground) error {
	if err := (&calib.Calibration{Camera: *c, Ground: g}).Validate(); err != nil {
		return fmt.Errorf("the mounting found cannot be: %w", err)
	}
	return nil
}

// spread refuses points of which all, or all but one, lie in a line, on the ground: no homography follows from them.
func spread(points []Point) error {
	for skip := -1; skip < len(points); skip++ {
		var n, mx, my float64
		for i, p := range points {
			if i != skip {
				n, mx, my = n+1, mx+p.X, my+p.Y
			}
		}
		mx, my = mx/n, my/n
		var xx, xy, yy float64
		for i, p := range points {
			if i != skip {
				xx, xy, yy = xx+(p.X-mx)*(p.X-mx), xy+(p.X-mx)*(p.Y-my), yy+(p.Y-my)*(p.Y-my)
			}
		}
		// The smaller of the two principal moments, against the larger.
		root := math.Hypot((xx-yy)/2, xy)
		if small, large := (xx+yy)/2-root, (xx+yy)/2+root; !(small > 1e-4*large) {
			if skip < 0 {
				return errors.New("the points lie in one line, or place: take some to both sides of it")
			}
			return fmt.Errorf("all points but number %d lie in one line: take another one beside it", skip+1)
		}
	}
	return nil
}

func radians(deg float64) float64 { return deg * math.Pi / 180 }
func degrees(rad float64) float64 { return rad * 180 / math.Pi }
