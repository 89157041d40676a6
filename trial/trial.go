package trial

import (
	"context"
	"fmt"
	"math"

	"lanekeeper/detect"
	"lanekeeper/drive"
	"lanekeeper/msg"
	"lanekeeper/sim"
)

// Result is how well a detector does in a scenario.
type Result struct {
	Scenario   string
	LaneWidthM float64 // of the scenario
	Pictures   int
	Both, One  int // pictures in which two lines were found, and in which one was

	OffsetM, HeadingRad, CurvaturePerM, LaneWidth Errors // LaneWidth in metres, of the pictures with both lines
}

// Options say what is tried.
type Options struct {
	Method   string // as detect.New takes it
	Pictures int    // at least 1
}

// How far the vehicle stands from the middle of the lane, as a share of the room that it has in it, and how far it is
// turned, at most.
const (
	roomShare  = 0.8
	mostTurned = 0.1 // rad
)

// golden spreads places evenly however many there are: the fractions of its multiples.
const golden = 0.618033988749895

// Run tries a scenario. The detector knows the scenario's camera and lane width, as in lanectl drive.
func Run(ctx context.Context, s *sim.Scenario, o Options) (Result, error) {
	r := Result{Scenario: s.Name, LaneWidthM: s.Lane.WidthM, Pictures: o.Pictures}
	world, err := sim.New(s, 0)
	if err != nil {
		return r, err
	}
	d, err := detect.New(o.Method, detect.Options{Params: drive.DetectParams(s)})
	if err != nil {
		return r, err
	}
	defer d.Close()
	h := s.Frame(msg.RGB24)
	pixels := make([]byte, h.DataBytes)
	room := (s.Lane.WidthM - s.Vehicle.WidthM) / 2 * roomShare
	var offsets, headings, curvatures, widths []float64
	for i := range o.Pictures {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		share := (float64(i) + 0.5) / float64(o.Pictures)
		// Two sequences that do not keep step with each other or with the course.
		_, a := math.Modf(golden * float64(i+1))
		_, b := math.Modf(golden * golden * golden * float64(i+1) * math.E)
		world.Place(share*world.Course().LengthM, room*(2*a-1), mostTurned*(2*b-1))
		if err := world.Render(pixels, int(h.Stride), h.PixelFormat); err != nil {
			return r, fmt.Errorf("drawing %s: %w", s.Name, err)
		}
		h.FrameID++
		d.Reset()
		if err := d.Take(&h, pixels); err != nil {
			return r, err
		}
		var out msg.Detection
		if err := d.Detect(&out); err != nil {
			return r, err
		}
		switch out.HasLeftLane + out.HasRightLane {
		case 2:
			r.Both++
		case 1:
			r.One++
		}
		t := world.Truth()
		offsets, headings = append(offsets, out.OffsetM-t.OffsetM), append(headings, out.HeadingRad-t.HeadingRad)
		curvatures = append(curvatures, out.CurvaturePerM-t.CurvaturePerM)
		if out.HasLeftLane == 1 && out.HasRightLane == 1 { // else it is the width that was configured
			widths = append(widths, out.LaneWidthM-t.LaneWidthM)
		}
	}
	r.OffsetM, r.HeadingRad = errorsOf(offsets), errorsOf(headings)
	r.CurvaturePerM, r.LaneWidth = errorsOf(curvatures), errorsOf(widths)
	return r, nil
}
