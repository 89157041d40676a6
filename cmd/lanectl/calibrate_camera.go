package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"gocv.io/x/gocv"

	"lanekeeper/board"
	"lanekeeper/calib"
	"lanekeeper/daemon"
	"lanekeeper/msg"
)

// lensJob is one call of lanectl calibrate camera.
type lensJob struct {
	pattern board.Pattern
	out     string
	name    string
	id      uint64
	replace bool
	count   int // of live pictures
	stdout  io.Writer

	pictures []picture
}

// picture is one that was looked at.
type picture struct {
	name          string
	width, height int
	corners       []board.Point
	err           error // why it cannot be used
}

func calibrateCameraCommand(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs, place := newPlaceFlags("calibrate camera", stderr, "[flags] FILE…",
		"Finds the camera's lens from pictures of a printed chessboard, and writes it to the calibration file. FILE is a picture,",
		"a folder of pictures or a video, made at the size that the camera is run at. With --live the running camera takes",
		"them while you move the board: it says what is missing, and ends when it has enough, or with Ctrl-C.",
		"",
		"Hold the board everywhere in the picture, the corners too, near, and tilted to each side. docs/calibration.md has more.")
	size := fs.String("board", "9x6", "inner `corners` of the board, across and down")
	square := fs.Float64("square-mm", 25, "side of a square")
	out := fs.String("out", calib.DefaultPath, "calibration `file` to write; a ground part in it is kept")
	name := fs.String("name", "", "what to call the camera; its ID, or the pictures' folder, if left out")
	id := fs.String("camera-id", "", "`ID` of the camera that took the pictures, as camerad's /status has it; unknown if left out")
	live := fs.Bool("live", false, "take the pictures from the running camera")
	count := fs.Int("count", 20, "pictures to take with --live")
	segment := fs.String("image-shm-name", msg.CameraFeed, "`name` of the segment of frames, for --live")
	replace := fs.Bool("replace", false, "write the file anew even if it is for another camera, or cannot be read; its ground part is lost")
	if err := parsePlaceFlags(fs, place, args, true); err != nil {
		return err
	}
	cols, rows, err := pair(*size)
	if err != nil {
		return usageError{fmt.Errorf("calibrate camera: --board %w", err)}
	}
	j := lensJob{
		pattern: board.Pattern{Cols: cols, Rows: rows, SquareM: *square / 1000},
		out:     *out, name: *name, replace: *replace, count: *count, stdout: stdout,
	}
	if err := j.pattern.Validate(); err != nil {
		return usageError{fmt.Errorf("calibrate camera: %w", err)}
	}
	if j.id, err = cameraID(*id); err != nil {
		return usageError{fmt.Errorf("calibrate camera: --camera-id %w", err)}
	}
	switch {
	case *live == (fs.NArg() > 0):
		return usageError{errors.New("calibrate camera: pictures expected, or --live")}
	case *count < board.MinViews || *count > 500:
		return usageError{fmt.Errorf("calibrate camera: --count %d: %d to 500 expected", *count, board.MinViews)}
	}
	if err := calib.Writable(j.out); err != nil { // before the work, not after
		return err
	}
	if _, err := existing(j.out); err != nil && !j.replace {
		return fmt.Errorf("%w; name another file with --out, or write it anew with --replace", err)
	}
	if *live {
		err = j.watch(ctx, *place, *segment)
	} else {
		err = j.read(ctx, fs.Args())
	}
	if err != nil {
		return err
	}
	return j.finish(time.Now())
}

// read looks at the pictures of files.
func (j *lensJob) read(ctx context.Context, paths []string) error {
	if j.name == "" {
		j.name = filepath.Base(filepath.Dir(paths[0]))
		if len(paths) == 1 && !isImageName(paths[0]) && !isVideoName(paths[0]) {
			j.name = filepath.Base(paths[0])
		}
	}
	return eachPicture(ctx, paths, func(name string, _ int, m *gocv.Mat) error {
		corners, err := board.Find(*m, j.pattern)
		j.pictures = append(j.pictures, picture{name, m.Cols(), m.Rows(), corners, err})
		return nil
	}, func(name string, err error) {
		j.pictures = append(j.pictures, picture{name: name, err: err})
	})
}

// watch takes pictures from the running camera.
func (j *lensJob) watch(ctx context.Context, place daemon.Place, segment string) error {
	var g *board.Guide
	told := ""
	say := func(text string) {
		if text != told {
			told = text
			fmt.Fprintln(j.stdout, text)
		}
	}
	err := liveFrames(ctx, place, segment, func(h *msg.FrameHeader, pixels []byte) (bool, error) {
		switch {
		case g == nil:
			j.id = h.CameraID
			g = &board.Guide{Width: int(h.Width), Height: int(h.Height), Pattern: j.pattern, Count: j.count}
			fmt.Fprintf(j.stdout, "pictures of %d×%d px from camera %s; move the board, and hold it still for each picture\n",
				h.Width, h.Height, calib.FormatID(h.CameraID))
		case int(h.Width) != g.Width || int(h.Height) != g.Height || h.CameraID != j.id:
			return false, errors.New("the camera changed meanwhile: begin again")
		}
		grey, err := greyOf(h, pixels)
		if err != nil {
			say("a damaged frame")
			return false, nil
		}
		defer grey.Close()
		corners, err := board.Find(grey, j.pattern)
		if errors.Is(err, board.ErrBlurred) {
			say("blurred: hold it still, give it more light, or bring it into focus")
			return false, nil
		}
		take, hint := g.Offer(corners, h.CaptureNs)
		if take {
			n := g.Taken()
			name := fmt.Sprintf("picture %d", n)
			j.pictures = append(j.pictures, picture{name, g.Width, g.Height, corners, nil})
			hint = fmt.Sprintf("%s of %d taken: %s", name, j.count, hint)
		}
		say(hint)
		return g.Done(), nil
	})
	if j.name == "" {
		j.name = "camera " + calib.FormatID(j.id)
	}
	return err
}

