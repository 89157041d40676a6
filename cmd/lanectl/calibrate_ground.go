package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"lanekeeper/calib"
	"lanekeeper/calib/ground"
	"lanekeeper/daemon"
	"lanekeeper/msg"
)

// groundJob is one call of lanectl calibrate ground.
type groundJob struct {
	file       string
	hfovDeg    float64 // of a camera without a lens calibration; 0 = not given
	size       string  // of its pictures
	points     []ground.Point
	laneWidthM float64
	given      calib.Ground // what a lane does not tell
	frames     int          // live ones to use
	stdout     io.Writer

	calibration *calib.Calibration // nil until the size of the pictures is known, with hfovDeg
}

func calibrateGroundCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("calibrate ground", stderr, "[flags] [FILE]…",
		"Finds how the camera sits above the ground, and adds it to the calibration file, which needs the lens first",
		"(lanectl calibrate camera). Either from four or more points on the ground, each --point with its pixel and its place in",
		"metres ahead of the rear axle and left of the vehicle's middle:",
		"  lanectl calibrate ground --point 212,590,0.4,0.2 --point 604,588,0.4,-0.2 …",
		"or from a straight lane of known width that the vehicle stands in, or drives along, in pictures, a video or --live:",
		"  lanectl calibrate ground --lane-width 0.35 --forward 0.12 --live",
		"A lane does not tell roll, --forward and --left. docs/calibration.md says how to measure, and how good each is.")
	j := groundJob{stdout: stdout}
	fs.StringVar(&j.file, "out", calib.DefaultPath, "calibration `file` to add to; its camera part is kept")
	fs.Var((*pointList)(&j.points), "point", "a point on the ground as `u,v,x,y`: its pixel, and where it is in metres; give four or more")
	fs.Float64Var(&j.laneWidthM, "lane-width", 0, "`metres` between the middles of the lines of a straight lane")
	fs.Float64Var(&j.given.ForwardM, "forward", 0, "`metres` that the camera sits ahead of the rear axle, with --lane-width")
	fs.Float64Var(&j.given.LeftM, "left", 0, "`metres` that the camera sits left of the vehicle's middle, with --lane-width")
	fs.Float64Var(&j.given.RollDeg, "roll", 0, "`degrees` that the camera's right side is lowered, with --lane-width")
	fs.Float64Var(&j.hfovDeg, "hfov", 0, "field of view in `degrees`, across, for a lens that was not calibrated; one in the file goes before")
	fs.StringVar(&j.size, "size", "", "`size` of the pictures in pixels, such as 800x600, with --hfov and --point")
	live := fs.Bool("live", false, "use the running camera, with --lane-width")
	fs.IntVar(&j.frames, "frames", 100, "frames with both lines to use with --live")
	segment := fs.String("image-shm-name", msg.CameraFeed, "`name` of the segment of frames, for --live")
	if err := parsePlaceFlags(fs, place, args, true); err != nil {
		return err
	}
	if err := j.check(fs, *live); err != nil {
		return usageError{fmt.Errorf("calibrate ground: %w", err)}
	}
	if err := calib.Writable(j.file); err != nil {
		return err
	}
	if err := j.lens(); err != nil {
		return err
	}
	g, err := j.find(ctx, fs.Args(), *live, *place, *segment)
	if err != nil {
		return fmt.Errorf("finding the mounting: %w", err)
	}
	return j.finish(g, time.Now())
}

func (j *groundJob) find(ctx context.Context, paths []string, live bool, place daemon.Place, segment string) (calib.Ground, error) {
	switch {
	case len(j.points) > 0:
		return j.fromPoints()
	case live:
		return j.fromCamera(ctx, place, segment)
	}
	return j.fromFiles(ctx, paths)
}

