package e2e

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"lanekeeper/e2e/browser"
	"lanekeeper/msg"
	"lanekeeper/sim"
)

// shots keeps pictures of the page: in LANEKEEPER_SHOTS, from where those in docs/ come, or else in a folder of the test's.
type shots struct {
	t   *testing.T
	dir string
}

func newShots(t *testing.T) *shots {
	dir := os.Getenv("LANEKEEPER_SHOTS")
	if dir == "" {
		dir = t.TempDir()
	}
	return &shots{t, dir}
}

// take takes a picture of a state of the page, in which axe finds nothing wrong.
func (s *shots) take(p *browser.Page, name string, v browser.View) {
	s.t.Helper()
	p.Look(v)
	more(p, 0)
	p.Shot(filepath.Join(s.dir, "viewer-"+name+".jpg"), v.Width < 600)
	p.Accessible(name)
}

// drawn is what a page has on its canvas.
type drawn struct {
	FrameID int64 `json:"frame_id"`
	Canvas  struct{ Width, Height float64 }
	Frame   *struct{ Width, Height float64 }
	Lanes   *struct{ Left, Right [][2]float64 }
	Changed float64 // share of the lines' points at which the canvas is another with the lines than without
	Bright  float64 // share of the points under which the picture is brighter than beside them
}

// readCanvas reads the canvas with and without the lines, within one turn of the page, so of one frame.
const readCanvas = `(() => {
  const v = window.lanekeeper.vehicles()[0], canvas = document.querySelector('canvas.picture');
  const pixels = () => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const press = () => document.dispatchEvent(new KeyboardEvent('keydown', { key: 'l', bubbles: true }));
  const on = pixels();
  press();
  const off = pixels();
  press();
  const sum = (d, x, y) => { const i = 4 * (Math.round(y) * canvas.width + Math.round(x)); return d[i] + d[i + 1] + d[i + 2]; };
  let points = 0, changed = 0, bright = 0;
  for (const [x, y] of [...(v.drawn.lanes?.left ?? []), ...(v.drawn.lanes?.right ?? [])]) {
    const beside = canvas.width / 20;
    if (x < beside || x > canvas.width - 1 - beside || y < 0 || y > canvas.height - 1) continue;
    points++;
    if (Math.abs(sum(on, x, y) - sum(off, x, y)) > 30) changed++;
    if (sum(off, x, y) > Math.max(sum(off, x - beside, y), sum(off, x + beside, y)) + 30) bright++;
  }
  return { ...v.drawn, changed: changed / points, bright: bright / points };
})()`

// TestOverlay looks at what the page draws, again and again on a drive: the lines are on the canvas, and where the simulator
// has painted them.
func TestOverlay(t *testing.T) {
	b := browser.Start(t, "..")
	w := newRig(t, "road").show("car")
	p := b.Open("car", w.url, laptop)
	p.Until("the picture", "window.lanekeeper?.vehicles()[0]?.frames > 60")
	p.Press("a") // the filled area lies over both
	var seen []drawn
	for range 40 {
		more(p, 9)
		var d drawn
		p.Eval(readCanvas, nil, &d)
		if d.Lanes != nil && d.Lanes.Left != nil && d.Lanes.Right != nil {
			seen = append(seen, d)
		}
	}
	p.Close()
	w.processes[laneSim].stop(t) // which leaves the whole trace
	if len(seen) < 30 {
		t.Fatalf("only %d of 40 looks found both lines drawn", len(seen))
	}
	truth := newTruth(t, w.rig)
	var errs, changed, bright []float64
	for _, d := range seen {
		changed, bright = append(changed, d.Changed), append(bright, d.Bright)
		errs = append(errs, truth.errors(t, &d)...)
	}
	slices.Sort(errs)
	slices.Sort(changed)
	slices.Sort(bright)
	p50, p95 := errs[len(errs)/2], errs[len(errs)*95/100]
	t.Logf("%d points of %d frames, from the paint, in pixels of the camera: p50 %.2f, p95 %.2f; canvas changed at %.0f %%, brighter than beside at %.0f %% (medians)",
		len(errs), len(seen), p50, p95, 100*changed[len(changed)/2], 100*bright[len(bright)/2])
	if p50 > 2 || p95 > 16 { // the far end of a line is the detector's guess, now and then
		t.Errorf("the lines are not on the paint: p50 %.2f px, p95 %.2f px", p50, p95)
	}
	if changed[len(changed)/2] < 0.9 {
		t.Errorf("the lines are not on the canvas: at %.0f %% of their points", 100*changed[len(changed)/2])
	}
	if bright[len(bright)/2] < 0.5 {
		t.Errorf("the picture under the lines is not paint: at %.0f %% of their points", 100*bright[len(bright)/2])
	}
}

