package detect

import (
	"math"
	"testing"
)

func TestSolve(t *testing.T) {
	want := [maxUnknowns]float64{3, -2, 0.5, 0.25}
	eq := system{n: 4}
	for i := range 9 {
		x := float64(i) - 3
		terms := [maxUnknowns]float64{1, x, x * x, x * x * x}
		eq.add(&terms, want[0]+want[1]*x+want[2]*x*x+want[3]*x*x*x, 1+float64(i%3))
	}
	got, ok := eq.solve()
	if !ok {
		t.Fatal("no solution")
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-9 {
			t.Errorf("unknown %d: %v, want %v", i, got[i], want[i])
		}
	}
}

func TestSolveUndetermined(t *testing.T) {
	eq := system{n: 2}
	for range 5 {
		eq.add(&[maxUnknowns]float64{1, 2}, 7, 1)
	}
	if x, ok := eq.solve(); ok {
		t.Errorf("one place determines a line: %v", x)
	}
	if _, ok := (&system{n: 3}).solve(); ok {
		t.Error("nothing determines a parabola")
	}
}

// sighted is a sighting of a curve at places of equal distance.
func sighted(y func(float64) float64, from, to float64, n int) *sighting {
	s := &sighting{n: n}
	for i := range n {
		x := from + (to-from)*float64(i)/float64(n-1)
		s.x[i], s.y[i], s.weight[i] = x, y(x), 1e4
	}
	return s
}

func TestPolyDegree(t *testing.T) {
	cubic := func(x float64) float64 { return 1 + 0.5*x - 0.3*x*x + 0.2*x*x*x }
	for _, k := range []struct {
		name string
		s    *sighting
		want [4]float64
		tol  float64
	}{
		{"straight", sighted(func(x float64) float64 { return 2 - x }, 1, 9, 40), [4]float64{2, -1}, 1e-9},
		{"parabola", sighted(func(x float64) float64 { return 2 - x + x*x }, 1, 9, 40), [4]float64{2, -1, 1}, 1e-6},
		{"cubic", sighted(cubic, 1, 4, 40), [4]float64{1, 0.5, -0.3, 0.2}, 1e-6},
	} {
		p, sigma, ok := k.s.poly()
		if !ok || sigma > 1e-6 {
			t.Errorf("%s: σ %v, %v", k.name, sigma, ok)
		}
		for i := range p {
			if math.Abs(p[i]-k.want[i]) > k.tol {
				t.Errorf("%s: %v, want %v", k.name, p, k.want)
				break
			}
		}
	}
	if p, _, ok := sighted(cubic, 3, 4, 40).poly(); !ok || p[2] != 0 || p[3] != 0 {
		t.Errorf("a short piece far away is bent: %v", p)
	}
	if _, _, ok := (&sighting{n: 1}).poly(); ok {
		t.Error("one place makes a line")
	}
}

func TestFitLane(t *testing.T) {
	for _, k := range []struct{ offset, heading, curvature, width float64 }{
		{0, 0, 0, 0.35}, {0.1, 0.2, 0, 0.35}, {-0.05, -0.1, 0.5, 0.35}, {0.5, 0.02, -0.005, 3.6},
	} {
		c := course(k.offset, k.heading, k.curvature)
		scale := k.width
		left, right := sighted(beside(c, k.width/2), 0.5*scale, 3*scale, 30), sighted(beside(c, -k.width/2), 0.6*scale, 2.5*scale, 30)
		for i := range 30 {
			left.weight[i], right.weight[i] = 1e6/(scale*scale), 1e6/(scale*scale)
		}
		right.y[4] += scale // one place of nonsense
		l := fitLane(left, right, 0)
		got := [4]float64{l.offset(l.width()), l.heading(), l.curvature() * scale, l.width()}
		want := [4]float64{k.offset, k.heading, k.curvature * math.Pow(math.Cos(k.heading), 3) * scale, k.width}
		for i, tol := range [4]float64{0.01 * scale, 0.01, 0.02, 0.01 * scale} {
			if math.Abs(got[i]-want[i]) > tol {
				t.Errorf("%+v: offset, heading, curvature, width %.4f, want %.4f", k, got, want)
				break
			}
		}
		alone := fitLane(left, &sighting{}, k.width)
		if o := alone.offset(k.width); math.Abs(o-k.offset) > 0.02*scale {
			t.Errorf("%+v: offset %.4f from the left line alone", k, o)
		}
	}
}
