package detect

import "math"

// votes are the places in a picture that stand out of their rows, and how they gather on the rays from a point.
type votes struct {
	all     []vote
	rows    []int32 // for each row of the picture, where its votes begin in all; one more at the end
	profile []float64
	sums    []float64 // of three neighbours in the profile
	found   [maxPeaks]float64
}

// vote is a place in a row; rows have their own index.
type vote struct{ x, weight float32 }

const (
	minVote     = 3    // least response of a place
	maxVote     = 12   // what more of it is not worth more
	voteClear   = 0.06 // of the height: no votes from so near below the point
	profileBins = 240  // over three picture widths of the bottom row
	peakAround  = 9    // bins to either side that a peak must stand out of
	peakOver    = 1.5  // times their mean
	peakMost    = 1.0  // times the picture's height: what more of a peak is not worth more, so that one line is not all
	maxPeaks    = 48
	priorX      = 0.2  // of the width: standard deviation of where the point is expected, around the middle
	priorY      = 0.25 // of the height: … around expectY
	expectY     = 0.3
)

func (v *votes) prepare(w int) {
	v.profile, v.sums = make([]float64, profileBins), make([]float64, profileBins)
	v.all = make([]vote, 0, 16*w)
}

// collect takes the maxima of each row below top.
func (v *votes) collect(response []byte, w, h, top int) {
	v.all, v.rows = v.all[:0], v.rows[:0]
	for y := range h {
		v.rows = append(v.rows, int32(len(v.all)))
		if y < top {
			continue
		}
		row := response[y*w:][:w]
		for x := 1; x < w-1; x++ {
			m := row[x]
			if m < minVote || m < row[x-1] || m <= row[x+1] {
				continue
			}
			a, b, c := float32(row[x-1]), float32(m), float32(row[x+1])
			d := float32(0) // of the parabola's maximum
			if bend := a - 2*b + c; bend < 0 {
				d = 0.5 * (a - c) / bend
			}
			v.all = append(v.all, vote{float32(x) + d, min(b, maxVote)})
		}
	}
	v.rows = append(v.rows, int32(len(v.all)))
}

// sharpness tells how much the votes gather on rays from the point (x, y), and leaves their profile.
func (v *votes) sharpness(x, y float64, g *grid) float64 {
	clear(v.profile)
	perPx := profileBins / (3 * g.w)
	for row := max(int(math.Ceil(y+voteClear*g.h)), 0); row < int(g.h); row++ {
		some := v.all[v.rows[row]:v.rows[row+1]]
		if len(some) == 0 {
			continue
		}
		k := (g.h - 1 - y) / (float64(row) - y)
		scale, shift := float32(k*perPx), float32((x*(1-k)+g.w)*perPx)
		for i := range some {
			b := some[i].x*scale + shift
			if b < 1 || b >= profileBins-2 {
				continue
			}
			j := int(b)
			t := float64(b - float32(j))
			weight := float64(some[i].weight)
			v.profile[j] += weight * (1 - t)
			v.profile[j+1] += weight * t
		}
	}
	around := 0.0
	for i := range 2*peakAround + 1 {
		around += v.profile[i]
	}
	sum := 0.0
	for i := peakAround; i < profileBins-peakAround-1; i++ {
		v.sums[i] = v.profile[i-1] + v.profile[i] + v.profile[i+1]
		if over := min(v.sums[i]-3*peakOver*around/(2*peakAround+1), peakMost*g.h); over > 0 {
			sum += over * over
		}
		around += v.profile[i+peakAround+1] - v.profile[i-peakAround]
	}
	px, py := (x/g.w-0.5)/priorX, (y/g.h-expectY)/priorY
	return sum * math.Exp(-(px*px+py*py)/2)
}

// peaks are where lines of the profile meet the bottom row, px: the maxima of more than times the mean in front of the
// vehicle.
func (v *votes) peaks(times float64, g *grid) []float64 {
	mean := 0.0
	for _, s := range v.sums[profileBins/3 : 2*profileBins/3] {
		mean += s / (profileBins / 3)
	}
	n := 0
	for i := peakAround + 1; i < profileBins-peakAround-2 && n < maxPeaks; i++ {
		s := v.sums[i]
		if s <= times*mean || s < v.sums[i-1] || s <= v.sums[i+1] {
			continue
		}
		off := (v.profile[i+1] - v.profile[i-1]) / s
		v.found[n] = (float64(i)+off)*3*g.w/profileBins - g.w
		n++
	}
	return v.found[:n]
}
