package detect

import (
	"errors"
	"math"
	"testing"

	"lanekeeper/msg"
)

// foundIn runs the classical detector on a drawn picture alone.
func foundIn(t *testing.T, draw func() (msg.FrameHeader, []byte)) msg.Detection {
	t.Helper()
	var out msg.Detection
	h, pix := draw()
	d := newCV(t, DefaultParams())
	if err := errors.Join(d.Take(&h, pix), d.Detect(&out)); err != nil {
		t.Fatal(err)
	}
	checkSound(t, &out)
	return out
}

// TestFaint holds that worn lines, hardly brighter than the road, are found, and that none are on a road without.
func TestFaint(t *testing.T) {
	worn := func(x, y float64) (byte, bool) {
		for _, line := range []float64{-1.8, 1.8} {
			if math.Abs(y-line) < 0.08 {
				return 102, true
			}
		}
		return 0, false
	}
	s := scene{camera: roadCamera, w: 640, h: 360, ground: 90, noise: 1, seed: 8, extra: worn}
	out := foundIn(t, s.render)
	view := s.camera.View(s.w, s.h)
	for side, line := range map[float64]*msg.Line{1.8: &out.Left, -1.8: &out.Right} {
		if line.Count == 0 {
			t.Errorf("no line at %v m", side)
			continue
		}
		for _, p := range line.Points[:line.Count] {
			x, y, ok := view.Ground(float64(p.X), float64(p.Y))
			if float64(p.Y) < 200 || !ok {
				continue
			}
			u, _, _ := view.Pixel(x, side)
			if math.Abs(u-float64(p.X)) > 12 {
				t.Errorf("the line at %v m is seen at %.2f m, %.0f m ahead: %.0f px off", side, y, x, u-float64(p.X))
				break
			}
		}
	}
	s.extra = nil
	if out := foundIn(t, s.render); out.HasLeftLane+out.HasRightLane != 0 {
		t.Errorf("lines on a bare road: %.2f and %.2f", out.Left.Confidence, out.Right.Confidence)
	}
}

// TestSide holds that a line of which the picture's side cuts a part off is found, on either side, and that a bright floor
// which reaches the side is none.
func TestSide(t *testing.T) {
	const w, h = 640, 480
	draw := func(width int, right bool) func() (msg.FrameHeader, []byte) {
		pix := make([]byte, w*h)
		for i := range pix {
			x, y := i%w, i/w
			if right {
				x = w - 1 - x
			}
			if pix[i] = 50; x < width && y > 300 && y < 460 {
				pix[i] = 210
			}
		}
		return func() (msg.FrameHeader, []byte) { return msg.NewFrameHeader(w, h, msg.Gray8), pix }
	}
	for _, right := range []bool{false, true} {
		out := foundIn(t, draw(14, right))
		line, other, want := &out.Left, &out.Right, 4.0
		if right {
			line, other, want = other, line, w-1-want
		}
		if line.Count == 0 || other.Count != 0 {
			t.Errorf("right %v: %d and %d points", right, out.Left.Count, out.Right.Count)
			continue
		}
		for _, p := range line.Points[:line.Count] {
			if math.Abs(float64(p.X)-want) > 14 {
				t.Errorf("right %v: a point at %v, want x about %v", right, p, want)
			}
		}
		if out := foundIn(t, draw(200, right)); out.HasLeftLane+out.HasRightLane != 0 {
			t.Errorf("right %v: the floor's edge is taken for a line", right)
		}
	}
}

// TestDash holds that a slanted dash, whose ends are square to it, leads where it points: the middles of its rows do not.
func TestDash(t *testing.T) {
	const slant, half, wide = 0.6, 11.0, 3.0 // rad from upright; px
	sin, cos := math.Sincos(slant)
	var spots []spot
	for y := 30; y >= -30; y-- {
		first, last := math.Inf(1), math.Inf(-1)
		for x := -40; x <= 40; x++ {
			along, across := float64(x)*sin-float64(y)*cos, float64(x)*cos+float64(y)*sin
			if math.Abs(along) <= half && math.Abs(across) <= wide {
				first, last = min(first, float64(x)), max(last, float64(x))
			}
		}
		if last >= first {
			spots = append(spots, spot{x: 50 + (first+last)/2, y: 50 + float64(y), length: last - first + 1})
		}
	}
	off := func() float64 {
		h := fitHeading(spots)
		return math.Abs(math.Atan2(h.dx, -h.dy) - slant)
	}
	before := off()
	straighten(spots)
	if after := off(); after > 0.03 || before < 3*after {
		t.Errorf("%.3f rad off, before %.3f", after, before)
	}
}

func TestCrossed(t *testing.T) {
	rows := make([]span, 20)
	for y := 12; y < 16; y++ {
		rows[y] = span{3, 9}
	}
	if !crossed(rows, 12) || !crossed(rows, 5) || crossed(rows, 13) || crossed(rows, 19) {
		t.Error("a crossing of four rows lies below its own first row, and not below its second")
	}
}
