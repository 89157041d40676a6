package board

import (
	"strings"
	"testing"
)

// TestGuide holds a board into the picture in turn everywhere, and is asked when to take it.
func TestGuide(t *testing.T) {
	c := knownCamera()
	g := Guide{Width: c.Width, Height: c.Height, Pattern: nine, Count: 10}
	now := int64(0)
	show := func(corners []Point, frames int) (taken int, hint string) {
		for range frames {
			now += 100_000_000
			take, h := g.Offer(corners, now)
			if hint = h; take {
				taken++
			}
		}
		return taken, hint
	}
	if n, hint := show(nil, 5); n != 0 || hint != "hold the whole board into the picture" {
		t.Errorf("no board: %d, %q", n, hint)
	}
	at := func(p pose) []Point { return exact(c, []pose{p})[0].Corners }
	first := at(pose{0, 0, 0.4, [3]float64{}})
	if n, hint := show(first, 3); n != 0 || hint != "hold it still" {
		t.Errorf("just come: %d, %q", n, hint)
	}
	if n, hint := show(first, 20); n != 1 || !strings.HasPrefix(hint, "seen already: move it to the ") {
		t.Errorf("held still: %d, %q", n, hint)
	}
	for i := range 10 { // never still
		if n, _ := show(at(pose{0.01 * float64(i), 0, 0.4, [3]float64{}}), 1); n != 0 {
			t.Errorf("taken while it moves")
		}
	}
	for i := 0; !g.Done() && i < 200; i++ {
		p := session()[i%20]
		if i >= 20 { // farther and farther out, and nearer
			p.x, p.y, p.z = p.x*1.3, p.y*1.4, p.z*0.9
		}
		corners := at(p)
		if v := (&View{Corners: corners}); v.check(c.Width, c.Height, nine) != nil {
			corners = nil
		}
		show(corners, 6)
	}
	if !g.Done() || g.Taken() < 10 || g.Taken() > 20 {
		t.Errorf("%d taken, done: %v, %q", g.Taken(), g.Done(), g.Next())
	}
}

func TestCoverage(t *testing.T) {
	c := Cover([]View{{Corners: []Point{{-0.5, -0.5}, {0, 0}, {119.4, 79.4}, {120, 80}, {60, 40}}}}, 120, 80)
	want := "2...........\n............\n............\n............\n......1.....\n............\n............\n...........2\n"
	if got := c.Text(); got != want {
		t.Errorf("\n%s", got)
	}
	if got := c.Share(); got != 3.0/96 {
		t.Errorf("share %v", got)
	}
	if got := strings.Join(c.Missing(), ", "); got != "top left, top middle, top right, middle left, middle, middle right, bottom left, bottom middle, bottom right" {
		t.Errorf("missing %s", got)
	}
}
