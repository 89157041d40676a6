package detect

import "math"

// ridge measures how much each pixel stands out of what lies beside it: its value less the brighter of two samples at
// a distance to either side, less 0.4 of their difference, the best of four orientations. A step edge (floor beside
// mat, shadow, furniture) has one bright side and vanishes; a line has two dark ones. The distance grows linearly with
// the row, as the width of a line on the ground does in perspective.
type ridge struct {
	reach []int // for each row, px to either side
	top   int   // rows above are not looked at
}

// sideDistance is how far beside a line's middle its sides are sampled, in widths of the line. Below 0.5 the samples
// fall onto the line itself.
const sideDistance = 0.6

// prepare sets the distances for a picture of w×h px.
func (r *ridge) prepare(w, h int, p *Params) {
	r.top = int(p.SearchTop * float64(h))
	r.reach = make([]int, h)
	v := p.VanishingRow * float64(h)
	for y := range r.reach {
		width := p.LineWidth * float64(w) * (float64(y) + 0.5 - v) / (float64(h) - v)
		r.reach[y] = min(max(int(math.Round(sideDistance*width)), 2), max(w/4, 1))
	}
}

// apply raises the responses in out to those of src, a plane of w×h px.
func (r *ridge) apply(out, src []byte, w, h int) {
	for y := r.top; y < h; y++ {
		d := r.reach[y]
		s := max(1, (d*181+128)>>8) // d/√2: the same distance along the diagonals
		acc := out[y*w:][:w]
		mid := src[y*w:][:w]
		up, down := y-d, y+d
		if up < 0 {
			up = min(down, h-1)
		}
		if down >= h {
			down = max(up, 0)
		}
		raise(acc, mid, src[up*w:][:w], src[down*w:][:w])
		across(acc, mid, mid, mid, d)
		up, down = max(y-s, 0), min(y+s, h-1)
		across(acc, mid, src[up*w:][:w], src[down*w:][:w], s)
		across(acc, mid, src[down*w:][:w], src[up*w:][:w], s)
	}
}

// across compares mid[x] with a[x−d] and b[x+d]. Beyond the border the sample of the other side counts for both.
func across(acc, mid, a, b []byte, d int) {
	n := len(acc)
	if 2*d >= n {
		return
	}
	raise(acc[:d], mid[:d], b[d:2*d], b[d:2*d])
	raise(acc[d:n-d], mid[d:n-d], a[:n-2*d], b[2*d:])
	raise(acc[n-d:], mid[n-d:], a[n-2*d:n-d], a[n-2*d:n-d])
}

// raise is the filter itself: acc = max(acc, mid − max(a, b) − 0.4 |a − b|).
func raise(acc, mid, a, b []byte) {
	mid, a, b = mid[:len(acc)], a[:len(acc)], b[:len(acc)]
	for i := range acc {
		p, q := int(a[i]), int(b[i])
		hi, lo := max(p, q), min(p, q)
		v := int(mid[i]) - hi - (hi-lo)*102>>8
		acc[i] = byte(max(int(acc[i]), v))
	}
}

// width is the width that the widest line has in row y, px.
func (r *ridge) width(y int) float64 {
	return float64(r.reach[y]) / sideDistance
}
