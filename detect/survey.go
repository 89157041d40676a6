package detect

import (
	"math"

	"lanekeeper/calib"
	"lanekeeper/msg"
)

// survey puts the lane on the ground. With a camera that is calibrated or described it works in metres. Without, it assumes a usual
// lens, takes the horizon from where the lane's lines meet, and chooses the camera's height such that the lane is one
// wide: lengths are then in lane widths, good enough to steer by.
type survey struct {
	p           *Params
	calibration *calib.Calibration // nil = none
	met         frames             // that view is for
	ground      scale
	view        calib.View
	left, right sighting

	laneWidth float64 // m or, uncalibrated, camera heights: learned; 0 = not yet
	horizon   float64 // uncalibrated: share of the height; NaN = not yet
}

// What is assumed of a camera that is not described.
const (
	usualHFOVDeg   = 60.0
	usualHorizon   = 0.3  // share of the height
	usualLaneWidth = 2.5  // camera heights
	minHorizon     = -1.0 // shares of the height that are believed
	maxHorizon     = 0.62
	minConvergence = 0.1 // px a row: less tells nothing about the horizon
	learnHorizon   = 0.1 // share of a new frame in what is learned
	learnWidth     = 0.1
	widthTolerance = 0.35 // relative: a lane wider or narrower by so much loses two thirds of its confidence
	usualVehicle   = 0.5  // vehicle's width in lane widths where neither is known
)

func (s *survey) reset() { s.laneWidth, s.horizon = 0, math.NaN() }

// remap makes the view anew at the next frame: the camera is described otherwise, and what was learned is in its lengths.
func (s *survey) remap() {
	s.met = frames{}
	s.reset()
}

// scale is what lengths are in.
type scale int

const (
	laneWidths scale = iota // nothing is known of the camera
	metres
	refused // lane widths, as the calibration is for other frames
)

// frames is what the view depends on.
type frames struct {
	width, height int
	cameraID      uint64
}

// calibrated says whether lengths are in metres.
func (s *survey) calibrated() bool { return s.ground == metres }

// meet prepares for a frame and tells what lengths will be in, as flags of the detection. What was learned in other
// lengths is forgotten.
func (s *survey) meet(h *msg.FrameHeader) uint32 {
	if f := (frames{int(h.Width), int(h.Height), h.CameraID}); f != s.met {
		before := s.ground
		s.met = f
		if s.view, s.ground = s.viewOf(f); s.ground != before {
			s.reset()
		}
	}
	switch s.ground {
	case metres:
		return 0
	case refused:
		return msg.DetectionUncalibrated | msg.DetectionCalibrationRefused
	}
	return msg.DetectionUncalibrated
}

// viewOf is the map to the ground for such frames, if there is one.
func (s *survey) viewOf(f frames) (calib.View, scale) {
	c, simple := s.calibration, &s.p.Camera
	switch {
	case c != nil && c.Fits(f.width, f.height, f.cameraID) != nil:
		return calib.View{}, refused
	case c != nil && c.Ground != nil:
		return calib.NewView(&c.Camera, c.Ground), metres
	case c != nil && simple.Known():
		ground := simple.ground()
		return calib.NewView(&c.Camera, &ground), metres
	case c == nil && simple.Known():
		return simple.View(f.width, f.height), metres
	}
	return calib.View{}, laneWidths
}

// measure fills in everything of out that lies on the ground, from the trails, of which either may be empty.
func (s *survey) measure(out *msg.Detection, left, right *trail, fresh bool, g *grid) {
	before := s.known()
	fx, fy := float64(out.Width)/g.w, float64(out.Height)/g.h
	s.setView(int(out.Width), int(out.Height), left, right, fresh, g, fx, fy)
	s.left.take(left, g, &s.view, fx, fy)
	s.right.take(right, g, &s.view, fx, fy)
	l := fitLane(&s.left, &s.right, s.known())
	if !l.ok {
		return
	}
	unit := 1.0 // what a length of the view is in out
	width := s.learn(l.width(), fresh)
	if !s.calibrated() {
		unit = 1 / width
	}
	out.HeadingRad = l.heading()
	out.CurvaturePerM = l.curvature() / unit
	out.LaneWidthM = width * unit
	if seen := l.width(); seen > 0 {
		out.LaneWidthM = seen * unit
	}
	if width > 0 {
		out.OffsetM = l.offset(width) * unit
		out.Departure = s.departure(out.OffsetM, width*unit)
	} else {
		out.LaneWidthM = math.NaN()
	}
	if seen := l.width(); seen > 0 && before > 0 {
		doubt(out, seen/before)
	}
	s.left.describe(&out.Left, unit)
	s.right.describe(&out.Right, unit)
}