// finish finds the lens, tells how good it is and writes it.
func (j *lensJob) finish(now time.Time) error {
	width, height := j.usualSize()
	var views []board.View
	for i := range j.pictures {
		p := &j.pictures[i]
		if p.err == nil && (p.width != width || p.height != height) {
			p.err = fmt.Errorf("of %d×%d px, the others of %d×%d px", p.width, p.height, width, height)
		}
		if p.err == nil {
			views = append(views, board.View{Name: p.name, Corners: p.corners})
		}
	}
	r, err := board.Calibrate(views, width, height, j.pattern)
	j.report(r)
	if err != nil {
		return fmt.Errorf("finding the lens: %w", err)
	}
	c := calib.Calibration{Camera: r.Camera}
	c.Camera.Name, c.Camera.ID, c.Camera.Date = j.name, j.id, calib.Today(now)
	if err := j.keepGround(&c); err != nil {
		return err
	}
	if err := c.Save(j.out); err != nil {
		return err
	}
	fmt.Fprintln(j.stdout, "written to", j.out)
	if c.Ground == nil {
		fmt.Fprintln(j.stdout, "lengths in metres need the mounting too: lanectl calibrate ground")
	}
	return nil
}

// keepGround takes the ground part of the file over, where it is of this camera.
func (j *lensJob) keepGround(c *calib.Calibration) error {
	before, err := existing(j.out)
	if j.replace || before == nil || err != nil {
		return err
	}
	if before.Ground == nil {
		return nil
	}
	if err := before.Fits(c.Camera.Width, c.Camera.Height, c.Camera.ID); err != nil {
		return fmt.Errorf("%s has a ground part, and %w; name another file with --out, or write this one anew with --replace", j.out, err)
	}
	c.Ground = before.Ground
	fmt.Fprintln(j.stdout, "warning: the ground part of the file rests on the lens that it had before: run lanectl calibrate ground again")
	return nil
}

// usualSize is the size that most of the usable pictures have.
func (j *lensJob) usualSize() (width, height int) {
	count := map[[2]int]int{}
	for _, p := range j.pictures {
		if p.err != nil {
			continue
		}
		size := [2]int{p.width, p.height}
		if count[size]++; count[size] > count[[2]int{width, height}] {
			width, height = p.width, p.height
		}
	}
	return width, height
}

// report tells what became of each picture, and how good the lens is. r is nil where there is none.
func (j *lensJob) report(r *board.Result) {
	placed, out := map[string]board.Placed{}, map[string]board.Placed{}
	if r != nil {
		for _, p := range r.Used {
			placed[p.Name] = p
		}
		for _, p := range r.LeftOut {
			out[p.Name] = p
		}
	}
	var used []board.View
	for _, p := range j.pictures {
		if at, ok := placed[p.name]; ok {
			used = append(used, at.View)
			fmt.Fprintf(j.stdout, "used      %5.2f px, tilted by %2.0f°  %s\n", at.RMSPx, at.TiltDeg(), p.name)
			continue
		}
		switch at, ok := out[p.name]; {
		case ok:
			fmt.Fprintf(j.stdout, "left out  %5.2f px, far more than the others  %s\n", at.RMSPx, p.name)
		case p.err != nil:
			fmt.Fprintf(j.stdout, "not used  %s: %v\n", p.name, p.err)
		default:
			fmt.Fprintf(j.stdout, "usable    %s\n", p.name)
		}
	}
	if r == nil {
		return
	}
	c := &r.Camera
	cover := board.Cover(used, c.Width, c.Height)
	fmt.Fprintf(j.stdout, "corners in each part of the picture (%.0f %% of it covered; 1 one, 2 up to 3, 3 up to 7, …):\n%s",
		100*cover.Share(), cover.Text())
	fmt.Fprintf(j.stdout, "%d of %d pictures used, %d×%d px, reprojection error %.2f px\n",
		len(r.Used), len(j.pictures), c.Width, c.Height, c.RMSPx)
	fmt.Fprintf(j.stdout, "fx %.1f, fy %.1f, cx %.1f, cy %.1f px; k1 %.4f, k2 %.4f, p1 %.5f, p2 %.5f, k3 %.4f; %.1f° wide\n",
		c.FX, c.FY, c.CX, c.CY, c.K1, c.K2, c.P1, c.P2, c.K3, c.HFOVDeg())
	for _, w := range r.Warnings() {
		fmt.Fprintln(j.stdout, "warning:", w)
	}
}
