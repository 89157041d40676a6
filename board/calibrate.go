package board

import (
	"errors"
	"fmt"
	"image"
	"math"
	"slices"

	"gocv.io/x/gocv"

	"lanekeeper/calib"
)

// Result is a calibrated lens.
type Result struct {
	Camera  calib.Camera // without name, ID and date
	Used    []Placed
	LeftOut []Placed // the worst, which agreed with the others far worse than usual
}

const (
	// MinViews is the fewest views that a calibration takes. Three determine the lens; ten or more make it good.
	MinViews   = 3
	goodViews  = 10
	outlier    = 3.0 // times the median
	fewestLeft = 6   // views are left out only while more remain
	minTurnDeg = 5.0 // between the boards of the two views that differ most
	goodRMSPx  = 1.0
	worstShare = 0.01 // of the picture's width: an error larger than this is that of no lens
	worthK3    = 0.97 // k3 is estimated where that makes the error less than this share

	// fixK3 is CALIB_FIX_K3 of cv::calibrateCamera. gocv's constants of such names are those of cv::fisheye: its
	// CalibFixK3 would hold k2.
	fixK3 gocv.CalibFlag = 0x80
)

// ErrDegenerate says that the views do not tell what lens took them.
var ErrDegenerate = errors.New("the pictures do not determine the lens")

// Calibrate finds the lens from views of the board in pictures of width×height px. Views that agree with the others more
// than three times worse than the median are left out, the worst first, and the lens is found anew.
func Calibrate(views []View, width, height int, p Pattern) (*Result, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if len(views) < MinViews {
		return nil, fmt.Errorf("%d usable pictures, at least %d needed, and %d or more to be good: %w",
			len(views), MinViews, goodViews, ErrDegenerate)
	}
	for i := range views {
		if err := views[i].check(width, height, p); err != nil {
			return nil, err
		}
	}
	use := slices.Clone(views)
	var r Result
	for {
		camera, placed, err := best(use, width, height, p)
		if err != nil {
			return nil, err
		}
		r.Camera, r.Used = camera, placed
		worst := worstOf(placed)
		if worst < 0 || len(placed) <= fewestLeft {
			return &r, nil
		}
		r.LeftOut = append(r.LeftOut, placed[worst])
		use = slices.Delete(use, worst, worst+1)
	}
}

// worstOf is the view that agrees far worse than the others; −1 when none does.
func worstOf(placed []Placed) int {
	errs := make([]float64, len(placed))
	worst := 0
	for i := range placed {
		errs[i] = placed[i].RMSPx
		if errs[i] > errs[worst] {
			worst = i
		}
	}
	most := errs[worst]
	slices.Sort(errs)
	if most > outlier*errs[len(errs)/2] {
		return worst
	}
	return -1
}

// best fits the lens without k3, and takes it in where the pictures ask for it: in the middle of the picture it does
// nothing, and where there are no corners in the picture's it can do anything.
func best(views []View, width, height int, p Pattern) (calib.Camera, []Placed, error) {
	camera, placed, err := fit(views, width, height, p, fixK3)
	if more, better, errMore := fit(views, width, height, p, 0); errMore == nil && (err != nil || more.RMSPx < worthK3*camera.RMSPx) {
		return more, better, nil
	}
	return camera, placed, err
}

// fit is OpenCV's calibration.
func fit(views []View, width, height int, p Pattern, flags gocv.CalibFlag) (calib.Camera, []Placed, error) {
	objects, pictures := gocv.NewPoints3fVector(), gocv.NewPoints2fVector()
	defer objects.Close()
	defer pictures.Close()
	grid := make([]gocv.Point3f, p.Corners())
	for i := range grid {
		grid[i] = gocv.Point3f{X: float32(i%p.Cols) * float32(p.SquareM), Y: float32(i/p.Cols) * float32(p.SquareM)}
	}
	seen := make([]gocv.Point2f, p.Corners())
	for _, v := range views {
		for i, c := range v.Corners {
			seen[i] = gocv.Point2f{X: float32(c.U), Y: float32(c.V)}
		}
		object, picture := gocv.NewPoint3fVectorFromPoints(grid), gocv.NewPoint2fVectorFromPoints(seen)
		objects.Append(object)
		pictures.Append(picture)
		object.Close()
		picture.Close()
	}
	matrix, distortion, turns, places := gocv.NewMat(), gocv.NewMat(), gocv.NewMat(), gocv.NewMat()
	defer matrix.Close()
	defer distortion.Close()
	defer turns.Close()
	defer places.Close()
	gocv.CalibrateCamera(objects, pictures, image.Pt(width, height), &matrix, &distortion, &turns, &places, flags)
	var numbers [4][]float64
	for i, m := range []*gocv.Mat{&matrix, &distortion, &turns, &places} {
		var err error
		if numbers[i], err = m.DataPtrFloat64(); err != nil {
			return calib.Camera{}, nil, fmt.Errorf("reading the lens: %w", err)
		}
	}
	k, d := numbers[0], numbers[1]
	if len(k) != 9 || len(d) < 5 || len(numbers[2]) != 3*len(views) || len(numbers[3]) != 3*len(views) {
		return calib.Camera{}, nil, fmt.Errorf("%w: OpenCV gave %d, %d, %d and %d numbers",
			ErrDegenerate, len(k), len(d), len(numbers[2]), len(numbers[3]))
	}
	c := calib.Camera{
		Width: width, Height: height, FX: k[0], FY: k[4], CX: k[2], CY: k[5],
		K1: d[0], K2: d[1], P1: d[2], P2: d[3], K3: d[4], Pictures: len(views),
	}
	placed, rms := place(&c, views, numbers[2], numbers[3], p)
	c.RMSPx = rms
	if turn := most(placed); !(turn >= minTurnDeg) {
		return c, nil, fmt.Errorf("%w: the board is tilted alike in all of them, within %.1f°; tilt it by some 30° to each side",
			ErrDegenerate, turn)
	}
	if !(rms <= worstShare*float64(width)) {
		return c, nil, fmt.Errorf("%w: the corners are %.0f px from where any lens would show them: are they of one board, and of one camera?",
			ErrDegenerate, rms)
	}
	if err := (&calib.Calibration{Camera: c}).Validate(); err != nil {
		return c, nil, fmt.Errorf("%w (%w); take more, tilted and near the picture's edges", ErrDegenerate, err)
	}
	return c, placed, nil
}

