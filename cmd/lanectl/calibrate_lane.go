package main

import (
	"context"
	"fmt"

	"gocv.io/x/gocv"

	"lanekeeper/calib"
	"lanekeeper/calib/ground"
	"lanekeeper/daemon"
	"lanekeeper/detect"
	"lanekeeper/msg"
)

// laneWatcher collects the lines of a straight lane from pictures.
type laneWatcher struct {
	detector detect.Detector
	sights   []ground.Sight
	pictures int
}

func newLaneWatcher() (*laneWatcher, error) {
	p := detect.DefaultParams()
	p.Smoothing, p.Hold = 0, 0 // what is seen, as it is seen
	d, err := detect.New("cv", detect.Options{Params: p})
	return &laneWatcher{detector: d}, err
}

// look takes one picture; alone says that it does not follow on the one before. It tells whether both lines were seen.
func (w *laneWatcher) look(h *msg.FrameHeader, pixels []byte, alone bool) (bool, error) {
	if alone {
		w.detector.Reset()
	}
	if err := w.detector.Take(h, pixels); err != nil {
		return false, err
	}
	var d msg.Detection
	if err := w.detector.Detect(&d); err != nil {
		return false, err
	}
	w.pictures++
	if d.HasLeftLane == 0 || d.HasRightLane == 0 || (d.Left.Flags|d.Right.Flags)&(msg.LineTracked|msg.LineInferred) != 0 {
		return false, nil
	}
	w.sights = append(w.sights, ground.Sight{Left: seenPoints(&d.Left), Right: seenPoints(&d.Right)})
	return true, nil
}

// seenPoints are a line's points but for those that were extrapolated.
func seenPoints(l *msg.Line) [][2]float64 {
	var points [][2]float64
	for i, p := range l.Points[:l.Count] {
		if l.Extrapolated>>i&1 == 0 {
			points = append(points, [2]float64{float64(p.X), float64(p.Y)})
		}
	}
	return points
}

func (j *groundJob) fromFiles(ctx context.Context, paths []string) (calib.Ground, error) {
	w, err := newLaneWatcher()
	if err != nil {
		return calib.Ground{}, err
	}
	defer w.detector.Close()
	err = eachPicture(ctx, paths, func(name string, index int, m *gocv.Mat) error {
		if err := j.fits(m.Cols(), m.Rows(), 0); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		pixels, err := m.DataPtrUint8()
		if err != nil {
			return fmt.Errorf("reaching the picture's pixels: %w", err)
		}
		h := msg.NewFrameHeader(m.Cols(), m.Rows(), msg.BGR24)
		h.SourceNs = int64(index+1) * 40_000_000 // times of a video are of no use here
		_, err = w.look(&h, pixels, index <= 0)
		return err
	}, func(name string, err error) { fmt.Fprintf(j.stdout, "not used  %s: %v\n", name, err) })
	if err != nil {
		return calib.Ground{}, err
	}
	return j.fromLane(w)
}

func (j *groundJob) fromCamera(ctx context.Context, place daemon.Place, segment string) (calib.Ground, error) {
	w, err := newLaneWatcher()
	if err != nil {
		return calib.Ground{}, err
	}
	defer w.detector.Close()
	fmt.Fprintf(j.stdout, "looking for %d frames with both lines of a straight lane; Ctrl-C ends with those there are\n", j.frames)
	err = liveFrames(ctx, place, segment, func(h *msg.FrameHeader, pixels []byte) (bool, error) {
		if err := j.fits(int(h.Width), int(h.Height), h.CameraID); err != nil {
			return false, err
		}
		if _, err := w.look(h, pixels, false); err != nil {
			return false, nil //nolint:nilerr // a damaged frame costs itself
		}
		return len(w.sights) >= j.frames, nil
	})
	if err != nil {
		return calib.Ground{}, err
	}
	return j.fromLane(w)
}

func (j *groundJob) fromLane(w *laneWatcher) (calib.Ground, error) {
	fmt.Fprintf(j.stdout, "both lines seen in %d of %d pictures\n", len(w.sights), w.pictures)
	if len(w.sights) == 0 {
		return calib.Ground{}, fmt.Errorf("no picture of %d shows both lines of a lane; lanectl detect --annotate shows what is seen", w.pictures)
	}
	g, s, err := ground.FromLane(&j.calibration.Camera, w.sights, j.laneWidthM, j.given)
	for reason, n := range s.Reasons {
		fmt.Fprintf(j.stdout, "%d not used: %s\n", n, reason)
	}
	if err != nil {
		return g, err
	}
	fmt.Fprintf(j.stdout, "%d used; half of them lie within %.3f m of the height, %.2f° of the pitch and %.2f° of the yaw\n",
		s.Used, s.HeightM, s.PitchDeg, s.YawDeg)
	if s.Used < 10 {
		fmt.Fprintln(j.stdout, "warning: few pictures: the result is as good as the lines in them; take a video of a straight stretch")
	}
	fmt.Fprintln(j.stdout, "yaw is right if the vehicle pointed along the lane, on the whole")
	return g, nil
}
