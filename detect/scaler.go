package detect

import "math"

// scaler shrinks or stretches a plane of numbers: the mean over what a place covers, or, where that is less than one
// number, what lies between the nearest.
type scaler struct {
	srcW       int
	cols, rows []cover
	sums       []float32 // a row, summed downwards
	out        []float32
}

// cover is what one place is made of along an axis: so many numbers from the first on, with the weights of the first
// and last; those between count 1, and all are divided by the sum.
type cover struct {
	first, last int
	head, tail  float32
	share       float32 // 1 / sum of the weights
}

func (s *scaler) prepare(srcW, srcH, w, h int) {
	s.srcW, s.cols, s.rows = srcW, covers(srcW, w), covers(srcH, h)
	s.sums, s.out = make([]float32, srcW), make([]float32, w)
}

// covers are what n places along an axis cover of src numbers.
func covers(src, n int) []cover {
	c := make([]cover, n)
	for i := range c {
		lo, hi := float64(i)*float64(src)/float64(n), float64(i+1)*float64(src)/float64(n)
		if hi-lo < 1 { // as wide as a number, about the same middle
			mid := min(max((lo+hi)/2, 0.5), float64(src)-0.5)
			lo, hi = mid-0.5, mid+0.5
		}
		first := min(int(lo), src-1)
		last := min(max(int(math.Ceil(hi))-1, first), src-1)
		k := cover{first: first, last: last, head: float32(float64(first+1) - lo), tail: float32(hi - float64(last))}
		if first == last {
			k.head, k.tail = 1, 0
		}
		k.share = 1 / (k.head + k.tail + float32(max(last-first-1, 0)))
		c[i] = k
	}
	return c
}

// row is row y of the plane scaled; valid until the next call.
func (s *scaler) row(src []float32, y int) []float32 {
	k := &s.rows[y]
	sums := s.sums
	a, b := src[k.first*s.srcW:][:len(sums)], src[k.last*s.srcW:][:len(sums)]
	for x := range sums {
		sums[x] = k.head*a[x] + k.tail*b[x]
	}
	for r := k.first + 1; r < k.last; r++ {
		for x, v := range src[r*s.srcW:][:len(sums)] {
			sums[x] += v
		}
	}
	for x := range s.out {
		c := &s.cols[x]
		v := c.head*sums[c.first] + c.tail*sums[c.last]
		for i := c.first + 1; i < c.last; i++ {
			v += sums[i]
		}
		s.out[x] = v * c.share * k.share
	}
	return s.out
}