// most is the largest angle between two boards' faces.
func most(placed []Placed) float64 {
	turn := 0.0
	for i := range placed {
		for j := range i {
			turn = max(turn, placed[i].apartDeg(&placed[j]))
		}
	}
	return turn
}

// place puts the boards where the fit says they were, and tells how far the corners are seen from where they should be.
func place(c *calib.Camera, views []View, turns, places []float64, p Pattern) ([]Placed, float64) {
	rays := c.Rays()
	placed := make([]Placed, len(views))
	total := 0.0
	for i, v := range views {
		r, t := rodrigues([3]float64(turns[3*i:3*i+3])), places[3*i:3*i+3]
		sum := 0.0
		for k, seen := range v.Corners {
			x, y := float64(k%p.Cols)*p.SquareM, float64(k/p.Cols)*p.SquareM
			var at [3]float64
			for axis := range at {
				at[axis] = r[axis][0]*x + r[axis][1]*y + t[axis]
			}
			u, w, ok := rays.Pixel(at[0]/at[2], at[1]/at[2])
			if !ok || at[2] <= 0 {
				u, w = math.Inf(1), 0
			}
			sum += (u-seen.U)*(u-seen.U) + (w-seen.V)*(w-seen.V)
		}
		placed[i] = Placed{
			View: v, RMSPx: math.Sqrt(sum / float64(len(v.Corners))), DistanceM: math.Sqrt(t[0]*t[0] + t[1]*t[1] + t[2]*t[2]),
			normal: [3]float64{r[0][2], r[1][2], r[2][2]},
		}
		total += sum
	}
	return placed, math.Sqrt(total / float64(len(views)*p.Corners()))
}

// rodrigues is the rotation by |v| about v.
func rodrigues(v [3]float64) (r [3][3]float64) {
	angle := math.Sqrt(v[0]*v[0] + v[1]*v[1] + v[2]*v[2])
	if angle < 1e-12 {
		return [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	}
	sin, cos := math.Sincos(angle)
	x, y, z := v[0]/angle, v[1]/angle, v[2]/angle
	k := 1 - cos
	return [3][3]float64{
		{cos + x*x*k, x*y*k - z*sin, x*z*k + y*sin},
		{y*x*k + z*sin, cos + y*y*k, y*z*k - x*sin},
		{z*x*k - y*sin, z*y*k + x*sin, cos + z*z*k},
	}
}

// Warnings tells what makes the result less good than it could be.
func (r *Result) Warnings() []string {
	var w []string
	if n := len(r.Used); n < goodViews {
		w = append(w, fmt.Sprintf("only %d pictures are used: take %d or more", n, goodViews))
	}
	if r.Camera.RMSPx > goodRMSPx {
		w = append(w, fmt.Sprintf("the reprojection error of %.2f px is more than %.0f px: is the board flat, and the camera's focus fixed?",
			r.Camera.RMSPx, goodRMSPx))
	}
	views := make([]View, len(r.Used))
	steep := 0
	for i := range r.Used {
		views[i] = r.Used[i].View
		if r.Used[i].TiltDeg() >= 15 {
			steep++
		}
	}
	c := Cover(views, r.Camera.Width, r.Camera.Height)
	for _, part := range c.Missing() {
		w = append(w, "hardly any board in the picture's "+part+": the lens is not known well there")
	}
	if steep < 3 {
		w = append(w, fmt.Sprintf("the board is tilted by 15° or more in %d pictures only: tilt it more, to each side", steep))
	}
	return w
}
