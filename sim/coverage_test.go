package sim

import (
	"math"
	"testing"
)

// fillArea is the total coverage of a polygon, in pixels, and leaves the coverage empty.
func fillArea(c *coverage, polygon ...[2]float64) (area float64) {
	for i, p := range polygon {
		q := polygon[(i+1)%len(polygon)]
		c.edge(p[0], p[1], q[0], q[1])
	}
	for y := range c.height {
		lo, hi := c.resolve(y)
		for x := lo; x < hi; x++ {
			area += float64(c.alpha[x]) / 255
		}
	}
	return area
}

func TestCoverageIsArea(t *testing.T) {
	for _, k := range []struct {
		name    string
		polygon [][2]float64
		want    float64
	}{
		{"whole pixels", [][2]float64{{2, 3}, {6, 3}, {6, 8}, {2, 8}}, 20},
		{"the other way round", [][2]float64{{2, 8}, {6, 8}, {6, 3}, {2, 3}}, 20},
		{"a quarter of a pixel", [][2]float64{{2.5, 3.5}, {3, 3.5}, {3, 4}, {2.5, 4}}, 0.25},
		{"thinner than a pixel", [][2]float64{{2.3, 1}, {2.5, 1}, {2.5, 9}, {2.3, 9}}, 1.6},
		{"triangle", [][2]float64{{1, 1}, {13, 1}, {1, 11}}, 60},
		{"flat triangle", [][2]float64{{1, 5.25}, {17, 5.75}, {1, 6.25}}, 8},
		{"over the left border", [][2]float64{{-10, 2}, {4, 2}, {4, 6}, {-10, 6}}, 16},
		{"over the right border", [][2]float64{{16, 2}, {90, 2}, {90, 6}, {16, 6}}, 16},
		{"over all borders", [][2]float64{{-50, -50}, {50, -50}, {50, 50}, {-50, 50}}, 240},
		{"slanted over the left", [][2]float64{{-6, 0}, {6, 0}, {6, 12}, {-6, 12}}, 72},
		{"triangle cut by the left border", [][2]float64{{-5, 1}, {5, 1}, {-5, 11}}, 12.5},
		{"triangle cut by the right border", [][2]float64{{15, 1}, {25, 1}, {25, 11}}, 12.5},
		{"outside", [][2]float64{{30, 2}, {40, 2}, {40, 6}, {30, 6}}, 0},
		{"above", [][2]float64{{3, -9}, {9, -9}, {9, -2}, {3, -2}}, 0},
	} {
		c := newCoverage(20, 12)
		for range 2 { // the second time shows that the first left nothing behind
			if got := fillArea(c, k.polygon...); math.Abs(got-k.want) > 0.02*math.Sqrt(k.want)+0.004 {
				t.Errorf("%s: %v px, want %v", k.name, got, k.want)
			}
		}
	}
}