// check is about the command line alone.
func (j *groundJob) check(fs *flag.FlagSet, live bool) error {
	lane := false
	fs.Visit(func(f *flag.Flag) { lane = lane || f.Name == "lane-width" })
	switch {
	case lane == (len(j.points) > 0):
		return errors.New("points expected (--point), or a lane (--lane-width), and not both")
	case !lane && (live || fs.NArg() > 0):
		return errors.New("--point needs no pictures")
	case lane && live == (fs.NArg() > 0):
		return errors.New("pictures of a straight lane expected, or --live")
	case lane && !(j.laneWidthM >= 0.05 && j.laneWidthM <= 20):
		return fmt.Errorf("--lane-width %v: 0.05 to 20 m expected", j.laneWidthM)
	case j.hfovDeg != 0 && !(j.hfovDeg >= 10 && j.hfovDeg <= 170):
		return fmt.Errorf("--hfov %v: 10 to 170 degrees expected", j.hfovDeg)
	case j.frames < 1 || j.frames > 100_000:
		return fmt.Errorf("--frames %d: 1 to 100000 expected", j.frames)
	}
	return nil
}

// lens finds the lens that the mounting is to rest on.
func (j *groundJob) lens() error {
	before, err := existing(j.file)
	if err != nil {
		return err
	}
	// A lens that was only assumed is assumed anew.
	if before != nil && (j.hfovDeg == 0 || before.Camera.Pictures > 0) {
		j.calibration = before
		return nil
	}
	if j.hfovDeg == 0 {
		return fmt.Errorf("%s: there is no such file: run lanectl calibrate camera first, or give --hfov", j.file)
	}
	if len(j.points) == 0 {
		return nil // the pictures will tell their size
	}
	w, h, err := pair(j.size)
	if err != nil {
		return usageError{fmt.Errorf("calibrate ground: --size %w", err)}
	}
	return j.assume(w, h, 0)
}

// assume makes a lens from the field of view.
func (j *groundJob) assume(width, height int, id uint64) error {
	c := calib.Calibration{Camera: calib.FromHFOV(j.hfovDeg, width, height)}
	c.Camera.Name, c.Camera.ID = fmt.Sprintf("assumed, %v° wide", j.hfovDeg), id
	j.calibration = &c
	return c.Validate()
}

// fits makes sure that pictures are those of the lens.
func (j *groundJob) fits(width, height int, id uint64) error {
	if j.calibration == nil {
		return j.assume(width, height, id)
	}
	return j.calibration.Fits(width, height, id)
}

func (j *groundJob) fromPoints() (calib.Ground, error) {
	g, residuals, err := ground.FromPoints(&j.calibration.Camera, j.points)
	for i, r := range residuals {
		p := j.points[i]
		fmt.Fprintf(j.stdout, "point %d  (%.1f, %.1f) px is (%.3f, %.3f) m: off by %.2f px, %.1f cm\n", i+1, p.U, p.V, p.X, p.Y, r.Px, 100*r.M)
	}
	if err == nil && len(j.points) == ground.MinPoints {
		fmt.Fprintln(j.stdout, "warning: four points leave little to check: a fifth or sixth would show a mistake")
	}
	return g, err
}

// finish tells what was found and writes it.
func (j *groundJob) finish(g calib.Ground, now time.Time) error {
	g.Date = calib.Today(now)
	fmt.Fprintf(j.stdout, "height %.3f m, pitch %.2f°, roll %.2f°, yaw %.2f°, %.3f m ahead of the rear axle, %.3f m left\n",
		g.HeightM, g.PitchDeg, g.RollDeg, g.YawDeg, g.ForwardM, g.LeftM)
	fmt.Fprintf(j.stdout, "rms error %.2f px, %.1f cm\n", g.RMSPx, 100*g.RMSM)
	if math.Abs(g.RollDeg) > 10 {
		fmt.Fprintf(j.stdout, "warning: a roll of %.0f° is much for a mounted camera\n", g.RollDeg)
	}
	c := *j.calibration
	if before, err := existing(j.file); err == nil && before != nil && before.Camera.Pictures > 0 {
		c.Camera = before.Camera // as it is now
	}
	c.Ground = &g
	if err := c.Save(j.file); err != nil {
		return err
	}
	fmt.Fprintln(j.stdout, "written to", j.file)
	return nil
}

// pointList collects --point.
type pointList []ground.Point

func (l *pointList) String() string { return "" }

// Set reads one point: u,v,x,y.
func (l *pointList) Set(text string) error {
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return errors.New("four numbers u,v,x,y expected")
	}
	var n [4]float64
	for i, part := range parts {
		v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%q: a number expected", part)
		}
		n[i] = v
	}
	*l = append(*l, ground.Point{U: n[0], V: n[1], X: n[2], Y: n[3]})
	return nil
}
