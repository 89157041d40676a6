package detect

import "math"

// ridge measures how much each pixel stands out of what lies beside it: its value less the brighter of two samples at
// a distance to either side, less 3/8 of their difference, the best of four orientations. A step edge (floor beside
// mat, shadow, furniture) has one bright side and vanishes; a line has two dark ones. The distance grows linearly with
// the row, as the width of a line on the ground does in perspective.
type ridge struct {
	widths []float64 // for each row, px that the widest line has
	reach  []int     // for each row, px to either side
	top    int       // rows above are not looked at
}

// sideDistance is how far beside a line's middle its sides are sampled, in widths of the line. Below 0.5 the samples
// fall onto the line itself.
const sideDistance = 0.6

// prepare sets the distances for a picture of w×h px and lines of scale times the configured width.
func (r *ridge) prepare(w, h int, scale float64, p *Params) {
	r.top = int(p.SearchTop * float64(h))
	r.reach, r.widths = make([]int, h), make([]float64, h)
	v := p.VanishingRow * float64(h)
	for y := range r.reach {
		width := scale * p.LineWidth * float64(w) * (float64(y) + 0.5 - v) / (float64(h) - v)
		r.widths[y] = max(width, 1)
		r.reach[y] = min(max(int(math.Round(sideDistance*width)), 2), max(w/4, 1))
	}
}

// apply raises the responses in out to those of src, planes of w×h px in halves.
func (r *ridge) apply(out, src []byte, w, h int) {
	for y := r.top; y < h; y++ {
		d := r.reach[y]
		s := max(1, (d*181+128)>>8) // d/√2: the same distance along the diagonals
		acc := out[y*w:][:w]
		mid := src[y*w:][:w]
		up, down := max(y-d, 0), min(y+d, h-1)
		raise(acc, mid, src[up*w:][:w], src[down*w:][:w])
		across(acc, mid, mid, mid, d)
		up, down = max(y-s, 0), min(y+s, h-1)
		across(acc, mid, src[up*w:][:w], src[down*w:][:w], s)
		across(acc, mid, src[down*w:][:w], src[up*w:][:w], s)
	}
}

// across compares mid[x] with a[x−d] and b[x+d]. Beyond the border the border's own pixel counts, so that a bright
// region that reaches the border is no line.
func across(acc, mid, a, b []byte, d int) {
	n := len(acc)
	if 2*d >= n {
		return
	}
	for x := range d {
		acc[x] = max(acc[x], contrast(mid[x], a[0], b[x+d]))
		z := n - 1 - x
		acc[z] = max(acc[z], contrast(mid[z], a[z-d], b[n-1]))
	}
	raise(acc[d:n-d], mid[d:n-d], a[:n-2*d], b[2*d:])
}

// raise is the filter along a row: acc = max(acc, contrast).
func raise(acc, mid, a, b []byte) {
	for len(acc) >= perWord && len(mid) >= perWord && len(a) >= perWord && len(b) >= perWord {
		over, under := larger(load(a), load(b))
		if v := less(load(mid), over); v != 0 { // mostly there is nothing
			off := over - under
			v = less(v, off>>1&lowBits-off>>3&eighths)
			most, _ := larger(load(acc), v)
			store(acc, most)
		}
		acc, mid, a, b = acc[perWord:], mid[perWord:], a[perWord:], b[perWord:]
	}
	mid, a, b = mid[:len(acc)], a[:len(acc)], b[:len(acc)]
	for i := range acc {
		acc[i] = max(acc[i], contrast(mid[i], a[i], b[i]))
	}
}

// contrast is mid − max(a, b) − 3/8 |a − b|, nothing below 0.
func contrast(mid, a, b byte) byte {
	hi, lo := max(a, b), min(a, b)
	if mid <= hi {
		return 0
	}
	v, off := mid-hi, (hi-lo)>>1-(hi-lo)>>3
	return v - min(v, off)
}

// double makes whole values of halves.
func double(b []byte) {
	for len(b) >= perWord {
		store(b, load(b)&lowBits<<1)
		b = b[perWord:]
	}
	for i := range b {
		b[i] <<= 1
	}
}

// width is the width that the widest line has in row y, px.
func (r *ridge) width(y int) float64 {
	return r.widths[y]
}
