package ground

import "math"

// most is the most unknowns of a fit.
const most = 6

// model computes the residuals of a fit at p into out; false where it cannot be evaluated.
type model func(p *[most]float64, out []float64) bool

// minimise finds the first n unknowns that make the sum of m squared residuals least, from where p starts: Levenberg and
// Marquardt's method (K. Madsen, H. B. Nielsen, O. Tingleff, Methods for Non-Linear Least Squares Problems, 2nd ed.,
// 2004, section 3.2) with derivatives by central differences. The unknowns are scaled to be about one in size. ok is false
// when the residuals do not determine them.
func minimise(f model, p *[most]float64, n, m int) (rms float64, ok bool) {
	at, plus, minus := make([]float64, m), make([]float64, m), make([]float64, m)
	if !f(p, at) {
		return 0, false
	}
	cost := squares(at)
	jacobian := make([][most]float64, m)
	damping := 1e-3
	for range 200 {
		for k := range n {
			const step = 1e-6
			ahead, behind := *p, *p
			ahead[k] += step
			behind[k] -= step
			if !f(&ahead, plus) || !f(&behind, minus) {
				return 0, false
			}
			for i := range m {
				jacobian[i][k] = (plus[i] - minus[i]) / (2 * step)
			}
		}
		var a [most][most]float64
		var g [most]float64
		for i := range m {
			for j := range n {
				g[j] += jacobian[i][j] * at[i]
				for k := range n {
					a[j][k] += jacobian[i][j] * jacobian[i][k]
				}
			}
		}
		if !determined(a, n) {
			return 0, false
		}
		better := false
		for !better && damping < 1e12 {
			damped := a
			for k := range n {
				damped[k][k] *= 1 + damping
			}
			d, ok := cholesky(damped, g, n)
			next := *p
			for k := range n {
				next[k] -= d[k]
			}
			if ok && f(&next, plus) {
				if c := squares(plus); c <= cost {
					small := cost-c <= 1e-14*cost || cost < 1e-22
					*p, cost, better = next, c, true
					at, plus = plus, at
					damping = max(damping/5, 1e-12)
					if small {
						return math.Sqrt(cost / float64(m)), true
					}
					continue
				}
			}
			damping *= 4
		}
		if !better {
			return math.Sqrt(cost / float64(m)), true
		}
	}
	return math.Sqrt(cost / float64(m)), true
}

func squares(v []float64) (sum float64) {
	for _, e := range v {
		sum += e * e
	}
	return sum
}

// determined says whether the normal equations fix every unknown: scaled to a diagonal of ones, none of their pivots
// vanishes.
func determined(a [most][most]float64, n int) bool {
	var scaled [most][most]float64
	for i := range n {
		if !(a[i][i] > 1e-12) {
			return false
		}
		for j := range n {
			scaled[i][j] = a[i][j] / math.Sqrt(a[i][i]*a[j][j])
		}
	}
	_, ok := cholesky(scaled, [most]float64{}, n)
	return ok
}

// cholesky solves a·x = b for the first n unknowns.
func cholesky(a [most][most]float64, b [most]float64, n int) (x [most]float64, ok bool) {
	var l [most][most]float64
	for i := range n {
		for j := range i + 1 {
			v := a[i][j]
			for k := range j {
				v -= l[i][k] * l[j][k]
			}
			if i != j {
				l[i][j] = v / l[j][j]
				continue
			}
			if !(v > 1e-9*a[i][i]) {
				return x, false
			}
			l[i][i] = math.Sqrt(v)
		}
	}
	for i := range n {
		v := b[i]
		for k := range i {
			v -= l[i][k] * x[k]
		}
		x[i] = v / l[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		v := x[i]
		for k := i + 1; k < n; k++ {
			v -= l[k][i] * x[k]
		}
		x[i] = v / l[i][i]
	}
	return x, true
}