// doubt lowers the confidence in both lines when the lane between them is not as wide as it should be: one of them is
// likely another line.
func doubt(out *msg.Detection, ratio float64) {
	off := math.Log(ratio) / widthTolerance
	agreement := math.Exp(-off * off)
	for _, c := range []*float64{&out.Left.Confidence, &out.LeftLane.Confidence, &out.Right.Confidence, &out.RightLane.Confidence} {
		*c *= agreement
	}
}

// known is the lane's width in lengths of the view before this frame; 0 when there is none.
func (s *survey) known() float64 {
	if s.calibrated() && s.p.LaneWidthM > 0 {
		return s.p.LaneWidthM
	}
	return s.laneWidth
}

// learn is the lane's width in lengths of the view: the configured one, else what frames with both lines taught; 0
// while unknown.
func (s *survey) learn(seen float64, fresh bool) float64 {
	if s.calibrated() && s.p.LaneWidthM > 0 {
		return s.p.LaneWidthM
	}
	if fresh && seen > 0 {
		if s.laneWidth == 0 {
			s.laneWidth = seen
		}
		s.laneWidth += learnWidth * (seen - s.laneWidth)
	}
	if s.laneWidth == 0 && !s.calibrated() {
		return usualLaneWidth
	}
	return s.laneWidth
}

// departure judges the vehicle's place in the lane, both in the same unit.
func (s *survey) departure(offset, width float64) msg.Departure {
	vehicle := s.p.VehicleWidthM
	if !s.calibrated() {
		vehicle = usualVehicle
		if s.p.LaneWidthM > 0 {
			vehicle = s.p.VehicleWidthM / s.p.LaneWidthM
		}
	}
	switch room := (width - vehicle) / 2; {
	case offset > room:
		return msg.DepartureLeft
	case offset < -room:
		return msg.DepartureRight
	}
	return msg.DepartureNone
}

// setView makes the map to the ground for this frame.
func (s *survey) setView(w, h int, left, right *trail, fresh bool, g *grid, fx, fy float64) {
	if s.calibrated() {
		return
	}
	if row, ok := meeting(left, right, g); ok && fresh {
		share := min(max(row/g.h, minHorizon), maxHorizon)
		if math.IsNaN(s.horizon) {
			s.horizon = share
		}
		s.horizon += learnHorizon * (share - s.horizon)
	}
	share := s.horizon
	if math.IsNaN(share) {
		share = usualHorizon
	}
	lens := calib.FromHFOV(usualHFOVDeg, w, h)
	pitch := math.Atan((lens.CY - share*float64(h)) / lens.FY)
	s.view = calib.NewView(&lens, &calib.Ground{HeightM: 1, PitchDeg: pitch * 180 / math.Pi})
}

// meeting is the row, of the reduced picture, where the straight continuations of the trails' near parts meet.
func meeting(left, right *trail, g *grid) (float64, bool) {
	la, lb, ok := nearLine(left, g)
	if !ok {
		return 0, false
	}
	ra, rb, ok := nearLine(right, g)
	if !ok || rb-lb < minConvergence {
		return 0, false
	}
	return (la - ra) / (rb - lb), true
}

// nearLine fits x = a + b·row to the nearer half of what was seen.
func nearLine(t *trail, g *grid) (a, b float64, ok bool) {
	lo, hi := -1, -1
	for i := t.first; i <= t.last; i++ {
		if t.seen(i) {
			if lo < 0 {
				lo = i
			}
			hi = i
		}
	}
	if hi-lo < 4 || lo < 0 {
		return 0, 0, false
	}
	eq := system{n: 2}
	for i := lo; i <= (lo+hi)/2+1; i++ {
		eq.add(&[maxUnknowns]float64{1, g.row(i)}, t.x[i], 1)
	}
	c, ok := eq.solve()
	return c[0], c[1], ok
}

// describe writes the line's polynomial, its lengths in units.
func (s *sighting) describe(l *msg.Line, unit float64) {
	p, sigma, ok := s.poly()
	if !ok {
		return
	}
	l.FromM, l.ToM, l.PolySigmaM = s.from()*unit, s.to()*unit, sigma*unit
	for i, k := 0, unit; i < len(p); i++ {
		l.Poly[i] = p[i] * k
		k /= unit
	}
}