// truth knows where the paint is in each frame of a drive that is over.
type truth struct {
	world *sim.World
	place map[int64][3]float64 // course m, offset m, heading rad; by frame
	pixel []byte
}

func newTruth(t *testing.T, r *rig) *truth {
	t.Helper()
	world, err := sim.New(r.scenario, 0)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(r.tracePath())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	k := &truth{world: world, place: map[int64][3]float64{}}
	for _, row := range rows[1:] {
		number := func(name string) float64 {
			v, err := strconv.ParseFloat(row[slices.Index(rows[0], name)], 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		k.place[int64(number("frame_id"))] = [3]float64{number("course_m"), number("offset_m"), number("heading_error_rad")}
	}
	c := r.scenario.Camera
	k.pixel = make([]byte, c.WidthPx*c.HeightPx*3)
	return k
}

// errors are the distances of the drawn lines' points from the painted ones, in pixels of the camera.
func (k *truth) errors(t *testing.T, d *drawn) (list []float64) {
	t.Helper()
	at, ok := k.place[d.FrameID]
	if !ok {
		t.Fatalf("frame %d is not in the trace", d.FrameID)
	}
	k.world.Place(at[0], at[1], at[2])
	c := k.world.Scenario().Camera
	if err := k.world.Render(k.pixel, c.WidthPx*3, msg.RGB24); err != nil {
		t.Fatal(err)
	}
	lines := k.world.Lines()
	fx, fy := d.Frame.Width/d.Canvas.Width, d.Frame.Height/d.Canvas.Height
	for _, drawn := range [][][2]float64{d.Lanes.Left, d.Lanes.Right} {
		list = append(list, apart(drawn, fx, fy, lines)...)
	}
	return list
}

// apart is how far a drawn line's points are from the painted line that it is nearest to as a whole, as far as that reaches.
func apart(drawn [][2]float64, fx, fy float64, lines []sim.ImageLine) (nearest []float64) {
	best := math.Inf(1)
	for _, l := range lines {
		var list []float64
		for _, p := range drawn {
			if d, ok := distance(p[0]*fx, p[1]*fy, l.Points); ok {
				list = append(list, d)
			}
		}
		slices.Sort(list)
		if len(list) > len(drawn)/3 && list[len(list)/2] < best {
			best, nearest = list[len(list)/2], list
		}
	}
	return nearest
}

// distance is that of a point from a polyline that reaches its row.
func distance(x, y float64, points []msg.Point) (least float64, reaches bool) {
	least = math.Inf(1)
	for i := 1; i < len(points); i++ {
		ax, ay := float64(points[i-1].X), float64(points[i-1].Y)
		dx, dy := float64(points[i].X)-ax, float64(points[i].Y)-ay
		if dx == 0 && dy == 0 {
			continue
		}
		along := ((x-ax)*dx + (y-ay)*dy) / (dx*dx + dy*dy)
		along = math.Max(0, math.Min(1, along))
		least = math.Min(least, math.Hypot(x-ax-along*dx, y-ay-along*dy))
		reaches = reaches || (y-ay)*(y-ay-dy) <= 0
	}
	return least, reaches
}
