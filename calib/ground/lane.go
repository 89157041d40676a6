package ground

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"lanekeeper/calib"
)

// Sight is the lane's two lines in one picture, as pixels (u, v) from near to far.
type Sight struct{ Left, Right [][2]float64 }

// Spread is how much single pictures differ from the mounting found, as medians of the differences.
type Spread struct {
	Used, Refused    int // pictures
	HeightM          float64
	PitchDeg, YawDeg float64
	Reasons          map[string]int // why pictures were refused, and how many
}

const (
	minLinePoints = 6
	maxLaneRMS    = 0.004 // of the picture's width: more is a bend, or not a line
)

// The reasons for which a picture is not used.
var (
	ErrTooLittle   = errors.New("too little of a line is seen")
	ErrNotStraight = errors.New("the lines are not straight and parallel")
	ErrNoMeeting   = errors.New("the lines do not tell where the horizon is")
)

// FromLane finds height, pitch and yaw from a straight lane of the given width, in metres between the middles of its
// lines: where the lines meet gives pitch and yaw, and how far apart they are then gives the height. The lane tells
// neither roll nor where the camera sits on the vehicle: given has these. Each picture is fitted for itself, and the
// median over all of them is taken; yaw is right if the vehicle points along the lane, on the whole.
func FromLane(c *calib.Camera, sights []Sight, widthM float64, given calib.Ground) (calib.Ground, Spread, error) {
	s := Spread{Reasons: map[string]int{}}
	if !(widthM >= 0.05 && widthM <= 20) {
		return given, s, fmt.Errorf("a lane %v m wide: 0.05 to 20 expected", widthM)
	}
	var heights, pitches, yaws, errs []float64
	for i := range sights {
		p, rms, err := fitLane(c, &sights[i], widthM, &given)
		if err != nil {
			s.Refused++
			s.Reasons[err.Error()]++
			continue
		}
		heights, pitches, yaws, errs = append(heights, p[0]), append(pitches, p[1]), append(yaws, p[2]), append(errs, rms)
	}
	if s.Used = len(heights); s.Used == 0 {
		why := "no picture with both lines"
		for reason, n := range s.Reasons {
			why = fmt.Sprintf("%s in %d of %d pictures", reason, n, len(sights))
		}
		return given, s, fmt.Errorf("no picture of a straight lane: %s", why)
	}
	g := given
	g.HeightM, s.HeightM = medianOf(heights)
	pitch, pitchSpread := medianOf(pitches)
	yaw, yawSpread := medianOf(yaws)
	g.PitchDeg, s.PitchDeg = degrees(pitch), degrees(pitchSpread)
	g.YawDeg, s.YawDeg = degrees(yaw), degrees(yawSpread)
	g.Method, g.Points = "lane", s.Used
	g.RMSPx, _ = medianOf(errs)
	g.RMSM = s.HeightM / g.HeightM * widthM // how much the lane's width differs from picture to picture
	if err := believable(c, &g); err != nil {
		return g, s, fmt.Errorf("%w; is the lane as wide as was said?", err)
	}
	return g, s, nil
}

// fitLane finds height, pitch, yaw and the lane's lateral place for one picture, and the error in pixels.
func fitLane(c *calib.Camera, s *Sight, widthM float64, given *calib.Ground) (p [most]float64, rms float64, err error) {
	if len(s.Left) < minLinePoints || len(s.Right) < minLinePoints {
		return p, 0, ErrTooLittle
	}
	p, ok := begin(c, s, widthM, given)
	if !ok {
		return p, 0, ErrNoMeeting
	}
	n := len(s.Left) + len(s.Right)
	residuals := func(p *[most]float64, out []float64) bool {
		if !(p[0] > 0) {
			return false
		}
		g := *given
		g.HeightM, g.PitchDeg, g.YawDeg, g.LeftM, g.ForwardM = p[0], degrees(p[1]), degrees(p[2]), 0, 0
		v := calib.NewView(c, &g)
		i := 0
		for side, line := range [2][][2]float64{s.Left, s.Right} {
			y := p[3] + widthM/2 - widthM*float64(side)
			for _, pixel := range line {
				gx, gy, ok := v.Ground(pixel[0], pixel[1])
				if !ok {
					return false
				}
				out[i] = (gy - y) / v.PixelM(gx)
				i++
			}
		}
		return true
	}
	rms, ok = minimise(residuals, &p, 4, n)
	switch {
	case !ok:
		return p, rms, ErrNoMeeting
	case rms > maxLaneRMS*float64(c.Width):
		return p, rms, ErrNotStraight
	}
	return p, rms, nil
}

// begin guesses from the lines' straight courses, as the camera's rays without distortion: where they meet gives the
// angles, their slopes height and place.
func begin(c *calib.Camera, s *Sight, widthM float64, given *calib.Ground) (p [most]float64, ok bool) {
	rays := c.Rays()
	sin, cos := math.Sincos(radians(given.RollDeg))
	var a, b [2]float64 // x = a + b·y
	low := math.Inf(1)  // the highest place of either line, which lies below the horizon
	for side, line := range [2][][2]float64{s.Left, s.Right} {
		var n, sx, sy, sxy, syy float64
		for _, pixel := range line {
			u, v, ok := rays.Ray(pixel[0], pixel[1])
			if !ok {
				return p, false
			}
			x, y := u*cos-v*sin, u*sin+v*cos // as if the camera had no roll
			n, sx, sy, sxy, syy = n+1, sx+x, sy+y, sxy+x*y, syy+y*y
			low = min(low, y)
		}
		det := n*syy - sy*sy
		if !(det > 1e-9) {
			return p, false
		}
		b[side] = (n*sxy - sx*sy) / det
		a[side] = (sx - b[side]*sy) / n
	}
	if !(b[1]-b[0] > 0.05) { // the right line leans to the right, the left one to the left
		return p, false
	}
	horizon := (a[0] - a[1]) / (b[1] - b[0])
	if !(horizon < low) {
		return p, false
	}
	middle := a[0] + b[0]*horizon
	pitch := math.Atan(-horizon)
	yaw := math.Atan(middle * math.Cos(pitch))
	// At y below the horizon, a line at lateral distance d is seen at x = middle − d·(y − horizon)·cos(pitch)/height, about.
	height := widthM * math.Cos(pitch) / (b[1] - b[0])
	return [most]float64{height, pitch, yaw, -(b[0] + b[1]) / 2 * height / math.Cos(pitch)}, true
}

// medianOf is the median, and that of the distances from it.
func medianOf(v []float64) (median, deviation float64) {
	middle := func(v []float64) float64 {
		slices.Sort(v)
		n := len(v)
		return (v[(n-1)/2] + v[n/2]) / 2
	}
	v = slices.Clone(v)
	median = middle(v)
	for i := range v {
		v[i] = math.Abs(v[i] - median)
	}
	return median, middle(v)
}
