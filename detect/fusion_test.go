package detect

import (
	"math"
	"testing"
	"time"

	"lanekeeper/msg"
)

// TestFuse is the table of who is believed about the left line. Trails are upright, at shares of the width.
func TestFuse(t *testing.T) {
	g := newGrid(224, 168, 33)
	const most = 300 * time.Millisecond
	for _, k := range []struct {
		name           string
		cv, cvSure     float64 // where, 0 for nowhere; confidence
		net, netSure   float64
		other          float64 // where the classical detector has the right line, surely
		age            time.Duration
		ok             bool
		want, wantSure float64
		method         msg.Method
		flags          uint32
	}{
		{"no answer", 0.2, 0.5, 0.3, 0.9, 0, 0, false, 0.2, 0.5, msg.MethodCV, 0},
		{"nothing", 0, 0, 0, 0, 0, 0, true, 0, 0, msg.MethodNone, 0},
		{"network sees nothing", 0.2, 0.5, 0, 0, 0, 0, true, 0.2, 0.5, msg.MethodCV, 0},
		{"agree", 0.2, 0.8, 0.21, 0.9, 0, 0, true, 0.2, 0.9, msg.MethodFused, msg.LineAgreed},
		{"agree, seen before", 0.2, 0.8, 0.21, 0.9, 0, 150e6, true, 0.2, 0.8, msg.MethodFused, msg.LineAgreed},
		{"agree, faint", 0.2, 0.5, 0.21, 0.9, 0, 0, true, 0.21, 0.9, msg.MethodFused, msg.LineAgreed | msg.LineNetwork},
		{"agree, faint, seen before", 0.2, 0.5, 0.21, 0.9, 0, 1e6, true, 0.2, 0.8985, msg.MethodFused, msg.LineAgreed},
		{"agree, both faint", 0.2, 0.5, 0.21, 0.55, 0, 0, true, 0.2, 0.55, msg.MethodFused, msg.LineAgreed},
		{"differ, sure", 0.2, 0.75, 0.4, 0.95, 0, 0, true, 0.2, 0.75, msg.MethodCV, 0},
		{"differ, unsure", 0.2, 0.5, 0.4, 0.95, 0, 0, true, 0.4, 0.75, msg.MethodDL, msg.LineNetwork},
		{"differ, both unsure", 0.2, 0.5, 0.4, 0.55, 0, 0, true, 0.2, 0.5, msg.MethodCV, 0},
		{"differ, unsure, seen long before", 0.2, 0.5, 0.4, 0.9, 0, most, true, 0.2, 0.5, msg.MethodCV, 0},
		{"network alone", 0, 0, 0.4, 0.9, 0, 0, true, 0.4, 0.75, msg.MethodDL, msg.LineNetwork},
		{"network alone, before", 0, 0, 0.4, 0.9, 0, most, true, 0.4, 0.45, msg.MethodDL, msg.LineNetwork | msg.LineTracked},
		{"network alone, unsure", 0, 0, 0.4, 0.65, 0, 0, true, 0, 0, msg.MethodNone, 0},
		{"network has the other's line", 0, 0, 0.6, 0.9, 0.62, 0, true, 0, 0, msg.MethodNone, 0},
		{"network has another line", 0, 0, 0.4, 0.9, 0.62, 0, true, 0.4, 0.75, msg.MethodDL, msg.LineNetwork},
	} {
		at := func(share, confidence float64) trail {
			line := upright(share*g.w, confidence)
			if share == 0 {
				line.clear()
			}
			return line
		}
		found := [2]trail{at(k.cv, k.cvSure), at(k.other, 0.9)}
		v := view{found: [2]trail{at(k.net, k.netSure), at(0, 0)}}
		by := v.fuse(&found, &g, k.age, most, k.ok)
		got := 0.0
		if !found[0].empty() {
			got = found[0].x[0] / g.w
		}
		if math.Abs(got-k.want) > 1e-9 || math.Abs(found[0].confidence-k.wantSure) > 1e-9 || by[0] != (speaker{k.method, k.flags}) {
			t.Errorf("%s: at %.2f, confidence %.4f, %v; want %.2f, %.4f, %v, %b", k.name, got, found[0].confidence, by[0],
				k.want, k.wantSure, k.method, k.flags)
		}
	}
}

// TestFuseMixed holds that a detection says that each method spoke for one of its lines.
func TestFuseMixed(t *testing.T) {
	s := tape(0, 0, 0)
	s.lines = s.lines[:1]
	d := puppeteer(t, &puppet{lines: [2]float64{0, 0.85}}, true)
	var out msg.Detection
	newPlay(s).frame(t, d, &out)
	if out.Method != msg.MethodFused || out.Left.Flags != 0 || out.Right.Flags != msg.LineNetwork || out.HasRightLane != 1 {
		t.Errorf("%v, right %d, flags %b and %b", out.Method, out.HasRightLane, out.Left.Flags, out.Right.Flags)
	}
	x := float64(out.Right.Points[0].X)
	if math.Abs(x-(0.85*640)) > 2 {
		t.Errorf("the network's line at %.1f, want %.1f", x, 0.85*640)
	}
}

// TestResample holds that a slanted line lies in the same place of the frame on either grid, and as far up and down.
func TestResample(t *testing.T) {
	from, g := newGrid(192, 144, 28), newGrid(224, 168, 33)
	const w, h = 640, 480
	place := func(g *grid, t *trail, i int) (x, y float64) {
		return (t.x[i] + 0.5) * w / g.w, (g.row(i) + 0.5) * h / g.h
	}
	line := func(y float64) float64 { return 100 + 0.7*(h-y) }
	var a, b trail
	a.first, a.last, a.confidence = 3, 50, 0.7
	for i := a.first; i <= a.last; i++ {
		_, y := place(&from, &a, i)
		a.x[i] = line(y)*from.w/w - 0.5
	}
	a.guess = 0b11111 << 3
	b.resample(&a, &from, &g)
	for i := b.first; i <= b.last; i++ {
		if x, y := place(&g, &b, i); math.Abs(x-line(y)) > 2 || i > b.first && i < b.last && math.Abs(x-line(y)) > 1e-6 {
			t.Errorf("row %d: %.2f, want %.2f", i, x, line(y))
		}
	}
	if b.confidence != 0.7 || b.first < 2 || b.first > 4 || b.last < 49 || b.last > 51 || b.seen(5) || !b.seen(10) {
		t.Errorf("%d to %d, confidence %v, guessed %b", b.first, b.last, b.confidence, b.guess)
	}
	a.clear()
	if b.resample(&a, &from, &g); !b.empty() {
		t.Error("a line of none")
	}
}
