package ground

import (
	"math"

	"lanekeeper/calib"
)

// homography finds h with (a, b, 1) ~ h·(X, Y, 1) for each point and its ray (a, b, 1): the direct linear transform, of
// which the last number is fixed to the ray's depth at the points' middle. Ground coordinates are centred and scaled
// first, as Hartley has it.
func homography(points []Point, looks [][2]float64) (h [3][3]float64, ok bool) {
	var mx, my, scale float64
	n := float64(len(points))
	for _, p := range points {
		mx, my = mx+p.X/n, my+p.Y/n
	}
	for _, p := range points {
		scale += math.Hypot(p.X-mx, p.Y-my) / n
	}
	var a [8][9]float64 // normal equations
	add := func(row [8]float64, value float64) {
		for i := range row {
			for j := range row {
				a[i][j] += row[i] * row[j]
			}
			a[i][8] += row[i] * value
		}
	}
	for i, p := range points {
		x, y := (p.X-mx)/scale, (p.Y-my)/scale
		u, v := looks[i][0], looks[i][1]
		add([8]float64{x, y, 1, 0, 0, 0, -u * x, -u * y}, u)
		add([8]float64{0, 0, 0, x, y, 1, -v * x, -v * y}, v)
	}
	k, ok := eliminate(&a)
	if !ok {
		return h, false
	}
	g := [3][3]float64{{k[0], k[1], k[2]}, {k[3], k[4], k[5]}, {k[6], k[7], 1}}
	for i := range g { // back to metres: h = g · (centre and scale)
		h[i] = [3]float64{g[i][0] / scale, g[i][1] / scale, g[i][2] - (g[i][0]*mx+g[i][1]*my)/scale}
	}
	return h, true
}

// eliminate solves eight equations by Gauss's method with row pivots.
func eliminate(a *[8][9]float64) (x [8]float64, ok bool) {
	for c := range 8 {
		pivot := c
		for r := c; r < 8; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[pivot][c]) {
				pivot = r
			}
		}
		a[c], a[pivot] = a[pivot], a[c]
		if !(math.Abs(a[c][c]) > 1e-13) {
			return x, false
		}
		for r := c + 1; r < 8; r++ {
			f := a[r][c] / a[c][c]
			for k := c; k < 9; k++ {
				a[r][k] -= f * a[c][k]
			}
		}
	}
	for c := 7; c >= 0; c-- {
		x[c] = a[c][8]
		for k := c + 1; k < 8; k++ {
			x[c] -= a[c][k] * x[k]
		}
		x[c] /= a[c][c]
	}
	return x, true
}

// decompose reads the mounting off a homography: its columns are, up to one factor, the vehicle's x and y axes in the
// camera's frame, and the vehicle's origin there.
func decompose(h [3][3]float64, points []Point) (calib.Ground, bool) {
	x, y, t := column(h, 0), column(h, 1), column(h, 2)
	scale := (norm(x) + norm(y)) / 2
	if !(scale > 1e-9) {
		return calib.Ground{}, false
	}
	depth := 0.0
	for _, p := range points {
		depth += h[2][0]*p.X + h[2][1]*p.Y + h[2][2]
	}
	if depth < 0 {
		scale = -scale
	}
	for i := range 3 {
		x[i], y[i], t[i] = x[i]/scale, y[i]/scale, t[i]/scale
	}
	x = times(x, 1/norm(x))
	y = minus(y, times(x, dot(x, y)))
	if !(norm(y) > 1e-6) {
		return calib.Ground{}, false
	}
	y = times(y, 1/norm(y))
	z := [3]float64{x[1]*y[2] - x[2]*y[1], x[2]*y[0] - x[0]*y[2], x[0]*y[1] - x[1]*y[0]}
	return calib.Ground{
		HeightM:  -dot(z, t), // the camera sits at −Rᵀ·t
		ForwardM: -dot(x, t), LeftM: -dot(y, t),
		PitchDeg: degrees(math.Asin(min(max(-z[2], -1), 1))),
		YawDeg:   degrees(math.Atan2(y[2], x[2])),
		RollDeg:  degrees(math.Atan2(-z[0], -z[1])),
	}, true
}

func column(h [3][3]float64, i int) [3]float64 { return [3]float64{h[0][i], h[1][i], h[2][i]} }

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func norm(a [3]float64) float64 { return math.Sqrt(dot(a, a)) }

func times(a [3]float64, k float64) [3]float64 { return [3]float64{k * a[0], k * a[1], k * a[2]} }

func minus(a, b [3]float64) [3]float64 { return [3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }
