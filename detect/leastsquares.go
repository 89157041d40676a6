package detect

import "math"

// maxUnknowns is the most that a system holds.
const maxUnknowns = 5

// system is the normal equations of a weighted linear least-squares problem with n unknowns.
type system struct {
	n int
	a [maxUnknowns][maxUnknowns + 1]float64
}

// add takes in an observation: the unknowns times terms should be value.
func (s *system) add(terms *[maxUnknowns]float64, value, weight float64) {
	for i := range s.n {
		wt := weight * terms[i]
		for j := i; j < s.n; j++ {
			s.a[i][j] += wt * terms[j]
		}
		s.a[i][maxUnknowns] += wt * value
	}
}

// solve finds the unknowns by Cholesky decomposition; false when the observations do not determine them.
func (s *system) solve() (x [maxUnknowns]float64, ok bool) {
	var l [maxUnknowns][maxUnknowns]float64
	for i := range s.n {
		for j := range i + 1 {
			v := s.a[j][i]
			for k := range j {
				v -= l[i][k] * l[j][k]
			}
			if i != j {
				l[i][j] = v / l[j][j]
				continue
			}
			if !(v > 1e-9*s.a[i][i]) {
				return x, false
			}
			l[i][i] = math.Sqrt(v)
		}
	}
	for i := range s.n {
		v := s.a[i][maxUnknowns]
		for k := range i {
			v -= l[i][k] * x[k]
		}
		x[i] = v / l[i][i]
	}
	for i := s.n - 1; i >= 0; i-- {
		v := x[i]
		for k := i + 1; k < s.n; k++ {
			v -= l[k][i] * x[k]
		}
		x[i] = v / l[i][i]
	}
	return x, true
}
