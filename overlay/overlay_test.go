package overlay

import (
	"testing"

	"gocv.io/x/gocv"

	"lanekeeper/msg"
)

// lane is a detection in a picture of 200×100 px: the left line seen in column 50 below row 50 and extrapolated above,
// the right one seen in column 150.
func lane() *msg.Detection {
	d := &msg.Detection{}
	d.Clear()
	d.Width, d.Height, d.HasLeftLane, d.HasRightLane = 200, 100, 1, 1
	for i := range 10 {
		d.Left.Points[i] = msg.Point{X: 50, Y: float32(95 - 10*i)}
		d.Right.Points[i] = msg.Point{X: 150, Y: float32(95 - 10*i)}
		if i > 4 {
			d.Left.Extrapolated |= 1 << i
		}
	}
	d.Left.Count, d.Right.Count = 10, 10
	return d
}

func black(t *testing.T, rows, cols int) gocv.Mat {
	t.Helper()
	m := gocv.NewMatWithSize(rows, cols, gocv.MatTypeCV8UC3)
	t.Cleanup(func() { _ = m.Close() })
	return m
}

// widthAt counts the pixels of a row that are not black, and not of the lane's faint fill.
func widthAt(m *gocv.Mat, row, from, to int) int {
	n := 0
	for x := from; x < to; x++ {
		v := m.GetVecbAt(row, x)
		if v[0] > 100 || v[2] > 100 {
			n++
		}
	}
	return n
}

func TestDraw(t *testing.T) {
	for _, size := range [][2]int{{100, 200}, {400, 800}} {
		m := black(t, size[0], size[1])
		Draw(&m, lane(), Options{})
		scale := size[1] / 200
		seen, guess := widthAt(&m, 80*scale, 30*scale, 70*scale), widthAt(&m, 20*scale, 30*scale, 70*scale)
		if seen < 2 || guess < 1 || guess >= seen {
			t.Errorf("%v: the left line is %d px wide where seen and %d where extrapolated", size, seen, guess)
		}
		l, r := m.GetVecbAt(80*scale, 50*scale), m.GetVecbAt(80*scale, 150*scale)
		if l[2] < 200 || l[0] > 100 || r[0] < 200 || r[2] > 100 {
			t.Errorf("%v: left %v, right %v, want red and blue", size, l, r)
		}
		if v := m.GetVecbAt(70*scale, 100*scale); v[1] != 50 {
			t.Errorf("%v: the lane's fill is %v, want green 50", size, v)
		}
		if v := m.GetVecbAt(70*scale, 20*scale); v[0]|v[1]|v[2] != 0 {
			t.Errorf("%v: %v outside of the lane", size, v)
		}
	}
}

func TestDrawText(t *testing.T) {
	m := black(t, 100, 200)
	d := &msg.Detection{Width: 200, Height: 100}
	Draw(&m, d, Options{Text: []string{"offset"}})
	lit := 0
	for row := range 20 {
		lit += widthAt(&m, row, 0, 100)
	}
	if lit == 0 {
		t.Error("no text")
	}
}

// TestDrawNonsense draws what no detector should report.
func TestDrawNonsense(t *testing.T) {
	empty := gocv.NewMat()
	defer empty.Close()
	Draw(&empty, lane(), Options{})
	m := black(t, 50, 50)
	Draw(&m, &msg.Detection{}, Options{})
	d := lane()
	d.Left.Count, d.Right.Count = 1000, 0
	d.Left.Points[3] = msg.Point{X: 1e9, Y: -1e9}
	Draw(&m, d, Options{})
}

func TestTruth(t *testing.T) {
	m := black(t, 120, 160)
	Truth(&m, [][2]float64{{100, 400}, {100, 100}}, 640, 480, false)
	Truth(&m, [][2]float64{{400, 400}, {400, 100}}, 640, 480, true)
	TruePixel(&m, 320, 240, 640, 480)
	TruePixel(&m, 640, 480, 640, 480)
	TruePixel(&m, -9, 0, 640, 480)
	thin, thick := widthAt(&m, 60, 10, 40), widthAt(&m, 60, 90, 110)
	if thin < 1 || thick <= thin {
		t.Errorf("lines are %d and %d px wide", thin, thick)
	}
	for _, at := range [][2]int{{60, 25}, {60, 100}, {60, 80}} {
		if v := m.GetVecbAt(at[0], at[1]); v[0] != 255 || v[1] != 0 || v[2] != 255 {
			t.Errorf("%v in row %d, column %d, want magenta", v, at[0], at[1])
		}
	}
	empty := gocv.NewMat()
	defer empty.Close()
	Truth(&empty, [][2]float64{{1, 1}, {2, 2}}, 9, 9, true)
	Truth(&m, [][2]float64{{1, 1}, {1e6, -1e6}}, 0, 0, true)
	TruePixel(&empty, 1, 1, 9, 9)
}
