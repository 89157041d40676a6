package sim

import "math"

// lens maps the ground ahead of the vehicle into the picture and back. Ground points are given in the vehicle's frame;
// picture points in pixel corners' coordinates (the centre of the top left pixel is ½, ½).
//
// On hills the ground's height is taken to depend on the distance ahead alone, which holds while the course does not turn
// much over the distance seen, and makes every row of the picture one straight line on the ground. Rows, polygons and
// labels all use this one mapping, so they agree exactly.
type lens struct {
	CameraConfig
	focalPx  float64
	cx, cy   float64
	sin, cos float64 // of the pitch, downward positive

	course  *Course
	atM     float64 // where on the course the vehicle is
	grade   float64 // of the ground under it
	horizon float64 // row at which a level line of sight ends up
	rows    []groundRow
	profile []profilePoint // hills only: the ground ahead, by distance
}

// groundRow is what one row of the picture sees of the ground.
type groundRow struct {
	seen   bool
	aheadM float64 // distance ahead of the rear axle
	pxM    float64 // width of a pixel
	leftM  float64 // of the vehicle's axis, at the middle of pixel 0
}

type profilePoint struct {
	aheadM float64
	y      float64 // row of the picture
	top    float64 // highest row that nearer ground reaches
	depthM float64
}

// nearShare is the nearest depth drawn, as a share of the camera's height.
const nearShare = 0.1

func newLens(c CameraConfig, course *Course) *lens {
	l := &lens{CameraConfig: c, course: course, cx: float64(c.WidthPx) / 2, cy: float64(c.HeightPx) / 2}
	l.focalPx = l.cx / math.Tan(c.HFOVDeg*math.Pi/360)
	l.sin, l.cos = math.Sincos(c.PitchDeg * math.Pi / 180)
	l.rows = make([]groundRow, c.HeightPx)
	l.profile = make([]profilePoint, 0, 512)
	l.place(0)
	return l
}

// place moves the lens to a distance along the course and works out what each row sees.
func (l *lens) place(sM float64) {
	l.atM = sM
	l.grade = l.course.grade(sM)
	tilt := math.Atan(l.grade)
	l.horizon = l.cy - l.focalPx*math.Tan(l.PitchDeg*math.Pi/180-tilt)
	if l.course.hills.HeightM == 0 {
		l.flatRows()
		return
	}
	l.hillRows()
}

func (l *lens) flatRows() {
	for y := range l.rows {
		down := (float64(y) + 0.5 - l.cy) / l.focalPx
		fall := down*l.cos + l.sin // per unit of depth
		l.rows[y] = groundRow{}
		if fall <= 0 {
			continue
		}
		depth := l.HeightM / fall
		if ahead := depth * (l.cos - down*l.sin); ahead < 20*l.FarM {
			l.setRow(y, l.ForwardM+ahead, depth)
		}
	}
}

func (l *lens) hillRows() {
	l.profile = l.profile[:0]
	const n = 400
	near, far := 0.5*l.HeightM, 20*l.FarM
	growth := math.Pow(far/near, 1./n)
	top := math.Inf(1)
	for d := near; d < far; d *= growth {
		depth, y := l.look(l.ForwardM + d)
		if depth < nearShare*l.HeightM {
			continue
		}
		l.profile = append(l.profile, profilePoint{l.ForwardM + d, y, top, depth})
		top = min(top, y)
	}
	// Fill rows between neighbouring points that are seen, from near to far. Depth is interpolated inversely, as
	// perspective has it.
	for y := range l.rows {
		l.rows[y] = groundRow{}
	}
	for i := 1; i < len(l.profile); i++ {
		p, q := l.profile[i-1], l.profile[i]
		if q.y >= q.top {
			continue
		}
		if p.y > q.top { // p is seen, or hides behind nearer ground that ends at q.top
			p = p.towards(q, (p.y-q.top)/(p.y-q.y))
		}
		first := max(0, int(math.Ceil(q.y-0.5)))
		for y := first; y < len(l.rows) && float64(y)+0.5 <= p.y; y++ {
			if l.rows[y].seen {
				continue
			}
			m := p.towards(q, (p.y-float64(y)-0.5)/(p.y-q.y))
			l.setRow(y, m.aheadM, m.depthM)
		}
	}
}

// towards is the point at share t of the picture's distance from p to q.
func (p profilePoint) towards(q profilePoint, t float64) profilePoint {
	depth := 1 / ((1-t)/p.depthM + t/q.depthM)
	share := t
	if q.depthM != p.depthM {
		share = (depth - p.depthM) / (q.depthM - p.depthM)
	}
	return profilePoint{p.aheadM + share*(q.aheadM-p.aheadM), p.y + t*(q.y-p.y), p.top, depth}
}

func (l *lens) setRow(y int, ahead, depth float64) {
	px := depth / l.focalPx
	l.rows[y] = groundRow{true, ahead, px, (l.cx - 0.5) * px}
}

// look finds the depth and the row of the ground at a distance ahead.
func (l *lens) look(aheadM float64) (depthM, y float64) {
	x, drop := aheadM-l.ForwardM, l.HeightM
	if l.course.hills.HeightM != 0 {
		// Turn the rise of the ground into the frame of the vehicle, which stands on the slope.
		rise := l.course.ElevationM(l.atM+aheadM) - l.course.ElevationM(l.atM)
		norm := math.Sqrt(1 + l.grade*l.grade)
		x = (aheadM+rise*l.grade)/norm - l.ForwardM
		drop -= (rise - aheadM*l.grade) / norm
	}
	depthM = x*l.cos + drop*l.sin
	return depthM, l.cy + l.focalPx*(drop*l.cos-x*l.sin)/depthM
}

// project maps a ground point of the vehicle's frame. Depth below nearest() means that it cannot be drawn.
func (l *lens) project(aheadM, leftM float64) (x, y, depthM float64) {
	depthM, y = l.look(aheadM)
	return l.cx - l.focalPx*leftM/depthM, y, depthM
}

func (l *lens) nearest() float64 { return nearShare * l.HeightM }

// hidden says whether nearer ground hides the ground at a distance ahead.
func (l *lens) hidden(aheadM, y float64) bool {
	if len(l.profile) == 0 {
		return false
	}
	lo, hi := 0, len(l.profile)
	for lo < hi {
		if mid := (lo + hi) / 2; l.profile[mid].aheadM < aheadM {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo < len(l.profile) && y > l.profile[lo].top+0.01
}
