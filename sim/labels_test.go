package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"lanekeeper/msg"
)

// alongLine calls at for points a pixel apart on a polyline, with the share of the way there that goes up or down.
func alongLine(points []msg.Point, at func(x, y, steep float64)) {
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		dist := length([]msg.Point{a, b})
		n := int(dist) + 1
		for k := range n {
			u := float32(k) / float32(n)
			at(float64(a.X+u*(b.X-a.X)), float64(a.Y+u*(b.Y-a.Y)), math.Abs(float64(b.Y-a.Y))/dist)
		}
	}
}

// Every scenario, at places all around its course: lines of labels run over pixels of the mask (a dashed one over its
// share of them), and pixels of the mask are brighter in the picture than the road beside them.
func TestLabelsLieOnPaint(t *testing.T) {
	for _, name := range Names() {
		w := newWorld(t, name)
		c := w.Scenario().Camera
		mask := make([]byte, c.WidthPx*c.HeightPx)
		on := make(map[bool]int)    // by whether the line is solid
		total := make(map[bool]int) //
		var paint, bare, paintN, bareN float64
		for i := range 24 {
			w.Place(w.Course().LengthM*float64(i)/24, 0.03*w.Scenario().Lane.WidthM, 0.02)
			gray := render(t, w, msg.Gray8)
			if err := w.Mask(mask, c.WidthPx); err != nil {
				t.Fatal(err)
			}
			for _, line := range w.Lines() {
				m := w.Scenario().Lane.Markings[line.Marking]
				alongLine(line.Points, func(x, y, steep float64) {
					px, py := int(x+0.5), int(y+0.5)
					if px < 8 || py < 1 || px >= c.WidthPx-8 || py >= c.HeightPx-1 {
						return
					}
					row := w.renderer.lens.rows[py]
					// In its row a line is at least as wide as it would be if it ran straight ahead.
					if thick := m.WidthM / row.pxM * steep; !row.seen || thick < 1.5 {
						return // may not fill half a pixel
					}
					total[m.DashM == 0]++
					if mask[py*c.WidthPx+px] == 255 {
						on[m.DashM == 0]++
					}
				})
			}
			for y := range c.HeightPx {
				for x := 1; x < c.WidthPx-1; x++ {
					switch i := y*c.WidthPx + x; {
					case mask[i] == 255 && mask[i-1] == 255 && mask[i+1] == 255:
						paint += float64(gray[i])
						paintN++
					case mask[i] == 0 && mask[i-1] == 0 && mask[i+1] == 0 && y > c.HeightPx/2:
						bare += float64(gray[i])
						bareN++
					}
				}
			}
		}
		m := w.Scenario().Lane.Markings[0]
		share := m.DashM / (m.DashM + m.GapM)
		near(t, name+" dashes on the mask", float64(on[false])/float64(total[false]), share, 0.15)
		if total[true] < 1000 || float64(on[true]) < 0.99*float64(total[true]) {
			t.Errorf("%s: of %d points of solid lines %d are on the mask", name, total[true], on[true])
		}
		if paintN < 1000 || paint/paintN < 1.25*bare/bareN {
			t.Errorf("%s: %v pixels of paint are %v bright, road %v", name, paintN, paint/paintN, bare/bareN)
		}
	}
}

// The lines next to the image's middle are the lane's own, where theory says: standing in the middle of a straight lane,
// a line at offset d is seen at f·d/depth from the middle.
func TestLinesOfAStraightLane(t *testing.T) {
	w := newWorld(t, "road")
	l := w.renderer.lens
	const row = 420
	fall := (row+0.5-l.cy)/l.focalPx*l.cos + l.sin
	depth := l.HeightM / fall
	seen := 0
	for _, line := range w.Lines() {
		offset := w.Scenario().Lane.Markings[line.Marking].OffsetM
		want := l.cx - 0.5 - l.focalPx*offset/depth
		for i := 1; i < len(line.Points); i++ {
			a, b := line.Points[i-1], line.Points[i]
			if a.Y >= row && b.Y < row {
				seen++
				near(t, "x", float64(a.X+(b.X-a.X)*(a.Y-row)/(a.Y-b.Y)), want, 0.3)
			}
		}
	}
	if seen != 2 {
		t.Errorf("%d lines cross row %d, want the two of the lane", seen, row)
	}
}

func TestExport(t *testing.T) {
	w := newWorld(t, "tape")
	dir := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := w.Export(dir, name); err != nil {
			t.Fatal(err)
		}
		w.Step(frameTime, 0, 1, 0)
	}
	text, err := os.ReadFile(filepath.Join(dir, "labels.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for line := range bytes.Lines(text) {
		var l Label
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		if l.Width != 800 || l.Height != 600 || len(l.Lines) < 3 {
			t.Errorf("%s: %d×%d, %d lines", l.File, l.Width, l.Height, len(l.Lines))
		}
		for _, line := range l.Lines {
			for _, p := range line {
				if len(line) < 2 || p[0] < -0.5 || p[1] < -0.5 || p[0] > 799.5 || p[1] > 599.5 {
					t.Errorf("%s: a line of %d points has %v", l.File, len(line), p)
				}
			}
		}
		files = append(files, l.File)
		for _, folder := range []string{"images", "masks"} {
			p, err := os.Open(filepath.Join(dir, folder, l.File))
			if err != nil {
				t.Fatal(err)
			}
			m, err := png.DecodeConfig(p)
			if err = errors.Join(err, p.Close()); err != nil || m.Width != 800 || m.Height != 600 {
				t.Errorf("%s/%s: %d×%d, %v", folder, l.File, m.Width, m.Height, err)
			}
		}
	}
	if len(files) != 2 || files[0] != "a.png" || files[1] != "b.png" {
		t.Errorf("labels of %v", files)
	}
}

func TestMaskRefuses(t *testing.T) {
	w := newWorld(t, "road")
	want := "masking 800×600 px: 100 bytes with a stride of 800 do not hold it"
	if err := w.Mask(make([]byte, 100), 800); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}
